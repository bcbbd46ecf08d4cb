"""What a chart is made of: titles, legends and values, and the rules that tell which belong together."""

import bisect
import itertools
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from pipelines.extraction.document import Document, Line, Undecided
from pipelines.extraction.labels import Mapping
from pipelines.extraction.nodes import Node
from pipelines.extraction.numbers import Value
from pipelines.text import fold

GLUED_VALUE = re.compile(r"^\s*\d[\d,]*(?:(?:\.\d+)?%(?=[一-鿿\d<>≤≥])|\.\d+(?=[一-鿿]))")
TELLING_DIGITS = 3  # a number of fewer digits may agree with another by chance
_WITHOUT_ORDER = frozenset({"region", "function", "rating"})  # what a legend prints first says nothing
_TELLING_ORDER = 4  # values that fall from first to last: fewer may do so by chance
_MISPRINT = 1  # a point: shares that miss 100 by less are a set with a misprint, for the gate to find
_WHOLE = re.compile("(?:构成|结构|组成|分布|概况)(?:情况|图)?$")
_SUBJECT_REACH = 40  # pieces of a page from a chart to the title that says what it is about
_NEARLY_ALL = 4  # times the other: what is known to be nearly all of two is more than four fifths


class Entry(NamedTuple):
    """One member of a legend: what it may stand for, and where it is printed."""

    text: str
    members: tuple[tuple[str, str], ...]
    line: Line


class Group(NamedTuple):
    """The members of one breakdown, as a legend prints them."""

    breakdown: str
    entries: tuple[Entry, ...]


class Title(NamedTuple):
    """A chart's title: 按性别划分的新员工."""

    breakdown: str
    metrics: tuple[str, ...]
    line: Line


class Printed(NamedTuple):
    """One value that nothing has been paired with yet."""

    value: Value
    line: Line


Run = list[tuple[Printed, ...]]
"""The slices of one chart in printed order, each with its share, its count, or both."""


def legend_of(document: Document, nodes: Sequence[Node]) -> list[Entry]:
    """Return the members that lines of ``nodes`` name and that nothing is paired with yet."""
    entries = []
    for node in nodes:
        if node.kind == "statement" and (members := document.matcher.legend(node.label)):
            entries += [Entry(text, found, node.lines[0]) for text, found in members]
        for line in node.lines if node.kind in ("label", "heading", "counted", "other") else ():
            if line.number in document.labelled or not line.may_be_legend:
                continue
            members = document.matcher.legend(GLUED_VALUE.sub("", line.text))
            printed = [line.text.strip()] if len(members) == 1 else [text for text, _ in members]
            entries += [Entry(text, found, line) for text, (_, found) in zip(printed, members, strict=True)]
    return entries


def labelled_values(document: Document, node: Node) -> list[tuple[Printed, Entry]]:
    """Return the values of a line with their members, where every one has its own: 女 55.0%  30岁以下 30.0%.

    All members stand before their values, or all behind them.
    """
    line, values = node.value_line, node.values
    ends = [0, *(value.end for value in values)]
    starts = [*(value.start for value in values), len(line.text)]
    pieces = [line.text[end:start].strip() for end, start in zip(ends, starts, strict=True)]
    for empty, labels in ((pieces[-1], pieces[:-1]), (pieces[0], pieces[1:])):
        members = [document.matcher.legend(label) for label in labels]
        if not empty and all(len(found) == 1 for found in members):
            return [
                (Printed(value, line), Entry(label, found[0][1], line))
                for value, label, found in zip(values, labels, members, strict=True)
            ]
    return []


def titles_of(document: Document, node: Node) -> list[Title]:
    """Return the titles on a line: two charts side by side share one."""
    begins_line = node.kind not in ("statement", "counted")
    if begins_line and not node.may_be_heading:
        return []
    headings = [document.matcher.heading(part) for part in (node.label or node.lines[0].text).split()]
    told = [(each.breakdown, each.metrics) for each in headings if each]
    return [Title(breakdown, metrics, node.lines[0]) for breakdown, metrics in told if breakdown]


def groups_of(document: Document, legend: Sequence[Entry], titles: Sequence[Title]) -> list[Group]:
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


def sizes_of(document: Document, group: Group) -> dict[str, Entry]:
    """Return the member that is nearly all and the one that is the rest, where the two are known as such."""
    known = document.catalogue.usual_sizes
    sizes = {
        known[member]: entry
        for entry in group.entries
        for member in entry.members
        if member[0] == group.breakdown and member in known
    }
    return sizes if len(sizes) == len(group.entries) == 2 else {}


def is_in_order(document: Document, group: Group) -> bool:
    """Say whether a legend prints its members in their natural order, three and more maybe backwards."""
    if group.breakdown in _WITHOUT_ORDER:
        return False
    order = document.catalogue.member_order
    places = [
        order.get((kind, member))
        for entry in group.entries
        for kind, member in entry.members
        if kind == group.breakdown
    ]
    known = [place for place in places if place is not None]
    is_reversed = len(known) > 2 and known == sorted(known, reverse=True)
    return len(known) == len(places) and (known == sorted(known) or is_reversed)


def in_order(document: Document, run: Run, group: Group) -> Sequence[Entry]:
    """Return the legend in the order of the values; empty where nothing tells it.

    A series that prints its members in their natural order is read in order, and so are members without
    one where the values fall from first to last. Where one of two members is known to be nearly all
    (full-time staff) and one value is, they belong together, whatever the order.
    """
    sizes = sizes_of(document, group)
    first, *others = (slice_[0].value.number or Decimal() for slice_ in run)
    if len(others) == 1 and sizes:
        if first > others[0] * _NEARLY_ALL:
            return [sizes["most"], sizes["least"]]
        if others[0] > first * _NEARLY_ALL:
            return [sizes["least"], sizes["most"]]
    return group.entries if is_in_order(document, group) or is_sorted(run, group) else ()


def is_sorted(run: Run, group: Group) -> bool:
    """Say whether a chart prints members that have no order of their own from the largest to the smallest."""
    numbers = [slice_[0].value.number or Decimal() for slice_ in run]
    falls = all(larger > smaller for larger, smaller in itertools.pairwise(numbers))
    is_as_long = len(run) == len(group.entries) >= _TELLING_ORDER and all(len(slice_) == 1 for slice_ in run)
    return is_as_long and falls and group.breakdown in _WITHOUT_ORDER


def is_share(printed: Printed) -> bool:
    """Say whether a value is a percentage."""
    return printed.value.unit in ("%", "％")


def are_pairs(stretch: Sequence[Printed]) -> bool:
    """Say whether shares and counts alternate, and every count is its share of all counts."""
    kinds = [is_share(printed) for printed in stretch]
    if len(stretch) < 4 or len(stretch) % 2 or kinds != kinds[:2] * (len(stretch) // 2) or all(kinds):
        return False
    shares, counts = (stretch[::2], stretch[1::2]) if kinds[0] else (stretch[1::2], stretch[::2])
    numbers = [printed.value.number or Decimal() for printed in counts]
    return (
        any(kinds)
        and closes(shares)
        and all(
            abs((share.value.number or 0) - number * 100 / sum(numbers)) <= half_of(share.value)
            for share, number in zip(shares, numbers, strict=True)
            if sum(numbers)
        )
    )


def adds_up(document: Document, counts: Sequence[Printed]) -> bool:
    """Say whether a sentence or a total elsewhere is the sum of plain counts: 共有 822 家 for 40 and 782."""
    total = sum(printed.value.number or Decimal() for printed in counts)
    is_plain = all(printed.value.decimals == 0 for printed in counts)
    is_printed = total in document.mentions or total in document.whole_numbers
    return is_plain and len(str(total)) >= TELLING_DIGITS and is_printed


def half_of(value: Value) -> Decimal:
    """Return half of the last printed digit."""
    return Decimal(5).scaleb(-1 - (value.decimals or 0))


def closes(run: Sequence[Printed], misprint: int = _MISPRINT) -> bool:
    """Say whether shares total 100 within their rounding, or but for a misprint."""
    total = sum((printed.value.number or Decimal() for printed in run), Decimal())
    return abs(total - 100) <= max(misprint, sum(half_of(printed.value) for printed in run))


def metrics_of(document: Document, named: Sequence[str], breakdown: str, value: Value) -> list[str]:
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


def _are_rates(document: Document, metrics: Sequence[str], group: Group, values: Sequence[Printed]) -> bool:
    """Say whether values can be rates or means of groups, which unlike shares of a whole need not total 100.

    Shares that total 100 may as well be those of the people counted, and the mean of all must allow the
    rates of the groups.
    """
    is_set = is_share(values[0]) and closes(values)
    return not is_set and all(_mean_allows(document, metric, group, values) for metric in metrics)


def _mean_allows(document: Document, metric: str, group: Group, values: Sequence[Printed]) -> bool:
    """Say whether rates of groups, in the order of their legend, can have the mean that is printed for all.

    It lies between them; with the groups' shares known, it is their mean by these (``metric_means.csv``).
    """
    known = {
        point.mapping[:3]: point.value
        for point in document.datapoints
        if point.mapping and point.year == document.year and point.value.number is not None
    }
    of_all = known.get((metric, None, None))
    if of_all is None:
        return True
    members = [
        next(member for kind, member in each.members if kind == group.breakdown) for each in group.entries
    ]
    weighted_by = document.catalogue.means.get(metric) or ""
    weights = [known.get((weighted_by, group.breakdown, each)) for each in members]
    lows, highs = zip(*(_limits(printed.value) for printed in values), strict=True)
    low, high = min(lows), max(highs)
    if all(weights):
        shares = [_limits(weight) for weight in weights if weight]
        low = sum(rate * share / 100 for rate, (share, _) in zip(lows, shares, strict=True))
        high = sum(rate * share / 100 for rate, (_, share) in zip(highs, shares, strict=True))
    of_all_low, of_all_high = _limits(of_all)
    return bool(low <= of_all_high and of_all_low <= high)


def _limits(value: Value) -> tuple[Decimal, Decimal]:
    """Return the least and the greatest number that rounds to a printed one."""
    number, half = value.number or Decimal(), half_of(value)
    return number - half, number + half


def _subject_of(document: Document, nodes: Sequence[Node]) -> tuple[str, ...]:
    """Return the metrics that titles of the page name (员工结构), for one that only says 按年龄划分."""
    found = {
        target.metric
        for node in nodes
        if node.kind in ("label", "heading") and node.first not in document.labelled
        for label in {node.label, *(line.text.strip() for line in node.lines)}
        for form in document.matcher.variants(label)
        for target in document.catalogue.targets(form)
        if document.catalogue.needs_member(target.metric)
    }
    return tuple(sorted(found))


def subject_around(document: Document, nodes: Sequence[Node], title: Title) -> tuple[str, ...]:
    """Return what titles above a chart name, else those below that are no title of the next chart."""
    place = bisect.bisect_right(nodes, title.line.number, key=lambda node: node.first)
    below = [
        node
        for node, after in itertools.pairwise(nodes[place : place + _SUBJECT_REACH])
        if not after.values and not document.matcher.legend(after.lines[0].text)
    ]
    for node in reversed(nodes[max(0, place - _SUBJECT_REACH) : place]):
        if any(point.layout == "table" for point in document.points_on([node.first])):
            break  # what stands above a table is of others
        if found := _named_by(document, node):
            return found
        if _names_others(document, node):
            return ()
    return _subject_of(document, below)


def _names_others(document: Document, node: Node) -> bool:
    """Say whether a title names the whole of people who are no staff: 注册骑手构成."""
    title = fold(node.label) if node.kind == "label" else ""
    return _WHOLE.search(title) is not None and any(
        word in title for word in document.catalogue.words["bearer"]
    )


def _named_by(document: Document, node: Node) -> tuple[str, ...]:
    """Return the metrics with parts that a title names; the total of a table's row has none of its own."""
    is_title = node.kind in ("label", "heading") and node.first not in document.labelled
    labels = (node.label, *(line.text.strip() for line in reversed(node.lines))) if is_title else ()
    catalogue = document.catalogue
    for label in labels:
        of_parts = tuple(
            metric
            for metric in document.matcher.subjects(label)
            if catalogue.needs_member(metric) or metric in catalogue.parts.get(metric, ())
        )
        if of_parts:
            return of_parts
    return ()


def _summed(document: Document, run: Run) -> tuple[str, ...]:
    """Return the total that the counts of a chart add up to, where its title names none: 性别构成."""
    counts = [printed.value.number or 0 for slice_ in run for printed in slice_ if not is_share(printed)]
    found = {
        point.mapping.metric
        for point in document.datapoints
        if point.mapping and point.mapping.member is None and point.year == document.year
        and point.value.number == sum(counts) and point.value.telling_digits >= TELLING_DIGITS
        and point.mapping.metric in document.catalogue.parts
    }  # fmt: skip
    return tuple(found) if len(found) == 1 and len(counts) > 1 else ()


def pair_set(
    document: Document, nodes: Sequence[Node], run: Run, group: Group, title: Title, pairing: str
) -> None:
    """Record the slices of ``run`` as the members of ``group``, where their order is told."""
    named = title.metrics or subject_around(document, nodes, title) or _summed(document, run)
    entries = in_order(document, run, group)
    values = [slice_[0] for slice_ in run]
    metrics = metrics_of(document, named, title.breakdown, values[0].value)
    is_whole = any(metric in document.catalogue.sets for metric in metrics)
    is_other = is_whole and _is_known_otherwise(document, metrics, group, values)
    if not entries or is_other or not (is_whole or _are_rates(document, metrics, group, values)):
        leave_undecided(document, run, group, title)
        return
    for entry, slice_ in zip(entries, run, strict=True):
        member = next(member for kind, member in entry.members if kind == group.breakdown)
        for printed in slice_:
            metrics = metrics_of(document, named, title.breakdown, printed.value)
            if len(metrics) == 1:
                mapping = Mapping(metrics[0], group.breakdown, member, True)
                record_slice(
                    document, printed, entry, mapping, "", pairing, "likely", [title.line],
                    f"{run[0][0].line.number}",
                )  # fmt: skip


def _is_known_otherwise(
    document: Document, metrics: Sequence[str], group: Group, values: Sequence[Printed]
) -> bool:
    """Say whether a value is printed elsewhere for another member of the chart than the one in its place."""
    numbers = {printed.value.number: i for i, printed in enumerate(values)}
    return any(
        numbers[point.value.number] != i
        for point in document.datapoints
        if point.mapping and point.mapping.metric in metrics and point.year == document.year
        and point.value.number in numbers and point.value.telling_digits >= TELLING_DIGITS
        for i, entry in enumerate(group.entries)
        if (point.mapping.breakdown, point.mapping.member) in entry.members
    )  # fmt: skip


def leave_undecided(document: Document, run: Run, group: Group, title: Title) -> None:
    """Keep the slices of ``run`` as values of which nothing tells the member."""
    members = tuple(entry.text for entry in group.entries)
    for slice_ in run:
        for printed in slice_:
            lines = {title.line, *(entry.line for entry in group.entries), printed.line}
            document.undecided.append(
                Undecided(
                    printed.value, printed.line, title.line.text.strip(), title.line.number,
                    tuple(sorted(lines, key=lambda line: line.number)), "", "chart", members,
                )
            )  # fmt: skip


def record_slice(
    document: Document, printed: Printed, entry: Entry, mapping: Mapping, unit: str,
    pairing: str, confidence: str, evidence: Sequence[Line], set_key: str | None,
) -> None:  # fmt: skip
    """Record one slice of a chart with the member of the legend that it is."""
    lines = sorted({*evidence, entry.line, printed.line}, key=lambda line: line.number)
    document.record(
        printed.value, printed.line, label=entry.text, label_line=entry.line.number, mapping=mapping,
        unit=unit,
        year=document.year, evidence=lines, layout="chart", pairing=pairing, confidence=confidence,
        set_key=set_key and f"{set_key}|{mapping.breakdown}",
    )  # fmt: skip
