"""A folder of report texts to the two tables that everything else starts from: reports and their lines.

Which files are reports, what is declared about them in ``reports.csv``, and what becomes of those that cannot
be taken. How bytes become text is in ``decode``, lines and pages in ``lines``, facts from the text in
``facts``.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from pipelines.ingest.decode import MAX_REPORT_BYTES, UnreadableReport, decode
from pipelines.ingest.facts import ReportFacts, company_id_of, company_keys, infer_facts
from pipelines.ingest.lines import LINES_SCHEMA, ReportLines, read_lines

REPORTS_SCHEMA = pl.Schema(
    {
        "report_id": pl.String(),
        "company_id": pl.String(),
        "company_name_en": pl.String(),
        "company_name_zh": pl.String(),
        "ticker": pl.String(),
        "exchange": pl.String(),
        "fiscal_year": pl.Int32(),
        "script": pl.String(),
        "title": pl.String(),
        "source_file": pl.String(),
        "sha256": pl.String(),
        "encoding": pl.String(),
        "line_count": pl.Int32(),
        "page_count": pl.Int32(),
        "inferred": pl.List(pl.String()),
        "ingested_at": pl.Datetime("us", "UTC"),
    }
)
SIDECAR = "reports.csv"
FACT_NAMES = tuple(field.name for field in fields(ReportFacts))

# The kind of report at the end of a file name, which report ids leave out: acme-2021 describes
# acme-2021-esg.txt.
_KIND_SUFFIX = "-esg"
_CONVERTIBLE = {".pdf": "pdftotext -raw", ".docx": "the word processor's plain text export"}
_YEARS = range(1990, 2101)
_SCRIPTS = ("Hans", "Hant")


class ReportsCsvError(ValueError):
    """``reports.csv`` cannot be used: ``line`` is 1-based, ``column`` the heading, None if it is the row."""

    def __init__(self, line: int, column: str | None, problem: str) -> None:
        place = f"{SIDECAR}, line {line}" + (f", column {column}" if column else "")
        super().__init__(f"{place}: {problem}")
        self.line = line
        self.column = column


@dataclass(frozen=True)
class RejectedFile:
    """A file that was not taken, and why; the reason says what to do."""

    file_name: str
    reason: str


@dataclass(frozen=True)
class DuplicateFile:
    """A file with the same bytes as ``same_as``, which was taken."""

    file_name: str
    same_as: str


@dataclass(frozen=True)
class IngestedReport:
    """One report, read. ``facts.company_id`` is None until the companies of all reports are known."""

    report_id: str
    source_file: str
    sha256: str
    encoding: str
    facts: ReportFacts
    inferred: tuple[str, ...]
    lines: ReportLines

    def row(self, ingested_at: datetime) -> dict[str, object]:
        """Return the row of REPORTS (see ``REPORTS_SCHEMA``)."""
        return asdict(self.facts) | {
            "report_id": self.report_id,
            "source_file": self.source_file,
            "sha256": self.sha256,
            "encoding": self.encoding,
            "line_count": len(self.lines.texts),
            "page_count": self.lines.page_count,
            "inferred": list(self.inferred),
            "ingested_at": ingested_at,
        }


@dataclass(frozen=True)
class Intake:
    """What a folder gave: ``reports`` (REPORTS_SCHEMA), ``lines`` (LINES_SCHEMA) and the files not taken.

    ``ignored`` are documents of other kinds that look like reports; ``warnings`` are about ``reports.csv``.
    """

    reports: pl.DataFrame
    lines: pl.DataFrame
    rejected: tuple[RejectedFile, ...]
    duplicates: tuple[DuplicateFile, ...]
    ignored: tuple[RejectedFile, ...]
    warnings: tuple[str, ...]


def read_folder(
    raw: Path, *, ingested_at: datetime | None = None, max_bytes: int = MAX_REPORT_BYTES
) -> Intake:
    """Read the ``*.txt`` files directly in ``raw``, by name, with what ``raw/reports.csv`` says about them.

    A file that is not the text of a report is rejected and the others are read. Facts that ``reports.csv``
    does not give are inferred from the text and named in ``inferred``.

    Raises NotADirectoryError if there is no such folder, ReportsCsvError if ``reports.csv`` is malformed.
    """
    if not raw.is_dir():
        raise NotADirectoryError(f"{raw} is not a folder; give the folder that holds the report texts")
    declared = read_reports_csv(raw / SIDECAR) if (raw / SIDECAR).is_file() else {}
    paths = sorted(
        (path for path in raw.iterdir() if not path.name.startswith(".")), key=lambda path: path.name
    )
    texts = [path for path in paths if path.suffix.lower() == ".txt"]
    report_ids = _report_ids(texts, declared)
    ingested: dict[str, IngestedReport] = {}  # by sha256
    file_of_id: dict[str, str] = {}
    rejected, duplicates = [], []
    for path in texts:
        report_id = report_ids[path]
        try:
            data = _read_bytes(path, raw, max_bytes)
            first = ingested.get(hashlib.sha256(data).hexdigest())
            if first:
                duplicates.append(DuplicateFile(path.name, first.source_file))
                continue
            if report_id in file_of_id:  # a.txt and a.TXT
                raise UnreadableReport(
                    path.name, f"has the name of {file_of_id[report_id]} too; rename one of them"
                )
            report = ingest_report(data, path.name, report_id, declared.get(report_id), max_bytes)
            ingested[report.sha256] = report
            file_of_id[report_id] = path.name
        except UnreadableReport as error:
            rejected.append(RejectedFile(error.file_name, error.reason))
    reports = with_companies(list(ingested.values()), list(declared.values()))
    now = ingested_at or datetime.now(UTC)
    return Intake(
        reports=pl.DataFrame([report.row(now) for report in reports], schema=REPORTS_SCHEMA),
        lines=pl.concat(
            [LINES_SCHEMA.to_frame(), *(report.lines.frame(report.report_id) for report in reports)]
        ),
        rejected=tuple(rejected),
        duplicates=tuple(duplicates),
        ignored=tuple(_ignored(paths)),
        warnings=tuple(
            f"{SIDECAR}: report_id {report_id} has no file {report_id}.txt; add the file or remove the row"
            for report_id in declared
            if report_id not in report_ids.values()
        ),
    )


def ingest_report(
    data: bytes,
    file_name: str,
    report_id: str,
    declared: ReportFacts | None = None,
    max_bytes: int = MAX_REPORT_BYTES,
) -> IngestedReport:
    """Return one report read from its bytes: a pure function. An undeclared company id stays None.

    Raises UnreadableReport if the bytes are not text, or if neither ``declared`` nor the text gives the year.
    """
    decoded = decode(data, file_name, max_bytes)
    lines = read_lines(decoded.text)
    facts = declared or ReportFacts()
    missing = [name for name in FACT_NAMES if getattr(facts, name) is None]
    if missing:
        found = infer_facts(lines, Path(file_name).stem)
        facts = replace(facts, **{name: getattr(found, name) for name in missing})
    if facts.fiscal_year is None:
        raise UnreadableReport(
            file_name,
            f"names no reporting year; add a row with report_id {report_id} and its fiscal_year to {SIDECAR}",
        )
    inferred = tuple(name for name in missing if name == "company_id" or getattr(facts, name) is not None)
    sha256 = hashlib.sha256(data).hexdigest()
    return IngestedReport(report_id, file_name, sha256, decoded.encoding, facts, inferred, lines)


def with_companies(
    reports: Sequence[IngestedReport], declared: Sequence[ReportFacts]
) -> list[IngestedReport]:
    """Return the reports with the id of their company filled in where it was not declared.

    A company with a name that is declared for some report, in either script, is that company, and what is
    declared about it and was not found in the text is taken over. Other reports with the same name are of one
    company, whose id is its English name where one of them prints it. Without a name the report id stands for
    the company.
    """
    known = {
        key: facts
        for facts in declared
        if facts.company_id
        for key in company_keys(facts.company_name_zh, facts.company_name_en)
    }
    for report in sorted(reports, key=lambda report: report.facts.company_name_en is None):
        facts = report.facts
        keys = company_keys(facts.company_name_zh, facts.company_name_en)
        if facts.company_id is None and facts.company_name_zh and known.keys().isdisjoint(keys):
            company_id = company_id_of(facts.company_name_zh, facts.company_name_en)
            known |= dict.fromkeys(
                keys, ReportFacts(company_id, facts.company_name_en, facts.company_name_zh)
            )
    return [report if report.facts.company_id else _with_company(report, known) for report in reports]


def _with_company(report: IngestedReport, known: Mapping[str, ReportFacts]) -> IngestedReport:
    facts = report.facts
    keys = company_keys(facts.company_name_zh, facts.company_name_en)
    company = next((known[key] for key in keys if key in known), ReportFacts(company_id=report.report_id))
    return replace(
        report,
        facts=replace(
            facts,
            company_id=company.company_id,
            company_name_en=facts.company_name_en or company.company_name_en,
            ticker=facts.ticker or company.ticker,
            exchange=facts.exchange or company.exchange,
        ),
    )


# --- reports.csv -------------------------------------------------------------------------------------


def read_reports_csv(path: Path) -> dict[str, ReportFacts]:
    """Return the declared facts by report id: all are text (ticker 000725 stays), fiscal_year is a number.

    Columns: report_id and any of ``FACT_NAMES``; an empty cell is an unknown fact.
    Raises ReportsCsvError naming line and column for anything that is not as it must be.
    """
    try:
        text = decode(path.read_bytes(), path.name).text
    except UnreadableReport as error:
        raise ReportsCsvError(1, None, error.reason) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    declared: dict[str, ReportFacts] = {}
    try:
        header = _header(next(reader))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                report_id, facts = _declared_report(header, cells, reader.line_num)
                if report_id in declared:
                    raise ReportsCsvError(
                        reader.line_num, "report_id", f"{report_id} is there twice; remove one of the rows"
                    )
                declared[report_id] = facts
    except csv.Error as error:
        raise ReportsCsvError(
            reader.line_num, None, f"is not valid CSV ({error}); check the quotation marks"
        ) from error
    return declared


def _header(cells: Sequence[str]) -> list[str]:
    header = [cell.strip() for cell in cells]
    known = ("report_id", *FACT_NAMES)
    for column in header:
        if column not in known:
            raise ReportsCsvError(1, column, f"is unknown; columns are {', '.join(known)}")
        if header.count(column) > 1:
            raise ReportsCsvError(1, column, "is there twice")
    if "report_id" not in header:
        raise ReportsCsvError(1, "report_id", "is missing; it names the file a row is about")
    return header


def _declared_report(header: Sequence[str], cells: Sequence[str], line: int) -> tuple[str, ReportFacts]:
    if len(cells) != len(header):
        raise ReportsCsvError(
            line, None, f"has {len(cells)} cells, the header {len(header)}; quote cells that contain commas"
        )
    values = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
    report_id = values.pop("report_id")
    if not report_id:
        raise ReportsCsvError(line, "report_id", "is empty; it must be the name of a file without .txt")
    year, script = values.pop("fiscal_year", ""), values.get("script")
    if year and not (year.isascii() and year.isdigit() and int(year) in _YEARS):
        raise ReportsCsvError(
            line, "fiscal_year", f"{year!r} is not a year between {_YEARS[0]} and {_YEARS[-1]}"
        )
    if script and script not in _SCRIPTS:
        raise ReportsCsvError(line, "script", f"{script!r} is not one of {', '.join(_SCRIPTS)}")
    known = {column: value for column, value in values.items() if value}
    return report_id, ReportFacts(fiscal_year=int(year) if year else None, **known)


# --- files -------------------------------------------------------------------------------------------


def _report_ids(paths: Iterable[Path], declared: Mapping[str, ReportFacts]) -> dict[Path, str]:
    """Return each file's report id: its stem, or the declared id that only lacks the kind of report."""
    stems = {path: path.stem for path in paths}
    taken = set(stems.values())
    report_ids = {}
    for path, stem in stems.items():
        without_kind = stem.removesuffix(_KIND_SUFFIX)
        is_declared_so = stem not in declared and without_kind in declared and without_kind not in taken
        report_ids[path] = without_kind if is_declared_so else stem
    return report_ids


def _read_bytes(path: Path, raw: Path, max_bytes: int) -> bytes:
    """Return the bytes of a regular file in ``raw``, at most one more than ``max_bytes``, to be refused."""
    printable = path.name.encode("utf-8", "backslashreplace").decode()
    if printable != path.name:
        raise UnreadableReport(printable, "has a name that is not valid UTF-8; rename it")
    if path.is_symlink() and not path.resolve().is_relative_to(raw.resolve()):
        raise UnreadableReport(
            path.name, "is a link that leads out of the folder; copy the file here instead"
        )
    if not path.is_file():
        raise UnreadableReport(
            path.name, "is not a regular file; remove it or put the text of the report there"
        )
    try:
        with path.open("rb") as file:
            return file.read(max_bytes + 1)
    except OSError as error:
        raise UnreadableReport(
            path.name, f"cannot be read ({error.strerror}); check its permissions"
        ) from error


def _ignored(paths: Iterable[Path]) -> list[RejectedFile]:
    return [
        RejectedFile(path.name, f"is not plain text; convert it with {tool} and put the .txt here")
        for path in paths
        if (tool := _CONVERTIBLE.get(path.suffix.lower()))
    ]
