"""Lines of values with as many labels above or below: the tiles of a row, each value over its own label."""

import itertools
import re
from collections.abc import Sequence

from pipelines.extraction.card_context import CardContext, quantity_of
from pipelines.extraction.document import Line, unit_in_label
from pipelines.extraction.labels import TOTAL, Group, Mapping, limit_of
from pipelines.extraction.nodes import Node, are_glued, clean_label
from pipelines.extraction.numbers import Value
from pipelines.extraction.places import MOST_ROWS, Places
from pipelines.text import fold

_STROKE = re.compile(r"\s*[/╱]\s*")
_FEWEST_MEMBERS = 2  # with their total more


class CardRows:
    """Reads lines of values beside lines of labels."""

    def __init__(self, context: CardContext, places: Places) -> None:
        self._context, self._places = context, places
        self._document, self._nodes = context.document, places.nodes
        self._sides: dict[int, int | None] = {}  # of the labels of lines of values

    def pair(self, position: int, node: Node) -> None:
        """Pair the values of a line with as many labels on the line above or below it, one below the other.

        A label that is known must mean something in its value's unit, and one must be known; where the lines
        on both sides fit, nothing is told. Of several lines of values with as many lines of labels, each has
        its own; there, and where a blank line parts the two, every label must mean something.
        """
        if self._pair_members(position, node) or (
            self._context.group.breakdown and self._are_members(position)
        ):
            return
        if position in self._places.rows_of_years or self._context.may_be_of_other_year:
            return
        first, last = (self._places.end_of("values", position, step) for step in (-1, 1))
        units = self._units(position, first, last)
        if units is None:
            return
        values, told = _with_units(node.values, units), self._side_of_labels(position)
        fitting = []
        for edge, step in ((first, -1), (last, 1)):
            lines = self._label_lines(edge, step)
            between = last - position if step < 0 else position - first  # other lines of labels
            if between >= len(lines) or told not in (None, step):
                continue
            line = lines[-1 - between] if step < 0 else lines[between]
            words = _columns(line.text)
            mappings = self._meanings(words, values, node)
            if not mappings or not self._fit(words, mappings, values):
                continue
            is_near, are_told = self._places.touches(position, step), told or all(mappings)
            if is_near or (are_told and self._stand_alone(first, last)):
                fitting.append((line, words, mappings))
        if len(fitting) != 1:
            return
        ((line, words, mappings),) = fitting
        evidence = sorted((line, node.lines[0]), key=lambda each: each.number)
        for value, word, mapping in zip(values, words, mappings, strict=True):
            if mapping or value.unit:
                self._document.record(
                    value,
                    node.lines[0],
                    label=word,
                    label_line=line.number,
                    mapping=mapping,
                    unit="",
                    year=self._context.year(node.lines[0], word),
                    evidence=evidence,
                    layout="card",
                    pairing="order",
                    confidence="likely",
                )

    def _units(self, position: int, first: int, last: int) -> list[str] | None:
        """Return the units in a line of their own for the line of values at ``position``; none if it has its.

        None where lines of units beside the lines from ``first`` to ``last`` are too many or too few.
        """
        lines = range(first, last + 1)
        bare = [at for at in lines if not all(value.unit for value in self._nodes[at].values)]
        above = self._layer_of_units(first, -1)
        is_above = [len(self._nodes[at].values) for at in lines] == list(map(len, above))
        layer = self._layer_of_units(last, 1) or (above if is_above else [])
        if layer and len(layer) not in (len(bare), len(lines)):
            return None  # some are missing, or other words stand between
        of_lines = bare if len(layer) == len(bare) else list(lines)
        return layer[of_lines.index(position)] if layer and position in of_lines else []

    def _meanings(self, words: Sequence[str], values: Sequence[Value], node: Node) -> list[Mapping | None]:
        """Return what words mean for values, one each; nothing if two may be the same, or none is known."""
        has_unit = any(map(self._document.catalogue.units.parse, words))  # 员工总数 人: a row's label
        if not len(words) == len(values) == len(set(words)) or has_unit:
            return []
        mappings = [self._exactly(value, word) for value, word in zip(values, words, strict=True)]
        metrics = self._document.catalogue.metrics
        told = [
            (mapping, limit_of(word, metrics[mapping.metric].topic))
            for word, mapping in zip(words, mappings, strict=True)
            if mapping
        ]
        is_glued = are_glued(values, node.lines[0].text) and self._may_change_places(values, words)
        return mappings if told and len(set(told)) == len(told) and not is_glued else []

    def _side_of_labels(self, position: int) -> int | None:
        """Return -1 where lines of labels stand before as many lines of as many values each, 1 where after.

        Only one of the two can hold, over all lines that follow one another; titles may stand at the ends.
        """
        if position in self._sides:
            return self._sides[position]
        first = last = position
        while (before := self._places.beside(first, -1)) and before.kind in ("label", "values", "unit"):
            if first - 1 in self._places.rows_of_years or _is_of_one_word(before):
                break
            first -= 1
        while (after := self._places.beside(last, 1)) and after.kind in ("label", "values", "unit"):
            if last + 1 in self._places.rows_of_years or _is_of_one_word(after):
                break
            last += 1
        sizes = [
            (node.kind, len(node.values) or len(_columns(line.text)))
            for node in self._nodes[first : last + 1]
            for line in node.lines
            if node.values or not self._units_in(line)
        ]
        runs = [
            (kind, [size for _, size in run])
            for kind, run in itertools.groupby(sizes, key=lambda each: each[0])
        ]
        sides = [side for side, ordered in ((1, runs), (-1, _upside_down(runs))) if _alternate(ordered)]
        side = sides[0] if len(sides) == 1 else None
        self._sides.update(dict.fromkeys(range(first, last + 1), side))
        return side

    def _are_members(self, position: int) -> bool:
        """Say whether the words above or below the values of a line are members of the group."""
        beside = [self._places.beside(position, step) for step in (-1, 1)]
        labels = [each for each in beside if each and each.kind == "label"]
        found = [
            kind
            for each in labels
            for word in _columns(each.label)
            for _, members in self._document.matcher.legend(word)
            for kind, _ in members
        ]
        return not labels or self._context.group.breakdown in found

    def _pair_members(self, position: int, node: Node) -> bool:
        """Pair the values of a line with the members in the line above, and the total that they prove.

        They add up to it, or it is a mean of theirs: 供应商总数 华南 华北, or 男 女 合计 in the group that a
        title opens, or 整体 男性 女性 below 员工流失率.
        """
        above, matcher = self._places.beside(position, -1), self._document.matcher
        words = _columns(above.lines[-1].text) if above and above.kind == "label" else []
        numbers = [value.number or 0 for value in node.values]
        if above is None or not len(words) == len(numbers) > _FEWEST_MEMBERS:
            return False
        wholes = [place for place, word in enumerate(words) if not matcher.legend(word)]
        if wholes not in ([0], [len(words) - 1]):
            return False
        whole, total = words[wholes[0]], numbers[wholes[0]]
        parts = [number for place, number in enumerate(numbers) if place not in wholes]
        is_bare = TOTAL.match(fold(whole)) is not None
        is_sum = sum(parts) == total
        if is_sum:
            group = self._context.group if is_bare else Group(matcher.subjects(whole))
        elif is_bare and min(parts) <= total <= max(parts):
            group = Group(self._means_above(position, above))
        else:
            return False
        unit = (self._context.unit if is_bare else unit_in_label(whole, self._document.catalogue)) or ""
        values = [value._replace(unit=value.unit or unit) for value in node.values]
        mappings = [
            self._context.possible(
                value, matcher.match(word, quantity_of(self._document, value, word), group)
            )
            for value, word in zip(values, words, strict=True)
        ]
        if not all(mappings):
            return False
        lines = [
            *(self._context.heading.lines if self._context.heading and is_bare else ()),
            above.lines[-1],
            node.lines[0],
        ]
        for value, word, mapping in zip(values, words, mappings, strict=True):
            if mapping:
                self._document.record(
                    value, node.lines[0], label=word, label_line=above.last, mapping=mapping, unit="",
                    year=self._context.year(node.lines[0], word), evidence=lines, layout="table",
                    pairing="total" if is_sum else "order", confidence=None if is_sum else "likely",
                    set_key=f"{above.last}",
                )  # fmt: skip
        return True

    def _means_above(self, position: int, words: Node) -> tuple[str, ...]:
        """Return the metrics of means (``metric_means.csv``) that the line above the members names."""
        beyond = self._places.beside(position - 1, -1)
        lines = words.lines[:-1] or (beyond.lines if beyond and beyond.kind == "label" else ())
        found = self._document.matcher.subjects(lines[-1].text.strip()) if lines else ()
        return found if found and set(found) <= set(self._document.catalogue.means) else ()

    def _stand_alone(self, first: int, last: int) -> bool:
        """Say whether no other label stands beside lines of values: 专利, 186件 342项, 软件著作权 商标."""
        beside = [self._places.beside(first, -1), self._places.beside(last, 1)]
        known = [
            each
            for each in beside
            if each and each.kind == "label" and self._document.matcher.is_known(clean_label(each.label))
        ]
        return not known

    def _may_change_places(self, values: Sequence[Value], words: Sequence[str]) -> bool:
        """Say whether two values could have one another's label."""
        return any(
            self._exactly(value, other_word) and self._exactly(other, word)
            for (value, word), (other, other_word) in itertools.combinations(
                zip(values, words, strict=True), 2
            )
        )

    def _label_lines(self, position: int, step: int) -> list[Line]:
        """Return the lines of the labels on one side of the piece at ``position``, without those of units."""
        lines: list[Line] = []
        for _ in range(MOST_ROWS):
            beside = self._places.beside(position, step)
            if beside is None or beside.kind not in ("label", "unit"):
                break
            named = [line for line in beside.lines if not self._units_in(line)]
            lines = [*lines, *named] if step > 0 else [*named, *lines]
            position += step
        return lines

    def _layer_of_units(self, place: int, step: int) -> list[list[str]]:
        """Return the units of lines of their own beside lines of values, or behind the labels there."""
        layer: list[list[str]] = []
        for _ in range(MOST_ROWS):
            beside = self._places.beside(place, step)
            if beside is None or beside.kind not in ("label", "unit"):
                break
            units = [units for line in beside.lines if (units := self._units_in(line))]
            layer = [*layer, *units] if step > 0 else [*units, *layer]
            place += step
        return layer

    def _units_in(self, line: Line) -> list[str]:
        """Return the units that a line holds and nothing else; none where it holds other words."""
        units = _STROKE.sub("/", line.text).split()
        return units if all(map(self._document.catalogue.units.parse, units)) else []

    def _exactly(self, value: Value, label: str) -> Mapping | None:
        match = self._document.matcher.match_exactly
        return self._context.possible(value, match(label, quantity_of(self._document, value, label)))

    def _fit(self, words: Sequence[str], mappings: Sequence[Mapping | None], values: Sequence[Value]) -> bool:
        """Say whether no label that means nothing here means something in another unit."""
        document = self._document
        return not any(
            mapping is None
            and document.matcher.is_known(word)
            and not document.is_measured_otherwise(word, quantity_of(document, value))
            for word, mapping, value in zip(words, mappings, values, strict=True)
        )


def _columns(text: str) -> list[str]:
    """Part a line at its wide gaps, or else at every blank."""
    parts = re.split(r"\s{2,}", text.strip())
    return parts if len(parts) > 1 else text.split()


def _with_units(values: Sequence[Value], units: Sequence[str]) -> list[Value]:
    """Give the units to the values that print none, if they are as many."""
    left = iter(units)
    if sum(not value.unit for value in values) != len(units):
        return list(values)
    return [value if value.unit else value._replace(unit=next(left)) for value in values]


def _is_of_one_word(node: Node) -> bool:
    """Say whether a piece is a label of one word: among lines of several it titles the next of them."""
    return node.kind == "label" and len(node.lines) == 1 and len(_columns(node.lines[0].text)) == 1


def _upside_down(runs: Sequence[tuple[str, list[int]]]) -> list[tuple[str, list[int]]]:
    return [(kind, sizes[::-1]) for kind, sizes in reversed(runs)]


def _alternate(runs: Sequence[tuple[str, list[int]]]) -> bool:
    """Say whether every run of lines of values is followed by labels of the same sizes; titles may end it."""
    kinds = [kind for kind, _ in runs]
    if kinds[:1] == ["label"]:
        return _alternate(runs[1:])
    if len(runs) % 2 or not runs:
        return False
    pairs = [(values, labels) for (_, values), (_, labels) in itertools.pairwise(runs)][::2]
    values, labels = pairs[-1]
    title = labels[len(values) : len(values) + 1]
    is_last = labels[: len(values)] == values and title != values[-1:]
    return is_last and all(values == labels for values, labels in pairs[:-1])
