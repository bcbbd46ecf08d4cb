"""The stages of a build that read and write its Parquet files: texts in, and the quality gate.

Each takes what it needs from the build's folder and leaves its result there, so it can be run again and in
another process. Rules belong to ``quality``, reading to ``ingest``; nothing here knows Dagster.
"""

import dataclasses
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from pipelines.catalogue import load_catalogue
from pipelines.ingest import Intake, read_folder
from pipelines.ingest.lines import MAX_LINE_CHARACTERS, MAX_LINE_NUMBERS, OVERLONG
from pipelines.paths import Build
from pipelines.publish import input_fingerprint
from pipelines.quality import Finding, gate
from pipelines.settled import StillChanging, changes, signature, wait_until_settled

# A text that was replaced while it was read is read again.
_MOST_READS = 5


class NoReadableText(ValueError):
    """No folder, or one without a text that can be read; the message names the files and the reasons."""


@dataclass(frozen=True)
class GateSummary:
    """``blocking`` messages forbid publishing; ``findings`` counts those not acknowledged by severity."""

    blocking: tuple[str, ...]
    findings: dict[str, int]
    disclosures: int
    quarantined: int


def read_texts(raw: Path, build: Build, settle_seconds: float = 0) -> Intake:
    """Read ``raw`` into the build's reports, lines and intake findings; return what was read.

    Nothing is read before the folder has been left alone for ``settle_seconds``. Raises NoReadableText,
    StillChanging, and ReportsCsvError if ``reports.csv`` is malformed.
    """
    if not raw.is_dir():
        raise NoReadableText(f"{raw} is not a folder; give the folder that holds the report texts")
    intake, fingerprint = _read_settled(raw, settle_seconds)
    if intake.reports.is_empty():
        reasons = "; ".join(f"{file.file_name} {file.reason}" for file in (*intake.rejected, *intake.ignored))
        raise NoReadableText(
            f"{raw} holds no report text that can be read{f': {reasons}' if reasons else ''}"
        )
    build.fingerprint.write_text(fingerprint, encoding="utf-8")
    intake.reports.write_parquet(build.reports)
    intake.lines.write_parquet(build.lines)
    findings = [dataclasses.asdict(finding) for finding in intake_findings(intake)]
    build.intake_findings.write_text(json.dumps(findings, ensure_ascii=False, indent=1), encoding="utf-8")
    return intake


def _read_settled(raw: Path, settle_seconds: float) -> tuple[Intake, str]:
    """Return what was read and the fingerprint, both of one state of the folder."""
    for _ in range(_MOST_READS):
        before = wait_until_settled(raw, settle_seconds)
        fingerprint = input_fingerprint(raw)
        intake = read_folder(raw)
        after = signature(raw)
        if before == after:
            return intake, fingerprint
    raise StillChanging(f"{', '.join(changes(before, after))}: changed while it was read, again and again")


def intake_findings(intake: Intake) -> list[Finding]:
    """Return a finding for every file that was not taken and for every report with lines not read."""
    rejected = [
        Finding("rejected_file", "warning", file.file_name, (), None, None, f"{file.file_name} {file.reason}")
        for file in (*intake.rejected, *intake.ignored)
    ]
    duplicates = [
        Finding(
            "duplicate_file", "info", file.file_name, (), None, None,
            f"{file.file_name} has the same bytes as {file.same_as}, which was read; remove one of them",
        )
        for file in intake.duplicates
    ]  # fmt: skip
    overlong = (
        intake.lines.filter(pl.col("role") == OVERLONG)
        .group_by("report_id", maintain_order=True)
        .agg(pl.len().alias("lines"), pl.col("line_no").first(), pl.col("text").str.len_chars().max())
    )
    unread = [
        Finding(
            "overlong_line", "warning", row["report_id"], (), MAX_LINE_CHARACTERS, row["text"],
            f"{row['lines']} lines have more than {MAX_LINE_CHARACTERS:,} characters or {MAX_LINE_NUMBERS} "
            f"numbers and are not read, the first is line {row['line_no']}; break them as they are printed",
        )
        for row in overlong.iter_rows(named=True)
    ]  # fmt: skip
    return rejected + duplicates + unread


def gate_build(build: Build, published: Path | None) -> GateSummary:
    """Check the build's disclosures, write the gated ones and the findings, and say whether it may go on.

    ``published`` is the warehouse to compare coverage with, and to take the age of findings from.
    """
    result = gate(
        pl.read_parquet(build.disclosures),
        pl.read_parquet(build.lines),
        pl.read_parquet(build.reports),
        _read_findings(build.intake_findings),
        load_catalogue(),
        board_members=pl.read_parquet(build.board_members),
        standard_index=pl.read_parquet(build.standard_index),
        run_id=build.run_id,
        now=datetime.now(UTC),
        published=published,
        data_docs=build.data_docs,
    )
    result.disclosures.write_parquet(build.gated_disclosures)
    result.findings.write_parquet(build.findings)
    return GateSummary(
        blocking=result.blocking,
        findings=dict(
            result.findings.filter(~pl.col("acknowledged"))
            .group_by("severity")
            .len()
            .sort("severity")
            .iter_rows()
        ),
        disclosures=result.disclosures.height,
        quarantined=result.disclosures.filter(pl.col("quality_status") == "quarantined").height,
    )


def _read_findings(file: Path) -> list[Finding]:
    return [
        Finding(**(values | {"disclosure_ids": tuple(values["disclosure_ids"])}))
        for values in json.loads(file.read_text(encoding="utf-8"))
    ]
