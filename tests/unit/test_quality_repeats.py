"""One fact in several places: in one report, and from report to report."""

import pytest
from quality_frames import datapoint, disclosures, failed, reports

from pipelines.catalogue import load_catalogue
from pipelines.quality.repeats import repeated_fact, restatement

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("one", "qualifier", "other"),
    [
        ("42.3", "exact", "42"),
        ("37.50", "exact", "37.5"),
        ("98.17", "more_than", "98"),
        ("826,431", "about", "826,000"),
        ("39.8", "about", "40"),
        ("12.4", "less_than", "13"),
        ("12.4", "up_to", "12.4"),
    ],
)
def test_prints_agree_within_the_rounding_of_the_coarser(one: str, qualifier: str, other: str) -> None:
    frame = disclosures(
        datapoint("turnover_rate", one, 1), datapoint("turnover_rate", other, 2, qualifier=qualifier)
    )
    assert failed(repeated_fact(frame, CATALOGUE)) == []


@pytest.mark.parametrize(
    ("one", "qualifier", "other"),
    [
        ("42.3", "exact", "43"),
        ("97.4", "more_than", "98"),
        ("46", "about", "40"),
        ("13.1", "less_than", "13"),
    ],
)
def test_prints_that_contradict_each_other_are_both_flagged(one: str, qualifier: str, other: str) -> None:
    frame = disclosures(
        datapoint("turnover_rate", one, 1), datapoint("turnover_rate", other, 2, qualifier=qualifier)
    )
    (row,) = failed(repeated_fact(frame, CATALOGUE))
    assert set(row["flagged"]) == set(frame["disclosure_id"])
    assert (row["severity"], row["quarantined"]) == ("warning", [])


def test_the_message_names_both_values_and_all_their_lines() -> None:
    frame = disclosures(
        datapoint("turnover_rate", "25.45%", 5, breakdown="gender", member="male", unit_printed="%"),
        datapoint("turnover_rate", "25.45", 9, breakdown="gender", member="male", unit_printed="%"),
        datapoint("turnover_rate", "100%", 7, breakdown="gender", member="male", unit_printed="%"),
    )
    (row,) = failed(repeated_fact(frame, CATALOGUE))
    assert row["message"] == (
        "acme-2021: turnover_rate gender/male 2021 is 25.45% on lines 5, 9 but 100% on line 7; "
        "look whether one is misread, misprinted or of another perimeter."
    )


@pytest.mark.parametrize(
    "difference",
    [
        {"fiscal_year": 2020},
        {"breakdown": "gender", "member": "male"},
        {"scope_note": "上海"},
        {"confidence": "ambiguous"},
    ],
)
def test_another_year_member_or_perimeter_is_another_fact_and_an_ambiguous_one_none(
    difference: dict[str, str | int],
) -> None:
    frame = disclosures(
        datapoint("turnover_rate", "28", 1), datapoint("turnover_rate", "13", 2, **difference)
    )
    assert repeated_fact(frame, CATALOGUE).is_empty()


def test_a_restatement_with_another_perimeter_says_so() -> None:
    frame = disclosures(
        datapoint("water_consumption", "6,462.44", 1, report_id="acme-2021", scope_note="上海、重庆"),
        datapoint("water_consumption", "1,921.44", 1, report_id="acme-2023", scope_note="上海"),
    )
    (row,) = failed(restatement(frame, reports("acme-2021", "acme-2023")))
    assert row["message"].endswith("The perimeters differ: 上海 against 上海、重庆.")


def test_an_amount_since_the_beginning_is_not_that_of_the_year() -> None:
    frame = disclosures(datapoint("rnd_spend", "3", 1), datapoint("rnd_spend", "10", 2, basis="cumulative"))
    assert repeated_fact(frame, CATALOGUE).is_empty()


def test_a_later_report_that_prints_another_value_restates_it() -> None:
    frame = disclosures(
        datapoint("paper_consumption", "66.72", 1, report_id="acme-2021", unit_printed="吨"),
        datapoint("paper_consumption", "4.16", 1, report_id="acme-2023", unit_printed="吨"),
    )
    (row,) = failed(restatement(frame, reports("acme-2021", "acme-2023")))
    assert (row["report_id"], row["expected"], row["observed"]) == ("acme-2023", 66.72, 4.16)
    assert row["flagged"] == row["quarantined"] == []
    assert row["message"] == (
        "acme-2023: paper_consumption 2021 is 4.16 吨 on line 1, but acme-2021 printed 66.72 吨 on line 1; "
        "it is restated, or one of them is misread or of another perimeter."
    )


def test_a_later_report_that_rounds_restates_nothing() -> None:
    frame = disclosures(
        datapoint("paper_consumption", "66.72", 1, report_id="acme-2021"),
        datapoint("paper_consumption", "66.7", 1, report_id="acme-2022"),
        datapoint("paper_consumption", "67", 1, report_id="acme-2023"),
    )
    assert failed(restatement(frame, reports("acme-2021", "acme-2022", "acme-2023"))) == []


def test_reports_of_two_companies_are_not_compared() -> None:
    frame = disclosures(
        datapoint("paper_consumption", "66.72", 1, report_id="acme-2021"),
        datapoint("paper_consumption", "4.16", 1, report_id="other-2023", company_id="other"),
    )
    assert restatement(frame, reports("acme-2021", "other-2023")).is_empty()
