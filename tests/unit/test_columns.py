"""Column-split tables: labels in one run, values in another, paired only where arithmetic proves it."""

import pytest
from reading import facts, read


def spaced(*pieces: str) -> str:
    """Return the pieces as lines with a blank line between them, as boxes of a page come out of a PDF."""
    return "\n\n".join(pieces) + "\n"


LABELS = ("员工总数", "男性员工人数", "女性员工人数")
RATIO = ("营业收入", "用水总量", "用水密度", "亿元", "吨", "吨/百万元")


# --- proven ---


def test_parts_that_add_up_to_their_total_prove_the_order() -> None:
    rows = read(spaced(*LABELS, "1,000", "540", "460"))
    assert [(row["metric_code"], row["member"], row["value"]) for row in rows] == [
        ("employees_total", None, 1000.0),
        ("employees_count", "male", 540.0),
        ("employees_count", "female", 460.0),
    ]
    assert {row["pairing"] for row in rows} == {"total"}


def test_only_what_arithmetic_holds_in_its_place_is_certain() -> None:
    by_total = read(spaced(*LABELS, "1,000", "540", "460"))
    assert [row["confidence"] for row in by_total] == [
        "certain",
        "likely",
        "likely",
    ]  # 540 and 460 add up anyway
    by_ratio = read(spaced(*RATIO, "10", "5,000", "5.00"))
    assert [row["confidence"] for row in by_ratio] == ["likely", "certain", "likely"]  # 10 x 5 is 5 x 10


def test_the_proof_says_what_decided_and_what_was_ruled_out() -> None:
    text = spaced("指标 2022年 2023年", *LABELS, "900", "500", "400", "1,000", "540", "460")
    assert {row["proof"] for row in read(text)} == {
        "column by column: total confirms 2; ruled out: row by row: total contradicts 2"
    }


def test_years_that_close_their_blocks_date_the_columns() -> None:
    text = spaced(*LABELS, "900", "500", "400", "2022年", "1,000", "540", "460", "2023年")
    assert facts(text) == [
        ("employees_total", None, 2022, 900.0),
        ("employees_count", "gender:male", 2022, 500.0),
        ("employees_count", "gender:female", 2022, 400.0),
        ("employees_total", None, 2023, 1000.0),
        ("employees_count", "gender:male", 2023, 540.0),
        ("employees_count", "gender:female", 2023, 460.0),
    ]


def test_an_amount_its_base_and_their_ratio_prove_the_order() -> None:
    rows = read(spaced(*RATIO, "10", "5,000", "5.00"))
    assert [(row["metric_code"], row["value"], row["unit_printed"]) for row in rows] == [
        ("revenue", 1_000_000_000.0, "亿元"),
        ("water_consumption", 5000.0, "吨"),
        ("water_intensity_revenue", 5.0, "吨/百万元"),
    ]
    assert {row["pairing"] for row in rows} == {"ratio"}


def test_a_fact_that_is_printed_elsewhere_proves_the_order() -> None:
    table = "| 指标 | 单位 | 2023年 |\n| 员工总数 | 人 | 1,234 |\n\n我们持续改进。\n\n"
    rows = read(table + spaced("员工总数", "供应商总数", "1,234", "299"))[1:]
    assert [(row["metric_code"], row["value"], row["pairing"]) for row in rows] == [
        ("employees_total", 1234.0, "repeated"),
        ("suppliers_total", 299.0, "repeated"),
    ]


def test_a_fact_of_one_year_tells_an_axis_of_years_from_its_mirror() -> None:
    table = "| 指标 | 单位 | 2022年 | 2023年 |\n| 员工总数 | 人 | 1,111 | 1,234 |\n\n我们持续改进。\n\n"
    text = table + spaced("2022年 2023年", "员工总数", "供应商总数", "1,111", "1,234", "288", "299")
    assert facts(text)[2:] == [
        ("employees_total", None, 2022, 1111.0),
        ("employees_total", None, 2023, 1234.0),
        ("suppliers_total", None, 2022, 288.0),
        ("suppliers_total", None, 2023, 299.0),
    ]


def test_label_value_and_header_are_the_evidence() -> None:
    rows = read(spaced(*LABELS, "900", "500", "400", "2022年", "1,000", "540", "460", "2023年"))
    assert rows[0]["evidence"].split("\n") == ["员工总数", "900", "2022年", "2023年"]
    assert (rows[0]["label_line_no"], rows[0]["line_no"]) == (1, 7)


def test_where_one_order_is_possible_and_all_units_agree_it_is_likely() -> None:
    rows = read(spaced("用水总量", "用纸总量", "立方米", "吨", "5,000", "7"))
    assert [(row["metric_code"], row["value"], row["pairing"], row["confidence"]) for row in rows] == [
        ("water_consumption", 5000.0, "order", "likely"),
        ("paper_consumption", 7.0, "order", "likely"),
    ]


# --- left alone ---


def test_parts_that_do_not_add_up_prove_nothing() -> None:
    assert facts(spaced(*LABELS, "1,000", "540", "470")) == []


def test_a_ratio_that_does_not_fit_proves_nothing() -> None:
    assert facts(spaced(*RATIO, "10", "5,000", "7.00")) == []


def test_another_value_for_a_fact_that_is_printed_elsewhere_proves_nothing() -> None:
    table = "| 指标 | 单位 | 2023年 |\n| 员工总数 | 人 | 1,234 |\n\n我们持续改进。\n\n"
    found = facts(table + spaced("员工总数", "供应商总数", "299", "1,234"))
    assert found[1:] == [("employees_total", None, 2023, 1234.0)]  # it repeats the table's; 299 is nobody's


def test_numbers_without_a_unit_and_without_proof_are_left_alone() -> None:
    assert facts(spaced("供应商总数", "专利", "董事会人数", "299", "88", "9")) == []


def test_two_orders_that_both_close_are_left_alone() -> None:
    assert facts(spaced("2022年 2023年", *LABELS, "900", "500", "400", "1,000", "540", "460")) == []
    assert facts(spaced("2022年 2023年", "供应商总数", "专利", "10", "10", "10", "10")) == []


def test_too_few_values_for_the_labels_are_left_alone() -> None:
    assert facts(spaced(*LABELS, "1,000", "540")) == []
    assert facts(spaced(*LABELS, "1,000", "540", "460", "12")) == []


SENTENCE = "我们关注员工的成长，持续投入，不断改进。"


def test_a_sentence_between_labels_and_values_parts_them_where_no_rule_ties_them() -> None:
    assert facts(spaced("员工总数（人）", "供应商总数（家）", SENTENCE, "1,000", "540")) == []
    proven = facts(spaced(*LABELS, SENTENCE, "1,000", "540", "460"))
    assert proven == facts(spaced(*LABELS, "1,000", "540", "460")) != []


CHART = spaced(
    "小企业贷款数据", "2022年 2023年", "贷款发放总量（十亿人民币）", "27", "3.8",
    "我们服务的国内小型企业", "826,000", "221,000",
)  # fmt: skip


def test_a_title_says_what_the_labels_below_it_leave_out_and_a_sentence_which_year_comes_first() -> None:
    text = "2023年，我们服务小企业主约826,000户，印证了我们的支持。\n\n" + CHART
    charted = [row for row in read(text) if row["layout"] == "chart"]
    assert [(row["metric_code"], row["fiscal_year"], row["value"]) for row in charted] == [
        ("small_business_loans", 2023, 27e9),
        ("small_business_loans", 2022, 3.8e9),
        ("small_business_borrowers", 2023, 826000.0),
        ("small_business_borrowers", 2022, 221000.0),
    ]


def test_a_sentence_about_something_else_proves_no_order() -> None:
    text = "2023年，公司营业收入为4,172.6万元。\n\n"
    text += spaced("2022年 2023年", "用水量（吨）", "6,413.4", "4,172.6")
    assert [(row["metric_code"], row["confidence"]) for row in read(text)] == [
        ("revenue", "certain"),
        (None, "ambiguous"),
        (None, "ambiguous"),
    ]


def test_a_telephone_number_proves_no_order() -> None:
    text = "请致电400-820-0000，或于2022年6月30日前来信。\n\n"
    rows = read(text + spaced("2022年 2023年", "供应商总数（家）", "400", "415"))
    assert {row["confidence"] for row in rows if row["value_printed"] in (400, 415)} <= {"ambiguous"}


def test_charts_with_an_axis_of_their_own_are_no_blocks_of_the_table_above() -> None:
    names = ("用电量（千瓦时）", "供应商总数（家）")
    table = spaced("指标 2023 2022", *names, "19,000.5", "35", "17,000.3", "33")
    chart = spaced("营业收入（万元）", "4,436", "8,680", "2022 2023", "2023年，公司营业收入为8,680万元。")
    assert facts(table + chart) == [
        ("electricity_consumption", None, 2023, 19.0005),
        ("suppliers_total", None, 2023, 35.0),
        ("electricity_consumption", None, 2022, 17.0003),
        ("suppliers_total", None, 2022, 33.0),
        ("revenue", None, 2022, 44_360_000.0),
        ("revenue", None, 2023, 86_800_000.0),
        ("revenue", None, 2023, 86_800_000.0),
    ]


def test_without_a_sentence_neither_year_comes_first() -> None:
    assert facts(CHART) == []


SCORES = ("68.4%", "26.2%", "5.4%", "100.0%", "14,990", "5,742", "1,183", "21,915")
BANDS = ("60分以上", "40-60分", "0-40分", "合计", "信用等级 百分比百万人民币")


def test_a_header_of_units_names_the_columns_and_a_lead_in_the_metric() -> None:
    rows = read("报告期内，我们的用户信用风险分布如下：\n\n" + spaced(*SCORES, *BANDS))
    assert [(row["metric_code"], row["member"], row["value_printed"]) for row in rows] == [
        ("credit_risk_share", ">60", 68.4),
        ("credit_risk_share", "40-60", 26.2),
        ("credit_risk_share", "0-40", 5.4),
        (None, None, 100.0),
        ("credit_risk_amount", ">60", 14990.0),
        ("credit_risk_amount", "40-60", 5742.0),
        ("credit_risk_amount", "0-40", 1183.0),
        ("credit_risk_amount", None, 21915.0),
    ]


def test_one_misprint_does_not_hide_the_order_that_the_other_numbers_prove() -> None:
    text = spaced("指标 2022年 2023年", *LABELS, "907", "500", "400", "1,000", "540", "460")
    rows = read(text)
    assert [(row["fiscal_year"], row["value"]) for row in rows] == [
        (2022, 907.0), (2022, 500.0), (2022, 400.0), (2023, 1000.0), (2023, 540.0), (2023, 460.0),
    ]  # fmt: skip
    assert {row["confidence"] for row in rows} == {"likely"}


# --- what the text does not decide ---


def test_values_between_two_readings_are_ambiguous_and_say_which() -> None:
    chart = spaced("营业收入（亿元）", "120.5", "98.3", "2022 2023")
    rows = read(chart)
    assert [(row["metric_code"], row["raw_value"], row["confidence"]) for row in rows] == [
        (None, "120.5", "ambiguous"),
        (None, "98.3", "ambiguous"),
    ]
    assert rows[0]["proof"] == "the text does not tell which: 营业收入（亿元） 2022; 营业收入（亿元） 2023"
    assert {row["fiscal_year"] for row in rows} == {None}


@pytest.mark.parametrize("first", ["2022年", "2022年（经重述）", "2022年(基准年)"])
def test_every_cell_may_stand_on_a_line_of_its_own(first: str) -> None:
    cells = f"指标 单位 {first} 2023年 员工总数 人 1,102 1,203 总用水量 吨 900 950"
    assert facts("\n".join(cells.split())) == [
        ("employees_total", None, 2022, 1102.0),
        ("employees_total", None, 2023, 1203.0),
        ("water_consumption", None, 2022, 900.0),
        ("water_consumption", None, 2023, 950.0),
    ]


def test_the_cells_of_one_year_may_stand_on_lines_of_their_own() -> None:
    cells = "指标名称 计量单位 2023年数据 员工总数 人 1,203 总用水量 吨 950"
    assert facts("\n".join(cells.split())) == [
        ("employees_total", None, 2023, 1203.0),
        ("water_consumption", None, 2023, 950.0),
    ]


# --- where one table ends and the next begins ---

PROVEN = ["员工总数（人）", "按性别划分", "男（人）", "女（人）"]
ASIDE = "我们始终坚持以人为本，为员工提供平等的工作环境。"


def counts(total: int, male: int, year: int) -> list[tuple[str, str | None, int, float]]:
    """Return the facts of one column of a table of staff."""
    return [
        ("employees_total", None, year, total),
        ("employees_count", "gender:male", year, male),
        ("employees_count", "gender:female", year, total - male),
    ]


def test_a_sentence_within_a_column_of_labels_does_not_part_the_table() -> None:
    text = spaced(
        "指标 2023年 2022年", *PROVEN[:3], ASIDE, PROVEN[3], "900", "500", "400", "800", "500", "300"
    )
    assert facts(text) == [*counts(900, 500, 2023), *counts(800, 500, 2022)]


def test_a_table_ends_where_a_sentence_parts_its_values_from_other_labels() -> None:
    table = spaced(
        "指标 2023年 2022年", *PROVEN[:3], ASIDE, PROVEN[3], "900", "500", "400", "800", "500", "300"
    )
    other = spaced(ASIDE, "平均客户满意度", "服务网点", "合作高校", "7")
    assert facts(table + other) == [*counts(900, 500, 2023), *counts(800, 500, 2022)]


@pytest.mark.parametrize("is_above", [True, False])
def test_tables_in_a_row_have_their_own_headers(is_above: bool) -> None:
    first, second = ["900", "500", "400", "800", "500", "300"], ["700", "400", "300", "600", "200", "400"]
    tables = [(*PROVEN, *first), (*PROVEN, *second)]
    headers = ["指标 2023年 2022年", "指标 2020年 2021年"]
    pieces = [
        part
        for header, rows in zip(headers, tables, strict=True)
        for part in ((header, *rows) if is_above else (*rows, header))
    ]
    assert facts(spaced(*pieces)) == [
        *counts(900, 500, 2023),
        *counts(800, 500, 2022),
        *counts(700, 400, 2020),
        *counts(600, 200, 2021),
    ]


def test_a_table_between_two_other_headers_has_neither() -> None:
    values = ["900", "500", "400", "800", "500", "300"]
    assert facts(spaced("指标 2023年 2022年", *PROVEN, *values, "指标 2020年 2021年")) == []


def test_a_line_that_gives_the_unit_may_part_a_title_from_the_values_of_its_chart() -> None:
    text = spaced(
        "2023年，公司实现营业收入37.17亿元。",
        "营业收入",
        "单位：亿元",
        "31.28",
        "34.03",
        "37.17",
        "2021年 2022年 2023年",
    )
    assert facts(text)[1:] == [
        ("revenue", None, 2021, 3_128_000_000.0),
        ("revenue", None, 2022, 3_403_000_000.0),
        ("revenue", None, 2023, 3_717_000_000.0),
    ]


def test_a_label_has_no_second_value_of_a_year() -> None:
    sentence = "2023年，公司促成借款金额587.4亿元。"
    years = "2021年 2022年 2023年 2021年 2022年 2023年"
    charts = spaced(
        sentence, "促成借款金额", "单位：亿元", "412.6\n531.9\n587.4", years, "71.5\n112.3\n138.6", "绿色绩效"
    )
    found = [fact for fact in facts(charts)[1:] if fact[0]]
    assert found == [("loan_origination", None, 2023, 587.4e8)]  # it repeats the sentence's


def test_titles_side_by_side_have_their_units_below() -> None:
    table = "指标 单位 2021年 2022年 2023年\n营业收入 亿元 38.62 42.15 48.90\n净利润 亿元 7.36 6.84 8.21"
    titles = "营业收入 净利润\n（亿元） （亿元）"
    charts = "38.62\n42.15\n48.90\n2021 2022 2023\n7.36\n6.84\n8.21\n2021 2022 2023\n14.2%"
    found = facts(f"{table}\n以下为图表。\n{titles}\n{charts}")
    assert found[:6] == found[6:12]
    assert {metric for metric, *_ in found[12:]} <= {None}


def test_units_in_a_run_are_of_the_values_that_print_none() -> None:
    ratings = ["社会", "客户满意度", "客户投诉办结率", "员工培训总时长", "97.9", "100", "12.63"]
    tiles = ["0.267吨二氧化碳当量/百万元营收", "325兆瓦时", "温室气体排放强度", "全年节约用电", *ratings]
    text = spaced("2023年，公司节约用电325兆瓦时。", "环境", *tiles, "%", "%", "万小时", "治理")
    assert ("training_hours_total", None, 2023, 126300.0) in facts(text)
    assert ("customer_satisfaction", None, 2023, 97.9) in facts(text)
