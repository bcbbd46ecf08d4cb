"""What to build and how: the overrides that the command line and tests give to the definitions."""

from dataclasses import dataclass
from pathlib import Path

from pipelines.paths import RAW, WAREHOUSE, Warehouse
from pipelines.workers import Workers


@dataclass(frozen=True)
class Settings:
    """What to build and how. ``jobs``: processes for extraction; ``full``: use no cache.

    ``workers`` are processes that run already and go on running after the run; ``holds_lock`` says that
    the caller has the warehouse's lock.
    """

    raw: Path = RAW
    warehouse: Warehouse = WAREHOUSE
    jobs: int | None = None
    full: bool = False
    workers: Workers | None = None
    holds_lock: bool = False
