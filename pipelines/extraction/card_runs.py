"""Runs of labels and values in turn: on which side of its values the labels of a run stand."""

import dataclasses
import functools
import itertools

from pipelines.extraction.card_context import CardContext, quantity_of
from pipelines.extraction.labels import Mapping
from pipelines.extraction.nodes import clean_label
from pipelines.extraction.places import Places

_FEWEST_PAIRS = 3  # of a run that leaves nothing over
_FEWEST_OF_PART = 2  # values of a run, where its labels change sides


@dataclasses.dataclass(frozen=True)
class Run:
    """A run of cards from node ``first`` to ``last``, and how many labels mean something on either side.

    ``before_as_usual`` and ``after_as_usual``: how many of them in the unit that their metric is stored in.
    """

    first: int
    last: int
    before: int
    after: int
    before_as_usual: int
    after_as_usual: int

    @property
    def fits_either_way(self) -> bool:
        """Whether every value but one at an end means something with the label on either side."""
        return min(self.before, self.after) >= max(1, (self.last - self.first + 1) // 2 - 1)

    @property
    def is_close(self) -> bool:
        """Whether several labels on either side mean something, and about as many."""
        return min(self.before, self.after) > 1 and abs(self.before - self.after) <= 1

    @property
    def is_closed(self) -> bool:
        """Whether one side leaves no label and no value over, and all of several mean something there."""
        pairs, rest = divmod(self.last - self.first + 1, 2)
        return rest == 0 and pairs >= _FEWEST_PAIRS and max(self.before, self.after) == pairs


class Runs:
    """The runs of a report's cards."""

    def __init__(self, context: CardContext, places: Places) -> None:
        self._context, self._places = context, places
        self._document, self._nodes = context.document, places.nodes
        self._runs: dict[int, Run] = {}

    def direction(self, position: int) -> int:
        """Return -1 where the label of the value at ``position`` stands before it, 1 where after.

        The side on which more labels of the run mean something in the printed units decides; else the run's
        ends (value ... label: values come first); else the side that shares the value's box, or another
        value's of the run; else the one on which more values are in the unit of their metric; else the usual
        one. 0 where nothing tells and labels on both sides mean something, or ends and units contradict.
        """
        run = self.around(position)
        if run.before != run.after:
            return 1 if run.after > run.before else -1
        by_units = (run.after_as_usual > run.before_as_usual) - (run.after_as_usual < run.before_as_usual)
        ends = self._nodes[run.first].kind, self._nodes[run.last].kind
        if ends[0] != ends[1]:
            by_ends = -1 if ends[0] == "label" else 1
            return by_ends if by_ends + by_units else 0
        values = [at for at in range(run.first, run.last + 1) if self._nodes[at].kind == "value"]
        for places in ([position], values):
            touching = {step for at in places for step in (-1, 1) if self._places.touches(at, step)}
            if len(touching) == 1:
                return touching.pop()
        return by_units or (self.usual_side if run.before else -1)

    def around(self, position: int) -> Run:
        """Return the run of alternating labels and values around ``position``."""
        if position not in self._runs:
            run = self._run_around(position)
            self._runs.update(dict.fromkeys(range(run.first, run.last + 1), run))
        return self._runs[position]

    def _run_around(self, position: int) -> Run:
        first = last = position
        while self._run_goes_on(first, -1):
            first -= 1
        while self._run_goes_on(last, 1):
            last += 1
        if self._is_title_of_prose(last):
            last -= 1
        if turn := self._turn(first, last):
            first, last = (first, turn - 1) if position < turn else (turn + 1, last)
        values = [at for at in range(first, last + 1) if self._nodes[at].kind == "value"]
        found = [[self._mapping_beside(at, step) for at in values] for step in (-1, 1)]
        before, after = (sum(mapping is not None for mapping in mappings) for mappings in found)
        usual = [
            sum(itertools.starmap(self._is_usual, zip(values, mappings, strict=True))) for mappings in found
        ]
        return Run(first, last, before, after, *usual)

    def _turn(self, first: int, last: int) -> int | None:
        """Return the place of the title at which labels above their values end, and those below them begin.

        Each of several values on either side means something with its label, and the title is no label.
        """
        if {self._nodes[first].kind, self._nodes[last].kind} != {"label"}:
            return None
        values = range(first + 1, last, 2)
        before, after = ([self._mapping_beside(at, step) is not None for at in values] for step in (-1, 1))
        turns = [
            values[split] - 1
            for split in range(_FEWEST_OF_PART, len(values) - _FEWEST_OF_PART + 1)
            if all(before[:split]) and all(after[split:])
        ]
        is_title = len(turns) == 1 and not self._document.matcher.is_known(
            clean_label(self._nodes[turns[0]].label)
        )
        return turns[0] if is_title else None

    def _run_goes_on(self, position: int, step: int) -> bool:
        """Say whether labels and values go on in turn, with no sentence between."""
        other = self._places.beside(position, step)
        later = self._nodes[position] if step < 0 else other
        kind = "label" if self._nodes[position].kind == "value" else "value"
        return other is not None and other.kind == kind and not (later and later.is_apart)

    def _is_title_of_prose(self, position: int) -> bool:
        """Say whether a label that the catalogue does not know stands right above a sentence."""
        node, below = self._nodes[position], self._places.beside(position, 1)
        if node.kind != "label" or not self._document.is_printed(node.last + 1):
            return False
        touches = below is not None and below.first == node.last + 1  # else a sentence was left out
        is_title = below is None or not touches or below.kind == "other"
        label, matcher = clean_label(node.label), self._document.matcher
        return is_title and not matcher.is_known(label) and not matcher.legend(label)

    @functools.cached_property
    def usual_side(self) -> int:
        """1 where more runs of the report can only have labels below their values, -1 where only above."""
        below = above = position = 0
        while position < len(self._nodes):
            if self._nodes[position].kind == "value":
                run = self._run_around(position)
                below += not run.fits_either_way and run.after > run.before
                above += not run.fits_either_way and run.before > run.after
                position = run.last
            position += 1
        return (below > above) - (above > below)

    def is_boxed(self, position: int, step: int) -> bool:
        """Say whether a value shares its box with a label on one side that means something for it."""
        is_value = 0 <= position < len(self._nodes) and self._nodes[position].kind == "value"
        return (
            is_value
            and self._places.touches(position, step)
            and self._mapping_beside(position, step) is not None
        )

    def _mapping_beside(self, position: int, step: int) -> Mapping | None:
        """Return what the label on one side of a value means for it."""
        beside = self._places.beside(position, step)
        if beside is None or beside.kind != "label":
            return None
        return self._context.match(self._nodes[position].values[0], clean_label(beside.label))

    def _is_usual(self, position: int, mapping: Mapping | None) -> bool:
        """Say whether a value is printed in the unit of its metric, not in one that is taken for it."""
        quantity = quantity_of(self._document, self._nodes[position].values[0])
        if mapping is None or quantity is None:
            return False
        return self._document.catalogue.metrics[mapping.metric].unit.partition("_per_")[0] == quantity.base
