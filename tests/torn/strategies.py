"""Generated reports as hypothesis draws them: what fails shrinks to the few lines that matter."""

from collections.abc import Callable, Sequence
from random import Random

import hypothesis
from hypothesis import strategies as st

from .layouts import TEARS
from .report import Report, report
from .score import Score, compare, read


def torn_by(tears: Sequence[str], *, size: int = 1) -> st.SearchStrategy[Report]:
    """Reports torn by all of ``tears``."""
    return st.randoms(use_true_random=False).map(lambda random: report(random, tears, size=size))


def reports(*, most: int = 2) -> st.SearchStrategy[Report]:
    """Reports torn by up to ``most`` tears."""
    tears = st.lists(st.sampled_from(TEARS), max_size=most, unique=True)
    return tears.flatmap(torn_by)


def smallest(tears: Sequence[str], is_bad: Callable[[Score], bool]) -> Report | None:
    """Return the smallest report torn by ``tears`` that is read badly; None where none is found."""
    settings = hypothesis.settings(
        max_examples=500,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    try:
        return hypothesis.find(
            torn_by(tears),
            lambda made: is_bad(compare(made, read(made))),
            settings=settings,
            random=Random(0),
        )
    except hypothesis.errors.NoSuchExample:
        return None
