"""Accuracy of a published warehouse against hand-labelled datapoints.

A folder of labels holds ``manifest.csv`` (label file, sha256 of the report's text) and one ``.jsonl`` a
report; ``tests/golden/README.md`` gives their fields. A label is *found* when a disclosure of its report
stands on its line with its value, and *exact* when status, metric, member and fiscal year are right too.
Labels that a careful reader cannot decide (``ambiguous``, ``borderline``) count neither for nor against.
Precision is asked of disclosures with a catalogued metric, of tabular ones (table, card, chart) and of
narrative ones (sentences) apart: the share that a label confirms with its status, metric, member and year. A
disclosure without a label counts against, one with an undecidable label not at all. Board, index of standards
and targets are counted in ``evaluation_listings``.
"""

import collections
import csv
import dataclasses
import json
import math
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipelines.catalogue import Catalogue, load_catalogue
from pipelines.console import show_json, show_table
from pipelines.evaluation_listings import ListingAccuracy, evaluate_listings

TABULAR = frozenset({"table", "card", "chart"})
_LABEL_UNITS = {
    "RMB_100million": "亿元", "RMB_10k": "万元", "RMB_million": "百万元", "person": "人", "m2": "平方米",
}  # fmt: skip
_COLUMNS = (
    "disclosure_id", "line_no", "layout", "status", "value", "value_printed", "metric_code", "breakdown",
    "member", "fiscal_year", "raw_value", "label_raw",
)  # fmt: skip


class LabelsError(ValueError):
    """The folder of labels is not one: the message says what is missing."""


@dataclasses.dataclass(frozen=True)
class Label:
    """One hand-labelled datapoint; ``expected`` is its value in the unit of its metric."""

    label_id: str
    line_no: int
    layout: str
    status: str
    printed: float | None
    expected: float | None
    metric: str
    members: frozenset[tuple[str, str]]
    fiscal_year: int | None
    is_catalogued: bool
    is_decidable: bool
    raw_value: str
    label_raw: str


@dataclasses.dataclass(frozen=True)
class Accuracy:
    """Figures of one report, shares from 0 to 1 (None where there is nothing to count)."""

    report: str
    tabular_labels: int
    tabular_found: float | None
    tabular_exact: float | None
    tabular_precision: float | None
    unmapped_rows: int
    unmapped_real: float | None
    other_tabular_found: float | None
    narrative_labels: int
    narrative_exact: float | None
    narrative_rows: int
    narrative_precision: float | None


def evaluate(warehouse: Path, labels: Path) -> list[Accuracy]:
    """Return the figures of every labelled report and, last, of all together.

    Raises LabelsError where ``labels`` has no manifest, and duckdb.Error where ``warehouse`` is none.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return _evaluate(_disclosures(connection), labels)


def evaluate_frames(disclosures: Path, reports: Path, labels: Path) -> Accuracy | None:
    """Return the figures of the labelled reports in a build's Parquet frames; None if there are none."""
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        for table, file in (("fct_disclosure", disclosures), ("dim_report", reports)):
            connection.read_parquet(str(file)).create(f"marts.{table}")
        found = _disclosures(connection)
    *of_reports, total = _evaluate(found, labels, only=found.keys())
    return total if of_reports else None


def _evaluate(
    disclosures: Mapping[str, list[dict[str, Any]]], labels: Path, only: Collection[str] | None = None
) -> list[Accuracy]:
    catalogue = load_catalogue()
    tallies = {}
    for report, sha256, of_report in _labelled(labels, catalogue):
        if only is None or sha256 in only:
            tallies[report] = _tally(of_report, disclosures.get(sha256, []), catalogue)
    total = sum(tallies.values(), collections.Counter[tuple[str, str]]())
    return [_accuracy(report, tally) for report, tally in [*tallies.items(), ("all", total)]]


def accuracy_by_text(warehouse: Path, labels: Path) -> dict[str, tuple[int, float | None, float | None]]:
    """Return, by the sha256 of each labelled text: labels in tables, cards and charts, the percentage of them
    that is exact, and the percentage of what is read there that a label confirms."""
    catalogue = load_catalogue()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        disclosures = _disclosures(connection)
    found = {}
    for report, sha256, of_report in _labelled(labels, catalogue):
        figures = _accuracy(report, _tally(of_report, disclosures.get(sha256, []), catalogue))
        found[sha256] = (
            figures.tabular_labels, _percent(figures.tabular_exact), _percent(figures.tabular_precision),
        )  # fmt: skip
    return found


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def fields_right(warehouse: Path, labels: Path) -> dict[tuple[str, str], collections.Counter[str]]:
    """Return, by report and layout, how many decidable labels there are and how many have each field right.

    Keys of the counts: labels, value (with its unit: the canonical value agrees), status, metric, member,
    year, and exact (all of them). Labels of metrics outside of the catalogue are left out.
    """
    catalogue = load_catalogue()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        disclosures = _disclosures(connection)
    counts: dict[tuple[str, str], collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for report, sha256, of_report in _labelled(labels, catalogue):
        pairs = _pairs(of_report, disclosures.get(sha256, []), catalogue)
        for i, label in enumerate(of_report):
            if not (label.is_decidable and label.is_catalogued):
                continue
            count = counts[report, label.layout]
            count["labels"] += 1
            if i in pairs:
                wrong = _faults(label, pairs[i], catalogue)
                count["value"] += 1
                count["exact"] += not wrong
                for field in ("status", "metric", "member", "year"):
                    count[field] += field not in wrong
    return dict(counts)


def listings_right(warehouse: Path, labels: Path) -> list[ListingAccuracy]:
    """Return the figures of board, index and targets, of every labelled report and of all together."""
    return evaluate_listings(warehouse, labels, _manifest(labels))


def evaluate_and_print(warehouse: Path, labels: Path, *, as_json: bool = False) -> None:
    """Print the figures, one column a report: of datapoints, then of board, index and targets.

    JSON is a list with an object for each report.
    """
    listings = listings_right(warehouse, labels)
    figures = [
        dataclasses.asdict(accuracy) | dataclasses.asdict(listing)
        for accuracy, listing in zip(evaluate(warehouse, labels), listings, strict=True)
    ]
    if as_json:
        show_json(list(figures[0]), [list(figure.values()) for figure in figures])
        return
    measures = [name for name in figures[0] if name != "report"]
    reports = [str(figure["report"]) for figure in figures]
    rows = [[measure, *(figure[measure] for figure in figures)] for measure in measures]
    show_table(["", *reports], rows, right=frozenset(reports))


def print_misses(warehouse: Path, labels: Path) -> None:
    """Print every decidable label that is not exact, with what is wrong."""
    rows = [
        (
            report, label.label_id, label.line_no, label.layout, label.metric, label.raw_value,
            label.label_raw, ", ".join(wrong),
        )
        for report, label, wrong in misses(warehouse, labels)
    ]  # fmt: skip
    show_table(("report", "label", "line", "layout", "metric", "raw_value", "label_raw", "wrong"), rows)


def misses(warehouse: Path, labels: Path) -> list[tuple[str, Label, list[str]]]:
    """Return (report, label, what is wrong) for every decidable label that is not exact."""
    catalogue = load_catalogue()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        disclosures = _disclosures(connection)
    found = []
    for report, sha256, of_report in _labelled(labels, catalogue):
        pairs = _pairs(of_report, disclosures.get(sha256, []), catalogue)
        for i, label in enumerate(of_report):
            wrong = _faults(label, pairs[i], catalogue) if i in pairs else ["missing"]
            if wrong and label.is_decidable:
                found.append((report, label, wrong))
    return found


def _manifest(folder: Path) -> dict[str, str]:
    """Return the labelled reports and the sha256 of their texts."""
    manifest = folder / "manifest.csv"
    if not manifest.is_file():
        raise LabelsError(f"{folder}: no manifest.csv with the columns gold, sha256")
    with manifest.open(encoding="utf-8", newline="") as file:
        return {entry["gold"].removesuffix(".jsonl"): entry["sha256"] for entry in csv.DictReader(file)}


def _labelled(folder: Path, catalogue: Catalogue) -> Iterable[tuple[str, str, list[Label]]]:
    for report, sha256 in _manifest(folder).items():
        with (folder / f"{report}.jsonl").open(encoding="utf-8") as file:
            rows = [json.loads(line) for line in file if line.strip()]
        yield report, sha256, [_label(row, catalogue) for row in rows]


def _label(row: Mapping[str, Any], catalogue: Catalogue) -> Label:
    expected = row["canonical_value"]
    if expected is not None and row["metric"] in catalogue.metrics:
        metric = catalogue.metrics[row["metric"]]
        numerator, _, denominator = row["unit"].removeprefix("other:").partition("_per_")
        unit = f"{numerator}/{_LABEL_UNITS.get(denominator, denominator)}" if denominator else numerator
        quantity = catalogue.units.parse(unit)
        converted = quantity and catalogue.units.convert(
            Decimal(str(expected)), quantity, metric.unit, metric.topic
        )
        expected = expected if converted is None else converted
    return Label(
        label_id=row["id"], line_no=row["line"], layout=row["kind"], status=row["status"],
        printed=row["value"], expected=expected, metric=row["metric"],
        members=frozenset((k, str(v)) for k, v in row["dims"].items() if k != "scope_note"),
        fiscal_year=row["year"], is_catalogued=row["metric"] in catalogue.metrics,
        is_decidable=row["confidence"] != "ambiguous" and "borderline" not in (row["note"] or ""),
        raw_value=row["raw_value"], label_raw=row["label_raw"],
    )  # fmt: skip


def _disclosures(connection: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    query = f"""
        select reports.sha256, {", ".join(f"disclosures.{column}" for column in _COLUMNS)}
        from marts.fct_disclosure as disclosures
        inner join marts.dim_report as reports using (report_id)
    """
    found = collections.defaultdict(list)
    for sha256, *values in connection.execute(query).fetchall():
        found[sha256].append(dict(zip(_COLUMNS, values, strict=True)))
    return found


def _pairs(
    labels: list[Label], rows: list[dict[str, Any]], catalogue: Catalogue
) -> dict[int, dict[str, Any]]:
    """Pair labels with disclosures of the same line and value, the fewest faults first, each used once."""
    by_line = collections.defaultdict(list)
    for j, row in enumerate(rows):
        by_line[row["line_no"]].append(j)
    candidates = sorted(
        (len(_faults(label, rows[j], catalogue)), i, j)
        for i, label in enumerate(labels)
        for j in by_line[label.line_no]
        if _same_value(label, rows[j])
    )
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for _, i, j in candidates:
        if i not in pairs and j not in used:
            pairs[i] = j
            used.add(j)
    return {i: rows[j] for i, j in pairs.items()}


def _same_value(label: Label, row: Mapping[str, Any]) -> bool:
    if label.status != "reported":
        return bool(row["status"] == label.status)
    if _close(row["value"], label.expected):
        return True
    return not label.is_catalogued and _close(row["value_printed"], label.printed)


def _close(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and math.isclose(one, other, rel_tol=1e-4, abs_tol=1e-9)


def _faults(label: Label, row: Mapping[str, Any], catalogue: Catalogue) -> list[str]:
    member = {(row["breakdown"], row["member"])} if row["breakdown"] else set()
    right_metric = (
        row["metric_code"] == label.metric
        if label.is_catalogued
        else row["metric_code"] not in catalogue.metrics
    )
    right_member = (
        not label.is_catalogued or member == label.members or bool(member and member <= label.members)
    )
    checks = {
        "status": row["status"] == label.status,
        "metric": right_metric,
        "member": right_member,
        "year": row["fiscal_year"] == label.fiscal_year,
    }
    return [field for field, is_right in checks.items() if not is_right]


def _tally(
    labels: list[Label], rows: list[dict[str, Any]], catalogue: Catalogue
) -> collections.Counter[tuple[str, str]]:
    pairs = _pairs(labels, rows, catalogue)
    tally: collections.Counter[tuple[str, str]] = collections.Counter()
    for i, label in enumerate(labels):
        if label.is_decidable:
            group = ("tabular" if label.layout in TABULAR else "narrative") + (
                "" if label.is_catalogued else "_other"
            )
            tally[group, "labels"] += 1
            tally[group, "found"] += i in pairs
            tally[group, "exact"] += i in pairs and not _faults(label, pairs[i], catalogue)
    label_of = {row["disclosure_id"]: labels[i] for i, row in pairs.items()}
    for row in rows:
        confirming = label_of.get(row["disclosure_id"])
        if confirming is None or confirming.is_decidable:
            group = "mapped" if row["metric_code"] in catalogue.metrics else "unmapped"
            kind = "" if row["layout"] in TABULAR else "narrative_"
            tally[kind + group, "rows"] += 1
            tally[kind + group, "right"] += confirming is not None and (
                group == "unmapped" or not _faults(confirming, row, catalogue)
            )
    return tally


def _accuracy(report: str, tally: collections.Counter[tuple[str, str]]) -> Accuracy:
    def share(group: str, part: str, whole: str = "labels") -> float | None:
        return round(tally[group, part] / tally[group, whole], 4) if tally[group, whole] else None

    return Accuracy(
        report=report,
        tabular_labels=tally["tabular", "labels"],
        tabular_found=share("tabular", "found"),
        tabular_exact=share("tabular", "exact"),
        tabular_precision=share("mapped", "right", "rows"),
        unmapped_rows=tally["unmapped", "rows"],
        unmapped_real=share("unmapped", "right", "rows"),
        other_tabular_found=share("tabular_other", "found"),
        narrative_labels=tally["narrative", "labels"],
        narrative_exact=share("narrative", "exact"),
        narrative_rows=tally["narrative_mapped", "rows"],
        narrative_precision=share("narrative_mapped", "right", "rows"),
    )
