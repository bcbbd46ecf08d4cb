"""Stated changes: what the words mean, and whether the printed values bear them out."""

from typing import Any

import polars as pl
import pytest
from quality_frames import datapoint, disclosures, failed, reports

from pipelines.catalogue import load_catalogue
from pipelines.ingest import LINES_SCHEMA
from pipelines.quality.changes import stated_change
from pipelines.text import fold

CATALOGUE = load_catalogue()
REPORTS = reports("acme-2021")
DENSITY = [
    datapoint("energy_intensity_revenue", "1.92", 8, fiscal_year=2020),
    datapoint("energy_intensity_revenue", "1.72", 9),
]  # 9.9 to 10.9 % less


def text(*printed: str) -> pl.DataFrame:
    rows = [
        {
            "report_id": "acme-2021",
            "line_no": i,
            "text": line,
            "folded": fold(line),
            "role": "text" if line else "blank",
        }
        for i, line in enumerate(printed, start=1)
    ]
    return pl.DataFrame(rows, schema=LINES_SCHEMA)


def found(lines: pl.DataFrame, values: list[dict[str, Any]] = DENSITY) -> list[dict[str, Any]]:
    return failed(stated_change(disclosures(*values), lines, REPORTS, CATALOGUE))


@pytest.mark.parametrize(
    "statement",
    [
        "能耗密度同比降低了9%。",
        "能耗密度同比上升10%。",
        "2021年，能耗密度较上年下降约20%。",
        "与上一年相比，我们的用水密度减少了18%，能耗密度减少了55%。",
        "能耗密度較2020年減少超過12%。",
        "能耗密度: 1.72 兆瓦时/百万元 • 相较于2020年密度减少9%",
    ],
)
def test_a_change_that_the_values_do_not_bear_out_is_found(statement: str) -> None:
    assert len(found(text(statement))) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "能耗密度同比降低了10%。",
        "能耗密度同比降低了10.4%。",
        "2021年，能耗密度较上年下降约10%。",
        "能耗密度较2020年减少超过9%。",
        "能耗密度: 1.72 兆瓦时/百万元 • 相较于2020年密度减少10%",
        "能耗密度降低了9%。",  # against what?
        "能耗密度较2015年降低了9%。",
        "设备能效同比提升9%。",
        "能耗密度同比降低了9个百分点。",
    ],
)
def test_other_statements_are_not(statement: str) -> None:
    assert found(text(statement)) == []


def test_a_statement_may_run_over_lines_and_its_own_line_is_named() -> None:
    (row,) = found(text("此外，能耗密度同比", "降低了9%。", "", "其他"))
    assert row["message"] == (
        "acme-2021: line 2 states a change of -9 % (降低了9%), but energy_intensity_revenue of 2021 is 1.72 "
        "on line 9 after 1.92 on line 8, a change of -10.91 to -9.922 %; look which of the three is "
        "misprinted."
    )
    assert (row["observed"], row["severity"], row["flagged"]) == (-9.0, "warning", [])


def test_a_blank_line_ends_what_a_statement_can_speak_of() -> None:
    assert found(text("能耗密度同比", "", "降低了9%。")) == []


def test_growth_that_is_a_metric_is_checked_like_a_sentence() -> None:
    revenue = [datapoint("revenue", "76", 1, fiscal_year=2020), datapoint("revenue", "95", 2)]
    for growth, number in (("25", 0), ("24.9", 0), ("36.9", 1)):
        stated = datapoint("revenue_growth", growth, 3)
        assert len(found(text(""), [*revenue, stated])) == number
