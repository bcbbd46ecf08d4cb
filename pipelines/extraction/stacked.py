"""Stacked tables: every cell on a line of its own, row by row, below a header that is printed likewise.

``指标 / 单位 / 2022年 / 2023年 / 员工总数 / 人 / 900 / 1,000 / 用水总量 / …``: rows are told by their form,
for each prints its words and then as many values as the header has columns.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.extraction.blocks import Cell
from pipelines.extraction.document import Document, Line, unit_in_label
from pipelines.extraction.headers import Title, is_unit_title, member_title, title_of_line
from pipelines.extraction.nodes import SENTENCE_LINE
from pipelines.extraction.numbers import NOT_DISCLOSED
from pipelines.extraction.row_reader import RowReader
from pipelines.extraction.rows import RowForm
from pipelines.extraction.table_headers import is_unit_below, unit_above
from pipelines.text import fold, width
from pipelines.units import Quantity

_LONGEST_LABEL = 60
_MOST_TITLES = 8
_FEWEST_ROWS = 2
_MOST_WORDS = 6  # lines of a row before its values: headings, a wrapped label and its unit
_MOST_MISFITS = 1  # rows of another form in succession: with more, the table is over
_MOST_MISFITS_ABOVE = 6  # rows of the same form above a column that are none of it
_CLAUSES = re.compile(r"。|(?:,(?!\d)|;).+(?:,(?!\d)|;)")  # of a sentence that goes on in the next line


class _Row(NamedTuple):
    """The lines before the values of a row, its values, and where it ends."""

    words: list[Line]
    cells: list[Cell]
    end: int


def read_stacked_tables(document: Document) -> None:
    """Read every stacked table of ``document`` and record its datapoints."""
    position = 0
    in_vain: dict[int, int] = {}
    while position < len(document.lines):
        titles = _titles(document, position)
        end = position + len(titles)
        if not titles:
            titles, end = _metric_titles(document, position)
        if titles:
            position = _read(document, position, titles, end)
        else:
            position = _read_column(document, position, in_vain) or position + 1


def _read(document: Document, position: int, titles: tuple[Title, ...], end: int) -> int:
    """Read the table whose header opens at ``position``; return where it, or what is only a header, ends.

    ``end``: where the header ends.
    """
    lines, count = document.lines, len(titles)
    first = max(0, position - 1 - _follows_unit_title(lines, position))  # of the header
    table = RowReader(document, titles, unit_above(document, lines, first), lines[first].folded)
    table.meanings.open_title(lines[max(0, first - 2) : first])
    found = (_without_empty_unit(row, count) for row in _rows(document, table.form, end, count))
    first_row = next(found, None)
    if first_row is None or len(first_row.cells) != count:
        return end
    rows = [first_row, *found]
    if sum(len(row.cells) == count for row in rows) < _FEWEST_ROWS:
        return end
    for row in rows:
        is_full = len(row.cells) == count
        table.add(row.words, row.cells if is_full else [])
        if not is_full:  # of which year a value is that stands alone in its row, nothing tells
            document.used.update(line.number for line in (*row.words, *(cell[0] for cell in row.cells)))
    return rows[-1].end


def _follows_unit_title(lines: Sequence[Line], position: int) -> bool:
    return position > 0 and is_unit_title(lines[position - 1].folded.strip())


def _without_empty_unit(row: _Row, columns: int) -> _Row:
    """Leave out the dash that a row without a unit prints instead of it."""
    is_dash = len(row.cells) == columns + 1 and NOT_DISCLOSED.match(row.cells[0][1].strip())
    return row._replace(cells=row.cells[1:]) if is_dash else row


def _read_column(document: Document, position: int, in_vain: dict[int, int]) -> int | None:
    """Read rows of a label, a unit and one value, below the year of all or none; return where they end.

    What follows them may be the label of a table that prints its values first: units tell the two apart.
    ``in_vain``: by the place of a row, from how many rows above it the same run was read in vain.
    """
    lines = document.lines
    if position + 1 == len(lines) or not document.is_unit(lines[position + 1]):
        return None
    if lines[position].number in document.used:
        return None
    title = title_of_line(lines[position - 1], document.year) if position else None
    rows: list[tuple[Line, Line, list[Cell]]] = []
    table = RowReader(document, (title or Title(),))
    start, failures = position, in_vain.pop(position, 0)
    while (
        position + 2 < len(lines)
        and (failures < _MOST_MISFITS_ABOVE or not rows)
        and document.is_unit(lines[position + 1])
        and len(cells := table.form.cells(lines[position + 2])) == 1
        and not table.form.cells(lines[position])
    ):
        rows.append((lines[position], lines[position + 1], cells))
        position += 3
    if rows:
        in_vain[start + 3] = failures + 1
    if len(rows) < _FEWEST_ROWS:
        return None
    labels = [label.text for label, _, _ in rows]
    units = [document.catalogue.units.parse(unit.text) for _, unit, _ in rows]
    following = lines[position].text if position < len(lines) else ""
    shifted = [*labels[1:], following]
    if _agreeing(document, labels, units) <= _agreeing(document, shifted, units):
        return None
    for label, unit, cells in rows:
        table.add([label, unit], cells)
    return position


def _agreeing(document: Document, labels: Sequence[str], units: Sequence[Quantity | None]) -> int:
    """Return how many labels the catalogue knows; 0 if one of them cannot be printed in its unit."""
    known = [
        (label, unit) for label, unit in zip(labels, units, strict=True) if document.matcher.is_known(label)
    ]
    return len(known) if all(document.can_be_in(label, unit) for label, unit in known) else 0


def _titles(document: Document, position: int) -> tuple[Title, ...]:
    """Return the columns of a header that opens at ``position``: several years, or one behind 单位."""
    lines, titles = document.lines, []
    if lines[position].may_be_legend and (members := _members(document, position)):
        return members
    if not lines[position].may_be_title:
        return ()
    for line in lines[position : position + _MOST_TITLES]:
        if (title := title_of_line(line, document.year)) is None:
            break
        titles.append(title)
    years = [(title.year, title.part) for title in titles if not title.is_aside]
    is_told = len(years) > 1 or (len(years) == 1 and _follows_unit_title(lines, position))
    return tuple(titles) if is_told and len(set(years)) == len(years) else ()


def _metric_titles(document: Document, position: int) -> tuple[tuple[Title, ...], int]:
    """Return the columns of metrics whose header opens at ``position``, and where it ends.

    Each prints its unit in brackets, or in the line below: 受训员工百分比 / （%） / 平均受训时数（小时）.
    """
    lines, end = document.lines, position
    titles: list[Title] = []
    if not lines[position].folded.rstrip().endswith(")") and not is_unit_below(document, lines, position + 1):
        return (), position
    while end < len(lines) and not lines[end].has_digit and len(titles) < _MOST_TITLES:
        has_unit_below = is_unit_below(document, lines, end + 1)
        text = "".join(line.text.strip() for line in lines[end : end + 1 + has_unit_below])
        unit = unit_in_label(text, document.catalogue) if ")" in fold(text) else None
        if not unit or " " in text or not document.matcher.subjects(text):
            break
        titles.append(Title(label=text, unit=unit))
        end += 1 + has_unit_below
    return (tuple(titles), end) if len(titles) > 1 else ((), position)


def _members(document: Document, position: int) -> tuple[Title, ...]:
    """Return the columns of a header of members (女, 男) that opens at ``position``."""
    titles: list[Title] = []
    for line in document.lines[position : position + _MOST_TITLES]:
        title = member_title(line.folded.strip(), document.catalogue)
        if title is None or title in titles:
            break
        titles.append(title)
    is_one = len({title.breakdown for title in titles if title.breakdown}) == 1
    return tuple(titles) if len(titles) > 1 and is_one else ()


def _rows(document: Document, form: RowForm, position: int, columns: int) -> Iterator[_Row]:
    """Yield what looks like rows from ``position`` on, until prose, another header or too many misfits."""
    lines = document.lines
    misfits = 0
    while misfits <= _MOST_MISFITS:
        words: list[Line] = []
        while position < len(lines) and not (cells := form.cells(lines[position])):
            words.append(lines[position])
            position += 1
            if len(words) > _MOST_WORDS or ends_table(words[-1]) or title_of_line(words[-1], document.year):
                return
        values: list[Cell] = []
        while position < len(lines) and (cells := form.cells(lines[position])):
            values += cells
            position += 1
        if not words or not values:
            return
        misfits = 0 if columns <= len(values) <= columns + 1 else misfits + 1
        yield _Row(words, values, position)


def ends_table(line: Line) -> bool:
    """Say whether a line is prose, or too long for a cell."""
    is_prose = SENTENCE_LINE.match(line.folded) is not None or _CLAUSES.search(line.folded) is not None
    return is_prose or "\t" in line.text or width(line.folded) > _LONGEST_LABEL
