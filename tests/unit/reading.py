"""How the extraction's tests read a text: from the text itself through ingest to compact rows."""

import math
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import polars as pl

from pipelines.catalogue import load_catalogue
from pipelines.extraction import DISCLOSURES, extract_disclosures
from pipelines.extraction.listings import Listings, extract_listings
from pipelines.ingest import REPORTS_SCHEMA, ReportFacts, ingest_report

Fact = tuple[str | None, str | None, int | None, float | str | None]
"""Metric, ``breakdown:member``, year, and the value in the metric's unit (the status where there is none)."""

_NOW = datetime(2025, 1, 2, tzinfo=UTC)


def read(
    text: str, year: int = 2023, script: str = "Hans", company: str = "东方科技集团"
) -> list[dict[str, Any]]:
    """Return the disclosures of a report with this text, as ``extract_disclosures`` orders them."""
    lines, reports = _ingested(text, year, script, company)
    return extract_disclosures(lines, reports, load_catalogue()).to_dicts()


def listings(text: str, year: int = 2023, script: str = "Hans", company: str = "东方科技集团") -> Listings:
    """Return what a report with this text lists: directors, entries of an index, targets."""
    lines, reports = _ingested(text, year, script, company)
    return extract_listings(lines, reports, load_catalogue())


def _ingested(text: str, year: int, script: str, company: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    declared = ReportFacts(
        company_id="acme",
        company_name_en="Acme Inc.",
        company_name_zh=company,
        fiscal_year=year,
        script=script,
    )
    report = ingest_report(text.encode(), "acme.txt", "acme", declared)
    reports = pl.DataFrame([report.row(_NOW)], schema=REPORTS_SCHEMA)
    return report.lines.frame("acme"), reports


def facts(text: str, year: int = 2023, script: str = "Hans", company: str = "东方科技集团") -> list[Fact]:
    """Return the disclosures of a report with this text in the compact form."""
    return [fact(row) for row in read(text, year, script, company)]


def fact(row: dict[str, Any]) -> Fact:
    """Return one disclosure in the compact form."""
    member = f"{row['breakdown']}:{row['member']}" if row["breakdown"] else None
    value = row["value"] if row["status"] == "reported" else row["status"]
    return row["metric_code"], member, row["fiscal_year"], value


def tabbed(text: str) -> str:
    """Return a table that is written with ``|`` between its cells with TABs instead."""
    return "\n".join("\t".join(cell.strip() for cell in line.split("|")) for line in text.split("\n"))


def assert_rows_hold_together(text: str, rows: list[dict[str, Any]]) -> None:
    """Check what is promised of every row, whatever the text."""
    catalogue = load_catalogue()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    places = Counter(row["disclosure_id"] for row in rows)
    assert all(count == 1 for count in places.values())
    for row in rows:
        line = lines[row["line_no"] - 1]
        assert list(row) == list(DISCLOSURES)
        assert row["raw_value"]
        assert row["raw_value"] in line
        assert line in row["evidence"].split("\n")
        assert row["label_line_no"] >= 1
        assert row["status"] in {"reported", "not_disclosed", "not_applicable"}
        assert (row["value_printed"] is not None) == (row["status"] == "reported")
        assert row["value"] is None or math.isfinite(row["value"])
        assert (row["breakdown"] is None) == (row["member"] is None)
        assert row["basis"] in {None, "duration", "instant", "cumulative"}
        if row["metric_code"]:
            metric = catalogue.metrics[row["metric_code"]]
            assert row["unit"] == metric.unit
            assert (row["value"] is not None) == (row["status"] == "reported")
            assert row["breakdown"] is None or row["breakdown"] in metric.breakdowns
