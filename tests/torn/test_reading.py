"""How well torn reports are read: not worse than measured, and in the end as well as the bars ask.

``floors.csv`` holds what the reports of these seeds gave when it was written, never more than the bar:
``python -m tests.torn --write-floors`` measures it anew. Precision and recall of a single tear shall reach
0.99 and 0.95, of two at once 0.98 and 0.85, and nothing wrong shall be certain.
"""

import itertools

import pytest
from hypothesis import given

from .floors import FLOORS, SEEDS, SEEDS_OF_PAIRS, Floor
from .layouts import TEARS
from .report import Report
from .score import Score, compare, read, scored
from .strategies import reports, torn_by


def test_every_tear_has_its_floor() -> None:
    assert set(FLOORS) == {"clean", "pairs", *TEARS}


@pytest.mark.parametrize("tear", ["clean", *TEARS])
def test_a_tear_is_read_as_well_as_measured(tear: str) -> None:
    tears = () if tear == "clean" else (tear,)
    assert_reaches(scored(tears, SEEDS), FLOORS[tear])


def test_any_two_tears_are_read_as_well_as_measured() -> None:
    pairs = itertools.combinations(TEARS, 2)
    assert_reaches(sum((scored(pair, SEEDS_OF_PAIRS) for pair in pairs), Score()), FLOORS["pairs"])


def assert_reaches(score: Score, floor: Floor) -> None:
    assert score.expected
    assert score.precision >= floor.precision, score.misses
    assert score.recall >= floor.recall, score.misses
    assert score.wrong_certain <= floor.wrong_certain, [m for m in score.misses if m.kind == "wrong certain"]


@given(reports(most=1))
def test_every_datapoint_is_printed_where_it_says(made: Report) -> None:
    lines = made.text.split("\n")
    assert all(row["raw_value"] in lines[row["line_no"] - 1] for row in read(made))


@given(torn_by(["interleaved"]))
def test_what_the_text_does_not_decide_is_never_certain(made: Report) -> None:
    undecided = {placed.line for placed in made.truth if placed.printed.verdict == "open"}
    rows = [row for row in read(made) if row["metric_code"] and row["line_no"] in undecided]
    assert [row for row in rows if row["confidence"] == "certain"] == []


@given(torn_by([]))
def test_of_an_untorn_report_nothing_is_wrong_and_certain(made: Report) -> None:
    assert compare(made, read(made)).wrong_certain == 0
