"""The generated reports themselves: their facts agree, the truth is where it is said to be."""

import itertools
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.catalogue import load_catalogue

from .layouts import BLOCKS, OF_BLOCK, TEARS
from .report import Report
from .score import make
from .strategies import reports
from .world import SCHEMES, SHARES, TOTALS, UNITS, World, totals_100

YEARS = (2023, 2024)
worlds = st.randoms(use_true_random=False).map(lambda random: World(random, YEARS))


def amounts(world: World, *metrics: str) -> list[Fraction]:
    facts = [world.fact(metric, YEARS[0]) for metric in metrics]
    return [Fraction(fact.number) * fact.unit.factor for fact in facts]


# --- facts ---


@given(worlds, st.sampled_from([(s, b) for s in SHARES for b in ("gender", "age", "region")]))
def test_shares_total_100_and_are_those_of_their_counts(world: World, group: tuple[str, str]) -> None:
    share, breakdown = group
    if not share.startswith("suppliers") and breakdown == "region":
        breakdown = "level"
    counts = world.group(SHARES[share], breakdown, 2024)
    total = world.fact(TOTALS[SHARES[share]], 2024).number
    shares = world.group(share, breakdown, 2024)
    assert sum(count.number for count in counts) == total
    half = Fraction(1, 2 * 10 ** world.unit(share).decimals)
    for part, count in zip(shares, counts, strict=True):
        assert abs(Fraction(part.number) - Fraction(count.number) * 100 / Fraction(total)) <= half
    assert totals_100(shares)


@given(worlds)
def test_parts_give_their_total(world: World) -> None:
    total, *parts = amounts(world, "waste_total", "waste_hazardous", "waste_nonhazardous")
    assert total == sum(parts)


@given(
    worlds, st.sampled_from(["energy_intensity_revenue", "water_intensity_revenue", "energy_per_employee"])
)
def test_an_intensity_is_its_amount_over_its_base(world: World, ratio: str) -> None:
    amount, base = amounts(world, *load_catalogue().ratios[ratio])
    fact = world.fact(ratio, YEARS[0])
    scale = 10**6 if ratio.endswith("revenue") else 1
    half = Fraction(1, 2 * 10**fact.unit.decimals) * fact.unit.factor
    assert abs(Fraction(fact.number) * fact.unit.factor - amount / base * scale) <= half


@given(worlds, st.sampled_from(["turnover_rate", "training_hours_avg"]))
def test_a_rate_of_all_lies_between_those_of_the_groups(world: World, rate: str) -> None:
    for breakdown in ("gender", "age"):
        groups = [fact.number for fact in world.group(rate, breakdown, 2024)]
        assert min(groups) <= world.fact(rate, 2024).number <= max(groups)


@pytest.mark.parametrize("name", UNITS)
def test_units_are_the_catalogues(name: str) -> None:
    units = load_catalogue().units
    for unit in UNITS[name]:
        quantity = units.parse(unit.printed)
        assert quantity is not None
        assert units.factor(quantity, name, "ghg") == unit.factor


def test_members_are_the_catalogues() -> None:
    known = load_catalogue().member_order
    printed = [(b, member) for b, schemes in SCHEMES.items() for scheme in schemes for member, _ in scheme]
    assert set(printed) <= set(known)


# --- reports ---


def test_a_seed_makes_the_same_report_for_ever() -> None:
    assert make(7, ("interleaved",)) == make(7, ("interleaved",))
    assert make(7, ("interleaved",)) != make(8, ("interleaved",))


@given(reports())
def test_every_value_is_printed_on_its_line(made: Report) -> None:
    lines = made.text.split("\n")
    printed = Counter((placed.line, placed.printed.raw) for placed in made.truth)
    assert printed
    assert all(lines[line - 1].count(raw) >= count for (line, raw), count in printed.items())


@pytest.mark.parametrize("tear", TEARS)
def test_every_tear_goes_through_values_that_the_text_decides(tear: str) -> None:
    torn = [placed for seed in range(30) for placed in make(seed, (tear,)).truth if placed.torn]
    assert sum(placed.printed.verdict == "decided" for placed in torn) > 30


@pytest.mark.parametrize("tears", [*itertools.combinations(TEARS, 2)], ids=" and ".join)
def test_any_two_tears_go_through_one_report(tears: tuple[str, str]) -> None:
    assert any(placed.torn for seed in range(3) for placed in make(seed, tears).truth)


def test_of_two_woven_charts_of_one_size_nothing_tells_which_value_is_whose() -> None:
    made = [make(seed, ("interleaved",), size=1) for seed in range(60)]
    alike = [each for each in made if _sizes(each) in ([2, 2], [3, 3])]
    verdicts = {p.printed.verdict for each in alike for p in each.truth if p.torn}
    assert alike and verdicts == {"open"}


def _sizes(made: Report) -> list[int]:
    """Return how many values each torn chart has."""
    charts = Counter(p.printed.fact.key[:2] for p in made.truth if p.torn)
    return list(charts.values())


@given(worlds)
def test_every_kind_of_block_can_be_printed_clean(world: World) -> None:
    for kind in OF_BLOCK:
        block = BLOCKS[kind](world, frozenset())
        assert any(line.prints for box in block.boxes for line in box)
