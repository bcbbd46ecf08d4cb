"""Where the pieces of a page stand to one another."""

import itertools
from collections.abc import Iterator, Sequence, Set

from pipelines.extraction.nodes import Node, are_near, years_in
from pipelines.extraction.numbers import Value

FARTHEST = 4  # lines between a label and its value: blank lines stand between the boxes of a page
MOST_ROWS = 40  # lines of values, or labels, that follow one another


class Places:
    """The pieces of a report by their places; ``rows_of_years`` are those of values right beside an axis."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self.rows_of_years = set(_rows_of_years(nodes))

    def beside(self, position: int, step: int) -> Node | None:
        """Return the piece ``step`` places from ``position``, None where it is too far away."""
        if not 0 <= position + step < len(self.nodes):
            return None
        node, other = self.nodes[position], self.nodes[position + step]
        gap = other.first - node.last if step > 0 else node.first - other.last
        is_near = gap <= FARTHEST and other.lines[0].page == node.lines[0].page
        return other if is_near else None

    def over_the_page(self, position: int, step: int) -> Node | None:
        """Return the piece that goes before or after, where a page ends between the two."""
        if not 0 <= position + step < len(self.nodes):
            return None
        other = self.nodes[position + step]
        page, other_page = self.nodes[position].lines[0].page, other.lines[0].page
        return other if page is not None and other_page == page + step else None

    def touches(self, position: int, step: int) -> bool:
        """Say whether a label stands in the line directly before or after the value."""
        node, beside = self.nodes[position], self.beside(position, step)
        return (
            beside is not None
            and beside.kind == "label"
            and (beside.first - node.last if step > 0 else node.first - beside.last) == 1
        )

    def end_of(self, kind: str, position: int, step: int) -> int:
        """Return the place of the last of the pieces of one ``kind`` in a run, which has so many at most."""
        for _ in range(MOST_ROWS):
            other = self.beside(position, step)
            if other is None or other.kind != kind or position + step in self.rows_of_years:
                break
            position += step
        return position

    def values_beyond(self, position: int, step: int, used: Set[int]) -> list[Value]:
        """Return the values that follow one another on one side of the one at ``position``.

        ``used`` are the lines that are read already.
        """
        values: list[Value] = []
        while (other := self.beside(position, step)) and other.kind in ("value", "values"):
            if other.kind == "values" and other.is_on(used):
                break  # those of a row that has labels of its own
            values += other.values
            position += step
        return values


def _rows_of_years(nodes: Sequence[Node]) -> Iterator[int]:
    """Yield the places of lines of values right beside an axis of as many years: a chart's."""
    for place, (upper, lower) in enumerate(itertools.pairwise(nodes)):
        if {upper.kind, lower.kind} == {"values", "period"} and are_near(upper, lower, FARTHEST):
            row, axis = (upper, lower) if upper.kind == "values" else (lower, upper)
            if len(row.values) == len(years_in(axis)):
                yield place + (row is lower)
