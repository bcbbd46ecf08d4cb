"""Charts over years whose bars tell their years: in lines from left to right, or each beside its own.

Conversion parts what it puts into one line by blanks only where each piece stands right of the one before:
a line of values and a line of as many years belong together. Where values and years take turns, each line
holding one, the run's ends tell which belong together.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.extraction.document import YEAR, Document, Line
from pipelines.extraction.labels import Group, Mapping
from pipelines.extraction.nodes import Node, are_near, clean_label
from pipelines.extraction.numbers import Value

_FARTHEST = 4  # lines between two pieces of a chart


class _Series(NamedTuple):
    """The values of a chart with their lines and years, and the places of its first and last piece."""

    first: int
    last: int
    values: list[tuple[Value, Line]]
    years: list[int]
    lines: list[Line]


class _Title(NamedTuple):
    """A label with the unit that has a line of its own, and what it means for each value."""

    nodes: Sequence[Node]
    unit: str
    mappings: list[Mapping]


def read_axes(document: Document, nodes: Sequence[Node]) -> None:
    """Read every such chart with its title above or below, and record its datapoints."""
    found = list(_series(document, nodes))
    starts = {series.first for series in found}
    taken: set[int] = set()
    for series in found:
        above = _title(document, series, _above(nodes, series.first))
        below = _title(document, series, _below(nodes, series.last))
        if above and above.nodes[0].first in taken:
            above = None
        is_of_next = below is not None and series.last + 1 + len(below.nodes) in starts
        if above and below and not is_of_next:
            continue  # which of the two it is, nothing tells
        if title := above or below:
            taken.add(title.nodes[0].first)
            _record(document, series, title)


def _series(document: Document, nodes: Sequence[Node]) -> Iterator[_Series]:
    end = 0
    for axis, node in enumerate(nodes):
        for place in (axis - 1, axis) if node.kind == "period" else ():
            series = (_in_lines(nodes, place) or _in_turn(nodes, place)) if place >= end else None
            if series:
                end = series.last + 1
            if series and max(series.years) <= document.year:
                yield series


def _in_lines(nodes: Sequence[Node], place: int) -> _Series | None:
    """Return the values of one line with the years of the line beside it; no row of several."""
    pair = nodes[place : place + 2]
    if {node.kind for node in pair} != {"period", "values"} or not are_near(pair[0], pair[1], _FARTHEST):
        return None
    following = nodes[place + 2] if place + 2 < len(nodes) else None
    if following and following.values and are_near(pair[1], following, _FARTHEST):
        return None
    axis, row = pair if pair[0].kind == "period" else pair[::-1]
    line, years = row.lines[0], _years(axis)
    are_glued = any(not line.text[value.start - 1].isspace() for value in row.values[1:])
    if are_glued or len(years) != len(row.values) or len(set(years)) < len(years):
        return None
    return _Series(place, place + 1, [(value, line) for value in row.values], years, [*axis.lines, line])


def _in_turn(nodes: Sequence[Node], place: int) -> _Series | None:
    """Return values and years that take turns, as many of each: 87.4, 2021年, 92.3, 2022年."""
    last = place
    while (
        last + 1 < len(nodes)
        and {nodes[last].kind, nodes[last + 1].kind} == {"value", "period"}
        and are_near(nodes[last], nodes[last + 1], _FARTHEST)
    ):
        last += 1
    run = nodes[place : last + 1]
    values = [(node.values[0], node.value_line) for node in run if node.kind == "value"]
    years = [year for node in run if node.kind == "period" for year in _years(node)]
    if len(values) < 2 or len(run) % 2 or len(years) != len(values) or len(set(years)) < len(years):
        return None
    return _Series(place, last, values, years, [line for node in run for line in node.lines])


def _years(node: Node) -> list[int]:
    return [int(year) for year in YEAR.findall(node.lines[0].folded)]


def _above(nodes: Sequence[Node], place: int) -> Sequence[Node]:
    """Return the label right above a chart, with its unit where that has a line of its own."""
    above = nodes[max(0, place - 2) : place]
    is_unit = len(above) == 2 and above[1].kind == "unit" and are_near(above[0], above[1], _FARTHEST)
    title = above if is_unit else above[-1:]
    return title if title and are_near(title[-1], nodes[place], _FARTHEST) else []


def _below(nodes: Sequence[Node], place: int) -> Sequence[Node]:
    below = nodes[place + 1 : place + 3]
    is_unit = len(below) == 2 and below[1].kind == "unit" and are_near(below[0], below[1], _FARTHEST)
    title = below if is_unit else below[:1]
    return title if title and are_near(nodes[place], title[0], _FARTHEST) else []


def _title(document: Document, series: _Series, title: Sequence[Node]) -> _Title | None:
    """Return what a label means for all values of a chart; None where it means nothing for one."""
    if not title or title[0].kind != "label":
        return None
    unit = title[1].label.strip("()（）") if len(title) > 1 else ""
    label = clean_label(title[0].label)
    mappings = [document.mapping(value, unit, label, Group()) for value, _ in series.values]
    known = [mapping for mapping in mappings if mapping]
    return _Title(title, unit, known) if len(known) == len(mappings) else None


def _record(document: Document, series: _Series, title: _Title) -> None:
    label = clean_label(title.nodes[0].label)
    lines = sorted(
        {*(line for node in title.nodes for line in node.lines), *series.lines}, key=lambda line: line.number
    )
    for (value, line), year, mapping in zip(series.values, series.years, title.mappings, strict=True):
        document.record(
            value, line, label=label, label_line=title.nodes[0].first, mapping=mapping, unit=title.unit,
            year=year, evidence=lines, layout="chart", pairing="header", confidence="likely",
        )  # fmt: skip
