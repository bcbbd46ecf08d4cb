"""Stacked tables: a cell on every line."""

import pytest
from reading import facts, read

HEADER = "指标 单位 2022年 2023年"
ROWS = "员工总数 人 900 1,000 总用水量 立方米 12,345 — 流失率 % 10.1 9.8"
READ = [
    ("employees_total", None, 2022, 900.0),
    ("employees_total", None, 2023, 1000.0),
    ("water_consumption", None, 2022, 12345.0),
    ("water_consumption", None, 2023, "not_disclosed"),
    ("turnover_rate", None, 2022, 10.1),
    ("turnover_rate", None, 2023, 9.8),
]


def stacked(*parts: str) -> str:
    return "\n".join(" ".join(parts).split())


@pytest.mark.parametrize("header", [HEADER, "2022年 2023年", "项目 计量单位 上年同期 报告期"])
def test_every_row_is_its_words_and_then_a_value_for_every_column(header: str) -> None:
    assert facts(stacked(header, ROWS)) == READ


def test_what_a_header_titles_is_certain() -> None:
    rows = read(stacked(HEADER, ROWS))
    assert {(row["layout"], row["pairing"], row["confidence"]) for row in rows} == {
        ("table", "header", "certain")
    }


def test_one_year_needs_the_title_of_the_units_before_it() -> None:
    rows = "员工总数 人 1,000 供应商总数 家 299"
    assert facts(stacked("指标 单位 2023年", rows)) == [
        ("employees_total", None, 2023, 1000.0),
        ("suppliers_total", None, 2023, 299.0),
    ]


def test_a_row_with_fewer_values_than_columns_is_not_read() -> None:
    assert facts(stacked(HEADER, ROWS.replace("12,345 —", "12,345"))) == READ[:2] + READ[4:]


def test_a_row_without_a_unit_may_print_a_dash_for_it() -> None:
    assert facts(stacked(HEADER, "员工总数 人 900 1,000 百万工时工伤率 — 1.05 0.91"))[2:] == [
        ("injury_rate", None, 2022, 1.05),
        ("injury_rate", None, 2023, 0.91),
    ]


def test_headings_between_rows_open_groups() -> None:
    rows = "员工总数 人 900 1,000 按性别划分 男性 人 500 550 女性 人 400 450"
    assert facts(stacked(HEADER, rows))[2:] == [
        ("employees_count", "gender:male", 2022, 500.0),
        ("employees_count", "gender:male", 2023, 550.0),
        ("employees_count", "gender:female", 2022, 400.0),
        ("employees_count", "gender:female", 2023, 450.0),
    ]


def test_a_title_above_the_header_names_the_metric_of_its_members() -> None:
    table = stacked("员工流失率 类别 2023年 2022年", "整体 52.3% 57.8% 男性 55.1% 60.4% 女性 49.9% 55.6%")
    assert facts(table) == [
        ("turnover_rate", None, 2023, 52.3),
        ("turnover_rate", None, 2022, 57.8),
        ("turnover_rate", "gender:male", 2023, 55.1),
        ("turnover_rate", "gender:male", 2022, 60.4),
        ("turnover_rate", "gender:female", 2023, 49.9),
        ("turnover_rate", "gender:female", 2022, 55.6),
    ]


def test_prose_ends_a_table() -> None:
    text = stacked(HEADER, ROWS) + "\n以上数据来自公司内部统计系统，未经审计。\n董事人数\n7\n8\n"
    assert [fact for fact in facts(text) if fact[2] == 2022] == READ[::2]


def test_labels_that_stand_apart_from_the_values_are_no_rows() -> None:
    columns = stacked(HEADER, "员工总数 供应商总数 专利授权数 900 299 45 1,000 310 60")
    assert "header" not in {row["pairing"] for row in read(columns)}


def test_rows_of_a_label_a_unit_and_a_value_need_no_header() -> None:
    text = "治理\n董事会人数\n人\n7\n贪污诉讼案件\n宗\n0\n培训总时长\n小时\n2,400"
    assert facts(text) == [
        ("board_size", None, 2023, 7.0),
        ("corruption_cases", None, 2023, 0.0),
        ("training_hours_total", None, 2023, 2400.0),
    ]
    assert {fact[2] for fact in facts(f"2022年\n{text.removeprefix('治理')}")} == {2022}


def test_units_tell_whether_labels_stand_before_or_behind_their_values() -> None:
    text = "供应商概况\n小时\n2,400\n培训总时长\n家\n120\n供应商总数"
    assert ("suppliers_total", None, 2023, 2400.0) not in facts(text)
    assert ("training_hours_total", None, 2023, 120.0) not in facts(text)


def test_members_may_head_the_columns() -> None:
    text = "育儿假\n女\n男\n返岗率\n97.8%\n99.7%\n留任率\n91.4%\n94.6%"
    assert facts(text) == [
        ("parental_leave_return_rate", "gender:female", 2023, 97.8),
        ("parental_leave_return_rate", "gender:male", 2023, 99.7),
        ("parental_leave_retention_rate", "gender:female", 2023, 91.4),
        ("parental_leave_retention_rate", "gender:male", 2023, 94.6),
    ]


def test_the_columns_may_be_metrics_with_their_units_below() -> None:
    header = "类别\n受训雇员百分比\n（%）\n平均受训时数\n（小时/人）"
    rows = "整体\n总计\n98.6\n18.6\n按性别\n男性\n98.2\n17.9\n女性\n99.1\n19.4"
    assert facts(f"{header}\n{rows}") == [
        ("training_coverage", None, 2023, 98.6),
        ("training_hours_avg", None, 2023, 18.6),
        ("training_coverage", "gender:male", 2023, 98.2),
        ("training_hours_avg", "gender:male", 2023, 17.9),
        ("training_coverage", "gender:female", 2023, 99.1),
        ("training_hours_avg", "gender:female", 2023, 19.4),
    ]


def test_bare_rows_below_members_are_of_what_the_title_names() -> None:
    members = "按地区划分的供应商\n地区\n华东地区\n华南地区\n总计"
    assert facts(f"{members}\n数量（家）\n702\n268\n970\n占比\n72.4%\n27.6%\n100%") == [
        ("suppliers_count", "region:east_china", 2023, 702.0),
        ("suppliers_count", "region:south_china", 2023, 268.0),
        ("suppliers_total", None, 2023, 970.0),
        ("suppliers_share", "region:east_china", 2023, 72.4),
        ("suppliers_share", "region:south_china", 2023, 27.6),
        (None, None, 2023, 100.0),
    ]
