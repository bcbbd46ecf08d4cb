"""The bands of a text: lines of one kind that follow one another, as labels, units, years or values."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from pipelines.extraction.blocks import Cell
from pipelines.extraction.document import Document, Line, unit_in_label
from pipelines.extraction.headers import Title, header_titles, title_of_line, unit_of_share, unit_of_table
from pipelines.extraction.labels import TOTAL
from pipelines.extraction.rows import RowForm
from pipelines.extraction.stacked import ends_table
from pipelines.extraction.table_headers import says_nothing, titles_above_rows_in
from pipelines.text import fold

FEWEST_ROWS = 3
MOST_COLUMNS = 8
EMPTY = frozenset({"/", "-", "—", "–"})
_WRAPPED = 2  # lines from one part of a label to the next
_ROW = re.compile(
    r"^\s*[^\W\d]\D*(?:\s(?!(?:19|20)\d\d\b)\d[\d,.]*%?){2,}\s*$"
)  # 男性 97.1 33.2: of another table
_ENDS_OF_NONE = frozenset({*EMPTY, "用"})  # 不适用


class Piece(NamedTuple):
    """A line by what it is in a table, and its place: years have ``titles``, values ``cells``."""

    kind: Literal["label", "unit", "value", "titles"]
    line: Line
    place: int
    titles: tuple[Title, ...] = ()
    cells: tuple[Cell, ...] = ()


class Band(NamedTuple):
    """The pieces of one kind that follow one another."""

    kind: str
    pieces: list[Piece]

    @property
    def titles(self) -> tuple[Title, ...]:
        """All years of the band; a header that is printed twice is one."""
        lines = dict.fromkeys(piece.titles for piece in self.pieces)
        return tuple(title for titles in lines for title in titles)


def read_bands(document: Document) -> Iterator[tuple[list[Band], str]]:
    """Yield the bands between sentences and what is read, with the unit that a line there gives all rows."""
    form = RowForm(document, ())
    placed = enumerate(document.lines)
    for is_apart, stretch in itertools.groupby(placed, lambda each: _is_apart(document, each[1])):
        lines = [] if is_apart else list(stretch)
        if sum(line.may_be_value for _, line in lines) and len(lines) > FEWEST_ROWS:
            yield _bands(document, form, lines)


def _is_apart(document: Document, line: Line) -> bool:
    """Say whether a line is prose or read already."""
    is_read = line.number in document.used or line.number in document.labelled
    has_form = line.may_be_value and _ROW.match(line.folded) is not None
    is_row = has_form and not document.catalogue.units.parse(line.text.split()[0])  # 名 624 651 has no label
    return is_read or is_row or line.form == "other" or ends_table(line)


def _bands(document: Document, form: RowForm, lines: Sequence[tuple[int, Line]]) -> tuple[list[Band], str]:
    """Return the bands that lines are, and the unit that one of them gives all rows."""
    pieces: list[Piece] = []
    of_table = ""
    for place, line in lines:
        if unit := unit_of_table(line.folded, line.text, document.catalogue):
            of_table = unit
        elif pieces and pieces[-1].kind == "label" and _is_unit_of(document, pieces[-1].line, line):
            whole = pieces[-1].line.text.rstrip() + line.text.strip()
            pieces[-1] = pieces[-1]._replace(line=pieces[-1].line._replace(text=whole, folded=fold(whole)))
        elif pieces and pieces[-1].kind == "label" and _is_rest_of(document, form, pieces[-1].line, line):
            whole = pieces[-1].line.text.strip() + line.text.strip()
            pieces[-1] = pieces[-1]._replace(line=pieces[-1].line._replace(text=whole, folded=fold(whole)))
        elif words := _members(document, line):
            pieces += [Piece("label", word, place) for word in words]
        elif not says_nothing(document, line, pieces[-1].line if pieces else None) and (
            piece := _piece(document, form, line, place)
        ):
            is_empty = pieces and pieces[-1].kind == "unit" and line.folded.strip() in EMPTY
            pieces.append(Piece("unit", line, place) if is_empty else piece)
    pieces = _units_parted(document, form, pieces)
    bands = [Band(kind, list(run)) for kind, run in itertools.groupby(pieces, lambda piece: piece.kind)]
    return _with_metric_titles(document, bands), of_table


def _units_parted(document: Document, form: RowForm, pieces: Sequence[Piece]) -> list[Piece]:
    """Part rows of a unit and its values, whose labels stand elsewhere, into units and values: 名 624 651."""
    parted: list[Piece] = []
    is_parted = [piece.kind == "label" and _unit_first(document, form, piece) for piece in pieces]
    for found, run in itertools.groupby(zip(is_parted, pieces, strict=True), lambda each: bool(each[0])):
        rows = list(run)
        if not found:
            parted += [piece for _, piece in rows]
            continue
        both = [row for row, _ in rows if row]
        parted += [unit for unit, _ in both] + [values for _, values in both]
    return parted


def _unit_first(document: Document, form: RowForm, piece: Piece) -> tuple[Piece, Piece] | None:
    """Return the unit and the values of a line that holds nothing else, each with its place in the line."""
    line = piece.line
    unit, _, rest = line.text.strip().partition(" ")
    may_be_value = line.may_be_value or line.folded.rstrip()[-1:] in _ENDS_OF_NONE
    if not rest or not may_be_value or document.catalogue.units.parse(unit) is None:
        return None
    start = line.text.index(unit) + len(unit)
    blank = " " * start
    values = line._replace(text=blank + line.text[start:], folded=blank + line.folded[start:])
    cells = form.cells(values)
    if not cells:
        return None
    of_unit = line._replace(text=unit, folded=fold(unit))
    whole = tuple((line, text, place) for _, text, place in cells)
    return Piece("unit", of_unit, piece.place), Piece("value", line, piece.place, cells=whole)


def _is_rest_of(document: Document, form: RowForm, label: Line, line: Line) -> bool:
    """Say whether a line is the rest of the label above it.

    Only both together name a metric or a unit, or a bracket is open: 排放总量（范围, 一+范围二） 吨.
    """
    if line.number - label.number > _WRAPPED or line.form == "other" or line.may_be_value:
        return False
    if label.folded.count("(") > label.folded.count(")") and ")" in line.folded:
        return True
    known, whole = document.matcher.is_known, label.text.strip() + line.text.strip()
    if line.form == label.form == "label" and known(whole):
        return not (known(label.text) or known(line.text))
    if "/" not in label.folded:
        return False
    (_, unit), (_, longer) = (
        form.label_and_unit(label._replace(text=text, folded=fold(text))) for text in (label.text, whole)
    )
    return "/" in fold(unit) and longer == unit + line.text.strip()  # 吨/百万元, 营收


def _is_unit_of(document: Document, label: Line, line: Line) -> bool:
    """Say whether a line is the unit in brackets of the label right above it."""
    is_bracketed = line.may_be_unit and line.folded.lstrip().startswith("(")
    if not is_bracketed or line.number != label.number + 1:
        return False
    own = unit_in_label(label.text.strip(), document.catalogue)
    return own is None and unit_in_label(line.text.strip(), document.catalogue) is not None


def _with_metric_titles(document: Document, bands: list[Band]) -> list[Band]:
    """Make titles of the names of metrics that stand above columns of as many values each.

    ``男性``, ``女性``, ``受训员工百分比（%）``, two values, ``平均受训时数（小时）``, two values.
    """
    kinds = [band.kind for band in bands]
    for first in range(len(bands)):
        columns = _columns(bands, kinds, first)
        sizes = {sum(len(piece.cells) for piece in bands[end].pieces) for _, end in columns}
        titles = [_metric_title(document, bands[start:end]) for start, end in columns]
        are_titles = all(titles) and all(len(bands[start].pieces) == 1 for start, _ in columns[1:])
        if len(columns) < 2 or len(sizes) > 1 or min(sizes) < FEWEST_ROWS or not are_titles:
            continue
        of_rows = Band("label", bands[first].pieces[:-1])
        of_columns = [
            each
            for title, (_, end) in zip(titles, columns, strict=True)
            if title
            for each in (title, bands[end])
        ]
        return [*bands[:first], of_rows, *of_columns, *bands[columns[-1][1] + 1 :]]
    return bands


def _columns(bands: Sequence[Band], kinds: Sequence[str], start: int) -> list[tuple[int, int]]:
    """Return where labels and, below them or a unit, values begin, as often as they follow one another."""
    columns: list[tuple[int, int]] = []
    while kinds[start : start + 1] == ["label"] and len(columns) < MOST_COLUMNS:
        has_unit = kinds[start + 1 : start + 2] == ["unit"] and len(bands[start + 1].pieces) == 1
        end = start + 1 + has_unit
        if kinds[end : end + 1] != ["value"]:
            break
        columns.append((start, end))
        start = end + 1
    return columns


def _metric_title(document: Document, bands: Sequence[Band]) -> Band | None:
    """Return the last label of ``bands``, with the unit below it, as the title of a column of its metric."""
    named = [bands[0].pieces[-1], *(piece for band in bands[1:] for piece in band.pieces)]
    text = "".join(piece.line.text.strip() for piece in named)
    if not document.matcher.subjects(text):
        return None
    unit = unit_in_label(text, document.catalogue) or unit_of_share(fold(text))
    return Band("titles", [named[0]._replace(kind="titles", titles=(Title(label=text, unit=unit),))])


def _members(document: Document, line: Line) -> list[Line]:
    """Return each word of a line that names the members of a chart: 全体员工 男性 女性."""
    may_be = line.form != "other" and " " in line.folded.strip() and "\t" not in line.text
    words = line.text.split() if may_be else []
    are_members = len(words) > 1 and all(
        TOTAL.match(fold(word)) or len(document.matcher.legend(word)) == 1 for word in words
    )
    return [line._replace(text=word, folded=fold(word)) for word in words] if are_members else []


def _piece(document: Document, form: RowForm, line: Line, place: int) -> Piece | None:
    """Say what a line is in a table; None for the words above the labels (指标, 单位)."""
    if title := title_of_line(line, document.year):
        return Piece("titles", line, place, (title,))
    titles = header_titles(line.folded, document.catalogue) if line.may_be_header else None
    if titles is None:
        titles = titles_above_rows_in(document, line) or None
    if titles is not None:
        are_titles = any(title.member for title in titles) or (
            bool(titles) and all(title.year or title.is_aside or title.label for title in titles)
        )
        return Piece("titles", line, place, titles) if are_titles else None
    if line.may_be_value and (cells := form.cells(line) or _whole(document, line)):
        return Piece("value", line, place, cells=tuple(cells))
    return Piece("unit" if document.is_unit(line) else "label", line, place)


def _whole(document: Document, line: Line) -> list[Cell]:
    """Return the line as one value (人民币 1,200 万元)."""
    is_value = document.values.whole(line.folded, line.text) is not None
    return [(line, line.folded.strip(), len(line.folded) - len(line.folded.lstrip()))] if is_value else []
