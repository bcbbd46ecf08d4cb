"""KPI cards: a label and its value side by side, what they are short for, and what is no card."""

import pytest
from reading import facts, read

# --- pairs ---


def test_a_label_above_its_value() -> None:
    assert facts("员工总数（人）\n\n1,000\n\n客户满意度\n\n98.5%\n") == [
        ("employees_total", None, 2023, 1000.0),
        ("customer_satisfaction", None, 2023, 98.5),
    ]


def test_a_label_below_its_value() -> None:
    assert facts("3.5亿元\n研发投入\n\n98.5%\n客户满意度\n\n1,200 人\n员工总数\n") == [
        ("rnd_spend", None, 2023, 350_000_000.0),
        ("customer_satisfaction", None, 2023, 98.5),
        ("employees_total", None, 2023, 1200.0),
    ]


def test_values_that_fit_the_label_on_either_side_belong_to_the_one_before_but_unproven() -> None:
    rows = read("定期体检覆盖率\n\n93.97%\n\n培训参与率\n\n61.62%\n")
    assert [(row["metric_code"], row["value"], row["confidence"]) for row in rows] == [
        ("health_check_coverage", 93.97, "likely"),
        ("training_coverage", 61.62, "likely"),
    ]


def test_where_the_report_prints_labels_below_their_values_tiles_that_fit_either_way_are_left_alone() -> None:
    below = "3.5亿元\n\n研发投入\n\n1,200 人\n\n员工总数\n\n我们始终坚持以人为本，提供平等的工作环境。\n\n"
    rows = read(below + "定期体检覆盖率\n\n93.97%\n\n培训参与率\n\n61.62%\n")
    assert [row["metric_code"] for row in rows] == ["rnd_spend", "employees_total"]


def test_a_label_wrapped_over_lines() -> None:
    (row,) = read("因安全与健康理由\n回收产品百分比\n\n0%\n")
    assert (row["metric_code"], row["value"]) == ("product_recall_share", 0.0)
    assert row["label_raw"] == "因安全与健康理由回收产品百分比"
    assert (row["label_line_no"], row["line_no"]) == (1, 4)


def test_label_and_value_are_the_evidence() -> None:
    (row,) = read("客户满意度\n\n超过 98.5%\n")
    assert row["evidence"] == "客户满意度\n超过 98.5%"
    assert (row["raw_value"], row["qualifier"]) == ("98.5%", "more_than")
    assert (row["layout"], row["pairing"], row["confidence"]) == ("card", "adjacent", "certain")


def test_a_label_may_carry_the_qualifier() -> None:
    (row,) = read("累计注册用户超过\n\n82.6 万户\n")
    assert (row["metric_code"], row["value"], row["qualifier"]) == (
        "registered_users",
        826_000.0,
        "more_than",
    )


def test_a_value_with_a_unit_of_its_own_is_kept_unmapped() -> None:
    (row,) = read("绿色工位\n\n1,200 个\n")
    assert (row["metric_code"], row["label_raw"], row["value"]) == (None, "绿色工位", 1200.0)


def test_a_plain_number_below_an_unknown_label_is_no_datapoint() -> None:
    assert facts("绿色工位\n\n1,200\n") == []


# --- statements ---


@pytest.mark.parametrize(
    "line", ["女性董事比例 20%", "女性董事比例：20%", "• 女性董事比例 20%", "女性董事比例20%"]
)
def test_a_statement_holds_both_on_one_line(line: str) -> None:
    assert facts(line) == [("female_director_share", None, 2023, 20.0)]


def test_several_statements_may_share_a_line() -> None:
    assert facts("供应商 299 家 新增供应商 45 家\n") == [
        ("suppliers_total", None, 2023, 299.0),
        ("suppliers_new", None, 2023, 45.0),
    ]


# --- years ---


@pytest.mark.parametrize(
    ("line", "metric", "values"),
    [
        (
            "平均受训时数 高级管理层 40.5 中级管理层 32.1 普通员工 21.0",
            "training_hours_avg",
            {"level:senior": 40.5, "level:middle": 32.1, "level:junior": 21.0},
        ),
        (
            "受训雇员百分比 按性别：男性 95% 女性 98%",
            "training_coverage",
            {"gender:male": 95.0, "gender:female": 98.0},
        ),
        (
            "按性别划分的员工流失率：男性 13% 女性 12%",
            "turnover_rate",
            {"gender:male": 13.0, "gender:female": 12.0},
        ),
    ],
)
def test_members_on_one_line_are_of_the_metric_that_opens_it(
    line: str, metric: str, values: dict[str, float]
) -> None:
    assert facts(line) == [(metric, member, 2023, value) for member, value in values.items()]


@pytest.mark.parametrize("order", [1, -1])
def test_values_in_a_line_are_those_of_as_many_labels_in_the_line_beside_it(order: int) -> None:
    lines = ["环境数据", "用水量 用电量 天然气", "1,000吨 5,000千瓦时 300立方米"]
    expected = [
        ("water_consumption", None, 2023, 1000.0),
        ("electricity_consumption", None, 2023, 5.0),
        ("natural_gas_consumption", None, 2023, 300.0),
    ]
    assert facts("\n".join(lines[::order])) == expected
    assert facts("用水量 用电量 天然气\n1,000吨 300立方米 5,000千瓦时") == []  # the units are others


@pytest.mark.parametrize(
    "card",
    ["专利授权数\n298家", "供应商总数\n519项", "供应商总数\n89次", "专利授权数\n89次", "专利授权数\n89人"],
)
def test_a_counting_word_has_a_veto(card: str) -> None:
    assert [metric for metric, *_ in facts(card)] == [None]


def test_a_unit_may_stand_on_a_line_of_its_own_below_the_value() -> None:
    tiles = "14,608\n人\n员工总数\n52.6\n小时\n员工人均培训时长\n0\n人\n因工死亡人数\n33.3\n%\n女性董事占比"
    assert facts(tiles) == [
        ("employees_total", None, 2023, 14608.0),
        ("training_hours_avg", None, 2023, 52.6),
        ("fatalities", None, 2023, 0.0),
        ("female_director_share", None, 2023, 33.3),
    ]


def test_where_every_line_touches_the_next_a_label_on_either_side_is_likely_at_most() -> None:
    rows = read("公司治理\n33.3%\n女性董事占比\n99.1%\n客户满意度")
    assert "certain" not in {row["confidence"] for row in rows if row["metric_code"]}


def test_a_counting_word_tells_labels_before_from_labels_after() -> None:
    assert facts("现有供应商数量\n\n896次\n\n董事会召开\n\n34家") == [
        ("board_meetings", None, 2023, 896.0),
        ("suppliers_total", None, 2023, 34.0),
    ]


def test_a_label_that_shares_the_box_of_another_value_is_likely_at_most() -> None:
    text = "员工流失率\n\n12.3%\n客户满意度\n\n98.1%\n"
    assert {row["confidence"] for row in read(text)} == {"likely"}


def test_a_period_line_dates_the_cards_below_it() -> None:
    text = "2022年度\n员工总数\n900 人\n\n截至2023年12月31日\n\n供应商总数\n\n299 家\n"
    assert facts(text, year=2024) == [
        ("employees_total", None, 2022, 900.0),
        ("suppliers_total", None, 2023, 299.0),
    ]


def test_a_year_in_the_label_counts() -> None:
    assert facts("2021年员工总数\n\n900 人\n") == [("employees_total", None, 2021, 900.0)]


def test_without_a_period_it_is_the_reports_year() -> None:
    assert facts("员工总数\n\n900 人\n", year=2020) == [("employees_total", None, 2020, 900.0)]


# --- groups and titles ---


def test_a_group_heading_gives_bare_members_their_metric() -> None:
    text = "员工总数\n\n1,000 人\n\n按性别划分\n\n男性\n\n54%\n\n女性\n\n46%\n"
    assert facts(text) == [
        ("employees_total", None, 2023, 1000.0),
        ("employees_share", "gender:male", 2023, 54.0),
        ("employees_share", "gender:female", 2023, 46.0),
    ]


def test_a_heading_may_name_its_metric() -> None:
    assert facts("按性别划分的员工流失率\n\n男性\n\n12%\n\n女性\n\n8%\n") == [
        ("turnover_rate", "gender:male", 2023, 12.0),
        ("turnover_rate", "gender:female", 2023, 8.0),
    ]


@pytest.mark.parametrize("gap", [" ", "\n"])
def test_a_title_of_a_structure_is_a_heading(gap: str) -> None:
    text = "员工性别结构\n男性 56.7%\n女性 43.3%\n员工年龄分布\n30岁以下 45%\n30岁以上 55%"
    assert facts(text.replace(" ", gap)) == [
        ("employees_share", "gender:male", 2023, 56.7),
        ("employees_share", "gender:female", 2023, 43.3),
        ("employees_share", "age:<30", 2023, 45.0),
        ("employees_share", "age:>30", 2023, 55.0),
    ]


def test_a_change_behind_an_arrow_is_no_second_value() -> None:
    assert facts("总用水量 12,345吨 ↓5.6%\n供应商总数：300家 ▲12%") == [
        ("water_consumption", None, 2023, 12345.0),
        ("suppliers_total", None, 2023, 300.0),
    ]


def test_bare_members_without_a_group_are_no_datapoints() -> None:
    assert facts("男性\n\n54%\n\n女性\n\n46%\n") == []


def test_a_short_label_goes_on_from_the_title_above() -> None:
    assert facts("育儿假\n\n申请率\n\n85%\n") == [("parental_leave_uptake_rate", None, 2023, 85.0)]


def test_a_short_label_goes_on_from_the_card_above() -> None:
    assert facts("营业收入\n\n54.7 亿元\n\n同比增长\n\n67.1%\n") == [
        ("revenue", None, 2023, 5_470_000_000.0),
        ("revenue_growth", None, 2023, 67.1),
    ]


def test_a_title_serves_every_card_below_it() -> None:
    assert facts("育儿假\n\n申请率\n\n85%\n\n返岗率\n\n100%\n") == [
        ("parental_leave_uptake_rate", None, 2023, 85.0),
        ("parental_leave_return_rate", None, 2023, 100.0),
    ]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_label_serves_one_value_also_where_the_label_before_means_nothing(gap: str) -> None:
    assert facts(f"绿色工位{gap}1,200 个\n\n供应商总数{gap}299 家\n") == [
        (None, None, 2023, 1200.0),
        ("suppliers_total", None, 2023, 299.0),
    ]


def test_a_growth_does_not_take_the_label_of_the_next_card() -> None:
    assert facts("营业收入\n54.7 亿元\n\n同比增长\n67.1%\n\n客户满意度\n98.5%\n") == [
        ("revenue", None, 2023, 5_470_000_000.0),
        ("revenue_growth", None, 2023, 67.1),
        ("customer_satisfaction", None, 2023, 98.5),
    ]


# --- what is no card ---


def test_labels_in_a_run_then_values_in_a_run_are_not_paired() -> None:
    assert facts("员工总数\n\n供应商总数\n\n专利\n\n1,000\n\n299\n\n88\n") == []
    assert facts("客户满意度\n\n投诉处理率\n\n98%\n\n99%\n") == []


def test_one_value_below_two_labels_that_could_own_it_is_not_paired() -> None:
    assert facts("客户满意度\n\n投诉处理率\n\n98%\n") == []


def test_two_values_below_one_label_are_not_paired() -> None:
    assert facts("员工总数\n\n1,000 人\n\n1,200 人\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "董事長致辭 04\n關於我們 06\n員工總數 28\n供應商總數 32\n",
        "目录\n员工总数........28\n客户满意度 / 32\n",
        "关于我们\n\n04\n\n社会责任\n\n28\n",
    ],
)
def test_contents_are_no_cards(text: str) -> None:
    assert facts(text) == []


def test_page_numbers_are_no_values() -> None:
    pages = [
        f" 员工总数\n客户满意度\n\n我们关注每一位员工的成长，{'持续' * n}投入。\n" + "正文\n" * 12 + f"{n}\n"
        for n in range(1, 9)
    ]
    assert facts("".join(pages)) == []


@pytest.mark.parametrize("line", ["2023", "2023年", "2022-2023年", "2023年12月31日", "30岁以下", "第3"])
def test_years_dates_ages_and_ordinals_are_no_values(line: str) -> None:
    assert [fact for fact in facts(f"客户满意度\n\n{line}\n") if fact[0]] == []


def test_lines_of_prose_are_no_labels() -> None:
    assert facts("在过去的一年里，公司的员工总数持续增长，\n\n1,000\n") == []


def test_a_value_on_another_page_is_not_paired() -> None:
    pages = [" 某某公司报告\n" + "正文\n" * 12 + "客户满意度\n", " 98%\n" + "正文\n" * 12]
    assert facts("".join(pages * 3)) == []


def test_a_sentence_alone_in_its_line_does_not_part_a_title_from_its_members() -> None:
    sentence = "董事会定期听取可持续发展工作的汇报，并就重要议题作出决定。"
    assert facts(f"按性别划分的新员工占比\n\n{sentence}\n\n男性员工 14.0%\n女性员工 86.0%\n") == [
        ("new_hires_share", "gender:male", 2023, 14.0),
        ("new_hires_share", "gender:female", 2023, 86.0),
    ]


def test_a_title_below_its_members_is_not_that_of_members_behind_a_page_and_a_sentence() -> None:
    sentence = "我们始终坚持以人为本，提供平等的工作环境。\n\n"
    text = f"{sentence}女性员工 69.6%\n男性员工 30.4%\n\n按性别划分的新员工占比\n\n{sentence}\f{sentence}"
    text += f"男性员工 35.3%\n女性员工 15.0%\n\n按性别划分的员工流失率\n\n{sentence}"
    assert facts(text) == [
        ("new_hires_share", "gender:female", 2023, 69.6),
        ("new_hires_share", "gender:male", 2023, 30.4),
        ("turnover_rate", "gender:male", 2023, 35.3),
        ("turnover_rate", "gender:female", 2023, 15.0),
    ]


@pytest.mark.parametrize(
    "line", ["男性 700 人 56.7%", "男性：700人（56.7%）", "男性700人，占比56.7%", "男性（700人）56.7%"]
)
def test_a_member_may_print_its_count_and_its_share(line: str) -> None:
    assert facts(f"按性别划分的员工人数及占比\n\n{line}\n") == [
        ("employees_count", "gender:male", 2023, 700.0),
        ("employees_share", "gender:male", 2023, 56.7),
    ]


@pytest.mark.parametrize(
    "items", [("1. ", "2. "), ("（1）", "（2）"), ("- ", "- "), ("1、", "2、"), ("● ", "● ")]
)
@pytest.mark.parametrize("colon", ["", "："])
def test_the_number_of_an_item_is_no_part_of_its_label(items: tuple[str, str], colon: str) -> None:
    text = f"{items[0]}员工总数{colon}345人\n{items[1]}用水量{colon}5,345吨\n"
    assert facts(text) == [("employees_total", None, 2023, 345.0), ("water_consumption", None, 2023, 5345.0)]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_years_with_values_go_on_with_the_title_above_them(gap: str) -> None:
    text = gap.join(["员工总数（人）", "2022年 1,100", "2023年：1,200", "用水量", "2023年 500吨"])
    assert facts(text + "\n") == [
        ("employees_total", None, 2022, 1100.0),
        ("employees_total", None, 2023, 1200.0),
        ("water_consumption", None, 2023, 500.0),
    ]


def test_years_below_a_title_that_means_nothing_are_left_alone() -> None:
    assert facts("获奖情况\n2022年 3项\n2023年 5项\n") == []


@pytest.mark.parametrize(
    ("heading", "metric"),
    [
        ("员工年龄结构（%）", "employees_share"),
        ("按年龄划分的员工人数（单位：人）", "employees_count"),
        ("按年龄划分的员工流失率（%）", "turnover_rate"),
    ],
)
def test_a_heading_gives_its_unit_to_its_members(heading: str, metric: str) -> None:
    assert facts(f"{heading}\n30岁及以下 35\n31-40岁 45\n") == [
        (metric, "age:<=30", 2023, 35.0),
        (metric, "age:31-40", 2023, 45.0),
    ]


def test_columns_may_stand_far_apart() -> None:
    gap = " " * 12
    labels = gap.join(["培训总投入", "员工培训总时长", "人均培训时长", "培训覆盖率"])
    text = f"{labels}\n128万元 45,678小时 36.5小时 100%\n"
    assert [metric for metric, *_ in facts(text)] == [
        "training_spend",
        "training_hours_total",
        "training_hours_avg",
        "training_coverage",
    ]


def test_a_line_of_labels_may_hold_some_that_are_not_catalogued() -> None:
    tiles = "812.36亿元  132.45亿元  98.5%\n营业收入  上缴税额  客户满意度"
    assert [(fact[0], fact[3]) for fact in facts(tiles)] == [
        ("revenue", 81_236_000_000.0),
        (None, 13_245_000_000.0),
        ("customer_satisfaction", 98.5),
    ]


def test_a_line_below_the_values_may_hold_their_units() -> None:
    tiles = "营业收入    员工总数    在管面积\n3,486.2    21,846    78.4\n百万元    人    万平方米"
    assert [(fact[0], fact[3]) for fact in facts(tiles)][:2] == [
        ("revenue", 3_486_200_000.0),
        ("employees_total", 21_846.0),
    ]


def test_a_known_label_that_its_value_cannot_have_parts_the_line_otherwise() -> None:
    assert facts("812.36亿元  132.45亿元\n营业收入  员工总数") == []


def test_a_unit_between_a_label_and_a_value_is_the_values() -> None:
    text = "人均培训时长\n小时\n34.0\n培训覆盖率\n100%\n内部讲师\n名\n224\n人均培训时长（小时）\n按职级划分"
    assert ("training_hours_avg", None, 2023, 224.0) not in facts(text)


def test_the_name_of_another_metric_above_values_ends_a_group() -> None:
    text = "新入职员工\n2,274人\n其中女性\n64.2%\n员工流失率\n31.2%\n24.9%\n2022财年 2023财年\n男性\n23.4%"
    assert ("new_hires_share", "gender:male", 2023, 23.4) not in facts(text)


def test_a_value_is_not_read_without_the_unit_that_stands_beyond_its_label() -> None:
    found = facts("客户\n万人\n累计注册用户\n4,218\n97.86%\n客户满意度")
    assert [fact[0] for fact in found] == ["customer_satisfaction"]
    assert len(facts("客户\n累计注册用户\n4,218\n97.86%\n客户满意度")) == 2


def test_a_run_that_labels_on_both_sides_explain_follows_the_other_runs_of_the_report() -> None:
    tied = "经济绩效\n\n71.36亿元\n\n营业收入\n\n6.82亿元\n\n纳税总额\n\n7.85亿元\n\n研发投入"
    tied += "\n\n1.28元\n\n每股收益"
    other = "以下为治理方面的数据，均截至年末。\n\n9次\n\n董事会会议\n\n33.3%\n\n女性董事比例"
    assert [metric for metric, *_ in facts(tied) if metric] == []
    assert [(metric, value) for metric, _, _, value in facts(f"{tied}\n\n{other}") if metric][:2] == [
        ("revenue", 7.136e9),
        ("rnd_spend", 7.85e8),
    ]


def test_a_shared_box_in_a_run_tells_more_than_the_usual_unit_of_a_metric() -> None:
    tiles = "8,640万\n\n累计注册用户\n\n1,925万人\n\n累计投保用户\n\n92.6%\n长期保险继续率\n\n263.5亿元"
    assert facts(tiles)[0] == ("registered_users", None, 2023, 8.64e7)


def test_a_run_whose_ends_and_units_contradict_each_other_is_left() -> None:
    tiles = "发展历程\n\n5,268万\n\n累计注册用户\n\n782.4万\n\n累计借款人\n\n41家\n\n合作金融机构\n\n1,386人"
    assert [metric for metric, *_ in facts(tiles) if metric] == []


def test_a_chapter_in_an_index_of_standards_is_no_value() -> None:
    assert facts("层面 B2：健康与安全\n\nKPI B2.2 因工伤损失工作日数 6.2\n\n层面 B3：发展及培训") == []
    assert facts("因工伤损失工作日数：6.2")[0][0] == "lost_days"


# --- several lines of tiles ---


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_lines_of_values_take_as_many_lines_of_labels_in_turn(gap: str) -> None:
    text = gap.join(
        [
            "28.3 万户 96.4 亿元 74 家",
            "1,400 项 58,653 小时 98.2%",
            "服务小微企业主 促成小微企业借款 合作金融机构",
            "知识产权总数 员工培训总时长 员工培训覆盖率",
        ]
    )
    assert facts(text) == [
        ("small_business_borrowers", None, 2023, 283000.0),
        ("small_business_loans", None, 2023, 9640000000.0),
        ("institutional_partners", None, 2023, 74.0),
        ("ip_total", None, 2023, 1400.0),
        ("training_hours_total", None, 2023, 58653.0),
        ("training_coverage", None, 2023, 98.2),
    ]


def test_behind_blank_lines_lines_of_labels_are_those_beside_as_many_lines_of_values() -> None:
    borrowers, unknown = "28.3 万户 96.4 亿元", "服务小微企业主 神秘数字"
    told = [("small_business_borrowers", None, 2023, 283000.0), (None, None, 2023, 9.64e9)]
    assert facts(f"{borrowers}\n\n{unknown}") == told
    assert facts(f"业务概览\n\n{borrowers}\n\n{unknown}\n\n92 家 82.3%\n\n合作金融机构 神秘比率")[:2] == told
    assert facts(f"{borrowers}\n\n{unknown}\n\n神秘人数 其他数字") == []
    assert facts(f"神秘人数 其他数字\n\n{borrowers}\n\n{unknown}") == []


def test_units_below_lines_of_values_do_not_part_them_from_their_labels() -> None:
    row = "营业收入 神秘数字 员工总数\n\n142.87 9.86 18,462\n亿元 亿件 人"
    assert facts(f"{row}\n\n员工培训覆盖率 神秘车辆\n\n97.3% 1,946\n辆\n\n年度荣誉") == [
        ("revenue", None, 2023, 14_287_000_000.0),
        (None, None, 2023, 986_000_000.0),
        ("employees_total", None, 2023, 18462.0),
        ("training_coverage", None, 2023, 97.3),
        (None, None, 2023, 1946.0),
    ]


def test_tiles_that_leave_no_label_over_are_read_though_other_labels_stand_below_their_values() -> None:
    below = "3.5亿元\n\n研发投入\n\n1,200 人\n\n员工总数\n\n我们始终坚持以人为本，提供平等的工作环境。\n\n"
    tiles = "注册商标\n\n1,072项\n\n授权专利\n\n146项\n\n软件著作权\n\n387项\n\n"
    rows = read(f"{below}{tiles}案例：专项治理\n我们全年配合主管部门开展了多项专项治理工作。")
    assert [(row["metric_code"], row["value"], row["confidence"]) for row in rows[2:]] == [
        ("trademarks", 1072.0, "likely"),
        ("patents", 146.0, "likely"),
        ("software_copyrights", 387.0, "likely"),
    ]


@pytest.mark.parametrize(("values", "is_read"), [("86% 98.9%", True), ("98.9%86%", False)])
def test_glued_values_that_could_change_places_are_not_read(values: str, is_read: bool) -> None:
    found = facts(f"AI自助率 客户满意度\n\n{values}")
    assert [metric for metric, *_ in found] == (
        ["ai_self_service_rate", "customer_satisfaction"] if is_read else []
    )


def test_a_label_may_say_what_its_value_is_counted_by() -> None:
    assert facts("每百万元营收用水量\n1.82 吨") == [("water_intensity_revenue", None, 2023, 1.82)]


def test_labels_are_on_the_side_on_which_values_are_in_their_metrics_units() -> None:
    tiles = [
        "26.89\n吨二氧化碳当量\n每亿元营收温室气体排放",
        "1.82\n吨\n每百万元营收用水",
        "1.48\n千克\n人均用纸",
    ]
    assert facts("\n".join(["低碳运营", *tiles]))[:2] == [
        ("ghg_intensity_revenue", None, 2023, 0.2689),
        ("water_intensity_revenue", None, 2023, 1.82),
    ]


def test_the_page_in_an_index_of_standards_is_no_value() -> None:
    assert facts("B2.1\n因工死亡人数\n10\nB2.2\n因工伤损失工作日数\n10\nB3.1\n受训员工百分比\n11") == []


@pytest.mark.parametrize("line", ["185.50 1,036 6,240万元 人 小时", "万元 人 小时185.50 1,036 6,240"])
def test_numbers_and_units_may_be_printed_in_layers(line: str) -> None:
    assert facts(f"{line}\n\n公益捐赠 志愿者 志愿服务时长") == [
        ("donations", None, 2023, 1855000.0),
        ("volunteers", None, 2023, 1036.0),
        ("volunteer_hours", None, 2023, 6240.0),
    ]


def test_labels_on_both_sides_of_a_line_of_values_tell_nothing() -> None:
    found = facts("有效专利\n\n186件 342项\n\n软件著作权 注册商标\n\n528件")
    assert [metric for metric, *_ in found if metric] == []


def test_what_is_aimed_at_in_a_later_year_is_no_card() -> None:
    assert facts("2026年客户满意度达到97%") == []
    assert facts("2023年客户满意度达到97%") == [("customer_satisfaction", None, 2023, 97.0)]


def test_labels_with_as_many_bare_values_each_are_rows_of_a_table() -> None:
    table = "类别\n报告期内新增\n截至期末累计\n专利\n97\n486\n注册商标\n21\n118"
    assert [metric for metric, *_ in facts(table) if metric] == []


@pytest.mark.parametrize(("total", "is_read"), [("385", True), ("386", False)])
def test_a_line_of_members_with_their_total_says_whose_the_values_below_are(
    total: str, is_read: bool
) -> None:
    found = facts(f"按地区划分的供应商数量（家）\n\n华东 华南 海外 合计\n\n246 78 61 {total}")
    assert found == (
        [
            ("suppliers_count", "region:east_china", 2023, 246.0),
            ("suppliers_count", "region:south_china", 2023, 78.0),
            ("suppliers_count", "region:overseas", 2023, 61.0),
            ("suppliers_total", None, 2023, 385.0),
        ]
        if is_read
        else []
    )


def test_units_below_a_line_of_values_are_of_those_that_print_none() -> None:
    assert facts("营业收入 员工总数 客户满意度\n142.87 18,462 94.6%\n亿元 人") == [
        ("revenue", None, 2023, 14287000000.0),
        ("employees_total", None, 2023, 18462.0),
        ("customer_satisfaction", None, 2023, 94.6),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "386 152\n\n1,180 99.3%\n\n在线咨询量 电话咨询量\n\n智能质检量 质检合格率\n\n万次 万次\n\n万通",
        "在线咨询量 电话咨询量\n\n智能质检量 质检合格率\n\n386 152\n\n1,180 99.3%\n\n万次 万次\n\n万通",
    ],
)
def test_lines_of_units_may_follow_those_of_values_or_of_labels(text: str) -> None:
    assert sorted(facts(text), key=str) == [
        ("online_consultations", None, 2023, 3860000.0),
        ("phone_consultations", None, 2023, 1520000.0),
        ("qa_auto_checks", None, 2023, 11800000.0),
        ("qa_pass_rate", None, 2023, 99.3),
    ]


@pytest.mark.parametrize(
    ("label", "metric", "scope"),
    [
        ("净利润", "net_profit", None),
        ("归母净利润", "net_profit", "归母"),
        ("归属于上市公司股东的净利润", "net_profit", "归属于上市公司股东"),
        ("本公司拥有人应占溢利", "net_profit", "拥有人应占"),
    ],
)
def test_the_profit_of_the_owners_is_limited_to_them(label: str, metric: str, scope: str | None) -> None:
    (row,) = read(f"{label}\n4.12亿元\n")
    assert (row["metric_code"], row["value"], row["scope_note"]) == (metric, 412_000_000.0, scope)


@pytest.mark.parametrize(("who", "scope"), [("员工", None), ("董事", "董事"), ("管理层人员", "管理层人员")])
def test_coverage_of_directors_and_managers_is_limited_to_them(who: str, scope: str | None) -> None:
    (row,) = read(f"参加反商业贿赂及反贪污培训的{who}比例\n98%\n")
    assert (row["metric_code"], row["scope_note"]) == ("anti_corruption_training_coverage", scope)


def test_a_row_of_tiles_behind_values_of_a_chart_is_of_no_earlier_year() -> None:
    chart = "二零二二年\n\n5\n\n4\n\n3\n\n"
    assert facts(f"{chart}94.6% 96.8%\n客户满意度 热线接通率") == []
    assert facts("二零二二年\n\n94.6% 96.8%\n客户满意度 热线接通率")[0] == (
        "customer_satisfaction", None, 2022, 94.6,
    )  # fmt: skip


def test_a_label_with_a_unit_beside_it_is_no_row_of_two_labels() -> None:
    assert facts("员工总数 人\n\n312 335") == []


def test_a_digit_that_touches_its_label_is_the_mark_of_a_footnote_near_it() -> None:
    note = "2 范围1包括公司车辆的燃料消耗，排放因子取自国家主管部门发布的指南。"
    assert facts(f"绿色运营\n\n范围1直接排放2 吨二氧化碳当量\n\n绿色办公\n\n{note}") == []
    assert facts("绿色运营\n\n范围1直接排放2 吨二氧化碳当量\n\n绿色办公")[0][3] == 2.0


def test_units_in_lines_of_their_own_are_those_of_the_values_without_one() -> None:
    values = "9,240 1,758\n81 1.94%\n万人 万人\n家"
    labels = "累计注册用户 累计借款用户\n合作金融机构 90天以上逾期率"
    assert facts(f"{values}\n{labels}") == [
        ("registered_users", None, 2023, 92_400_000.0),
        ("borrowers_cumulative", None, 2023, 17_580_000.0),
        ("institutional_partners", None, 2023, 81.0),
        (None, None, 2023, 1.94),
    ]


def test_values_beside_an_axis_are_none_of_the_tiles_above() -> None:
    labels = "在线咨询量 电话咨询量\n人工接通率 服务好评率"
    values = "214.6万次 38.2万次\n98.4% 97.5%"
    found = facts(f"{labels}\n{values}\n94.1 95.6\n2022年 2023年")
    assert [metric for metric, *_ in found] == [
        "online_consultations", "phone_consultations", "hotline_connect_rate", "customer_praise_rate",
    ]  # fmt: skip


def test_a_line_of_totals_below_the_title_of_a_chart_is_no_legend() -> None:
    tiles = "2,368家 412家 67家\n供应商总数 新增供应商 淘汰供应商"
    assert [metric for metric, *_ in facts(f"按地区划分的供应商数目（家）\n{tiles}")] == [
        "suppliers_total", "suppliers_new", "suppliers_removed",
    ]  # fmt: skip


def test_one_metric_may_stand_twice_in_a_row_of_tiles_for_different_groups() -> None:
    rows = read("员工反贪污培训覆盖率 董事反贪污培训覆盖率\n100% 100%")
    assert [(row["metric_code"], row["scope_note"]) for row in rows] == [
        ("anti_corruption_training_coverage", None),
        ("anti_corruption_training_coverage", "董事"),
    ]


def test_members_in_a_line_with_their_total_first_are_its_parts() -> None:
    words = "供应商总数（家） 华南地区 华北地区 华东地区"
    assert facts(f"{words}\n394 228 74 92") == [
        ("suppliers_total", None, 2023, 394.0),
        ("suppliers_count", "region:south_china", 2023, 228.0),
        ("suppliers_count", "region:north_china", 2023, 74.0),
        ("suppliers_count", "region:east_china", 2023, 92.0),
    ]
    unproven = facts(f"{words}\n394 168 74 92")
    assert [metric for metric, *_ in unproven] == ["suppliers_total"]  # the others do not add up to it


def test_one_tile_of_a_run_tells_on_which_side_the_labels_are() -> None:
    run = "经营绩效\n\n8.42 亿元\n\n营业收入\n\n0.73 亿元\n\n经调整净利润\n\n112%\n净金额续费率"
    assert facts(run)[:2] == [("revenue", None, 2023, 842_000_000.0), (None, None, 2023, 73_000_000.0)]


def test_shares_may_stand_among_numbers_whose_units_follow_all_of_them() -> None:
    assert facts("97.8% 347 960件 小时\n员工培训覆盖率 累计专利申请 志愿服务时长") == [
        ("training_coverage", None, 2023, 97.8),
        ("patents_applied_cumulative", None, 2023, 347.0),
        ("volunteer_hours", None, 2023, 960.0),
    ]


def test_a_title_of_one_word_parts_rows_of_tiles() -> None:
    above = "96.8% 2,316 小时\n客户满意度 志愿服务时长"
    below = "廉洁承诺书签署率 有效授权专利\n100% 1,187 项"
    found = facts(f"社会绩效\n\n{above}\n\n治理绩效\n\n{below}")
    assert ("patents", None, 2023, 1187.0) in found
    assert ("customer_satisfaction", None, 2023, 96.8) in found


def test_a_gift_in_a_foreign_currency_does_not_hide_the_tiles_beside_it() -> None:
    found = facts("97.3% 1.26 386百万港元 小时\n受训员工百分比 社区捐款 志愿服务时数")
    assert [metric for metric, *_ in found] == ["training_coverage", None, "volunteer_hours"]


def test_rates_in_a_line_below_members_are_of_what_their_title_names() -> None:
    members = "员工流失率\n\n整体 男性 女性"
    assert facts(f"{members}\n\n20.4% 21.2% 19.2%") == [
        ("turnover_rate", None, 2023, 20.4),
        ("turnover_rate", "gender:male", 2023, 21.2),
        ("turnover_rate", "gender:female", 2023, 19.2),
    ]
    assert facts(f"{members}\n\n25.4% 21.2% 19.2%") == []  # no mean of the two
    table = "指标 2021年 2022年 2023年\n因工死亡人数（人） 0 0 0"
    assert {year for metric, _, year, _ in facts(f"{table}\n{members}\n20.4% 21.2% 19.2%")[3:]} == {2023}


def test_labels_may_change_sides_at_a_title() -> None:
    above = "研发人员占比\n\n52.0%\n\n有效专利\n\n187项"
    below = "30.0小时\n\n人均培训时长\n\n486万元\n\n公益捐赠总额"
    assert facts(f"{above}\n\n员工与社会\n\n{below}") == [
        ("employees_share", "function:rnd", 2023, 52.0),
        ("patents", None, 2023, 187.0),
        ("training_hours_avg", None, 2023, 30.0),
        ("donations", None, 2023, 4.86e6),
    ]


def test_a_member_of_another_name_does_not_end_a_chart() -> None:
    chart = "员工按职能分布\n\n36.9%\n研发\n\n28.4%\n运营与客服\n\n34.7%\n市场"
    assert [(metric, member) for metric, member, *_ in facts(chart)] == [
        ("employees_share", "function:rnd"),
        (None, None),
        ("employees_share", "function:marketing"),
    ]
