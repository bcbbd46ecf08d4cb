"""Charts: members in a legend, their values apart from them."""

import pytest
from reading import facts, read


def mapped(text: str) -> list[tuple[str | None, str | None, int | None, float | str | None]]:
    return [fact for fact in facts(text) if fact[0]]


LEGEND_AND_VALUES = """按性别划分的新员工

65.95%

34.05%

男性 女性
"""


def test_shares_that_total_100_belong_to_the_only_legend_of_their_size_under_a_title() -> None:
    assert facts(LEGEND_AND_VALUES) == [
        ("new_hires_share", "gender:male", 2023, 65.95),
        ("new_hires_share", "gender:female", 2023, 34.05),
    ]


def test_order_alone_makes_a_pairing_likely_and_names_the_set_that_closes() -> None:
    rows = read(LEGEND_AND_VALUES)
    assert {(row["layout"], row["pairing"], row["confidence"]) for row in rows} == {
        ("chart", "sum100", "likely")
    }
    assert len({row["set_id"] for row in rows}) == 1


def test_shares_that_do_not_total_100_are_left_alone() -> None:
    assert facts(LEGEND_AND_VALUES.replace("34.05%", "35.15%")) == []


def test_shares_that_miss_100_by_less_than_a_point_are_a_set_with_a_misprint() -> None:
    assert facts(LEGEND_AND_VALUES.replace("34.05%", "34.15%"))[1][3] == 34.15


def test_a_legend_out_of_its_natural_order_says_nothing_about_the_order_of_values() -> None:
    assert mapped("按性别划分的新员工\n\n65.95%\n\n34.05%\n\n女性 男性\n") == []


def test_one_of_two_members_that_is_nearly_all_everywhere_owns_the_share_that_is() -> None:
    for order in ("86%\n\n14%\n\n兼职 全职", "14%\n\n86%\n\n兼职 全职", "86%\n\n14%\n\n全职 兼职"):
        assert sorted(facts(f"按雇佣类型划分的员工比例\n\n{order}\n"), key=str) == [
            ("employees_share", "employment_type:full_time", 2023, 86.0),
            ("employees_share", "employment_type:part_time", 2023, 14.0),
        ]


def test_shares_that_are_near_each_other_do_not_tell_which_is_nearly_all() -> None:
    assert mapped("按雇佣类型划分的员工比例\n\n56%\n\n44%\n\n兼职 全职\n") == []


def test_a_share_with_its_count_is_one_slice() -> None:
    text = "员工结构\n\n按雇佣类型划分\n\n2023\n86%\n4,259\n\n14%\n694\n\n其他 全职\n"
    assert facts(text) == [
        ("employees_share", "employment_type:full_time", 2023, 86.0),
        ("employees_count", "employment_type:full_time", 2023, 4259.0),
        ("employees_share", "employment_type:other", 2023, 14.0),
        ("employees_count", "employment_type:other", 2023, 694.0),
    ]


def test_counts_that_are_not_their_shares_are_no_slices() -> None:
    assert facts("员工结构\n\n按雇佣类型划分\n\n86%\n4,259\n\n14%\n1,694\n\n其他 全职\n") == []


def test_counts_close_where_a_sentence_prints_their_sum() -> None:
    text = "按地域划分的供应商数量\n\n40\n\n782\n\n中国 境外\n"
    assert facts(text) == []
    assert facts("截至年末，合作的有822家。\n\n" + text)[-2:] == [
        ("suppliers_count", "region:overseas", 2023, 40.0),
        ("suppliers_count", "region:china", 2023, 782.0),
    ]


def test_title_shares_and_legend_in_sequence_are_one_chart_whatever_else_the_page_holds() -> None:
    text = LEGEND_AND_VALUES + "\n按年龄划分\n\n55.51%\n\n44.49%\n"
    assert facts(text) == facts(LEGEND_AND_VALUES)


def test_a_title_that_names_no_metric_takes_the_subject_of_the_page() -> None:
    text = "员工构成\n\n按年龄划分\n\n60.0%\n\n30.0%\n\n10.0%\n\n30岁及以下 31-40岁 41岁及以上\n"
    assert facts(text) == [
        ("employees_share", "age:<=30", 2023, 60.0),
        ("employees_share", "age:31-40", 2023, 30.0),
        ("employees_share", "age:>=41", 2023, 10.0),
    ]


def test_two_charts_of_one_size_are_left_alone_where_two_legends_could_own_either() -> None:
    text = (
        "按性别划分的新员工\n\n按雇佣类型划分的员工比例\n\n65.95%\n\n34.05%\n\n2023\n\n86%\n\n14%\n\n"
        "男性 女性\n\n2023\n\n全职 兼职\n"
    )
    assert facts(text) == []


def test_a_value_that_a_table_prints_for_one_member_is_that_members_in_the_chart_too() -> None:
    text = (
        "指标\t单位\t2023年\n员工流失率\t%\t25.45\n按性别划分\t\t\n男\t%\t28.31\n女\t%\t22.46\n\n"
        "我们持续关注员工的去留。\n\n22.46%\n\n28.31%\n\n女\n\n男\n"
    )
    chart = [row for row in read(text) if row["layout"] == "chart"]
    assert [(row["member"], row["value"], row["pairing"], row["confidence"]) for row in chart] == [
        ("female", 22.46, "repeated", "certain"),
        ("male", 28.31, "repeated", "certain"),
    ]


def test_one_number_that_a_table_prints_too_may_be_chance() -> None:
    text = (
        "指标\t单位\t2023年\n员工流失率\t%\t25.45\n按性别划分\t\t\n男\t%\t28.31\n女\t%\t22.46\n\n"
        "我们持续关注员工的去留。\n\n61.11%\n\n28.31%\n\n女\n\n男\n"
    )
    assert [row for row in read(text) if row["layout"] == "chart"] == []


def test_a_chart_does_not_repeat_what_another_far_away_repeats() -> None:
    table = "指标\t单位\t2023年\n按性别划分的员工流失率\t\t\n男\t%\t28.31\n女\t%\t22.46\n\n"
    apart = "我们持续关注员工的去留。\n\n" * 25
    rows = read(table + apart + "22.46%\n\n55.05%\n\n" + apart + "28.31%\n\n61.07%\n\n女\n\n男\n")
    assert [row for row in rows if row["layout"] == "chart"] == []


def test_a_number_of_few_digits_is_no_repetition() -> None:
    text = (
        "指标\t单位\t2023年\n工伤事件数量\t件\t13\n按性别划分\t\t\n男\t件\t5\n女\t件\t8\n\n"
        "我们持续关注员工的安全。\n\n5\n\n5\n\n女\n\n男\n"
    )
    assert [row for row in read(text) if row["layout"] == "chart"] == []


def test_bars_right_below_their_legend_are_its_members() -> None:
    assert facts("按性别划分的平均培训时数\n\n男性 女性\n\n38\n42\n") == [
        ("training_hours_avg", "gender:male", 2023, 38.0),
        ("training_hours_avg", "gender:female", 2023, 42.0),
    ]


def test_bars_over_a_two_year_axis_are_read_in_the_order_that_a_sentence_proves() -> None:
    text = (
        "2021年，公司实现营业收入95亿元。\n\n营业收入 净利润\n\n"
        "95\n\n76\n\n2020 2021\n\n亿元\n\n37\n\n10\n\n2020 2021\n\n亿元\n"
    )
    charted = [row for row in read(text, year=2021) if row["layout"] == "chart"]
    assert [(row["metric_code"], row["fiscal_year"], row["value_printed"]) for row in charted] == [
        ("revenue", 2021, 95.0),
        ("revenue", 2020, 76.0),
        ("net_profit", 2021, 37.0),
        ("net_profit", 2020, 10.0),
    ]


def test_a_legend_may_print_blanks_within_its_members_and_keeps_them() -> None:
    text = "按年齡劃分的員工比例\n\n60.0%\n\n40.0%\n\n30 歲及以下 31—40 歲\n"
    assert [(row["member"], row["label_raw"]) for row in read(text, script="Hant")] == [
        ("<=30", "30 歲及以下"),
        ("31-40", "31—40 歲"),
    ]


def test_slices_whose_order_nothing_tells_are_ambiguous_and_say_which() -> None:
    rows = read("按地区划分的供应商占比\n\n20.0%\n\n50.0%\n\n30.0%\n\n海外 华南 华北\n")
    assert [(row["metric_code"], row["confidence"]) for row in rows] == [(None, "ambiguous")] * 3
    assert rows[0]["proof"] == "the text does not tell which: 海外; 华南; 华北"


# --- rates and means, which need not total 100 ---

FOUR_CHARTS = """高级管理层 中级管理层 普通员工

男性 女性

{coverage}

2.13
7.63
20.17

2024 年的培训

按性别划分的员工培训覆盖率 按职级划分的平均培训时数
"""
BOTH_RATES = FOUR_CHARTS.format(coverage="35%\n45%")


def test_size_and_unit_tell_which_rates_are_under_which_title() -> None:
    assert mapped(BOTH_RATES) == [
        ("training_coverage", "gender:male", 2023, 35.0),
        ("training_coverage", "gender:female", 2023, 45.0),
        ("training_hours_avg", "level:senior", 2023, 2.13),
        ("training_hours_avg", "level:middle", 2023, 7.63),
        ("training_hours_avg", "level:junior", 2023, 20.17),
    ]


def test_rates_that_total_100_may_as_well_be_shares_of_those_trained() -> None:
    assert [fact[0] for fact in mapped(FOUR_CHARTS.format(coverage="30%\n70%"))] == ["training_hours_avg"] * 3
    undecided = [row for row in read(FOUR_CHARTS.format(coverage="30%\n70%")) if row["metric_code"] is None]
    assert [(row["raw_value"], row["confidence"]) for row in undecided] == [
        ("30%", "ambiguous"),
        ("70%", "ambiguous"),
    ]


@pytest.mark.parametrize(
    ("of_all", "is_read"),
    [("40%", True), ("50%", False), ("33%", False)],
)
def test_the_rate_of_all_lies_between_those_of_the_groups(of_all: str, is_read: bool) -> None:
    text = f"员工培训覆盖率\n{of_all}\n\n{BOTH_RATES}"
    assert (("training_coverage", "gender:male", 2023, 35.0) in facts(text)) is is_read


@pytest.mark.parametrize(("of_all", "is_read"), [("42.00%", True), ("38.00%", False)])
def test_with_the_groups_shares_the_rate_of_all_is_their_mean(of_all: str, is_read: bool) -> None:
    shares = "男性员工占比\n30%\n\n女性员工占比\n70%"
    rate = f"员工培训覆盖率\n{of_all}"
    text = f"{shares}\n\n{rate}\n\n{BOTH_RATES}"
    assert (("training_coverage", "gender:male", 2023, 35.0) in facts(text)) is is_read


def test_shares_of_several_charts_that_are_woven_are_kept_as_ambiguous() -> None:
    legends = "30岁以下 30-50岁 50岁以上\n\n大专及以下 本科 硕士及以上"
    values = "48.5%\n\n59.6%\n\n28.9%\n\n46.1%\n\n5.4% 11.5%"
    rows = read(f"按年龄划分员工比例 按学历划分员工比例\n\n{legends}\n\n公司总部位于上海。\n\n{values}\n")
    assert [(row["raw_value"], row["metric_code"], row["confidence"]) for row in rows] == [
        (value, None, "ambiguous") for value in values.split()
    ]


# --- charts side by side ---


@pytest.mark.parametrize("between", ["", "\n公司共有员工 1,186 人，分布于各地。\n"])
def test_members_of_several_charts_may_share_a_line_with_their_values(between: str) -> None:
    rows = "女 55.0%    <30岁 30.0%    中国内地 93.1%\n男 45.0%    30-50岁 60.8%    中国香港 6.9%"
    rest = "            >50岁 9.2%"
    found = mapped(f"员工构成\n{between}\n性别    年龄    地区\n{rows}\n{rest}")
    assert [fact for fact in found if fact[0] == "employees_share"] == [
        ("employees_share", "gender:female", 2023, 55.0),
        ("employees_share", "age:<30", 2023, 30.0),
        ("employees_share", "region:mainland_china", 2023, 93.1),
        ("employees_share", "gender:male", 2023, 45.0),
        ("employees_share", "age:30-50", 2023, 60.8),
        ("employees_share", "region:hong_kong", 2023, 6.9),
        ("employees_share", "age:>50", 2023, 9.2),
    ]


def test_the_values_may_stand_before_their_members() -> None:
    rows = "24.6%   30岁及以下      21.3%   研究生及以上\n75.4%   31岁及以上      78.7%   大学本科"
    assert mapped(f"员工情况\n\n年龄结构      学历结构\n{rows}") == [
        ("employees_share", "age:<=30", 2023, 24.6),
        ("employees_share", "education:master_or_above", 2023, 21.3),
        ("employees_share", "age:>=31", 2023, 75.4),
        ("employees_share", "education:bachelor", 2023, 78.7),
    ]


def test_every_member_may_stand_above_its_count_and_its_share() -> None:
    assert facts("员工构成\n\n性别构成\n\n男性\n\n4,731 人\n\n53%\n\n女性\n\n4,195 人\n\n47%") == [
        ("employees_count", "gender:male", 2023, 4731.0),
        ("employees_share", "gender:male", 2023, 53.0),
        ("employees_count", "gender:female", 2023, 4195.0),
        ("employees_share", "gender:female", 2023, 47.0),
    ]


def test_where_every_line_touches_the_next_titles_and_legends_are_told_apart() -> None:
    charts = "男性 女性\n68.5%\n31.5%\n30岁以下 30-50岁 50岁以上\n46.2%\n51.7%\n2.1%"
    text = f"员工构成\n按性别划分 按年龄划分\n{charts}"
    assert facts(text) == [
        ("employees_share", "gender:male", 2023, 68.5),
        ("employees_share", "gender:female", 2023, 31.5),
        ("employees_share", "age:<30", 2023, 46.2),
        ("employees_share", "age:30-50", 2023, 51.7),
        ("employees_share", "age:>50", 2023, 2.1),
    ]


def test_the_total_that_counts_add_up_to_is_what_a_title_without_a_metric_is_about() -> None:
    charts = "性别构成\n\n男性\n\n4,731\n\n女性\n\n4,195\n\n专业构成\n\n其余岗位\n\n8,926"
    counts = [
        ("employees_count", "gender:male", 2023, 4731.0),
        ("employees_count", "gender:female", 2023, 4195.0),
    ]
    assert mapped(f"截至2023年底，公司员工总数8,926人。\n\n{charts}")[1:] == counts
    assert mapped(f"截至2023年底，公司员工总数8,927人。\n\n{charts}")[1:] == []


def test_with_titles_on_both_sides_the_legends_tell_whose_they_are() -> None:
    charts = "按性别划分的员工\n\n男性\n\n47%\n\n女性\n\n53%\n\n按学历划分的员工"
    assert mapped(charts) == [
        ("employees_share", "gender:male", 2023, 47.0),
        ("employees_share", "gender:female", 2023, 53.0),
    ]


def test_a_title_below_a_chart_with_a_legend_of_its_own_says_nothing_about_it() -> None:
    text = (
        "学历\n0.4%\n16.2%\n66.3%\n17.1%\n大专及以下\n本科\n硕士\n博士\n\n新进员工\n男 女\n291 323\n单位：人"
    )
    assert {row["confidence"] for row in read(text) if row["raw_value"] == "66.3%"} == {"ambiguous"}


def test_labels_that_are_no_members_beside_a_set_are_its_own() -> None:
    text = (
        "员工构成\n按年龄划分\n投诉业务类别分布\n38.52%27.61%\n21.43% 12.44%\n账户及交易系统 营销与适当性\n"
        "服务质量 佣金费率\n\n30岁及以下 31-40岁\n41-50岁 51岁及以上"
    )
    assert not [row for row in read(text) if row["metric_code"]]


def test_a_share_printed_elsewhere_for_a_member_goes_before_the_order_of_the_legend() -> None:
    text = "员工构成\n女性员工占比\n46.00%\n人均培训时长\n72.4小时\n\n按性别\n46.00%\n54.00%\n男性 女性"
    assert [(row["member"], row["value"]) for row in read(text) if row["layout"] == "chart"] == [
        ("female", 46.0),
        ("male", 54.0),
    ]


def test_a_chart_that_only_its_legend_tells_gives_way_to_what_a_table_prints() -> None:
    labels = "员工总数（人）\n女性员工占比（%）\n人均培训时长（小时）"
    table = f"公司持续披露各项数据，供各方参考。\n2023年\n{labels}\n900\n46.00\n72.4"
    rows = read(f"按性别划分的员工占比\n46.00%\n54.00%\n男性 女性\n\n{table}")
    assert {(row["member"], row["confidence"]) for row in rows if row["layout"] == "chart"} <= {
        (None, "ambiguous"),
        ("female", "likely"),
        ("male", "likely"),
    }
    assert ("male", 46.0) not in [(row["member"], row["value"]) for row in rows]


# --- bars from the largest to the smallest ---

REGIONS = "按地区划分的供应商数量（家）\n\n华东\n\n华南\n\n华北\n\n其他\n\n"


def test_members_without_an_order_are_read_where_values_fall_and_add_up_to_a_total() -> None:
    found = facts(f"供应商总数\n418 家\n\n{REGIONS}246\n\n78\n\n61\n\n33")
    assert found[1:] == [
        ("suppliers_count", "region:east_china", 2023, 246.0),
        ("suppliers_count", "region:south_china", 2023, 78.0),
        ("suppliers_count", "region:north_china", 2023, 61.0),
        ("suppliers_count", "region:other", 2023, 33.0),
    ]


def test_elsewhere_they_stay_undecided() -> None:
    rows = read(f"供应商总数\n418 家\n\n{REGIONS}78\n\n246\n\n61\n\n33")[1:]
    assert {(row["metric_code"], row["confidence"]) for row in rows} == {(None, "ambiguous")}


def test_a_chart_of_others_is_not_of_the_staff_that_the_page_is_about() -> None:
    chart = "30岁以下 30至50岁 50岁以上\n\n18.7%\n\n52.0%\n\n29.3%\n\n客户账户分布（按年龄）"
    found = facts(f"{chart}\n\n按年龄划分的员工\n\n本集团重视每一位员工，提供平等的机会。")
    assert [metric for metric, *_ in found if metric] == []


def test_members_of_two_breakdowns_above_one_title_are_no_chart() -> None:
    found = facts("女性\n41.5%\n高级管理层\n15.7%\n按职级")
    assert [metric for metric, *_ in found if metric] == []


def test_the_whole_of_people_who_are_no_staff_is_none_of_the_employees() -> None:
    chart = "按年龄划分\n\n30岁以下\n\n30至50岁\n\n50岁以上\n\n48.2%\n\n40.3%\n\n11.5%"
    assert [metric for metric, *_ in mapped(f"员工构成\n\n{chart}")] == ["employees_share"] * 3
    assert mapped(f"员工构成\n\n我们关爱员工。\n\n注册骑手构成\n\n{chart}") == []


def test_the_nearest_title_says_what_rates_below_a_table_of_counts_are_of() -> None:
    header = "雇员构成\n2023年 2022年\n人数 占比（%） 人数 占比（%）"
    table = f"{header}\n男性 60 60.00 52 65.00\n女性 40 40.00 28 35.00"
    rates = "雇员流失比率\n\n按性别\n\n男性\n\n女性\n\n28.1%\n\n24.2%"
    assert mapped(f"{table}\n\n我们关爱员工的成长与发展，提供平等的机会。\n\n{rates}\n\n整体流失率 26.5%")[
        -3:
    ] == [
        ("turnover_rate", "gender:male", 2023, 28.1),
        ("turnover_rate", "gender:female", 2023, 24.2),
        ("turnover_rate", None, 2023, 26.5),
    ]


@pytest.mark.parametrize(("printed", "is_read"), [("28.31%", True), ("28.310%", False)])
def test_a_chart_repeats_a_fact_in_as_many_decimals(printed: str, is_read: bool) -> None:
    table = "指标\t单位\t2023年\n员工流失率\t%\t25.45\n按性别划分\t\t\n男\t%\t28.31\n女\t%\t22.46\n\n"
    chart = f"我们持续关注员工的去留。\n\n22.46%\n\n{printed}\n\n女\n\n男\n"
    repeated = [row for row in read(table + chart) if row["pairing"] == "repeated"]
    assert bool(repeated) is is_read


def test_the_first_member_of_a_legend_may_be_glued_to_the_last_value() -> None:
    title, after = "按性别划分的员工", "我们重视平等。"
    apart = facts(f"{title}\n\n52.2%\n\n47.8%\n\n男性\n\n女性\n\n{after}")
    assert facts(f"{title}\n\n52.2%\n\n47.8% 男性\n\n女性\n\n{after}") == apart
    beside = facts(f"{title}\n\n52.2% 男性\n\n47.8% 女性\n\n{after}")
    assert [(member, value) for _, member, _, value in beside] == [
        ("gender:male", 52.2),
        ("gender:female", 47.8),
    ]


def test_what_stands_above_a_table_names_no_chart_below_it() -> None:
    above = "管理人员\n\n11.6%"
    table = "类别 受训员工百分比（%） 人均受训时数（小时）\n\n男性 98.6 46.9\n\n女性 97.9 45.0"
    chart = "79.30%\n\n20.70%\n\n男\n\n女\n\n性别结构"
    assert "managers_share" not in {metric for metric, *_ in facts(f"{above}\n\n{table}\n\n{chart}")}


def test_a_chart_may_add_up_to_the_total_of_a_table_in_bands() -> None:
    chart = "按地区划分的供应商数目\n\n华北\n\n华东\n\n华南\n\n其他\n\n168\n\n84\n\n47\n\n13"
    labels = "指标\n\n供应商总数\n\n客户投诉\n\n志愿服务时长"
    rows = "单位 2023年 2022年\n\n家 312 379\n\n件 318 365\n\n小时 2,145 2,530"
    found = facts(f"{chart}\n\n我们重视。\n\n{labels}\n\n{rows}")
    assert [(metric, value) for metric, *_, value in found[:5]] == [
        ("suppliers_count", 168.0),
        ("suppliers_count", 84.0),
        ("suppliers_count", 47.0),
        ("suppliers_count", 13.0),
        ("suppliers_total", 312.0),
    ]


@pytest.mark.parametrize(
    "gender", ["57.0%\n\n男性\n\n43.0%\n\n女性", "男性\n57.0%\n\n女性\n43.0%"], ids=["above", "below"]
)
def test_charts_side_by_side_whose_members_and_shares_stand_in_turn(gender: str) -> None:
    schooling = "硕士及以上\n1.1%\n\n本科\n16.4%\n\n大专及以下\n82.5%"
    titles = "员工学历分布 员工性别分布"
    expected = [
        ("employees_share", "education:bachelor", 2023, 16.4),
        ("employees_share", "education:college_or_below", 2023, 82.5),
        ("employees_share", "education:master_or_above", 2023, 1.1),
        ("employees_share", "gender:female", 2023, 43.0),
        ("employees_share", "gender:male", 2023, 57.0),
    ]
    for members in (f"{schooling}\n\n{gender}", f"{gender}\n\n{schooling}"):
        assert sorted(facts(f"{titles}\n\n{members}")) == expected
    torn = f"{titles}\n\n{schooling}\n\n{gender}".replace("82.5%", "62.5%")
    assert [fact for fact in facts(torn) if fact[0] == "employees_share"] == []


@pytest.mark.parametrize("place", [0, 1])
def test_the_titles_of_two_charts_may_stand_above_both_or_between_them(place: int) -> None:
    charts = [
        "30岁以下\n38.6%\n\n30-50岁\n59.8%\n\n50岁以上\n1.6%",
        "27.9%\n硕士及以上\n\n63.0%\n本科\n\n9.1%\n专科及以下",
    ]
    charts.insert(place, "员工年龄构成 员工学历构成")
    found = [(metric, member, value) for metric, member, _, value in facts("\n\n".join(charts))]
    assert ("employees_share", "age:<30", 38.6) in found
    assert ("employees_share", "education:bachelor", 63.0) in found
    assert len(found) == 6


def test_a_chart_that_nothing_titles_is_kept_without_a_metric() -> None:
    assert [metric for metric, *_ in facts("30岁以下\n38.6%\n\n30-50岁\n61.4%")] == [None, None]


@pytest.mark.parametrize("title", ["员工性别构成", "员工性别比例", "员工性别占比"])
def test_a_charts_title_names_shares_in_any_of_its_words(title: str) -> None:
    assert [metric for metric, *_ in facts(f"{title}\n\n男性 57.9%\n\n女性 42.1%")] == ["employees_share"] * 2


def test_a_charts_title_may_tell_its_date() -> None:
    chart = "员工职能构成（2023年末）\n\n研发 60.0%\n\n市场 40.0%"
    assert [metric for metric, *_ in facts(chart)] == ["employees_share"] * 2


def test_a_chart_that_nothing_titles_keeps_the_year_above_it() -> None:
    rows = read("2021年\n\n50岁以上\n38.6%\n\n50岁及以下\n61.4%")
    assert [row["fiscal_year"] for row in rows] == [2021, 2021]
