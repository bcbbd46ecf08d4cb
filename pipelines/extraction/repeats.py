"""Values that a table or a sentence prints too, near a label that names their metric.

Bars of a chart, or big figures apart from their labels: where nothing on the page tells their order, the
number does, if one year of the metrics named near it has it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipelines.extraction.document import Datapoint, Document, Line, unit_in_label
from pipelines.extraction.legends import TELLING_DIGITS
from pipelines.extraction.nodes import Node, clean_label
from pipelines.extraction.numbers import Value

_FARTHEST = 14  # lines between a label and a value of its chart
_MOST_WORDS = 12  # that name several metrics side by side
_LABELS = ("label", "heading")
_VALUES = ("value", "values")

Known = dict[tuple[str, Decimal], list[Datapoint]]
"""What is printed elsewhere, by metric and number."""


class _Named(NamedTuple):
    """Words that name metrics, with their line and the unit in them."""

    text: str
    line: Line
    metrics: tuple[str, ...]
    unit: str | None


def read_repeats(document: Document, nodes: Sequence[Node]) -> None:
    """Record the values among ``nodes`` that nothing has read and that repeat a metric named near them."""
    known = _known(document)
    names: dict[int, list[_Named]] = {}
    for place, node in enumerate(nodes):
        if node.kind not in _VALUES or node.is_on(document.used):
            continue
        near = [at for at in _near(nodes, place) if nodes[at].kind in _LABELS]
        names.update((at, _names(document, nodes[at])) for at in near if at not in names)
        labels = [label for at in near for label in names[at]]
        for value in node.values:
            found = [(label, point) for label in labels for point in _repeated(document, value, label, known)]
            if len({(point.mapping, point.year) for _, point in found}) == 1:
                label, point = min(found, key=lambda each: abs(each[0].line.number - node.first))
                _record(document, node, value, label, point)


def _known(document: Document) -> Known:
    known: Known = defaultdict(list)
    seen = set()
    for point in document.datapoints:
        mapping, number = point.mapping, point.value.number
        is_whole = mapping is not None and mapping.member is None and not point.scope
        if mapping and number is not None and is_whole and point.confidence == "certain":
            fact = mapping, number, point.year, point.value.decimals, point.quantity
            if fact not in seen:  # a text may repeat a row any number of times
                seen.add(fact)
                known[mapping.metric, number].append(point)
    return known


def _near(nodes: Sequence[Node], place: int) -> Iterator[int]:
    """Yield the places of the pieces around a value, up to the next sentence or page."""
    node = nodes[place]
    for step in (-1, 1):
        at = place + step
        while 0 <= at < len(nodes) and abs(nodes[at].first - node.first) <= _FARTHEST:
            if nodes[at].kind == "other" or nodes[at].lines[0].page != node.lines[0].page:
                break
            yield at
            at += step


def _names(document: Document, node: Node) -> list[_Named]:
    """Return what names metrics in a label: all of it, a line, or a word."""
    found = [(clean_label(node.label), node.lines[0])]
    for line in node.lines:
        words = line.text.split()
        found += [(text, line) for text in dict.fromkeys([line.text.strip(), *words[:_MOST_WORDS]])]
    named = ((text, line, document.matcher.subjects(text)) for text, line in found)
    return [
        _Named(text, line, metrics, unit_in_label(text, document.catalogue))
        for text, line, metrics in named
        if metrics
    ]


def _repeated(document: Document, value: Value, label: _Named, known: Known) -> list[Datapoint]:
    """Return where a value that tells is printed for a metric that a label names, in the same unit."""
    digits = "".join(filter(str.isdigit, value.raw)).strip("0")
    if value.number is None or len(digits) < TELLING_DIGITS:
        return []
    parse = document.catalogue.units.parse
    quantity = parse(value.unit or label.unit or "")
    return [
        point
        for metric in label.metrics
        for point in known.get((metric, value.number), ())
        if value.decimals == point.value.decimals and quantity in (None, point.quantity)
    ]


def _record(document: Document, node: Node, value: Value, label: _Named, point: Datapoint) -> None:
    lines = {line.number: line for line in (label.line, *node.lines)}
    document.record(
        value,
        node.value_line,
        label=label.text,
        label_line=label.line.number,
        mapping=point.mapping,
        unit=point.unit_printed,
        year=point.year,
        evidence=[lines[number] for number in sorted(lines)],
        layout="chart",
        pairing="repeated",
        confidence="likely",
        proof=f"line {point.line.number} prints {value.raw} for {point.year}",
        scope=point.scope,
        basis=point.basis,
    )
