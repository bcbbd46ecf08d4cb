"""Charts: shares and counts whose labels, the members of a breakdown, stand in a legend apart from them.

Two things pair them. A value that the report prints elsewhere for one member of the legend is that member's
(``repeated``). A run of shares that total 100 belongs to the one legend on the page with as many members
(``sum100``); their order within is the printed one, so such a pairing is likely, never certain.
"""

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipelines.extraction.document import Datapoint, Document, Line
from pipelines.extraction.labels import Mapping
from pipelines.extraction.nodes import Node
from pipelines.extraction.numbers import Value

_GLUED_VALUE = re.compile(r"^\s*\d[\d,]*\.\d+%?(?=[一-鿿])")
_TELLING_DIGITS = 3  # a number of fewer digits may agree with another by chance
_PAGE_LINES = 120  # what counts as one page where the text keeps none


@dataclasses.dataclass(frozen=True)
class Entry:
    """One member of a legend: what it may stand for, and where it is printed."""

    text: str
    members: tuple[tuple[str, str], ...]
    line: Line


@dataclasses.dataclass(frozen=True)
class Printed:
    """One value that nothing has been paired with yet."""

    value: Value
    line: Line


def read_charts(document: Document, nodes: Sequence[Node]) -> None:
    """Read the charts among ``nodes`` whose values no other layout has paired, and record their datapoints."""
    for page in _pages(nodes):
        free = [node for node in page if not any(line.number in document.used for line in node.lines)]
        legend = _legend(document, free)
        if legend:
            _read_repeated(document, free, legend)
            _read_sets(document, free, legend)


def _pages(nodes: Sequence[Node]) -> Iterator[list[Node]]:
    pages: dict[int, list[Node]] = defaultdict(list)
    for node in nodes:
        page = node.lines[0].page
        pages[page if page is not None else -node.first // _PAGE_LINES].append(node)
    yield from pages.values()


def _legend(document: Document, nodes: Sequence[Node]) -> list[Entry]:
    entries = []
    for node in nodes:
        for line in node.lines if node.kind in ("label", "other") else ():
            members = document.matcher.legend(_GLUED_VALUE.sub("", line.text))
            printed = [line.text.strip()] if len(members) == 1 else [text for text, _ in members]
            entries += [Entry(text, found, line) for text, (_, found) in zip(printed, members, strict=True)]
    return entries


def _unpaired(document: Document, nodes: Sequence[Node]) -> list[Printed]:
    unpaired = []
    for node in nodes:
        line = node.lines[0]
        if node.kind in ("value", "values") and line.number not in document.used:
            unpaired += [Printed(value, line) for value in node.values]
        elif node.kind == "other" and (glued := _GLUED_VALUE.match(line.text)):  # 3.13普通员工
            if document.matcher.legend(line.text[glued.end() :]):
                unpaired += [Printed(value, line) for value in document.values.within(line.folded, line.text)]
    return unpaired


def _read_repeated(document: Document, nodes: Sequence[Node], legend: Sequence[Entry]) -> None:
    """Pair values that a table of the same report prints for exactly one member of the legend."""
    entries: dict[tuple[str, str], Entry] = {}
    for entry in legend:
        for member in entry.members:
            entries.setdefault(member, entry)
    known: dict[Decimal, list[Datapoint]] = defaultdict(list)
    for point in document.datapoints:
        if point.layout == "table" and point.mapping and point.mapping.member and point.year == document.year:
            if point.value.number is not None and (point.mapping.breakdown, point.mapping.member) in entries:
                known[point.value.number].append(point)
    for printed in _unpaired(document, nodes):
        points = known.get(printed.value.number or Decimal(-1), [])
        if len({point.mapping for point in points}) != 1 or not _same_unit(document, printed.value, points[0]):
            continue
        mapping = points[0].mapping
        if mapping and mapping.breakdown and mapping.member and _digits(printed.value) >= _TELLING_DIGITS:
            entry = entries[mapping.breakdown, mapping.member]
            _record(document, printed, entry, mapping, points[0].unit_printed, "repeated", "certain", [], None)


def _digits(value: Value) -> int:
    """Return how many digits a value prints, leading zeros aside."""
    return len("".join(filter(str.isdigit, value.raw)).lstrip("0"))


def _same_unit(document: Document, value: Value, point: Datapoint) -> bool:
    return not value.unit or document.catalogue.units.parse(value.unit) == point.quantity


def _read_sets(document: Document, nodes: Sequence[Node], legend: Sequence[Entry]) -> None:
    """Pair runs of shares that total 100 with the only legend of their size under the only title for it."""
    sets = _closing_runs(document, nodes)
    legends = _groups(legend)
    for run in sets:
        fitting = [group for group in legends if len(group[1]) == len(run)]
        if len(fitting) != 1 or sum(len(other) == len(run) for other in sets) != 1:
            continue
        breakdown, entries = fitting[0]
        titles = [node for node in nodes if breakdown in _breakdowns(document, node)]
        metrics = {
            mapping.metric
            for node in titles
            for heading in _headings(document, node)
            if heading[0] == breakdown
            for mapping in _shares(document, heading[1], breakdown)
        }
        if len(metrics) != 1:
            continue
        metric = metrics.pop()
        evidence = [titles[0].lines[0]]
        for printed, entry in zip(run, entries, strict=True):
            member = next(member for kind, member in entry.members if kind == breakdown)
            mapping = Mapping(metric, breakdown, member, True)
            _record(document, printed, entry, mapping, "%", "sum100", "likely", evidence, f"{run[0].line.number}")


def _closing_runs(document: Document, nodes: Sequence[Node]) -> list[list[Printed]]:
    """Return the runs of consecutive percentages that total 100 within their rounding."""
    runs: list[list[Printed]] = [[]]
    for node in nodes:
        is_free = node.lines[0].number not in document.used
        if node.kind in ("value", "values") and is_free and all(value.unit in ("%", "％") for value in node.values):
            runs[-1].extend(Printed(value, node.lines[0]) for value in node.values)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1 and _closes(run)]


def _closes(run: Sequence[Printed]) -> bool:
    total = sum((printed.value.number or Decimal() for printed in run), Decimal())
    tolerance = sum((Decimal(1) / (2 * 10 ** (printed.value.decimals or 0)) for printed in run), Decimal())
    return abs(total - 100) <= tolerance


def _groups(legend: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """Part a legend into its breakdowns: a new group starts where the breakdown changes or a member recurs."""
    groups: list[tuple[str, list[Entry]]] = []
    for entry in legend:
        kinds = [kind for kind, _ in entry.members]
        breakdown = groups[-1][0] if groups else ""
        recurs = groups and any(set(entry.members) & set(other.members) for other in groups[-1][1])
        if groups and breakdown in kinds and not recurs:
            groups[-1][1].append(entry)
        elif len(set(kinds)) == 1:
            groups.append((kinds[0], [entry]))
    return groups


def _headings(document: Document, node: Node) -> list[tuple[str, tuple[str, ...]]]:
    """Return (breakdown, metrics) of every title on a line: two charts side by side share one line."""
    found = []
    for part in node.lines[0].text.split():
        heading = document.matcher.heading(part)
        if heading:
            found.append((heading.breakdown, heading.metrics))
    return found


def _breakdowns(document: Document, node: Node) -> set[str]:
    return {breakdown for breakdown, _ in _headings(document, node)} if node.kind in ("heading", "label") else set()


def _shares(document: Document, metrics: Sequence[str], breakdown: str) -> list[Mapping]:
    """Return what shares of a title's metric by ``breakdown`` are: of 新员工, new_hires_share."""
    percent = document.catalogue.units.parse("%")
    candidates = dict.fromkeys(part for metric in metrics for part in (metric, *document.catalogue.parts.get(metric, ())))
    return [
        Mapping(metric, breakdown, None, True)
        for metric in candidates
        if document.catalogue.sets.get(metric, ("", None))[0] == "sum100"
        and breakdown in document.catalogue.metrics[metric].breakdowns
        and document.matcher.agrees(metric, percent)
    ]


def _record(
    document: Document, printed: Printed, entry: Entry, mapping: Mapping, unit: str,
    pairing: str, confidence: str, evidence: Sequence[Line], set_key: str | None,
) -> None:  # fmt: skip
    lines = sorted({*evidence, entry.line, printed.line}, key=lambda line: line.number)
    document.record(
        printed.value, printed.line, label=entry.text, label_line=entry.line.number, mapping=mapping, unit=unit,
        year=document.year, evidence=lines, layout="chart", pairing=pairing, confidence=confidence,
        set_key=set_key and f"{set_key}|{mapping.breakdown}",
    )  # fmt: skip


