"""The layouts of a column-split table: the labels of its rows, their values, and what titles these."""

import dataclasses
import itertools
from collections.abc import Sequence

from pipelines.extraction.column_cells import Order, Row, by_column, by_row
from pipelines.extraction.document import Document
from pipelines.extraction.headers import Title
from pipelines.extraction.labels import Group
from pipelines.extraction.nodes import Node, years_in

FARTHEST = 8  # lines between two pieces of one region
_MOST_LABELS = 14  # beyond it, choosing rows among section titles has too many ways

Block = tuple[list[Row], list[Node]]
"""Rows, and the values of all their columns: a table is printed as one block or as several."""


def layouts_of(
    document: Document, region: Sequence[Node], values: Sequence[Node], columns: int, lead_in: Node | None
) -> dict[str, list[Block]]:
    """Return how a table may have been printed: whole, or in blocks that open with labels or with values.

    Where the labels of one layout all mean something, others are left out; blocks go before the whole.
    """
    found = {"": _blocks(document, [region], values, columns, lead_in, region)}
    for opener, name in (
        (("label", "heading"), "in blocks, "),
        (("value",), "in blocks above their labels, "),
    ):
        pieces = pieces_of(region, opener)
        if len(pieces) > 1:
            found[name] = _blocks(document, pieces, values, columns, lead_in, region)
    fitting = {name: blocks for name, blocks in found.items() if blocks}
    known = {
        name: blocks
        for name, blocks in fitting.items()
        if all(_is_known(document, row) for rows, _ in blocks for row in rows)
    }
    chosen = known or fitting
    return {name: blocks for name, blocks in chosen.items() if name or len(chosen) == 1}


def _is_known(document: Document, row: Row) -> bool:
    is_member = bool(row.group.metrics and document.matcher.legend(row.label.label))
    return is_member or document.matcher.is_known(row.label.label)


def pieces_of(region: Sequence[Node], opener: tuple[str, ...]) -> list[list[Node]]:
    """Part a region where an opener follows the other of labels and values."""
    other = ("value",) if "label" in opener else ("label",)
    pieces: list[list[Node]] = [[]]
    closed = False
    for node in region:
        if node.kind in opener and closed:
            pieces.append([])
            closed = False
        closed = closed or (node.kind in other and any(each.kind in opener for each in pieces[-1]))
        pieces[-1].append(node)
    return pieces


def _blocks(
    document: Document,
    pieces: Sequence[Sequence[Node]],
    values: Sequence[Node],
    columns: int,
    lead_in: Node | None,
    region: Sequence[Node],
) -> list[Block]:
    """Return the block of every piece; none where one does not fit or values are left over."""
    groups = _groups(document, region)
    blocks: list[Block] = []
    for piece in pieces:
        own = [node for node in piece if node in values]
        if not own:
            if len(pieces) > 1 and any(
                node.kind == "label" and document.matcher.is_known(node.label) for node in piece
            ):
                return []  # its values stand elsewhere
            continue
        labels = _labels(document, piece, own, columns, len(values))
        if not labels:
            return []
        first = blocks[0][0][0].label.first if blocks else labels[0][0].first
        above = [node for node in region if node.kind in ("label", "heading") and node.last < first]
        title = above[-1] if above else lead_in
        blocks.append(
            ([Row(label, unit, groups.get(label.first, Group()), title) for label, unit in labels], own)
        )
    return blocks if sum(len(own) for _, own in blocks) == len(values) else []


def _groups(document: Document, region: Sequence[Node]) -> dict[int, Group]:
    """Return, by its line, the group that each member's label stands in: 男 below 员工总数 and 按性别划分.

    The total may have been read before, as a card: it is no part of the region then.
    """
    groups: dict[int, Group] = {}
    group = Group()
    subject: tuple[str, ...] = ()
    read = sorted(line for line in document.totals if region[0].first - FARTHEST <= line < region[-1].first)
    for node in region:
        while read and read[0] < node.first:
            group, subject = Group(), (document.totals[read.pop(0)],)
        if node.kind == "heading" and (heading := document.matcher.heading(node.label)):
            group = Group(heading.metrics or subject, heading.breakdown)
        elif node.kind == "label":
            if not document.matcher.legend(node.label):
                group, subject = Group(), document.matcher.subjects(node.label)
            groups[node.first] = group
    return groups


def values_of(region: Sequence[Node]) -> list[Node]:
    """Return the values of a region; where years or axes close their blocks, none that follows the last."""
    values = [node for node in region if node.kind == "value"]
    periods = [node.first for node in region if node.kind == "period" and len(years_in(node)) == 1]
    is_closed = len(periods) > 1 and values and values[0].first < periods[0]
    axes = [node for node in region if is_axis(node)]
    ends = [sum(value.first < axis.first for value in values) for axis in axes]
    sizes = [end - start for start, end in itertools.pairwise([0, *ends])]
    if axes and sizes == [len(years_in(axis)) for axis in axes]:
        return values[: ends[-1]]
    return [node for node in values if node.first < periods[-1]] if is_closed else values


def titles_of(
    document: Document, region: Sequence[Node], values: Sequence[Node]
) -> tuple[list[Title], list[Order]]:
    """Return the columns, and the orders in which the text can have printed their values."""
    for node in region:
        if node.kind == "header" and node.titles:
            return list(node.titles), [by_column, by_row] if len(node.titles) > 1 else [by_column]
    axes = [node for node in region if is_axis(node)]
    if axes:  # an axis for each chart: each chart prints its own values
        orders: list[Order] = [by_row] if len(axes) > 1 else [by_row, by_column]
        return [Title(year) for year in years_in(axes[0])], orders
    if heading := _years_above(region, values[0]):  # every cell on a line of its own, the header's too
        return [Title(year) for year in heading], [by_row, by_column]
    opening = [
        one for one, after in itertools.pairwise(region) if (one.kind, after.kind) == ("period", "value")
    ]
    closing = [node for node in region if node.kind == "period" and node.first > values[0].first]
    periods = opening if len(opening) > 1 and opening[0].first < values[0].first else closing
    years = [year for node in periods for year in years_in(node)]
    if len(years) > 1 and len(set(years)) == len(years):
        return [Title(year) for year in years], [by_column]
    return [Title(document.year)], [by_column]


def _years_above(region: Sequence[Node], value: Node) -> list[int]:
    """Return the years that stand one below the other above the first label and its values."""
    runs = [list(run) for kind, run in itertools.groupby(region, lambda node: node.kind) if kind == "period"]
    years = [year for node in runs[0] for year in years_in(node)] if len(runs) == 1 else []
    is_above = bool(years) and runs[0][-1].first < value.first and region.index(value) > 0
    labels = [node for node in region if node.kind == "label" and is_above]
    stands_first = any(runs[0][-1].first < node.first < value.first for node in labels)
    return years if stands_first and len(set(years)) == len(years) > 1 else []


def is_axis(node: Node) -> bool:
    """Say whether a line prints the years of a chart."""
    return node.kind == "period" and len(years_in(node)) > 1


def _labels(
    document: Document, region: Sequence[Node], values: Sequence[Node], columns: int, all_values: int
) -> list[tuple[Node, str]]:
    """Return the labels of the rows with their units; none where they do not fit the number of values."""
    count, rest = divmod(len(values), columns)
    if rest or all_values < 2:
        return []
    labels = [
        part for node in region if node.kind == "label" for part in _side_by_side(document, node, count)
    ]
    units = [node.label for node in region if node.kind == "unit"]
    bare = [not node.values[0].unit for node in values] if columns == 1 else []
    printed = units if len(units) == count else [""] * count
    if 0 < len(units) == sum(bare) < count:  # those of the values that print none of their own
        rest_of = iter(units)
        printed = [next(rest_of) if is_bare else "" for is_bare in bare]
    if len(labels) != count:
        matcher = document.matcher
        known = [node for node in labels if matcher.is_known(node.label) or matcher.legend(node.label)]
        labels = _standing_together(region, count) if len(known) < count else known
    if count < len(labels) <= _MOST_LABELS and len(units) == count:
        labels = _agreeing(document, labels, printed)
    return list(zip(labels, printed, strict=True)) if len(labels) == count else []


def _standing_together(region: Sequence[Node], count: int) -> list[Node]:
    """Return the only ``count`` labels that follow one another, or that have a value right below each."""
    below = [one for one, after in itertools.pairwise(region) if (one.kind, after.kind) == ("label", "value")]
    runs = [list(run) for kind, run in itertools.groupby(region, lambda node: node.kind) if kind == "label"]
    fitting = [labels for labels in (below, *runs) if len(labels) == count > 1]
    return fitting[0] if len(fitting) == 1 else []


def _side_by_side(document: Document, node: Node, count: int) -> list[Node]:
    """Part a line of several titles, printed over charts side by side; other labels stay as they are."""
    words = node.label.split()
    if len(words) == count > 1 and all(document.matcher.is_known(word) for word in words):
        return [dataclasses.replace(node, label=word) for word in words]
    return [node]


def _agreeing(document: Document, labels: Sequence[Node], units: Sequence[str]) -> list[Node]:
    """Return the labels that the units single out: no unit agrees with a section title in its place."""
    parse, match = document.catalogue.units.parse, document.matcher.match
    found = {}
    for chosen in itertools.combinations(labels, len(units)):
        mappings = tuple(match(node.label, parse(unit)) for node, unit in zip(chosen, units, strict=True))
        if all(mappings):
            found[mappings] = list(chosen)
    return next(iter(found.values())) if len(found) == 1 else []
