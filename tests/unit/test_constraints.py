"""Rules of arithmetic: what confirms a pairing, what contradicts it, and what says nothing."""

from fractions import Fraction

import pytest

from pipelines.catalogue import load_catalogue
from pipelines.extraction.constraints import RULES, Fact, Verdict

CATALOGUE = load_catalogue()
CONFIRMED, CONTRADICTED, SILENT = Verdict(1, 0), Verdict(0, 1), Verdict(0, 0)


def fact(
    metric: str, printed: str, member: str | None = None, year: int = 2023, *, exact: bool = True
) -> Fact:
    """Return a fact that prints ``printed`` in the metric's unit."""
    half = Fraction(1, 2 * 10 ** len(printed.partition(".")[2]))
    number = Fraction(printed)
    return Fact(metric, "gender" if member else None, member, year, number - half, number + half, exact)


def judged(rule: str, facts: list[Fact], known: list[Fact] | None = None) -> Verdict:
    return RULES[rule](facts, known or [], CATALOGUE)


# --- repeated ---


@pytest.mark.parametrize(
    ("printed", "elsewhere", "verdict"),
    [
        ("54.2", "54.2", CONFIRMED),
        ("54.2", "54", CONFIRMED),  # rounds to it
        ("54.2", "54.9", CONTRADICTED),
        ("54", "58", CONTRADICTED),
        ("0", "0", SILENT),  # zero agrees with too much
    ],
)
def test_the_same_fact_has_the_same_value(printed: str, elsewhere: str, verdict: Verdict) -> None:
    known = [fact("turnover_rate", elsewhere)]
    assert judged("repeated", [fact("turnover_rate", printed)], known) == verdict


@pytest.mark.parametrize(
    "known",
    [
        [],
        [fact("turnover_rate", "54.9", year=2022)],
        [fact("turnover_rate", "54.9", member="male")],
        [fact("complaint_rate", "54.9")],
        [fact("turnover_rate", "50", exact=False)],  # 超过50%
    ],
)
def test_another_fact_says_nothing(known: list[Fact]) -> None:
    assert judged("repeated", [fact("turnover_rate", "54.2")], known) == SILENT


# --- total ---


def counts(total: str, *members: str) -> list[Fact]:
    names = ("male", "female", "other")
    return [
        fact("employees_total", total),
        *(fact("employees_count", printed, name) for printed, name in zip(members, names, strict=False)),
    ]


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        (counts("1000", "540", "460"), CONFIRMED),
        (counts("1000", "540", "470"), CONTRADICTED),
        (counts("460", "540", "1000"), CONTRADICTED),
        (counts("0", "0", "0"), SILENT),
        (counts("1000"), SILENT),
        (counts("1000", "540", "460")[1:], SILENT),
    ],
)
def test_members_add_up_to_their_total(facts: list[Fact], verdict: Verdict) -> None:
    assert judged("total", facts) == verdict


def test_every_year_is_added_up_by_itself() -> None:
    right = counts("1000", "540", "460")
    wrong = [fact(each.metric, str(int(each.low) + 7), each.member, 2022) for each in right]
    assert judged("total", [*right, *wrong]) == Verdict(1, 1)


# --- ratio ---


@pytest.mark.parametrize(
    ("amount", "ratio", "base", "verdict"),
    [
        ("5000", "5.00", "1000000000", CONFIRMED),
        ("5000", "4.99", "1000000000", CONTRADICTED),
        ("5000", "5", "1050000000", CONFIRMED),  # 5 is 4.5 to 5.5
        ("5000", "0", "1000000000", SILENT),
    ],
)
def test_an_amount_divided_by_its_base_is_the_ratio(
    amount: str, ratio: str, base: str, verdict: Verdict
) -> None:
    facts = [fact("water_consumption", amount), fact("water_intensity_revenue", ratio), fact("revenue", base)]
    assert judged("ratio", facts) == verdict


def test_two_ratios_of_a_year_imply_the_same_base() -> None:
    water = [fact("water_consumption", "5000"), fact("water_intensity_revenue", "5.00")]
    paper = [fact("paper_consumption", "70"), fact("paper_intensity_revenue", "0.0700")]
    assert judged("ratio", [*water, *paper]) == CONFIRMED
    assert (
        judged("ratio", [water[0], paper[1], paper[0], fact("water_intensity_revenue", "9.00")])
        == CONTRADICTED
    )


def test_what_is_known_already_is_not_judged_again() -> None:
    known = [fact("water_consumption", "5000"), fact("water_intensity_revenue", "5.00"), fact("revenue", "1")]
    assert judged("ratio", [fact("patents", "5")], known) == SILENT


# --- mean ---


@pytest.mark.parametrize(
    ("total", "male", "female", "verdict"),
    [
        ("10", "12", "8", SILENT),  # much lies between: that proves nothing
        ("14", "12", "8", CONTRADICTED),
        ("6", "12", "8", CONTRADICTED),
        ("8", "8", "8", SILENT),
    ],
)
def test_a_rate_of_all_lies_between_those_of_the_groups(
    total: str, male: str, female: str, verdict: Verdict
) -> None:
    facts = [
        fact("turnover_rate", total),
        fact("turnover_rate", male, "male"),
        fact("turnover_rate", female, "female"),
    ]
    assert judged("mean", facts) == verdict


# --- share and sum100 ---


def shares(*printed: str) -> list[Fact]:
    return [
        fact("employees_share", each, name) for each, name in zip(printed, ("male", "female"), strict=False)
    ]


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ([*counts("1000", "540", "460"), *shares("54", "46")], Verdict(2, 0)),
        ([*counts("1000", "540", "460"), *shares("46", "54")], Verdict(0, 2)),
        ([*counts("1000", "540", "460")[1:], *shares("54", "46")], SILENT),
    ],
)
def test_a_share_of_the_total_is_the_count(facts: list[Fact], verdict: Verdict) -> None:
    assert judged("share", facts) == verdict


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [
        (("54.0", "46.0"), CONFIRMED),
        (("54.05", "45.95"), CONFIRMED),
        (("54.0", "46.2"), CONTRADICTED),
        (("54.0", "45.0"), SILENT),  # another member may be printed elsewhere
        (("100",), SILENT),
    ],
)
def test_shares_of_all_members_total_100(printed: tuple[str, ...], verdict: Verdict) -> None:
    assert judged("sum100", shares(*printed)) == verdict


@pytest.mark.parametrize(
    ("total", "parts", "verdict"),
    [
        ("30", ("10", "20"), CONFIRMED),
        ("35", ("10", "20"), CONTRADICTED),  # hazardous and non-hazardous are all there is
        ("25", ("10", "20"), CONTRADICTED),
        ("30", ("30",), SILENT),
    ],
)
def test_a_total_is_what_it_consists_of(total: str, parts: tuple[str, ...], verdict: Verdict) -> None:
    names = ("waste_hazardous", "waste_nonhazardous")
    facts = [
        fact("waste_total", total),
        *(fact(name, part) for name, part in zip(names, parts, strict=False)),
    ]
    assert judged("components", facts) == verdict
