"""Charts over years whose bars tell their years: in lines from left to right, or each beside its own.

Conversion parts what it puts into one line by blanks only where each piece stands right of the one before:
a line of values and a line of as many years belong together. Where only some values of a chart share a line,
they tell that all were drawn from left to right. Where values and years take turns, each line holding one,
the run's ends tell which belong together.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.extraction.document import Document, Line
from pipelines.extraction.labels import Group, Mapping
from pipelines.extraction.nodes import Node, are_glued, are_near, clean_label, years_in
from pipelines.extraction.numbers import Value

_FARTHEST = 4  # lines between two pieces of a chart
_MOST_YEARS = 12


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
        above = _title(document, series, _label_beside(nodes, series.first, -1))
        below = _title(document, series, _label_beside(nodes, series.last, 1))
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
            readers = (_in_lines, _in_pieces, _in_turn) if place >= end else ()
            found = (read(nodes, place) for read in readers)
            series = next((each for each in found if each and each.first >= end), None)
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
    line, years = row.lines[0], years_in(axis)
    if are_glued(row.values, line.text) or len(years) != len(row.values) or len(set(years)) < len(years):
        return None
    return _Series(place, place + 1, [(value, line) for value in row.values], years, [*axis.lines, line])


def _in_pieces(nodes: Sequence[Node], place: int) -> _Series | None:
    """Return the values above or below an axis, some of which share a line: 0.335, 0.280 0.268."""
    axis, years = nodes[place], years_in(nodes[place])
    if axis.kind != "period" or not 2 < len(set(years)) == len(years) <= _MOST_YEARS:
        return None
    found = [_run_of_values(nodes, place, step, len(years)) for step in (-1, 1)]
    runs = [run for run in found if run]
    if len(runs) != 1 or not any(node.kind == "values" for node in runs[0]):
        return None
    run = runs[0] if runs[0][0].first > axis.first else runs[0][::-1]
    if any(are_glued(node.values, node.value_line.text) for node in run):
        return None
    values = [(value, node.value_line) for node in run for value in node.values]
    first, last = (place - len(run), place) if run[0].first < axis.first else (place, place + len(run))
    return _Series(first, last, values, years, [*(line for node in run for line in node.lines), *axis.lines])


def _run_of_values(nodes: Sequence[Node], place: int, step: int, count: int) -> list[Node]:
    """Return the pieces beside an axis that print ``count`` values; none where they print more or fewer."""
    run: list[Node] = []
    at = place + step
    while 0 <= at < len(nodes) and nodes[at].values and len(run) <= count:
        before, after = sorted((nodes[at - step], nodes[at]), key=lambda node: node.first)
        if nodes[at].kind not in ("value", "values") or not are_near(before, after, _FARTHEST):
            break
        run.append(nodes[at])
        at += step
    return run if sum(len(node.values) for node in run) == count else []


def _in_turn(nodes: Sequence[Node], place: int) -> _Series | None:
    """Return values and years that take turns, as many of each: 87.4, 2021年, 92.3, 2022年."""
    last = place
    while (
        last + 1 < len(nodes)
        and last - place < 2 * _MOST_YEARS
        and {nodes[last].kind, nodes[last + 1].kind} == {"value", "period"}
        and are_near(nodes[last], nodes[last + 1], _FARTHEST)
    ):
        last += 1
    run = nodes[place : last + 1]
    values = [(node.values[0], node.value_line) for node in run if node.kind == "value"]
    years = [year for node in run if node.kind == "period" for year in years_in(node)]
    if len(values) < 2 or len(run) % 2 or len(years) != len(values) or len(set(years)) < len(years):
        return None
    return _Series(place, last, values, years, [line for node in run for line in node.lines])


def _label_beside(nodes: Sequence[Node], place: int, step: int) -> Sequence[Node]:
    """Return the label right above (``step`` -1) or below a chart, with its unit in a line of its own."""
    beside = nodes[max(0, place - 2) : place] if step < 0 else nodes[place + 1 : place + 3]
    is_unit = len(beside) == 2 and beside[1].kind == "unit" and are_near(beside[0], beside[1], _FARTHEST)
    if not is_unit:
        beside = beside[-1:] if step < 0 else beside[:1]
    if not beside:
        return []
    upper, lower = (*beside[-1:], nodes[place]) if step < 0 else (nodes[place], *beside[:1])
    return beside if are_near(upper, lower, _FARTHEST) else []


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
