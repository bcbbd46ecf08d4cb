"""The gate itself: rules derive, expectations judge, acknowledgements excuse; findings and statuses come
out."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.catalogue import Catalogue
from pipelines.extraction import DISCLOSURES
from pipelines.extraction.board import BOARD_MEMBERS
from pipelines.extraction.standards import STANDARD_INDEX
from pipelines.paths import ROOT
from pipelines.quality.acknowledgements import (
    Place,
    acknowledged_findings,
    read_acknowledgements,
    stale_acknowledgements,
)
from pipelines.quality.arrived import arrived
from pipelines.quality.changes import stated_change
from pipelines.quality.checks import CHECKS
from pipelines.quality.components import components_sum
from pipelines.quality.coverage import coverage_drop, inferred_metadata, read_published, unmapped_labels
from pipelines.quality.findings import FINDINGS, Finding, Outcome
from pipelines.quality.judges import ROW_ID, Failure, judge
from pipelines.quality.listings import board_table, promised_not_disclosed
from pipelines.quality.means import group_mean
from pipelines.quality.ratios import intensity_base
from pipelines.quality.repeats import repeated_fact, restatement
from pipelines.quality.shares import count_share, whole_members
from pipelines.quality.sums import parts_to_total, scope_sum, sum100
from pipelines.quality.years import emission_factor, perimeter_change, scale_jump

EXPECTATIONS = ROOT / "expectations"
GATED = pl.Schema({**DISCLOSURES, "quality_status": pl.String()})
"""Columns and dtypes of the disclosures with the verdict of the gate."""

_NAMED_BLOCKS = 3


@dataclass(frozen=True)
class GateResult:
    """What the gate lets through: ``disclosures`` (GATED), ``findings`` (FINDINGS), and what blocks
    publishing.

    ``blocking`` has a message for each reason; if it is empty the build may be published.
    """

    disclosures: pl.DataFrame
    findings: pl.DataFrame
    blocking: tuple[str, ...]


def gate(
    disclosures: pl.DataFrame,
    lines: pl.DataFrame,
    reports: pl.DataFrame,
    intake_findings: Sequence[Finding],
    catalogue: Catalogue,
    *,
    board_members: pl.DataFrame | None = None,
    standard_index: pl.DataFrame | None = None,
    run_id: str,
    now: datetime,
    published: Path | None,
    data_docs: Path | None,
    expectations: Path = EXPECTATIONS,
) -> GateResult:
    """Check what was read (DISCLOSURES, LINES, REPORTS, BOARD_MEMBERS, STANDARD_INDEX): what is doubtful?

    ``published`` is the warehouse of the last run, if there was one; ``data_docs`` the folder for the pages
    of Great Expectations, if they are wanted. Raises pl.exceptions.SchemaError if ``disclosures`` are not
    DISCLOSURES or one lacks its id; SuiteError or AcknowledgementError if a file in ``expectations`` cannot
    be used; and duckdb.Error if ``published`` cannot be read.
    """
    if disclosures.schema != DISCLOSURES:
        raise pl.exceptions.SchemaError(f"expected the columns {DISCLOSURES}, found {disclosures.schema}")
    if disclosures["disclosure_id"].null_count():
        raise pl.exceptions.SchemaError("every disclosure needs a disclosure_id")
    acknowledgements = read_acknowledgements(expectations / "acknowledged.yml")
    last = read_published(published)
    members = BOARD_MEMBERS.to_frame() if board_members is None else board_members
    index = STANDARD_INDEX.to_frame() if standard_index is None else standard_index
    checks = _derive(disclosures, lines, reports, members, catalogue, last.counts)
    frames = {"disclosures": arrived(disclosures, lines, reports, catalogue), "checks": checks}
    verdict = judge(frames, expectations, data_docs, run_id, now)

    notes = [
        *intake_findings,
        *inferred_metadata(reports),
        *unmapped_labels(disclosures),
        *promised_not_disclosed(disclosures, index, catalogue),
    ]
    outcomes = _told_apart(
        [*_outcomes(verdict.failures, disclosures, checks), *(Outcome(finding) for finding in notes)]
    )
    found = [outcome.finding for outcome in outcomes]
    rows = disclosures.select("disclosure_id", "line_no", "label_raw").iter_rows()
    places = {disclosure_id: Place(line_no, label) for disclosure_id, line_no, label in rows}
    acknowledged = acknowledged_findings(found, acknowledgements, places)
    found += stale_acknowledgements(found, acknowledgements, places, reports["report_id"].to_list())
    return GateResult(
        disclosures=_with_status(disclosures, outcomes),
        findings=_findings(found, acknowledged, last.first_seen, now, run_id),
        blocking=(*verdict.broken, *_blocking(outcomes, acknowledged)),
    )


def _derive(
    disclosures: pl.DataFrame,
    lines: pl.DataFrame,
    reports: pl.DataFrame,
    members: pl.DataFrame,
    catalogue: Catalogue,
    published: pl.DataFrame,
) -> pl.DataFrame:
    """Return the rows of all derived rules (CHECKS), each with a ``ROW_ID``."""
    rules = (
        sum100, parts_to_total, scope_sum, components_sum, intensity_base, group_mean, count_share,
        whole_members, repeated_fact,
    )  # fmt: skip
    checks = [
        *(rule(disclosures, catalogue) for rule in rules),
        restatement(disclosures, reports),
        perimeter_change(disclosures, reports),
        scale_jump(disclosures, reports, catalogue),
        emission_factor(disclosures, reports, catalogue),
        stated_change(disclosures, lines, reports, catalogue),
        board_table(disclosures, members, reports),
        coverage_drop(disclosures, reports, published),
    ]
    return pl.concat([check.cast(CHECKS) for check in checks]).with_columns(
        pl.int_range(pl.len()).cast(pl.String).alias(ROW_ID)
    )


def _outcomes(
    failures: Sequence[Failure], disclosures: pl.DataFrame, checks: pl.DataFrame
) -> Iterator[Outcome]:
    for failure in failures:
        if failure.suite == "checks":
            failed = checks.filter(pl.col(ROW_ID).is_in(failure.row_ids))
            yield from (_of_check(row) for row in failed.iter_rows(named=True))
        else:
            failed = disclosures.filter(pl.col("disclosure_id").is_in(failure.row_ids))
            yield from (_of_datapoint(row, failure) for row in failed.iter_rows(named=True))


def _of_check(row: Mapping[str, Any]) -> Outcome:
    finding = Finding(
        row["rule_code"], row["severity"], row["report_id"], tuple(row["disclosure_ids"]),
        row["expected"], row["observed"], row["message"], row["key"],
    )  # fmt: skip
    return Outcome(finding, tuple(row["quarantined"]), tuple(row["flagged"]), row["is_blocking"])


def _of_datapoint(row: Mapping[str, Any], failure: Failure) -> Outcome:
    ids = (row["disclosure_id"],)
    message = (
        f"{row['report_id']}: line {row['line_no']} is read as {row['raw_value']} {row['unit_printed']} for "
        f"{row['label_raw']} ({row['metric_code']}, {row['fiscal_year']}): {failure.finding}"
    )
    observed = row["fiscal_year"] if failure.rule_code == "year_range" else row["value"]
    finding = Finding(failure.rule_code, "error", row["report_id"], ids, None, observed, message)
    return Outcome(finding, quarantined=ids, is_blocking=failure.is_critical)


def _told_apart(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Number the keys of findings that would have one id: two tables of a report with the same defect."""
    seen: Counter[str] = Counter()
    told_apart = []
    for outcome in outcomes:
        finding = outcome.finding
        seen[finding.finding_id] += 1
        if seen[finding.finding_id] > 1:
            finding = replace(finding, key=f"{finding.identity}#{seen[finding.finding_id]}")
        told_apart.append(replace(outcome, finding=finding))
    return told_apart


def _with_status(disclosures: pl.DataFrame, outcomes: Sequence[Outcome]) -> pl.DataFrame:
    quarantined = {each for outcome in outcomes for each in outcome.quarantined}
    flagged = {each for outcome in outcomes for each in outcome.flagged}
    return disclosures.with_columns(
        quality_status=pl.when(pl.col("disclosure_id").is_in(quarantined))
        .then(pl.lit("quarantined"))
        .when(pl.col("disclosure_id").is_in(flagged))
        .then(pl.lit("flagged"))
        .otherwise(pl.lit("passed"))
    )


def _findings(
    findings: Sequence[Finding],
    acknowledged: set[str],
    first_seen: Mapping[str, datetime],
    now: datetime,
    run_id: str,
) -> pl.DataFrame:
    rows = [
        {
            "finding_id": finding.finding_id,
            "rule_code": finding.rule_code,
            "severity": finding.severity,
            "report_id": finding.report_id,
            "disclosure_ids": list(finding.disclosure_ids),
            "expected": finding.expected,
            "observed": finding.observed,
            "message": finding.message,
            "acknowledged": finding.finding_id in acknowledged,
            "first_seen_at": first_seen.get(finding.finding_id, now),
            "run_id": run_id,
        }
        for finding in findings
    ]
    return pl.DataFrame(rows, schema=FINDINGS).sort("report_id", "rule_code", "finding_id")


def _blocking(outcomes: Sequence[Outcome], acknowledged: set[str]) -> Iterator[str]:
    """Yield the messages of what blocks, the first few of each rule."""
    by_rule: dict[str, list[str]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.is_blocking and outcome.finding.finding_id not in acknowledged:
            by_rule[outcome.finding.rule_code].append(outcome.finding.message)
    for rule_code, messages in by_rule.items():
        yield from (f"{rule_code}: {message}" for message in messages[:_NAMED_BLOCKS])
        if len(messages) > _NAMED_BLOCKS:
            yield f"{rule_code}: and {len(messages) - _NAMED_BLOCKS} more like these"
