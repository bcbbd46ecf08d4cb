"""Banded tables: labels in one run, units in the next, then the values of each column."""

import pytest
from reading import facts, read

LABELS = "温室气体排放总量（范围一+范围二）\n综合能源消耗量\n外购电力\n天然气\n员工总数"
UNITS = "吨二氧化碳当量\n吨标准煤\n兆瓦时\n万立方米\n人"
COLUMNS = ["470\n1,284\n546\n48\n1,608", "514\n1,239\n593\n45\n1,245"]
ROWS = "\n".join(map(" ".join, zip(*(column.split() for column in COLUMNS), strict=True)))
READ = [
    ("ghg_total", 2024, 470.0),
    ("energy_total", 2024, 10453.044),
    ("electricity_consumption", 2024, 546.0),
    ("natural_gas_consumption", 2024, 480000.0),
    ("employees_total", 2024, 1608.0),
    ("ghg_total", 2023, 514.0),
    ("energy_total", 2023, 10086.699),
    ("electricity_consumption", 2023, 593.0),
    ("natural_gas_consumption", 2023, 450000.0),
    ("employees_total", 2023, 1245.0),
]


def told(text: str) -> list[tuple[str | None, int | None, float]]:
    return [(metric, year, round(float(value or 0), 3)) for metric, _, year, value in facts(text, year=2024)]


@pytest.mark.parametrize(
    "values",
    [
        f"2024年\n{COLUMNS[0]}\n2023年\n{COLUMNS[1]}",
        f"{COLUMNS[0]}\n2024年\n{COLUMNS[1]}\n2023年",
    ],
)
@pytest.mark.parametrize("head", ["指标\n{labels}\n单位\n{units}", "温室气体与能源绩效\n{labels}\n{units}"])
def test_labels_units_and_the_values_of_each_year_are_runs_of_one_length(head: str, values: str) -> None:
    assert told(f"{head.format(labels=LABELS, units=UNITS)}\n{values}") == READ


@pytest.mark.parametrize(
    "table", ["{header}\n{labels}\n{units}\n{rows}", "{labels}\n{units}\n{rows}\n{header}"]
)
def test_a_line_of_values_may_hold_all_years_of_a_row(table: str) -> None:
    text = table.format(header="指标 单位 2024 2023", labels=LABELS, units=UNITS, rows=ROWS)
    assert sorted(told(text), key=str) == sorted(READ, key=str)


def test_form_alone_makes_rows_likely() -> None:
    rows = read(f"{LABELS}\n{UNITS}\n2024年\n{COLUMNS[0]}", year=2024)
    assert {(row["layout"], row["pairing"], row["confidence"]) for row in rows} == {
        ("table", "order", "likely")
    }


@pytest.mark.parametrize(
    "text",
    [
        f"{LABELS}\n{UNITS}\n2024年\n{COLUMNS[0]}\n7",
        f"{LABELS}\n{UNITS}\n2024年\n{COLUMNS[0].rpartition(chr(10))[0]}",
        f"{LABELS}\n{UNITS}\n{COLUMNS[0]}\n{COLUMNS[1]}",
        f"{LABELS}\n{UNITS.replace('兆瓦时', '人')}\n2024年\n{COLUMNS[0]}",
    ],
    ids=["a value too many", "a value too few", "no years", "a unit of another label"],
)
def test_runs_that_do_not_fit_are_left_alone(text: str) -> None:
    assert not [row for row in read(text, year=2024) if row["pairing"] == "order" and row["metric_code"]]


def test_a_wrapped_label_is_one() -> None:
    wrapped = LABELS.replace("综合能源", "综合能\n源")
    assert told(f"{wrapped}\n{UNITS}\n2024年\n{COLUMNS[0]}") == READ[:5]


def test_a_row_without_a_unit_prints_a_dash() -> None:
    text = "工伤事故数\n因工死亡人数\n百万工时工伤率\n起\n人\n/\n2023年\n21\n0\n0.68"
    assert facts(text) == [
        ("injuries", None, 2023, 21.0),
        ("fatalities", None, 2023, 0.0),
        ("injury_rate", None, 2023, 0.68),
    ]


def test_headings_among_the_labels_are_no_rows() -> None:
    labels = "员工总数\n按性别划分\n男性\n女性"
    assert facts(f"{labels}\n人\n人\n人\n2023年\n1,000\n600\n400")[1:] == [
        ("employees_count", "gender:male", 2023, 600.0),
        ("employees_count", "gender:female", 2023, 400.0),
    ]


def test_without_units_the_values_of_two_years_are_runs_of_one_length() -> None:
    labels = "员工构成如下：\n按性别\n男性\n女性\n按年龄\n30岁以下\n30至50岁\n50岁以上"
    assert facts(f"{labels}\n2023年人数\n600\n400\n300\n500\n200\n2022年人数\n500\n300\n250\n400\n150")[
        :2
    ] == [
        ("employees_count", "gender:male", 2023, 600.0),
        ("employees_count", "gender:female", 2023, 400.0),
    ]


def test_a_label_with_its_unit_in_brackets_is_a_whole_one() -> None:
    labels = "A1.2 温室气体排放\n范围一排放（吨）\n范围二排放（吨）\n生物源排放（吨）"
    assert facts(f"{labels}\n2023\n587\n494\n17\n2022\n604\n301\n15") == [
        ("ghg_scope1", None, 2023, 587.0),
        ("ghg_scope2", None, 2023, 494.0),
        (None, None, 2023, 17_000.0),
        ("ghg_scope1", None, 2022, 604.0),
        ("ghg_scope2", None, 2022, 301.0),
        (None, None, 2022, 15_000.0),
    ]


def test_values_without_a_year_tell_nothing() -> None:
    assert facts("范围一排放（吨）\n范围二排放（吨）\n生物源排放（吨）\n587\n494\n17") == []


def test_the_unit_above_a_table_is_that_of_its_rows() -> None:
    labels = "单位：吨二氧化碳当量\n直接排放（范围1）\n间接排放（范围2）\n总排放量"
    assert facts(f"{labels}\n2023年\n842.3\n104.6\n946.9\n2022年\n215.8\n236.1\n451.9")[::3] == [
        ("ghg_scope1", None, 2023, 842.3),
        ("ghg_scope1", None, 2022, 215.8),
    ]


def test_lines_of_a_value_for_each_metric_are_rows_of_the_members_above_them() -> None:
    text = "受训员工百分比 平均受训时数\n男性\n女性\n高级管理层\n85.9% 19.2\n76.7% 15.7\n90.0% 22.4"
    assert facts(text) == [
        ("training_coverage", "gender:male", 2023, 85.9),
        ("training_hours_avg", "gender:male", 2023, 19.2),
        ("training_coverage", "gender:female", 2023, 76.7),
        ("training_hours_avg", "gender:female", 2023, 15.7),
        ("training_coverage", "level:senior", 2023, 90.0),
        ("training_hours_avg", "level:senior", 2023, 22.4),
    ]


ONE_RUN = ["员工总数（人）", "员工流失率", "人均培训时数（小时）", "供应商总数（家）"]
VALUES = ["5,936", "9.7%", "52.3", "836", "5,702", "10.5%", "49.6", "792"]


@pytest.mark.parametrize(
    "lines",
    [
        ["2023年", "2022年", *ONE_RUN, *VALUES],
        [*ONE_RUN, "2023年", "2022年", *VALUES],
        [*ONE_RUN, *VALUES, "2023 2022"],
        ["2023年", "2022年", *ONE_RUN, *VALUES, "28"],
    ],
    ids=["years above the labels", "years above the values", "years below", "the number of the page below"],
)
def test_the_columns_may_follow_one_another_in_one_run(lines: list[str]) -> None:
    found = facts("\n".join(["我们持续完善各项管理，数据如下表所示，供各方参考。", *lines]))
    assert found[:2] == [("employees_total", None, 2023, 5936.0), ("turnover_rate", None, 2023, 9.7)]
    assert found[4:6] == [("employees_total", None, 2022, 5702.0), ("turnover_rate", None, 2022, 10.5)]


def test_one_run_that_reads_as_well_row_by_row_is_left_alone() -> None:
    labels = ["员工总数（人）", "供应商总数（家）", "专利授权数（件）"]
    values = ["936", "836", "702", "792", "412", "415"]
    assert facts("\n".join(["2023年", "2022年", *labels, *values])) == []


@pytest.mark.parametrize(
    "values", [["936", "836", "702", "792", "12", "15"], ["936", "702", "12", "836", "792", "15"]]
)
def test_numbers_far_apart_are_of_no_row(values: list[str]) -> None:
    labels = ["员工总数（人）", "供应商总数（家）", "专利授权数（件）"]
    found = facts("\n".join(["2023年", "2022年", *labels, *values]))
    assert {fact[0]: (fact[2], fact[3]) for fact in found if fact[2] == 2022} == {
        "employees_total": (2022, 836.0),
        "suppliers_total": (2022, 792.0),
        "patents": (2022, 15.0),
    }


def test_the_header_may_be_stacked_above_the_labels() -> None:
    header, members = "指标\n单位\n2022年\n2023年", "按性别划分\n男性\n女性"
    text = f"{header}\n员工总数\n{members}\n人\n人\n人\n900 1,000\n500 550\n400 450"
    assert facts(text) == [
        ("employees_total", None, 2022, 900.0),
        ("employees_total", None, 2023, 1000.0),
        ("employees_count", "gender:male", 2022, 500.0),
        ("employees_count", "gender:male", 2023, 550.0),
        ("employees_count", "gender:female", 2022, 400.0),
        ("employees_count", "gender:female", 2023, 450.0),
    ]


def test_a_value_with_another_unit_than_its_labels_means_that_the_runs_are_shifted() -> None:
    labels = "员工总数（人）\n供应商总数（家）\n专利授权数（件）\n培训时数（小时）"
    columns = "2023年\n936\n836\n{}\n12\n2022年\n702\n792\n{}\n15"
    assert facts(f"{labels}\n{columns.format('45', '40')}")[0] == ("employees_total", None, 2023, 936.0)
    assert facts(f"{labels}\n{columns.format('9.7%', '9.9%')}") == []


SAFETY = "因工亡故人数（人）\n因工伤损失工作日数（天）\n工伤事故数（起）"
SAFETY_READ = {
    ("fatalities", None, 2023, 2.0),
    ("lost_days", None, 2023, 614.0),
    ("injuries", None, 2023, 24.0),
    ("fatalities", None, 2022, 3.0),
    ("lost_days", None, 2022, 698.0),
    ("injuries", None, 2022, 39.0),
}


@pytest.mark.parametrize(
    "text",
    [
        "{labels}\n2\n614\n24\n3\n698\n39\n2023年 2022年\n员工关爱\n公司关爱员工，设立了基金，帮扶困难员工。",
        "2 3\n614 698\n24 39\n安全绩效\n{labels}\n2023年 2022年",
        "2\n614\n24\n\n3\n698\n39\n{labels}\n指标\n2023年 2022年",
        "2023年\n2022年\n{labels}\n2\n3\n614\n698\n24\n39",
    ],
    ids=["a header last", "values first", "values in blocks first", "row by row"],
)
def test_bands_may_stand_in_any_order(text: str) -> None:
    assert set(facts(text.format(labels=SAFETY))) == SAFETY_READ


def test_units_may_stand_first_and_the_header_last() -> None:
    text = "资源使用\n兆瓦时\n升\n立方米\n1,186.43\n6,840\n9,874\n外购电力\n汽油\n耗水量\n指标\n单位 2023年"
    assert facts(text) == [
        ("electricity_consumption", None, 2023, 1186.43),
        ("gasoline_consumption", None, 2023, 6840.0),
        ("water_consumption", None, 2023, 9874.0),
    ]


def test_a_header_above_the_labels_goes_before_one_below_the_values() -> None:
    text = f"2023年 2022年\n{SAFETY}\n2\n614\n24\n\n3\n698\n39\n2022年 2023年\n安全培训\n公司开展培训。"
    assert set(facts(text)) == SAFETY_READ


def test_a_header_that_opens_the_next_table_closes_none() -> None:
    labels = "员工总数（人）\n供应商总数（家）\n专利授权数（件）"
    text = f"{SAFETY}\n2\n614\n24\n\n3\n698\n39\n2023年 2022年\n{labels}\n936 836\n702 792\n12 15"
    assert {fact[0] for fact in facts(text)} == {"employees_total", "suppliers_total", "patents"}


def test_names_of_metrics_above_members_are_headings_where_the_count_of_values_says_so() -> None:
    text = (
        "受训员工百分比\n整体 %\n男性 %\n女性 %\n平均受训时数\n整体 小时\n男性 小时\n女性 小时\n"
        "94.95\n94.18\n95.89\n25.20\n24.70\n25.81\n2023年"
    )
    assert facts(text) == [
        ("training_coverage", None, 2023, 94.95),
        ("training_coverage", "gender:male", 2023, 94.18),
        ("training_coverage", "gender:female", 2023, 95.89),
        ("training_hours_avg", None, 2023, 25.2),
        ("training_hours_avg", "gender:male", 2023, 24.7),
        ("training_hours_avg", "gender:female", 2023, 25.81),
    ]


def test_the_title_above_the_labels_may_tell_the_year_of_the_only_column() -> None:
    title = "知识产权（截至2022年12月31日）"
    text = "{}\n授权专利\n软件著作权\n注册商标\n64\n213\n176\n项\n项\n项"
    assert [fact[2] for fact in facts(text.format(title))] == [2022, 2022, 2022]
    assert facts(text.format("知识产权")) == []


def test_years_beside_the_columns_go_before_a_header_of_the_next_table() -> None:
    columns = f"2024年\n{COLUMNS[0]}\n2023年\n{COLUMNS[1]}"
    assert told(f"指标\n{LABELS}\n单位\n{UNITS}\n{columns}\n指标 2022年 2023年 2024年") == READ


def test_a_whole_lies_between_its_parts_or_is_their_sum() -> None:
    labels = "受训员工百分比（%）\n整体\n男性\n女性\n平均受训时数（小时）\n整体\n男性\n女性"
    of_2023 = "94.95\n94.18\n95.89\n25.20\n24.70\n25.81"
    of_2022 = "91.30\n90.76\n92.03\n21.80\n21.35\n22.37"
    found = facts(f"{labels}\n{of_2023}\n{of_2022}\n2023年\n2022年")
    assert found[0] == ("training_coverage", None, 2023, 94.95)
    assert found[-1] == ("training_hours_avg", "gender:female", 2022, 22.37)


def test_a_fuel_may_be_weighed() -> None:
    text = "外购电力\n天然气\n汽油\n兆瓦时\n万立方米\n吨\n2023年\n546\n48\n12"
    assert facts(text)[:2] == [
        ("electricity_consumption", None, 2023, 546.0),
        ("natural_gas_consumption", None, 2023, 480000.0),
    ]


def test_a_line_that_stands_apart_from_the_labels_is_their_title() -> None:
    labels = "整体流失率\n按性别划分\n男性\n女性\n按地区划分\n北京\n深圳"
    text = f"员工流失率\n\n{labels}\n单位：%\n2023年\n20.16\n20.88\n19.25\n21.19\n19.76"
    assert facts(text)[:3] == [
        ("turnover_rate", None, 2023, 20.16),
        ("turnover_rate", "gender:male", 2023, 20.88),
        ("turnover_rate", "gender:female", 2023, 19.25),
    ]


def test_metrics_above_a_line_of_members_have_a_run_of_values_each() -> None:
    metrics, members = "受训员工百分比（%） 人均受训时数（小时）", "全体员工 男性 女性"
    rows = read(f"{metrics}\n\n{members}\n\n96.4\n95.9\n97.0\n\n23.9\n24.6\n23.1")
    assert [(row["metric_code"], row["member"], row["value"]) for row in rows] == [
        ("training_coverage", None, 96.4),
        ("training_coverage", "male", 95.9),
        ("training_coverage", "female", 97.0),
        ("training_hours_avg", None, 23.9),
        ("training_hours_avg", "male", 24.6),
        ("training_hours_avg", "female", 23.1),
    ]
    assert "全体员工 男性 女性" in rows[1]["evidence"]


def test_a_legend_is_no_band_of_labels() -> None:
    text = "按地区划分的供应商\n海外\n华东\n华南\n2023\n15.0%\n32.7%\n52.3%"
    assert not [row for row in read(text) if row["pairing"] == "order" and row["metric_code"]]


def test_a_title_may_give_the_unit_of_labels_that_a_total_closes() -> None:
    labels = "温室气体排放（吨二氧化碳当量）\n范围一（公务车）\n范围二（外购电力）\n范围三（员工差旅）\n总计"
    values = "37.36\n1,917.89\n701.25\n2,656.50\n40.12\n1,817.67\n388.60\n2,246.39"
    found = facts(f"{labels}\n2023\n2022\n{values}")
    assert found[:4] == [
        ("ghg_scope1", None, 2023, 37.36),
        ("ghg_scope2", None, 2023, 1917.89),
        ("ghg_scope3", None, 2023, 701.25),
        ("ghg_total", None, 2023, 2656.5),
    ]


def test_lines_of_several_members_have_lines_of_as_many_values_below_each_year() -> None:
    text = (
        "按职能划分\n生产 研发\n70.8%29.2%\n\n员工流失率\n整体 男性 女性\n30岁以下 30至50岁 50岁以上\n"
        "2023年\n24.6% 25.8% 23.1%\n36.4% 17.5% 12.9%\n2022年\n27.3% 28.9% 25.2%\n40.2% 18.8% 14.6%"
    )
    found = facts(text)
    assert ("turnover_rate", None, 2023, 24.6) in found
    assert ("turnover_rate", "age:>50", 2022, 14.6) in found
    assert not [fact for fact in found if fact[2] == 2023 and fact[3] in (27.3, 28.9, 25.2)]


def test_the_head_of_a_page_and_a_title_stand_above_the_labels() -> None:
    head = "关于本报告 走进公司 治理\n附录\n关键绩效表（社会与治理）"
    text = f"{head}\n员工总数\n男性员工\n女性员工\n人\n人\n人\n2023年\n900\n500\n400"
    assert facts(text)[0] == ("employees_total", None, 2023, 900.0)


def test_blank_lines_do_not_part_as_many_rows_as_columns() -> None:
    header, blocks = "2023年\n2022年\n2021年", "201\n205\n208\n\n202\n206\n209\n\n203\n207\n210"
    labels = "员工总数（人）\n供应商总数（家）\n专利授权数（件）"
    assert facts(f"{header}\n{labels}\n{blocks}") == []


IP = "专利\n软件著作权\n商标\n域名\n合计"


def test_a_sum_tells_columns_from_rows() -> None:
    columns = "312\n428\n563\n97\n1,400\n268\n381\n519\n91\n1,259"
    found = facts(f"单位：项\n类别 截至2024年末 截至2023年末\n{columns}\n{IP}", year=2024)
    assert found[:5] == [
        ("patents", None, 2024, 312.0),
        ("software_copyrights", None, 2024, 428.0),
        ("trademarks", None, 2024, 563.0),
        ("domain_names", None, 2024, 97.0),
        ("ip_total", None, 2024, 1400.0),
    ]


def test_where_neither_way_adds_up_nothing_is_told() -> None:
    scrambled = "312\n428\n563\n97\n268\n381\n519\n91\n1,400\n1,259"
    assert facts(f"单位：项\n类别 截至2024年末 截至2023年末\n{scrambled}\n{IP}", year=2024) == []


@pytest.mark.parametrize("unit", ["（{}）", "\n（{}）"])
def test_the_name_of_a_metric_may_title_the_column_of_its_members(unit: str) -> None:
    text = (
        "男性\n女性\n整体\n受训员工百分比" + unit.format("%") + "\n96.3\n97.8\n97.0"
        "\n平均受训时数" + unit.format("小时") + "\n30.6\n32.4\n31.4"
    )  # fmt: skip
    assert facts(text) == [
        ("training_coverage", "gender:male", 2023, 96.3),
        ("training_coverage", "gender:female", 2023, 97.8),
        ("training_coverage", None, 2023, 97.0),
        ("training_hours_avg", "gender:male", 2023, 30.6),
        ("training_hours_avg", "gender:female", 2023, 32.4),
        ("training_hours_avg", None, 2023, 31.4),
    ]


def test_a_sentence_that_goes_on_in_the_next_line_is_no_label() -> None:
    prose = "9月，集团与多所高校共建实验室，首期三年；论文《联邦学习在\n小微信贷中的应用》入选国际会议。"
    columns = "312\n428\n563\n97\n1,400\n268\n381\n519\n91\n1,259"
    found = facts(f"单位：项\n类别 截至2024年末 截至2023年末\n{columns}\n{IP}\n{prose}", year=2024)
    assert len([metric for metric, *_ in found if metric]) == 10


def test_labels_without_a_unit_among_those_with_one_are_headings() -> None:
    labels = (
        "雇员人数\nWorkforce\nKPI B1.1\n雇员总数 人\n女性 人\n男性 人\n"
        "雇员流失率\nTurnover\n整体 %\n女性 %\n男性 %\n社区\n社区投资 千港元"
    )
    values = "2023\n942\n640\n302\n33.4\n32.7\n35.1\n1,540\n2022\n920\n630\n290\n30.4\n29.7\n32.1\n1,210"
    assert facts(f"{labels}\n{values}")[:7] == [
        ("employees_total", None, 2023, 942.0),
        ("employees_count", "gender:female", 2023, 640.0),
        ("employees_count", "gender:male", 2023, 302.0),
        ("turnover_rate", None, 2023, 33.4),
        ("turnover_rate", "gender:female", 2023, 32.7),
        ("turnover_rate", "gender:male", 2023, 35.1),
        (None, None, 2023, 1540000.0),  # in Hong Kong dollars
    ]


WATER = "用水总量\n用水密度\n危险废弃物\n一般废弃物"
WATER_UNITS = "吨\n吨/百万元营收\n吨\n吨"
WATER_VALUES = "12,135\n4.81\n38.1\n815.3\n11,846\n4.16\n36.4\n842.6"


@pytest.mark.parametrize(
    "text",
    [
        f"{WATER_UNITS}\n{WATER_VALUES}\n{WATER}\n单位20232024",
        f"{WATER}\n{WATER_UNITS}\n{WATER_VALUES}\n指标 单位20232024",
        f"{WATER}\n{WATER_UNITS}\n{WATER_VALUES}\n水\n废弃物类\n领域 指标 单位 2023年 2024年",
    ],
)
def test_the_header_may_come_last_with_glued_years_or_behind_its_categories(text: str) -> None:
    assert told(text)[:4] == [
        ("water_consumption", 2023, 12135.0),
        ("water_intensity_revenue", 2023, 4.81),
        ("waste_hazardous", 2023, 38.1),
        ("waste_nonhazardous", 2023, 815.3),
    ]


def test_lines_of_as_many_values_go_on_with_the_columns_above() -> None:
    above = "用水总量 吨\n用电量 兆瓦时\n营业收入 万元\n12,135 11,846\n395 384\n251 284"
    below = "经济\n员工总数 人\n男性员工 人\n员工流失率 %\n5,417 5,824\n3,857 4,112\n24.1 21.6"
    found = told(f"领域 指标 单位 2023年 2024年\n{above}\n{below}")
    assert found[-2:] == [("turnover_rate", 2023, 24.1), ("turnover_rate", 2024, 21.6)]


def test_a_part_that_is_the_sum_of_the_values_below_it_is_out_of_step() -> None:
    labels = "中国内地 家\n越南 家\n柬埔寨 家\n其他地区 家\n接受审核的供应商 家"
    values = "409\n262\n71\n35\n41\n2022\n426\n264\n78\n41\n43"
    assert facts(f"按地区划分的供应商数目\n{labels}\n2023\n{values}") == []


def test_two_rows_are_a_table_where_each_prints_its_values_on_one_line() -> None:
    labels = "员工培训总时长（小时）\n员工人均培训时长（小时/人）"
    assert told(f"{labels}\n62,478 77,923\n27.0 29.0\n指标 2023 2024") == [
        ("training_hours_total", 2023, 62478.0),
        ("training_hours_total", 2024, 77923.0),
        ("training_hours_avg", 2023, 27.0),
        ("training_hours_avg", 2024, 29.0),
    ]


def test_the_title_of_a_table_that_prints_its_values_first_stands_above_them() -> None:
    found = facts(
        "员工流失率（%）\n19.8 18.4\n21.3 19.6\n18.5 17.4\n整体\n男性\n女性\n类别 2022 2023", year=2023
    )
    assert found == [
        ("turnover_rate", None, 2022, 19.8),
        ("turnover_rate", None, 2023, 18.4),
        ("turnover_rate", "gender:male", 2022, 21.3),
        ("turnover_rate", "gender:male", 2023, 19.6),
        ("turnover_rate", "gender:female", 2022, 18.5),
        ("turnover_rate", "gender:female", 2023, 17.4),
    ]


def test_the_columns_may_be_members() -> None:
    labels = "工伤事件数量（起）\n因工死亡人数（人）\n损失工作日（天）"
    found = facts(f"女性 4.1 3.2\n{labels}\n4 3 7\n0 0 0\n61 35 96\n指标 男性 女性 合计")
    assert found[:3] == [
        ("injuries", "gender:male", 2023, 4.0),
        ("injuries", "gender:female", 2023, 3.0),
        ("injuries", None, 2023, 7.0),
    ]


def test_one_row_of_other_decimals_does_not_hide_the_columns() -> None:
    labels = "客户投诉量（件）\n客户投诉率（%）\n投诉处理率（%）\n平均结案时长（天）\n客户满意度（%）"
    values = "3,418\n0.029\n100\n2.3\n98.2\n3,906\n0.036\n99.8\n2.7\n97.8"
    found = told(f"{labels}\n指标 2024年 2023年\n{values}")
    assert found[:2] == [("complaints_received", 2024, 3418.0), ("complaint_rate", 2024, 0.029)]


def test_the_unit_of_a_label_may_stand_in_brackets_below_it() -> None:
    labels = "范围一排放（吨二氧化碳当量）\n范围二排放（吨二氧化碳当量）\n能源消耗强度\n（兆瓦时/百万元）"
    found = told(f"{labels}\n2023年 2024年\n4,490 4,231\n9,011 8,875\n17.06 15.17")
    assert found[-2:] == [
        ("energy_intensity_revenue", 2023, 17.06),
        ("energy_intensity_revenue", 2024, 15.17),
    ]


def test_a_line_of_several_values_is_no_page_number() -> None:
    text = "关于我们 公司治理\n按性别划分的雇员\n20.12% 1,089\n编号 指标 单位 2023年 2024年\n688 16.44% 26"
    assert [metric for metric, *_ in facts(text, year=2024) if metric] == []


def test_columns_of_shares_and_of_hours_are_told_by_the_form_of_their_values() -> None:
    labels = (
        "类别 受训员工百分比 人均受训时长（小时）\n性别\n男\n女\n职级\n高层管理人员\n中层管理人员\n基层员工"
    )
    values = "98.3%\n98.9%\n100%\n100%\n98.4%\n28.7\n29.7\n22.4\n36.8\n28.5"
    found = facts(f"{labels}\n{values}")
    assert found[:5] == [
        ("training_coverage", member, 2023, value)
        for member, value in zip(
            ["gender:male", "gender:female", "level:senior", "level:middle", "level:junior"],
            [98.3, 98.9, 100, 100, 98.4],
            strict=True,
        )
    ]
    assert [value for *_, value in found[5:]] == [28.7, 29.7, 22.4, 36.8, 28.5]


def test_a_unit_in_the_labels_own_line_is_its_own_though_the_metric_has_another() -> None:
    labels = "客户投诉数量 件\n投诉解决率 %\n投诉平均处理时长 小时\n客户满意度 %"
    values = "42,108 38,412\n99.4 99.6\n9.8 8.3\n96.5 97.2"
    found = facts(f"指标 单位\n{labels}\n2022年 2023年\n{values}")
    assert [metric for metric, *_ in found] == [
        *["complaints_received"] * 2,
        *["complaint_resolution_rate"] * 2,
        *[None] * 2,
        *["customer_satisfaction"] * 2,
    ]


def test_a_header_that_is_printed_twice_is_one() -> None:
    labels = "员工总数 人\n男性 人\n女性 人"
    header = "KPI 指标 单位 2024年 2023年"
    found = facts(
        f"社会范畴\n{labels}\n312 335\n141 158\n171 177\n{header}\n{header}\n总流失率 % 9.2 9.6", year=2024
    )
    assert found[:3] == [
        ("employees_total", None, 2024, 312.0),
        ("employees_total", None, 2023, 335.0),
        ("employees_count", "gender:male", 2024, 141.0),
    ]


def test_members_without_a_heading_are_parts_of_the_total_below_that_they_add_up_to() -> None:
    text = "地区\n香港\n中国内地\n澳门\n供应商总数\n2024年\n68\n21\n5\n{total}\n2023年\n71\n24\n4\n99"
    found = facts(text.format(total=94), year=2024)
    assert found[:2] == [
        ("suppliers_count", "region:hong_kong", 2024, 68.0),
        ("suppliers_count", "region:mainland_china", 2024, 21.0),
    ]
    assert {metric for metric, *_ in facts(text.format(total=95), year=2024)} == {None, "suppliers_total"}


def test_a_label_may_go_on_in_the_next_line_where_only_both_name_a_metric() -> None:
    labels = "已售或已运送产品总数中因安全与健康理由而须\n\n回收的百分比\n\n接获的投诉数目\n\n志愿服务时数"
    found = facts(f"指标\n\n{labels}\n\n单位\n\n%\n\n宗\n\n小时\n\n2024年\n\n0\n\n9\n\n648", year=2024)
    assert found == [
        ("product_recall_share", None, 2024, 0.0),
        ("complaints_received", None, 2024, 9.0),
        ("volunteer_hours", None, 2024, 648.0),
    ]


def test_values_are_not_those_of_labels_behind_others() -> None:
    above = "20.1\n21.7\n32.5\n26.4\n男性\n女性\n高级管理层\n一般员工"
    below = "地区\n香港\n中国内地\n澳门\n供应商总数\n2024年\n68\n21\n5\n94"
    found = facts(f"{above}\n{below}", year=2024)
    assert [(metric, value) for metric, *_, value in found if metric] == [
        ("suppliers_count", 68.0),
        ("suppliers_count", 21.0),
        ("suppliers_count", 5.0),
        ("suppliers_total", 94.0),
    ]


def test_rows_may_open_with_their_unit_where_the_labels_stand_apart() -> None:
    labels = "指标\n员工总数\n男性\n女性\n总流失率"
    rows = "人 624 651\n人 274 289\n人 350 362\n% 22.6 24.1"
    assert told(f"{labels}\n单位 2024年 2023年\n{rows}")[::2] == [
        ("employees_total", 2024, 624.0),
        ("employees_count", 2024, 274.0),
        ("employees_count", 2024, 350.0),
        ("turnover_rate", 2024, 22.6),
    ]


def test_lone_values_below_full_rows_are_a_charts() -> None:
    labels = "员工流失率（%）\n指标\n总体流失率\n男性员工\n女性员工\n2022年 2023年"
    chart = "24.5%\n43.1%\n19.5%\n12.9%"
    assert facts(f"{labels}\n3.78 3.42\n3.95 3.61\n3.64 3.27\n{chart}")[:6] == [
        ("turnover_rate", None, 2022, 3.78),
        ("turnover_rate", None, 2023, 3.42),
        ("turnover_rate", "gender:male", 2022, 3.95),
        ("turnover_rate", "gender:male", 2023, 3.61),
        ("turnover_rate", "gender:female", 2022, 3.64),
        ("turnover_rate", "gender:female", 2023, 3.27),
    ]


def test_an_open_bracket_and_a_unit_go_on_in_the_next_line() -> None:
    header = "指标 单位 2023年 2024年"
    scopes = "范围一排放量 吨二氧化碳当量\n范围二排放量 吨二氧化碳当量"
    total = "温室气体排放总量（范围\n一+范围二） 吨二氧化碳当量\n温室气体排放强度 吨二氧化碳当量/百万元\n营收"
    values = "27.48\n191.90\n219.38\n54.89\n28.40\n204.56\n232.96\n47.98"
    assert [metric for metric, *_ in told(f"{header}\n{scopes}\n{total}\n{values}")[:4]] == [
        "ghg_scope1", "ghg_scope2", "ghg_total", "ghg_intensity_revenue",
    ]  # fmt: skip


def test_satisfaction_in_points_is_no_share_and_hides_no_other_row() -> None:
    labels = "客户满意度得分\n客户投诉数量\n志愿服务时长"
    table = f"指标\n{labels}\n2023 2024\n91.8 92.6\n214 187\n605 648\n单位\n分\n件\n小时"
    assert [(metric, value) for metric, *_, value in told(table)[::2]] == [
        (None, 91.8),
        ("complaints_received", 214.0),
        ("volunteer_hours", 605.0),
    ]


def test_rows_that_print_none_or_a_stroke_may_open_with_their_unit_too() -> None:
    labels = "指标\n员工总数\n男性\n女性\n反贪污培训覆盖率\n制成品所用包装材料"
    rows = "人 624 651\n人 274 289\n人 350 362\n% 97.8 /\n吨 不适用 不适用"
    found = facts(f"{labels}\n单位 2024年 2023年\n{rows}", year=2024)
    assert found[6:] == [
        ("anti_corruption_training_coverage", None, 2024, 97.8),
        ("anti_corruption_training_coverage", None, 2023, "not_disclosed"),
        ("packaging_material", None, 2024, "not_applicable"),
        ("packaging_material", None, 2023, "not_applicable"),
    ]


def test_the_categories_of_rows_may_stand_behind_the_labels() -> None:
    labels = "社会绩效（续）\n关键绩效指标\n供应商总数\n客户投诉\n志愿服务时长"
    rows = "单位 2024年 2023年\n家 426 379\n件 318 365\n小时 2,145 2,530"
    assert told(f"{labels}\n类别\n供应链\n社区投资\n{rows}")[::2] == [
        ("suppliers_total", 2024, 426.0),
        ("complaints_received", 2024, 318.0),
        ("volunteer_hours", 2024, 2145.0),
    ]


def test_two_values_in_a_line_are_no_year() -> None:
    labels = "员工总数 人\n51岁及以上 人\n因工死亡人数 人\n志愿服务时长 小时"
    table = f"{labels}\n1,862 2,047\n20 19\n0 0\n48 36\n指标 单位 2024年 2023年"
    assert ("employees_total", 2023, 2047.0) in told(table)


def test_a_header_may_name_its_indicators() -> None:
    labels = "因工死亡人数（人）\n工伤事故（起）\n因工伤损失工作日数（天）"
    found = facts(f"{labels}\n0 0 0\n2 2 4\n35 27 62\n健康与安全指标 男性 女性 合计")
    assert found[3:] == [
        ("injuries", "gender:male", 2023, 2.0),
        ("injuries", "gender:female", 2023, 2.0),
        ("injuries", None, 2023, 4.0),
        ("lost_days", "gender:male", 2023, 35.0),
        ("lost_days", "gender:female", 2023, 27.0),
        ("lost_days", None, 2023, 62.0),
    ]
