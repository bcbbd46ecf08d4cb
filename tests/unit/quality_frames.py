"""How the gate's tests write datapoints: only what matters to the test, the rest is as it usually is."""

from datetime import UTC, datetime
from typing import Any

import polars as pl

from pipelines.catalogue import load_catalogue
from pipelines.extraction import DISCLOSURES
from pipelines.ingest import LINES_SCHEMA, REPORTS_SCHEMA

NOW = datetime(2025, 1, 2, tzinfo=UTC)


def datapoint(metric: str | None, printed: str, line: int, **other: Any) -> dict[str, Any]:
    """Return a disclosure of the number ``printed`` on a line; ``factor`` converts into the metric's unit."""
    unit = load_catalogue().metrics[metric].unit if metric in load_catalogue().metrics else None
    is_number = printed not in ("/", "-")
    number = float(printed.replace(",", "").rstrip("%")) if is_number else None
    value = None if number is None or unit is None else number * other.pop("factor", 1.0)
    report_id = other.get("report_id", "acme-2021")
    usual = {
        "disclosure_id": f"{report_id}:{line}:{printed}:{other.get('member')}",
        "report_id": report_id,
        "company_id": "acme",
        "metric_code": metric,
        "fiscal_year": 2021,
        "basis": "duration",
        "status": "reported" if is_number else "not_disclosed",
        "qualifier": "exact",
        "value": value,
        "unit": unit,
        "value_printed": number,
        "unit_printed": "",
        "raw_value": printed,
        "label_raw": "指标",
        "line_no": line,
        "label_line_no": line,
        "evidence": f"指标 {printed}",
        "layout": "table",
        "pairing": "adjacent",
        "confidence": "certain",
        "extractor_version": "test",
        "decimals": len(printed.rstrip("%").partition(".")[2]) if is_number else None,
    }
    return usual | other


def share(printed: str, line: int, breakdown: str, member: str, **other: Any) -> dict[str, Any]:
    """Return a member's share of all employees, in the set of its breakdown and year."""
    set_id = f"{breakdown} {other.get('fiscal_year', 2021)}"
    usual = {"breakdown": breakdown, "member": member, "set_id": set_id}
    return datapoint("employees_share", printed, line, **(usual | other))


def disclosures(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return the rows as the frame that extraction delivers."""
    return pl.DataFrame(list(rows), schema=DISCLOSURES)


def lines(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the texts that the datapoints of ``frame`` stand in."""
    texts = frame.group_by("report_id", "line_no", maintain_order=True).agg(pl.col("evidence").str.join(" "))
    rows = [
        {"report_id": report_id, "line_no": line_no, "text": text, "folded": text, "role": "text"}
        for report_id, line_no, text in texts.iter_rows()
    ]
    return pl.DataFrame(rows, schema=LINES_SCHEMA)


def reports(*report_ids: str, **other: Any) -> pl.DataFrame:
    """Return a row per report of one company; the id ends with the year."""
    rows = [
        {
            "report_id": report_id,
            "company_id": "acme",
            "fiscal_year": int(report_id[-4:]),
            "source_file": f"{report_id}.txt",
            "sha256": f"sha of {report_id}",
            "inferred": [],
            "ingested_at": NOW,
        }
        | other
        for report_id in report_ids
    ]
    return pl.DataFrame(rows, schema=REPORTS_SCHEMA)


def failed(checks: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of CHECKS that do not hold."""
    return checks.filter(pl.col("deviation") > pl.col("tolerance")).to_dicts()
