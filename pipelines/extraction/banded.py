"""Banded tables: a run of labels, one of as many units, and one of as many values for each column.

What arithmetic proves of such tables is read in ``columns``. Here it is their form: runs of one length, and
the right unit for every label that the catalogue knows. It tells the order of rows, which makes them likely.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.extraction.aligned import Cell, Table, opens_with_code, titles_above_rows_in, unit_above
from pipelines.extraction.document import Document, Line, unit_in_label
from pipelines.extraction.headers import Title, header_titles, is_unit_title, title_of_line
from pipelines.extraction.labels import Group
from pipelines.extraction.numbers import decimals_of
from pipelines.extraction.stacked import ends_table
from pipelines.units import Quantity

_FEWEST_ROWS = 3
_MOST_ROWS = 60
_FEWEST_COLUMNS = 2
_PAGE = re.compile(r"^\d{1,3}$")
_FEWEST_MISFORMED = 2
_FEWEST_KNOWN = 2  # labels that the catalogue knows and whose units agree
_LONGEST_BASE = 12
_EMPTY = frozenset({"/", "-", "—", "–"})


class _Bands(NamedTuple):
    """The values of every row, and the titles of the columns."""

    rows: list[list[Cell]]
    titles: tuple[Title, ...]


def read_banded_tables(document: Document) -> None:
    """Read every banded table of ``document`` and record its datapoints."""
    lines = document.lines
    for start, end in _unit_runs(document):
        units = [line if _is_unit(document, line) else None for line in lines[start:end]]
        _read(document, start, end, units)
    runs = itertools.chain(_value_runs(document), _row_runs(document), _runs_below_labels(document))
    for start, count in runs:
        _read(document, start, start, [None] * count)


def _read(document: Document, start: int, end: int, units: Sequence[Line | None]) -> None:
    """Read the table whose units, if it has any, stand from ``start`` to ``end``."""
    labels = _labels(document, document.lines, start, len(units))
    if len(labels) == len(units):
        bands = _bands(document, labels[0], end, len(units))
        if bands and _agree(document, labels, units, bands):
            _record(document, labels, units, bands)


def _unit_of_table(document: Document, labels: Sequence[int]) -> str:
    return unit_above(document, document.lines, labels[0] - 1) if labels[0] else ""


def _unit_runs(document: Document) -> Iterator[tuple[int, int]]:
    """Yield where runs of units, one on a line, begin and end; a dash among them is a row without one."""
    lines = document.lines
    position = 0
    while position < len(lines):
        start = position
        while position < len(lines) and (
            _is_unit(document, lines[position])
            or (position > start and lines[position].folded.strip() in _EMPTY)
        ):
            position += 1
        if _FEWEST_ROWS <= position - start <= _MOST_ROWS:
            yield start, position
        position = max(position, start + 1)


def _value_runs(document: Document) -> Iterator[tuple[int, int]]:
    """Yield where a year opens a run of values, and how many there are, that the next year's equals."""
    lines = document.lines
    position = 0
    while position < len(lines):
        start = position
        position += 1
        if title_of_line(lines[start], document.year) is None:
            continue
        while position < len(lines) and _is_free_value(document, lines[position]):
            position += 1
        if (
            position - start > _FEWEST_ROWS
            and position < len(lines)
            and title_of_line(lines[position], document.year)
        ):
            yield start, position - start - 1


def _row_runs(document: Document) -> Iterator[tuple[int, int]]:
    """Yield where lines of several values each begin, as many in all of them, and how many there are."""
    table = Table(document, ())
    sizes = (
        len(table.cells(line)) if line.may_be_value and line.form is None else 0 for line in document.lines
    )
    start = 0
    for size, run in itertools.groupby(sizes):
        count = sum(1 for _ in run)
        if size > 1 and _FEWEST_ROWS <= count <= _MOST_ROWS:
            yield start, count
        start += count


def _runs_below_labels(document: Document) -> Iterator[tuple[int, int]]:
    """Yield where a run of values begins whose labels a heading or years end above, and how many they are."""
    lines = document.lines
    for position in range(1, len(lines)):
        opens = _is_free_value(document, lines[position]) or title_of_line(lines[position], document.year)
        before = lines[position - 1]
        if not opens or title_of_line(before, document.year) or _is_value(document, before):
            continue
        count = 0
        for line in reversed(lines[max(0, position - _MOST_ROWS) : position]):
            if ends_table(line) or title_of_line(line, document.year) or _is_value(document, line):
                break
            count += not _is_heading(document, line)
        if count >= _FEWEST_ROWS:
            yield position, count


def _is_free_value(document: Document, line: Line) -> bool:
    return (
        line.number not in document.used
        and title_of_line(line, document.year) is None
        and _is_value(document, line)
    )


def _is_unit(document: Document, line: Line) -> bool:
    """Say whether a line is a unit, or a ratio of one to something that the catalogue does not know."""
    if line.number in document.used:
        return False
    if line.may_be_unit and document.catalogue.units.parse(line.text):
        return True
    if line.has_digit or "/" not in line.folded:
        return False
    amount, _, base = line.folded.strip().partition("/")
    is_ratio = 0 < len(base) <= _LONGEST_BASE
    return is_ratio and document.catalogue.units.parse(amount) is not None


def _labels(document: Document, lines: Sequence[Line], end: int, count: int) -> list[int]:
    """Return the places of the labels before the units: the last ``count`` that are no headings."""
    places: list[int] = []
    position = end - 1
    if position >= 0 and is_unit_title(lines[position].folded.strip()):
        position -= 1
    while position >= 0 and len(places) < count:
        line = lines[position]
        if line.number in document.used or ends_table(line) or _is_value(document, line):
            break
        if not _is_heading(document, line):
            places.append(position)
        position -= 1
    return places[::-1]


def _is_heading(document: Document, line: Line) -> bool:
    return line.may_be_heading and document.matcher.heading(line.text) is not None


def _is_value(document: Document, line: Line) -> bool:
    return line.may_be_value and document.values.whole(line.folded, line.text) is not None


def _bands(document: Document, first: int, start: int, count: int) -> _Bands | None:
    """Read the values of ``count`` rows from ``start`` on, whose labels begin at ``first``."""
    readers = (_in_titled_columns, _in_one_run, _in_rows)
    return next((bands for reader in readers if (bands := reader(document, first, start, count))), None)


def _in_titled_columns(document: Document, first: int, start: int, count: int) -> _Bands | None:
    """Read columns of ``count`` values, each with its year right above it, or each with its year below."""
    lines, table = document.lines, Table(document, ())
    columns: list[list[Cell]] = []
    titles: list[Title] = []
    end = start
    while end < len(lines) and lines[end].number not in document.used:
        if title := title_of_line(lines[end], document.year):
            titles.append(title)
            end += 1
            continue
        cells = [table.cells(line) for line in lines[end : end + count]]
        if len(cells) < count or not all(len(each) == 1 for each in cells):
            break
        columns.append([cell for (cell,) in cells])
        end += count
        if end < len(lines) and _is_free_value(document, lines[end]):
            if len(columns) == 1 or len(titles) < len(columns):
                return None  # more values than rows
            break  # what follows the last of several columns is none of its values
    is_told = columns and len(columns) == len(titles) == len({title.year for title in titles})
    return _Bands([list(row) for row in zip(*columns, strict=True)], tuple(titles)) if is_told else None


def _in_one_run(document: Document, first: int, start: int, count: int) -> _Bands | None:
    """Part one run of values into columns of ``count``, where their years stand before it or beside.

    Read row by row its numbers must not be as well formed: a row's have as many decimals, or are all shares.
    """
    lines, table = document.lines, Table(document, ())
    upper = (title_of_line(line, document.year) for line in lines[start : start + count])
    opening = [title for title in itertools.takewhile(bool, upper) if title]
    cells: list[Cell] = []
    end = start + len(opening)
    while end < len(lines) and _is_free_value(document, lines[end]):
        cells += table.cells(lines[end])
        end += 1
    if len(cells) % count == 1 and _PAGE.match(cells[-1][1].strip()):
        cells.pop()  # the number of the page
    size, rest = divmod(len(cells), count)
    if size < _FEWEST_COLUMNS or rest:
        return None
    by_column = [cells[row::count] for row in range(count)]
    by_row = [cells[row * size : (row + 1) * size] for row in range(count)]
    titles = _titles_beside(document, first, end, size, opening)
    is_told = titles and not _misformed(by_column) and _misformed(by_row) >= _FEWEST_MISFORMED
    return _Bands(by_column, titles) if is_told else None


def _in_rows(document: Document, first: int, start: int, count: int) -> _Bands | None:
    """Read ``count`` lines that hold a value of every column."""
    table = Table(document, ())
    rows = [table.cells(line) for line in document.lines[start : start + count]]
    size = len(rows[0]) if rows else 0
    if len(rows) < count or size < _FEWEST_COLUMNS or any(len(row) != size for row in rows):
        return None
    titles = _titles_beside(document, first, start + count, size)
    return _Bands(rows, titles) if titles else None


def _titles_beside(
    document: Document, first: int, end: int, size: int, opening: Sequence[Title] = ()
) -> tuple[Title, ...]:
    """Return the one header of ``size`` columns: before the labels, behind the values, or above them."""
    lines = document.lines
    stacked = [title_of_line(line, document.year) for line in lines[max(0, first - size) : first]]
    beside = [_header(document, lines[place]) for place in (first - 1, end) if 0 <= place < len(lines)]
    full = (tuple(title for title in titles if title) for titles in (opening, stacked, *beside))
    found = {titles for titles in full if len(titles) == size}
    return found.pop() if len(found) == 1 else ()


def _misformed(rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many rows print numbers of different decimals, or shares beside other numbers."""
    forms = (
        {(text.endswith("%"), decimals_of(text.rstrip("%"))) for _, text, _ in row if text[:1].isdigit()}
        for row in rows
    )
    return sum(len(found) > 1 for found in forms)


def _header(document: Document, line: Line) -> tuple[Title, ...]:
    titles = header_titles(line.folded, document.catalogue) if line.may_be_header else None
    return titles or titles_above_rows_in(document, line)


def _agree(document: Document, labels: Sequence[int], units: Sequence[Line | None], bands: _Bands) -> bool:
    """Say whether every label that the catalogue knows can be printed in its unit, and enough are known.

    A value that prints its own unit (9.7%) must agree with the label's.
    """
    lines, parse = document.lines, document.catalogue.units.parse
    agreeing = 0
    for place, unit, row in zip(labels, units, bands.rows, strict=True):
        label = lines[place].text.strip()
        own = unit_in_label(label, document.catalogue)  # 范围一排放（吨）: a label, and a whole one
        of_row = unit.text if unit else own or bands.titles[0].unit or _unit_of_table(document, labels)
        own_units = (_unit_of_value(document, *cell) for cell in row)
        of_values = {each for each in own_units if each}
        if of_row and any(parse(each) != parse(of_row) for each in of_values):
            return False
        quantity = parse(of_row or next(iter(of_values), ""))
        is_member = bool(document.matcher.legend(label))
        is_known = quantity is not None and not is_member and document.matcher.is_known(label)
        if is_known and not _can_be_in(document, label, quantity):
            return False
        agreeing += is_known or is_member or own is not None
    fewest = _FEWEST_KNOWN if any(units) else max(_FEWEST_KNOWN, len(labels) / 2)
    return agreeing >= fewest and not _is_cut(document, labels)


def _unit_of_value(document: Document, line: Line, text: str, start: int) -> str:
    value = document.values.whole(text, line.text[start : start + len(text)], start)
    return value.unit if value else ""


def _can_be_in(document: Document, label: str, quantity: Quantity | None) -> bool:
    """Say whether a label can be printed in a unit; an intensity can be one of another base."""
    metrics = document.catalogue.metrics
    is_ratio = quantity is not None and quantity.per is not None
    if is_ratio and any("_per_" in metrics[each].unit for each in document.matcher.subjects(label)):
        return True
    return document.matcher.match(label, quantity, Group()) is not None


def _is_cut(document: Document, labels: Sequence[int]) -> bool:
    """Say whether a label stands right above the first; an indicator's code makes a title of it."""
    above = document.lines[labels[0] - 1] if labels[0] else None
    if above is None or _is_heading(document, above) or not document.matcher.is_known(above.text):
        return False
    return not opens_with_code(above) or any(opens_with_code(document.lines[place]) for place in labels)


def _record(document: Document, labels: Sequence[int], units: Sequence[Line | None], bands: _Bands) -> None:
    lines = document.lines
    of_table = _unit_of_table(document, labels)
    table = Table(document, bands.titles, of_table, pairing="order", certainty="likely")
    position = labels[0]
    while position and _is_heading(document, lines[position - 1]):
        position -= 1
    for line in reversed(lines[max(0, position - 2) : position]):
        table.open_title(line)
    for place, unit, row in zip(labels, units, bands.rows, strict=True):
        headings = [line for line in lines[position:place] if _is_heading(document, line)]
        table.add([*headings, lines[place], *([unit] if unit else [])], row)
        position = place + 1
