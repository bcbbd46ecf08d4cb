"""Space-aligned tables: ``label unit v1 v2 v3`` under a header that names the years.

Labels and units may be wrapped over lines, a value may stand in a line of its own, headers recur at page
breaks, footnote marks are glued to labels and values, and one cell may be merged over several rows.
"""

from collections.abc import Sequence

from pipelines.extraction.document import Document, Line
from pipelines.extraction.headers import YEARS_ALONE, Title, header_titles, of_years
from pipelines.extraction.nodes import SENTENCE_LINE
from pipelines.extraction.row_meanings import LINES_ABOVE
from pipelines.extraction.row_reader import FEWEST_IN_BLOCK, RowReader
from pipelines.extraction.rows import ROWS_BELOW, RowForm, members_above_rows
from pipelines.extraction.table_headers import (
    header_of_lines,
    is_of_part,
    is_title,
    says_nothing,
    titles_above_rows_in,
    titles_of_segments,
    titles_of_two_lines,
    unit_above,
)


def read_aligned_tables(document: Document) -> None:
    """Read every space-aligned table of ``document`` and record its datapoints."""
    position = 0
    before: RowReader | None = None
    while position < len(document.lines):
        if titles := _titles(document, position):
            before, position = _read_below_header(document, position, titles, before)
        else:
            position = (
                _read_below_metrics(document, position)
                or _read_below_members(document, position)
                or _read_side_by_side(document, position)
                or _read_below_lines(document, position)
                or position + 1
            )


def _titles(document: Document, position: int) -> tuple[Title, ...]:
    """Return the value columns of a line that is a header by its words alone."""
    line = document.lines[position]
    titles = header_titles(line.folded, document.catalogue) if line.may_be_header else None
    return of_years(titles, document.lines[position - 1].folded if position else "") if titles else ()


def _read_below_header(
    document: Document, position: int, titles: Sequence[Title], before: RowReader | None
) -> tuple[RowReader, int]:
    """Read the table of a header, or the rows above it if it was torn off; return it and where it ends."""
    lines, header = document.lines, document.lines[position]
    table = RowReader(document, titles, unit_above(document, lines, position), header.folded)
    table.meanings.open_title(lines[max(0, position - LINES_ABOVE) : position])
    below = position + 1
    if before:
        table.go_on(before, header, lines[below : below + 1])
    above = _rows_above(document, lines[:position], titles)
    opens = below < len(lines) and table.form.is_row(lines[below])
    if above and not opens:
        table.read(above, 0)
        return table, below
    return table, table.read(lines, below)


def _read_below_metrics(document: Document, position: int) -> int | None:
    """Read the table of a header that only its rows tell, or its neighbours; return where to go on."""
    lines = document.lines
    titles = titles_of_two_lines(document, lines, position)
    if not titles or is_of_part(lines, position):
        return None
    header, below = lines[position], position + 1
    table = RowReader(document, titles, unit_above(document, lines, position), header.folded)
    if table.form.opens(lines[below : below + ROWS_BELOW]):
        table.meanings.open_group(header, lines[position - 1] if position else None)
        is_second = YEARS_ALONE.match(lines[position - 1].folded) or titles_of_segments(lines, position)
        below_years = position > 1 and bool(is_second)
        table.meanings.open_title(lines[max(0, position - LINES_ABOVE) : position - below_years])
        return table.read(lines, below)
    above = _rows_above(document, lines[:position], titles)
    if len(above) >= FEWEST_IN_BLOCK:
        table.meanings.open_group(header)
        table.read(above, 0)
    return below


def _read_below_members(document: Document, position: int) -> int | None:
    """Read the table whose columns are members in a line by itself; return where it ends."""
    lines = document.lines
    titles = members_above_rows(document, lines, position)
    if not titles:
        return None
    table = RowReader(document, titles, unit_above(document, lines, position))
    table.meanings.open_title(lines[max(0, position - LINES_ABOVE) : position])
    return table.read(lines, position + 1)


def _read_below_lines(document: Document, position: int) -> int | None:
    """Read the table of a header over several lines; return where to go on."""
    lines = document.lines
    header = header_of_lines(document, lines, position)
    if not header:
        return None
    titles, end, words = header
    table = RowReader(document, titles, header=words)
    if not table.form.opens(lines[end : end + ROWS_BELOW]):
        return None
    table.meanings.open_group(lines[position])
    return table.read(lines, end)


def _read_side_by_side(document: Document, position: int) -> int | None:
    """Read two tables whose rows share lines, below a header that is printed twice; return where they end.

    ``指标 2024年 2023年 指标 2024年 2023年``: each half is read as a table of its own.
    """
    lines = document.lines
    words = lines[position].folded.split() if lines[position].may_be_header else []
    middle = len(words) // 2
    if not middle or words[:middle] != words[middle:]:
        return None
    titles = header_titles(" ".join(words[:middle]), document.catalogue)
    form = RowForm(document, titles or ())
    left: list[Line] = []
    right: list[Line] = []
    end = position + 1
    while titles and end < len(lines) and (parts := form.halves(lines[end])):
        left.append(parts[0])
        right.append(parts[1])
        end += 1
    if len(left) < FEWEST_IN_BLOCK:
        return None
    for half in (left, right):
        RowReader(document, titles or ()).read(half, 0)
    return end


def _rows_above(document: Document, lines: Sequence[Line], titles: Sequence[Title]) -> list[Line]:
    """Return the rows and titles of groups right above a header, without those of another table."""
    form = RowForm(document, titles)
    rows: list[Line] = []
    names: list[Line] = []  # of a group above rows, if rows stand right above it too
    is_apart = False  # from the last row, by a sentence
    for line in reversed(lines):
        if titles_above_rows_in(document, line) == form.titles:
            break  # another header, below which they would stand
        is_row = line.number not in document.used and (
            form.is_row(line) or form.is_total_of_counts(line, *form.split(line))
        )
        is_group = line.may_be_heading and document.matcher.heading(line.text) is not None
        is_sentence = SENTENCE_LINE.match(line.folded) is not None
        if is_row or is_group:
            rows += [*names, line]
            names, is_apart = [], False
        elif rows and not (names or is_apart) and line.form != "other" and is_title(line):
            names = [line]
        elif (names and is_sentence) or not (is_sentence or says_nothing(document, line, None)):
            break
        is_apart = is_apart or is_sentence
    return rows[::-1]
