"""Intensities: amount by base, and the base that they imply."""

from quality_frames import datapoint, disclosures, failed

from pipelines.catalogue import load_catalogue
from pipelines.quality.ratios import intensity_base

CATALOGUE = load_catalogue()
REVENUE = datapoint("revenue", "1,136,532", 10, factor=1000.0, unit_printed="千元")
WATER = datapoint("water_consumption", "695", 11, unit_printed="立方米")
STAFF = datapoint("employees_total", "979", 12, unit_printed="人")


def test_an_intensity_is_its_amount_by_its_base_as_far_as_the_digits_go() -> None:
    # 694.5 .. 695.5 m3 by 1,136.53 million RMB are 0.61107 .. 0.61195
    for printed in ("0.612", "0.611", "0.6"):
        intensity = datapoint("water_intensity_revenue", printed, 13)
        assert failed(intensity_base(disclosures(REVENUE, WATER, intensity), CATALOGUE)) == []


def test_a_slip_by_a_power_of_ten_is_found_and_only_the_intensity_is_flagged() -> None:
    # 1 litre per 10,000 yuan is 0.1 m3 per million
    slipped = datapoint("water_intensity_revenue", "61.15", 13, factor=0.1, unit_printed="升/万元")
    (row,) = failed(intensity_base(disclosures(REVENUE, WATER, slipped), CATALOGUE))
    assert (round(row["expected"], 4), round(row["observed"], 4)) == (0.6115, 6.115)
    assert (row["severity"], row["quarantined"], row["flagged"]) == (
        "warning",
        [],
        [slipped["disclosure_id"]],
    )
    assert row["message"] == (
        "acme-2021: water_intensity_revenue of 2021 is printed as 61.15 升/万元 on line 13, but 695 立方米 "
        "(line 11) by 1,136,532 千元 (line 10) gives 6.115094 升/万元; the print would need revenue to be "
        "113563900 to 113746000: look whether it is of another perimeter, or off by a power of ten."
    )


def test_another_headcount_is_named() -> None:
    per_head = datapoint("water_per_employee", "1.07", 13, unit_printed="立方米/人")
    (row,) = failed(intensity_base(disclosures(WATER, STAFF, per_head), CATALOGUE))
    assert "would need employees_total to be 646.0465 to 653.0516" in row["message"]


def test_the_base_that_fits_counts_where_several_are_printed() -> None:
    per_head = datapoint("water_per_employee", "1.07", 13)
    beijing = datapoint("employees_total", "650", 14)
    assert failed(intensity_base(disclosures(WATER, STAFF, beijing, per_head), CATALOGUE)) == []


def test_other_years_are_not_mixed() -> None:
    last_year = datapoint("water_per_employee", "1.07", 13, fiscal_year=2020)
    assert intensity_base(disclosures(WATER, STAFF, last_year), CATALOGUE).is_empty()


def test_numbers_of_one_perimeter_are_compared_first() -> None:
    office = [
        datapoint("water_consumption", "107", 14, scope_note="北京办公室"),
        datapoint("employees_total", "100", 15, scope_note="北京办公室", basis="instant"),
        datapoint("water_per_employee", "1.07", 16, scope_note="北京办公室"),
    ]
    assert failed(intensity_base(disclosures(WATER, STAFF, *office), CATALOGUE)) == []


def test_a_comparison_across_perimeters_says_so() -> None:
    office = datapoint("water_per_employee", "1.07", 14, scope_note="北京办公室")
    (row,) = failed(intensity_base(disclosures(WATER, STAFF, office), CATALOGUE))
    assert row["message"].endswith("The perimeters differ: 北京办公室 against the whole company.")


def test_a_printed_zero_says_nothing() -> None:
    zero = datapoint("water_per_employee", "0", 13)
    assert intensity_base(disclosures(WATER, STAFF, zero), CATALOGUE).is_empty()


def test_intensities_of_one_year_imply_one_base() -> None:
    electricity = [
        datapoint("electricity_consumption", "1,288,265.00", 1, factor=0.001),
        datapoint("electricity_intensity_revenue", "413.00", 2, factor=0.001),
    ]  # a revenue of 3119.25 .. 3119.32 million
    agreeing = [datapoint("ghg_total", "1,092.40", 3), datapoint("ghg_intensity_revenue", "0.3502", 4)]
    differing = [
        datapoint("air_emissions_total", "13.97", 5),
        datapoint("air_emissions_intensity_revenue", "0.0042", 6),
    ]  # 3286 .. 3367 million
    (row,) = failed(intensity_base(disclosures(*electricity, *agreeing, *differing), CATALOGUE))
    assert row["flagged"] == [differing[1]["disclosure_id"]]
    assert "imply a revenue of 3285882000 to 3367470000" in row["message"]
    assert "electricity_intensity_revenue on line 2 implies 3119248000 to 3119323000" in row["message"]
