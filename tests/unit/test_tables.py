"""Delimited tables: TABs or pipes, HTML in cells, group rows, merged cells, year and member columns."""

import pytest
from reading import facts, read, tabbed

TABLE = """指标 | 单位 | 2022年 | 2023年
温室气体排放总量 | 吨二氧化碳当量 | 1,300.2 | 1,234.5
员工总数 | 人 | 900 | 1,000
按性别划分 | | |
男 | % | 55.0 | 54.0
女 | % | 45.0 | 46.0
供应商总数 | 家 | 不适用 | 0"""

FACTS = [
    ("ghg_total", None, 2022, 1300.2),
    ("ghg_total", None, 2023, 1234.5),
    ("employees_total", None, 2022, 900.0),
    ("employees_total", None, 2023, 1000.0),
    ("employees_share", "gender:male", 2022, 55.0),
    ("employees_share", "gender:male", 2023, 54.0),
    ("employees_share", "gender:female", 2022, 45.0),
    ("employees_share", "gender:female", 2023, 46.0),
    ("suppliers_total", None, 2022, "not_applicable"),
    ("suppliers_total", None, 2023, 0.0),
]


# --- delimiters and cells ---


def test_cells_parted_by_tabs() -> None:
    assert facts(tabbed(TABLE)) == FACTS


def test_cells_parted_by_pipes() -> None:
    assert facts(TABLE) == FACTS


def test_a_markdown_table_with_its_rule() -> None:
    header, *rows = TABLE.split("\n")
    lines = [header, "--- | --- | ---: | ---:", *rows]
    assert facts("\n".join(f"| {line} |" for line in lines)) == FACTS


def test_blank_lines_between_rows_do_not_end_a_table() -> None:
    assert facts(tabbed(TABLE).replace("\n", "\n\n")) == FACTS


def test_cells_parted_by_html() -> None:
    rows = [[f'<td class="x">{cell.strip()}</td>' for cell in row.split("|")] for row in TABLE.split("\n")]
    assert facts("\n".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)) == FACTS


def test_a_stray_tag_of_html_hides_no_cells() -> None:
    assert facts(tabbed(TABLE).replace("供应商总数", "供应商总数</td>")) == FACTS


def test_a_whole_table_of_html_may_stand_on_one_line() -> None:
    rows = ["".join(f"<td>{cell.strip()}</td>" for cell in row.split("|")) for row in TABLE.split("\n")]
    assert facts(f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>") == FACTS


def test_cells_of_html_may_cover_others() -> None:
    text = (
        '<table><tr><td colspan="2">指标</td><td>单位</td><td>2023年</td></tr>'
        '<tr><td rowspan="2">按性别划分的员工人数</td><td>男</td><td>人</td><td>700</td></tr>'
        "<tr><td>女</td><td>人</td><td>500</td></tr>"
        '<tr><td rowspan="2">员工流失率</td><td>男</td><td>%</td><td>12.5</td></tr>'
        "<tr><td>女</td><td>%</td><td>11.5</td></tr>"
        '<tr><td colspan="2">用水总量</td><td>吨</td><td>300</td></tr></table>'
    )
    assert facts(text) == [
        ("employees_count", "gender:male", 2023, 700.0),
        ("employees_count", "gender:female", 2023, 500.0),
        ("turnover_rate", "gender:male", 2023, 12.5),
        ("turnover_rate", "gender:female", 2023, 11.5),
        ("water_consumption", None, 2023, 300.0),
    ]


def test_html_tags_in_cells_are_no_text() -> None:
    rows = """<b>指标</b> | 单位 | <p style="x">2023年</p>
    <b>员工总数</b> | 人 | <b>1,000</b>
    用水<br>总量 | 吨 | <p>3,100</p>"""
    assert facts(tabbed(rows)) == [
        ("employees_total", None, 2023, 1000.0),
        ("water_consumption", None, 2023, 3100.0),
    ]


def test_the_raw_value_is_verbatim_and_stands_in_the_evidence() -> None:
    (row,) = read(tabbed("指标 | 单位 | 2023年\n<b>用水总量</b> | 吨 | <b>３，１００</b>"))
    assert row["raw_value"] == "３，１００"
    assert row["evidence"] == "<b>用水总量</b>\t吨\t<b>３，１００</b>"
    assert (row["line_no"], row["label_line_no"], row["label_raw"]) == (2, 2, "用水总量")
    assert (row["value"], row["unit"], row["value_printed"], row["unit_printed"]) == (
        3100.0,
        "m3",
        3100.0,
        "吨",
    )
    assert (row["layout"], row["pairing"], row["confidence"], row["decimals"]) == (
        "table",
        "header",
        "certain",
        0,
    )


@pytest.mark.parametrize(
    "cell",
    [
        "<ul><li>员工培训覆盖率 98%</li><li>员工总数 925 人</li></ul>",
        "<ul> 员工培训覆盖率达98% 员工总数925人 </ul>",
    ],
)
def test_list_items_in_a_cell_are_statements(cell: str) -> None:
    assert facts(tabbed(f"议题 | 绩效\n员工 | {cell}")) == [
        ("training_coverage", None, 2023, 98.0),
        ("employees_total", None, 2023, 925.0),
    ]


def test_list_items_may_begin_with_their_numbers() -> None:
    cell = "<ul><li>98.5% 客户满意度</li><li>1,200 件 客户投诉数量</li></ul>"
    assert facts(tabbed(f"议题 | 2023年进展\n客户 | {cell}")) == [
        ("customer_satisfaction", None, 2023, 98.5),
        ("complaints_received", None, 2023, 1200.0),
    ]


def test_list_items_under_a_target_are_no_datapoints() -> None:
    assert facts(tabbed("议题 | 2025年目标\n员工 | <ul><li>员工培训覆盖率 98%</li></ul>")) == []


# --- values ---


def test_a_stroke_not_applicable_zero_and_a_number_are_four_things() -> None:
    rows = """指标 | 单位 | 2020年 | 2021年 | 2022年 | 2023年
    用水总量 | 吨 | / | 不適用 | 0 | 5"""
    assert facts(tabbed(rows)) == [
        ("water_consumption", None, 2020, "not_disclosed"),
        ("water_consumption", None, 2021, "not_applicable"),
        ("water_consumption", None, 2022, 0.0),
        ("water_consumption", None, 2023, 5.0),
    ]


def test_values_are_converted_into_the_unit_of_the_metric() -> None:
    rows = """指标 | 单位 | 2023年
    能源消耗总量 | 吉焦 | 3,600
    用电量 | 万千瓦时 | 12.5
    营业收入 | 亿元 | 54.7
    汽油消耗密度 | 升/万元 | 2
    用水总量 | 吨 | 5"""
    assert facts(tabbed(rows)) == [
        ("energy_total", None, 2023, 1000.0),
        ("electricity_consumption", None, 2023, 125.0),
        ("revenue", None, 2023, 5_470_000_000.0),
        ("gasoline_intensity_revenue", None, 2023, 200.0),
        ("water_consumption", None, 2023, 5.0),
    ]


def test_the_unit_may_stand_in_the_label_the_cell_or_the_header() -> None:
    assert facts(tabbed("指标 | 2023年\n研发费用（万元） | 5")) == [("rnd_spend", None, 2023, 50_000.0)]
    assert facts(tabbed("指标 | 2023年\n研发费用 | 5 万元")) == [("rnd_spend", None, 2023, 50_000.0)]
    assert facts(tabbed("指标 | 2023年（万元）\n研发费用 | 5")) == [("rnd_spend", None, 2023, 50_000.0)]


# --- labels ---


def test_a_row_whose_label_is_unknown_is_kept_unmapped() -> None:
    (row,) = read(tabbed("指标 | 单位 | 2023年\n绿色会议室 | 间 | 5"))
    assert (row["metric_code"], row["label_raw"], row["value"], row["unit"]) == (
        None,
        "绿色会议室",
        5.0,
        "count",
    )


@pytest.mark.parametrize(("label", "unit"), [("汽油消耗量", "吨"), ("温室气体排放密度", "%")])
def test_a_unit_that_contradicts_the_label_leaves_the_row_unmapped(label: str, unit: str) -> None:
    (row,) = read(tabbed(f"指标 | 单位 | 2023年\n{label} | {unit} | 3"))
    assert (row["metric_code"], row["value_printed"], row["unit_printed"]) == (None, 3.0, unit)


def test_a_merged_first_column_is_the_category_of_the_rows_below() -> None:
    rows = """类别 | 指标 | 单位 | 2023年
    环境 | 用水总量 | 吨 | 100
     | 用纸总量 | 吨 | 2
    社会 | 员工总数 | 人 | 50"""
    assert facts(tabbed(rows)) == [
        ("water_consumption", None, 2023, 100.0),
        ("paper_consumption", None, 2023, 2.0),
        ("employees_total", None, 2023, 50.0),
    ]


def test_a_merged_first_column_may_open_a_group() -> None:
    rows = """类别 | 指标 | 单位 | 2023年
    按性别划分的员工人数 | 男性 | 人 | 540
     | 女性 | 人 | 460
    用水 | 用水总量 | 吨 | 3"""
    assert facts(tabbed(rows)) == [
        ("employees_count", "gender:male", 2023, 540.0),
        ("employees_count", "gender:female", 2023, 460.0),
        ("water_consumption", None, 2023, 3.0),
    ]


def test_dash_children_belong_to_the_row_above() -> None:
    rows = """指标 | 单位 | 2023年
    员工总数 | 人 | 1,000
    —男性员工比例 | % | 54
    —女性员工比例 | % | 46"""
    assert facts(tabbed(rows)) == [
        ("employees_total", None, 2023, 1000.0),
        ("employees_share", "gender:male", 2023, 54.0),
        ("employees_share", "gender:female", 2023, 46.0),
    ]


# --- groups ---


def test_a_group_row_goes_with_the_metric_above_it() -> None:
    rows = """指标 | 单位 | 2023年
    员工流失率 | % | 10.5
    按年龄划分 | |
    30岁以下 | % | 21
    30-50岁 | % | 16
    50岁以上 | % | /"""
    assert facts(tabbed(rows)) == [
        ("turnover_rate", None, 2023, 10.5),
        ("turnover_rate", "age:<30", 2023, 21.0),
        ("turnover_rate", "age:30-50", 2023, 16.0),
        ("turnover_rate", "age:>50", 2023, "not_disclosed"),
    ]


def test_a_group_row_may_name_its_own_metric() -> None:
    rows = """指标 | 单位 | 2023年
    员工总数 | 人 | 1,000
    按性别划分的员工流失率 | |
    男性 | % | 12
    女性 | % | 8"""
    assert facts(tabbed(rows))[1:] == [
        ("turnover_rate", "gender:male", 2023, 12.0),
        ("turnover_rate", "gender:female", 2023, 8.0),
    ]


def test_the_evidence_of_a_group_member_holds_the_group_row() -> None:
    rows = read(tabbed("指标 | 单位 | 2023年\n员工总数 | 人 | 10\n按性别划分 | |\n男 | % | 54"))
    assert rows[1]["evidence"] == "按性别划分\t\t\n男\t%\t54"


def test_members_of_one_group_and_year_share_a_set() -> None:
    shares = [row for row in read(tabbed(TABLE)) if row["metric_code"] == "employees_share"]
    sets = {year: {row["set_id"] for row in shares if row["fiscal_year"] == year} for year in (2022, 2023)}
    assert all(len(ids) == 1 and None not in ids for ids in sets.values())
    assert sets[2022] != sets[2023]
    assert {row["set_id"] for row in read(tabbed(TABLE)) if row["member"] is None} == {None}


# --- columns ---


@pytest.mark.parametrize(
    "header",
    [
        "指标 | 2021年 | 2022年 | 2023年",
        "指标名称 | 2021 | 2022 | 2023",
        "指标 | 2021年度 | 2022年度 | 截至2023年12月31日",
        " | 2021 | 2022 | 2023",
        "項目 | 2021 年 | 2022 年 | 2023 年",
        "Indicator | 2021 | 2022 | 2023",
    ],
)
def test_a_header_gives_every_column_its_year(header: str) -> None:
    assert facts(tabbed(f"{header}\n用水总量（吨） | 1 | 2 | 3")) == [
        ("water_consumption", None, 2021, 1.0),
        ("water_consumption", None, 2022, 2.0),
        ("water_consumption", None, 2023, 3.0),
    ]


def test_years_may_run_backwards() -> None:
    assert facts(tabbed("指标 | 单位 | 2023年 | 2022年\n用水总量 | 吨 | 3 | 2")) == [
        ("water_consumption", None, 2023, 3.0),
        ("water_consumption", None, 2022, 2.0),
    ]


def test_a_column_without_a_year_is_of_the_reports_year() -> None:
    assert facts(tabbed("指标 | 数值\n用水总量（吨） | 5"), year=2021) == [
        ("water_consumption", None, 2021, 5.0)
    ]


def test_columns_may_be_members() -> None:
    rows = """指标 | 单位 | 男性 | 女性 | 合计
    员工人数 | 人 | 600 | 400 | 1,000
    人均培训时长 | 小时 | 20 | 22 | 20.8"""
    assert facts(tabbed(rows)) == [
        ("employees_count", "gender:male", 2023, 600.0),
        ("employees_count", "gender:female", 2023, 400.0),
        ("employees_total", None, 2023, 1000.0),
        ("training_hours_avg", "gender:male", 2023, 20.0),
        ("training_hours_avg", "gender:female", 2023, 22.0),
        ("training_hours_avg", None, 2023, 20.8),
    ]


def test_columns_may_be_members_of_a_year() -> None:
    assert facts(tabbed("指标 | 单位 | 2022年男性 | 2022年女性\n员工流失率 | % | 12 | 8")) == [
        ("turnover_rate", "gender:male", 2022, 12.0),
        ("turnover_rate", "gender:female", 2022, 8.0),
    ]


@pytest.mark.parametrize("title", ["2025年目标", "页码", "同比变动", "备注"])
def test_targets_changes_and_remarks_are_no_values(title: str) -> None:
    assert facts(tabbed(f"指标 | 单位 | 2023年 | {title}\n用水总量 | 吨 | 100 | 80")) == [
        ("water_consumption", None, 2023, 100.0)
    ]


def test_a_second_header_sets_the_columns_anew() -> None:
    rows = """指标 | 单位 | 2023年
    用水总量 | 吨 | 5
    指标 | 单位 | 2021年
    用水总量 | 吨 | 7"""
    assert facts(tabbed(rows)) == [
        ("water_consumption", None, 2023, 5.0),
        ("water_consumption", None, 2021, 7.0),
    ]


def test_a_section_title_between_rows_does_not_end_a_table() -> None:
    assert facts("指标\t单位\t2023年\n用水总量\t吨\t5\n\n社会\n\n员工总数\t人\t7") == [
        ("water_consumption", None, 2023, 5.0),
        ("employees_total", None, 2023, 7.0),
    ]


# --- other tables ---


@pytest.mark.parametrize(
    "table",
    [
        "GRI标准 | 披露内容 | 页码\nGRI 302-1 | 能源消耗总量 | 45",
        "姓名 | 年龄 | 职务\n张三 | 45 | 董事",
        "日期 | 活动\n2023年5月 | 志愿者 30 人参加",
    ],
)
def test_a_table_without_columns_of_values_is_no_kpi_table(table: str) -> None:
    assert facts(tabbed(table)) == []


# --- tables without a header ---


def test_rows_below_a_title_that_names_metric_and_breakdown_need_no_header() -> None:
    text = (
        "按年龄划分的员工流失率\n30岁以下\t20%\n30-50岁\t15%\n50岁以上\t10%\n"
        "按性别划分的员工总数\n男性\t600\n女性\t400\n"
    )
    assert facts(text) == [
        ("turnover_rate", "age:<30", 2023, 20.0),
        ("turnover_rate", "age:30-50", 2023, 15.0),
        ("turnover_rate", "age:>50", 2023, 10.0),
        ("employees_count", "gender:male", 2023, 600.0),
        ("employees_count", "gender:female", 2023, 400.0),
    ]


def test_a_row_that_prints_its_unit_needs_no_header() -> None:
    assert facts("用水总量（吨）\t3,000\n客户满意度\t98.5%\n") == [
        ("water_consumption", None, 2023, 3000.0),
        ("customer_satisfaction", None, 2023, 98.5),
    ]


def test_a_contents_list_is_no_table() -> None:
    assert facts("目录\n员工总数\t15\n环境绩效\t28\n供应商总数\t60\n") == []


# --- what is not known, and footnote marks ---


def test_members_below_a_row_that_means_nothing_are_no_part_of_the_metric_before_it() -> None:
    text = TABLE.replace("按性别划分 | | |", "员工归属指数 | % | 60 | 61\n按性别划分 | | |")
    assert [row for row in facts(text) if row[0] == "employees_share"] == []


NOTED = """指标\t单位\t2022年\t2023年
员工培训覆盖率 21\t%\t47.5\t86.721
员工总数\t人\t900\t1,000

21 统计范围包括公司总部。"""


def test_marks_of_a_footnote_are_taken_off_label_and_value() -> None:
    assert facts(NOTED) == [
        ("training_coverage", None, 2022, 47.5),
        ("training_coverage", None, 2023, 86.7),
        ("employees_total", None, 2022, 900.0),
        ("employees_total", None, 2023, 1000.0),
    ]


def test_without_such_a_footnote_the_digits_are_the_values() -> None:
    assert [row[3] for row in facts(NOTED.replace("21 统计", "12 统计"))][1] == 86.721


def test_columns_of_labels_and_units_need_no_titles() -> None:
    rows = "\t\t2022年\t2023年\n员工总数\t人\t900\t1,000\n总用水量\t吨\t50\t60"
    assert facts(rows) == [
        ("employees_total", None, 2022, 900.0),
        ("employees_total", None, 2023, 1000.0),
        ("water_consumption", None, 2022, 50.0),
        ("water_consumption", None, 2023, 60.0),
    ]


def test_a_count_and_a_share_are_columns_of_what_the_first_title_names() -> None:
    assert facts("员工按年龄划分\t人数\t占比\n30岁以下\t700\t58.2%\n30岁以上\t503\t41.8%") == [
        ("employees_count", "age:<30", 2023, 700.0),
        ("employees_share", "age:<30", 2023, 58.2),
        ("employees_count", "age:>30", 2023, 503.0),
        ("employees_share", "age:>30", 2023, 41.8),
    ]


def test_a_unit_above_the_table_is_that_of_rows_that_print_none() -> None:
    rows = "项目\t2022年\t2023年\n营业收入\t900.5\t1,000.5\n员工总数（人）\t110\t120"
    assert facts(f"单位：人民币万元\n{rows}") == [
        ("revenue", None, 2022, 9_005_000.0),
        ("revenue", None, 2023, 10_005_000.0),
        ("employees_total", None, 2022, 110.0),
        ("employees_total", None, 2023, 120.0),
    ]


TURNOVER = [
    ("turnover_rate", "gender:male", 2022, 12.1),
    ("turnover_rate", "gender:male", 2023, 13.2),
    ("turnover_rate", "gender:female", 2022, 11.0),
    ("turnover_rate", "gender:female", 2023, 12.5),
]


@pytest.mark.parametrize(
    "rows",
    [
        "指标\t类别\t单位\t2022年\t2023年\n员工流失率\t男性\t%\t12.1\t13.2\n\t女性\t%\t11.0\t12.5",
        "指标\t单位\t2022年\t2023年\n员工流失率\t男性\t12.1%\t13.2%\n\t女性\t11.0%\t12.5%",
        "指标\t单位\t2022年\t2023年\n员工流失率\n按性别划分\t\t\t\n男\t%\t12.1\t13.2\n女\t%\t11.0\t12.5",
        "指标\t2022年\t2023年\n按性别划分的流失率 男性\t12.1%\t13.2%\n按性别划分的流失率 女性\t11.0%\t12.5%",
    ],
)
def test_a_metric_and_its_members_may_stand_in_cells_rows_or_one_label(rows: str) -> None:
    assert facts(rows) == TURNOVER


def test_a_rate_by_groups_without_its_member_is_no_total() -> None:
    found = facts("指标\t2022年\t2023年\n按性别划分的员工流失率\t12.1%\t13.2%")
    assert [metric for metric, *_ in found] == [None, None]


# --- headers of two tiers, and rows that hold a year ---

BY_YEAR_AND_GENDER = [
    ("employees_count", "gender:male", 2022, 700.0),
    ("employees_count", "gender:female", 2022, 500.0),
    ("employees_count", "gender:male", 2023, 720.0),
    ("employees_count", "gender:female", 2023, 530.0),
]


def test_members_may_part_the_columns_of_years() -> None:
    table = "指标|单位|2022年||2023年|\n||男|女|男|女\n员工人数|人|700|500|720|530"
    assert facts(tabbed(table)) == BY_YEAR_AND_GENDER


def test_years_may_part_the_columns_of_members() -> None:
    table = "指标|男性||女性|\n|2022年|2023年|2022年|2023年\n员工人数（人）|700|720|500|530"
    assert sorted(facts(tabbed(table))) == sorted(BY_YEAR_AND_GENDER)


def test_units_may_stand_below_the_years() -> None:
    assert facts(tabbed("项目|2022年|2023年\n|人民币千元|人民币千元\n营业收入|500,000|700,000")) == [
        ("revenue", None, 2022, 5e8),
        ("revenue", None, 2023, 7e8),
    ]


def test_a_part_that_is_not_known_is_not_the_year() -> None:
    assert (
        facts(tabbed("指标|单位|2022年||2023年|\n||上半年|下半年|上半年|下半年\n用水量|吨|70|50|72|53")) == []
    )


def test_a_row_may_hold_the_year_of_the_rows_below() -> None:
    table = "指标|单位|男|女\n2022年|||\n员工人数|人|700|500\n2023年|||\n员工人数|人|720|530"
    assert facts(tabbed(table)) == BY_YEAR_AND_GENDER
    assert read(tabbed(table))[0]["evidence"].split("\n")[0].strip() == "2022年"


def test_a_year_above_the_header_is_that_of_its_rows() -> None:
    assert facts("2022年\n\n" + tabbed("指标|单位|男|女\n员工人数|人|700|500")) == BY_YEAR_AND_GENDER[:2]
