"""Column-split tables: the labels of all rows in one run of lines, the values of all columns in another.

Conversion from PDF prints such a table column by column: labels, then the values of the first column, of the
second, and the header wherever it fell. A pairing is kept where arithmetic proves it, or where nothing but
one order is possible and every unit agrees; two pairings that remain are no answer.
"""

import dataclasses
import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from pipelines.extraction.constraints import RULES, Fact, Verdict
from pipelines.extraction.document import YEAR, Document, Line
from pipelines.extraction.headers import Title
from pipelines.extraction.labels import Group, Mapping, joined
from pipelines.extraction.nodes import Node
from pipelines.extraction.numbers import Value

_KINDS = ("label", "unit", "value", "header", "period", "heading")
_FARTHEST = 8  # lines between two pieces of one region
_MOST_LABELS = 14  # beyond it, choosing rows among section titles has too many ways
_TELLING_DIGITS = 3  # a number of fewer digits may agree with another by chance
_LEADS_IN = re.compile("(?:如下|所示|为)[:：]?\\s*$")
_PAIRINGS = {"share": "ratio", "mentioned": "repeated"}  # rules whose kind has a name in the public interface
_MOST_VALUES = 400  # a region larger than this is no table of a report: it is left alone


@dataclasses.dataclass(frozen=True)
class Cell:
    """One value of a hypothesis with the row and the column that it is paired with."""

    node: Node
    label: Node
    unit: str
    title: Title
    mapping: Mapping | None

    @property
    def value(self) -> Value:
        """The printed value."""
        return self.node.values[0]


@dataclasses.dataclass(frozen=True)
class Rows:
    """The labels of a table's rows with their units, and the title above them that their words leave out."""

    labels: Sequence[tuple[Node, str]]
    title: Node | None


Order = Callable[[Document, Rows, Sequence[Title], Sequence[Node]], list[Cell]]


def read_columns(document: Document, nodes: Sequence[Node]) -> None:
    """Read every column-split table among ``nodes`` and record its datapoints."""
    taken = document.used | document.labelled
    free = [node for node in nodes if not any(line.number in taken for line in node.lines)]
    for lead_in, region in _regions(free):
        _read(document, region, lead_in)


def _regions(nodes: Sequence[Node]) -> Iterator[tuple[Node | None, list[Node]]]:
    """Yield runs of labels, values, units and headers that nothing else interrupts, with what leads in."""
    region: list[Node] = []
    lead_in: Node | None = None
    for node in nodes:
        breaks = node.kind not in _KINDS or (region and node.first - region[-1].last > _FARTHEST)
        if breaks and region:
            yield lead_in, region
            region, lead_in = [], None
        if node.kind in _KINDS:
            region.append(node)
        else:
            lead_in = node if _LEADS_IN.search(node.lines[-1].folded) else None
    if region:
        yield lead_in, region


def _read(document: Document, region: list[Node], lead_in: Node | None) -> None:
    values = _values(region)
    if not 2 <= len(values) <= _MOST_VALUES:
        return
    titles, orders = _titles(document, region, values)
    labels = _labels(document, region, len(values), len(titles))
    if not labels:
        return
    above = [node for node in region if node.kind in ("label", "heading") and node.last < labels[0][0].first]
    rows = Rows(labels, above[-1] if above else lead_in)
    hypotheses = [order(document, rows, titles, values) for order in orders]
    is_chart = any(node.kind == "period" and len(_years(node)) > 1 for node in region)
    if is_chart:  # bars are read in the axis' order or, where conversion turned them, against it
        hypotheses += [order(document, rows, titles[::-1], values) for order in orders]
    if len({label.first for label, _ in labels}) == 1 < len(labels):  # tiles side by side, likewise
        hypotheses += [order(document, rows, titles, values[::-1]) for order in orders]
    possible = [cells for cells in hypotheses if _units_fit(document, cells)]
    chosen = _proven(document, possible) if possible else None
    if chosen:
        cells, pairing, confidence = chosen
        layout = "chart" if is_chart else "table"
        _record(
            document,
            cells,
            layout,
            pairing,
            confidence,
            [node for node in region if node.kind in ("header", "period")],
        )


def _values(region: Sequence[Node]) -> list[Node]:
    """Return the values of a region; where years close their blocks, none that follows the last."""
    values = [node for node in region if node.kind == "value"]
    periods = [node.first for node in region if node.kind == "period" and len(_years(node)) == 1]
    is_closed = len(periods) > 1 and values and values[0].first < periods[0]
    return [node for node in values if node.first < periods[-1]] if is_closed else values


def _titles(
    document: Document, region: Sequence[Node], values: Sequence[Node]
) -> tuple[list[Title], list[Order]]:
    """Return the columns, and the orders in which the text can have printed their values."""
    for node in region:
        if node.kind == "header" and node.titles:
            return list(node.titles), [_by_column, _by_row] if len(node.titles) > 1 else [_by_column]
    axes = [node for node in region if node.kind == "period" and len(_years(node)) > 1]
    if axes:  # an axis for each chart: each chart prints its own values
        orders: list[Order] = [_by_row] if len(axes) > 1 else [_by_row, _by_column]
        return [Title(year) for year in _years(axes[0])], orders
    years = [
        year
        for node in region
        if node.kind == "period" and node.first > values[0].first
        for year in _years(node)
    ]
    if len(years) > 1 and len(set(years)) == len(years):
        return [Title(year) for year in years], [_by_column]
    return [Title(document.year)], [_by_column]


def _years(node: Node) -> list[int]:
    return [int(year) for year in YEAR.findall(node.lines[0].folded)]


def _labels(document: Document, region: Sequence[Node], values: int, columns: int) -> list[tuple[Node, str]]:
    """Return the labels of the rows with their units; none where they do not fit the number of values."""
    count, rest = divmod(values, columns)
    if rest or count < (2 if columns == 1 else 1):
        return []
    labels = [
        part for node in region if node.kind == "label" for part in _side_by_side(document, node, count)
    ]
    units = [node for node in region if node.kind == "unit"]
    printed = [node.label for node in units] if len(units) == count else [""] * count
    if len(labels) != count:
        labels = _standing_together(region, count) or [
            node for node in labels if document.matcher.is_known(node.label)
        ]
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


def _by_column(document: Document, rows: Rows, titles: Sequence[Title], values: Sequence[Node]) -> list[Cell]:
    places = zip(itertools.product(titles, rows.labels), values, strict=True)
    return [_cell(document, row, title, node, rows.title) for (title, row), node in places]


def _by_row(document: Document, rows: Rows, titles: Sequence[Title], values: Sequence[Node]) -> list[Cell]:
    places = zip(itertools.product(rows.labels, titles), values, strict=True)
    return [_cell(document, row, title, node, rows.title) for (row, title), node in places]


def _cell(document: Document, row: tuple[Node, str], title: Title, node: Node, above: Node | None) -> Cell:
    label, unit = row[0], title.unit or row[1]
    mapping = _mapping(document, node.values[0], unit, label.label, above)
    if title.member:
        printed = document.unit_of(node.values[0], unit, label.label)
        quantity = document.catalogue.units.parse(printed)
        mapping = document.matcher.of_member(mapping, quantity, title.breakdown, title.member)
    return Cell(node, label, unit, title, mapping)


def _mapping(document: Document, value: Value, unit: str, label: str, above: Node | None) -> Mapping | None:
    """Return what a label means below its title: 发放总量 below 小企业贷款数据."""
    matcher = document.matcher
    if above is None:
        return document.mapping(value, unit, label, Group())
    title = above.label or above.lines[-1].text
    quantity = document.catalogue.units.parse(document.unit_of(value, unit, label))
    for whole in joined(matcher.bare(title), label):
        if mapping := matcher.match_exactly(whole, quantity):
            return mapping
    return document.mapping(value, unit, label, Group(matcher.subjects(title)))


def _units_fit(document: Document, cells: Sequence[Cell]) -> bool:
    """Say whether no value prints another unit than its column."""
    parse = document.catalogue.units.parse
    return all(
        parse(cell.value.unit) == parse(cell.title.unit)
        for cell in cells
        if cell.value.unit and cell.title.unit
    )


def _proven(document: Document, hypotheses: list[list[Cell]]) -> tuple[list[Cell], str, str] | None:
    """Return the hypothesis that arithmetic confirms most, with the rule's name and the confidence."""
    assumed = [[fact for cell in cells if (fact := _fact(document, cell))] for cells in hypotheses]
    known = document.facts({fact.metric for facts in assumed for fact in facts})
    results = []
    for cells, facts in zip(hypotheses, assumed, strict=True):
        verdicts = {name: rule(facts, known, document.catalogue) for name, rule in RULES.items()}
        verdicts["mentioned"] = _mentioned(document, cells)
        net = sum(verdict.confirmed - verdict.contradicted for verdict in verdicts.values())
        confirming = [name for name, verdict in verdicts.items() if verdict.confirmed]
        contradicted = any(verdict.contradicted for verdict in verdicts.values())
        results.append((net, bool(confirming), confirming, contradicted, cells))
    results.sort(key=lambda result: result[:2], reverse=True)
    net, is_confirmed, confirming, contradicted, cells = results[0]
    is_unique = len(results) == 1 or net > results[1][0]
    if is_confirmed and is_unique and net > 0:
        is_certain = not contradicted and confirming != ["sum100"]  # a set closes in any order
        return cells, _PAIRINGS.get(confirming[0], confirming[0]), "certain" if is_certain else "likely"
    if len(results) == 1 and not contradicted and all(cell.mapping and cell.unit for cell in cells):
        return cells, "order", "likely"
    return None


def _mentioned(document: Document, cells: Sequence[Cell]) -> Verdict:
    """A number that a sentence prints for one year is that year's in a chart of several."""
    if len({cell.title.year for cell in cells}) < 2:
        return Verdict()
    told = [
        cell.title.year in years
        for cell in cells
        if cell.value.number is not None
        and cell.value.telling_digits >= _TELLING_DIGITS
        and len(years := document.mentions.get(cell.value.number, set())) == 1
    ]
    return Verdict(sum(told), len(told) - sum(told))


def _fact(document: Document, cell: Cell) -> Fact | None:
    value, mapping = cell.value, cell.mapping
    if mapping is None or value.number is None or value.decimals is None:
        return None
    printed = document.unit_of(value, cell.unit, cell.label.label)
    return document.fact(
        value.number,
        value.decimals,
        document.catalogue.units.parse(printed),
        mapping,
        cell.title.year or document.year,
    )


def _record(
    document: Document,
    cells: Sequence[Cell],
    layout: str,
    pairing: str,
    confidence: str,
    headers: Sequence[Node],
) -> None:
    header_lines = [node.lines[0] for node in headers]
    for cell in cells:
        line: Line = cell.node.lines[0]
        lines = sorted({*header_lines, *cell.label.lines, line}, key=lambda each: each.number)
        document.record(
            cell.value, line, label=cell.label.label, label_line=cell.label.first, mapping=cell.mapping,
            unit=cell.unit, year=cell.title.year or document.year, evidence=lines, layout=layout,
            pairing=pairing, confidence=confidence if cell.mapping else None,
            set_key=f"{cells[0].node.first}|{cell.label.first}|{cell.title.breakdown}",
        )  # fmt: skip
        document.used.update(each.number for each in lines)
