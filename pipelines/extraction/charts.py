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
_MISPRINT = 1  # a point: shares that miss 100 by less are a set with a misprint, for the gate to find
_NEARLY_ALL = 4  # times the other: what is known to be nearly all of two is more than four fifths
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


Run = list[tuple[Printed, ...]]
"""The slices of one chart in printed order, each with its share, its count, or both."""

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
    """Pair sets that close, and bars, with the legends and titles that fit them.

    Title, set and legend that follow one another are one chart. Elsewhere a legend fits a set of its size
    where as many such legends and titles as such sets are printed. A legend that stands right before as many
    bars is theirs.
    """
    for title, run, group in _in_sequence(document, nodes):
        _pair_set(document, nodes, run, group, title, "sum100")
    titles = [title for node in nodes for title in _titles(document, node)]
    sets = _closing_runs(document, nodes)
    free = [entry for entry in legend if entry.line.number not in document.labelled]
    groups = [
        group
        for group in _groups(document, free, titles)
        if _in_natural_order(document, group) or _sizes(document, group)
    ]
    for size in sorted({len(run) for run in sets}):
        runs = [run for run in sets if len(run) == size]
        fitting = [group for group in groups if len(group.entries) == size]
        of_kind = [title for title in titles if fitting and title.breakdown == fitting[0].breakdown]
        on_page = {title.line.page: set[str]() for title in titles}
        for title in titles:
            on_page[title.line.page].add(title.breakdown)
        of_page = [on_page.get(run[0][0].line.page, {title.breakdown for title in of_kind}) for run in runs]
        alike = len({tuple(entry.text for entry in group.entries) for group in fitting}) == 1
        is_titled = all(of_kind and of_kind[0].breakdown in kinds for kinds in of_page)
        if len(runs) == len(fitting) == len(of_kind) and alike and is_titled:
            for run, group, title in zip(runs, fitting, of_kind, strict=True):
                _pair_set(document, nodes, run, group, title, "sum100")
    for group, bars in _bars(document, nodes, groups):
        of_kind = [title for title in titles if title.breakdown == group.breakdown]
        if len(of_kind) == 1 and not any(printed.line.number in document.used for printed in bars):
            _pair_set(document, nodes, [(printed,) for printed in bars], group, of_kind[0], "order")


def _in_sequence(document: Document, nodes: Sequence[Node]) -> Iterator[tuple[Title, Run, Group]]:
    """Yield charts whose title, closing set and legend follow one another with nothing but years between."""
    runs = {run[0][0].line.number: run for run in _closing_runs(document, nodes)}
    pieces = [node for node in nodes if node.kind != "period"]
    for above, first in itertools.pairwise(pieces):
        run = runs.get(first.first)
        below = next((node for node in pieces if run and node.first > run[-1][-1].line.number), None)
        if run is None or below is None:
            continue
        groups = _groups(document, _legend(document, [below]), _titles(document, above))
        found = [
            (title, run, group)
            for title in _titles(document, above)
            for group in groups
            if title.breakdown == group.breakdown and len(group.entries) == len(run)
        ]
        if len(found) == 1:
            yield found[0]


def _pair_set(
    document: Document, nodes: Sequence[Node], run: Run, group: Group, title: Title, pairing: str
) -> None:
    named = title.metrics or _subject(document, nodes)
    for entry, slice_ in zip(_in_order(document, run, group), run, strict=False):
        member = next(member for kind, member in entry.members if kind == group.breakdown)
        for printed in slice_:
            metrics = _metrics(document, named, title.breakdown, printed.value)
            if len(metrics) == 1:
                mapping = Mapping(metrics[0], group.breakdown, member, True)
                _record(
                    document, printed, entry, mapping, "", pairing, "likely", [title.line],
                    f"{run[0][0].line.number}",
                )  # fmt: skip


def _in_order(document: Document, run: Run, group: Group) -> Sequence[Entry]:
    """Return the legend in the order of the values; empty where nothing tells it.

    A series that prints its members in their natural order is read in order. Where one of two members is
    known to be nearly all (full-time staff) and one value is, they belong together, whatever the order.
    """
    sizes = _sizes(document, group)
    first, *others = (slice_[0].value.number or Decimal() for slice_ in run)
    if len(others) == 1 and sizes:
        if first > others[0] * _NEARLY_ALL:
            return [sizes["most"], sizes["least"]]
        if others[0] > first * _NEARLY_ALL:
            return [sizes["least"], sizes["most"]]
    return group.entries if _in_natural_order(document, group) else ()


def _sizes(document: Document, group: Group) -> dict[str, Entry]:
    """Return the member that is nearly all and the one that is the rest, where the two are known as such."""
    known = document.catalogue.usual_sizes
    sizes = {
        known[member]: entry
        for entry in group.entries
        for member in entry.members
        if member[0] == group.breakdown and member in known
    }
    return sizes if len(sizes) == len(group.entries) == 2 else {}


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


def _closing_runs(document: Document, nodes: Sequence[Node]) -> list[Run]:
    """Return the runs of consecutive values that close: as shares, as counts, or as pairs of both."""
    stretches: list[list[Printed]] = [[]]
    for node in nodes:
        if node.kind in ("value", "values") and node.lines[0].number not in document.used:
            stretches[-1] += [Printed(value, node.lines[0]) for value in node.values]
        elif stretches[-1]:
            stretches.append([])
    runs: list[Run] = []
    for stretch in stretches:
        if _are_pairs(stretch):
            runs.append(list(zip(stretch[::2], stretch[1::2], strict=True)))
            continue
        for is_share, run in itertools.groupby(stretch, _is_share):
            values = list(run)
            if len(values) > 1 and (_closes(values) if is_share else _adds_up(document, values)):
                runs.append([(printed,) for printed in values])
    return runs


def _is_share(printed: Printed) -> bool:
    return printed.value.unit in ("%", "％")


def _are_pairs(stretch: Sequence[Printed]) -> bool:
    """Say whether shares and counts alternate, and every count is its share of all counts."""
    kinds = [_is_share(printed) for printed in stretch]
    if len(stretch) < 4 or len(stretch) % 2 or kinds != kinds[:2] * (len(stretch) // 2) or all(kinds):
        return False
    shares, counts = (stretch[::2], stretch[1::2]) if kinds[0] else (stretch[1::2], stretch[::2])
    numbers = [printed.value.number or Decimal() for printed in counts]
    return (
        any(kinds)
        and _closes(shares)
        and all(
            abs((share.value.number or 0) - number * 100 / sum(numbers)) <= _half(share)
            for share, number in zip(shares, numbers, strict=True)
            if sum(numbers)
        )
    )


def _adds_up(document: Document, counts: Sequence[Printed]) -> bool:
    """Say whether a sentence prints the sum of plain counts: 共有 822 家 for 40 and 782."""
    total = sum(printed.value.number or Decimal() for printed in counts)
    is_plain = all(printed.value.decimals == 0 for printed in counts)
    return is_plain and len(str(total)) >= _TELLING_DIGITS and total in document.mentions


def _half(printed: Printed) -> Decimal:
    """Return half of the last printed digit."""
    return Decimal(5).scaleb(-1 - (printed.value.decimals or 0))


def _closes(run: Sequence[Printed]) -> bool:
    total = sum((printed.value.number or Decimal() for printed in run), Decimal())
    return abs(total - 100) <= max(_MISPRINT, sum(map(_half, run)))


def _groups(document: Document, legend: Sequence[Entry], titles: Sequence[Title]) -> list[Group]:
    """Part a legend into groups: a new one starts where the breakdown changes or a member recurs.

    A member of two breakdowns (中国) is one of the breakdown that ``titles`` name.
    """
    named = {title.breakdown for title in titles}
    groups: list[tuple[str, list[Entry]]] = []
    for entry in legend:
        kinds = {kind for kind, _ in entry.members}
        breakdown = groups[-1][0] if groups else ""
        recurs = groups and any(set(entry.members) & set(other.members) for other in groups[-1][1])
        if groups and breakdown in kinds and not recurs:
            groups[-1][1].append(entry)
        elif len(kinds) == 1 or len(kinds & named) == 1:
            groups.append((min(kinds & named or kinds), [entry]))
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
    headings = [document.matcher.heading(part) for part in (node.label or node.lines[0].text).split()]
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
