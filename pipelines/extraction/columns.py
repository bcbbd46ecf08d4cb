"""Column-split tables: the labels of all rows in one run of lines, the values of all columns in another.

Conversion from PDF prints such a table column by column: labels, then the values of the first column, of the
second, and the header wherever it fell. A pairing is kept where arithmetic proves it, or where nothing but
one order is possible and every unit agrees; two pairings that remain are no answer.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipelines.extraction.column_cells import ORDER_NAMES, Cell, Order
from pipelines.extraction.column_layouts import (
    FARTHEST,
    Block,
    is_axis,
    layouts_of,
    pieces_of,
    titles_of,
    values_of,
)
from pipelines.extraction.column_proofs import REVERSED, Proven, has_unit, prove
from pipelines.extraction.document import Document, Line, Undecided, unit_in_label
from pipelines.extraction.headers import Title
from pipelines.extraction.nodes import Node, are_near, years_in

_KINDS = frozenset({"label", "unit", "value", "header", "period", "heading"})
_LEADS_IN = re.compile("(?:如下|所示|为)[:：]?\\s*$")
_MOST_VALUES = 400  # a region larger than this is no table of a report: it is left alone


def read_columns(
    document: Document, nodes: Sequence[Node], *, in_order: bool = True, parted: bool = False
) -> None:
    """Read every column-split table among ``nodes`` and record its datapoints.

    ``in_order``: whether one order that is possible will do where nothing confirms it. ``parted``: whether a
    table ends where a sentence stood between a value and a label.
    """
    taken = document.used | document.labelled
    free = [node for node in nodes if not node.is_on(taken)]
    regions = [
        (lead_in, table)
        for lead_in, region in _regions(free, parted=parted)
        if any(node.kind == "value" for node in region)
        for table in _tables(region)
    ]
    places = {node.first: place for place, node in enumerate(nodes)} if regions else {}
    for lead_in, region in regions:
        value = next((node for node in region if node.kind == "value"), region[0])
        before, after = (
            places[value.first] - 2,
            places[region[-1].first] + 1,
        )  # a title stands above the value
        beside = [*nodes[max(0, before) : before + 1], *nodes[after : after + 1]]
        axes = {document.axes[node.first] for node in beside if node.first in document.axes}
        _read(document, region, lead_in, axes, in_order=in_order)


def _regions(nodes: Sequence[Node], *, parted: bool) -> Iterator[tuple[Node | None, list[Node]]]:
    """Yield runs of labels, values, units and headers that nothing else interrupts, with what leads in."""
    region: list[Node] = []
    lead_in: Node | None = None
    before: Node | None = None
    for node in nodes:
        is_piece = node.kind in _KINDS
        opens = node.kind in ("label", "heading") and region and region[-1].kind in ("value", "period")
        ends = parted and node.is_apart and (opens or node.kind == "header")
        if region and (ends or not (is_piece and are_near(region[-1], node, FARTHEST))):
            yield lead_in, region
            region, before = [], None
        if not is_piece:
            before = node
            continue
        if not region:
            lead_in = before if before and _LEADS_IN.search(before.lines[-1].folded) else None
        region.append(node)
    if region:
        yield lead_in, region


def _tables(region: list[Node]) -> list[list[Node]]:
    """Part a region that holds several headers, or in which the years that close the columns recur.

    Each of its tables has its own: all above their rows or all below them, else nothing tells which is whose.
    Charts with another axis than the years of the table above them are none of its blocks.
    """
    headers = [place for place, node in enumerate(region) if node.kind == "header" and node.titles]
    if len({region[place].titles for place in headers}) > 1:
        values = [place for place, node in enumerate(region) if node.kind == "value"]
        are_above, are_below = headers[0] < min(values), headers[-1] > max(values)
        cuts = [0, *((place + are_below) for place in headers), len(region)]
        parts = [region[start:end] for start, end in itertools.pairwise(cuts)]
        return [part for part in parts if part] if are_above != are_below else []
    axes = [node for node in region if is_axis(node)]
    tabular = [node for node in region if node.kind == "header" and axes and node.first < axes[0].first]
    years_above = [[title.year for title in node.titles] for node in tabular if node.titles]
    if years_above and any(years_in(axis) not in years_above for axis in axes):
        pieces = itertools.groupby(
            pieces_of(region, ("label", "heading")), lambda piece: any(map(is_axis, piece))
        )
        return [[node for piece in run for node in piece] for _, run in pieces]
    years = [node.lines[0].folded for node in region if node.kind == "period" and len(years_in(node)) == 1]
    if len(set(years)) in (1, len(years)):
        return [region]
    tables: list[list[Node]] = [[]]
    for before, node in zip([None, *region], region, strict=False):
        if before is not None and before.kind == "period" and node.kind in ("label", "heading"):
            tables.append([])
        tables[-1].append(node)
    return tables


def _read(
    document: Document, region: list[Node], lead_in: Node | None, axes: set[bool], *, in_order: bool
) -> None:
    """Read one region; ``axes`` tells whether the charts right beside it are printed against their axis."""
    values = values_of(region)
    if not 2 <= len(values) <= _MOST_VALUES:
        return
    titles, orders = titles_of(document, region, values)
    layouts = layouts_of(document, region, values, len(titles), lead_in)
    is_chart = any(map(is_axis, region))
    hypotheses: dict[str, list[Cell]] = {}
    for (layout, blocks), order in itertools.product(layouts.items(), orders):
        name = f"{layout}{ORDER_NAMES[order]}"
        hypotheses[name] = _cells(document, order, blocks, titles)
        if is_chart:  # bars are read in the axis' order or, where conversion turned them, against it
            hypotheses[f"{name}{REVERSED}"] = _cells(document, order, blocks, titles[::-1])
        labels = [row.label for rows, _ in blocks for row in rows]
        if len({label.first for label in labels}) == 1 < len(labels):  # tiles side by side, likewise
            reversed_blocks = [(rows, values[::-1]) for rows, values in blocks]
            hypotheses[f"{name}, values reversed"] = _cells(document, order, reversed_blocks, titles)
    possible = {
        name: cells
        for name, cells in _different(hypotheses).items()
        if _units_fit(document, cells) and _are_of_one_value(cells)
    }
    chosen = prove(document, possible, axes) if possible else None
    is_titled = any(node.kind in ("header", "period") for node in region)
    if chosen is None:
        _leave_undecided(document, possible)
    if chosen is None or (chosen.is_order_alone and not in_order):
        return
    if is_titled or chosen.pairing != "sum100":  # without a header it is a chart: see panels
        headers = [node for node in region if node.kind in ("header", "period")]
        if is_chart:
            lines = [node.first for node in region]
            document.axes.update(dict.fromkeys(lines, chosen.name.endswith(REVERSED)))
        _record(document, chosen, "chart" if is_chart else "table", headers)


def _are_of_one_value(cells: Sequence[Cell]) -> bool:
    """Say whether no label has two values of a year: those of the chart beside it."""
    return len({(cell.label.first, cell.label.label, cell.title) for cell in cells}) == len(cells)


def _different(hypotheses: dict[str, list[Cell]]) -> dict[str, list[Cell]]:
    """Leave out what pairs every value as an earlier hypothesis does."""
    pairings = {
        name: frozenset((cell.node.first, cell.label.first, cell.label.label, cell.title) for cell in cells)
        for name, cells in hypotheses.items()
    }
    firsts = {pairing: name for name, pairing in reversed(pairings.items())}
    return {name: hypotheses[name] for name in pairings if name in firsts.values()}


def _cells(document: Document, order: Order, blocks: Sequence[Block], titles: Sequence[Title]) -> list[Cell]:
    return [cell for rows, values in blocks for cell in order(document, rows, titles, values)]


def _units_fit(document: Document, cells: Sequence[Cell]) -> bool:
    """Say whether no value prints another unit than its column, its row or its label."""
    parse = document.catalogue.units.parse
    for cell in cells:
        unit = cell.unit or unit_in_label(cell.label.label, document.catalogue)
        if cell.value.unit and unit and parse(cell.value.unit) != parse(unit):
            return False
    return True


def _leave_undecided(document: Document, hypotheses: dict[str, list[Cell]]) -> None:
    """Keep what each value may be, where every reading that is left gives all values a meaning."""
    readings = [cells for cells in hypotheses.values() if all(has_unit(document, cell) for cell in cells)]
    meanings: dict[Node, list[str]] = defaultdict(list)
    first: dict[Node, Cell] = {}
    for cell in itertools.chain(*readings):
        first.setdefault(cell.node, cell)
        meanings[cell.node].append(f"{cell.label.label} {cell.title.year or document.year}")
    for node, cell in first.items() if len(readings) == len(hypotheses) > 1 else ():
        lines = tuple(sorted({*cell.label.lines, *node.lines}, key=lambda line: line.number))
        document.undecided.append(
            Undecided(
                cell.value, node.lines[0], cell.label.label, cell.label.first, lines, cell.unit, "table",
                tuple(dict.fromkeys(meanings[node])),
            )
        )  # fmt: skip


def _record(document: Document, proven: Proven, layout: str, headers: Sequence[Node]) -> None:
    header_lines = [node.lines[0] for node in headers]
    for cell in proven.cells:
        line: Line = cell.node.lines[0]
        lines = sorted({*header_lines, *cell.label.lines, line}, key=lambda each: each.number)
        certainty = "certain" if cell in proven.pinned else "likely"
        document.record(
            cell.value, line, label=cell.label.label, label_line=cell.label.first, mapping=cell.mapping,
            unit=cell.unit, year=cell.title.year or document.year, evidence=lines, layout=layout,
            pairing=proven.pairing, confidence=certainty if cell.mapping else None, proof=proven.proof,
            set_key=f"{proven.cells[0].node.first}|{cell.label.first}|{cell.title.breakdown}",
        )  # fmt: skip
        document.used.update(each.number for each in lines)
