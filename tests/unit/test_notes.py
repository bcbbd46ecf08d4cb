"""Footnotes that limit a perimeter or redefine a figure are tied to the numbers that carry their mark."""

import pytest
from reading import read, tabbed

SHANGHAI = "数据统计范围覆盖上海办公场所，不涉及北京办公场所"


def scopes(text: str) -> dict[str, str | None]:
    """Return the perimeter of every catalogued metric of a text."""
    return {row["metric_code"]: row["scope_note"] for row in read(text) if row["metric_code"]}


@pytest.mark.parametrize(("mark", "note"), [("*", "*"), ("¹", "¹"), ("[1]", "[1]"), ("^注", "注:")])
def test_a_mark_on_a_label_ties_its_row(mark: str, note: str) -> None:
    table = tabbed(f"指标 | 单位 | 2023年\n用水总量{mark} | 吨 | 695\n用纸总量 | 吨 | 4.16")
    assert scopes(f"{table}\n\n{note} {SHANGHAI}。") == {
        "water_consumption": SHANGHAI,
        "paper_consumption": None,
    }


def test_a_mark_on_a_heading_ties_its_group() -> None:
    table = tabbed(
        "指标 | 单位 | 2023年\n水资源消耗⁴ | | \n用水总量 | 吨 | 695\n纸张消耗 | | \n用纸总量 | 吨 | 4.16"
    )
    assert scopes(f"{table}\n\n⁴ {SHANGHAI}") == {"water_consumption": SHANGHAI, "paper_consumption": None}


def test_marks_and_notes_of_one_number_go_together_in_order() -> None:
    first = tabbed("指标 | 单位 | 2023年\n外购电力[1] | 兆瓦时 | 527.69")
    second = tabbed("指标 | 单位 | 2023年\n用水总量[1] | 吨 | 695")
    notes = f"[1] 以上数据覆盖上海、重庆办公场所。\n[1] {SHANGHAI}。"
    assert scopes(f"{first}\n\n{second}\n\n{notes}") == {
        "electricity_consumption": "以上数据覆盖上海、重庆办公场所",
        "water_consumption": SHANGHAI,
    }


def test_a_print_without_the_mark_has_the_same_perimeter() -> None:
    table = tabbed("指标 | 单位 | 2023年\n用水总量* | 吨 | 695")
    text = f"2023年，公司用水总量为695吨。\n\n{table}\n\n* {SHANGHAI}。"
    assert [row["scope_note"] for row in read(text)] == [SHANGHAI, SHANGHAI]


@pytest.mark.parametrize(
    "note",
    ["自本年度起，温室气体排放总量开始计入范围三排放量。", "2022年数据已重述。", "仅包括正式员工。"],
)
def test_a_redefinition_is_noted(note: str) -> None:
    table = tabbed("指标 | 单位 | 2023年\n温室气体排放总量* | 吨二氧化碳当量 | 695")
    assert scopes(f"{table}\n\n* {note}") == {"ghg_total": note.rstrip("。")}


def test_a_note_on_method_limits_nothing() -> None:
    table = tabbed("指标 | 单位 | 2023年\n温室气体排放总量* | 吨二氧化碳当量 | 695")
    assert scopes(f"{table}\n\n* 核算方法参考国家发展和改革委员会公布的指南。") == {"ghg_total": None}


def test_the_next_heading_is_no_part_of_a_note() -> None:
    table = tabbed("指标 | 单位 | 2023年\n用水总量* | 吨 | 695")
    assert scopes(f"{table}\n\n* 数据为上海职场总计\n人权保障") == {"water_consumption": "数据为上海职场总计"}


def test_digits_of_a_qualified_share_are_no_mark() -> None:
    note = "1 不含实习生，仅包括与公司签订劳动合同的全职员工。"
    (row,) = read(f"报告期内，公司劳动合同签订率为91%以上。\n\n{note}")
    assert (row["value"], row["qualifier"], row["scope_note"]) == (91.0, "more_than", None)
