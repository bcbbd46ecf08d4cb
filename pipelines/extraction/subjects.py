"""What rows of members are of, where the total that they add up to tells.

``类别 人数 占比``, 按性别, ``男性 1,498 54.2``, ``女性 1,266 45.8``, where the report prints 2,764 employees.
Or 受训雇员百分比, ``男性 46.4``, ``女性 53.6``, which are shares of the trained.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipelines.extraction.document import Datapoint, Document
from pipelines.extraction.labels import UNKNOWN, Group, Mapping
from pipelines.extraction.legends import half_of

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


def read_compositions(document: Document) -> None:
    """Let groups whose figures total 100 be shares of a whole, unless they lie around the figure of all.

    ``metric_means.csv`` says of which metrics, and what they are instead. Where no figure of all is printed,
    they are but likely to be.
    """
    compositions = document.catalogue.compositions
    wholes: dict[tuple[str, int | None], list[Decimal]] = defaultdict(list)
    groups: dict[tuple[str | None, str, str | None, int | None], list[int]] = defaultdict(list)
    for place, point in enumerate(document.datapoints):
        mapping, number = point.mapping, point.value.number
        if mapping is None or mapping.metric not in compositions or number is None:
            continue
        if mapping.member is None:
            wholes[mapping.metric, point.year].append(number)
        else:
            groups[point.set_key, mapping.metric, mapping.breakdown, point.year].append(place)
    for (_, metric, _, year), places in groups.items():
        points = [document.datapoints[place] for place in places]
        once = {point.mapping: point.value for point in points}  # a table may be printed twice
        numbers = [value.number or Decimal() for value in once.values()]
        total = sum(numbers, Decimal())
        rounding = sum(map(half_of, once.values()), Decimal())
        around = [whole for whole in wholes[metric, year] if min(numbers) <= whole <= max(numbers)]
        if len(once) < _FEWEST or around or abs(total - 100) > rounding:
            continue
        for place, point in zip(places, points, strict=True):
            if point.mapping:
                document.datapoints[place] = point._replace(
                    mapping=point.mapping._replace(metric=compositions[metric]),
                    confidence=point.confidence if wholes[metric, year] else "likely",
                    proof=f"the groups total {total}: shares of a whole, no {metric} of each",
                )


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
