"""Tables whose columns are measures, each with a unit of its own."""

import opencc
import pytest
from reading import facts, read

WHOLE = "2023年国内新增注册用户和贷款额 15.10 133.60"
HEADER = "用户数量\n(百万)\n\n贷款发放量\n(十亿人民币)\n"


def test_a_row_of_two_measures_has_one_for_each_column() -> None:
    assert facts(f"{WHOLE}\n\n{HEADER}") == [
        ("new_registered_users", "market:domestic", 2023, 15_100_000.0),
        ("loan_origination", "market:domestic", 2023, 133_600_000_000.0),
    ]


def test_the_header_may_stand_above() -> None:
    assert facts(f"{HEADER}\n{WHOLE}\n") == facts(f"{WHOLE}\n\n{HEADER}")


def test_cells_may_stand_before_their_label_and_slash_is_not_disclosed() -> None:
    text = f"{WHOLE}\n\n9.0 /截至2023年12月31日，海外市场累计注册用户\n\n{HEADER}"
    assert facts(text)[2:] == [
        ("registered_users", "market:overseas", 2023, 9_000_000.0),
        ("loan_origination_cumulative", "market:overseas", 2023, "not_disclosed"),
    ]


def test_torn_rows_are_paired_in_order_where_labels_and_cells_are_as_many() -> None:
    cells, labels = "5.1 3.70\n\n5.6 /", "2023年海外市场新增注册用户和贷款额\n\n2023年国内唯一借款用户"
    text = f"{WHOLE}\n\n{cells}\n\n{labels}\n\n{HEADER}"
    rows = read(text)[2:]
    assert [(row["metric_code"], row["member"], row["value_printed"], row["pairing"]) for row in rows] == [
        ("new_registered_users", "overseas", 5.1, "order"),
        ("loan_origination", "overseas", 3.7, "order"),
        ("unique_borrowers", "domestic", 5.6, "order"),
        ("loan_origination", "domestic", None, "order"),
    ]
    assert {row["confidence"] for row in rows} == {"likely"}


def test_a_label_too_few_leaves_the_torn_rows_unread() -> None:
    text = f"{WHOLE}\n\n5.1 3.70\n\n5.6 /\n\n2023年海外市场新增注册用户和贷款额\n\n{HEADER}"
    assert len(facts(text)) == 2


@pytest.mark.parametrize(
    "row", ["2023年国内景气指数和贷款额 15.10 133.60", "2023年国内新增注册用户和贷款额 15.10"]
)
def test_a_table_with_a_number_that_means_nothing_is_left_alone(row: str) -> None:
    assert all(metric is None for metric, *_ in facts(f"{row}\n\n{HEADER}"))


def test_traditional_script_says_the_same() -> None:
    text = f"{WHOLE}\n\n9.0 /截至2023年12月31日，海外市场累计注册用户\n\n{HEADER}"
    assert facts(opencc.OpenCC("s2t").convert(text), script="Hant") == facts(text)
