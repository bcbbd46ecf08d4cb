"""Charts over years whose values and years stand in a line each."""

import pytest
from reading import facts, read

READ = [
    ("energy_intensity_revenue", 2021, 0.0372),
    ("energy_intensity_revenue", 2022, 0.0366),
    ("energy_intensity_revenue", 2023, 0.0363),
]
YEARS, VALUES = "2021年 2022年 2023年", "3.72 3.66 3.63"


@pytest.mark.parametrize("title", ["单位营收能耗（兆瓦时/亿元）", "单位营收能耗\n（兆瓦时/亿元）"])
@pytest.mark.parametrize("lines", [(YEARS, VALUES), (VALUES, YEARS)])
def test_values_and_years_belong_together_from_left_to_right(title: str, lines: tuple[str, str]) -> None:
    found = facts("\n\n".join([title, *lines]))
    assert [(metric, year, round(float(value or 0), 4)) for metric, _, year, value in found] == READ


def test_the_pairing_is_likely_and_its_evidence_holds_title_years_and_values() -> None:
    first, *_ = read(f"员工总数（人）\n\n{YEARS}\n\n980 1,020 1,100")
    assert (first["pairing"], first["confidence"]) == ("header", "likely")
    assert first["evidence"] == f"员工总数（人）\n{YEARS}\n980 1,020 1,100"


@pytest.mark.parametrize(
    "text",
    [
        f"员工总数（人）\n\n{YEARS}\n\n980 1,020",  # as many as years
        f"绿色绩效\n\n{YEARS}\n\n980 1,020 1,100",  # of nothing known
        f"员工总数（人）\n\n{YEARS}\n\n980 1,020 1,100\n\n12 13 14",  # a row of several
        "员工总数（人）\n\n2021年 2022年 2021年\n\n980 1,020 1,100",
        f"培训覆盖率\n\n{YEARS}\n\n96.1%97.2%98.3%",  # glued: drawn from right to left
        "员工总数（人）\n\n2023年 2024年 2025年\n\n980 1,020 1,100",  # what is to come
    ],
)
def test_what_is_no_such_chart_is_not_read(text: str) -> None:
    assert [fact for fact in facts(text) if fact[0]] == []


@pytest.mark.parametrize("lines", ["{t}\n\n{y}\n\n{v}", "{y}\n\n{v}\n\n{t}"])
def test_the_title_may_stand_below(lines: str) -> None:
    text = lines.format(t="单位营收能耗（兆瓦时/亿元）", y=YEARS, v=VALUES)
    found = facts(f"绿色绩效\n\n{text}\n\n绿色办公")
    assert [(metric, year, round(float(value or 0), 4)) for metric, _, year, value in found] == READ


def test_values_and_years_that_take_turns_belong_together_from_the_ends_of_the_run() -> None:
    turns = "980\n2021年\n1,020\n2022年\n1,100\n2023年"
    expected = [
        ("employees_total", None, year, value)
        for year, value in zip((2021, 2022, 2023), (980.0, 1020.0, 1100.0), strict=True)
    ]
    assert facts(f"经营绩效\n\n{turns}\n\n员工总数（人）") == expected
    assert facts(f"员工总数（人）\n\n{turns}\n\n经营绩效") == expected


def test_a_title_between_two_charts_is_of_the_one_below_where_both_could_have_theirs_above() -> None:
    chart = f"{YEARS}\n\n980 1,020 1,100"
    found = facts(f"员工总数（人）\n\n{chart}\n\n供应商总数（家）\n\n{chart}")
    assert [metric for metric, *_ in found] == ["employees_total"] * 3 + ["suppliers_total"] * 3


def test_values_that_share_a_line_tell_that_a_chart_is_drawn_from_left_to_right() -> None:
    title, axis = "人均用水量（吨/人）", "2021年 2022年 2023年"
    found = [
        ("water_per_employee", None, 2021, 11.79),
        ("water_per_employee", None, 2022, 10.41),
        ("water_per_employee", None, 2023, 10.66),
    ]
    assert facts(f"{title}\n11.79\n10.41 10.66\n{axis}") == found
    assert not {fact[2] for fact in facts(f"{title}\n11.79\n10.41\n10.66\n{axis}")} & {2021, 2022, 2023}
    assert [metric for metric, *_ in facts(f"{title}\n11.79\n10.41 10.66 9.80\n{axis}") if metric] == []


def test_the_values_between_two_axes_belong_to_one_chart() -> None:
    axis = "2021年 2022年 2023年"
    chart = f"人均用水量（吨/人）\n{axis}\n11.1 10.2 10.3\n{axis}\n单位营收用水量（吨/百万元）"
    assert len(facts(chart)) <= 3
