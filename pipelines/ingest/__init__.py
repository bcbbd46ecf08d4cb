"""Reading report texts: the only way from files into the project. See ``reports.read_folder``."""

from pipelines.ingest.decode import DecodedText, UnreadableReport, decode
from pipelines.ingest.facts import ReportFacts
from pipelines.ingest.lines import LINES_SCHEMA, ReportLines, read_lines
from pipelines.ingest.reports import (
    REPORTS_SCHEMA,
    DuplicateFile,
    IngestedReport,
    Intake,
    RejectedFile,
    ReportsCsvError,
    ingest_report,
    read_folder,
    read_reports_csv,
    with_companies,
)

__all__ = [
    "LINES_SCHEMA",
    "REPORTS_SCHEMA",
    "DecodedText",
    "DuplicateFile",
    "IngestedReport",
    "Intake",
    "RejectedFile",
    "ReportFacts",
    "ReportLines",
    "ReportsCsvError",
    "UnreadableReport",
    "decode",
    "ingest_report",
    "read_folder",
    "read_lines",
    "read_reports_csv",
    "with_companies",
]
