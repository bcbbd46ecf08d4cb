"""Banded tables: a band of labels, one of as many values for each column, and bands of units and years.

What arithmetic proves of such tables is read in ``columns``. Here it is their form: bands of one length, and
the right unit for every label that the catalogue knows. It tells the order of rows, which makes them likely.
"""

import bisect
import itertools
import re
from collections.abc import Iterator, Sequence, Set
from typing import Literal, NamedTuple

from pipelines.extraction.blocks import Cell, Whole, number_of, parted
from pipelines.extraction.document import Document, Line, single_year, unit_in_label
from pipelines.extraction.headers import Title, header_titles, title_of_line, unit_of_share, unit_of_table
from pipelines.extraction.labels import TOTAL, Group
from pipelines.extraction.row_reader import RowReader
from pipelines.extraction.rows import RowForm
from pipelines.extraction.stacked import ends_table
from pipelines.extraction.table_headers import (
    opens_with_code,
    says_nothing,
    titles_above_rows_in,
    unit_above,
)
from pipelines.text import fold, width

_FEWEST_ROWS = 3
_FEWEST_IN_LINES = 2  # rows, each of which prints all its values on one line
_WRAPPED = 2  # lines from one part of a label to the next
_MOST_ROWS = 60
_MOST_PARTS = 12  # of a whole
_TELLING = 100  # a smaller number may be the sum of others by chance
_FEW = 2  # one of so many labels, at most
_MOST_COLUMNS = 8
_MOST_GAPS = 6  # blank lines among labels, behind each of which those of a table may begin
_MOST_TITLES = 4  # lines above the labels: what names the table, and the head of the page
_FEWEST_KNOWN = 2  # labels that the catalogue knows and whose units agree
_LONGEST_TITLE = 40
_OPENS_PARTS = re.compile("(?:整体|总体|全体)")  # 合计 and 总计 close them
_SUM = re.compile("^(?:合计|总计|总数)$")
_TITLE = re.compile(r"截至|(?:19|20)\d\d|:\s*$")
_CATEGORIES = re.compile("^(?:类别|分类|范畴|层面|领域|议题|方面|维度)$")
_PAGE = re.compile(r"^\d{1,3}$")
_ROW = re.compile(
    r"^\s*[^\W\d]\D*(?:\s(?!(?:19|20)\d\d\b)\d[\d,.]*%?){2,}\s*$"
)  # 男性 97.1 33.2: of another table
_EMPTY = frozenset({"/", "-", "—", "–"})
_ENDS_OF_NONE = frozenset({*_EMPTY, "用"})  # 不适用


class _Piece(NamedTuple):
    """A line by what it is in a table, and its place: years have ``titles``, values ``cells``."""

    kind: Literal["label", "unit", "value", "titles"]
    line: Line
    place: int
    titles: tuple[Title, ...] = ()
    cells: tuple[Cell, ...] = ()


class _Band(NamedTuple):
    """The pieces of one kind that follow one another."""

    kind: str
    pieces: list[_Piece]

    @property
    def titles(self) -> tuple[Title, ...]:
        """All years of the band; a header that is printed twice is one."""
        lines = dict.fromkeys(piece.titles for piece in self.pieces)
        return tuple(title for titles in lines for title in titles)


class _Label(NamedTuple):
    """The label of a row with its place and its own unit, and the headings before it."""

    line: Line
    place: int
    text: str
    unit: str
    headings: list[Line]


class _Reading(NamedTuple):
    """One way to pair a band of labels: rows with their units and values, and the titles of the columns.

    ``of_table`` is the unit of rows that print none, ``bands`` the places of all that it is made of.
    """

    labels: list[_Label]
    units: list[Line | None]
    rows: list[list[Cell]]
    titles: tuple[Title, ...]
    of_table: str
    bands: list[int]


def read_banded_tables(document: Document) -> None:
    """Read every banded table of ``document`` and record its datapoints."""
    for bands, of_table in _regions(document):
        taken: set[int] = set()
        above: tuple[Title, ...] = ()
        for place, band in enumerate(bands):
            may_be_rows = band.kind == "label" and len(band.pieces) >= _FEWEST_IN_LINES
            if may_be_rows and (reading := _reading(document, bands, place, of_table, taken, above)):
                _record(document, reading)
                taken.update(reading.bands)
                above = reading.titles


def _regions(document: Document) -> Iterator[tuple[list[_Band], str]]:
    """Yield the bands between sentences and what is read, with the unit that a line there gives all rows."""
    form = RowForm(document, ())
    placed = enumerate(document.lines)
    for is_apart, stretch in itertools.groupby(placed, lambda each: _is_apart(document, each[1])):
        lines = [] if is_apart else list(stretch)
        if sum(line.may_be_value for _, line in lines) and len(lines) > _FEWEST_ROWS:
            yield _banded(document, form, lines)


def _is_apart(document: Document, line: Line) -> bool:
    """Say whether a line is prose or read already."""
    is_read = line.number in document.used or line.number in document.labelled
    has_form = line.may_be_value and _ROW.match(line.folded) is not None
    is_row = has_form and not document.catalogue.units.parse(line.text.split()[0])  # 名 624 651 has no label
    return is_read or is_row or line.form == "other" or ends_table(line)


def _banded(document: Document, form: RowForm, lines: Sequence[tuple[int, Line]]) -> tuple[list[_Band], str]:
    """Return the bands that lines are, and the unit that one of them gives all rows."""
    pieces: list[_Piece] = []
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
            pieces += [_Piece("label", word, place) for word in words]
        elif not says_nothing(document, line, pieces[-1].line if pieces else None) and (
            piece := _piece(document, form, line, place)
        ):
            is_empty = pieces and pieces[-1].kind == "unit" and line.folded.strip() in _EMPTY
            pieces.append(_Piece("unit", line, place) if is_empty else piece)
    pieces = _units_parted(document, form, pieces)
    bands = [_Band(kind, list(run)) for kind, run in itertools.groupby(pieces, lambda piece: piece.kind)]
    return _with_metric_titles(document, bands), of_table


def _units_parted(document: Document, form: RowForm, pieces: Sequence[_Piece]) -> list[_Piece]:
    """Part rows of a unit and its values, whose labels stand elsewhere, into units and values: 名 624 651."""
    parted: list[_Piece] = []
    is_parted = [piece.kind == "label" and _unit_first(document, form, piece) for piece in pieces]
    for found, run in itertools.groupby(zip(is_parted, pieces, strict=True), lambda each: bool(each[0])):
        rows = list(run)
        if not found:
            parted += [piece for _, piece in rows]
            continue
        both = [row for row, _ in rows if row]
        parted += [unit for unit, _ in both] + [values for _, values in both]
    return parted


def _unit_first(document: Document, form: RowForm, piece: _Piece) -> tuple[_Piece, _Piece] | None:
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
    return _Piece("unit", of_unit, piece.place), _Piece("value", line, piece.place, cells=whole)


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


def _with_metric_titles(document: Document, bands: list[_Band]) -> list[_Band]:
    """Make titles of the names of metrics that stand above columns of as many values each.

    ``男性``, ``女性``, ``受训员工百分比（%）``, two values, ``平均受训时数（小时）``, two values.
    """
    kinds = [band.kind for band in bands]
    for first in range(len(bands)):
        columns = _columns(bands, kinds, first)
        sizes = {sum(len(piece.cells) for piece in bands[end].pieces) for _, end in columns}
        titles = [_metric_title(document, bands[start:end]) for start, end in columns]
        are_titles = all(titles) and all(len(bands[start].pieces) == 1 for start, _ in columns[1:])
        if len(columns) < 2 or len(sizes) > 1 or min(sizes) < _FEWEST_ROWS or not are_titles:
            continue
        of_rows = _Band("label", bands[first].pieces[:-1])
        of_columns = [
            each
            for title, (_, end) in zip(titles, columns, strict=True)
            if title
            for each in (title, bands[end])
        ]
        return [*bands[:first], of_rows, *of_columns, *bands[columns[-1][1] + 1 :]]
    return bands


def _columns(bands: Sequence[_Band], kinds: Sequence[str], start: int) -> list[tuple[int, int]]:
    """Return where labels and, below them or a unit, values begin, as often as they follow one another."""
    columns: list[tuple[int, int]] = []
    while kinds[start : start + 1] == ["label"] and len(columns) < _MOST_COLUMNS:
        has_unit = kinds[start + 1 : start + 2] == ["unit"] and len(bands[start + 1].pieces) == 1
        end = start + 1 + has_unit
        if kinds[end : end + 1] != ["value"]:
            break
        columns.append((start, end))
        start = end + 1
    return columns


def _metric_title(document: Document, bands: Sequence[_Band]) -> _Band | None:
    """Return the last label of ``bands``, with the unit below it, as the title of a column of its metric."""
    named = [bands[0].pieces[-1], *(piece for band in bands[1:] for piece in band.pieces)]
    text = "".join(piece.line.text.strip() for piece in named)
    if not document.matcher.subjects(text):
        return None
    unit = unit_in_label(text, document.catalogue) or unit_of_share(fold(text))
    return _Band("titles", [named[0]._replace(kind="titles", titles=(Title(label=text, unit=unit),))])


def _members(document: Document, line: Line) -> list[Line]:
    """Return each word of a line that names the members of a chart: 全体员工 男性 女性."""
    may_be = line.form != "other" and " " in line.folded.strip() and "\t" not in line.text
    words = line.text.split() if may_be else []
    are_members = len(words) > 1 and all(
        TOTAL.match(fold(word)) or len(document.matcher.legend(word)) == 1 for word in words
    )
    return [line._replace(text=word, folded=fold(word)) for word in words] if are_members else []


def _piece(document: Document, form: RowForm, line: Line, place: int) -> _Piece | None:
    """Say what a line is in a table; None for the words above the labels (指标, 单位)."""
    if title := title_of_line(line, document.year):
        return _Piece("titles", line, place, (title,))
    titles = header_titles(line.folded, document.catalogue) if line.may_be_header else None
    if titles is None:
        titles = titles_above_rows_in(document, line) or None
    if titles is not None:
        are_titles = any(title.member for title in titles) or (
            bool(titles) and all(title.year or title.is_aside or title.label for title in titles)
        )
        return _Piece("titles", line, place, titles) if are_titles else None
    if line.may_be_value and (cells := form.cells(line) or _whole(document, line)):
        return _Piece("value", line, place, cells=tuple(cells))
    return _Piece("unit" if document.is_unit(line) else "label", line, place)


def _whole(document: Document, line: Line) -> list[Cell]:
    """Return the line as one value (人民币 1,200 万元)."""
    is_value = document.values.whole(line.folded, line.text) is not None
    return [(line, line.folded.strip(), len(line.folded) - len(line.folded.lstrip()))] if is_value else []


def _reading(
    document: Document,
    bands: Sequence[_Band],
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


def _behind(bands: Sequence[_Band], place: int) -> range:
    """Return the places of the bands behind the labels at ``place``, up to the next labels."""
    end = next((i for i in range(place + 1, len(bands)) if bands[i].kind == "label"), len(bands))
    return range(place + 1, end)


def _before(bands: Sequence[_Band], place: int) -> range:
    """Return the places of the bands before the labels at ``place``, down to the labels above."""
    return range(next((i + 1 for i in reversed(range(place)) if bands[i].kind == "label"), 0), place)


def _readings(
    document: Document,
    bands: Sequence[_Band],
    place: int,
    extent: range,
    of_table: str,
    taken: Set[int],
    above: tuple[Title, ...],
) -> Iterator[_Reading]:
    """Yield the way to pair the labels at ``place`` with the bands of ``extent``, if there is one."""
    tail = [bands[i] for i in extent if i not in taken]
    cells = sum(len(piece.cells) for band in tail for piece in band.pieces)
    if cells < _FEWEST_ROWS:
        return
    beside = [bands[i] for i in (place - 1, place + 1) if 0 <= i < len(bands)]
    units = [
        None if line.folded.strip() in _EMPTY else line
        for line in _lines(tail, "unit") or _lines(beside, "unit")
    ]
    headers = _headers(document, bands, place, extent, taken)
    goes_on = not headers and len(above) > 1 and _line_sizes(tail) == {len(above)}
    are_titled = headers or goes_on or any(band.kind == "titles" for band in tail)
    if not are_titled and cells > len(bands[place].pieces):
        return  # more than one column, and nothing to title them
    full = [piece for band in tail if band.kind == "value" for piece in band.pieces]
    for labels in _label_sets(document, bands[place].pieces, len(full)):
        count = len(labels)
        if labels and extent.start < place and _leaves_rows(document, bands[place].pieces, labels[0]):
            continue  # the values above are those of the labels between
        have_own = sum(bool(label.unit) for label in labels) * _FEW > count
        of_rows = [] if have_own and not _lines(tail, "unit") else units
        fewest = _FEWEST_IN_LINES if min(_line_sizes(tail)) > 1 else _FEWEST_ROWS
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


def _leaves_rows(document: Document, pieces: Sequence[_Piece], first: _Label) -> bool:
    """Say whether labels of rows stand above the first that is read."""
    left = (piece.line.text for piece in pieces if piece.place < first.place - len(first.headings))
    return any(document.matcher.legend(text) or document.matcher.is_known(text) for text in left)


def _lines(bands: Sequence[_Band], kind: str) -> list[Line]:
    return [piece.line for band in bands if band.kind == kind for piece in band.pieces]


def _line_sizes(bands: Sequence[_Band]) -> set[int]:
    """Return how many values the lines of bands print."""
    return {len(piece.cells) for band in bands if band.kind == "value" for piece in band.pieces}


def _headers(
    document: Document, bands: Sequence[_Band], place: int, extent: range, taken: Set[int]
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
    is_long = is_followed and len(bands[last + 2].pieces) >= _FEWEST_ROWS
    cells = sum(len(piece.cells) for band in behind for piece in band.pieces)
    opens_next = is_long and cells >= _FEWEST_ROWS and all(band.kind != "titles" for band in behind)
    around = [i for i in (first - 1, last + 1) if i in free and not (i > last and opens_next)]
    if len(within) > 1:
        return []
    return within or around or _header_behind_categories(document, bands, last + 1, taken)


def _header_behind_categories(
    document: Document, bands: Sequence[_Band], place: int, taken: Set[int]
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


def _year_above(document: Document, first: _Label) -> list[tuple[Title, ...]]:
    """Return the year of the only column, where the title above the labels tells it: 截至2023年底的专利."""
    above = document.lines[first.place - 1].folded if first.place else ""
    year = single_year(above) if width(above) <= _LONGEST_TITLE else None
    return [(Title(year),)] if year else []


def _label_sets(document: Document, pieces: Sequence[_Piece], rows: int) -> Iterator[list[_Label]]:
    """Yield which lines may be the labels of rows.

    All that are no headings; also without those that may be headings (names of metrics above members, the few
    without a unit), without the titles above the first label, and those behind a blank line or a heading; and
    as many as there are lines of values where only the categories of rows (供应链, 反贪污) follow.
    """
    lines = [piece.line for piece in pieces]
    certain = [_is_heading(document, line) for line in lines]
    possible = [_may_be_heading(document, *pair) for pair in zip(lines, [*lines[1:], None], strict=True)]
    both = [is_one or may_be for is_one, may_be in zip(certain, possible, strict=True)]
    without_unit = [not label.unit for label in _labels(document, pieces, [False] * len(pieces))]
    readings = [certain, *([both] if any(possible) else [])]
    if 0 < sum(without_unit) <= len(pieces) // _FEW:
        readings.append(without_unit)  # 员工人数, and below it 总数 人, 男性 人
    for are_headings in readings:
        labels = _labels(document, pieces, are_headings)
        yield labels
        for first, label in enumerate(labels[:_MOST_TITLES], start=1):
            below = labels[first:]
            is_title = _stands_apart(label.line, below) or _gives_unit(document, label.line, below)
            if not is_title and not _may_be_title(document, label):
                break
            yield below
        apart = (
            i
            for i in range(1, len(labels))
            if labels[i].headings or _stands_apart(labels[i - 1].line, labels[i:])
        )
        yield from (labels[first:] for first in itertools.islice(apart, _MOST_GAPS))
        for first in range(min(len(labels) - rows, _MOST_TITLES) + 1):
            chosen, behind = labels[first : first + rows], labels[first + rows :]
            others = (
                labels[:first] if _are_categories(document, chosen, behind) else [*labels[:first], *behind]
            )
            if not any(_names_row(document, label) for label in others):
                yield chosen


def _labels(document: Document, pieces: Sequence[_Piece], are_headings: Sequence[bool]) -> list[_Label]:
    form = RowForm(document, ())
    labels: list[_Label] = []
    headings: list[Line] = []
    for piece, is_heading in zip(pieces, are_headings, strict=True):
        if is_heading:
            headings.append(piece.line)
        else:
            text, unit = form.label_and_unit(piece.line)
            unit = unit or unit_in_label(text, document.catalogue) or ""
            labels.append(_Label(piece.line, piece.place, text, unit, headings))
            headings = []
    return labels


def _is_heading(document: Document, line: Line) -> bool:
    return line.may_be_heading and document.matcher.heading(line.text) is not None


def _may_be_heading(document: Document, line: Line, below: Line | None) -> bool:
    """Say whether a line names a metric, and the line below it a part or the whole of something."""
    if below is None or not document.matcher.subjects(line.text):
        return False
    return bool(_OPENS_PARTS.match(below.folded) or document.matcher.legend(below.text))


def _may_be_title(document: Document, label: _Label) -> bool:
    """Say whether a line may be a title: its words are none of a row, or it has a code or the form of one."""
    return (
        not _names_row(document, label)
        or opens_with_code(label.line)
        or _TITLE.search(label.line.folded) is not None
    )


def _are_categories(document: Document, labels: Sequence[_Label], behind: Sequence[_Label]) -> bool:
    """Say whether the title of their column stands between labels and those behind them: 类别, 供应链."""
    between = document.lines[labels[-1].place + 1 : behind[0].place] if labels and behind else []
    return any(_CATEGORIES.match(line.folded.strip()) for line in between)


def _names_row(document: Document, label: _Label) -> bool:
    matcher = document.matcher
    return bool(label.unit or matcher.is_known(label.text) or matcher.legend(label.text))


def _stands_apart(above: Line, labels: Sequence[_Label]) -> bool:
    """Say whether a blank line parts a line from the labels below it, which touch one another."""
    tops = [label.line.number - len(label.headings) for label in labels]
    touch = all(top - label.line.number < 2 for label, top in zip(labels, tops[1:], strict=False))
    return len(labels) > 1 and touch and tops[0] - above.number > 1


def _gives_unit(document: Document, above: Line, labels: Sequence[_Label]) -> bool:
    """Say whether a line prints the unit that none of the labels below it does: 温室气体排放（吨）."""
    is_given = unit_in_label(above.text.strip(), document.catalogue) is not None
    return is_given and not any(label.unit for label in labels)


def _in_titled_columns(
    tail: Sequence[_Band], count: int
) -> tuple[list[list[Cell]], tuple[Title, ...]] | None:
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
    tail: Sequence[_Band],
    labels: Sequence[_Label],
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
    if rest or not 0 < size <= _MOST_COLUMNS or titles is None:
        return None
    of_metrics = size > 1 and all(title.label for title in titles)
    rows = parted(lines, count, size, _wholes(document, labels), of_metrics=of_metrics)
    return (rows, titles) if rows else None


def _wholes(document: Document, labels: Sequence[_Label]) -> list[Whole]:
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
        is_member = _is_part(document, label)
        is_known = quantity is not None and not is_member and document.matcher.is_known(label.text)
        if is_known and not label.unit and not document.can_be_in(label.text, quantity):
            return False
        agreeing += is_known or is_member or bool(label.unit)
    fewest = _FEWEST_KNOWN if any(reading.units) else max(_FEWEST_KNOWN, len(reading.labels) / 2)
    return agreeing >= fewest and not _is_cut(document, reading.labels)


def _is_chart(document: Document, reading: _Reading) -> bool:
    """Say whether all rows are parts of one whole: a legend need not be in the order of its values."""
    headings = (heading.text for label in reading.labels for heading in label.headings)
    wholes = [label.text for label in reading.labels if not _is_part(document, label)]
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
            if numbers[row] >= _TELLING and _is_part(document, label) and numbers[row] in sums:
                return True
    return False


def _is_part(document: Document, label: _Label) -> bool:
    """Say whether a label is a member, or the whole, of what a heading names."""
    return bool(document.matcher.legend(label.text)) or TOTAL.match(fold(label.text)) is not None


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


def _is_cut(document: Document, labels: Sequence[_Label]) -> bool:
    """Say whether a label stands right above the first; an indicator's code makes a title of it."""
    lines, place = document.lines, labels[0].place
    while place and says_nothing(document, lines[place - 1], lines[place - 2] if place > 1 else None):
        place -= 1
    above = lines[place - 1] if place else None
    if above is None or _is_heading(document, above) or above in labels[0].headings:
        return False
    if _TITLE.search(above.folded) or _stands_apart(above, labels) or _gives_unit(document, above, labels):
        return False
    is_known = document.matcher.is_known
    if not above.has_digit and not is_known(labels[0].text) and is_known(above.text + labels[0].text):
        return True
    if not is_known(above.text):
        return False
    return not opens_with_code(above) or any(opens_with_code(label.line) for label in labels)


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
