"""Sets of numbers: shares that total 100, groups that add up, GHG scopes."""

from typing import Any

import pytest
from quality_frames import datapoint, disclosures, failed, share

from pipelines.catalogue import load_catalogue
from pipelines.quality.sums import parts_to_total, scope_sum, sum100

CATALOGUE = load_catalogue()


def shares(breakdown: str, year: int = 2021, **printed: str) -> list[dict[str, Any]]:
    return [
        share(number, line, breakdown, member, fiscal_year=year)
        for line, (member, number) in enumerate(printed.items(), start=year)
    ]


def judged(*rows: dict[str, Any]) -> list[tuple[str, float, int, int]]:
    """Severity, sum, and how many datapoints are quarantined and flagged, of each set that fails."""
    return [
        (row["severity"], round(row["observed"], 6), len(row["quarantined"]), len(row["flagged"]))
        for row in failed(sum100(disclosures(*rows), CATALOGUE))
    ]


# --- sum100 ---


@pytest.mark.parametrize(
    ("male", "female"),
    [("54", "46"), ("54%", "47%"), ("52.1", "47.9"), ("61.28", "38.73"), ("100", "0")],
)
def test_shares_total_100_within_half_a_last_digit_each(male: str, female: str) -> None:
    assert judged(*shares("gender", male=male, female=female)) == []


@pytest.mark.parametrize(("male", "female"), [("54", "44"), ("54", "48"), ("61.28", "38.74"), ("99.5", "0")])
def test_a_whole_listing_that_misses_100_is_an_error_and_in_doubt(male: str, female: str) -> None:
    assert judged(*shares("gender", male=male, female=female)) == [
        ("error", round(float(male) + float(female), 6), 2, 0)
    ]


def test_final_zeros_may_hide_a_coarser_rounding_which_is_a_warning() -> None:
    rows = shares("region", east_china="52.70", north_china="26.60", south_china="20.60")
    assert judged(*rows) == [("warning", 99.9, 0, 3)]


@pytest.mark.parametrize(
    "listing",
    [
        {"<30": "42.5", "30-50": "45.1", ">50": "2.4"},
        {"college_or_below": "31.2", "bachelor": "50.1", "master_or_above": "8.7"},
        {"full_time": "81.5", "other": "8.5"},
        {"senior": "10.5", "middle": "20.5", "junior": "59.1"},
    ],
)
def test_bands_that_span_all_other_and_all_known_members_make_a_whole_listing(
    listing: dict[str, str],
) -> None:
    breakdown = {"<30": "age", "college_or_below": "education", "full_time": "employment_type"}
    rows = shares(breakdown.get(next(iter(listing)), "level"), **listing)
    assert [severity for severity, *_ in judged(*rows)] == ["error"]


def test_a_partial_listing_that_falls_short_is_only_mentioned() -> None:
    assert judged(*shares("region", beijing="66.4", shanghai="25.3")) == [("info", 91.7, 0, 0)]


def test_a_listing_that_closes_in_another_year_is_whole() -> None:
    rows = [
        *shares("region", 2020, beijing="60.3", shanghai="39.7"),
        *shares("region", 2021, beijing="66.4", shanghai="25.3"),
    ]
    assert judged(*rows) == [("error", 91.7, 2, 0)]


def test_more_than_100_is_an_error_even_in_a_partial_listing() -> None:
    assert judged(*shares("region", beijing="66.4", shanghai="35.3")) == [("error", 101.7, 2, 0)]


def test_a_set_with_a_gap_or_an_open_number_cannot_be_judged() -> None:
    undisclosed = shares("gender", male="54", female="/")
    more_than = shares("gender", male="54", female="40")
    more_than[0]["qualifier"] = "more_than"
    single = shares("gender", female="31")
    assert judged(*undisclosed) == judged(*more_than) == judged(*single) == []


def test_a_member_printed_twice_counts_once() -> None:
    male, female = shares("gender", male="54", female="46")
    again = male | {"disclosure_id": "again", "line_no": 9}
    assert judged(male, female, again) == []


# --- parts_to_total ---


def staff(total: str, breakdown: str, **groups: str) -> list[dict[str, Any]]:
    members = [
        datapoint("employees_count", number, line, breakdown=breakdown, member=member, set_id="staff")
        for line, (member, number) in enumerate(groups.items(), start=2)
    ]
    return [datapoint("employees_total", total, 1), *members]


def test_groups_add_up_to_the_printed_total() -> None:
    rows = staff("979", "function", rnd="491", sales="211", admin="277")
    assert failed(parts_to_total(disclosures(*rows), CATALOGUE)) == []


def test_groups_that_exceed_the_total_are_in_doubt_and_the_total_is_flagged() -> None:
    (row,) = failed(parts_to_total(disclosures(*staff("979", "function", rnd="791", sales="211")), CATALOGUE))
    assert (row["expected"], row["observed"], row["severity"]) == (979, 1002, "error")
    assert row["quarantined"] == ["acme-2021:2:791:rnd", "acme-2021:3:211:sales"]
    assert row["flagged"] == ["acme-2021:1:979:None"]


@pytest.mark.parametrize(
    ("breakdown", "groups", "severity"),
    [
        ("gender", {"male": "528", "female": "415"}, "error"),
        ("region", {"beijing": "650", "shanghai": "248"}, "info"),
    ],
)
def test_a_shortfall_is_an_error_only_of_a_whole_listing(
    breakdown: str, groups: dict[str, str], severity: str
) -> None:
    (row,) = failed(parts_to_total(disclosures(*staff("979", breakdown, **groups)), CATALOGUE))
    assert row["severity"] == severity


def test_the_total_that_fits_best_counts() -> None:
    rows = [*staff("979", "gender", male="528", female="451"), datapoint("employees_total", "650", 9)]
    assert failed(parts_to_total(disclosures(*rows), CATALOGUE)) == []


# --- scope_sum ---


def emissions(scope1: str, scope2: str, scope3: str, total: str) -> list[dict[str, Any]]:
    return [
        datapoint(metric, printed, line)
        for line, (metric, printed) in enumerate(
            {"ghg_scope1": scope1, "ghg_scope2": scope2, "ghg_scope3": scope3, "ghg_total": total}.items(), 1
        )
    ]


@pytest.mark.parametrize(
    ("scope3", "total"),
    [("213.77", "472.79"), ("213.77", "259.01"), ("/", "259.01"), ("213.77", "473")],
)
def test_scopes_1_and_2_and_maybe_3_add_up_to_the_total(scope3: str, total: str) -> None:
    rows = emissions("19.95", "239.06", scope3, total)
    assert failed(scope_sum(disclosures(*rows), CATALOGUE)) == []


def test_scopes_that_do_not_add_up_are_all_in_doubt() -> None:
    (row,) = failed(scope_sum(disclosures(*emissions("19.95", "239.06", "213.77", "427.79")), CATALOGUE))
    assert (row["expected"], row["observed"], len(row["quarantined"])) == (427.79, 472.78, 4)
    assert row["message"] == (
        "acme-2021: GHG scopes 1, 2 and 3 of 2021 add up to 472.78 where the total is 427.79 "
        "(rounding allows 0.02); look for a misprint on lines 1, 2, 3, 4."
    )


def test_a_total_without_its_scopes_is_not_judged() -> None:
    rows = [row for row in emissions("19.95", "239.06", "/", "999") if row["metric_code"] != "ghg_scope1"]
    assert scope_sum(disclosures(*rows), CATALOGUE).is_empty()
