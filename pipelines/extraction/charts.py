"""Charts: shares and counts whose labels, the members of a breakdown, stand in a legend apart from them.

Two things pair them. A value that the report prints elsewhere for one member of the legend is that member's
(``repeated``). A run of shares that total 100 belongs to the one legend on the page with as many members
(``sum100``); their order within is the printed one, so such a pairing is likely, never certain.
"""

import dataclasses
import itertools
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
class Group:
    """The members of one breakdown, as a legend prints them."""

    breakdown: str
    entries: tuple[Entry, ...]


@dataclasses.dataclass(frozen=True)
class Title:
    """A chart's title: 按性别划分的新员工."""

    breakdown: str
    metrics: tuple[str, ...]
    line: Line


@dataclasses.dataclass(frozen=True)
class Printed:
    """One value that nothing has been paired with yet."""

    value: Value
    line: Line


Known = dict[Decimal | None, dict[Mapping, Datapoint]]


def read_charts(document: Document, nodes: Sequence[Node]) -> None:
    """Read the charts among ``nodes`` whose values nothing else has paired; record their datapoints."""
    pages = _pages(nodes)
    known = _known_of_tables(document)
    for spread in [*([page] for page in pages), *itertools.pairwise(pages)]:  # a chart may run over two pages
        free = [
            node
            for page in spread
            for node in page
            if not any(line.number in document.used for line in node.lines)
        ]
        legend = _legend(document, free) if _unpaired(document, free) else []
        if legend:
            _read_repeated(document, free, legend, known)
            _read_sets(document, free, legend)


def _pages(nodes: Sequence[Node]) -> list[list[Node]]:
    pages: dict[int, list[Node]] = defaultdict(list)
    for node in nodes:
        page = node.lines[0].page
        pages[page if page is not None else node.first // _PAGE_LINES].append(node)
    return list(pages.values())


def _legend(document: Document, nodes: Sequence[Node]) -> list[Entry]:
    entries = []
    for node in nodes:
        for line in node.lines if node.kind in ("label", "other") else ():
            if line.number in document.labelled:
                continue
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
        elif _is_glued(document, node):
            unpaired += [Printed(value, line) for value in document.values.within(line.folded, line.text)]
    return unpaired


def _is_glued(document: Document, node: Node) -> bool:
    """Say whether a line glues a value to a member: 3.13普通员工."""
    text = node.lines[0].text
    glued = _GLUED_VALUE.match(text) if node.kind == "other" else None
    return glued is not None and bool(document.matcher.legend(text[glued.end() :]))


def _known_of_tables(document: Document) -> Known:
    """Return what tables print for members in the report's year, by number and meaning."""
    known: Known = defaultdict(dict)
    for point in document.datapoints:
        mapping = point.mapping if point.layout == "table" and point.year == document.year else None
        if mapping and mapping.member:
            known[point.value.number].setdefault(mapping, point)
    return known


def _read_repeated(document: Document, nodes: Sequence[Node], legend: Sequence[Entry], known: Known) -> None:
    """Pair values that a table of the same report prints for exactly one member of the legend."""
    entries: dict[tuple[str | None, str | None], Entry] = {}
    for entry in legend:
        for member in entry.members:
            entries.setdefault(member, entry)
    for printed in _unpaired(document, nodes):
        points = {
            mapping: point
            for mapping, point in known.get(printed.value.number, {}).items()
            if (mapping.breakdown, mapping.member) in entries
        }
        if len(points) != 1 or printed.value.telling_digits < _TELLING_DIGITS:
            continue
        ((mapping, point),) = points.items()
        if _same_unit(document, printed.value, point):
            entry = entries[mapping.breakdown, mapping.member]
            _record(document, printed, entry, mapping, point.unit_printed, "repeated", "certain", [], None)


def _same_unit(document: Document, value: Value, point: Datapoint) -> bool:
    return not value.unit or document.catalogue.units.parse(value.unit) == point.quantity


def _read_sets(document: Document, nodes: Sequence[Node], legend: Sequence[Entry]) -> None:
    """Pair runs of shares that total 100, and bars, with the legends and titles that fit them.

    A legend fits a run of its size where as many such legends as such runs are printed, and only if it prints
    its members in their natural order: a series that was printed in order is read in order. A legend that
    stands right before as many bars is theirs.
    """
    titles = [title for node in nodes for title in _titles(document, node)]
    for title, run, group in _in_sequence(document, nodes):
        _pair_set(document, nodes, run, group, title, "sum100")
    shares = _closing_runs(document, nodes)
    groups = [group for group in _groups(document, legend) if _in_natural_order(document, group)]
    for size in sorted({len(run) for run in shares}):
        runs = [run for run in shares if len(run) == size]
        fitting = [group for group in groups if len(group.entries) == size]
        of_kind = [title for title in titles if fitting and title.breakdown == fitting[0].breakdown]
        on_page = {title.line.page: set[str]() for title in titles}
        for title in titles:
            on_page[title.line.page].add(title.breakdown)
        of_page = [on_page.get(run[0].line.page, {title.breakdown for title in of_kind}) for run in runs]
        alike = len({tuple(entry.text for entry in group.entries) for group in fitting}) == 1
        is_titled = all(of_kind and of_kind[0].breakdown in kinds for kinds in of_page)
        if len(runs) == len(fitting) == len(of_kind) and alike and is_titled:
            for run, group, title in zip(runs, fitting, of_kind, strict=True):
                _pair_set(document, nodes, run, group, title, "sum100")
    for group, run in _bars(document, nodes, groups):
        of_kind = [title for title in titles if title.breakdown == group.breakdown]
        if len(of_kind) == 1 and not any(printed.line.number in document.used for printed in run):
            _pair_set(document, nodes, run, group, of_kind[0], "order")


def _in_sequence(
    document: Document, nodes: Sequence[Node]
) -> Iterator[tuple[Title, list[Printed], Group]]:
    """Yield charts whose title, closing shares and legend follow one another with nothing between them."""
    runs = {run[0].line.number: run for run in _closing_runs(document, nodes)}
    for above, first in itertools.pairwise(nodes):
        run = runs.get(first.first)
        legend_node = next((node for node in nodes if run and node.first > run[-1].line.number), None)
        if run is None or legend_node is None:
            continue
        kinds = {group.breakdown: group for group in _groups(document, _legend(document, [legend_node]))}
        found = [
            (title, run, kinds[title.breakdown])
            for title in _titles(document, above)
            if title.breakdown in kinds and len(kinds[title.breakdown].entries) == len(run)
        ]
        if len(found) == 1 and _in_natural_order(document, found[0][2]):
            yield found[0]


def _pair_set(
    document: Document,
    nodes: Sequence[Node],
    run: Sequence[Printed],
    group: Group,
    title: Title,
    pairing: str,
) -> None:
    metrics = _metrics(document, title.metrics or _subject(document, nodes), title.breakdown, run[0].value)
    if len(metrics) != 1:
        return
    (metric,) = metrics
    for printed, entry in zip(run, group.entries, strict=True):
        member = next(member for kind, member in entry.members if kind == group.breakdown)
        mapping = Mapping(metric, group.breakdown, member, True)
        _record(
            document, printed, entry, mapping, "", pairing, "likely", [title.line], f"{run[0].line.number}"
        )


def _subject(document: Document, nodes: Sequence[Node]) -> tuple[str, ...]:
    """Return the metrics that titles of the page name (员工结构), for one that only says 按年龄划分."""
    found = {
        target.metric
        for node in nodes
        if node.kind in ("label", "heading") and node.first not in document.labelled
        for form in document.matcher.variants(node.label)
        for target in document.catalogue.aliases.get(form, ())
        if document.catalogue.needs_member(target.metric)
    }
    return tuple(sorted(found))


def _bars(
    document: Document, nodes: Sequence[Node], groups: Sequence[Group]
) -> Iterator[tuple[Group, list[Printed]]]:
    """Yield legends of one line with the values right below it, where they are as many."""
    for position, node in enumerate(nodes):
        of_line = [group for group in groups if {entry.line for entry in group.entries} == {node.lines[0]}]
        run = []
        for below in itertools.takewhile(
            lambda each: each.kind in ("value", "values"), nodes[position + 1 :]
        ):
            run += [Printed(value, below.lines[0]) for value in below.values]
        if len(of_line) == 1 and len(of_line[0].entries) == len(run) > 1:
            yield of_line[0], run


def _closing_runs(document: Document, nodes: Sequence[Node]) -> list[list[Printed]]:
    """Return the runs of consecutive percentages that total 100 within their rounding."""
    runs: list[list[Printed]] = [[]]
    for node in nodes:
        is_free = node.lines[0].number not in document.used
        if (
            node.kind in ("value", "values")
            and is_free
            and all(value.unit in ("%", "％") for value in node.values)
        ):
            runs[-1].extend(Printed(value, node.lines[0]) for value in node.values)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1 and _closes(run)]


def _closes(run: Sequence[Printed]) -> bool:
    total = sum((printed.value.number or Decimal() for printed in run), Decimal())
    tolerance = sum((Decimal(1) / (2 * 10 ** (printed.value.decimals or 0)) for printed in run), Decimal())
    return abs(total - 100) <= tolerance


def _groups(document: Document, legend: Sequence[Entry]) -> list[Group]:
    """Part a legend into groups: a new one starts where the breakdown changes or a member recurs."""
    groups: list[tuple[str, list[Entry]]] = []
    for entry in legend:
        kinds = [kind for kind, _ in entry.members]
        breakdown = groups[-1][0] if groups else ""
        recurs = groups and any(set(entry.members) & set(other.members) for other in groups[-1][1])
        if groups and breakdown in kinds and not recurs:
            groups[-1][1].append(entry)
        elif len(set(kinds)) == 1:
            groups.append((kinds[0], [entry]))
    return [Group(breakdown, tuple(entries)) for breakdown, entries in groups]


def _in_natural_order(document: Document, group: Group) -> bool:
    order = document.catalogue.member_order
    places = [
        order.get((kind, member))
        for entry in group.entries
        for kind, member in entry.members
        if kind == group.breakdown
    ]
    known = [place for place in places if place is not None]
    return len(known) == len(places) and known == sorted(known)


def _titles(document: Document, node: Node) -> list[Title]:
    """Return the titles on a line: two charts side by side share one."""
    headings = [document.matcher.heading(part) for part in node.lines[0].text.split()]
    return [Title(heading.breakdown, heading.metrics, node.lines[0]) for heading in headings if heading]


def _metrics(document: Document, named: Sequence[str], breakdown: str, value: Value) -> list[str]:
    """Return which of a title's metrics, or of their parts, a value of ``breakdown`` can be."""
    quantity = document.catalogue.units.parse(value.unit)
    candidates = dict.fromkeys(
        part for metric in named for part in (metric, *document.catalogue.parts.get(metric, ()))
    )
    return [
        metric
        for metric in candidates
        if breakdown in document.catalogue.metrics[metric].breakdowns
        and document.matcher.agrees(metric, quantity)
    ]


def _record(
    document: Document, printed: Printed, entry: Entry, mapping: Mapping, unit: str,
    pairing: str, confidence: str, evidence: Sequence[Line], set_key: str | None,
) -> None:  # fmt: skip
    lines = sorted({*evidence, entry.line, printed.line}, key=lambda line: line.number)
    document.record(
        printed.value, printed.line, label=entry.text, label_line=entry.line.number, mapping=mapping,
        unit=unit,
        year=document.year, evidence=lines, layout="chart", pairing=pairing, confidence=confidence,
        set_key=set_key and f"{set_key}|{mapping.breakdown}",
    )  # fmt: skip
