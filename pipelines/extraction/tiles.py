"""What the tiles of a page leave over once labels and values beside one another are paired.

Three things are decided by what is printed, not by distance: a fraction below a rate (4.5% and 223/4,953),
big figures that repeat the statements beside them, and the one value and the one label that other tiles
separate.
"""

import dataclasses
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipelines.extraction.document import Datapoint, Document
from pipelines.extraction.labels import Group, Mapping, joined
from pipelines.extraction.nodes import LONGEST_LABEL, Node, clean_label, holds_number
from pipelines.extraction.numbers import NUMBER, label_qualifier
from pipelines.text import fold

_FRACTION = re.compile(rf"^\s*\(\s*(?P<part>{NUMBER})\s*/\s*(?P<whole>{NUMBER})\s*\)\s*$")
_OPENS = re.compile(r"^(?:截至[^,]{2,14}|(?:19|20)\d\d\s*年度?|报告期内|其中),[^,。;:]{1,14}$")
_BESIDE = 4  # lines between the two lines of one tile
_PIECES = ("label", "value", "unit", "note", "statement")
_FARTHEST = 6  # lines between two pieces of one group of tiles
_REACH = 40  # lines between a statement and the big figure that repeats it
_MOST_TILES = 12  # within tiles: more are no group
_FEWEST_UNITS = 2  # of a run of tiles: one alone tells no order
_FEWEST = 3  # figures in a row that repeat a row of statements: fewer may agree by chance


def read_tiles(document: Document, nodes: Sequence[Node]) -> None:
    """Record the fractions, the repeated figures and the separated tiles among ``nodes``."""
    _read_fractions(document, nodes)
    _read_counted(document, nodes)
    _read_runs(document, nodes)
    for group in _groups(nodes):
        _read_repeated(document, group)
        _read_separated(document, group)


def _groups(nodes: Sequence[Node]) -> Iterator[list[Node]]:
    """Yield the pieces that stand near one another on a page, with no sentence between."""
    group: list[Node] = []
    for node in nodes:
        near = group and node.first - group[-1].last <= _FARTHEST and not node.is_apart
        if group and not (near and node.lines[0].page == group[-1].lines[0].page):
            yield group
            group = []
        if node.kind in _PIECES:
            group.append(node)
    if group:
        yield group


def _read_fractions(document: Document, nodes: Sequence[Node]) -> None:
    """Record both numbers of a fraction that gives the rate above it."""
    for above, node in itertools.pairwise(nodes):
        match = _FRACTION.match(node.lines[0].folded) if node.kind == "note" else None
        rates = document.points_on(each.number for each in above.lines) if match else []
        if match is None or len(rates) != 1 or rates[0].unit_printed not in ("%", "％"):
            continue
        line, rate = node.lines[0], rates[0]
        part, whole = (Decimal(match[name].replace(",", "")) for name in ("part", "whole"))
        half = Decimal(1) / (2 * 10 ** (rate.value.decimals or 0))
        if not whole or abs(part * 100 / whole - (rate.value.number or 0)) > half:
            continue
        for name in ("part", "whole"):
            start, end = match.span(name)
            value = document.values.whole(line.folded[start:end], line.text[start:end], start)
            if value:
                document.record(
                    value, line, label=rate.label, label_line=rate.label_line, mapping=None, unit="",
                    year=rate.year, evidence=[*above.lines, line], layout="card", pairing="ratio",
                )  # fmt: skip


def _read_counted(document: Document, nodes: Sequence[Node]) -> None:
    """Read ``业务覆盖`` above ``234个门店``: a tile whose value goes on with what it counts."""
    for above, node in itertools.pairwise(nodes):
        if node.kind != "counted" or node.first in document.used:
            continue
        is_near = 0 < node.first - above.last <= _BESIDE and above.lines[0].page == node.lines[0].page
        if not is_near:
            continue
        lead = clean_label(above.label or above.lines[-1].text)
        opens = above.kind == "label" or (above.kind == "other" and _OPENS.match(fold(lead)))
        is_year = re.fullmatch(r"(?:19|20)\d\d", node.values[0].raw) is not None
        if (
            not opens
            or holds_number(lead)
            or is_year
            or above.first in document.labelled
            or above.last in document.used
        ):
            continue
        quantity = document.catalogue.units.parse(node.values[0].unit)
        forms = [*joined(lead, node.label), node.label]
        exactly = document.matcher.match_exactly
        mapping = next((found for form in forms if (found := exactly(form, quantity))), None)
        _record(document, node, lead + node.label, above.first, mapping, "adjacent", [], above)


def _read_runs(document: Document, nodes: Sequence[Node]) -> None:
    """Read values one below the other, each with its unit, above or below as many labels.

    ``98.6%``, ``36.0小时``, ``10万元``, then ``客户满意度``, ``人均培训时长``, ``公益捐赠``: their units
    tell that they are in the same order, and on which side the labels are.
    """
    start = 0
    for kind, run in itertools.groupby(nodes, lambda node: node.kind):
        values = list(run)
        start, first = start + len(values), start
        if kind != "value" or not _FEWEST <= len(values) <= _MOST_TILES or not _are_free(document, values):
            continue
        sides = (nodes[start : start + len(values)], nodes[max(0, first - len(values)) : first])
        found = [(labels, fit) for labels in sides if (fit := _fit_in_order(document, values, labels))]
        for labels, mappings in found if len(found) == 1 else ():
            for node, label, mapping in zip(values, labels, mappings, strict=True):
                _record(document, node, _label(label), label.first, mapping, "order", [], label)


def _are_free(document: Document, values: Sequence[Node]) -> bool:
    """Say whether values print their units, stand together and have not been read."""
    are_near = all(after.first - node.last <= _FARTHEST for node, after in itertools.pairwise(values))
    return are_near and not any(
        not node.values[0].unit or node.lines[0].number in document.used for node in values
    )


def _fit_in_order(document: Document, values: Sequence[Node], labels: Sequence[Node]) -> list[Mapping | None]:
    """Return what labels mean for values in the same order; none where that is not told.

    Some of them mean something, in several units, and none could not be in its value's; turned round, one
    could not.
    """
    both = sorted([*values, *labels], key=lambda node: node.first)
    are_near = all(after.first - node.last <= _FARTHEST for node, after in itertools.pairwise(both))
    are_labels = all(
        node.kind in ("label", "other") and len(_label(node)) <= LONGEST_LABEL
        and node.first not in document.labelled and node.first not in document.used
        for node in labels
    )  # fmt: skip
    if not are_near or not are_labels or len(labels) < len(values):
        return []
    mappings = _meanings(document, values, labels)
    turned = _meanings(document, values, labels[::-1])
    units = {node.values[0].unit for node, mapping in zip(values, mappings or [], strict=False) if mapping}
    return mappings if mappings and not turned and len(units) >= _FEWEST_UNITS else []


def _meanings(document: Document, values: Sequence[Node], labels: Sequence[Node]) -> list[Mapping | None]:
    """Return what each label means for its value; none where a label that is known means nothing."""
    mappings = []
    for node, label in zip(values, labels, strict=True):
        value, words = node.values[0], _label(label)
        mapping = document.mapping(value, value.unit, words, Group())
        if mapping is None and document.matcher.is_known(words):
            return []
        mappings.append(mapping)
    return mappings


def _label(node: Node) -> str:
    return clean_label(node.label or "".join(line.text.strip() for line in node.lines))


def _read_repeated(document: Document, group: Sequence[Node]) -> None:
    """Give a row of bare figures the labels of the statements that they repeat in order."""
    for kind, run in itertools.groupby(group, lambda node: node.kind):
        figures = [node for node in run if node.lines[0].number not in document.used]
        if kind != "value" or len(figures) < _FEWEST:
            continue
        printed = [(node.values[0].number, node.values[0].unit) for node in figures]
        rows = defaultdict(list)
        for point in document.points_on(range(figures[0].first - _REACH, figures[0].first + _REACH + 1)):
            rows[point.label].append(point)
        same = [row for row in rows.values() if [(p.value.number, p.value.unit) for p in row] == printed]
        if len(same) == 1:
            for node, point in zip(figures, same[0], strict=True):
                _record(document, node, point.label, point.label_line, point.mapping, "repeated", [point])


def _read_separated(document: Document, group: Sequence[Node]) -> None:
    """Pair values without a label with the only labels that their units fit.

    Of several values and labels that mean something, none may be left over; one value may stand among more.
    """
    values = [node for node in group if node.kind == "value" and node.lines[0].number not in document.used]
    free = [node for node in group if node.kind == "label" and node.first not in document.labelled]
    labels = [node for node in free if document.matcher.is_known(clean_label(node.label))]
    if not 0 < len(values) <= _MOST_TILES or not all(node.values[0].unit for node in values):
        return
    if 1 < len(values) != len(labels):
        return
    exactly, parse = document.matcher.match_exactly, document.catalogue.units.parse
    found = [
        [
            (label, mapping)
            for label in labels
            if (mapping := exactly(clean_label(label.label), parse(node.values[0].unit)))
        ]
        for node in values
    ]
    only = [fitting[0] for fitting in found if len(fitting) == 1]
    if len({label.first for label, _ in only}) < len(values):
        return
    notes = [note.lines[0].folded for note in group if note.kind == "note" and note.first < values[0].first]
    qualifier = label_qualifier(notes[-1]) if notes and len(values) == 1 else None
    for node, (label, mapping) in zip(values, only, strict=True):
        value = node.values[0]
        qualified = value._replace(qualifier=qualifier) if qualifier and value.qualifier == "exact" else value
        tile = dataclasses.replace(node, values=(qualified,))
        _record(document, tile, clean_label(label.label), label.first, mapping, "order", [], label)


def _record(
    document: Document, node: Node, label: str, label_line: int, mapping: Mapping | None, pairing: str,
    repeats: Sequence[Datapoint], labelled: Node | None = None,
) -> None:  # fmt: skip
    lines = sorted(
        {*(point.line for point in repeats), *(labelled.lines if labelled else ()), *node.lines},
        key=lambda line: line.number,
    )
    document.record(
        node.values[0], node.value_line, label=label, label_line=label_line, mapping=mapping, unit="",
        year=repeats[0].year if repeats else document.year, evidence=lines, layout="card", pairing=pairing,
        confidence="likely" if pairing == "order" else "certain",
    )  # fmt: skip
