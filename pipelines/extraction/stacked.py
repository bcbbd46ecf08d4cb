"""Stacked tables: every cell on a line of its own, row by row, below a header that is printed likewise.

``指标 / 单位 / 2022年 / 2023年 / 员工总数 / 人 / 900 / 1,000 / 用水总量 / …``: rows are told by their form,
for each prints its words and then as many values as the header has columns.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.extraction.aligned import Cell, Table, unit_above
from pipelines.extraction.document import Document, Line
from pipelines.extraction.headers import Title, is_unit_title, title_of_word
from pipelines.extraction.nodes import SENTENCE_LINE
from pipelines.extraction.numbers import NOT_DISCLOSED
from pipelines.text import width

_LONGEST_LABEL = 60
_MOST_WORDS = 6  # lines of a row before its values: headings, a wrapped label and its unit
_MOST_MISFITS = 1  # rows of another form in succession: with more, the table is over


class _Row(NamedTuple):
    """The lines before the values of a row, its values, and where it ends."""

    words: list[Line]
    cells: list[Cell]
    end: int


def read_stacked_tables(document: Document) -> None:
    """Read every stacked table of ``document`` and record its datapoints."""
    lines = document.lines
    position = 0
    while position < len(lines):
        titles = _titles(document, lines, position)
        if not titles:
            position += 1
            continue
        end = position + len(titles)
        has_units = _follows_unit_title(lines, position)
        first = max(0, position - 1 - has_units)  # of the header: what titles the labels
        table = Table(document, titles, unit_above(document, lines, first), lines[first].folded)
        if first:
            table.open_title(lines[first - 1])
        found = (_without_empty_unit(row, len(titles)) for row in _rows(document, table, end, len(titles)))
        first_row = next(found, None)
        if first_row and len(first_row.cells) == len(titles):
            rows = [first_row, *found]
            fitting = [row for row in rows if len(row.cells) == len(titles)]
            if len(fitting) > 1:
                for row in rows:
                    table.add(row.words, row.cells if row in fitting else [])
                end = rows[-1].end
        position = end


def _follows_unit_title(lines: Sequence[Line], position: int) -> bool:
    return position > 0 and is_unit_title(lines[position - 1].folded.strip())


def _without_empty_unit(row: _Row, columns: int) -> _Row:
    """Leave out the dash that a row without a unit prints instead of it."""
    is_dash = len(row.cells) == columns + 1 and NOT_DISCLOSED.match(row.cells[0][1].strip())
    return row._replace(cells=row.cells[1:]) if is_dash else row


def _titles(document: Document, lines: Sequence[Line], position: int) -> tuple[Title, ...]:
    """Return the columns of a header that opens at ``position``: several years, or one behind 单位."""
    titles = tuple(
        itertools.takewhile(
            bool, (_title(document, line) for line in itertools.islice(lines, position, position + 8))
        )
    )
    years = [title.year for title in titles if title and not title.is_aside]
    if not years or len(set(years)) < len(years):
        return ()
    is_told = len(years) > 1 or _follows_unit_title(lines, position)
    return tuple(title for title in titles if title) if is_told else ()


def _title(document: Document, line: Line) -> Title | None:
    return title_of_word(line.folded.replace(" ", "").strip(), document.year) if len(line.text) < 20 else None


def _rows(document: Document, table: Table, position: int, columns: int) -> Iterator[_Row]:
    """Yield what looks like rows from ``position`` on, until prose, another header or too many misfits."""
    lines = document.lines
    misfits = 0
    while misfits <= _MOST_MISFITS:
        words: list[Line] = []
        while position < len(lines) and not (cells := table.cells(lines[position])):
            words.append(lines[position])
            position += 1
            if len(words) > _MOST_WORDS or ends_table(words[-1]) or _title(document, words[-1]):
                return
        values: list[Cell] = []
        while position < len(lines) and (cells := table.cells(lines[position])):
            values += cells
            position += 1
        if not words or not values:
            return
        misfits = 0 if columns <= len(values) <= columns + 1 else misfits + 1
        yield _Row(words, values, position)


def ends_table(line: Line) -> bool:
    """Say whether a line is prose, or too long for a cell."""
    is_prose = SENTENCE_LINE.match(line.folded) is not None or "。" in line.folded
    return is_prose or "\t" in line.text or width(line.folded) > _LONGEST_LABEL
