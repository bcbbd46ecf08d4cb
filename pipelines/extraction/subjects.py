"""Rows of members whose table does not say what they are of: the total that they add up to tells.

``类别 人数 占比``, 按性别, ``男性 1,498 54.2``, ``女性 1,266 45.8``, where the report prints 2,764 employees.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipelines.extraction.document import Datapoint, Document
from pipelines.extraction.labels import UNKNOWN, Group, Mapping

_TELLING = 100  # a smaller number may be the sum of others by chance
_FARTHEST = 12  # lines from one member to the next
_FEWEST = 2
_BARE = (f"{Group().metrics}|", f"{UNKNOWN.metrics}|")  # how the sets of rows begin that nothing names

Totals = dict[tuple[Decimal, int | None], set[str]]
"""The metrics of which a report prints a number as the total of a year."""


def read_subjects(document: Document) -> None:
    """Give rows of members that nothing names the metric whose total they add up to, and their shares."""
    totals = _totals(document)
    by_label = defaultdict(list)
    for place, point in enumerate(document.datapoints):
        by_label[point.label_line].append(place)
    for places in _runs(document):
        points = [document.datapoints[place] for place in places]
        total = sum(point.value.number or 0 for point in points)
        metrics = totals.get((Decimal(total), points[0].year), set())
        if len(metrics) != 1 or len(points) < _FEWEST:
            continue
        parts = tuple(document.catalogue.parts[next(iter(metrics))])
        mappings = [_mapping(document, point, parts) for point in points]
        if not all(mappings):
            continue
        proof = f"the members add up to {total:,}, {next(iter(metrics))} of {points[0].year}"
        for place, point, mapping in zip(places, points, mappings, strict=True):
            _adopt(document, place, mapping, proof)
            for other in by_label[point.label_line]:
                if _is_share(document.datapoints[other], point, total):
                    _adopt(document, other, _mapping(document, document.datapoints[other], parts), proof)


def _totals(document: Document) -> Totals:
    found: Totals = defaultdict(set)
    for point in document.datapoints:
        number, mapping = point.value.number, point.mapping
        is_whole = mapping and mapping.member is None and document.catalogue.parts.get(mapping.metric)
        is_told = not point.scope and point.confidence != "ambiguous"
        if mapping and is_whole and is_told and number and number >= _TELLING:
            found[number, point.year].add(mapping.metric)
    return found


def _runs(document: Document) -> Iterator[list[int]]:
    """Yield the places of counts of members of one breakdown and year that nothing names, run by run."""
    runs: dict[tuple[str | None, str], list[int]] = {}
    for place, point in enumerate(document.datapoints):
        is_bare = point.mapping is None and (point.set_key or "").startswith(_BARE)
        if not (is_bare and point.layout == "table" and point.value.number is not None):
            continue
        key = point.set_key, point.unit_printed
        run = runs.get(key, [])
        last = document.datapoints[run[-1]] if run else None
        if last and point.line.number - last.line.number > _FARTHEST:
            yield runs.pop(key)
        runs.setdefault(key, []).append(place)
    yield from runs.values()


def _mapping(document: Document, point: Datapoint, parts: Sequence[str]) -> Mapping | None:
    legend = document.matcher.legend(point.label)
    members = legend[0][1] if len(legend) == 1 else ()
    if len(members) != 1:
        return None
    return document.mapping(point.value, point.unit_printed, point.label, Group(tuple(parts), members[0][0]))


def _is_share(point: Datapoint, count: Datapoint, total: int | Decimal) -> bool:
    """Say whether an unmapped share of the same row is that of the count, as rounded."""
    is_percent = point.quantity is not None and point.quantity.base == "percent"
    if point.mapping or not is_percent or point.year != count.year:
        return False
    share = Decimal(100) * (count.value.number or 0) / Decimal(total)
    unit = Decimal(1).scaleb(-(point.value.decimals or 0))
    return abs((point.value.number or 0) - share) <= unit / 2


def _adopt(document: Document, place: int, mapping: Mapping | None, proof: str) -> None:
    point = document.datapoints[place]
    if mapping:
        document.datapoints[place] = point._replace(
            mapping=mapping, pairing="total", confidence="likely", proof=proof,
            set_key=f"{mapping.metric}|{mapping.breakdown}|{point.year}",
        )  # fmt: skip
