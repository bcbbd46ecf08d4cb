"""From year to year."""

from typing import Any

import pytest
from quality_frames import datapoint, disclosures, failed, reports

from pipelines.catalogue import load_catalogue
from pipelines.quality.years import emission_factor, perimeter_change, scale_jump

CATALOGUE = load_catalogue()
REPORTS = reports("acme-2021", "acme-2022")


def two_years(metric: str, before: str, now: str, **other: Any) -> list[dict[str, Any]]:
    return [
        datapoint(metric, before, 1, fiscal_year=2020, **other),
        datapoint(metric, now, 2, fiscal_year=2021, **other),
    ]


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ("6,467", "64,670", 1),
        ("6,467", "6.9", 1),
        ("6,467", "70,000,000", 1),
        ("6,467", "58,000", 1),
        ("6,467", "6,763", 0),
        ("6,467", "30,000", 0),
        ("6,467", "100,000", 0),
        ("0", "6,467", 0),
    ],
)
def test_a_jump_by_a_power_of_ten_is_found_either_way(before: str, now: str, found: int) -> None:
    rows = failed(scale_jump(disclosures(*two_years("water_consumption", before, now)), REPORTS, CATALOGUE))
    assert [(row["severity"], row["flagged"]) for row in rows] == [("warning", [])] * found


def test_the_message_names_both_prints() -> None:
    frame = disclosures(*two_years("water_consumption", "695", "6,950", unit_printed="吨"))
    (row,) = failed(scale_jump(frame, REPORTS, CATALOGUE))
    assert row["message"] == (
        "acme-2021: water_consumption 2021 is 6,950 吨 on line 2, 10 times the 695 吨 of the year before "
        "(acme-2021 line 1); look whether a unit or a scale is misprinted or misread."
    )


def test_small_counts_and_percentages_may_grow_tenfold() -> None:
    frame = disclosures(*two_years("patents", "2", "20"), *two_years("turnover_rate", "2", "20"))
    assert failed(scale_jump(frame, REPORTS, CATALOGUE)) == []


def test_the_year_before_may_stand_in_an_earlier_report() -> None:
    frame = disclosures(
        datapoint("water_consumption", "695", 1, fiscal_year=2021),
        datapoint("water_consumption", "0.7", 1, fiscal_year=2022, report_id="acme-2022"),
    )
    (row,) = failed(scale_jump(frame, REPORTS, CATALOGUE))
    assert "(acme-2021 line 1)" in row["message"]


@pytest.mark.parametrize(("scope2", "found"), [("285.1", 0), ("300", 0), ("400", 1), ("200", 1)])
def test_an_implied_factor_that_changes_by_more_than_a_tenth_is_found(scope2: str, found: int) -> None:
    frame = disclosures(
        *two_years("electricity_consumption", "500", "500"), *two_years("ghg_scope2", "285.1", scope2)
    )
    assert len(failed(emission_factor(frame, REPORTS, CATALOGUE))) == found


def test_totals_with_travel_imply_no_factor_of_energy() -> None:
    totals = [*two_years("energy_total", "500", "500"), *two_years("ghg_total", "285", "400")]
    assert len(failed(emission_factor(disclosures(*totals), REPORTS, CATALOGUE))) == 1
    travel = two_years("ghg_scope3", "10", "200")
    assert failed(emission_factor(disclosures(*totals, *travel), REPORTS, CATALOGUE)) == []


def test_another_perimeter_than_the_year_before_is_found_unless_one_place_prints_the_same() -> None:
    before = datapoint("water_consumption", "695", 1, fiscal_year=2020)
    office = datapoint("water_consumption", "300", 2, scope_note="上海办公室", unit_printed="吨")
    (row,) = failed(perimeter_change(disclosures(before, office), REPORTS))
    assert row["severity"] == "info"
    assert "is 300 吨 on line 2 for 上海办公室, but the 695" in row["message"]
    summary = datapoint("water_consumption", "300", 3)
    assert failed(perimeter_change(disclosures(before, office, summary), REPORTS)) == []


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("2021年数据覆盖总部及分公司，而2020年统计范围仅包括总部", 1),
        ("自 2021 年起，統計口徑包括分公司，2020 年統計口徑僅包括總部", 1),
        ("2020年及2021年数据覆盖上海办公场所", 0),
        ("仅包括上海办公场所", 0),
    ],
)
def test_one_note_may_tell_of_another_perimeter_in_each_year(note: str, found: int) -> None:
    frame = disclosures(
        datapoint("water_consumption", "695", 1, fiscal_year=2020, scope_note=note),
        datapoint("water_consumption", "300", 2, fiscal_year=2021, scope_note=note),
    )
    assert len(failed(perimeter_change(frame, REPORTS))) == found
