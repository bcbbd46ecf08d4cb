"""What the tiles of a page leave over: fractions, repeated figures, tiles torn apart by others."""

import pytest
from reading import facts, read

TORN = "小企业贷款产品总额：\n\n少数民族员工占比：\n17%\n\n大约\n\n亿元270\n"


def test_the_only_value_without_a_label_belongs_to_the_only_label_that_its_unit_fits() -> None:
    rows = [row for row in read(TORN) if row["metric_code"] == "small_business_loans"]
    assert [(row["value"], row["qualifier"], row["pairing"], row["confidence"]) for row in rows] == [
        (27_000_000_000.0, "about", "order", "likely")
    ]


def test_two_labels_that_fit_are_no_answer() -> None:
    assert ("revenue", None, 2023, 27e9) not in facts(TORN.replace("少数", "营业收入：\n\n少数"))
    assert [metric for metric, *_ in facts(TORN.replace("少数", "营业收入：\n\n少数"))] == ["employees_share"]


def test_a_fraction_that_gives_the_rate_above_it_is_kept_with_the_rates_label() -> None:
    rows = read("育儿假\n\n申请率\n\n4.5%\n(223/4,953)\n")
    assert [(row["value_printed"], row["label_raw"], row["pairing"]) for row in rows[1:]] == [
        (223.0, "申请率", "ratio"),
        (4953.0, "申请率", "ratio"),
    ]


def test_a_fraction_that_does_not_give_the_rate_is_something_else() -> None:
    assert len(read("育儿假\n\n申请率\n\n4.5%\n(223/4,053)\n")) == 1


STATEMENTS = "• 用水密度减少45%\n\n• 用水密度减少10%\n\n• 用水密度减少18%\n\n"


def test_a_row_of_figures_that_repeats_a_row_of_statements_says_the_same() -> None:
    rows = read(STATEMENTS + "45%\n\n10%\n\n18%\n")
    assert [(row["value_printed"], row["label_raw"]) for row in rows[3:]] == [
        (45.0, "用水密度减少"),
        (10.0, "用水密度减少"),
        (18.0, "用水密度减少"),
    ]
    assert {row["pairing"] for row in rows[3:]} == {"repeated"}


def test_figures_in_another_order_repeat_nothing() -> None:
    assert len(read(STATEMENTS + "10%\n\n45%\n\n18%\n")) == 3


def test_a_tile_may_go_on_with_what_its_value_counts() -> None:
    rows = read("我们的业务覆盖\n\n234个门店\n\n报告期内，共开展\n\n225场俱乐部活动\n")
    assert [(row["value_printed"], row["unit_printed"], row["label_raw"]) for row in rows] == [
        (234.0, "个", "我们的业务覆盖门店"),
        (225.0, "场", "报告期内，共开展俱乐部活动"),
    ]


def test_a_year_or_a_page_in_a_list_of_contents_counts_nothing() -> None:
    assert read("最佳创新品牌奖\n\n2021人力资源管理杰出奖\n\n确保数字金融更安全 /42\n\n44家成长\n") == []


def test_a_row_of_figures_keeps_the_years_of_the_row_that_it_repeats() -> None:
    table = "| 指标 | 单位 | 2021年 | 2022年 | 2023年 |\n| 注册用户数 | 名 | 45,294 | 82,263 | 85,457 |\n\n"
    rows = read(table + "我们感谢每一位用户。\n\n45,294\n\n82,263\n\n85,457\n")
    assert {(row["value"], row["fiscal_year"]) for row in rows} == {
        (45294.0, 2021),
        (82263.0, 2022),
        (85457.0, 2023),
    }
    assert len(rows) == 6


def test_tiles_within_tiles_are_told_apart_by_their_units() -> None:
    rows = read("产品和服务投诉数量\n\n员工受训总时长\n\n133,330 小时\n\n928 件\n")
    assert [(row["metric_code"], row["value"], row["pairing"], row["confidence"]) for row in rows] == [
        ("training_hours_total", 133330.0, "order", "likely"),
        ("complaints_received", 928.0, "order", "likely"),
    ]


def test_tiles_that_units_do_not_tell_apart_are_left_alone() -> None:
    assert facts("女董事比例\n\n客户满意度\n\n18.27%\n\n员工受训总时长\n\n80.6%\n\n928 小时\n") == []


def test_a_value_over_and_above_the_labels_leaves_none_told() -> None:
    assert facts("产品和服务投诉数量\n\n员工受训总时长\n\n133,330 小时\n\n928 件\n\n35 亿元\n") == []


RUN = ["98.6%", "100%", "36.0小时", "1,026.5万元"]
LABELS = ["客户满意度", "神秘的响应率", "人均培训时长", "公益捐赠投入"]
READ = [
    ("customer_satisfaction", None, 2023, 98.6),
    (None, None, 2023, 100.0),
    ("training_hours_avg", None, 2023, 36.0),
    ("donations", None, 2023, 10_265_000.0),
]


@pytest.mark.parametrize("pieces", [["社会", *RUN, *LABELS, "治理"], ["社会", *LABELS, *RUN, "治理"]])
def test_a_run_of_values_has_the_run_of_labels_that_all_of_its_units_fit(pieces: list[str]) -> None:
    rows = read("\n\n".join(pieces))
    assert [(row["metric_code"], row["member"], row["fiscal_year"], row["value"]) for row in rows] == READ
    assert {row["confidence"] for row in rows} == {"likely"}


@pytest.mark.parametrize(
    "labels",
    [
        ["客户满意度", "人均培训时长", "神秘的响应率", "公益捐赠投入"],  # hours for a share
        ["客户满意度", "神秘的响应率", "培训覆盖率", "公益捐赠投入"],
        LABELS[:3],
    ],
)
def test_runs_that_do_not_fit_are_left_alone(labels: list[str]) -> None:
    assert facts("\n\n".join(["社会", *RUN, *labels])) == []


def test_the_title_of_a_group_may_share_the_line_of_its_values() -> None:
    tiles = "管治 22.2 5 0\n女性董事占比 董事会会议 重大神秘事件\n\n% 次 起"
    assert facts(tiles)[:2] == [
        ("female_director_share", None, 2023, 22.2),
        ("board_meetings", None, 2023, 5.0),
    ]
