"""Where things are: the project's own folders, the files of a warehouse, and those of one build of it.

Only places belong here; what the files hold is documented where they are written.
"""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RAW = ROOT / "raw"
LABELS = ROOT / "tests" / "golden"
ACCURACY = ROOT / "docs" / "accuracy.md"
DICTIONARY = ROOT / "docs" / "dictionary.md"
DBT_PROJECT = ROOT / "dbt"


@dataclass(frozen=True)
class Build:
    """One run's own folder: its Parquet frames and the DuckDB file that may be published."""

    run_id: str
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "build.duckdb"

    @property
    def fingerprint(self) -> Path:
        """The fingerprint of the inputs when they were read."""
        return self.folder / "fingerprint"

    @property
    def publication(self) -> Path:
        """What was published from this build: see ``publish.record``. Its presence makes it a version."""
        return self.folder / "publication.json"

    @property
    def checksum(self) -> Path:
        """SHA-256 of ``file`` when it was built."""
        return self.folder / "build.sha256"

    @property
    def runs(self) -> Path:
        return self.folder / "runs.parquet"

    @property
    def reports(self) -> Path:
        return self.folder / "reports.parquet"

    @property
    def lines(self) -> Path:
        return self.folder / "report_lines.parquet"

    @property
    def intake_findings(self) -> Path:
        return self.folder / "intake_findings.json"

    @property
    def disclosures(self) -> Path:
        return self.folder / "disclosures.parquet"

    @property
    def board_members(self) -> Path:
        return self.folder / "board_members.parquet"

    @property
    def standard_index(self) -> Path:
        return self.folder / "standard_index.parquet"

    @property
    def targets(self) -> Path:
        return self.folder / "targets.parquet"

    @property
    def gated_disclosures(self) -> Path:
        return self.folder / "gated_disclosures.parquet"

    @property
    def findings(self) -> Path:
        return self.folder / "findings.parquet"

    @property
    def dbt_target(self) -> Path:
        return self.folder / "dbt"

    @property
    def exports(self) -> Path:
        return self.folder / "exports"

    @property
    def data_docs(self) -> Path:
        return self.folder / "data_docs"


@dataclass(frozen=True)
class Warehouse:
    """The published DuckDB file ``target``; all that belongs to it lies beside it."""

    target: Path

    @property
    def folder(self) -> Path:
        return self.target.parent

    @property
    def record(self) -> Path:
        """What was published from which inputs: see ``publish.record``."""
        return self.folder / f"{self.target.stem}.build.json"

    @property
    def lock(self) -> Path:
        """Held by the one build at a time; builds, cache and exports are shared by the whole folder."""
        return self.folder / ".build.lock"

    @property
    def outbox(self) -> Path:
        """Alerts that were announced or are on their way: see ``alerts.outbox``."""
        return self.folder / f"{self.target.stem}.alerts.sqlite"

    @property
    def alert_lock(self) -> Path:
        """Held by the one process that delivers alerts."""
        return self.folder / f".{self.target.stem}.alerts.lock"

    @property
    def alert_log(self) -> Path:
        return self.folder / f"{self.target.stem}.alerts.log"

    @property
    def dagster_home(self) -> Path:
        """What the service remembers: runs, sensor and schedule ticks."""
        return self.folder / ".dagster"

    @property
    def builds(self) -> Path:
        return self.folder / "builds"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def exports(self) -> Path:
        return self.folder / "exports"

    @property
    def data_docs(self) -> Path:
        return self.folder / "data_docs"

    @property
    def docs(self) -> Path:
        return self.folder / "docs"

    def build(self, run_id: str) -> Build:
        return Build(run_id, self.builds / run_id)


WAREHOUSE = Warehouse(ROOT / "warehouse" / "esg.duckdb")
