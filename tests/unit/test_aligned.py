"""Space-aligned tables: wrapped labels and units, page breaks, footnote marks, merged cells."""

import pytest
from reading import fact, facts, read

HEADER = "指標 單位 2022 年 2023 年 2024 年"


def of_table(rows: str) -> list[tuple[str | None, str | None, int | None, float | str | None]]:
    return facts(f"{HEADER}\n{rows}", year=2024, script="Hant")


# --- rows ---


def test_a_row_is_label_unit_and_a_value_for_each_year() -> None:
    assert of_table("溫室氣體排放總量 噸二氧化碳當量 1,092.40 805.17 1,044.39") == [
        ("ghg_total", None, 2022, 1092.4),
        ("ghg_total", None, 2023, 805.17),
        ("ghg_total", None, 2024, 1044.39),
    ]


def test_a_count_may_be_printed_with_decimals_where_its_unit_is() -> None:
    counts = [("employees_total", None, 2022, 3164.0), ("employees_total", None, 2023, 3012.0)]
    rows = "員工總數 人 3,164.00 3,012.00 {}\n用水總量 噸 12.50 13.50 14.50"
    assert of_table(rows.format("2,900.00"))[:2] == counts
    assert of_table(rows.format("2,900.50"))[2][0] is None  # there is no half a person


def test_a_stroke_not_applicable_and_zero_are_three_things() -> None:
    assert of_table("範圍三排放量 噸二氧化碳當量 / 不適用 0") == [
        ("ghg_scope3", None, 2022, "not_disclosed"),
        ("ghg_scope3", None, 2023, "not_applicable"),
        ("ghg_scope3", None, 2024, 0.0),
    ]


def test_emissions_counted_by_contracts_name_that_method_beside_those_of_the_grid() -> None:
    by_grid = "範圍二排放量（基於位置） 噸二氧化碳當量 1,204 1,187 1,100"
    by_contract = "範圍二排放量（基於市場） 噸二氧化碳當量 204 187 100"
    found = read(f"{HEADER}\n{by_grid}\n{by_contract}", year=2024, script="Hant")
    assert {row["metric_code"] for row in found} == {"ghg_scope2"}
    assert [row["scope_note"] for row in found] == [None, None, None, "基於市場", "基於市場", "基於市場"]


def test_blank_lines_between_rows_do_not_matter() -> None:
    rows = "員工總數 人 762 856 870\n供應商總數 個 706 742 678"
    assert of_table(rows.replace("\n", "\n\n\n")) == of_table(rows)
    assert len(of_table(rows)) == 6


def test_the_unit_may_stand_after_the_values() -> None:
    assert facts("指标 2023年 2022年 单位\n员工总数 1,000 900 人\n女性员工比例 45 44 %") == [
        ("employees_total", None, 2023, 1000.0),
        ("employees_total", None, 2022, 900.0),
        ("employees_share", "gender:female", 2023, 45.0),
        ("employees_share", "gender:female", 2022, 44.0),
    ]


def test_an_english_table() -> None:
    text = """Indicator Unit 2022 2023
Total GHG emissions tCO2e 1,234.5 1,300.2
Employee turnover rate % 10 11
By gender
Male % 12 13
Female % 8 9"""
    assert facts(text) == [
        ("ghg_total", None, 2022, 1234.5),
        ("ghg_total", None, 2023, 1300.2),
        ("turnover_rate", None, 2022, 10.0),
        ("turnover_rate", None, 2023, 11.0),
        ("turnover_rate", "gender:male", 2022, 12.0),
        ("turnover_rate", "gender:male", 2023, 13.0),
        ("turnover_rate", "gender:female", 2022, 8.0),
        ("turnover_rate", "gender:female", 2023, 9.0),
    ]


def test_columns_may_be_members() -> None:
    assert facts("指标 单位 女性 男性 合计\n员工流失率 % 8 12 10") == [
        ("turnover_rate", "gender:female", 2023, 8.0),
        ("turnover_rate", "gender:male", 2023, 12.0),
        ("turnover_rate", None, 2023, 10.0),
    ]


def test_a_row_whose_label_is_unknown_is_kept_unmapped() -> None:
    rows = read(f"{HEADER}\n義務植樹 棵 90 / 110", year=2024, script="Hant")
    assert [(row["metric_code"], row["label_raw"], row["status"], row["value"]) for row in rows] == [
        (None, "義務植樹", "reported", 90.0),
        (None, "義務植樹", "not_disclosed", None),
        (None, "義務植樹", "reported", 110.0),
    ]


def test_a_row_that_lacks_a_value_has_no_certain_year() -> None:
    rows = read(f"{HEADER}\n員工流失率 % 24.40 25.45\n員工總數 人 762 856 870", year=2024, script="Hant")
    assert [(row["raw_value"], row["fiscal_year"], row["confidence"]) for row in rows] == [
        ("24.40", None, "ambiguous"),
        ("25.45", None, "ambiguous"),
        ("762", 2022, "certain"),
        ("856", 2023, "certain"),
        ("870", 2024, "certain"),
    ]


# --- wrapped labels and units ---


def test_a_unit_wrapped_over_lines() -> None:
    first = "廢氣排放密度\n千克 /\n人民幣億元\n\n0.42 0.46 0.39"
    second = "溫室氣體排放密度\n噸二氧化碳當量\n/ 人民幣億元\n\n35.02 22.55 26.58"
    assert of_table(f"{first}\n\n{second}") == [
        ("air_emissions_intensity_revenue", None, 2022, 0.0042),
        ("air_emissions_intensity_revenue", None, 2023, 0.0046),
        ("air_emissions_intensity_revenue", None, 2024, 0.0039),
        ("ghg_intensity_revenue", None, 2022, 0.3502),
        ("ghg_intensity_revenue", None, 2023, 0.2255),
        ("ghg_intensity_revenue", None, 2024, 0.2658),
    ]


def test_a_label_wrapped_over_lines() -> None:
    text = "已售或已運送產品總數中因\n安全與健康理由而須回收的\n百分比\n\n% 不適用 不適用 0"
    rows = read(f"{HEADER}\n{text}", year=2024, script="Hant")
    assert [(row["metric_code"], row["status"]) for row in rows] == [
        ("product_recall_share", "not_applicable"),
        ("product_recall_share", "not_applicable"),
        ("product_recall_share", "reported"),
    ]
    assert {row["label_raw"] for row in rows} == {"已售或已運送產品總數中因安全與健康理由而須回收的百分比"}
    assert {(row["label_line_no"], row["line_no"]) for row in rows} == {(2, 6)}


def test_values_may_stand_in_lines_of_their_own() -> None:
    assert of_table("員工總數 人\n\n762\n\n856\n\n870") == [
        ("employees_total", None, 2022, 762.0),
        ("employees_total", None, 2023, 856.0),
        ("employees_total", None, 2024, 870.0),
    ]


def test_a_unit_may_be_broken_above_the_values() -> None:
    text = """指标 单位 2023年 2022年
能源消耗密度 兆瓦时╱人民币百万
元

2.57 3.06
排放密度（以收入计）
吨二氧化碳当量╱人民币
百万元

0.68 0.75
用水量 吨 12 13"""
    assert facts(text)[::2] == [
        ("energy_intensity_revenue", None, 2023, 2.57),
        ("ghg_intensity_revenue", None, 2023, 0.68),
        ("water_consumption", None, 2023, 12.0),
    ]


# --- groups and page breaks ---


def test_a_group_goes_on_behind_a_page_break() -> None:
    text = f"""員工總數 人 762 856 870
按性別劃分
男 % 52.00 52.10 49.20

{HEADER}

女 % 48.00 47.90 50.80"""
    assert of_table(text)[3:] == [
        ("employees_share", "gender:male", 2022, 52.0),
        ("employees_share", "gender:male", 2023, 52.1),
        ("employees_share", "gender:male", 2024, 49.2),
        ("employees_share", "gender:female", 2022, 48.0),
        ("employees_share", "gender:female", 2023, 47.9),
        ("employees_share", "gender:female", 2024, 50.8),
    ]


def test_a_group_row_at_the_end_of_a_page_opens_the_next() -> None:
    text = f"""員工流失率 % 23.00 24.40 25.45
按地區劃分
 {HEADER}
中國內地 % / 24.50 25.78"""
    assert of_table(text)[3:] == [
        ("turnover_rate", "region:mainland_china", 2022, "not_disclosed"),
        ("turnover_rate", "region:mainland_china", 2023, 24.5),
        ("turnover_rate", "region:mainland_china", 2024, 25.78),
    ]


def test_a_group_ends_with_the_next_metric() -> None:
    text = """員工總數 人 762 856 870
按性別劃分
男 % 52.00 52.10 49.20
員工流失率 % 23.00 24.40 25.45
按性別劃分
男 % 22.80 24.80 28.31"""
    assert [fact[:2] for fact in of_table(text)[::3]] == [
        ("employees_total", None),
        ("employees_share", "gender:male"),
        ("turnover_rate", None),
        ("turnover_rate", "gender:male"),
    ]


def test_sentences_between_rows_are_left_out() -> None:
    text = """員工總數 人 762 856 870

我們相信，員工是最寶貴的財富，因此，我們在2024年投入了更多資源。

客戶服務好評率 % 96 97 98"""
    assert [fact[0] for fact in of_table(text)] == ["employees_total"] * 3 + ["customer_praise_rate"] * 3


# --- footnote marks ---

FOOTNOTES = """
19 自本年度起，溫室氣體排放總量開始計入範圍三排放量。
21 自 2023 年起，無害廢棄物統計口徑包括紙張和生活垃圾排放。
222023 年度出現因工傷損失的工作日主要原因在於交通事故。
23 本年度受訓僱員總人次較去年下降的主要原因在於取消了線上必修課。"""


@pytest.mark.parametrize(
    ("row", "raw", "value"),
    [
        ("溫室氣體排放總量 噸二氧化碳當量 1,092.40 805.17 1,044.3919", "1,044.3919", 1044.39),
        ("因工傷損失的工作日數 天 0 0 123.0022", "123.0022", 123.0),
        ("受訓員工總人次 人次 1,450 5,553 3,65623", "3,65623", 3656.0),
    ],
)
def test_a_mark_glued_to_a_value_is_taken_off(row: str, raw: str, value: float) -> None:
    last = read(f"{HEADER}\n{row}\n{FOOTNOTES}", year=2024, script="Hant")[2]
    assert (last["raw_value"], last["value"], last["fiscal_year"]) == (raw, value, 2024)


def test_a_mark_after_a_label_is_taken_off() -> None:
    rows = read(f"{HEADER}\n無害廢棄物排放量 21 噸 1.10 67.53 76.87\n{FOOTNOTES}", year=2024, script="Hant")
    assert [(row["metric_code"], row["label_raw"], row["value"]) for row in rows] == [
        ("waste_nonhazardous", "無害廢棄物排放量", 1.1),
        ("waste_nonhazardous", "無害廢棄物排放量", 67.53),
        ("waste_nonhazardous", "無害廢棄物排放量", 76.87),
    ]


def test_without_such_a_footnote_all_digits_are_the_numbers() -> None:
    assert of_table("溫室氣體排放總量 噸二氧化碳當量 1,092.40 805.17 1,044.3919")[2] == (
        "ghg_total", None, 2024, 1044.3919,
    )  # fmt: skip


# --- merged cells ---


def test_a_value_alone_above_short_rows_is_a_cell_merged_over_them() -> None:
    text = """供應商總數 個 706 742 678

按地區劃分

華中地區 % 2.70 3.10 4.72

東北地區 %

1.80

0.40 0.59

西北地區 % 1.30 2.07

海外地區 % 0.10 0.30"""
    assert of_table(text)[6:] == [
        ("suppliers_share", "region:northeast_china+northwest_china+overseas", 2022, 1.8),
        ("suppliers_share", "region:northeast_china", 2023, 0.4),
        ("suppliers_share", "region:northeast_china", 2024, 0.59),
        ("suppliers_share", "region:northwest_china", 2023, 1.3),
        ("suppliers_share", "region:northwest_china", 2024, 2.07),
        ("suppliers_share", "region:overseas", 2023, 0.1),
        ("suppliers_share", "region:overseas", 2024, 0.3),
    ]


# --- what follows a table ---


def test_a_footnote_mark_after_a_label_is_no_value() -> None:
    text = "指标 单位 2023年\n\n员工总数 人 1,000\n\n研发投入（百万元） 16\n\n16 统计范围包括公司总部。"
    assert facts(text) == [("employees_total", None, 2023, 1000.0)]


def test_the_axis_of_a_chart_below_a_table_is_no_row() -> None:
    chart = "注册用户数（名）\n\n19,382\n\n31,529\n\n2022 2023"
    text = f"指标 单位 2022年 2023年\n\n员工总数 人 900 1,000\n\n{chart}"
    assert facts(text)[2:] == facts(chart)


# --- headers of other words ---

ROWS = "员工总数 人 1,234 1,102\n总用水量 立方米 12,345 11,222"
READ = [
    ("employees_total", None, 2023, 1234.0),
    ("employees_total", None, 2022, 1102.0),
    ("water_consumption", None, 2023, 12345.0),
    ("water_consumption", None, 2022, 11222.0),
]


@pytest.mark.parametrize(
    "header",
    [
        "排放物种类 单位 2023年 2022年",
        "关键绩效指标（KPI） 计量单位 2023年 2022年",
        "A1 排放物　单位　2023　2022",
        "类型 指标 单位 2023年末 2022年末",
        "指标 单位 2023年数据 2022年数据",
        "指标 單位 二零二三年 二零二二年",
        "指标 单位 报告期 上年同期",
        "指标 单位 2023年 2022年 备注",
        "指标 单位 2023年 2022年（经重述）",
        "指标 单位 2023年 基准年（2022年）",
        "环境绩效 2023年 2022年",
        "2023 2022",
    ],
)
def test_a_header_may_name_its_first_column_by_any_word_and_its_years_in_any_form(header: str) -> None:
    assert facts(f"{header}\n{ROWS}") == READ


def test_columns_may_stand_far_apart() -> None:
    gap = " " * 40
    rows = "\n".join(gap.join(row.split(" ")) for row in ROWS.splitlines())
    assert facts(f"{gap.join(['指标', '单位', '2023年', '2022年'])}\n{rows}") == READ
    assert facts(f"{gap.join(['议题', '单位', '报告期', '上年同期'])}\n{rows}") == READ


@pytest.mark.parametrize("mark", ["*", "▲", "¹", "#"])
def test_a_value_may_carry_the_mark_of_a_note(mark: str) -> None:
    rows = ROWS.replace("1,102", f"1,102{mark}").replace("12,345", f"12,345{mark}")
    assert facts(f"指标 单位 2023年 2022年\n{rows}") == READ


def test_a_column_of_changes_holds_no_values_of_the_metric() -> None:
    rows = "员工总数 人 1,234 1,102 12.0%\n总用水量 立方米 12,345 11,222 -10.0%"
    assert facts(f"指标 单位 2023年 2022年 同比变动\n{rows}") == READ


def test_one_column_needs_the_units_of_its_rows() -> None:
    assert facts("指标 单位 数值\n员工总数 人 1,234\n总用水量 立方米 12,345") == READ[::2]
    assert facts("议题 单位 数值\n员工关怀 28\n绿色运营 31") == []


def test_years_are_a_header_only_above_rows_with_as_many_values() -> None:
    assert facts("2023年 2022年\n环境绩效 28\n员工关怀 31") == []
    assert facts("2023年 2022年\n我们在北京和上海新设了办公室") == []


def test_a_row_of_numbers_that_could_be_years_is_no_header() -> None:
    rows = "专利数量 件 2015 2022\n员工总数 人 1,234 1,102"
    found = facts(f"指标 单位 2023年 2022年\n{rows}")
    assert found == [("patents", None, 2023, 2015.0), ("patents", None, 2022, 2022.0), *READ[:2]]


def test_a_unit_above_the_header_is_that_of_rows_that_print_none() -> None:
    rows = "营业收入 1,320.5 1,298.7\n资产负债率 45.1% 44.0%\n员工人均收入（元） 9,000 8,800"
    found = read(f"单位：人民币亿元\n 2023年 2022年\n{rows}")
    assert [row["unit_printed"] for row in found] == ["人民币亿元"] * 2 + ["%"] * 2 + ["元"] * 2
    assert [fact(row) for row in found[:2]] == [
        ("revenue", None, 2023, 132_050_000_000.0),
        ("revenue", None, 2022, 129_870_000_000.0),
    ]


def test_a_column_of_targets_holds_no_values() -> None:
    rows = "员工总数 人 1,234 1,102 1,500\n总用水量 立方米 12,345 11,222 9,000"
    assert facts(f"指标 单位 2023年 2022年 2025年目标\n{rows}") == READ


def test_a_count_and_a_share_are_of_what_the_title_names() -> None:
    assert facts("员工构成 人数 占比\n男性 700 58.2%\n女性 503 41.8%") == [
        ("employees_count", "gender:male", 2023, 700.0),
        ("employees_share", "gender:male", 2023, 58.2),
        ("employees_count", "gender:female", 2023, 503.0),
        ("employees_share", "gender:female", 2023, 41.8),
    ]
    assert facts("类别 数量 占比\n甲 700 58.2%\n乙 503 41.8%") == []  # of what unit it is, nobody says


def test_a_title_names_the_metric_of_the_groups_below_it() -> None:
    turnover = "雇员流失率\n按性别划分\n男性 % 12.1 13.2\n女性 % 11.0 12.5"
    training = "受训雇员百分比\n按性别划分\n男性 % 95 94"
    assert facts(f"指标 单位 2023年 2022年\n{turnover}\n{training}") == [
        ("turnover_rate", "gender:male", 2023, 12.1),
        ("turnover_rate", "gender:male", 2022, 13.2),
        ("turnover_rate", "gender:female", 2023, 11.0),
        ("turnover_rate", "gender:female", 2022, 12.5),
        ("training_coverage", "gender:male", 2023, 95.0),
        ("training_coverage", "gender:male", 2022, 94.0),
    ]


def test_the_code_of_an_indicator_and_its_english_are_no_part_of_the_label() -> None:
    rows = "B1.1 员工总数 Total employees 人 1,234 1,102\nA2.2 总用水量 立方米 12,345 11,222"
    assert facts(f"KPI 指标 单位 2023年 2022年\n{rows}") == READ


def test_a_label_may_be_the_rest_of_the_title_of_its_column() -> None:
    rows = "总计 吨二氧化碳当量 1,203.5 1,310.2\n密度 吨二氧化碳当量/雇员 0.95 1.08"
    assert facts(f"温室气体排放 单位 2023年 2022年\n{rows}") == [
        ("ghg_total", None, 2023, 1203.5),
        ("ghg_total", None, 2022, 1310.2),
        ("ghg_intensity_employee", None, 2023, 0.95),
        ("ghg_intensity_employee", None, 2022, 1.08),
    ]


@pytest.mark.parametrize(
    "header", ["受训雇员百分比 平均受训时数", "级别 受训雇员百分比（%） 平均受训时数（小时）"]
)
def test_columns_may_be_metrics_and_rows_their_members(header: str) -> None:
    assert facts(f"{header}\n高级管理层 100 20.5\n普通员工 84 11.0\n合计 86 12.0") == [
        ("training_coverage", "level:senior", 2023, 100.0),
        ("training_hours_avg", "level:senior", 2023, 20.5),
        ("training_coverage", "level:junior", 2023, 84.0),
        ("training_hours_avg", "level:junior", 2023, 11.0),
        ("training_coverage", None, 2023, 86.0),
        ("training_hours_avg", None, 2023, 12.0),
    ]


def test_rows_may_be_years_and_columns_metrics() -> None:
    assert facts("年度 员工总数 流失率\n2022年 1,100 11.2%\n2023年 1,234 10.1%") == [
        ("employees_total", None, 2022, 1100.0),
        ("turnover_rate", None, 2022, 11.2),
        ("employees_total", None, 2023, 1234.0),
        ("turnover_rate", None, 2023, 10.1),
    ]


def test_a_lone_row_below_years_must_name_a_metric() -> None:
    assert facts("年份 2022年 2023年\n员工总数 1,102 1,234") == [
        ("employees_total", None, 2022, 1102.0),
        ("employees_total", None, 2023, 1234.0),
    ]
    assert facts("年份 2022年 2023年\n图片 12 34") == []


def test_a_category_before_the_label_is_no_part_of_it() -> None:
    rows = "社会 员工总数 人 1,234 1,102\n环境 总用水量 立方米 12,345 11,222"
    assert facts(f"类别 指标 单位 2023年 2022年\n{rows}") == READ
    assert facts(f"指标 单位 2023年 2022年\n{rows}".replace("环境", "北京")) != READ


def test_a_unit_may_stand_below_every_title() -> None:
    rows = "慈善捐款 1,200 1,000\n培训费用 300 280"
    assert facts(f"附注 2023年 2022年\n 人民币千元 人民币千元\n{rows}") == [
        ("donations", None, 2023, 1_200_000.0),
        ("donations", None, 2022, 1_000_000.0),
        ("training_spend", None, 2023, 300_000.0),
        ("training_spend", None, 2022, 280_000.0),
    ]


def test_six_months_are_no_year() -> None:
    rows = "慈善捐款（元） 1,200 1,000\n总用水量（吨） 300 280"
    assert facts(f"截至六月三十日止六个月\n 2023年 2022年\n{rows}") == []


def test_a_total_is_that_of_the_title() -> None:
    found = facts("雇员人数 2023年 2022年\n研发 600 500\n销售 300 280\n总计 900 780")
    assert found[-2:] == [("employees_total", None, 2023, 900.0), ("employees_total", None, 2022, 780.0)]


def test_a_bare_member_goes_on_with_the_metric_of_the_row_above() -> None:
    rows = "员工流失率 男性 % 12.1 13.2\n 女性 % 11.0 12.5"
    assert facts(f"指标 类别 单位 2023年 2022年\n{rows}") == [
        ("turnover_rate", "gender:male", 2023, 12.1),
        ("turnover_rate", "gender:male", 2022, 13.2),
        ("turnover_rate", "gender:female", 2023, 11.0),
        ("turnover_rate", "gender:female", 2022, 12.5),
    ]


def test_the_text_of_an_indicator_is_a_heading_of_all_its_breakdowns() -> None:
    text = """社会范畴 单位 2023
B1.2 按性别、年龄组别及地区划分的雇员流失比率
男 % 13.1
30岁以下 % 18.1
B3.2 按性别及雇员类别划分，每名雇员完成受训的平均时数
女 小时 22.3
高级管理层 小时 30"""
    assert facts(text) == [
        ("turnover_rate", "gender:male", 2023, 13.1),
        ("turnover_rate", "age:<30", 2023, 18.1),
        ("training_hours_avg", "gender:female", 2023, 22.3),
        ("training_hours_avg", "level:senior", 2023, 30.0),
    ]


def test_a_header_that_closes_its_table_heads_no_chart_behind_the_next_sentence() -> None:
    text = (
        "用水量（吨）\n\n专利（项）\n\n500.5\n\n35\n\n指标 2023年\n\n我们相信稳健的经营是回报社会的前提。\n\n"
    )
    chart = "男性员工 52.0%\n\n女性员工 48.0%\n\n按性别划分的新员工占比\n"
    assert [metric for metric, *_ in facts(text + chart)][2:] == ["new_hires_share"] * 2


def test_a_sentence_may_stand_between_a_header_and_rows_that_print_their_units() -> None:
    text = "指标 单位 2023年\n\n我们相信稳健的经营是回报社会的前提。\n\n用水量 吨 500\n\n专利数量 项 35\n"
    assert facts(text) == [
        ("water_consumption", None, 2023, 500.0),
        ("patents", None, 2023, 35.0),
    ]


def test_staff_below_a_row_that_means_nothing_are_not_all_staff() -> None:
    text = "指标 单位 2023年\n员工午餐覆盖指数 % 95.0\n男性员工 % 90.0\n少数民族员工人数 人 82\n"
    assert [row["metric_code"] for row in read(text)] == [None, None, "employees_count"]


@pytest.mark.parametrize(
    "header", ["指标 单位 2022年 2023年\n男 女 男 女", "2022年 2023年\n指标 单位 男 女 男 女"]
)
def test_a_header_may_have_two_tiers(header: str) -> None:
    assert facts(f"{header}\n员工流失率 % 7.5 5.5 7.3 5.4\n") == [
        ("turnover_rate", "gender:male", 2022, 7.5),
        ("turnover_rate", "gender:female", 2022, 5.5),
        ("turnover_rate", "gender:male", 2023, 7.3),
        ("turnover_rate", "gender:female", 2023, 5.4),
    ]


def test_columns_that_recur_without_years_are_no_columns() -> None:
    assert facts("指标 单位 男 女 男 女\n员工流失率 % 7.5 5.5 7.3 5.4\n") == []


def test_a_year_above_columns_of_members_is_theirs() -> None:
    assert facts("2022年\n\n指标 单位 男 女\n员工流失率 % 7.5 5.5\n") == [
        ("turnover_rate", "gender:male", 2022, 7.5),
        ("turnover_rate", "gender:female", 2022, 5.5),
    ]


def test_values_may_print_their_units() -> None:
    assert facts(
        "社会绩效指标 2022年 2023年\n人均培训时长 11.0小时 12.3小时\n营业收入 3.2亿元 3.5亿元\n"
    ) == [
        ("training_hours_avg", None, 2022, 11.0),
        ("training_hours_avg", None, 2023, 12.3),
        ("revenue", None, 2022, 3.2e8),
        ("revenue", None, 2023, 3.5e8),
    ]


def test_an_income_statement_has_a_column_of_notes() -> None:
    text = (
        "编制单位：东方科技集团 单位：元 币种：人民币\n项目 附注 2023年度 2022年度\n"
        "一、营业总收入 1,234,567.12 1,111,111.11\n研发费用 七、65 55,000.00 44,000.00\n"
    )
    assert sorted(facts(text)) == [
        ("revenue", None, 2022, 1111111.11),
        ("revenue", None, 2023, 1234567.12),
        ("rnd_spend", None, 2022, 44000.0),
        ("rnd_spend", None, 2023, 55000.0),
    ]


def test_a_column_of_changes_stands_between_years() -> None:
    header = "主要会计数据 2023年 2022年 本期比上年同期增减(%) 2021年"
    assert sorted(
        facts(f"单位：万元\n{header}\n营业收入 123.4 111.1 11.1 100.0\n净利润 10.4 9.1 1.1 8.0\n")
    ) == [
        ("net_profit", None, 2021, 80_000.0),
        ("net_profit", None, 2022, 91_000.0),
        ("net_profit", None, 2023, 104_000.0),
        ("revenue", None, 2021, 1_000_000.0),
        ("revenue", None, 2022, 1_111_000.0),
        ("revenue", None, 2023, 1_234_000.0),
        ("revenue_growth", None, 2023, 11.1),  # and 1.1 is not by how much the profit grew
    ]


def test_a_change_behind_the_years_needs_no_title() -> None:
    assert facts("指标 2022年 2023年\n员工总数 1,100 1,200 9.1%\n员工流失率 8.1% 9.1%\n") == [
        ("employees_total", None, 2022, 1100.0),
        ("employees_total", None, 2023, 1200.0),
        ("turnover_rate", None, 2022, 8.1),
        ("turnover_rate", None, 2023, 9.1),
    ]


# --- titles over more than one line ---


def test_a_title_above_the_years_names_the_metric_and_the_unit_of_members() -> None:
    table = "B1.2 员工流失率（%）2\n2023 2022\n整体 41.6 46.2\n女性 40.9 45.6\n男性 44.1 48.4"
    assert facts(table) == [
        ("turnover_rate", None, 2023, 41.6),
        ("turnover_rate", None, 2022, 46.2),
        ("turnover_rate", "gender:female", 2023, 40.9),
        ("turnover_rate", "gender:female", 2022, 45.6),
        ("turnover_rate", "gender:male", 2023, 44.1),
        ("turnover_rate", "gender:male", 2022, 48.4),
    ]


def test_a_row_that_means_nothing_ends_no_table_that_a_title_names() -> None:
    table = "B1.1 员工总数\n2023 2022\n雇佣类型\n长期 640 750\n年龄组别\n30岁以下 400 500\n30岁及以上 300 310"
    assert facts(table) == [
        ("employees_count", "age:<30", 2023, 400.0),
        ("employees_count", "age:<30", 2022, 500.0),
        ("employees_count", "age:>=30", 2023, 300.0),
        ("employees_count", "age:>=30", 2022, 310.0),
    ]


def test_the_same_years_below_another_title_open_another_table() -> None:
    staff = "员工总数\n2023 2022\n女性 14,368 15,987\n男性 4,052 4,378"
    turnover = "指标汇总\n2023 2022\n女性 40 45\n男性 44 48"
    assert [metric for metric, *_ in facts(f"{staff}\n{turnover}")][4:] in ([], [None] * 4)


def test_years_recur_below_the_metrics_that_they_part() -> None:
    header = "受训员工百分比 平均受训时数\n2023年 2022年 2023年 2022年"
    assert facts(f"{header}\n全体员工 88.4% 85.9% 9.6 8.8\n男性 87.2% 84.6% 9.9 9.1") == [
        ("training_coverage", None, 2023, 88.4),
        ("training_coverage", None, 2022, 85.9),
        ("training_hours_avg", None, 2023, 9.6),
        ("training_hours_avg", None, 2022, 8.8),
        ("training_coverage", "gender:male", 2023, 87.2),
        ("training_coverage", "gender:male", 2022, 84.6),
        ("training_hours_avg", "gender:male", 2023, 9.9),
        ("training_hours_avg", "gender:male", 2022, 9.1),
    ]


def test_a_row_below_metrics_may_be_a_year() -> None:
    table = "氮氧化物（吨） 硫氧化物（吨） 颗粒物（吨）\n2023 18.64 26.10 7.35\n2022 24.91 43.77 11.28"
    assert [fact[::2] for fact in facts(table)] == [
        ("nox_emissions", 2023),
        ("sox_emissions", 2023),
        ("pm_emissions", 2023),
        ("nox_emissions", 2022),
        ("sox_emissions", 2022),
        ("pm_emissions", 2022),
    ]


def test_an_indented_row_without_a_unit_has_that_of_its_whole() -> None:
    parts = "  直接排放（范围一） 6,386.40 6,342.80\n  间接排放（范围二） 8.42 9.05"
    table = f"指标 2023年 2022年\n温室气体排放总量（万吨二氧化碳当量） 6,394.82 6,351.85\n{parts}"
    assert [fact for fact in facts(table) if fact[2] == 2023] == [
        ("ghg_total", None, 2023, 63_948_200.0),
        ("ghg_scope1", None, 2023, 63_864_000.0),
        ("ghg_scope2", None, 2023, 84_200.0),
    ]
    level = table.replace("\n  ", "\n")
    assert [metric for metric, *_ in facts(level) if metric] == ["ghg_total", "ghg_total"]


def test_a_member_that_is_not_catalogued_ends_no_group_if_it_names_one_that_is() -> None:
    rows = "员工总数 人 900\n按雇佣类型划分\n全职 人 800\n兼职及实习 人 100\n按地区划分\n中国内地 人 850"
    assert ("employees_count", "region:mainland_china", 2023, 850.0) in facts(f"指标 单位 2023年\n{rows}")


def test_a_unit_may_be_wrapped_around_its_values() -> None:
    row = "温室气体排放密度 吨二氧化碳当量 /\n人民币百万元 12.58 13.74"
    assert facts(f"指标 单位 2023年 2022年\n{row}\n总用水量 立方米 10 11")[:2] == [
        ("ghg_intensity_revenue", None, 2023, 12.58),
        ("ghg_intensity_revenue", None, 2022, 13.74),
    ]


def test_years_of_age_are_no_unit() -> None:
    table = "员工总数\n2023 2022\n30 岁以下 318 297\n30 至 50 岁 790 752\n50 岁以上 416 388"
    assert ("employees_count", "age:30-50", 2023, 790.0) in facts(table)


def test_behind_sentences_a_row_that_prints_no_unit_is_none_of_a_table_that_does() -> None:
    table = "指标 单位 2023年\n域名数量 项 1,654\n客户满意度 % 34.70\n"
    prose = "我们与高校和研究机构携手，推动技术创新成果惠及更多行业伙伴。\n"
    rows = "男性员工 31.53%\n女性员工 56.38%\n按性别划分的员工流失率"
    assert ("turnover_rate", "gender:male", 2023, 31.53) in facts(table + prose * 3 + rows)
    assert "employees_share" not in {metric for metric, *_ in facts(table + prose * 3 + rows)}


def test_metrics_may_recur_below_years() -> None:
    text = (
        "雇员构成及流失\n2023财年 2022财年\n类别 人数 占比 流失率 人数 占比 流失率\n"
        "男性 1,806 55.0% 15.3% 1,703 55.7% 16.8%\n女性 1,478 45.0% 14.2% 1,354 44.3% 15.2%"
    )
    assert facts(text)[:6] == [
        ("employees_count", "gender:male", 2023, 1806.0),
        ("employees_share", "gender:male", 2023, 55.0),
        ("turnover_rate", "gender:male", 2023, 15.3),
        ("employees_count", "gender:male", 2022, 1703.0),
        ("employees_share", "gender:male", 2022, 55.7),
        ("turnover_rate", "gender:male", 2022, 16.8),
    ]


def test_codes_of_a_standard_stand_before_labels() -> None:
    text = (
        "披露项 指标 单位 2023 2022\nGRI 305-1 范围一温室气体排放 吨二氧化碳当量 68.5 55.2\n"
        "GRI 2-7 GRI 405-1 员工总数 人 900 800"
    )
    assert facts(text)[::2] == [("ghg_scope1", None, 2023, 68.5), ("employees_total", None, 2023, 900.0)]


def test_a_count_with_its_share_is_no_row_of_two_years() -> None:
    rows = "新进员工（按性别）\n男性 772人 55.06%\n女性 630人 44.94%"
    text = f"指标 2022 2023\n因工伤损失工作日数（天） 87 112\n{rows}"
    assert not [fact for fact in facts(text) if fact[2] == 2022 and fact[1]]


STAFF = "指标 2022年 2023年\n员工总数（人） 900 1,000"


@pytest.mark.parametrize(
    ("values", "pairing", "confidence"),
    [
        ("500\n400\n550\n450", "total", "certain"),
        ("500\n550\n400\n450", "total", "certain"),
        ("500 550\n400 450", "total", "certain"),
        ("500 550\n300 350", "order", "likely"),
    ],
    ids=["by column", "by row", "in rows", "in rows that do not add up"],
)
def test_labels_within_a_table_may_stand_above_all_their_values(
    values: str, pairing: str, confidence: str
) -> None:
    rows = [row for row in read(f"{STAFF}\n按性别\n男性\n女性\n{values}") if row["member"]]
    assert sorted((row["member"], row["fiscal_year"], row["value"]) for row in rows)[2:] == [
        ("male", 2022, 500.0),
        ("male", 2023, 550.0),
    ]
    assert {(row["pairing"], row["confidence"]) for row in rows} == {(pairing, confidence)}


def test_values_within_a_table_that_nothing_parts_are_left_alone() -> None:
    assert not [row for row in read(f"{STAFF}\n按性别\n男性\n女性\n500\n410\n550\n450") if row["member"]]


def test_parts_of_a_rate_have_its_unit() -> None:
    text = "指标 2022年 2023年\n员工流失率（%） 21.0 19.6\n男 21.5 20.4\n女 20.4 18.6"
    assert facts(text)[2:4] == [
        ("turnover_rate", "gender:male", 2022, 21.5),
        ("turnover_rate", "gender:male", 2023, 20.4),
    ]


@pytest.mark.parametrize("header", ["单位：人 2022 2023", "指标（人） 2022 2023", "单位：人 2022年 2023年"])
def test_a_header_may_hold_the_unit_or_years_that_follow_on_each_other(header: str) -> None:
    rows = "员工总数 900 1,000\n离职员工人数 90 100"
    assert ("employees_total", None, 2022, 900.0) in facts(f"{header}\n{rows}")


def test_the_name_of_a_metric_with_two_years_is_a_header_and_no_row() -> None:
    rates = "员工流失率（%） 2023 2022\n总流失率 15.4 16.9\n男性员工 15.9 17.3"
    assert facts(f"指标 单位 2022 2023\n员工总数 人 900 1,000\n{rates}")[2:] == [
        ("turnover_rate", None, 2023, 15.4),
        ("turnover_rate", None, 2022, 16.9),
        ("turnover_rate", "gender:male", 2023, 15.9),
        ("turnover_rate", "gender:male", 2022, 17.3),
    ]


def test_the_rest_is_of_the_breakdown_of_the_row_above() -> None:
    rows = "员工总数 人 900 1,000\n研发人员 人 300 350\n其他 人 100 120"
    members = [fact[1] for fact in facts(f"指标 单位 2022年 2023年\n{rows}")]
    assert "employment_type:other" not in members


def test_a_block_that_adds_up_both_ways_is_proven_by_neither() -> None:
    values = "300\n100\n200\n400\n260\n310\n240\n330"
    total = "指标 2022年 2023年\n员工总数（人） 1,000 1,140"
    text = f"{total}\n按地区\n北京\n上海\n广东\n四川\n{values}"
    assert not [row for row in read(text) if row["member"] and row["confidence"] == "certain"]


# --- a footnote that names what its mark is glued to ---


@pytest.mark.parametrize(
    ("footnote", "days"),
    [
        ("12 2023年因工伤损失的工作日数较上年报告有所调整。", [23, 75, 9]),  # of that year alone
        ("12 因工伤损失的工作日数包括上下班途中的交通事故所致的。", [23, 75, 9]),
        ("12 2022年因工伤损失的工作日数较上年报告有所调整。", [23, 7512, 9]),
        ("12 用电量包括数据中心用电，数据中心为租用，按面积分摊。", [23, 7512, 9]),
    ],
)
def test_a_footnote_tells_its_mark_by_naming_the_label_and_the_year(footnote: str, days: list[int]) -> None:
    text = f"指标 单位 2022年 2023年 2024年\n因工伤损失的工作日数 天 23 7512 9\n\n{footnote}"
    assert [row["value"] for row in read(text, year=2024)] == days


def test_a_mark_that_the_label_carries_is_none_of_the_values() -> None:
    rows = "指标 单位 2023年 2024年\n因工伤损失工作日数8 天 18 148"
    text = f"{rows}\n\n8 因工伤损失工作日数不包括假期，按自然日计算。"
    assert [row["value"] for row in read(text, year=2024)] == [18, 148]


# --- what the labels' column prints besides labels ---


def test_a_word_for_all_may_stand_before_the_label_and_a_breakdown_before_its_first_member() -> None:
    text = """KPI B1.1 雇员总数 单位 2023年度 2022年度
总计 雇员总数 人 512 487
性别 男性 人 238 229
女性 人 274 258
雇员类别 高级管理层 人 18 17
年龄组别 30 岁以下 人 171 168"""
    assert facts(text)[::2] == [
        ("employees_total", None, 2023, 512.0),
        ("employees_count", "gender:male", 2023, 238.0),
        ("employees_count", "gender:female", 2023, 274.0),
        ("employees_count", "level:senior", 2023, 18.0),
        ("employees_count", "age:<30", 2023, 171.0),
    ]


def test_a_word_for_all_staff_before_a_label_does_not_make_it_one_of_others() -> None:
    rows = "全体员工 满意度 % 95 94\n全体员工 培训总时长 小时 120 130"
    assert [metric for metric, *_ in facts(f"指标 单位 2023年 2022年\n{rows}")][::2] == [
        None,
        "training_hours_total",
    ]


def test_a_word_for_all_staff_is_the_total_of_the_group_it_stands_in() -> None:
    text = """指标 单位 2023年 2022年
人均培训时长
全体员工 小时 28.2 33.5
男性员工 小时 27.6 32.8"""
    assert facts(text)[::2] == [
        ("training_hours_avg", None, 2023, 28.2),
        ("training_hours_avg", "gender:male", 2023, 27.6),
    ]


def test_what_rows_are_about_may_begin_in_the_line_above() -> None:
    rows = "整体 小时 24.6 22.9\n男性 小时 24.1 22.3"
    expected = [
        ("training_hours_avg", None, 2023, 24.6),
        ("training_hours_avg", "gender:male", 2023, 24.1),
    ]
    assert facts(f"每名雇员完成受训的平均时\n数 单位 2023年 2022年\n{rows}")[::2] == expected
    assert facts(f"KPI B3.2 每名雇员完成受训的平均时\n数\n单位 2023年 2022年\n{rows}")[::2] == expected


def test_a_category_may_stand_behind_a_code_and_before_the_label_or_a_word_for_all() -> None:
    text = """编号 范畴 关键绩效指标 单位 2023年 2022年
A2.5 包装物 制成品所用包装材料总量 吨 3.5 3.1
B1.1 员工总数 总计 人 1,020 980
B1.1 按性别
男 人 600 570
B3.2 平均受训时数 每名员工 小时 20.5 18.2"""
    assert facts(text)[::2] == [
        ("packaging_material", None, 2023, 3.5),
        ("employees_total", None, 2023, 1020.0),
        ("employees_count", "gender:male", 2023, 600.0),
        ("training_hours_avg", None, 2023, 20.5),
    ]


def test_a_grouping_may_open_the_label_of_its_first_member() -> None:
    text = """指标 单位 2023年 2022年
雇员总数 人 1,020 980
按性别：男 % 58.8 58.2
　　　　女 % 41.2 41.8
按年龄：30岁以下 % 30.0 31.0
　　　　30-50岁 % 60.0 60.0
雇员流失率 % 9.0 8.0
按性别：男 % 9.5 8.5"""
    assert facts(text)[2::2] == [
        ("employees_share", "gender:male", 2023, 58.8),
        ("employees_share", "gender:female", 2023, 41.2),
        ("employees_share", "age:<30", 2023, 30.0),
        ("employees_share", "age:30-50", 2023, 60.0),
        ("turnover_rate", None, 2023, 9.0),
        ("turnover_rate", "gender:male", 2023, 9.5),
    ]


def test_a_title_by_several_breakdowns_says_what_the_groups_below_are_of() -> None:
    text = """KPI B1.1 按性别、年龄组别及地区划分的员工（于2023年12月31日）

类别 人数 占比（%）

性别

男性 60 60.00

女性 40 40.00"""
    assert facts(text) == [
        ("employees_count", "gender:male", 2023, 60.0),
        ("employees_share", "gender:male", 2023, 60.0),
        ("employees_count", "gender:female", 2023, 40.0),
        ("employees_share", "gender:female", 2023, 40.0),
    ]


def test_a_total_without_a_name_is_of_the_rows_that_it_adds_up() -> None:
    rows = "专利 项 312 268\n软件著作权 项 428 381\n商标 项 60 51"
    summed = read(f"类别 单位 2023年 2022年\n{rows}\n合计 项 800 700")[-2:]
    assert [(row["metric_code"], row["value"], row["pairing"]) for row in summed] == [
        ("ip_total", 800.0, "total"),
        ("ip_total", 700.0, "total"),
    ]
    other = read(f"类别 单位 2023年 2022年\n{rows}\n合计 项 800 701")[-2:]
    assert {row["metric_code"] for row in other} == {None}


def test_a_total_below_members_is_the_total_of_their_metric() -> None:
    text = "供应商数目 单位 2023年 2022年\n按地区划分\n华东 家 20 18\n华南 家 12 11\n总计 家 32 29"
    assert facts(text)[-2:] == [
        ("suppliers_total", None, 2023, 32.0),
        ("suppliers_total", None, 2022, 29.0),
    ]


def test_the_stroke_of_a_wrapped_unit_may_open_its_second_line() -> None:
    text = "指标 单位 2023年 2022年\n温室气体排放密度 吨二氧化碳当量\n/ 人民币亿元 24.30 21.36"
    assert facts(text) == [
        ("ghg_intensity_revenue", None, 2023, 0.243),
        ("ghg_intensity_revenue", None, 2022, 0.2136),
    ]


def test_columns_of_what_is_new_and_of_all_there_is() -> None:
    rows = "专利申请 件 46 312\n软件著作权 件 31 264"
    expected = [
        ("patents_applied_new", None, 2023, 46.0),
        ("patents_applied_cumulative", None, 2023, 312.0),
        (None, None, 2023, 31.0),  # what was added to a stock is no metric
        ("software_copyrights", None, 2023, 264.0),
    ]
    assert facts(f"类别 单位 2023 年新增 截至 2023 年末累计\n{rows}") == expected
    assert facts(f"类别 单位 本年新增 累计\n{rows}") == expected


def test_a_column_behind_the_labels_may_say_how_something_is_done() -> None:
    text = """废弃物产生情况
废弃物类别 处置方式 2023 年（吨） 2022 年（吨）
一般工业固体废物 综合利用、委托处置 312.46 298.15
危险废物 委托有资质单位处置 86.32 81.07
合计 — 398.78 379.22"""
    assert facts(text)[::2] == [
        ("waste_nonhazardous", None, 2023, 312.46),
        ("waste_hazardous", None, 2023, 86.32),
        ("waste_total", None, 2023, 398.78),
    ]


def test_cells_may_hold_a_count_and_its_share() -> None:
    text = """B1.1 雇员人数及占总数百分比
2023 年 12 月 31 日 2022 年 12 月 31 日
雇员总数（名） 186 198
男性 101 (54.3%) 108 (54.5%)"""
    assert facts(text) == [
        ("employees_total", None, 2023, 186.0),
        ("employees_total", None, 2022, 198.0),
        ("employees_count", "gender:male", 2023, 101.0),
        ("employees_share", "gender:male", 2023, 54.3),
        ("employees_count", "gender:male", 2022, 108.0),
        ("employees_share", "gender:male", 2022, 54.5),
    ]


def test_a_later_year_may_print_fewer_columns() -> None:
    text = """分类 2023年 2022年
人数 占比（%） 人数
性别
男性 718 53.5 691
女性 624 46.5 577
雇员总数 1,342 1,268"""
    assert facts(text)[:3] == [
        ("employees_count", "gender:male", 2023, 718.0),
        ("employees_share", "gender:male", 2023, 53.5),
        ("employees_count", "gender:male", 2022, 691.0),
    ]
    assert facts(text)[6:] == [
        ("employees_total", None, 2023, 1342.0),
        ("employees_total", None, 2022, 1268.0),
    ]


def test_a_caption_is_that_of_columns_that_name_no_metric() -> None:
    text = """表 5：雇员人数及流失比率
于 2023 年 3 月 31
日
2023 财年
人数 占总数（%） 流失率（%）
整体 986 100.0 24.6
男性 771 78.2 25.4
女性 215 21.8 21.9"""
    assert [fact for fact in facts(text) if fact[0]] == [
        ("employees_total", None, 2023, 986.0),
        ("turnover_rate", None, 2023, 24.6),
        ("employees_count", "gender:male", 2023, 771.0),
        ("employees_share", "gender:male", 2023, 78.2),
        ("turnover_rate", "gender:male", 2023, 25.4),
        ("employees_count", "gender:female", 2023, 215.0),
        ("employees_share", "gender:female", 2023, 21.8),
        ("turnover_rate", "gender:female", 2023, 21.9),
    ]


def test_the_caption_of_the_table_before_is_not_that_of_the_next() -> None:
    text = (
        "表1：员工流失率\n类别 2023年\n男性 % 14.9\n其他情况\n指标 2023年 2022年\n男性 91% 92%\n女性 93% 94%"
    )
    assert [metric for metric, *_ in facts(text)] == ["turnover_rate", *[None] * 4]


def test_the_unit_of_a_title_ends_with_the_next_title() -> None:
    text = """指标 2023年 2022年
员工占比（%）
男性 52.1 51.0
员工人数
指标 2023年 2022年
男性 498 510"""
    assert facts(text)[::2] == [
        ("employees_share", "gender:male", 2023, 52.1),
        ("employees_count", "gender:male", 2023, 498.0),
    ]


def test_a_member_may_be_said_to_be_one_of_the_row_above() -> None:
    text = "员工发展 2022年 2023年\n员工流失率（%） 29.4 38.6\n其中：男性 28.6 37.9\n女性 30.3 39.4"
    assert facts(text)[2:4] == [
        ("turnover_rate", "gender:male", 2022, 28.6),
        ("turnover_rate", "gender:male", 2023, 37.9),
    ]


def test_a_table_may_be_numbered_and_its_title_open_with_a_date() -> None:
    text = """表六：于 12 月 31 日的雇员人数
类别 2023 年 2022 年
性别
男 1,864 1,821
总计 6,428 6,215
表七：雇员流失比率
类别 2023 年 2022 年
性别
男 14.9% 15.8%"""
    assert facts(text)[::2] == [
        ("employees_count", "gender:male", 2023, 1864.0),
        ("employees_total", None, 2023, 6428.0),
        ("turnover_rate", "gender:male", 2023, 14.9),
    ]


def test_a_header_of_years_alone_does_not_end_what_the_title_above_it_opens() -> None:
    text = """指标 单位 2023年 2022年
包装材料总量 吨 3,460.5 3,254.7
层面B1：雇佣
B1.1 于十二月三十一日的雇员人数
2023年 2022年
整体 13,846 13,136
男性 4,985 4,702"""
    assert facts(text)[2::2] == [
        ("employees_total", None, 2023, 13846.0),
        ("employees_count", "gender:male", 2023, 4985.0),
    ]


def test_a_total_leaves_out_the_column_of_shares_of_all() -> None:
    text = """2023年 员工人数5（人） 占员工总数比例（%） 员工流失率6（%）
合计 3,286 24.3
男性 1,412 43.0 25.6
女性 1,874 57.0 23.3"""
    assert facts(text)[:5] == [
        ("employees_total", None, 2023, 3286.0),
        ("turnover_rate", None, 2023, 24.3),
        ("employees_count", "gender:male", 2023, 1412.0),
        ("employees_share", "gender:male", 2023, 43.0),
        ("turnover_rate", "gender:male", 2023, 25.6),
    ]


def test_years_may_touch_the_metrics_of_the_columns() -> None:
    text = (
        "B3 发展及培训 2022年受训员工百分比（%） 2022年平均受训时数（小时）\n全体员工 96.8 32.6\n男 96.1 31.8"
    )
    assert facts(text)[::2] == [
        ("training_coverage", None, 2022, 96.8),
        ("training_coverage", "gender:male", 2022, 96.1),
    ]


def test_a_title_that_names_training_beside_other_things_is_of_all_training() -> None:
    text = "社会绩效：健康安全与培训\n指标 单位 2023年\n培训总时长 小时 62,454\n因工死亡人数 人 0"
    assert facts(text)[0] == ("training_hours_total", None, 2023, 62454.0)


def test_a_total_below_an_intensity_is_none() -> None:
    text = """指标 单位 2023年 2022年
耗水密度 立方米╱平方米 1.20 1.13
包装材料
纸袋 198.4 205.7
总计 312.6 358.4"""
    assert {metric for metric, *_ in facts(text)} == {None}


def test_a_chapter_may_stand_before_the_title_of_a_table() -> None:
    text = "社会绩效——员工结构（2023年末）\n类别 人数（人） 占比（%）\n性别\n男 3,426 43.57\n女 4,438 56.43"
    assert facts(text)[:2] == [
        ("employees_count", "gender:male", 2023, 3426.0),
        ("employees_share", "gender:male", 2023, 43.57),
    ]


def test_what_stands_before_a_dash_may_name_the_rows_itself() -> None:
    text = "员工流失率——按性别划分\n类别 2023年 2022年\n男性 14.9% 15.8%\n女性 13.1% 14.4%"
    assert facts(text)[0] == ("turnover_rate", "gender:male", 2023, 14.9)


def test_the_unit_of_a_group_ends_with_it() -> None:
    text = """社会范畴 2023年 2022年
每名雇员完成受训的平均时数（小时）
男性 29.8 26.0
按地区划分的供应商数目
华北 96 88"""
    assert facts(text)[2:] == [
        ("suppliers_count", "region:north_china", 2023, 96.0),
        ("suppliers_count", "region:north_china", 2022, 88.0),
    ]
    row = text.replace("按地区划分的供应商数目", "B5.1 供应商总数（家） 200 180")
    assert facts(row)[4:] == facts(text)[2:]


# --- headers over several lines, and behind a page break ---


def test_a_group_goes_on_behind_a_header_that_recurs_before_its_next_member() -> None:
    text = """社会范畴 2023年 2022年
按地区划分的雇员人数（人）
北京 604 655
16

附录一：关键绩效指标一览（续）

社会范畴 2023年 2022年
上海 512 548"""
    assert facts(text)[2:] == [
        ("employees_count", "region:shanghai", 2023, 512.0),
        ("employees_count", "region:shanghai", 2022, 548.0),
    ]


@pytest.mark.parametrize(
    ("metrics", "note"),
    [
        ("B1.1 雇员人数（人） B1.2 流失比率（%）", ""),
        ("雇员人数（人） 流失比率3（%）", "\n\n3 流失比率＝离职雇员人数÷年末雇员人数×100%。"),
    ],
)
def test_metrics_may_stand_above_years_that_recur_behind_a_word(metrics: str, note: str) -> None:
    rows = "整体 6,318 5,746 26.4 24.1\n按性别划分\n男性 4,486 4,117 27.8 25.3"
    assert facts(f"{metrics}\n类别 2023 年 2022 年 2023 年 2022 年\n{rows}{note}") == [
        ("employees_total", None, 2023, 6318.0),
        ("employees_total", None, 2022, 5746.0),
        ("turnover_rate", None, 2023, 26.4),
        ("turnover_rate", None, 2022, 24.1),
        ("employees_count", "gender:male", 2023, 4486.0),
        ("employees_count", "gender:male", 2022, 4117.0),
        ("turnover_rate", "gender:male", 2023, 27.8),
        ("turnover_rate", "gender:male", 2022, 25.3),
    ]


def test_a_year_may_touch_the_title_of_the_labels_column() -> None:
    text = "2022年培训绩效 培训覆盖率（%） 人均培训时长（小时）\n男性员工 98 36.8\n女性员工 99 34.9"
    assert facts(text)[:2] == [
        ("training_coverage", "gender:male", 2022, 98.0),
        ("training_hours_avg", "gender:male", 2022, 36.8),
    ]


def test_the_units_of_a_header_may_stand_below_its_titles() -> None:
    text = """类别 受训雇员百分比
（%）

平均受训时数
（小时╱人）

整体 总计 98.6 18.6

按性别

男性 98.2 17.9"""
    assert facts(text) == [
        ("training_coverage", None, 2023, 98.6),
        ("training_hours_avg", None, 2023, 18.6),
        ("training_coverage", "gender:male", 2023, 98.2),
        ("training_hours_avg", "gender:male", 2023, 17.9),
    ]


HEAD = "指标 单位 2022年 2023年"
BROKEN = f"{HEAD}\n员工总数 人 946 982\n按性别划分\n男 % 46.7 46.1\n女 % 53.3 53.9"
NOTES = """5 自2023年起，口径由总部扩大至全部办公场所。
6 口径为全职员工，不包括实习生和外包员工。
7 同上一年相比口径没有变化，均为年末数。"""


def test_a_table_goes_on_behind_a_page_break_with_a_bare_grouping() -> None:
    going_on = facts(f"{BROKEN}\n{NOTES}\n{HEAD}\n按学历划分\n本科 % 63.6 64.3")
    assert going_on[-2:] == [
        ("employees_share", "education:bachelor", 2022, 63.6),
        ("employees_share", "education:bachelor", 2023, 64.3),
    ]


def test_another_header_or_a_row_opens_another_table() -> None:
    other = facts(f"{BROKEN}\n{NOTES}\n废弃物 单位 2022年 2023年\n总量 吨 3.2 3.4")
    assert {metric for metric, *_ in other[-2:]} == {"waste_total"}


# --- English beside the Chinese ---


def test_english_that_repeats_headers_and_groups_is_passed_over() -> None:
    text = """层面 Aspect 指标 Indicator 单位 Unit 2022 2023
温室气体
GHG emissions
KPI A1.2
范围1直接排放 吨二氧化碳当量 65 62
能源
Energy
KPI A2.1、A2.2
外购电力 兆瓦时 395 384"""
    assert facts(text) == [
        ("ghg_scope1", None, 2022, 65.0),
        ("ghg_scope1", None, 2023, 62.0),
        ("electricity_consumption", None, 2022, 395.0),
        ("electricity_consumption", None, 2023, 384.0),
    ]


def test_a_unit_may_be_broken_anywhere() -> None:
    text = """指标 单位 2022年 2023年
能源密度（每百万
元收益）
兆瓦时╱人
民币百万元 41.9 39.8
温室气体排放密度 吨二氧化碳当量╱人民币百万
元 16.5 15.3"""
    assert facts(text) == [
        ("energy_intensity_revenue", None, 2022, 41.9),
        ("energy_intensity_revenue", None, 2023, 39.8),
        ("ghg_intensity_revenue", None, 2022, 16.5),
        ("ghg_intensity_revenue", None, 2023, 15.3),
    ]


def test_the_end_of_a_label_may_stand_before_its_values() -> None:
    text = """指标 单位 2022年 2023年
温室气体排放量（范围
一） 吨二氧化碳当量 15.2 15.9
一般工业固体废物产生
量 吨 33.6 35.2"""
    assert facts(text)[1::2] == [
        ("ghg_scope1", None, 2023, 15.9),
        ("waste_nonhazardous", None, 2023, 35.2),
    ]


@pytest.mark.parametrize(
    ("code", "metric"),
    [("2-7", "employees_count"), ("KPI B1.1", "employees_count"), ("KPI B1.2", None), ("302-1", None)],
)
def test_the_code_of_an_indicator_says_what_a_grouping_is_of(code: str, metric: str | None) -> None:
    text = f"GRI 类别 指标 单位 2023年 2022年\n{code} 按性别\n男性 人 600 570\n女性 人 420 410"
    assert {found for found, *_ in facts(text)} == {metric}  # 人 is no unit of a turnover rate


def test_counts_and_shares_of_two_years_may_have_a_total_of_counts_alone() -> None:
    text = """KPI B1.1　雇员总数（于12月31日）

2023年 2022年
人数 占比（%） 人数 占比（%）
总数 486 502
按性别
男性 268 55.1 279 55.6
女性 218 44.9 223 44.4"""
    assert facts(text)[:6] == [
        ("employees_total", None, 2023, 486.0),
        ("employees_total", None, 2022, 502.0),
        ("employees_count", "gender:male", 2023, 268.0),
        ("employees_share", "gender:male", 2023, 55.1),
        ("employees_count", "gender:male", 2022, 279.0),
        ("employees_share", "gender:male", 2022, 55.6),
    ]


def test_a_header_that_is_printed_twice_is_of_two_tables_side_by_side() -> None:
    text = """指标 2023年 2022年 指标 2023年 2022年
研发投入（万元） 5,236 4,872 投诉处理率（%） 100 99
员工总数（人） 312 287 客户投诉数量（件） 1,263 1,398"""
    assert facts(text) == [
        ("rnd_spend", None, 2023, 52360000.0),
        ("rnd_spend", None, 2022, 48720000.0),
        ("complaint_handling_rate", None, 2023, 100.0),
        ("complaint_handling_rate", None, 2022, 99.0),
        ("employees_total", None, 2023, 312.0),
        ("employees_total", None, 2022, 287.0),
        ("complaints_received", None, 2023, 1263.0),
        ("complaints_received", None, 2022, 1398.0),
    ]


def test_each_of_two_tables_side_by_side_keeps_the_place_of_its_values() -> None:
    line = "员工总数（人） 312 287 客户投诉数量（件） 1,263 1,398"
    text = (
        f"指标 2023年 2022年 指标 2023年 2022年\n研发投入（万元） 5,236 4,872 投诉处理率（%） 100 99\n{line}"
    )
    rows = [row for row in read(text) if row["line_no"] == 3]
    assert [row["raw_value"] for row in rows] == ["312", "287", "1,263", "1,398"]
    assert {row["evidence"] for row in rows} == {line}


def test_a_scope_may_be_explained_and_an_intensity_say_what_it_is_counted_by() -> None:
    text = """KPI A1.2 温室气体排放
指标 单位 2023年 2022年
范畴一：公司车辆汽油燃烧 吨二氧化碳当量 15.62 16.84
按雇员人数计算的密度 吨二氧化碳当量╱雇员 1.38 1.35"""
    assert facts(text)[::2] == [
        ("ghg_scope1", None, 2023, 15.62),
        ("ghg_intensity_employee", None, 2023, 1.38),
    ]


def test_a_year_before_metrics_is_that_of_all_columns() -> None:
    rows = "2023年 受训员工百分比（%） 平均受训时数（小时）\n男性 98 71.4\n女性 97 72.5"
    assert facts(rows) == [
        ("training_coverage", "gender:male", 2023, 98.0),
        ("training_hours_avg", "gender:male", 2023, 71.4),
        ("training_coverage", "gender:female", 2023, 97.0),
        ("training_hours_avg", "gender:female", 2023, 72.5),
    ]


def test_years_recur_below_metrics_whose_units_stand_below_them() -> None:
    header = "受训员工百分比\n（%）\n平均受训时数\n（小时）\n2023年 2022年 2023年 2022年"
    assert facts(f"{header}\n按性别\n男性 96.8 95.9 41.2 39.0\n女性 98.1 97.3 38.7 36.8")[:4] == [
        ("training_coverage", "gender:male", 2023, 96.8),
        ("training_coverage", "gender:male", 2022, 95.9),
        ("training_hours_avg", "gender:male", 2023, 41.2),
        ("training_hours_avg", "gender:male", 2022, 39.0),
    ]


def test_a_header_that_names_what_all_rows_are_of_goes_on_with_the_group_above() -> None:
    header = "员工人数（人） 2023年 2022年"
    above = f"{header}\n员工总数 980 900\n员工类别\n高级管理人员 80 70\n"
    assert facts(f"{above}\n\n绿色与未来\n\n{header}\n一般员工 900 830")[-2:] == [
        ("employees_count", "level:junior", 2023, 900.0),
        ("employees_count", "level:junior", 2022, 830.0),
    ]


def test_hours_below_a_title_that_names_one_training_are_not_those_of_all_training() -> None:
    rows = "董事\n培训时数（小时） 16 20\n员工\n平均培训时数（小时） 2.1 1.8"
    assert [metric for metric, *_ in facts(f"反贪污培训 2023年 2022年\n{rows}")] == [None] * 4
    assert [metric for metric, *_ in facts(f"反贪污培训\n\n2023年 2022年\n\n{rows}")] == [None] * 4
    assert [metric for metric, *_ in facts(f"员工培训 2023年 2022年\n{rows}")][:2] == [
        "training_hours_total"
    ] * 2


def test_rows_of_years_below_metrics_and_other_columns_with_units() -> None:
    header = "年份 用水总量（吨） 单位营收用水量（吨/万元） 中水回用量（吨）"
    assert facts(f"{header}\n2022年 412,680 1.38 121,460\n2023年 436,917 1.28 138,902")[3:] == [
        ("water_consumption", None, 2023, 436917.0),
        ("water_intensity_revenue", None, 2023, 128.0),
        (None, None, 2023, 138_902_000.0),  # grams or litres: of what is not known
    ]


def test_a_sentence_above_a_header_that_speaks_of_a_quarter_does_not_limit_its_years() -> None:
    table = "污染物 单位 2022年 2023年\n氮氧化物 吨 5.63 5.88\n二氧化硫 吨 0.74 0.71"
    sentence = "公司委托第三方机构每季度开展监测，报告期内各项污染物均达标排放。"
    assert len(facts(f"{sentence}\n{table}")) == 4
    assert facts(f"截至6月30日止六个月\n{table}") == []


def test_a_row_that_names_a_total_prints_counts_alone_where_shares_are_beside_them() -> None:
    header = "雇员构成\n2023年 2022年\n人数 占比（%） 人数 占比（%）"
    assert facts(f"{header}\n雇员总数 100 80\n按性别\n男性 60 60.00 52 65.00\n女性 40 40.00 28 35.00")[
        :6
    ] == [
        ("employees_total", None, 2023, 100.0),
        ("employees_total", None, 2022, 80.0),
        ("employees_count", "gender:male", 2023, 60.0),
        ("employees_share", "gender:male", 2023, 60.0),
        ("employees_count", "gender:male", 2022, 52.0),
        ("employees_share", "gender:male", 2022, 65.0),
    ]


def test_a_unit_in_a_header_may_be_wrapped() -> None:
    header = "受训雇员百分比\n（%）\n平均受训时数（小\n时）\n2022年 2023年 2022年 2023年"
    assert facts(f"{header}\n整体 97.1 98.0 16.9 18.2\n按性别\n男性 97.4 98.2 17.1 18.4")[:4] == [
        ("training_coverage", None, 2022, 97.1),
        ("training_coverage", None, 2023, 98.0),
        ("training_hours_avg", None, 2022, 16.9),
        ("training_hours_avg", None, 2023, 18.2),
    ]


def test_a_change_since_a_year_is_no_value() -> None:
    table = "指标 单位 2023年 较2022年变化\n用水量 吨 62,318 -5.2%\n员工总数 人 980 4.0%"
    assert facts(table) == [
        ("water_consumption", None, 2023, 62318.0),
        ("employees_total", None, 2023, 980.0),
    ]


def test_a_row_in_no_unit_of_its_metric_opens_a_table_of_its_own() -> None:
    table = "员工人数（人） 2023年 2022年\n按地区\n华东 50 40\n华北 30 20\n"
    rows = read(f"{table}员工流失率 21.6 24.3\n按地区\n华东 22.0 -\n华北 13.0 -")
    assert [row["metric_code"] for row in rows] == ["employees_count"] * 4 + [None] * 6


def test_counts_beside_rates_below_years_are_no_counts_of_staff() -> None:
    header = "员工流失\n二零二三年 二零二二年\n流失人数 流失比率（%） 流失人数 流失比率（%）"
    found = facts(f"{header}\n整体 64 20.5 82 24.5\n按性别\n男性 31 22.0 42 26.6\n女性 33 19.3 40 22.6")
    assert [fact for fact in found if fact[0]] == [
        ("turnover_rate", None, 2023, 20.5),
        ("turnover_rate", None, 2022, 24.5),
        ("turnover_rate", "gender:male", 2023, 22.0),
        ("turnover_rate", "gender:male", 2022, 26.6),
        ("turnover_rate", "gender:female", 2023, 19.3),
        ("turnover_rate", "gender:female", 2022, 22.6),
    ]


def test_codes_between_rows_do_not_part_them_from_a_header_below() -> None:
    suppliers, complaints = "供应商总数 家 1,372 1,281", "接获的投诉数目 宗 7,814 8,405"
    rows = f"B5.1\n{suppliers}\nB6.2\n{complaints}\nB8.2\n志愿服务时数 小时 18,650 16,240"
    found = facts(
        f"社会范畴\n{rows}\n编号 关键绩效指标 单位 2023年 2022年\n\n我们持续改进数据的收集与管理工作。"
    )
    assert [metric for metric, *_ in found[::2]] == [
        "suppliers_total",
        "complaints_received",
        "volunteer_hours",
    ]


def test_rows_of_values_behind_several_labels_with_units_are_none_of_the_last() -> None:
    labels = "总流失率 %\n培训总时长 小时\n志愿服务时长 小时"
    table = f"指标 单位 2023年 2022年\n员工总数 人 980 900\n{labels}\n98,084 85,456\n31.0 28.0"
    assert [metric for metric, *_ in facts(table)] == ["employees_total"] * 2


def test_a_header_that_names_other_rows_ends_the_group_above() -> None:
    of_staff = "员工人数 2023年 2022年\n按性别\n男 100 90\n女 120 110"
    other = "员工满意度2 2023年 2022年\n按性别\n男 81% 80%\n女 83% 82%"
    turnover = "员工流失率3 2023年 2022年\n按性别\n男 20% 18%\n女 17% 15%"
    assert {metric for metric, *_ in facts(f"{of_staff}\n{other}")} == {"employees_count"}
    assert [metric for metric, *_ in facts(f"{of_staff}\n{turnover}")] == (
        ["employees_count"] * 4 + ["turnover_rate"] * 4
    )


def test_a_header_of_another_form_is_read_anew() -> None:
    above = "指标 单位 2022年 2023年\n用水总量 吨 2,186 2,268"
    below = (
        "社会绩效\n类别 指标 单位 2022年 2023年\n员工总数 期末员工人数 人 175 191\n按性别划分\n男 人 86 93"
    )
    assert facts(f"{above}\n{below}")[2:] == [
        ("employees_total", None, 2022, 175.0),
        ("employees_total", None, 2023, 191.0),
        ("employees_count", "gender:male", 2022, 86.0),
        ("employees_count", "gender:male", 2023, 93.0),
    ]


def test_members_alone_in_a_line_are_the_columns_of_metrics_below() -> None:
    table = "指标 2023年 2022年\n员工总数 100 90"
    leave = "产假\n女性 男性\n休假人数 86 57\n返岗率 97.7% 100%"
    assert [fact for fact in facts(f"{table}\n{leave}") if fact[0]][2:] == [
        ("parental_leave_return_rate", "gender:female", 2023, 97.7),
        ("parental_leave_return_rate", "gender:male", 2023, 100.0),
    ]


def test_years_may_be_the_rows_below_members() -> None:
    table = "员工流失率\n男性 30岁以下 总体\n2022年 21.36% 28.91% 20.07%\n2023年 19.85% 26.38% 18.62%"
    assert facts(table) == [
        ("turnover_rate", "gender:male", 2022, 21.36),
        ("turnover_rate", "age:<30", 2022, 28.91),
        ("turnover_rate", None, 2022, 20.07),
        ("turnover_rate", "gender:male", 2023, 19.85),
        ("turnover_rate", "age:<30", 2023, 26.38),
        ("turnover_rate", None, 2023, 18.62),
    ]


def test_the_rows_above_a_header_that_stands_last_keep_the_titles_of_their_groups() -> None:
    money = "经营绩效\n营业收入 亿元 38.62 42.15"
    ethics = "商业道德\n反腐败培训覆盖率 % 98.6 99.4\n廉洁与合规培训场次 场 19 24"
    board = "公司治理\n董事会人数 人 6 7"
    found = facts(f"{money}\n{board}\n{ethics}\n指标 单位 2022年 2023年")
    assert [metric for metric, *_ in found[::2]] == [
        "revenue", "board_size", "anti_corruption_training_coverage", "compliance_trainings",
    ]  # fmt: skip


def test_a_title_of_a_column_may_go_on_below_the_others() -> None:
    header = "受训员工百分比 每名员工平均受训时\n数\n2023年 2022年 2023年 2022年"
    assert facts(f"{header}\n整体 91.8% 88.4% 19.6 16.2\n按性别\n男性 90.7% 87.5% 18.8 15.7")[4:] == [
        ("training_coverage", "gender:male", 2023, 90.7),
        ("training_coverage", "gender:male", 2022, 87.5),
        ("training_hours_avg", "gender:male", 2023, 18.8),
        ("training_hours_avg", "gender:male", 2022, 15.7),
    ]


def test_the_column_of_members_may_be_titled_as_a_grouping() -> None:
    header = "员工类别 受训员工百分比（%） 人均受训时数（小时）"
    found = facts(f"{header}\n按性别\n男性 99.2 32.1\n女性 99.6 31.0")
    assert [metric for metric, *_ in found] == ["training_coverage", "training_hours_avg"] * 2


def test_the_members_of_several_breakdowns_may_be_columns() -> None:
    header = "指标 男性 女性 高级管理层 一般员工"
    found = facts(
        f"{header}\n受训员工百分比（%） 95.8 96.7 100 95.8\n每名员工平均受训时数（小时） 21.1 22.2 18.4 20.5"
    )
    assert [member for _, member, _, _ in found[:4]] == [
        "gender:male", "gender:female", "level:senior", "level:junior",
    ]  # fmt: skip
    assert [metric for metric, *_ in found] == ["training_coverage"] * 4 + ["training_hours_avg"] * 4


def test_a_density_without_a_name_is_that_of_the_amount_above_it() -> None:
    amount = "溫室氣體排放總量 公噸二氧化碳當量 86,854.68 82,893.31 80,000.00"
    density = "密度 公噸二氧化碳當量╱人民幣百萬元收入 30.51 31.74 32.00"
    assert [metric for metric, *_ in of_table(f"{amount}\n{density}")[3:]] == ["ghg_intensity_revenue"] * 3
    other = "範圍二排放量 公噸二氧化碳當量 8,854.68 8,893.31 8,000.00"
    assert [metric for metric, *_ in of_table(f"{amount}\n{other}\n{density}")[6:]] == [None] * 3


def test_the_header_of_metrics_may_stand_below_its_rows() -> None:
    rows = "按性别\n男 98.2 26.8\n女 99.2 24.9"
    found = facts(f"{rows}\n类别 受训比例（%） 人均受训时长（小时）")
    assert [metric for metric, *_ in found] == ["training_coverage", "training_hours_avg"] * 2


def test_an_intensity_may_be_printed_in_two_units_one_below_the_other() -> None:
    per_employee = "溫室氣體排放密度 公噸二氧化碳當量／每名僱員 1.29 1.41 1.50"
    per_revenue = "公噸二氧化碳當量／人民幣百萬\n元收入 1.15 1.35 1.40"
    waste = "有害廢棄物總量 公噸 0.31 0.36 0.40\n公噸 0.31 0.36 0.40"
    assert [metric for metric, *_ in of_table(f"{per_employee}\n{per_revenue}")] == (
        ["ghg_intensity_employee"] * 3 + ["ghg_intensity_revenue"] * 3
    )
    assert [metric for metric, *_ in of_table(waste)] == ["waste_hazardous"] * 3


def test_a_share_beside_a_count_is_of_what_the_count_names() -> None:
    rows = "按地区划分的供应商\n华东 248 74.9\n华北 83 25.1\n合计 331"
    header = "地区 供应商数量（家） 占比（%）"
    expected = ["suppliers_count", "suppliers_share", "suppliers_count", "suppliers_share", "suppliers_total"]
    assert [metric for metric, *_ in facts(f"{rows}\n{header}")] == expected  # the header stands last
    assert [metric for metric, *_ in facts(f"{header}\n{rows.partition(chr(10))[2]}")] == expected


def test_a_row_that_opens_with_a_code_may_name_its_category_too() -> None:
    header = "指标 单位 2023年 2022年"
    staff, suppliers = "B1.1 员工总数 总计 人 1,286 1,104", "B5.1 供应商 供应商总数 家 312 268"
    rows = f"{staff}\n{suppliers}\nB3.2 反贪污 培训总时长 小时 742 410"
    assert [metric for metric, *_ in facts(f"{header}\n{rows}")[::2]] == [
        "employees_total",
        "suppliers_total",
        None,  # not the hours of all training
    ]


def test_profit_before_tax_is_no_slip_for_net_profit() -> None:
    assert [metric for metric, *_ in facts("指标 单位 2023年\n利润总额 亿元 31.07\n净利润 亿元 25.10")] == [
        None,
        "net_profit",
    ]


def test_members_of_several_breakdowns_may_stand_alone_above_metrics() -> None:
    members = "男性 女性 高级管理层 一般员工"
    rows = "受训员工百分比（%） 91.7 95.0 100.0 93.3\n平均受训时数（小时） 20.2 21.4 26.5 20.1"
    assert [(metric, member) for metric, member, *_ in facts(f"{members}\n{rows}")[2:6]] == [
        ("training_coverage", "level:senior"),
        ("training_coverage", "level:junior"),
        ("training_hours_avg", "gender:male"),
        ("training_hours_avg", "gender:female"),
    ]


def test_a_word_before_an_indicator_that_limits_it_is_no_category() -> None:
    header = "指标 单位 2023年 2022年"
    rows = "B6.2 客户投诉 接获投诉数目 宗 26 31\nB3.2 海外 培训总时长 小时 742 410"
    assert [metric for metric, *_ in facts(f"{header}\n{rows}")[::2]] == ["complaints_received", None]


def test_a_density_is_the_rows_above_it_before_the_groups() -> None:
    header, group = "指标 单位 2023年 2022年", "废弃物"
    hazardous, density = "有害废弃物总量 吨 2.5 2.6", "密度 吨/人民币百万元 0.5 0.6"
    found = facts(f"{header}\n{group}\n{hazardous}\n{density}")
    assert [metric for metric, *_ in found[::2]] == ["waste_hazardous", None]


def test_changes_may_stand_in_brackets_or_behind_arrows() -> None:
    header = "指标 单位 2023年 2022年 变动(%)"
    rows = "每名员工能源耗量 兆瓦时/人 9.62 9.88 (2.6)\n总耗水量 立方米 1,286 1,198 ↑7.3%"
    assert facts(f"{header}\n{rows}") == [
        ("energy_per_employee", None, 2023, 9.62),
        ("energy_per_employee", None, 2022, 9.88),
        ("water_consumption", None, 2023, 1286.0),
        ("water_consumption", None, 2022, 1198.0),
    ]


def test_a_header_may_name_the_metric_of_its_rows_behind_the_title_of_its_column() -> None:
    rows = "整体 % 48.6 52.3\n男性 % 50.1 53.7"
    for title in ("关键绩效指标 流失比率 单位", "流失比率 单位"):
        found = facts(f"{title} 2023年 2022年\n{rows}")
        assert [(metric, member) for metric, member, *_ in found[::2]] == [
            ("turnover_rate", None),
            ("turnover_rate", "gender:male"),
        ]


@pytest.mark.parametrize("units", ["（%） （小时）", "2023年 （%） （小时）"])
def test_a_line_of_units_below_titles_is_of_the_columns(units: str) -> None:
    titles = "KPI B3.1及B3.2 受训雇员百分比 平均受训时数"
    assert facts(f"{titles}\n{units}\n男性 95.2 30.9\n女性 96.8 33.7")[:2] == [
        ("training_coverage", "gender:male", 2023, 95.2),
        ("training_hours_avg", "gender:male", 2023, 30.9),
    ]


def test_a_digit_that_may_be_a_mark_leaves_the_value_ambiguous() -> None:
    header, note = "指标 单位 2023年 2022年", "2 因水表读数更正，2022年的数据经重列。"
    table = f"{header}\n每名员工耗水量 立方米/人 164.0 {{}}\n\n{note}"
    told = [row["confidence"] for row in read(table.format("166.12"))]
    assert told == ["certain", "ambiguous"]
    assert [row["confidence"] for row in read(table.format("166.1"))] == ["certain", "certain"]


def test_a_digit_more_than_all_others_of_the_row_is_the_mark_of_a_note() -> None:
    header, note = "指标 单位 2023年 2022年 2021年", "2 因水表读数更正，2022年的数据经重列。"
    rows = read(f"{header}\n每名员工耗水量 立方米/人 164.0 166.12 170.3\n\n{note}")
    assert [(row["value"], row["confidence"]) for row in rows] == [
        (164.0, "certain"), (166.1, "likely"), (170.3, "certain"),
    ]  # fmt: skip


def test_a_total_below_a_title_is_of_it_where_it_is_the_sum_of_its_rows() -> None:
    rows = "废矿物油 吨 86.4 91.2\n\n废树脂 吨 12.8 14.5\n\n{} 吨 {} 105.7"
    table = f"指标 单位 2023年 2022年\n\n危险废物\n\n{rows}"
    assert facts(table.format("合计", "99.2"))[4:] == [
        ("waste_hazardous", None, 2023, 99.2),
        ("waste_hazardous", None, 2022, 105.7),
    ]
    for other in (table.format("合计", "99.3"), table.format("小计", "99.2")):  # more may follow
        assert {metric for metric, *_ in facts(other)} == {None}
    staff = facts("指标 单位 2023年 2022年\n员工\n一线 人 12 10\n辅助 人 30 20\n合计 人 42 30")
    assert {metric for metric, *_ in staff} <= {None, "employees_total"}


def test_a_name_that_is_nearly_a_metrics_is_none_among_parts() -> None:
    header, part = "指标 单位 2023年 2022年", "其中：地表水 立方米 1,210 1,190"
    row = "市政自来水用 立方米 168 172"
    assert {metric for metric, *_ in facts(f"{header}\n取水总量 立方米 1,378 1,362\n{part}\n{row}")} == {None}
    assert facts(f"{header}\n{row}")[0][0] == "water_consumption"


@pytest.mark.parametrize(
    ("title", "change", "expected"),
    [
        ("同比", "-8.0%", [-8.0]),
        ("变动(%)", "-8.0", [-8.0]),
        ("较2022年变化", "-8.0%", [-8.0]),
        ("同比", "-8.3%", []),
        ("较2018年变化", "-8.0%", []),
        ("变动", "-0.9", []),
    ],
)
def test_a_column_of_changes_tells_the_growth_that_two_years_prove(
    title: str, change: str, expected: list[float]
) -> None:
    table = f"指标 单位 2022年 2023年 {title}\n净利润 亿元 10.83 9.96 {change}\n研发投入 亿元 1.2 1.3 8.3%"
    growths = [row for row in read(table) if row["metric_code"] == "net_profit_growth"]
    assert [(row["value"], row["fiscal_year"]) for row in growths] == [(value, 2023) for value in expected]
    assert {(row["pairing"], row["confidence"]) for row in growths} <= {("ratio", "certain")}


def test_growth_of_years_that_are_not_printed_is_likely() -> None:
    [_, row] = read("指标 单位 2023年 同比\n净利润 亿元 9.96 -8.0%")
    assert (row["metric_code"], row["confidence"]) == ("net_profit_growth", "likely")


def test_years_below_names_of_businesses_are_read_where_they_are_of_the_whole_company() -> None:
    title = "温室气体排放（公噸二氧化碳當量）"
    header = "航运 港口 集团合计 集团合计\n指标 2023年 2023年 2023年 2022年1"
    rows = "直接排放（范围一） 1,381 18 1,399 1,443\n间接排放（范围二） 19 73 92 71"
    assert facts(f"{title}\n{header}\n{rows}") == [
        ("ghg_scope1", None, 2023, 1399.0),
        ("ghg_scope1", None, 2022, 1443.0),
        ("ghg_scope2", None, 2023, 92.0),
        ("ghg_scope2", None, 2022, 71.0),
    ]


def test_a_grouping_may_print_the_unit_of_its_rows() -> None:
    table = "指标 单位 2023年 2022年\n员工总数 人 8,964 9,217\n按性别 人\n男性 2,754 2,836\n女性 6,210 6,381"
    assert facts(table)[2::2] == [
        ("employees_count", "gender:male", 2023, 2754.0),
        ("employees_count", "gender:female", 2023, 6210.0),
    ]


def test_a_header_that_recurs_below_prose_opens_another_table() -> None:
    header, title = "指标 单位 2023年 2022年", "温室气体排放（单位：吨二氧化碳当量）"
    emissions = f"{title}\n{header}\n温室气体排放总量 464,858 418,185"
    prose = "公司对固体废物实行分类收集、专区贮存和台账管理，并交由有资质的单位处置。"
    waste = f"{header}\n废电解液 吨 286.3 271.9\n合计 吨 1,230.6 1,187.4"
    found = facts(f"{emissions}\n{prose}\n{waste}")
    assert [metric for metric, *_ in found] == ["ghg_total"] * 2 + [None] * 4


def test_a_total_below_rows_of_nothing_known_is_of_nothing_known() -> None:
    rows = "甲产品 件 4 5\n乙产品 件 6 7\n小计 件 10 12"
    assert {metric for metric, *_ in facts(f"指标 单位 2023年 2022年\n产量 销量\n{rows}")} == {None}


def test_a_grouping_may_carry_the_mark_of_a_note() -> None:
    header = "指标 单位 2023年 2022年"
    rows = "B1.2 男性 17.4 19.0\nB1.2 女性 15.2 16.8"
    found = facts(f"{header}\nB1.1 总计 人 3,846 3,712\nB1.2 按性别划分的雇员流失比率（%）3\n{rows}")
    assert [(metric, member) for metric, member, *_ in found[2::2]] == [
        ("turnover_rate", "gender:male"),
        ("turnover_rate", "gender:female"),
    ]


def test_a_page_number_before_a_header_that_recurs_does_not_end_the_title_above_it() -> None:
    header = "指标 单位 2023年 2022年 变动（%）"
    first = "B3.1 受训员工百分比\n男性 % 93.6 91.2 2.6\n女性 % 95.4 93.0 2.6"
    second = "男性 小时/人 26.4 24.8 6.5\n女性 小时/人 24.1 22.6 6.6"
    found = facts(f"{header}\n{first}\nB3.2 平均受训时数\n13\n{header}\n{second}")
    assert [(metric, member) for metric, member, *_ in found[4::2]] == [
        ("training_hours_avg", "gender:male"),
        ("training_hours_avg", "gender:female"),
    ]


def test_a_total_of_the_rows_that_have_no_name_is_not_all_where_another_row_has_it() -> None:
    rows = "危险废物产生量 吨 50 60\n甲处置 吨 10 11\n乙处置 吨 12 13\n合计 吨 22 24"
    found = facts(f"指标 单位 2023年 2022年\n危险废物\n{rows}")
    assert [metric for metric, *_ in found] == ["waste_hazardous"] * 2 + [None] * 6
