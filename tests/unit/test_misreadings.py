"""Texts that were once misread, each with what they say."""

import time

import pytest
from reading import facts, read, tabbed

from pipelines.catalogue import load_catalogue
from pipelines.extraction.labels import LabelMatcher
from pipelines.text import fold

CATALOGUE = load_catalogue()
MATCHER = LabelMatcher(CATALOGUE)


def meaning(label: str, unit: str) -> str | None:
    mapping = MATCHER.match(label, CATALOGUE.units.parse(unit))
    return mapping.metric if mapping else None


def test_a_lone_page_number_between_headings_is_no_value() -> None:
    assert facts("员工培训与发展\n\n28\n\n供应商总数\n") == []
    assert facts("员工总数\n\n04\n\n供应商总数\n\n06\n") == []


def test_a_value_before_its_label_does_not_take_the_next_cards_label() -> None:
    text = "年度新增授权外观专利\n\n1件\n\n年度新增申请专利\n\n17件\n\n软件著作权\n\n290件\n"
    assert facts(text) == [
        (None, None, 2023, 1.0),
        ("patents_applied_new", None, 2023, 17.0),
        ("software_copyrights", None, 2023, 290.0),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "指标 2022年 2023年\n\n员工总数\n\n供应商总数\n\n900\n\n500\n\n400\n\n1,000\n",
        "指标 单位 2022年 2023年\n\n员工总数\n人\n\n供应商总数\n家\n\n900\n1,000\n\n200\n300\n",
        "指标 单位 2022年 2023年\n\n员工总数\n\n供应商总数\n\n人\n\n家\n\n900\n\n1,000\n\n200\n\n300\n",
    ],
)
def test_torn_columns_under_a_header_are_no_rows(text: str) -> None:
    certain = [row for row in read(text) if row["confidence"] == "certain"]
    assert [
        r for r in certain if r["metric_code"] == "suppliers_total" and r["value"] in (900, 500, 1000)
    ] == []
    assert [row for row in read(text) if row["label_raw"].isdigit()] == []


def test_a_row_whose_values_cannot_be_read_is_left_out() -> None:
    assert facts("指标 单位 2022年 2023年\n员工总数 人 1,23 4,56\n") == []


def test_a_group_row_that_carries_the_unit_is_no_header() -> None:
    rows = "\n".join(
        [
            "指标 | 单位 | 2023年",
            "员工总数 | 人 | 1,000",
            "按性别划分 | % |",
            "男 | | 54.0",
            "女 | | 46.0",
            "供应商总数 | 家 | 20",
        ]
    )
    metrics = [metric for metric, *_ in facts(tabbed(rows))]
    assert metrics == ["employees_total", "employees_share", "employees_share", "suppliers_total"]


@pytest.mark.parametrize("cell", ["12&nbsp;", "12<sup>1</sup>", "12*", "12（估计）", "12[3]"])
def test_marks_and_notes_after_a_value_are_left_out(cell: str) -> None:
    assert facts(tabbed(f"指标 | 单位 | 2023年\n用水总量 | 吨 | {cell}")) == [
        ("water_consumption", None, 2023, 12.0)
    ]


def test_a_raised_mark_after_a_label_is_left_out() -> None:
    assert facts(tabbed("指标 | 单位 | 2023年\n员工总数<sup>1</sup> | 人 | 12")) == [
        ("employees_total", None, 2023, 12.0)
    ]


def test_a_blank_among_values_is_not_disclosed() -> None:
    assert facts(tabbed("指标 | 单位 | 2022年 | 2023年\n用水总量 | 吨 | | 12")) == [
        ("water_consumption", None, 2022, "not_disclosed"),
        ("water_consumption", None, 2023, 12.0),
    ]


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("温室气体减排量", "吨二氧化碳当量"),
        ("新员工离职率", "%"),
        ("安全培训覆盖率", "%"),
        ("新员工培训覆盖率", "%"),
        ("潜在供应商数量", "家"),
        ("塑料包装材料总量", "吨"),
        ("子公司能源消耗总量", "兆瓦时"),
        ("外包废弃物排放总量", "吨"),
        ("可再生外购电力消耗量", "千瓦时"),
        ("重大负责任营销违规事件", "件"),
    ],
)
def test_a_word_before_a_known_label_makes_another_metric(label: str, unit: str) -> None:
    assert meaning(label, unit) is None


@pytest.mark.parametrize(
    ("label", "unit"),
    [("员工总数", "万美元"), ("专利", "盆"), ("客户投诉数量", "件/盆"), ("培训总时长", "吨/盆")],
)
def test_a_unit_that_is_unknown_or_of_another_kind_is_a_veto(label: str, unit: str) -> None:
    (row,) = read(tabbed(f"指标 | 单位 | 2023年\n{label} | {unit} | 5"))
    assert row["metric_code"] is None


def test_neighbouring_numbers_do_not_confirm_each_other() -> None:
    table = "| 指标 | 单位 | 2023年 |\n| 员工总数 | 人 | 1,234 |\n\n我们持续改进。\n\n"
    assert len(facts(f"{table}员工总数\n\n供应商总数\n\n1,235\n\n299\n")) == 1


@pytest.mark.parametrize(
    ("printed", "folded"), [("⾧", "长"), ("⾞", "车"), ("⾨", "门"), ("⾒", "见"), ("⾴", "页")]
)
def test_radicals_fold_to_simplified_characters(printed: str, folded: str) -> None:
    assert fold(printed) == folded


def test_a_target_is_no_datapoint() -> None:
    assert facts("目标：2030年用水总量下降 20%\n") == []


@pytest.mark.parametrize("unit", ["sq.m.", "sq.ft.", "no.", "万美元", "百万港元"])
def test_units_with_a_final_dot_and_scaled_foreign_money_are_units(unit: str) -> None:
    assert CATALOGUE.units.parse(unit) is not None


def test_growth_in_a_sentence_is_of_what_the_clause_before_names() -> None:
    assert facts("2023年，公司实现营业收入54.7亿元，同比增长12.3%。") == [
        ("revenue", None, 2023, 5.47e9),
        ("revenue_growth", None, 2023, 12.3),
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\n\n".join(["员工总数", "5 人"] * 1000), id="cards"),
        pytest.param("指标\t单位\t2023年\n绿色工位\t个\t" + "9" * 8000, id="digits in a cell"),
        pytest.param("指标\t单位\t2023年\n" + "我们" * 5000 + "员工总数\t人\t5", id="affixes"),
        pytest.param("指标\t单位\t2023年\n" + "30岁以下" * 2000 + "\t%\t5", id="ages"),
        pytest.param("员工总数、" * 2000 + "分别为" + "、".join(["5人"] * 2000) + "。", id="respectively"),
    ],
)
def test_repetition_does_not_take_long(text: str) -> None:
    started = time.process_time()
    read(text)
    assert time.process_time() - started < 2


def test_the_year_compared_with_is_not_the_year_of_the_number() -> None:
    rows = read("• 用水密度：3.01 吨/百万人民币营收\n• 相较于2022年密度减少18%\n")
    assert [(row["metric_code"], row["fiscal_year"], row["value_printed"]) for row in rows] == [
        ("water_intensity_revenue", 2023, 3.01),
        (None, 2023, 18.0),
    ]


def test_the_last_value_of_a_torn_row_does_not_take_the_next_rows_label() -> None:
    row = "二氧化硫\n\n有组织\n\n2\n\n2.34吨\n\n20吨\n"
    assert all(metric is None for metric, *_ in facts(row + row.replace("二氧化硫", "氮氧化物")))


def test_a_note_column_is_no_label_and_a_number_never_is() -> None:
    text = tabbed("\n | 附注 | 2023年 | 2022年\n收益 | 5 | 1,234 | 1,111\n毛利 | 434 | 411\n")
    assert {row["label_raw"] for row in read(text)} <= {"收益", "毛利"}
