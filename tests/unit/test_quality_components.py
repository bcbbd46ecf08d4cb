"""Parts that are metrics of their own, printed in units of their own."""

from typing import Any

import pytest
from quality_frames import datapoint, disclosures, failed

from pipelines.catalogue import load_catalogue
from pipelines.quality.components import components_sum

CATALOGUE = load_catalogue()
GIGAJOULE = {"factor": 1 / 3.6, "unit_printed": "吉焦"}
KILOWATT_HOUR = {"factor": 0.001, "unit_printed": "千瓦时"}


def energy(total: str, electricity: str, heat: str) -> list[dict[str, Any]]:
    return [
        datapoint("energy_total", total, 1, **GIGAJOULE),
        datapoint("electricity_consumption", electricity, 2, **KILOWATT_HOUR),
        datapoint("heat_purchased", heat, 3, **GIGAJOULE),
    ]


def test_parts_in_three_units_that_exceed_the_total_are_found_with_all_lines() -> None:
    # 530,282.90 kWh are 1,909.02 GJ: with 2,811.57 GJ of heat 4,720.59 GJ
    (row,) = failed(components_sum(disclosures(*energy("4,718.74", "530,282.90", "2,811.57")), CATALOGUE))
    assert (row["severity"], len(row["flagged"]), row["quarantined"]) == ("warning", 3, [])
    assert round(row["observed"] - row["expected"], 3) == 0.513
    assert row["message"].startswith(
        "acme-2021: electricity_consumption 530,282.90 千瓦时 (line 2) + heat_purchased 2,811.57 吉焦 (line "
        "3) make 1311.275 of 2021, but energy_total 4,718.74 吉焦 is printed on line 1"
    )


@pytest.mark.parametrize("total", ["4,720.59", "4,720.6", "9,000"])
def test_energy_may_have_other_sources_and_digits_may_be_rounded(total: str) -> None:
    assert failed(components_sum(disclosures(*energy(total, "530,282.90", "2,811.57")), CATALOGUE)) == []


def test_parts_that_are_all_there_are_must_give_the_total() -> None:
    waste = [datapoint("waste_hazardous", "0.31", 2), datapoint("waste_nonhazardous", "1.10", 3)]
    for total, found in (("1.41", 0), ("1.42", 0), ("1.51", 1)):
        checks = components_sum(disclosures(datapoint("waste_total", total, 1), *waste), CATALOGUE)
        assert len(failed(checks)) == found
    one_of_two = disclosures(datapoint("waste_total", "1.51", 1), waste[1])
    assert failed(components_sum(one_of_two, CATALOGUE)) == []


@pytest.mark.parametrize(
    "other", [{"fiscal_year": 2020}, {"scope_note": "上海"}, {"confidence": "ambiguous"}]
)
def test_other_years_and_perimeters_are_not_mixed(other: dict[str, Any]) -> None:
    frame = disclosures(datapoint("injuries", "3", 1), datapoint("severe_injuries", "5", 2, **other))
    assert components_sum(frame, CATALOGUE).is_empty()
