"""Charts: shares and counts whose labels, the members of a breakdown, stand in a legend apart from them.

Two things pair them. A value that the report prints elsewhere for one member of the legend is that member's
(``repeated``). A run of shares that total 100 belongs to the one legend on the page with as many members
(``sum100``); their order within is the printed one, so such a pairing is likely, never certain.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipelines.extraction.document import Datapoint, Document, Line
from pipelines.extraction.labels import Mapping
from pipelines.extraction.legends import (
    GLUED_VALUE,
    TELLING_DIGITS,
    Entry,
    Group,
    Printed,
    Run,
    Title,
    adds_up,
    are_pairs,
    closes,
    groups_of,
    is_in_order,
    is_share,
    is_sorted,
    leave_undecided,
    legend_of,
    metrics_of,
    pair_set,
    record_slice,
    sizes_of,
    titles_of,
)  # fmt: skip
from pipelines.extraction.nodes import Node
from pipelines.extraction.numbers import Value
from pipelines.text import fold

Known = dict[Decimal | None, dict[Mapping, Datapoint]]
_CHART_LINES = 40  # from the first value of a chart to its last
_PAGE_LINES = 120  # what counts as one page where the text keeps none


def read_charts(document: Document, nodes: Sequence[Node]) -> None:
    """Read the charts among ``nodes`` whose values nothing else has paired; record their datapoints."""
    pages = _pages(nodes)
    known = _known_elsewhere(document)
    places = range(len(pages))
    of_values = [[node for node in page if _holds_value(document, node)] for page in pages]
    for spread in [*([place] for place in places), *itertools.pairwise(places)]:  # a chart may run over two
        if all(node.is_on(document.used) for place in spread for node in of_values[place]):
            continue
        free = [node for place in spread for node in pages[place] if not node.is_on(document.used)]
        if legend := legend_of(document, free):
            runs = _closing_runs(document, free)
            _read_repeated(document, free, legend, known)
            for run in runs:
                _complete(document, run, legend, known)
            _read_sets(document, free, legend)
            _read_rates(document, free, legend)
            _leave_woven(document, free, legend)


def withdraw_contradicted(document: Document) -> None:
    """Leave charts undecided that only the order of a legend tells, where other prints say it is another."""
    known = {
        (point.mapping[:3], point.year): point.value
        for point in document.datapoints
        if point.mapping and point.mapping.member and point.layout != "chart"
    }
    sets: dict[tuple[str | None, str], list[int]] = defaultdict(list)
    for i, point in enumerate(document.datapoints):
        if point.mapping and point.layout == "chart" and point.confidence == "likely":
            sets[point.set_key, point.mapping.metric].append(i)
    for places in sets.values():
        points = [document.datapoints[i] for i in places]
        numbers = {point.value.number for point in points}
        printed = [known.get((point.mapping[:3], point.year)) for point in points if point.mapping]
        if any(
            value is not None
            and value.number in numbers
            and value.number != point.value.number
            and value.telling_digits >= TELLING_DIGITS
            for value, point in zip(printed, points, strict=True)
        ):
            for i, point in zip(places, points, strict=True):
                document.datapoints[i] = point._replace(
                    mapping=None, year=None, confidence="ambiguous", pairing="order", set_key=None,
                    proof="the order of the legend contradicts what is printed elsewhere",
                )  # fmt: skip


def _pages(nodes: Sequence[Node]) -> list[list[Node]]:
    pages: dict[int, list[Node]] = defaultdict(list)
    for node in nodes:
        page = node.lines[0].page
        pages[page if page is not None else node.first // _PAGE_LINES].append(node)
    return list(pages.values())


def _holds_value(document: Document, node: Node) -> bool:
    return node.kind in ("value", "values") or _is_glued(document, node)


def _unpaired(document: Document, nodes: Sequence[Node]) -> list[Printed]:
    unpaired = []
    for node in nodes:
        line = node.lines[0]
        if node.kind in ("value", "values") and line.number not in document.used:
            unpaired += [Printed(value, line) for value in node.values]
        elif _is_glued(document, node):
            unpaired += [Printed(value, line) for value in document.values.within(line.folded, line.text)]
    return unpaired


def _once_in_their_run(document: Document, nodes: Sequence[Node]) -> Iterator[Printed]:
    """Yield the unpaired values, but for a number that its run prints twice: which of the two is which?"""
    for _, run in itertools.groupby(nodes, lambda node: node.kind in ("value", "values")):
        unpaired = _unpaired(document, list(run))
        times = Counter(printed.value.number for printed in unpaired)
        yield from (printed for printed in unpaired if times[printed.value.number] == 1)


def _is_glued(document: Document, node: Node) -> bool:
    """Say whether a line glues a value to a member: 3.13普通员工."""
    text = node.lines[0].text
    may_glue = node.kind in ("other", "counted") and node.lines[0].has_digit
    glued = GLUED_VALUE.match(text) if may_glue else None
    return glued is not None and bool(document.matcher.legend(text[glued.end() :]))


def _known_elsewhere(document: Document) -> Known:
    """Return what tables and sentences print for members in the report's year, by number and meaning."""
    known: Known = defaultdict(dict)
    for point in document.datapoints:
        is_elsewhere = point.layout != "chart" and point.year == document.year
        mapping = point.mapping if is_elsewhere else None
        if mapping and mapping.member:
            known[point.value.number].setdefault(mapping, point)
    return known


def _read_repeated(document: Document, nodes: Sequence[Node], legend: Sequence[Entry], known: Known) -> None:
    """Pair values that a table or sentence prints for exactly one member of the legend."""
    entries: dict[tuple[str | None, str | None], Entry] = {}
    for entry in legend:
        for member in entry.members:
            entries.setdefault(member, entry)
    found: list[tuple[Printed, Mapping, Datapoint]] = []
    for printed in _once_in_their_run(document, nodes):
        points = {
            mapping: point
            for mapping, point in known.get(printed.value.number, {}).items()
            if (mapping.breakdown, mapping.member) in entries
        }
        if len(points) != 1 or printed.value.telling_digits < TELLING_DIGITS:
            continue
        ((mapping, point),) = points.items()
        is_same = (
            printed.value.decimals == point.value.decimals
        )  # 6.00% is not what a sentence prints as 6.0%
        if is_same and _same_unit(document, printed.value, point):
            found.append((printed, mapping, point))
    for printed, mapping, point in found:
        of_chart = [
            other
            for other, told, _ in found
            if (told.metric, told.breakdown) == (mapping.metric, mapping.breakdown)
            and abs(other.line.number - printed.line.number) <= _CHART_LINES
        ]
        if len(of_chart) > 1:  # one number alone may agree by chance
            entry, unit = entries[mapping.breakdown, mapping.member], point.unit_printed
            record_slice(document, printed, entry, mapping, unit, "repeated", "certain", [], None)


def _complete(document: Document, run: Run, legend: Sequence[Entry], known: Known) -> None:
    """Read what is left of a set that has slices that are repeated elsewhere.

    A number of few digits is told by them too, where what is known of the set's members all agrees; so are
    the counts beside shares, and the last member.
    """
    lines = {printed.line.number for slice_ in run for printed in slice_}
    points = {
        (point.line.number, point.value.start): point
        for point in document.points_on(lines)
        if point.mapping and point.mapping.member
    }
    found = [
        next((point for p in slice_ if (point := points.get((p.line.number, p.value.start)))), None)
        for slice_ in run
    ]
    mappings = [point.mapping for point in found if point and point.mapping]
    mappings = mappings or _known_of_pair(run, known)
    if len({(each.metric, each.breakdown) for each in mappings}) != 1:
        return
    metric, breakdown = mappings[0].metric, mappings[0].breakdown or ""
    farthest_first = sorted(legend, key=lambda entry: -abs(entry.line.number - min(lines)))
    entries = {
        member: entry for entry in farthest_first for kind, member in entry.members if kind == breakdown
    }
    members = {i: point.mapping.member for i, point in enumerate(found) if point and point.mapping}
    if len(entries) != len(run) or len(set(members.values())) != len(members):
        return
    left = [member for member in entries if member not in members.values()]
    told = _told(run, left, metric, breakdown, known)
    if told is None or len(members) + len(told) < len(run) - 1:
        return
    rest = [member for member in left if member not in told.values()]
    for i, slice_ in enumerate(run):
        member = members.get(i) or told.get(i) or rest[0]
        for printed in slice_:
            if (printed.line.number, printed.value.start) in points:
                continue
            metrics = metrics_of(document, (metric,), breakdown, printed.value)
            if len(metrics) == 1:
                mapping = Mapping(metrics[0], breakdown, member, True)
                pairing = "repeated" if i in told else "sum100"
                record_slice(
                    document, printed, entries[member], mapping, "", pairing, "likely", [], f"{min(lines)}"
                )


def _known_of_pair(run: Run, known: Known) -> list[Mapping]:
    """Return what one of two shares is known to be elsewhere: the other is the rest."""
    return [
        mapping
        for (printed, *_) in run
        if len(run) == 2 and printed.value.telling_digits > TELLING_DIGITS
        for mapping, point in known.get(printed.value.number, {}).items()
        if is_share(printed) and point.value.unit == printed.value.unit
    ]


def _told(run: Run, left: Sequence[str], metric: str, breakdown: str, known: Known) -> dict[int, str] | None:
    """Return which of the members ``left`` slices are by what is known; None where it disagrees."""
    told: dict[int, str] = {}
    for number, mappings in known.items():
        for mapping in mappings:
            member = mapping.member
            if (mapping.metric, mapping.breakdown) != (metric, breakdown) or not member or member not in left:
                continue
            fitting = [i for i, slice_ in enumerate(run) if any(p.value.number == number for p in slice_)]
            if len(fitting) != 1 or fitting[0] in told:
                return None
            told[fitting[0]] = member
    return told


def _same_unit(document: Document, value: Value, point: Datapoint) -> bool:
    return not value.unit or document.catalogue.units.parse(value.unit) == point.quantity


def _read_sets(document: Document, nodes: Sequence[Node], legend: Sequence[Entry]) -> None:
    """Pair sets that close, and bars, with the legends and titles that fit them.

    A legend fits a set of its size where as many such legends and titles as such sets are printed. A legend
    that stands right before as many bars is theirs.
    """
    titles = [title for node in nodes for title in titles_of(document, node)]
    sets = [run for run in _closing_runs(document, nodes) if not _has_other_legend(document, nodes, run)]
    free = [entry for entry in legend if entry.line.number not in document.labelled]
    printed = groups_of(document, free, titles)
    groups = [
        group
        for group in printed
        if is_in_order(document, group)
        or sizes_of(document, group)
        or any(is_sorted(run, group) for run in sets)
    ]
    orderless = {group.breakdown for group in printed if group not in groups}
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
        is_other = any(_is_titled_otherwise(nodes, titles, of_kind, run) for run in runs)
        is_other = is_other or bool(fitting and fitting[0].breakdown in orderless)
        if len(runs) == len(fitting) == len(of_kind) and alike and is_titled and not is_other:
            for run, group, title in zip(runs, fitting, of_kind, strict=True):
                printed_in = [printed for slice_ in run for printed in slice_]
                if not _is_of_others(document, nodes, group, printed_in, titles):
                    pair_set(document, nodes, run, group, title, "sum100")
    for group, bars in _bars(document, nodes, groups):
        of_kind = [title for title in titles if title.breakdown == group.breakdown]
        if _is_of_others(document, nodes, group, bars, titles):
            continue
        if len(of_kind) == 1 and not any(printed.line.number in document.used for printed in bars):
            pair_set(document, nodes, [(printed,) for printed in bars], group, of_kind[0], "order")


def _is_of_others(
    document: Document, nodes: Sequence[Node], group: Group, bars: Sequence[Printed], titles: Sequence[Title]
) -> bool:
    """Say whether words right beside a chart name its breakdown, but no metric: 客户分布（按年龄）."""
    of_chart = [*(entry.line.number for entry in group.entries), *(printed.line.number for printed in bars)]
    before = [node for node in nodes if node.last < min(of_chart)][-1:]
    behind = [node for node in nodes if node.first > max(of_chart)][:1]
    words = [title for title, kind in document.catalogue.breakdown_titles.items() if kind == group.breakdown]
    known = {title.line.number for title in titles}
    return any(
        node.first not in known and any(word in fold(line.text) for line in node.lines for word in words)
        for node in before + behind
    )


def _has_other_legend(document: Document, nodes: Sequence[Node], run: Run) -> bool:
    """Say whether labels that are no members, as many as a set has values, stand right beside it."""
    of_run = {printed.line.number for slice_ in run for printed in slice_}
    places = [i for i, node in enumerate(nodes) if node.first in of_run]
    for beside, step in ((nodes[places[-1] + 1 :], 1), (nodes[: places[0]][::-1], -1)):
        labels = itertools.takewhile(lambda node: node.kind == "label" and not node.may_be_heading, beside)
        lines = (line.text.split() for node in labels for line in node.lines[::step])
        words = itertools.takewhile(lambda words: not any(map(document.matcher.legend, words)), lines)
        if len(run) in itertools.islice(itertools.accumulate(map(len, words)), len(run)):
            return True
    return False


def _read_rates(document: Document, nodes: Sequence[Node], legend: Sequence[Entry]) -> None:
    """Pair what need not close (rates, means) where size and unit leave every title of a page one run."""
    titles = [title for node in nodes for title in titles_of(document, node)]
    groups = _free_groups(document, legend, titles)
    runs = _runs_of_one_unit(document, nodes)
    found: list[tuple[Title, Group, Run]] = []
    for title in titles:
        fitting = [group for group in groups if group.breakdown == title.breakdown]
        of_kind = [other for other in titles if other.breakdown == title.breakdown]
        texts = {tuple(entry.text for entry in group.entries) for group in fitting}
        if len(texts) != 1 or len(of_kind) != len(fitting) or not is_in_order(document, fitting[0]):
            return
        group = fitting[of_kind.index(title)]
        runs_of_title = [run for run in runs if _are_rates_of(document, title, group, run)]
        if len(runs_of_title) != 1:
            return
        found.append((title, group, runs_of_title[0]))
    if len({run[0][0] for _, _, run in found}) == len(found):
        for title, group, run in found:
            pair_set(document, nodes, run, group, title, "order")


def _are_rates_of(document: Document, title: Title, group: Group, run: Run) -> bool:
    metrics = metrics_of(document, title.metrics, title.breakdown, run[0][0].value)
    is_rate = len(metrics) == 1 and metrics[0] not in document.catalogue.sets
    return is_rate and len(run) == len(group.entries)


def _leave_woven(document: Document, nodes: Sequence[Node], legend: Sequence[Entry]) -> None:
    """Leave shares undecided that are as many as the members of several charts of their page."""
    titles = [title for node in nodes for title in titles_of(document, node)]
    groups = _free_groups(document, legend, titles)
    whole = Group("", tuple(entry for group in groups for entry in group.entries))
    for run in _runs_of_one_unit(document, nodes) if len(groups) > 1 else ():
        if is_share(run[0][0]) and len(run) == len(whole.entries):
            leave_undecided(document, run, whole, titles[0])


def _free_groups(document: Document, legend: Sequence[Entry], titles: Sequence[Title]) -> list[Group]:
    """Return the legends of titled breakdowns that nothing is paired with."""
    free = [entry for entry in legend if entry.line.number not in document.labelled]
    named = {title.breakdown for title in titles}
    return [group for group in groups_of(document, free, titles) if group.breakdown in named]


def _runs_of_one_unit(document: Document, nodes: Sequence[Node]) -> list[Run]:
    """Return the runs of two and more consecutive values in one unit that nothing is paired with."""
    runs: list[Run] = []
    for _, stretch in itertools.groupby(nodes, lambda node: node.kind in ("value", "values")):
        unpaired = _unpaired(document, list(stretch))
        for _, of_unit in itertools.groupby(unpaired, lambda printed: printed.value.unit):
            runs.append([(printed,) for printed in of_unit])
    return [run for run in runs if len(run) > 1]


def _is_titled_otherwise(
    nodes: Sequence[Node], titles: Sequence[Title], own: Sequence[Title], run: Run
) -> bool:
    """Say whether titles stand above a set on its page, and none of its ``own`` among the nearest.

    The nearest are those behind the values before the set, if any are.
    """
    line, of_set = run[0][0].line, {printed.line for slice_ in run for printed in slice_}
    above = [title for title in titles if title.line.page == line.page and title.line.number < line.number]
    before = [
        node.first
        for node in nodes
        if node.kind in ("value", "values") and node.first < line.number and node.lines[0] not in of_set
    ]
    nearest = [title for title in above if title.line.number > max(before, default=0)]
    return bool(above) and not any(title in own for title in nearest or above)


def _bars(
    document: Document, nodes: Sequence[Node], groups: Sequence[Group]
) -> Iterator[tuple[Group, list[Printed]]]:
    """Yield legends of one line with the values right below it, where they are as many."""
    of_one_line: dict[Line, list[Group]] = defaultdict(list)
    for group in groups:
        if len({entry.line for entry in group.entries}) == 1:
            of_one_line[group.entries[0].line].append(group)
    for position, node in enumerate(nodes):
        of_line = of_one_line.get(node.lines[0], [])
        if len(of_line) != 1:
            continue
        run = []
        for below in itertools.takewhile(
            lambda each: each.kind in ("value", "values"), nodes[position + 1 :]
        ):
            run += [Printed(value, below.lines[0]) for value in below.values]
        if len(of_line[0].entries) == len(run) > 1:
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
        if are_pairs(stretch):
            runs.append(list(zip(stretch[::2], stretch[1::2], strict=True)))
            continue
        for are_shares, run in itertools.groupby(stretch, is_share):
            values = list(run)
            if len(values) > 1 and (closes(values) if are_shares else adds_up(document, values)):
                runs.append([(printed,) for printed in values])
    return runs
