"""The figure of all against those of its groups."""

from typing import Any

import pytest
from quality_frames import datapoint, disclosures, failed, share

from pipelines.catalogue import load_catalogue
from pipelines.quality.means import group_mean

CATALOGUE = load_catalogue()
STAFF = [share("46", 1, "gender", "female"), share("54", 2, "gender", "male")]


def by_gender(metric: str, female: str, male: str, **other: Any) -> list[dict[str, Any]]:
    return [
        datapoint(metric, female, 11, breakdown="gender", member="female", **other),
        datapoint(metric, male, 12, breakdown="gender", member="male", **other),
    ]


def test_hours_of_women_and_men_give_those_of_all_at_the_printed_shares() -> None:
    groups = by_gender("training_hours_avg", "60.3", "72.8")
    right, wrong = (datapoint("training_hours_avg", hours, 10) for hours in ("67.0", "65.1"))
    assert failed(group_mean(disclosures(*STAFF, *groups, right), CATALOGUE)) == []
    (row,) = failed(group_mean(disclosures(*STAFF, *groups, wrong), CATALOGUE))
    assert round(row["expected"], 2) == 67.05
    assert (row["severity"], len(row["flagged"]), row["quarantined"]) == ("warning", 3, [])
    assert (
        "by gender it is female 60.3, male 72.8 on lines 11, 12, so that all would be 67.05" in row["message"]
    )


@pytest.mark.parametrize(("total", "found"), [("28", 0), ("26", 0), ("31.5", 1), ("24", 1)])
def test_without_the_right_weight_it_lies_between_the_groups(total: str, found: int) -> None:
    groups = by_gender("turnover_rate", "26", "30")
    frame = disclosures(*STAFF, *groups, datapoint("turnover_rate", total, 10))
    assert len(failed(group_mean(frame, CATALOGUE))) == found


def test_parts_of_the_total_rate_add_up_to_it_and_are_no_mean() -> None:
    groups = by_gender("turnover_rate", "6.78", "7.00")
    assert failed(group_mean(disclosures(*groups, datapoint("turnover_rate", "13.78", 10)), CATALOGUE)) == []


def test_final_zeros_of_all_figures_are_no_digits() -> None:
    shares = [share("47.90", 1, "gender", "female"), share("52.10", 2, "gender", "male")]
    groups = by_gender("training_hours_avg", "5.40", "6.10")  # 5.765
    assert (
        failed(
            group_mean(disclosures(*shares, *groups, datapoint("training_hours_avg", "5.80", 3)), CATALOGUE)
        )
        == []
    )
    assert (
        len(
            failed(
                group_mean(
                    disclosures(*shares, *groups, datapoint("training_hours_avg", "5.81", 3)), CATALOGUE
                )
            )
        )
        == 1
    )


def test_a_listing_of_some_groups_says_nothing() -> None:
    some = datapoint("training_hours_avg", "60", 11, breakdown="level", member="senior")
    assert group_mean(disclosures(some, datapoint("training_hours_avg", "10", 10)), CATALOGUE).is_empty()
