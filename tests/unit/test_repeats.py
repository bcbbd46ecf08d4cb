"""Values that repeat what is printed elsewhere for a metric named near them."""

import pytest
from reading import read

SENTENCE = "以下为本年度的经营情况，请与上表一并阅读。"
TABLE = f"指标 单位 2022年 2023年\n员工总数 人 4,512 4,857\n\n{SENTENCE}\n\n"
BARS = "员工总数（人）\n\n4,300\n\n4,857\n\n4,512"


def repeated(text: str) -> list[tuple[str | None, int | None, float | None]]:
    found = [row for row in read(text) if row["pairing"] == "repeated"]
    return [(row["metric_code"], row["fiscal_year"], row["value"]) for row in found]


@pytest.mark.parametrize("figures", [BARS, "4,300 4,857 4,512\n\n员工总数（人）  产品数量"])
def test_figures_without_told_order_are_of_the_years_that_a_table_prints_them_for(figures: str) -> None:
    assert repeated(TABLE + figures) == [("employees_total", 2023, 4857.0), ("employees_total", 2022, 4512.0)]


def test_they_are_likely_and_say_which_line_they_repeat() -> None:
    rows = [row for row in read(TABLE + BARS) if row["pairing"] == "repeated"]
    assert {(row["confidence"], row["layout"]) for row in rows} == {("likely", "chart")}
    assert rows[0]["proof"] == "line 2 prints 4,857 for 2023"


@pytest.mark.parametrize(
    ("printed", "instead"),
    [
        pytest.param(TABLE, "", id="nothing prints them elsewhere"),
        pytest.param("员工总数（人）", "产品数量（个）", id="no label near names the metric"),
        pytest.param("员工总数（人）", "员工总数（万人）", id="the label names another unit"),
        pytest.param("人 4,512 4,857", "人 4,857 4,857", id="two years have the number"),
        pytest.param("4,857", "4,800", id="few digits may agree by chance"),
        pytest.param("\n\n4,300", f"\n\n{SENTENCE * 2}\n\n4,300", id="a sentence stands between"),
    ],
)
def test_a_number_that_is_not_told_is_left(printed: str, instead: str) -> None:
    found = repeated((TABLE + BARS).replace(printed, instead))
    assert 4857.0 not in [value for *_, value in found]
    assert 4800.0 not in [value for *_, value in found]
