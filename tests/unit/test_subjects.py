"""Rows of members whose table names no metric: the total that they add up to tells."""

from reading import facts, read

TOTAL = "截至2023年底，公司员工总数为2,764人。"
TABLE = "类别 人数（人） 占比（%）\n性别\n男性 1,498 54.2\n女性 1,266 45.8"


def test_members_that_add_up_to_a_total_printed_elsewhere_are_its_parts() -> None:
    rows = [row for row in read(f"{TOTAL}\n{TABLE}") if row["layout"] == "table"]
    assert [(row["metric_code"], row["member"], row["value"], row["pairing"]) for row in rows] == [
        ("employees_count", "male", 1498.0, "total"),
        ("employees_share", "male", 54.2, "total"),
        ("employees_count", "female", 1266.0, "total"),
        ("employees_share", "female", 45.8, "total"),
    ]
    assert {row["confidence"] for row in rows} == {"likely"}


def test_members_that_add_up_to_nothing_known_stay_unmapped() -> None:
    assert {metric for metric, *_ in facts(TABLE)} == {None}
    assert [metric for metric, *_ in facts(f"{TOTAL}\n{TABLE.replace('1,266', '1,267')}")][1:] == [None] * 4


def test_a_share_that_is_not_the_counts_stays_unmapped() -> None:
    found = facts(f"{TOTAL}\n{TABLE.replace('45.8', '24.9')}")
    assert [metric for metric, *_ in found if metric == "employees_share"] == ["employees_share"]


def test_a_small_sum_agrees_by_chance() -> None:
    few = "截至2023年底，公司员工总数为64人。"
    table = "类别 人数（人） 占比（%）\n性别\n男性 30 46.9\n女性 34 53.1"
    assert [metric for metric, *_ in facts(f"{few}\n{table}")][1:] == [None] * 4


# --- shares of the trained, and rates of each group ---

TRAINED = "指标 单位 2023年\n受训雇员百分比\n{}男性 % 46.4\n女性 % 53.6"


def test_groups_that_total_100_are_shares_of_the_trained() -> None:
    found = read(TRAINED.format("总计 % 97.3\n"))
    assert [(row["metric_code"], row["member"], row["confidence"]) for row in found] == [
        ("training_coverage", None, "certain"),
        ("training_participants_share", "male", "certain"),
        ("training_participants_share", "female", "certain"),
    ]


def test_without_the_figure_of_all_they_are_but_likely_to_be() -> None:
    found = read(TRAINED.format(""))
    assert {(row["metric_code"], row["confidence"]) for row in found} == {
        ("training_participants_share", "likely")
    }


def test_groups_around_the_figure_of_all_are_rates() -> None:
    assert {metric for metric, *_ in facts(TRAINED.format("总计 % 50.3\n"))} == {"training_coverage"}


def test_groups_that_do_not_total_100_are_rates() -> None:
    text = TRAINED.format("").replace("53.6", "55.6")
    assert {metric for metric, *_ in facts(text)} == {"training_coverage"}
