"""Banded tables: a band of labels, one of as many values for each column, and bands of units and years.

What arithmetic proves of such tables is read in ``columns``. Here it is their form: bands of one length, and
the right unit for every label that the catalogue knows. It tells the order of rows, which makes them likely.
"""

import bisect
import itertools
import re
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from pipelines.extraction.band_labels import Label, is_cut, is_part, label_sets, leaves_rows
from pipelines.extraction.bands import EMPTY, FEWEST_ROWS, MOST_COLUMNS, Band, read_bands
from pipelines.extraction.blocks import Cell, Whole, number_of, parted
from pipelines.extraction.document import Document, Line, single_year, unit_in_label
from pipelines.extraction.headers import Title
from pipelines.extraction.labels import Group
from pipelines.extraction.row_reader import RowReader
from pipelines.extraction.table_headers import unit_above
from pipelines.text import fold, width

_FEWEST_IN_LINES = 2  # rows, each of which prints all its values on one line
_MOST_ROWS = 60
_MOST_PARTS = 12  # of a whole
_TELLING = 100  # a smaller number may be the sum of others by chance
_FEWEST_KNOWN = 2  # labels that the catalogue knows and whose units agree
_LONGEST_TITLE = 40
_SUM = re.compile("^(?:合计|总计|总数)$")
_PAGE = re.compile(r"^\d{1,3}$")


class _Reading(NamedTuple):
    """One way to pair a band of labels: rows with their units and values, and the titles of the columns.

    ``of_table`` is the unit of rows that print none, ``bands`` the places of all that it is made of.
    """

    labels: list[Label]
    units: list[Line | None]
    rows: list[list[Cell]]
    titles: tuple[Title, ...]
    of_table: str
    bands: list[int]


def read_banded_tables(document: Document) -> None:
    """Read every banded table of ``document`` and record its datapoints."""
    for bands, of_table in read_bands(document):
        taken: set[int] = set()
        above: tuple[Title, ...] = ()
        for place, band in enumerate(bands):
            may_be_rows = band.kind == "label" and len(band.pieces) >= _FEWEST_IN_LINES
            if may_be_rows and (reading := _reading(document, bands, place, of_table, taken, above)):
                _record(document, reading)
                taken.update(reading.bands)
                above = reading.titles


def _reading(
    document: Document,
    bands: Sequence[Band],
    place: int,
    of_table: str,
    taken: Set[int],
    above: tuple[Title, ...],
) -> _Reading | None:
    """Pair the labels at ``place`` with the values behind or before them.

    If both fit, what the bands begin with tells which stand first. ``taken``: the bands of tables above;
    ``above``: the columns of the last of them.
    """
    extents = [_behind(bands, place), _before(bands, place)]
    if next(band.kind for band in bands if band.kind in ("label", "value")) == "value":
        extents.reverse()
    found = (_readings(document, bands, place, extent, of_table, taken, above) for extent in extents)
    return next(itertools.chain(*found), None)


def _behind(bands: Sequence[Band], place: int) -> range:
    """Return the places of the bands behind the labels at ``place``, up to the next labels."""
    end = next((i for i in range(place + 1, len(bands)) if bands[i].kind == "label"), len(bands))
    return range(place + 1, end)


def _before(bands: Sequence[Band], place: int) -> range:
    """Return the places of the bands before the labels at ``place``, down to the labels above."""
    return range(next((i + 1 for i in reversed(range(place)) if bands[i].kind == "label"), 0), place)


def _readings(
    document: Document,
    bands: Sequence[Band],
    place: int,
    extent: range,
    of_table: str,
    taken: Set[int],
    above: tuple[Title, ...],
) -> Iterator[_Reading]:
    """Yield the way to pair the labels at ``place`` with the bands of ``extent``, if there is one."""
    tail = [bands[i] for i in extent if i not in taken]
    cells = sum(len(piece.cells) for band in tail for piece in band.pieces)
    if cells < FEWEST_ROWS:
        return
    beside = [bands[i] for i in (place - 1, place + 1) if 0 <= i < len(bands)]
    units = [
        None if line.folded.strip() in EMPTY else line
        for line in _lines(tail, "unit") or _lines(beside, "unit")
    ]
    headers = _headers(document, bands, place, extent, taken)
    goes_on = not headers and len(above) > 1 and _line_sizes(tail) == {len(above)}
    are_titled = headers or goes_on or any(band.kind == "titles" for band in tail)
    if not are_titled and cells > len(bands[place].pieces):
        return  # more than one column, and nothing to title them
    full = [piece for band in tail if band.kind == "value" for piece in band.pieces]
    for labels in label_sets(document, bands[place].pieces, len(full)):
        count = len(labels)
        if labels and extent.start < place and leaves_rows(document, bands[place].pieces, labels[0]):
            continue  # the values above are those of the labels between
        have_own = 2 * sum(bool(label.unit) for label in labels) > count
        of_rows = [] if have_own and not _lines(tail, "unit") else units
        fewest = _FEWEST_IN_LINES if min(_line_sizes(tail)) > 1 else FEWEST_ROWS
        if not fewest <= count <= _MOST_ROWS or len(of_rows) not in (0, count):
            continue
        years = [bands[i].titles for i in headers] or _year_above(document, labels[0])
        years += [above] if goes_on else []
        if found := _in_titled_columns(tail, count) or _in_columns(document, tail, labels, years):
            rows, titles = found
            used = [place, *extent, *(i for i in headers if bands[i].titles == titles)]
            reading = _Reading(labels, of_rows or [None] * count, rows, titles, of_table, used)
            if _agree(document, reading):
                yield reading
                return


def _lines(bands: Sequence[Band], kind: str) -> list[Line]:
    return [piece.line for band in bands if band.kind == kind for piece in band.pieces]


def _line_sizes(bands: Sequence[Band]) -> set[int]:
    """Return how many values the lines of bands print."""
    return {len(piece.cells) for band in bands if band.kind == "value" for piece in band.pieces}


def _headers(
    document: Document, bands: Sequence[Band], place: int, extent: range, taken: Set[int]
) -> list[int]:
    """Return the places of what may be the header of a table, the likeliest first.

    It stands between the labels and the values, else before, else behind both, maybe with a column of
    categories between; behind them it may as well open the next table, if that has no other. Several between
    them are each of a column.
    """
    values = [i for i in extent if bands[i].kind == "value"]
    if not values:
        return []
    first, last = min(place, *values), max(place, *values)
    near = range(max(0, first - 1), min(last + 2, len(bands)))
    free = [i for i in near if bands[i].kind == "titles" and i not in taken]
    within = [i for i in free if first < i < last]
    is_followed = last + 2 < len(bands) and bands[last + 2].kind == "label"
    behind = [bands[i] for i in _behind(bands, last + 2)] if is_followed else []
    is_long = is_followed and len(bands[last + 2].pieces) >= FEWEST_ROWS
    cells = sum(len(piece.cells) for band in behind for piece in band.pieces)
    opens_next = is_long and cells >= FEWEST_ROWS and all(band.kind != "titles" for band in behind)
    around = [i for i in (first - 1, last + 1) if i in free and not (i > last and opens_next)]
    if len(within) > 1:
        return []
    return within or around or _header_behind_categories(document, bands, last + 1, taken)


def _header_behind_categories(
    document: Document, bands: Sequence[Band], place: int, taken: Set[int]
) -> list[int]:
    """Return the place of the header that closes a table, if its categories (员工, 社区) stand before it."""
    header = place + 1
    if header >= len(bands) or header in taken or bands[header].kind != "titles":
        return []
    names = [piece.line for piece in bands[place].pieces]
    is_followed = any(band.kind == "value" for band in bands[header + 1 : header + 3])
    are_categories = bands[place].kind in ("label", "unit") and not any(
        document.matcher.is_known(line.text) or line.has_digit for line in names
    )
    return [header] if are_categories and not is_followed else []


def _year_above(document: Document, first: Label) -> list[tuple[Title, ...]]:
    """Return the year of the only column, where the title above the labels tells it: 截至2023年底的专利."""
    above = document.lines[first.place - 1].folded if first.place else ""
    year = single_year(above) if width(above) <= _LONGEST_TITLE else None
    return [(Title(year),)] if year else []


def _in_titled_columns(tail: Sequence[Band], count: int) -> tuple[list[list[Cell]], tuple[Title, ...]] | None:
    """Read columns of ``count`` values, each with its year right above it, or each with its year below."""
    places = [i for i, band in enumerate(tail) if band.kind == "value"]
    for step in (-1, 1):
        beside = [tail[i + step] for i in places if 0 <= i + step < len(tail)]
        titles = tuple(band.titles[0] for band in beside if band.kind == "titles" and len(band.titles) == 1)
        if len(titles) == len(places) == len({(title.year, title.label, title.part) for title in titles}):
            break
    else:
        return None
    columns = [[cell for piece in tail[i].pieces for cell in piece.cells] for i in places]
    if len(columns) > 1:
        columns[-1] = columns[-1][:count]  # what follows the last of several columns is none of its values
    is_full = bool(columns) and all(len(column) == count for column in columns)
    return ([list(row) for row in zip(*columns, strict=True)], titles) if is_full else None


def _in_columns(
    document: Document,
    tail: Sequence[Band],
    labels: Sequence[Label],
    years: Sequence[tuple[Title, ...]],
) -> tuple[list[list[Cell]], tuple[Title, ...]] | None:
    """Part the values of one header into the rows of ``labels``."""
    count = len(labels)
    lines = [piece.cells for band in tail if band.kind == "value" for piece in band.pieces]
    if {len(line) for line in lines[count:]} == {1} != {len(line) for line in lines[:count]}:
        widest = max(len(line) for line in lines[:count])
        if widest > 1 and sum(map(len, lines[:count])) == widest * count:
            lines = lines[:count]  # rows that print all their values, and below them those of a chart
    size, rest = divmod(sum(map(len, lines)), count)
    if rest == 1 and size > 1 and len(lines[-1]) == 1 and _PAGE.match(lines[-1][0][1]):
        lines, rest = lines[:-1], 0  # the number of the page
    titles = next((each for each in years if len(each) == size), None)
    if rest or not 0 < size <= MOST_COLUMNS or titles is None:
        return None
    of_metrics = size > 1 and all(title.label for title in titles)
    rows = parted(lines, count, size, _wholes(document, labels), of_metrics=of_metrics)
    return (rows, titles) if rows else None


def _wholes(document: Document, labels: Sequence[Label]) -> list[Whole]:
    """Return the rows of wholes, each with those of its parts: 整体, 男性, 女性; or all above 合计."""
    kinds = [
        {kind for _, members in document.matcher.legend(label.text) for kind, _ in members}
        for label in labels
    ]
    wholes: list[Whole] = []
    whole: int | None = None
    for row, kind in enumerate(kinds):
        if not kind:
            whole = row
        elif whole is not None and row and kind & kinds[row - 1]:
            wholes[-1].parts.append(row)
        elif whole is not None:
            wholes.append(Whole(whole, [row]))
    last = len(labels) - 1
    if _SUM.match(fold(labels[-1].text)) and not any(kinds):
        wholes.append(Whole(last, list(range(last)), may_be_mean=False))
    return [each for each in wholes if len(each.parts) > 1]


def _agree(document: Document, reading: _Reading) -> bool:
    """Say whether every label that the catalogue knows can be printed in its unit, and enough are known.

    A value that prints its own unit (9.7%) must agree with the label's.
    """
    parse = document.catalogue.units.parse
    if _is_chart(document, reading) or _is_shifted(document, reading):
        return False
    agreeing = 0
    for label, unit, row in zip(reading.labels, reading.units, reading.rows, strict=True):
        of_row = unit.text if unit else label.unit or reading.titles[0].unit or _of_table(document, reading)
        own_units = (_unit_of_value(document, *cell) for cell in row)
        of_values = {each for each in own_units if each}
        if of_row and any(parse(each) != parse(of_row) for each in of_values):
            return False
        quantity = parse(of_row or next(iter(of_values), ""))
        is_member = is_part(document, label)
        is_known = quantity is not None and not is_member and document.matcher.is_known(label.text)
        if is_known and not label.unit and not document.can_be_in(label.text, quantity):
            return False
        agreeing += is_known or is_member or bool(label.unit)
    fewest = _FEWEST_KNOWN if any(reading.units) else max(_FEWEST_KNOWN, len(reading.labels) / 2)
    return agreeing >= fewest and not is_cut(document, reading.labels)


def _is_chart(document: Document, reading: _Reading) -> bool:
    """Say whether all rows are parts of one whole: a legend need not be in the order of its values."""
    headings = (heading.text for label in reading.labels for heading in label.headings)
    wholes = [label.text for label in reading.labels if not is_part(document, label)]
    names_metric = any(map(document.matcher.is_known, wholes)) or any(
        map(document.matcher.subjects, headings)
    )
    return len(reading.titles) == 1 and len(wholes) < len(reading.labels) and not names_metric


def _is_shifted(document: Document, reading: _Reading) -> bool:
    """Say whether a part's value is the sum of those below it: its label is the next one's, 总数 is lost."""
    for column in zip(*reading.rows, strict=True):
        numbers = [number_of(text) for _, text, _ in column]
        for row, label in enumerate(reading.labels):
            sums = itertools.islice(itertools.accumulate(numbers[row + 1 :]), 1, _MOST_PARTS)
            if numbers[row] >= _TELLING and is_part(document, label) and numbers[row] in sums:
                return True
    return False


def _of_table(document: Document, reading: _Reading) -> str:
    """Return the unit that a line among the bands, or above the labels, gives all rows."""
    above = _first(document, reading) - 1
    if reading.of_table or above < 0:
        return reading.of_table
    own = unit_in_label(document.lines[above].text.strip(), document.catalogue)
    return unit_above(document, document.lines, above) or own or ""


def _first(document: Document, reading: _Reading) -> int:
    """Return the place of the first line of a table: of a heading or label, or of a value before them."""
    of_labels = reading.labels[0].place - len(reading.labels[0].headings)
    first = min(cell[0].number for row in reading.rows for cell in row)
    return min(of_labels, bisect.bisect_left(document.lines, first, key=lambda line: line.number))


def _unit_of_value(document: Document, line: Line, text: str, start: int) -> str:
    value = document.values.whole(text, line.text[start : start + len(text)], start)
    return value.unit if value else ""


def _record(document: Document, reading: _Reading) -> None:
    table = RowReader(
        document, reading.titles, _of_table(document, reading), pairing="order", certainty="likely"
    )
    place = _first(document, reading)
    for line in reversed(document.lines[max(0, place - 2) : place]):
        table.meanings.open_title([line])
    if group := _group_of_total(document, reading):
        table.meanings.group = group
    for label, unit, row in zip(reading.labels, reading.units, reading.rows, strict=True):
        for heading in label.headings:
            table.add([heading], [])
        table.add([label.line, *([unit] if unit else [])], row)


def _group_of_total(document: Document, reading: _Reading) -> Group | None:
    """Return what members without a heading are parts of: the total below them, which they add up to."""
    *parts, last = reading.labels
    members = [document.matcher.legend(label.text) for label in parts]
    kinds = [{kind for each in found for kind, _ in each[1]} for found in members if len(found) == 1]
    shared = set.intersection(*kinds) if len(kinds) == len(parts) > 1 else set()
    columns = [[number_of(text) for _, text, _ in column] for column in zip(*reading.rows, strict=True)]
    if len(shared) != 1 or not all(sum(numbers[:-1]) == numbers[-1] for numbers in columns):
        return None
    totals = [metric for metric in document.matcher.subjects(last.text) if metric in document.catalogue.parts]
    return Group(tuple(totals), shared.pop()) if totals else None
