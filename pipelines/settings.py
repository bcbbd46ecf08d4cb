"""What to build and how: the overrides that the command line and tests give to the definitions."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.paths import LABELS, RAW, WAREHOUSE, Warehouse
from pipelines.workers import Workers

RAW_VARIABLE = "ESG_RAW"
WAREHOUSE_VARIABLE = "ESG_WAREHOUSE"
SCHEDULE_VARIABLE = "ESG_SCHEDULE"
DAILY = "0 2 * * *"


@dataclass(frozen=True)
class Settings:
    """What to build and how. ``jobs``: processes for extraction; ``full``: use no cache.

    ``workers`` are processes that run already and go on running after the run; ``holds_lock`` says that
    the caller has the warehouse's lock. ``settle_seconds``: how long the texts must have been left alone
    before they are read. ``labels``: hand-labelled datapoints, to note the accuracy of each run.
    ``schedule``: when the service builds, as cron has it, in UTC.
    """

    raw: Path = RAW
    warehouse: Warehouse = WAREHOUSE
    jobs: int | None = None
    full: bool = False
    workers: Workers | None = None
    holds_lock: bool = False
    settle_seconds: float = 0
    labels: Path | None = LABELS
    schedule: str = DAILY

    def __post_init__(self) -> None:
        if self.labels and not (self.labels / "manifest.csv").is_file():
            object.__setattr__(self, "labels", None)


def service_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of the service, which hands them to Dagster's processes in the environment."""
    target = Path(environment.get(WAREHOUSE_VARIABLE, WAREHOUSE.target))
    return Settings(
        raw=Path(environment.get(RAW_VARIABLE, RAW)),
        warehouse=Warehouse(target),
        settle_seconds=3,
        schedule=environment.get(SCHEDULE_VARIABLE, DAILY),
    )
