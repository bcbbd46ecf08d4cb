"""Column-split tables: the labels of all rows in one run of lines, the values of all columns in another.

Conversion from PDF prints such a table column by column: labels, then the values of the first column, of the
second, and the header wherever it fell. A pairing is kept where arithmetic proves it, or where nothing but
one order is possible and every unit agrees; two pairings that remain are no answer.
"""

import dataclasses
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from pipelines.extraction.constraints import RULES, Fact, Verdict
from pipelines.extraction.document import Document, Line, Undecided, unit_in_label
from pipelines.extraction.headers import Title
from pipelines.extraction.labels import Group, Mapping, joined
from pipelines.extraction.nodes import Node, are_near, years_in
from pipelines.extraction.numbers import Value
from pipelines.text import fold

_KINDS = frozenset({"label", "unit", "value", "header", "period", "heading"})
_FARTHEST = 8  # lines between two pieces of one region
_MOST_LABELS = 14  # beyond it, choosing rows among section titles has too many ways
_NEIGHBOURS = 12  # cells further apart than this are not exchanged by mistake
_MISPRINT = 1  # how many facts a pairing must be ahead where as much contradicts as confirms it
_TELLING_DIGITS = 3  # a number of fewer digits may agree with another by chance
_LEADS_IN = re.compile("(?:如下|所示|为)[:：]?\\s*$")
_PAIRINGS = {
    "components": "total",
    "share": "ratio",
    "mentioned": "repeated",
}  # rules whose kind has a name in the public interface
_LIKE_OTHERS = "the chart beside it prints its axis so"
_REVERSED = ", axis reversed"
_MOST_VALUES = 400  # a region larger than this is no table of a report: it is left alone


@dataclasses.dataclass(eq=False, slots=True)
class Cell:
    """One value of a hypothesis with the row and the column that it is paired with, and what it says then."""

    node: Node
    label: Node
    unit: str
    title: Title
    mapping: Mapping | None
    fact: Fact | None

    @property
    def value(self) -> Value:
        """The printed value."""
        return self.node.values[0]


class Row(NamedTuple):
    """The label of a row with its unit, and what the lines above it say that its words leave out."""

    label: Node
    unit: str
    group: Group
    title: Node | None


Block = tuple[list[Row], list[Node]]
"""Rows, and the values of all their columns: a table is printed as one block or as several."""


@dataclasses.dataclass(frozen=True)
class Judgement:
    """What every rule says of one hypothesis, by the rule's name."""

    verdicts: dict[str, Verdict]

    @property
    def net(self) -> int:
        """How many more facts are confirmed than contradicted."""
        return sum(verdict.confirmed - verdict.contradicted for verdict in self.verdicts.values())

    @property
    def confirming(self) -> list[str]:
        """The rules that confirm the hypothesis."""
        return [name for name, verdict in self.verdicts.items() if verdict.confirmed]

    @property
    def contradicting(self) -> list[str]:
        """The rules that contradict it."""
        return [name for name, verdict in self.verdicts.items() if verdict.contradicted]

    def __str__(self) -> str:
        """Say it in words: total confirms 1, ratio contradicts 2."""
        said = [f"{name} confirms {self.verdicts[name].confirmed}" for name in self.confirming]
        said += [f"{name} contradicts {self.verdicts[name].contradicted}" for name in self.contradicting]
        return ", ".join(said) or "nothing confirms or contradicts it"


@dataclasses.dataclass(frozen=True)
class Proven:
    """The pairing that was chosen, the cells that arithmetic holds in their place, and why in words."""

    name: str
    cells: list[Cell]
    pairing: str
    pinned: list[Cell]
    proof: str

    @property
    def is_order_alone(self) -> bool:
        """Whether nothing confirms the pairing: it is the only one that is possible."""
        return self.pairing == "order" and _LIKE_OTHERS not in self.proof


Order = Callable[[Document, Sequence[Row], Sequence[Title], Sequence[Node]], list[Cell]]


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
        if region and (ends or not (is_piece and are_near(region[-1], node, _FARTHEST))):
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
    axes = [node for node in region if _is_axis(node)]
    tabular = [node for node in region if node.kind == "header" and axes and node.first < axes[0].first]
    years_above = [[title.year for title in node.titles] for node in tabular if node.titles]
    if years_above and any(years_in(axis) not in years_above for axis in axes):
        pieces = itertools.groupby(
            _pieces(region, ("label", "heading")), lambda piece: any(map(_is_axis, piece))
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
    values = _values(region)
    if not 2 <= len(values) <= _MOST_VALUES:
        return
    titles, orders = _titles(document, region, values)
    layouts = _layouts(document, region, values, len(titles), lead_in)
    is_chart = any(map(_is_axis, region))
    hypotheses: dict[str, list[Cell]] = {}
    for (layout, blocks), order in itertools.product(layouts.items(), orders):
        name = f"{layout}{_NAMES[order]}"
        hypotheses[name] = _cells(document, order, blocks, titles)
        if is_chart:  # bars are read in the axis' order or, where conversion turned them, against it
            hypotheses[f"{name}{_REVERSED}"] = _cells(document, order, blocks, titles[::-1])
        labels = [row.label for rows, _ in blocks for row in rows]
        if len({label.first for label in labels}) == 1 < len(labels):  # tiles side by side, likewise
            reversed_blocks = [(rows, values[::-1]) for rows, values in blocks]
            hypotheses[f"{name}, values reversed"] = _cells(document, order, reversed_blocks, titles)
    possible = {
        name: cells
        for name, cells in _different(hypotheses).items()
        if _units_fit(document, cells) and _are_of_one_value(cells)
    }
    chosen = _proven(document, possible, axes) if possible else None
    is_titled = any(node.kind in ("header", "period") for node in region)
    if chosen is None:
        _leave_undecided(document, possible)
    if chosen is None or (chosen.is_order_alone and not in_order):
        return
    if is_titled or chosen.pairing != "sum100":  # without a header it is a chart: see panels
        headers = [node for node in region if node.kind in ("header", "period")]
        if is_chart:
            lines = [node.first for node in region]
            document.axes.update(dict.fromkeys(lines, chosen.name.endswith(_REVERSED)))
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


def _layouts(
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
        pieces = _pieces(region, opener)
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


def _pieces(region: Sequence[Node], opener: tuple[str, ...]) -> list[list[Node]]:
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
        labels = _labels(document, piece, len(own), columns, len(values))
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
    read = sorted(line for line in document.totals if region[0].first - _FARTHEST <= line < region[-1].first)
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


def _values(region: Sequence[Node]) -> list[Node]:
    """Return the values of a region; where years or axes close their blocks, none that follows the last."""
    values = [node for node in region if node.kind == "value"]
    periods = [node.first for node in region if node.kind == "period" and len(years_in(node)) == 1]
    is_closed = len(periods) > 1 and values and values[0].first < periods[0]
    axes = [node for node in region if _is_axis(node)]
    ends = [sum(value.first < axis.first for value in values) for axis in axes]
    sizes = [end - start for start, end in itertools.pairwise([0, *ends])]
    if axes and sizes == [len(years_in(axis)) for axis in axes]:
        return values[: ends[-1]]
    return [node for node in values if node.first < periods[-1]] if is_closed else values


def _titles(
    document: Document, region: Sequence[Node], values: Sequence[Node]
) -> tuple[list[Title], list[Order]]:
    """Return the columns, and the orders in which the text can have printed their values."""
    for node in region:
        if node.kind == "header" and node.titles:
            return list(node.titles), [_by_column, _by_row] if len(node.titles) > 1 else [_by_column]
    axes = [node for node in region if _is_axis(node)]
    if axes:  # an axis for each chart: each chart prints its own values
        orders: list[Order] = [_by_row] if len(axes) > 1 else [_by_row, _by_column]
        return [Title(year) for year in years_in(axes[0])], orders
    if heading := _years_above(region, values[0]):  # every cell on a line of its own, the header's too
        return [Title(year) for year in heading], [_by_row, _by_column]
    opening = [
        one for one, after in itertools.pairwise(region) if (one.kind, after.kind) == ("period", "value")
    ]
    closing = [node for node in region if node.kind == "period" and node.first > values[0].first]
    periods = opening if len(opening) > 1 and opening[0].first < values[0].first else closing
    years = [year for node in periods for year in years_in(node)]
    if len(years) > 1 and len(set(years)) == len(years):
        return [Title(year) for year in years], [_by_column]
    return [Title(document.year)], [_by_column]


def _years_above(region: Sequence[Node], value: Node) -> list[int]:
    """Return the years that stand one below the other above the first label and its values."""
    runs = [list(run) for kind, run in itertools.groupby(region, lambda node: node.kind) if kind == "period"]
    years = [year for node in runs[0] for year in years_in(node)] if len(runs) == 1 else []
    is_above = bool(years) and runs[0][-1].first < value.first and region.index(value) > 0
    labels = [node for node in region if node.kind == "label" and is_above]
    stands_first = any(runs[0][-1].first < node.first < value.first for node in labels)
    return years if stands_first and len(set(years)) == len(years) > 1 else []


def _is_axis(node: Node) -> bool:
    return node.kind == "period" and len(years_in(node)) > 1


def _labels(
    document: Document, region: Sequence[Node], values: int, columns: int, all_values: int
) -> list[tuple[Node, str]]:
    """Return the labels of the rows with their units; none where they do not fit the number of values."""
    count, rest = divmod(values, columns)
    if rest or all_values < 2:
        return []
    labels = [
        part for node in region if node.kind == "label" for part in _side_by_side(document, node, count)
    ]
    units = [node for node in region if node.kind == "unit"]
    printed = [node.label for node in units] if len(units) == count else [""] * count
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


def _by_column(
    document: Document, rows: Sequence[Row], titles: Sequence[Title], values: Sequence[Node]
) -> list[Cell]:
    places = zip(itertools.product(titles, rows), values, strict=True)
    return [_cell(document, row, title, node) for (title, row), node in places]


def _by_row(
    document: Document, rows: Sequence[Row], titles: Sequence[Title], values: Sequence[Node]
) -> list[Cell]:
    places = zip(itertools.product(rows, titles), values, strict=True)
    return [_cell(document, row, title, node) for (row, title), node in places]


_NAMES: dict[Order, str] = {_by_column: "column by column", _by_row: "row by row"}


def _cell(document: Document, row: Row, title: Title, node: Node) -> Cell:
    label, unit = row.label, title.unit or row.unit
    mapping = _mapping(document, node.values[0], unit, row)
    if title.member:
        printed = document.unit_of(node.values[0], unit, label.label)
        quantity = document.catalogue.units.parse(printed)
        mapping = document.matcher.of_member(mapping, quantity, title.breakdown, title.member)
    fact = _fact(document, node.values[0], label, unit, title, mapping)
    return Cell(node, label, unit, title, mapping, fact)


def _mapping(document: Document, value: Value, unit: str, row: Row) -> Mapping | None:
    """Return what a label means in its group, or below its title: 发放总量 below 小企业贷款数据."""
    matcher, label = document.matcher, row.label.label
    if row.title is None or row.group.metrics:
        return document.mapping(value, unit, label, row.group)
    title = row.title.label or row.title.lines[-1].text
    quantity = document.catalogue.units.parse(document.unit_of(value, unit, label))
    for whole in joined(matcher.bare(title), fold(label)):
        if mapping := matcher.match_exactly(whole, quantity):
            return mapping
    heading = matcher.heading(title)
    group = Group(heading.metrics, heading.breakdown) if heading else Group(matcher.subjects(title))
    return document.mapping(value, unit, label, group)


def _units_fit(document: Document, cells: Sequence[Cell]) -> bool:
    """Say whether no value prints another unit than its column, its row or its label."""
    parse = document.catalogue.units.parse
    for cell in cells:
        unit = cell.unit or unit_in_label(cell.label.label, document.catalogue)
        if cell.value.unit and unit and parse(cell.value.unit) != parse(unit):
            return False
    return True


def _proven(document: Document, hypotheses: dict[str, list[Cell]], axes: set[bool]) -> Proven | None:
    """Return the hypothesis that arithmetic confirms most; None where two are equal or none is."""
    assumed = {fact.metric for cells in hypotheses.values() for fact in _facts(cells)}
    known = document.facts(assumed)
    judged = sorted(
        ((name, cells, _judge(document, cells, known)) for name, cells in hypotheses.items()),
        key=lambda each: (each[2].net, bool(each[2].confirming)),
        reverse=True,
    )
    name, cells, best = judged[0]
    others = "; ".join(f"{other}: {judgement}" for other, _, judgement in judged[1:])
    proof = f"{name}: {best}" + (f"; ruled out: {others}" if others else "")
    others_net = max((judgement.net for _, _, judgement in judged[1:]), default=None)
    # One number that is misprinted contradicts what it belongs to; the rest still tells the right pairing.
    is_best = (
        best.net >= 0 if others_net is None else best.net > others_net + (_MISPRINT if best.net <= 0 else 0)
    )
    if best.confirming and is_best:
        pinned = [] if best.contradicting else _pinned(document, cells, known, best.net)
        return Proven(name, cells, _PAIRINGS.get(best.confirming[0], best.confirming[0]), pinned, proof)
    if len(judged) == 1 and not best.contradicting and all(_has_unit(document, cell) for cell in cells):
        return Proven(name, cells, "order", [], proof)
    formed = [(name, cells) for name, cells, judgement in judged if not _misformed(cells)]
    if len(formed) == 1 < len(judged) and all(
        _misformed(cells) > 1 for name, cells, _ in judged if name != formed[0][0]
    ):
        name, cells = formed[0]
        if not best.confirming and not best.contradicting and all(cell.mapping for cell in cells):
            proof = f"{name}: its rows alone print as many decimals in all columns"
            return Proven(name, cells, "order", [], proof)
    return _as_beside(document, judged, axes)


def _as_beside(
    document: Document, judged: Sequence[tuple[str, list[Cell], Judgement]], axes: set[bool]
) -> Proven | None:
    """Return the one way to read a chart with its axis as the charts right beside it are read."""
    agreeing = [
        (name, cells)
        for name, cells, judgement in judged
        if axes == {name.endswith(_REVERSED)} and not judgement.contradicting
    ]
    if len(agreeing) != 1 or len(judged) != 2:
        return None
    name, cells = agreeing[0]
    is_told = all(_has_unit(document, cell) for cell in cells)
    return Proven(name, cells, "order", [], f"{name}: {_LIKE_OTHERS}") if is_told else None


def _leave_undecided(document: Document, hypotheses: dict[str, list[Cell]]) -> None:
    """Keep what each value may be, where every reading that is left gives all values a meaning."""
    readings = [cells for cells in hypotheses.values() if all(_has_unit(document, cell) for cell in cells)]
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


def _has_unit(document: Document, cell: Cell) -> bool:
    """Say whether a cell means something in a unit that its row or its label prints."""
    return cell.mapping is not None and bool(cell.unit or unit_in_label(cell.label.label, document.catalogue))


def _misformed(cells: Sequence[Cell]) -> int:
    """Return how many rows print their columns with different decimals."""
    decimals: dict[tuple[int, str], set[int | None]] = defaultdict(set)
    for cell in cells:
        decimals[cell.label.first, cell.label.label].add(cell.value.decimals)
    return sum(len(found) > 1 for found in decimals.values())


def _judge(document: Document, cells: Sequence[Cell], known: Sequence[Fact]) -> Judgement:
    facts = _facts(cells)
    verdicts = {name: rule(facts, known, document.catalogue) for name, rule in RULES.items()}
    return Judgement({**verdicts, "mentioned": _mentioned(document, cells)})


def _pinned(document: Document, cells: list[Cell], known: Sequence[Fact], net: int) -> list[Cell]:
    """Return the cells that arithmetic holds in their place.

    Without one of them less is confirmed, and so it is if it is exchanged with any other.
    """
    loose: set[int] = set()
    for i, j in itertools.combinations(range(len(cells)), 2):
        is_same = cells[i].value.number == cells[j].value.number
        if {i, j} <= loose or j - i > _NEIGHBOURS or cells[i].title != cells[j].title or is_same:
            continue
        swapped = list(cells)
        swapped[i], swapped[j] = (_with(document, cells[i], cells[j]), _with(document, cells[j], cells[i]))
        if _judge(document, swapped, known).net >= net:
            loose |= {i, j}
    held = [i for i in range(len(cells)) if i not in loose]
    return [cells[i] for i in held if _judge(document, cells[:i] + cells[i + 1 :], known).net < net]


def _with(document: Document, cell: Cell, other: Cell) -> Cell:
    """Return ``cell`` with the value of ``other`` in its place."""
    fact = _fact(document, other.value, cell.label, cell.unit, cell.title, cell.mapping)
    return dataclasses.replace(cell, node=other.node, fact=fact)


def _facts(cells: Sequence[Cell]) -> list[Fact]:
    return [cell.fact for cell in cells if cell.fact]


def _mentioned(document: Document, cells: Sequence[Cell]) -> Verdict:
    """A number that a sentence prints for one year is that year's, of the same metric, in a chart too."""
    if len({cell.title.year for cell in cells}) < 2:
        return Verdict()
    told = [
        cell.title.year in years
        and document.narrated.get(cell.value.number, cell.mapping.metric) == cell.mapping.metric
        for cell in cells
        if cell.mapping is not None
        and cell.value.number is not None
        and cell.value.telling_digits >= _TELLING_DIGITS
        and len(years := document.mentions.get(cell.value.number, set())) == 1
    ]
    return Verdict(sum(told), len(told) - sum(told))


def _fact(
    document: Document, value: Value, label: Node, unit: str, title: Title, mapping: Mapping | None
) -> Fact | None:
    if mapping is None or value.number is None or value.decimals is None:
        return None
    quantity = document.catalogue.units.parse(document.unit_of(value, unit, label.label))
    return document.fact(value.number, value.decimals, quantity, mapping, title.year or document.year)


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
