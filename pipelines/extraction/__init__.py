"""Extraction: a pure function from lines of text to typed disclosures.

Kinds of layout live in a module each (``tables``, ``aligned``, ``cards``, ``columns``,
``charts``, ``sentences``); none knows a report or a company.
"""

import functools
import hashlib
import importlib.metadata
import itertools
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.catalogue import Catalogue, load_catalogue
from pipelines.extraction.aligned import read_aligned_tables
from pipelines.extraction.axes import read_axes
from pipelines.extraction.banded import read_banded_tables
from pipelines.extraction.cards import read_cards
from pipelines.extraction.charts import read_charts, withdraw_contradicted
from pipelines.extraction.columns import read_columns
from pipelines.extraction.document import Datapoint, Document, Line
from pipelines.extraction.headers import TITLE_CANDIDATE, TITLES_CANDIDATE, header_candidate
from pipelines.extraction.labels import LabelMatcher, heading_candidate, legend_candidate
from pipelines.extraction.measures import read_measures
from pipelines.extraction.nodes import read_nodes, with_form, without_asides
from pipelines.extraction.notes import tie_notes
from pipelines.extraction.numbers import VALUE_CANDIDATE, value_reader
from pipelines.extraction.panels import read_panels
from pipelines.extraction.repeats import read_repeats
from pipelines.extraction.sentences import keep_statements, read_sentences
from pipelines.extraction.stacked import read_stacked_tables
from pipelines.extraction.subjects import read_compositions, read_subjects
from pipelines.extraction.tables import read_tables
from pipelines.extraction.tiles import read_tiles
from pipelines.text import BLANKS
from pipelines.units import BARE

DISCLOSURES = pl.Schema(
    {
        "disclosure_id": pl.String(), "report_id": pl.String(), "company_id": pl.String(),
        "metric_code": pl.String(), "breakdown": pl.String(), "member": pl.String(),
        "fiscal_year": pl.Int32(),
        "basis": pl.String(), "status": pl.String(), "qualifier": pl.String(), "value": pl.Float64(),
        "unit": pl.String(), "value_printed": pl.Float64(), "unit_printed": pl.String(),
        "raw_value": pl.String(),
        "label_raw": pl.String(), "line_no": pl.Int32(), "label_line_no": pl.Int32(), "page_no": pl.Int32(),
        "evidence": pl.String(), "layout": pl.String(), "pairing": pl.String(), "confidence": pl.String(),
        "set_id": pl.String(), "scope_note": pl.String(), "extractor_version": pl.String(),
        "decimals": pl.Int32(), "proof": pl.String(),
    }
)  # fmt: skip
"""Columns and dtypes of the extracted disclosures; their meaning is documented with ``fct_disclosure``."""

_LEGAL_FORM = re.compile("(?:控股|集[团團]|股份|有限|[责責]任|公司)+$")
_CODE = Path(__file__).resolve().parent.parent
_VERSIONED = ("text.py", "units.py", "catalogue.py", "extraction", "ingest")


@functools.cache
def extractor_version() -> str:
    """Return the version that a cached extraction is valid for: release, and a hash of code and catalogue."""
    digest = hashlib.sha256(load_catalogue().version.encode())
    for name in _VERSIONED:
        path = _CODE / name
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return f"{importlib.metadata.version('esg-warehouse')}+{digest.hexdigest()[:12]}"


def extract_disclosures(lines: pl.DataFrame, reports: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Return the disclosures (schema ``DISCLOSURES``) printed in ``lines`` of ``reports``.

    ``lines``: report_id, line_no, page_no, text, folded, role. ``reports``: report_id, company_id, sha256,
    fiscal_year, company_name_zh, company_name_en. The result is ordered by report, line and position.
    """
    is_printed = pl.col("folded").str.contains(f"[^{BLANKS}]")
    readable = with_form(
        lines.filter((pl.col("role") == "text") & is_printed).select(
            "report_id", "line_no", "page_no", "text", "folded", *candidates(catalogue)
        )
    )
    by_report = readable.partition_by("report_id", as_dict=True)
    rows: list[dict[str, Any]] = []
    for report in reports.sort("report_id").iter_rows(named=True):
        of_report = by_report.get((report["report_id"],))
        if of_report is not None:
            rows.extend(_extract(of_report.drop("report_id").rows(), report, catalogue))
    return pl.DataFrame(rows, schema=DISCLOSURES)


def candidates(catalogue: Catalogue) -> list[pl.Expr]:
    """Return what rules out most lines for most rules at once: fields of ``Line``, as columns."""
    folded = pl.col("folded")
    return [
        folded.str.contains(r"\d").alias("has_digit"),
        folded.str.contains(header_candidate(catalogue)).alias("may_be_header"),
        folded.str.contains(heading_candidate(catalogue)).alias("may_be_heading"),
        folded.str.contains(catalogue.units.candidate).alias("may_be_unit"),
        folded.str.contains(legend_candidate(catalogue)).alias("may_be_legend"),
        folded.str.contains(TITLES_CANDIDATE).alias("may_be_titles"),
        folded.str.contains(TITLE_CANDIDATE).alias("may_be_title"),
        folded.str.contains(VALUE_CANDIDATE).alias("may_be_value"),
    ]


def _extract(
    lines: Iterable[tuple[Any, ...]], report: dict[str, Any], catalogue: Catalogue
) -> list[dict[str, Any]]:
    names = tuple(
        name
        for column in ("company_name_zh", "company_name_en")
        for name in _name_forms(report[column] or "")
    )  # fmt: skip
    document = Document(
        list(itertools.starmap(Line, lines)),
        catalogue,
        value_reader(catalogue.units.pattern),
        _label_matcher(catalogue, names),
        report["fiscal_year"],
    )
    read_tables(document)
    read_aligned_tables(document)
    read_stacked_tables(document)
    nodes = read_nodes(document)
    pieces = without_asides(nodes)
    read_measures(document, pieces)
    read_axes(document, pieces)
    read_cards(document, pieces)
    statements = read_sentences(document, nodes, names)
    read_subjects(document)
    read_panels(document, pieces)
    read_columns(document, nodes)
    read_columns(document, pieces, in_order=False, parted=True)
    read_columns(document, pieces, in_order=False)
    totals = len(document.whole_numbers)
    read_banded_tables(document)
    if len(document.whole_numbers) > totals:  # that charts read in vain may add up to
        read_panels(document, pieces)
    read_charts(document, pieces)
    read_tiles(document, pieces)
    read_repeats(document, pieces)
    keep_statements(document, statements)
    withdraw_contradicted(document)
    read_compositions(document)
    document.keep_undecided()
    tie_notes(document)
    return _rows(document, report)


@functools.lru_cache(maxsize=8)
def _label_matcher(catalogue: Catalogue, names: tuple[str, ...]) -> LabelMatcher:
    """Return the matcher of a company: its reports print many of the same labels."""
    return LabelMatcher(catalogue, names)


def _name_forms(name: str) -> list[str]:
    """Return a company's name and its parts: 甲集团（乙科技） is printed as 甲集团, 甲, 乙科技."""
    parts = [part.strip() for part in name.replace("（", "(").replace("）", "").replace(")", "").split("(")]
    return [form for part in parts for form in (part, _LEGAL_FORM.sub("", part)) if form]


def _rows(document: Document, report: dict[str, Any]) -> list[dict[str, Any]]:
    found = sorted(document.datapoints, key=lambda point: (point.line.number, point.value.start))
    rows = [_row(point, report, document.catalogue) for point in found]
    seen: set[str] = set()
    for row in rows:
        if row["disclosure_id"] in seen:  # one number for two things: 工亡和职业病均为0例
            row["disclosure_id"] = _id(f"{row['disclosure_id']}|{row['metric_code']}|{row['member']}")
        seen.add(row["disclosure_id"])
    return rows


def _id(place: str) -> str:
    return hashlib.sha256(place.encode()).hexdigest()[:20]


def _row(point: Datapoint, report: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    value, mapping = point.value, point.mapping
    metric = catalogue.metrics[mapping.metric] if mapping else None
    canonical, unit = _canonical(point, catalogue)
    place = f"{report['sha256']}|{point.line.number}|{value.start}|{value.raw}"
    return {
        "disclosure_id": _id(place),
        "report_id": report["report_id"],
        "company_id": report["company_id"],
        "metric_code": metric.code if metric else None,
        "breakdown": mapping.breakdown if mapping else None,
        "member": mapping.member if mapping else None,
        "fiscal_year": point.year,
        "basis": point.basis or (metric.basis if metric else None),
        "status": value.status,
        "qualifier": point.qualifier,
        "value": canonical,
        "unit": unit,
        "value_printed": None if value.number is None else float(value.number),
        "unit_printed": point.unit_printed,
        "raw_value": value.raw,
        "label_raw": point.label,
        "line_no": point.line.number,
        "label_line_no": point.label_line,
        "page_no": point.line.page,
        "evidence": point.evidence,
        "layout": point.layout,
        "pairing": point.pairing,
        "confidence": point.confidence,
        "set_id": _set_id(point, report, catalogue),
        "scope_note": point.scope,
        "extractor_version": extractor_version(),
        "decimals": value.decimals,
        "proof": point.proof,
    }


def _canonical(point: Datapoint, catalogue: Catalogue) -> tuple[float | None, str | None]:
    """Return value and unit in the metric's unit, or in the printed unit's base where there is no metric."""
    number, quantity = point.value.number, point.quantity
    if point.mapping:
        metric = catalogue.metrics[point.mapping.metric]
        if not number:
            return None if number is None else 0.0, metric.unit
        return catalogue.units.convert(number, quantity or BARE, metric.unit, metric.topic), metric.unit
    if number is None or quantity is None or quantity.per or quantity.base == "bare":
        return None, None
    return float(number * quantity.factor.numerator / quantity.factor.denominator), quantity.base


def _set_id(point: Datapoint, report: dict[str, Any], catalogue: Catalogue) -> str | None:
    """Return the id of the set that must total 100, or its total; members of one set share it."""
    mapping = point.mapping
    if mapping is None or mapping.member is None or mapping.metric not in catalogue.sets:
        return None
    key = f"{report['sha256']}|{point.set_key}|{mapping.metric}|{mapping.breakdown}|{point.year}"
    return hashlib.sha256(key.encode()).hexdigest()[:16]
