"""Shares against counts."""

from typing import Any

import pytest
from quality_frames import datapoint, disclosures, failed, share

from pipelines.catalogue import load_catalogue
from pipelines.quality.shares import count_share, whole_members

CATALOGUE = load_catalogue()
STAFF = datapoint("employees_total", "979", 1, unit_printed="人")


def shanghai(count: str, percent: str, **other: Any) -> list[dict[str, Any]]:
    member = {"breakdown": "region", "member": "shanghai"}
    return [
        datapoint("employees_count", count, 2, **member, **other),
        share(percent, 3, **member, **other),
    ]


@pytest.mark.parametrize(
    ("percent", "found"), [("25.3", 0), ("25", 0), ("25.33", 0), ("25.4", 1), ("23.5", 1)]
)
def test_a_share_is_its_count_by_the_whole(percent: str, found: int) -> None:
    rows = failed(count_share(disclosures(STAFF, *shanghai("248", percent)), CATALOGUE))
    assert len(rows) == found
    assert all(row["flagged"] == [f"acme-2021:3:{percent}:shanghai"] for row in rows)


def test_the_whole_that_the_print_implies_is_named() -> None:
    trained = datapoint("training_participants_total", "376", 2, unit_printed="人")
    coverage = datapoint("training_coverage", "42", 3, unit_printed="%")
    staff = datapoint("employees_total", "925", 1, unit_printed="人")
    (row,) = failed(count_share(disclosures(staff, trained, coverage), CATALOGUE))
    assert row["message"] == (
        "acme-2021: training_coverage of 2021 is printed as 42 % on line 3, but 376 人 (line 2) of 925 人 "
        "(line 1) are 40.65 %; the print would need employees_total to be 895.2: look whether the share is "
        "of another whole or date."
    )


@pytest.mark.parametrize("unit", ["人次", ""])
def test_attendances_are_no_people(unit: str) -> None:
    trained = datapoint("training_participants_total", "1,065", 2, unit_printed=unit)
    frame = disclosures(STAFF, trained, datapoint("training_coverage", "90", 3))
    assert count_share(frame, CATALOGUE).is_empty()


@pytest.mark.parametrize(("percent", "found"), [("2.06", 0), ("2.07", 1), ("2.1", 0), ("2.20", 0)])
def test_a_share_is_a_whole_number_of_members_as_far_as_its_digits_tell(percent: str, found: int) -> None:
    # 14 of 678 are 2.065 %, 15 are 2.212 %; 2.20 may have been rounded to 2.2
    suppliers = datapoint("suppliers_total", "678", 1)
    region = datapoint("suppliers_share", percent, 2, breakdown="region", member="overseas")
    rows = failed(whole_members(disclosures(suppliers, region), CATALOGUE))
    assert [(row["severity"], row["flagged"]) for row in rows] == [("info", [])] * found


def test_one_of_more_hires_than_there_are_is_found() -> None:
    hires = datapoint("new_hires_total", "263", 1)
    plug = datapoint("new_hires_share", "0.01", 2, breakdown="age", member=">=51")
    assert len(failed(whole_members(disclosures(hires, plug), CATALOGUE))) == 1
