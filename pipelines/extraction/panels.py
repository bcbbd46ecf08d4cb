"""Panels: charts whose titles, legends and values stand together, with nothing else between them.

Most panels hold one chart. Where conversion printed two titles first, their values follow one after the other
or woven into each other: sets that must total 100 part them where only one way of parting does.
"""

import bisect
import dataclasses
import itertools
import re
from collections.abc import Iterator, Sequence

from pipelines.extraction.document import Document
from pipelines.extraction.labels import Mapping
from pipelines.extraction.legends import (
    Entry,
    Group,
    Printed,
    Run,
    Title,
    adds_up,
    are_pairs,
    closes,
    groups_of,
    is_share,
    labelled_values,
    legend_of,
    metrics_of,
    pair_set,
    record_slice,
    subject_around,
    titles_of,
)  # fmt: skip
from pipelines.extraction.nodes import Node, are_near

_FARTHEST = 6  # lines between two pieces of one panel
_MOST_VALUES = 14  # of two woven charts: beyond it there are too many ways to part them
_PAGE_LINES = 120
_WITH_VALUES = frozenset({"statement", "statements", "counted"})  # what may hold members with their values


@dataclasses.dataclass
class Panel:
    """The pieces of one panel in printed order.

    ``runs`` are its values, parted where a legend stands between them; ``labelled`` are values that carry
    their own member; ``alternates`` says whether every run has a legend of its own right before or after it.
    """

    titles: list[Title]
    legend: list[Entry]
    runs: list[list[Printed]]
    labelled: list[tuple[Printed, Entry]]
    alternates: bool
    sequence: list[Entry | Printed]
    """Members and values in turn, where none stands with another in one piece; else nothing."""


def read_panels(document: Document, nodes: Sequence[Node]) -> None:
    """Read every panel among ``nodes`` and record its datapoints."""
    for stretch in _stretches(document, nodes):
        for panel in _panels(document, stretch):
            if panel.runs or panel.labelled:
                _read(document, _page(nodes, panel.titles[0]), panel)


def _page(nodes: Sequence[Node], title: Title) -> list[Node]:
    near = title.line.number
    first = bisect.bisect_left(nodes, near - _PAGE_LINES, key=lambda node: node.first)
    last = bisect.bisect_right(nodes, near + _PAGE_LINES, key=lambda node: node.first)
    return [node for node in nodes[first:last] if node.lines[0].page == title.line.page]


def _stretches(document: Document, nodes: Sequence[Node]) -> Iterator[list[Node]]:
    """Yield runs of titles, legends, values and years that nothing else interrupts."""
    run: list[Node] = []
    for node in nodes:
        is_piece = _kind(document, node) is not None
        if run and not (is_piece and are_near(run[-1], node, _FARTHEST)):
            yield run
            run = []
        if is_piece:
            run.append(node)
    if run:
        yield run


def _kind(document: Document, node: Node) -> str | None:
    is_value = node.kind in ("value", "values", "period")
    may_be_piece = is_value or node.kind in _WITH_VALUES or node.may_be_legend or node.may_be_heading
    if not may_be_piece or node.is_on(document.used):
        return None
    if is_value:
        return node.kind.rstrip("s")
    if node.kind in _WITH_VALUES and labelled_values(document, node):
        return "legend"
    if node.kind in ("statement", "statements"):
        return None
    if legend_of(document, [node]):  # before titles: 男 女 is a legend, though 男女 may title one
        return "legend"
    return "title" if node.kind in ("label", "heading") and titles_of(document, node) else None


def _panels(document: Document, stretch: Sequence[Node]) -> list[Panel]:
    """Part a stretch where a title follows values; the titles stand first, or where they do not, last.

    With titles on both sides, or values, the legends tell which of them is another chart's.
    """
    parts: list[tuple[bool, list[Node]]] = [
        (is_title, list(part))
        for is_title, part in itertools.groupby(stretch, lambda node: _kind(document, node) == "title")
    ]
    first_is_title, last_is_title = parts[0][0], parts[-1][0]
    if first_is_title != last_is_title:
        return _in_turn(document, parts)
    if len(parts) < 3:
        return []
    if len(parts) == 3 and not first_is_title:  # one chart above the titles of both, the other below
        (_, above), (_, titles), (_, below) = parts
        both = _panel(document, titles, [*above, *below])
        if len(both.titles) > 1 and _pairs(both):
            return [both]
    readings = [_in_turn(document, parts[:-1]), _in_turn(document, parts[1:])]
    fitting = [panels for panels in readings if all(map(_names_its_legend, panels))]
    return fitting[0] if len(fitting) == 1 else []


def _in_turn(document: Document, parts: Sequence[tuple[bool, list[Node]]]) -> list[Panel]:
    titles_first = parts[0][0]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [
        _panel(document, first, second) if titles_first else _panel(document, second, first)
        for (_, first), (_, second) in pairs
    ]


def _names_its_legend(panel: Panel) -> bool:
    entries = [*panel.legend, *(entry for _, entry in panel.labelled)]
    printed = {kind for entry in entries for kind, _ in entry.members}
    return all(title.breakdown in printed for title in panel.titles)


def _panel(document: Document, titles: Sequence[Node], rest: Sequence[Node]) -> Panel:
    panel = Panel([title for node in titles for title in titles_of(document, node)], [], [], [], False, [])
    pieces = ""
    is_each_apart = True
    glued = _glued_to_the_next(document, rest)
    for node in rest:
        labelled = labelled_values(document, node) if node.kind in _WITH_VALUES else []
        is_each_apart = is_each_apart and not labelled
        if labelled and node not in glued:
            panel.labelled += labelled
            continue
        if labelled:
            panel.runs[-1] += [printed for printed, _ in labelled]
            panel.legend += [entry for _, entry in labelled]
            pieces += "l"
            continue
        entries = legend_of(document, [node])
        if node.values and node.kind != "period":
            if not pieces.endswith("v"):
                panel.runs.append([])
            panel.runs[-1] += [Printed(value, node.lines[0]) for value in node.values]
            pieces += "v"
        panel.legend += entries
        values = [Printed(value, node.lines[0]) for value in node.values if node.kind != "period"]
        is_each_apart = is_each_apart and len(entries) + len(values) < 2
        panel.sequence += [*entries, *values]
        pieces += "l" if entries and not node.values else ""  # 3.13普通员工: the run and the legend go on
    panel.sequence = panel.sequence if is_each_apart else []
    panel.alternates = re.fullmatch("(?:v+l+)+|(?:l+v+)+", pieces) is not None
    return panel


def _glued_to_the_next(document: Document, nodes: Sequence[Node]) -> list[Node]:
    """Return the last values of runs whose lines hold the first members: 52.2%, 47.8% 男性, 女性.

    The run ends and the legend opens in one line, so that no member is left without a value.
    """
    glued = []
    for before, node, after in zip(nodes, nodes[1:], nodes[2:], strict=False):
        if node.kind not in _WITH_VALUES or before.kind != "value":
            continue
        labelled = labelled_values(document, node)
        kinds = {kind for _, entry in labelled for kind, _ in entry.members}
        follows = {kind for entry in legend_of(document, [after]) for kind, _ in entry.members}
        is_alike = len(labelled) == 1 and before.values[0].unit == node.values[0].unit
        if is_alike and not after.values and kinds & follows:
            glued.append(node)
    return glued


def _read(document: Document, page: Sequence[Node], panel: Panel) -> None:
    if len(panel.titles) > 1 and (pairs := _pairs(panel)):
        panel.labelled, panel.legend, panel.runs = pairs, [], []
    _read_labelled(document, page, panel)
    groups = groups_of(document, panel.legend, panel.titles)
    for title, group, run in _assigned(panel, _titled(panel.titles, groups)):
        values = [slice_[0] for slice_ in run]
        is_set = len(run[0]) == 2 or (closes(values) if is_share(values[0]) else adds_up(document, values))
        if is_set or not _must_close(document, page, title, run):
            pair_set(document, page, run, group, title, "sum100" if is_set else "order")


def _pairs(panel: Panel) -> list[tuple[Printed, Entry]]:
    """Return the values of charts side by side with their members, where the two stand in turn.

    Where two members or two values meet, the next chart begins; each holds as many of both, and the shares of
    each title's members total 100.
    """
    runs: list[list[Entry | Printed]] = []
    for piece in panel.sequence:
        if not runs or isinstance(runs[-1][-1], Entry) == isinstance(piece, Entry):
            runs.append([])
        runs[-1].append(piece)
    pairs = [pair for run in runs for pair in itertools.zip_longest(run[::2], run[1::2])]
    entries = [piece for pair in pairs for piece in pair if isinstance(piece, Entry)]
    values = [piece for pair in pairs for piece in pair if isinstance(piece, Printed)]
    of_titles: dict[str | None, list[Printed]] = {title.breakdown: [] for title in panel.titles}
    if not len(entries) == len(values) == len(pairs) or len(of_titles) < len(panel.titles):
        return []
    for value, entry in zip(values, entries, strict=True):
        kinds = {kind for kind, _ in entry.members} & set(of_titles)
        if len(kinds) != 1 or not is_share(value):
            return []
        of_titles[kinds.pop()].append(value)
    return list(zip(values, entries, strict=True)) if all(map(closes, of_titles.values())) else []


def _must_close(document: Document, page: Sequence[Node], title: Title, run: Run) -> bool:
    """Say whether a chart's metric is one of all members together (``metric_sets.csv``), unlike a rate."""
    named = title.metrics or subject_around(document, page, title)
    metrics = metrics_of(document, named, title.breakdown, run[0][0].value)
    return any(metric in document.catalogue.sets for metric in metrics)


def _read_labelled(document: Document, page: Sequence[Node], panel: Panel) -> None:
    """Read values that stand with their members: the titles of one breakdown take its groups in turn."""
    printed_by = {entry: printed for printed, entry in panel.labelled}
    kinds = [title.breakdown for title in panel.titles]
    in_columns = sorted(printed_by, key=lambda entry: _place(entry, kinds))  # charts stand side by side
    for title, group in _titled(panel.titles, groups_of(document, in_columns, panel.titles)):
        named = title.metrics or subject_around(document, page, title)
        for entry in group.entries:
            metrics = metrics_of(document, named, title.breakdown, printed_by[entry].value)
            if len(metrics) == 1:
                member = next(member for kind, member in entry.members if kind == title.breakdown)
                mapping = Mapping(metrics[0], title.breakdown, member, True)
                certainty = "certain" if len(panel.titles) == 1 else "likely"
                record_slice(
                    document, printed_by[entry], entry, mapping, "", "adjacent", certainty, [title.line],
                    f"{title.line.number}",
                )  # fmt: skip


def _place(entry: Entry, kinds: Sequence[str]) -> int:
    """Return the place of the first title that a member can stand below."""
    return min((kinds.index(kind) for kind, _ in entry.members if kind in kinds), default=len(kinds))


def _titled(titles: Sequence[Title], groups: Sequence[Group]) -> list[tuple[Title, Group]]:
    """Return each title with its legend: the next of its breakdown where they are as many."""
    charts = []
    for breakdown in dict.fromkeys(title.breakdown for title in titles):
        of_kind = [title for title in titles if title.breakdown == breakdown]
        fitting = [group for group in groups if group.breakdown == breakdown]
        if len(of_kind) == len(fitting):
            charts += list(zip(of_kind, fitting, strict=True))
    return charts


def _assigned(panel: Panel, charts: Sequence[tuple[Title, Group]]) -> Iterator[tuple[Title, Group, Run]]:
    """Yield every chart with its values: in turn, by their number, or parted where they are woven."""
    sliced = [_slices(run) for run in panel.runs]
    sizes = [len(group.entries) for _, group in charts]
    in_turn = len(charts) == 1 or panel.alternates or len(set(sizes)) == len(sizes)
    if in_turn and [len(run) for run in sliced] == sizes:
        yield from ((title, group, run) for (title, group), run in zip(charts, sliced, strict=True))
    elif len(charts) == 1 and sizes == [len(panel.runs)] and _is_each_with_its_values(panel):
        yield *charts[0], [tuple(run) for run in panel.runs]
    elif len(charts) == 2 and len(panel.runs) == 1:
        for (title, group), run in zip(charts, _parted(panel.runs[0], sizes), strict=False):
            yield title, group, run
    else:
        for run in sliced:
            fitting = [chart for chart, size in zip(charts, sizes, strict=True) if size == len(run)]
            if len(fitting) == 1 and [len(other) for other in sliced].count(len(run)) == 1:
                yield *fitting[0], run


def _is_each_with_its_values(panel: Panel) -> bool:
    """Say whether every member stands right before its values, as many as the others': 男性, 4,731人, 53%."""
    if len(panel.legend) != len(panel.runs) or len({len(run) for run in panel.runs}) != 1:
        return False
    lines = [
        (entry.line.number, run[0].line.number) for entry, run in zip(panel.legend, panel.runs, strict=True)
    ]
    places = [place for pair in lines for place in pair]
    return places == sorted(set(places))


def _slices(run: Sequence[Printed]) -> Run:
    """Return the slices of a chart: a value each, or a share with its count."""
    if are_pairs(run):
        return list(zip(run[::2], run[1::2], strict=True))
    return [(printed,) for printed in run]


def _parted(values: Sequence[Printed], sizes: Sequence[int]) -> list[Run]:
    """Return the slices of two charts: one after the other, or woven where only one parting closes both."""
    kinds = [is_share(printed) for printed in values]
    are_in_turn = len(values) == 2 * sum(sizes) and kinds == [kinds[0], not kinds[0]] * sum(sizes)
    slices: Run = list(zip(values[::2], values[1::2], strict=True)) if are_in_turn else [(v,) for v in values]
    shares = [next((printed for printed in slice_ if is_share(printed)), None) for slice_ in slices]
    if len(slices) != sum(sizes) or None in shares:
        return []

    def close(parts: Sequence[Sequence[int]]) -> bool:
        return all(closes([share for i in part if (share := shares[i])], 0) for part in parts)

    indices = range(len(slices))
    following = [indices[: sizes[0]], indices[sizes[0] :]]
    if sizes[0] == sizes[1] or len(slices) > _MOST_VALUES:
        partings: list[list[Sequence[int]]] = []
    elif close(following):
        partings = [list(following)]
    else:
        chosen = itertools.combinations(indices, sizes[0])
        ways = ([first, [i for i in indices if i not in first]] for first in chosen)
        partings = [way for way in ways if close(way)]
    return [[slices[i] for i in part] for part in partings[0]] if len(partings) == 1 else []
