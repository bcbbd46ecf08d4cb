"""Space-aligned tables: ``label unit v1 v2 v3`` under a header that names the years.

Labels and units may be wrapped over lines, a value may stand in a line of its own, headers recur at page
breaks, footnote marks are glued to labels and values, and one cell may be merged over several rows.
"""

import dataclasses
import re
from collections.abc import Sequence
from decimal import Decimal

from pipelines.extraction.blocks import Cell, number_of, parted, ways
from pipelines.extraction.document import Document, Line, single_year, unit_in_label
from pipelines.extraction.headers import (
    YEARS_ALONE,
    Title,
    are_of_whole_breakdowns,
    header_titles,
    of_members,
    of_years,
)
from pipelines.extraction.labels import TOTAL, UNKNOWN, Group, Mapping, joined
from pipelines.extraction.nodes import PERIOD_AXIS, PERIOD_LABEL, SENTENCE_LINE
from pipelines.extraction.numbers import NOT_APPLICABLE, NOT_DISCLOSED, Value
from pipelines.extraction.table_headers import (
    AND,
    PROSE,
    header_of_lines,
    is_code,
    is_of_part,
    opens_with_code,
    says_nothing,
    titles_above_rows_in,
    titles_of_two_lines,
    unit_above,
    without_code,
)
from pipelines.text import MARKS, SUPERSCRIPTS, fold, without_translation
from pipelines.units import Quantity

_NUMBER = re.compile(
    rf"^[-+]?[\d,]*\d(?:\.\d+)?(?P<unit>%|[^\d\W年月日号届{SUPERSCRIPTS}]{{1,4}})?[{MARKS}]*$"
)
_CATEGORY = re.compile(
    r"\s*(?:(?:(?:指标)?(?:编号|序号|编码|代码)|gri|kpi) +)?"
    r"(?:议题|类别|分类|范畴|领域|维度|层面|方面|主题|类型|板块) +"
    r"(?!(?:19|20)\d\d|(?:计量)?单位|本|报告期)\S"
)
_NOTES = re.compile("附[注註]")
_NOTE = re.compile(r"^(?:[一二三四五六七八九十]+、?)?\(?\d{0,3}\)?$")  # 七、61 in the column of notes
_BASIS = re.compile("^按.{1,8}计算的(?=密度|强度)")  # 按收入计算的密度: its unit tells
_REMARK = re.compile(r"[(（][^()（）]*[)）]\s*$")
_MARK = re.compile(r"(?<=[一-鿿])\d{1,2}$")  # 员工流失率3
_RAISED = re.compile(r"(?<=[)）])\s*\d{1,2}$")  # 员工流失率（%）2: a mark
_AGES = frozenset({"岁", "周岁"})
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_REST = re.compile("^其[他它]$")
_OF_INTENSITY = re.compile("(?:密度|强度)$")
_BARE = re.compile(r"^(?:人数|数量|数目|占比|比例|百分比|比重|比率)(?:\([^()]*\))?$")
_INTENSITY = re.compile(r"^(?:排放|使用|产生|消耗|能耗)?(?:密度|强度)(?:\(按[^()]{1,6}\))?$")
_SCOPES = {"ghg_total": ("ghg_scope1", "ghg_scope2", "ghg_scope3")}
_FEWEST_IN_BLOCK = 2  # rows whose labels stand above all their values
_TRAINED = ("training", "board")  # topics of metrics that a training of one topic is not all of
_PAGE_TURN = 40  # lines from the last row of a page to the header that recurs on the next
_ROWS_BELOW = 8  # lines below a header in which its first rows stand
_QUIET_LINES = 12  # so many lines without values, and the table is over
_MOST_SENTENCES = 3  # behind so many, a row of another form is none of the table's
_LONGEST_LABEL = 40


@dataclasses.dataclass
class _Row:
    """A row whose values are found but, where it prints too few, not yet their years."""

    label: str
    label_line: Line
    unit: str
    values: list[Cell]
    lines: list[Line]
    group: Group
    group_line: Line | None


def read_aligned_tables(document: Document) -> None:
    """Read every space-aligned table of ``document`` and record its datapoints."""
    lines = document.lines
    position = 0
    before: Table | None = None
    while position < len(lines):
        line = lines[position]
        titles = header_titles(line.folded, document.catalogue) if line.may_be_header else None
        if titles:
            titles = of_years(titles, lines[position - 1].folded if position else "")
        position += 1
        if titles:
            table = Table(document, titles, unit_above(document, lines, position - 1), line.folded)
            if position > 1:
                table.open_title(lines[position - 2])
            if before:
                table.go_on(before, line, lines[position : position + 1])
            before = table
            above = _rows_above(document, lines[: position - 1], titles)
            opens = position < len(lines) and table.is_row(lines[position])
            if above and not opens:  # the header was torn off and printed below its rows
                table.read(above, 0)
            else:
                position = table.read(lines, position)
        elif (titles := titles_of_two_lines(document, lines, position - 1)) and not is_of_part(
            lines, position - 1
        ):
            table = Table(document, titles, unit_above(document, lines, position - 1), line.folded)
            if table.opens(lines[position : position + _ROWS_BELOW]):
                table.open_group(line)
                below_years = position > 2 and YEARS_ALONE.match(lines[position - 2].folded) is not None
                if position > 1 + below_years:
                    table.open_title(lines[position - 2 - below_years])
                position = table.read(lines, position)
            elif len(above := _rows_above(document, lines[: position - 1], titles)) >= _FEWEST_IN_BLOCK:
                table.open_group(line)
                table.read(above, 0)
        elif titles := _columns_of_members(document, lines, position - 1):
            table = Table(document, titles, unit_above(document, lines, position - 1))
            if position > 1:
                table.open_title(lines[position - 2])
            position = table.read(lines, position)
        elif end := _read_side_by_side(document, lines, position - 1):
            position = end
        elif header := header_of_lines(document, lines, position - 1):
            titles, end, words = header
            table = Table(document, titles, header=words)
            if table.opens(lines[end : end + _ROWS_BELOW]):
                table.open_group(line)
                position = table.read(lines, end)


def _columns_of_members(document: Document, lines: Sequence[Line], position: int) -> tuple[Title, ...]:
    """Return the members in a line by itself above rows of metrics: 女性 男性, below it 返岗率 97.7% 100%.

    Above rows of years they may be members of several breakdowns: 男性 30岁以下 总体, below it 2022年 ....
    """
    words = lines[position].text.split() if lines[position].may_be_legend else ()
    if len(words) < 2:
        return ()
    found = [Title() if TOTAL.match(fold(word)) else _member_title(document, word) for word in words]
    titles = tuple(title for title in found if title)
    if len(titles) < len(words) or len(set(titles)) < len(titles):
        return ()
    below = lines[position + 1 : position + 1 + _ROWS_BELOW]
    table = Table(document, titles)
    is_told = table.has_years(below) or (are_of_whole_breakdowns(titles) and table.names_metric(below))
    return titles if table.opens(below) and is_told else ()


def _member_title(document: Document, word: str) -> Title | None:
    legend = document.matcher.legend(word)
    members = legend[0][1] if len(legend) == 1 else ()
    return Title(None, *members[0]) if len(members) == 1 else None


def _read_side_by_side(document: Document, lines: Sequence[Line], position: int) -> int | None:
    """Read two tables whose rows share lines, below a header that is printed twice; return where they end.

    ``指标 2024年 2023年 指标 2024年 2023年``: each half is read as a table of its own.
    """
    words = lines[position].folded.split() if lines[position].may_be_header else []
    middle = len(words) // 2
    if not middle or words[:middle] != words[middle:]:
        return None
    titles = header_titles(" ".join(words[:middle]), document.catalogue)
    table = Table(document, titles or ())
    left: list[Line] = []
    right: list[Line] = []
    end = position + 1
    while titles and end < len(lines) and (parts := table.halves(lines[end])):
        left.append(parts[0])
        right.append(parts[1])
        end += 1
    if len(left) < _FEWEST_IN_BLOCK:
        return None
    for half in (left, right):
        Table(document, titles or ()).read(half, 0)
    return end


def _rows_above(document: Document, lines: Sequence[Line], titles: Sequence[Title]) -> list[Line]:
    """Return the rows and titles of groups right above a header, without those of another table."""
    table = Table(document, list(titles))
    rows: list[Line] = []
    names: list[Line] = []  # of a group above rows, if rows stand right above it too
    is_apart = False  # from the last row, by a sentence
    for line in reversed(lines):
        is_row = line.number not in document.used and (table.is_row(line) or table.is_total(line))
        is_group = line.may_be_heading and document.matcher.heading(line.text) is not None
        is_sentence = SENTENCE_LINE.match(line.folded) is not None
        if is_row or is_group:
            rows += [*names, line]
            names, is_apart = [], False
        elif rows and not (names or is_apart) and line.form != "other" and _is_title(line):
            names = [line]
        elif (names and is_sentence) or not (is_sentence or says_nothing(document, line, None)):
            break
        is_apart = is_apart or is_sentence
    return rows[::-1]


class Table:
    """A table whose columns are known, read row by row."""

    def __init__(
        self,
        document: Document,
        titles: Sequence[Title],
        unit: str = "",
        header: str = "",
        *,
        pairing: str = "header",
        certainty: str | None = None,
    ) -> None:
        self._document = document
        self._pairing, self._certainty = pairing, certainty
        self._titles = tuple(titles)
        self._unit = unit  # of the rows that print none
        self._whole = (
            0,
            "",
        )  # the indent of the last row with a unit, and its unit: its parts may print none
        self._title = ""  # of the labels' column: 密度 is that of 温室气体排放
        self._set_header(header)
        self._is_told = True  # by words that only headers have, not by the rows alone
        self._group = Group()
        self._group_line: Line | None = None
        self._is_of_one_training = False  # the title above the rows names one: 反贪污培训
        self._subject: tuple[str, ...] = ()  # what the title above the header says that all rows are of
        self._breakdown_above: str | None = None  # of the last row that means something
        self._intensity_above: _Row | None = None  # the last row, which may print another unit's below it
        self._amount: str | None = None  # what the last row of the group is, whose intensity may follow
        self._unit_of_whole = ""  # of the last row whose parts may print none
        self._totals: dict[int | None, Decimal] = {}  # of the last row that has parts, by year
        self._above: list[tuple[str, list[Decimal]]] = []  # rows that a total below may add up
        self._pending: list[Line] = []
        self._loose: list[Cell] = []
        self._merged: list[_Row] = []
        self._quiet = self._sentences = 0  # lines since the last row, and how many of them are sentences
        self._page: int | None = None  # of the last row
        self._last = 0  # line of the last row
        self._prints_units = False  # the last row does
        self._has_rows = False
        self._is_owed = False  # a value to a label above a heading
        self._is_apart = False  # from its rows, by a sentence

    def _set_header(self, folded: str) -> None:
        """Say what the words of a header tell of its columns beside their years."""
        self._header = folded
        header = without_translation(folded)
        self._has_category = _CATEGORY.match(header) is not None
        self._names_unit = "单位" in header
        self._has_notes = _NOTES.search(header) is not None

    def read(self, lines: Sequence[Line], position: int) -> int:
        """Read rows from ``position`` on; return the position of the first line after the table."""
        start, catalogue = position, self._document.catalogue
        while position < len(lines) and self._quiet < _QUIET_LINES:
            line = lines[position]
            plain = header_titles(line.folded, catalogue) if line.may_be_header else None
            titles = plain or titles_above_rows_in(self._document, line)
            if titles == self._titles:
                goes_on = self._names_subject(line) or self._goes_on(line, lines[position + 1 : position + 2])
                if self._pending and line.page == self._page and not goes_on:
                    self._group, self._title, self._subject = UNKNOWN, "", ()  # another table: see its title
                if self._pending:
                    self.open_title(self._pending[-1])
                if not goes_on and self._opens_group(line):
                    self.open_group(line)
                elif not (goes_on or plain or line.folded == self._header):  # it names rows of something else
                    self._group, self._title, self._subject = UNKNOWN, "", ()
                self._set_header(line.folded)
                self._pending, self._loose, self._quiet, self._sentences = [], [], 0, 0
            elif titles or "\t" in line.text or self._closes(lines, position):
                break
            elif unit := self._unit_of_columns(line):
                self._unit = unit
            elif not self._has_rows and (parted := of_members(self._titles, line.folded, catalogue)):
                self._titles = parted
            elif end := self._take_block(lines, position):
                position = end
                continue
            elif self._is_torn(lines, position):
                self._pending, self._loose = [], []
                self._quiet += 1
            else:
                self._take(line)
            position += 1
        self._settle_merged()
        return max(start, position - self._quiet if self._quiet >= _QUIET_LINES else position)

    def _is_of_other_form(self, line: Line) -> bool:
        """Say whether a row prints no unit where the last one did, or one where that did not."""
        words, _ = self._split(line)
        return self.is_row(line) and bool(self._label_and_unit(line, words)[1]) != self._prints_units

    def cells(self, line: Line) -> list[Cell]:
        """Return the values of a line that holds nothing else."""
        words, values = self._split(line)
        return [] if words else [(line, *value) for value in values]

    def label_and_unit(self, line: Line) -> tuple[str, str]:
        """Part a line without values into label and unit."""
        return self._label_and_unit(line, _tokens(line))

    def halves(self, line: Line) -> tuple[Line, Line] | None:
        """Part a line that holds two rows, each with its place kept: the other's is blank."""
        words, values = self._split(line)
        count = len(self._titles)
        first = [at for at, (text, _) in enumerate(words) if self._is_value(text)]
        if len(values) != count or len(first) != count or first != list(range(first[0], first[0] + count)):
            return None
        if not first[0] or first[-1] == len(words) - 1:
            return None
        middle = words[first[-1] + 1][1]
        parts = [(0, middle), (middle, len(line.text))]
        left, right = (
            line._replace(
                text=" " * start + line.text[start:stop], folded=" " * start + line.folded[start:stop]
            )
            for start, stop in parts
        )
        return left, right

    def add(self, words: Sequence[Line], cells: Sequence[Cell]) -> None:
        """Record a row of which the label, its unit and the values stand on lines of their own.

        What stands before the label opens groups; so does all of a row without ``cells``.
        """
        labels = list(words)
        while labels and (not cells or (len(labels) > 1 and self._is_heading(labels[0]))):
            self._open(labels.pop(0))
        self._pending, self._loose = labels, []
        if cells:
            self._row(cells[-1][0], [], cells)

    def _is_heading(self, line: Line) -> bool:
        return line.may_be_heading and self._document.matcher.heading(line.text) is not None

    def _closes(self, lines: Sequence[Line], position: int) -> bool:
        """Say whether the table ends before a line: years or members of another, or a row apart by sentences.

        With rows above, one that prints its unit otherwise is another's. Without any, so are a label and a
        value without a unit: the header closes the table above it.
        """
        line = lines[position]
        if PERIOD_AXIS.match(line.folded.strip()):
            return True
        if self._has_rows and self._sentences >= _MOST_SENTENCES and self._is_of_other_form(line):
            return True
        if self._has_rows:
            return bool(_columns_of_members(self._document, lines, position))
        self._is_apart = self._is_apart or SENTENCE_LINE.match(line.folded) is not None
        if not self._is_apart or len(self._titles) > 1 or not self.is_row(line):
            return False
        return not self._label_and_unit(line, self._split(line)[0])[1]

    def opens(self, lines: Sequence[Line]) -> bool:
        """Say whether the first two of ``lines`` that end with numbers are rows; of one value, with units.

        A lone row must name a metric.
        """
        rows = []
        is_known = False
        for line in lines:
            words, values = self._split(line)
            if words and values and not self._is_total_of_counts(line, words, values):
                label, unit = self._label_and_unit(line, words)
                is_row = len(values) - self._has_notes <= len(self._titles) <= len(values)
                is_told = len(values) > 1 or bool(unit) or " / " in line.folded  # a stroke for its unit
                rows.append(is_row and is_told)
                is_known = is_known or (rows == [True] and self._document.matcher.is_known(label))
        return all(rows[:2]) and (len(rows) > 1 or (is_known and len(self._titles) > 1))

    def has_years(self, lines: Sequence[Line]) -> bool:
        """Say whether the rows among ``lines`` are of one year each."""
        rows = [line for line in lines if self.is_row(line)]
        labels = [self._label_and_unit(line, self._split(line)[0])[0] for line in rows]
        return len(labels) > 1 and all(PERIOD_LABEL.match(fold(label)) for label in labels)

    def names_metric(self, lines: Sequence[Line]) -> bool:
        """Say whether one of the rows among ``lines`` names a metric of all its columns."""
        matcher = self._document.matcher
        rows = [line for line in lines if self.is_row(line)]
        labels = [self._label_and_unit(line, self._split(line)[0])[0] for line in rows]
        return any(matcher.is_known(label) and not matcher.legend(label) for label in labels)

    def _unit_of_columns(self, line: Line) -> str:
        """Return the unit that a line prints below every title (人民币千元 人民币千元), else ``""``."""
        words = line.text.split()[-len(self._titles) :]
        is_one = len(words) == len(self._titles) > 1 and len(set(words)) == 1 and not line.has_digit
        return words[0] if is_one and self._document.catalogue.units.parse(words[0]) else ""

    def open_group(self, header: Line) -> None:
        """Let the title of the labels' column say what the rows are about: 员工构成 人数 占比."""
        title = header._replace(text=self._name_of_rows(header), may_be_heading=True)
        self._open(title)
        self._title, self._is_told = title.text, False
        self._is_of_one_training = self._names_one_training(title)
        self._unit = unit_in_label(title.text, self._document.catalogue) or self._unit
        self._group_line = header if self._group.metrics else None
        self._subject = self._group.metrics

    def _opens_group(self, header: Line) -> bool:
        """Say whether the title of the labels' column says what the rows are about."""
        name, matcher = self._name_of_rows(header), self._document.matcher
        return bool(matcher.subjects(name)) or matcher.heading(name) is not None

    def _name_of_rows(self, header: Line) -> str:
        name = _RAISED.sub("", header.text.split()[0])
        return name if self._document.matcher.subjects(name) else _MARK.sub("", name)

    def open_whole(self, group: Group) -> None:
        """Let all rows be parts of what a total below them names."""
        self._group = group

    def open_title(self, line: Line) -> None:
        """Let a line above the header say what the rows are about: 员工流失率, then 类别 2023年."""
        self._is_of_one_training = self._is_of_one_training or self._names_one_training(line)
        title = line.text.strip()
        title = self._document.without_mark(_RAISED.sub("", without_code(title)), line)
        title = title.rpartition("。")[2]  # …。员工构成如下：
        subjects = self._document.matcher.subjects
        heading = self._document.matcher.heading(_REMARK.sub("", title)) if line.may_be_heading else None
        if heading and heading.metrics:
            self._group, self._group_line = Group(heading.metrics, heading.breakdown), line
            self._subject = heading.metrics
        elif metrics := subjects(title) or subjects(AND.split(title)[0]) or self._of_code(line):
            self._group, self._group_line, self._title = Group(metrics), line, title
            self._subject = metrics
            self._unit = unit_in_label(title, self._document.catalogue) or self._unit

    def _names_one_training(self, line: Line) -> bool:
        """Say whether a title names a training of one topic: its hours are not those of all training."""
        is_title = _is_title(line) and not self.is_row(line)
        return is_title and self._document.catalogue.one_training.search(line.folded) is not None

    def _of_code(self, line: Line) -> tuple[str, ...]:
        """Return what the code of a short title's indicator is of: KPI B1.2 流失情况."""
        return self._document.matcher.metrics_of_code(line.folded) if _is_title(line) else ()

    def go_on(self, before: "Table", header: Line, below: Sequence[Line]) -> None:
        """Take over the group of the table above, if this one goes on with it behind a page break."""
        is_next = header.page is None or header.page != before._page
        if is_next and not self._group.metrics and before._goes_on(header, below):
            self._group, self._group_line = before._group, before._group_line

    def _goes_on(self, header: Line, below: Sequence[Line]) -> bool:
        """Say whether a header opens another part of the table: it is the same, and a bare grouping follows.

        ``按学历划分`` names no metric.
        """
        is_near = self._has_rows and header.number - self._last <= _PAGE_TURN
        first = below[0] if is_near and below and below[0].may_be_heading else None
        heading = self._document.matcher.heading(first.text) if first else None
        return heading is not None and not heading.metrics and header.folded == self._header

    def _names_subject(self, header: Line) -> bool:
        """Say whether a header opens with what all rows are of: 雇员人数（人） 2023年 2022年."""
        return (
            bool(self._subject)
            and self._document.matcher.subjects(self._name_of_rows(header)) == self._subject
        )

    def is_row(self, line: Line) -> bool:
        """Say whether ``line`` holds a label and as many values as the header has columns."""
        words, values = self._split(line)
        return bool(words) and len(values) == len(self._titles)

    def is_total(self, line: Line) -> bool:
        """Say whether ``line`` is a total that prints counts alone."""
        return self._is_total_of_counts(line, *self._split(line))

    def _take(self, line: Line) -> None:
        words, values = self._split(line)
        count = len(self._titles)
        are_shares = [text.endswith("%") for text, _ in values]
        if are_shares == [False] * count + [True]:
            values = values[:-1]  # a change that the header does not name: 1,200 1,100 9.1%
        if len(values) > count and words:
            words, values = words + values[:-count], values[-count:]
        if len(values) == count and self._are_of_several_units(values):
            return  # a member's count and its share: 男性 772人 55.06%
        if self._is_total_of_counts(line, words, values):
            row = self._assembled(line, words, values)
            if row is not None:
                self._record(row, self._counts())
        elif values and not words and self._are_torn_off():
            self._pending, self._loose = [], []
        elif not words and self._names_members(count):
            self._pending, self._loose = [], []
            self._quiet += 1
        elif len(values) == count and not self._loose and (words or count > 1):
            self._row(line, words, values)
        elif values and self._loose and not words and len(self._loose) + len(values) == count:
            self._row(line, [], [*self._loose, *((line, *value) for value in values)], detached=True)
        elif values and not words and len(values) < count and self._awaits_values():
            self._loose.extend((line, *value) for value in values)
        elif values and words and self._is_short_row(line, words, values):
            self._short_row(line, words, values)
        elif self._is_heading(line):
            self._is_owed = self._is_owed or any(
                unit_in_label(each.text.strip(), self._document.catalogue) for each in self._pending
            )
            for each in [*self._pending, line]:
                self._open(each)
            self._pending, self._loose = [], []
            self._quiet += 1
        elif words and says_nothing(self._document, line, self._pending[-1] if self._pending else None):
            self._quiet += 1
        elif words and _is_title(line):
            self._pending.append(line)
            self._loose = []
            self._quiet += 1
        else:
            self._pending, self._loose = [], []
            self._quiet += 1
            self._sentences += SENTENCE_LINE.match(line.folded) is not None

    def _counts(self) -> list[Title]:
        """Return the columns of counts, where others are of shares: 人数 占比 人数 占比."""
        shares = [title.unit == "%" for title in self._titles]
        return [
            title
            for title, is_share in zip(self._titles, shares, strict=True)
            if any(shares) and not is_share
        ]

    def _is_total_of_counts(
        self, line: Line, words: list[tuple[str, int]], values: list[tuple[str, int]]
    ) -> bool:
        """Say whether a row prints a total for each column of counts, and none for those of shares."""
        label = self._label_and_unit(line, words)[0] if words else ""
        if not values or not len(values) == len(self._counts()) < len(self._titles):
            return False
        parts, subjects = self._document.catalogue.parts, self._document.matcher.subjects
        return TOTAL.match(fold(label)) is not None or any(metric in parts for metric in subjects(label))

    def _are_of_several_units(self, values: Sequence[tuple[str, int]]) -> bool:
        """Say whether values below nothing but years print several units."""
        numbers = (_NUMBER.match(text) for text, _ in values)
        units = {number["unit"] or "" for number in numbers if number}
        return len(units) > 1 and all(title == Title(title.year) for title in self._titles)

    def _take_block(self, lines: Sequence[Line], position: int) -> int | None:
        """Read the values of several labels that stand above them; return where they end.

        Without rows above, behind a sentence, and with years of their own below they may be another table's.
        """
        is_apart = self._sentences or self._is_owed or not self._has_rows or len(self._titles) == 1
        if is_apart or self._loose or len(self._pending) < _FEWEST_IN_BLOCK:
            return None
        if lines[position - 1] is not self._pending[-1]:
            return None
        end, block = position, []
        while end < len(lines) and lines[end].may_be_value and (cells := self.cells(lines[end])):
            block.append(cells)
            end += 1
        columns = len(self._titles)
        count, rest = divmod(sum(map(len, block)), columns)
        following = lines[end] if end < len(lines) else None
        own_years = following and (following.may_be_title or following.may_be_header)
        if (
            own_years
            and following
            and header_titles(following.folded, self._document.catalogue) != self._titles
        ):
            return None
        titles, labels = self._pending[: len(self._pending) - count], self._pending[-count:]
        is_block = not rest and _FEWEST_IN_BLOCK <= count <= len(self._pending)
        if not is_block or any(map(self._is_piece, titles)) or not all(map(self._is_piece, labels)):
            return None
        rows, pairing = self._summed(block, count), "total"
        if not rows:
            rows, pairing = parted(block, count, columns), "order"
        if not rows:
            return None
        usual = self._pairing, self._certainty
        self._pairing, self._certainty = pairing, None if pairing == "total" else "likely"
        for title in titles:
            self._open(title)
        for label, cells in zip(labels, rows, strict=True):
            self.add([label], cells)
        self._pairing, self._certainty = usual
        return end

    def _summed(self, block: Sequence[Sequence[Cell]], count: int) -> list[list[Cell]]:
        """Part values into ``count`` rows whose columns add up to the totals above them, if one way does."""
        totals = [self._totals.get(title.year) for title in self._titles]
        found = [
            rows
            for rows in ways(block, count, len(self._titles))
            if [sum(number_of(text) for _, text, _ in column) for column in zip(*rows, strict=True)] == totals
        ]
        told = {tuple(text for row in rows for _, text, _ in row) for rows in found}
        return found[0] if len(told) == 1 else []

    def _awaits_values(self) -> bool:
        """Say whether the line before is a row's label and unit without values, and no other label waits."""
        if self._loose:
            return True
        if not self._pending:
            return False
        *above, last = self._pending
        label, unit = self._label_and_unit(last, _tokens(last))
        is_named = label and self._document.catalogue.units.parse(label.strip("()（）")) is None
        return bool(is_named and unit) and not any(self._is_piece(line) for line in above)

    def _names_members(self, count: int) -> bool:
        """Say whether the line before titles ``count`` values with a member or the total each."""
        titles = self._pending[-1].text.split() if self._pending else []
        legend = self._document.matcher.legend
        return len(titles) == count > 1 and all(legend(word) or TOTAL.match(fold(word)) for word in titles)

    def _are_torn_off(self) -> bool:
        """Say whether the lines before hold several units: the labels of other rows, too."""
        units = self._document.catalogue.units
        return sum(line.may_be_unit and units.parse(line.text) is not None for line in self._pending) > 1

    def _is_torn(self, lines: Sequence[Line], position: int) -> bool:
        """Say whether rows of values follow on several labels with a unit each: none is the last label's."""
        if len(self._pending) < _FEWEST_IN_BLOCK or position + 1 == len(lines):
            return False
        own, following = (self.cells(each) for each in lines[position : position + 2])
        are_rows = len(own) == len(following) == len(self._titles) > 1
        return are_rows and all(
            all(self.label_and_unit(each)) and self._is_piece(each)
            for each in self._pending[-_FEWEST_IN_BLOCK:]
        )

    def _is_piece(self, line: Line) -> bool:
        """Say whether a line is a label or a unit of its own, or both, as those of a column are."""
        matcher, units = self._document.matcher, self._document.catalogue.units
        is_unit = line.may_be_unit and units.parse(line.text) is not None
        label, unit = self.label_and_unit(line)
        has_both = bool(label and unit) and matcher.is_known(label)
        return is_unit or has_both or matcher.is_known(line.text) or bool(matcher.legend(line.text))

    def _split(self, line: Line) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        """Part a line into words and the values at its end, each with its place."""
        tokens = self._unit_first(_tokens(line))
        is_named = bool(self._titles) and bool(self._titles[0].label)
        if is_named and len(tokens) == len(self._titles) + 1 and _YEAR.match(tokens[0][0]):
            return tokens[:1], tokens[1:]  # the row of a year below metrics: 2023 18.64 26.10
        first = len(tokens)
        while first and self._is_value(tokens[first - 1][0]):
            first -= 1
        is_wide = self._names_unit and len(tokens) - first == len(self._titles) + 1
        if first and is_wide and NOT_DISCLOSED.match(tokens[first][0]):
            return tokens[:first], tokens[first + 1 :]  # a stroke where others print their unit
        if (
            first
            and all(token == "/" for token, _ in tokens[first:])
            and len(tokens) - first < len(self._titles)
        ):
            first = len(tokens)  # ``千克 /``: a unit that goes on in the next line
        if 0 < first == len(tokens) - 1 and tokens[first][0] in self._document.marks_near(line):
            first = len(tokens)  # ``用水总量（吨） 16`` above a footnote 16
        return tokens[:first], tokens[first:]

    def _is_value(self, token: str) -> bool:
        if number := _NUMBER.match(token):
            unit = number["unit"] or "%"
            return unit == "%" or self._document.catalogue.units.parse(unit) is not None
        return bool(NOT_DISCLOSED.match(token) or NOT_APPLICABLE.match(token))

    def _unit_first(self, tokens: list[tuple[str, int]]) -> list[tuple[str, int]]:
        """Move a unit printed after the values (``员工总数 1,000 900 人``) to its place before them."""
        count = len(self._titles)
        for size in range(1, min(4, len(tokens) - count)):
            words, values, unit = tokens[: -size - count], tokens[-size - count : -size], tokens[-size:]
            is_unit = self._document.catalogue.units.parse(" ".join(text for text, _ in unit))
            if (
                is_unit
                and all(self._is_value(text) for text, _ in values)
                and not self._is_value(words[-1][0])
            ):
                return [*words, *unit, *values]
        return tokens

    def _is_short_row(self, line: Line, words: list[tuple[str, int]], values: list[tuple[str, int]]) -> bool:
        _, unit = self._label_and_unit(line, words)
        return bool(unit) and len(values) == len(self._titles) - 1

    def _row(
        self,
        line: Line,
        words: list[tuple[str, int]],
        values: Sequence[tuple[str, int] | tuple[Line, str, int]],
        *,
        detached: bool = False,
    ) -> None:
        row = self._assembled(line, words, values)
        if row is None:
            return
        self._has_rows, self._is_owed = True, False
        self._settle_merged()
        if detached:
            self._merged = [row]  # its first value may be a merged cell: the rows below tell
        else:
            self._record(row, self._titles)

    def _short_row(self, line: Line, words: list[tuple[str, int]], values: list[tuple[str, int]]) -> None:
        row = self._assembled(line, words, values)
        if row is not None and self._merged:
            self._merged.append(row)
        elif row is not None:
            self._record(row, [None] * len(values))

    def _settle_merged(self) -> None:
        """Give a merged cell to all rows that it covers, and the other rows' values to the other years.

        A value that stands in a line of its own, followed by rows that each lack one value, is one cell
        merged over these rows: ``东北地区 % / 1.80 / 0.40 0.59`` and ``西北地区 % 1.30 2.07``.
        """
        rows, self._merged = self._merged, []
        if not rows:
            return
        first, *short = rows
        if not short:
            self._record(first, self._titles)
            return
        self._record(dataclasses.replace(first, values=first.values[:1]), self._titles[:1], covered=rows)
        self._record(dataclasses.replace(first, values=first.values[1:]), self._titles[1:])
        for row in short:
            self._record(row, self._titles[1:])

    def _assembled(
        self,
        line: Line,
        words: list[tuple[str, int]],
        values: Sequence[tuple[str, int] | tuple[Line, str, int]],
    ) -> _Row | None:
        """Put label and unit together from the line and the lines before; the rest of those open groups."""
        label, unit = self._label_and_unit(line, words)
        self._prints_units = bool(unit)
        before = self._pending
        self._pending, self._loose, self._quiet, self._sentences = [], [], 0, 0
        self._page, self._last = line.page, line.number
        label_lines: list[Line] = []
        if wrapped := self._wrapped_unit(before, line, words):
            label, unit = wrapped
            label_lines, before = before[-1:], before[:-1]
            if not label:  # 排放密度, 吨二氧化碳当量/人民, 币百万元 12.58
                above = self._wrapped_label(before)
                label = "".join(each.text.strip() for each in above)
                label_lines, before = [*above, *label_lines], before[: len(before) - len(above)]
        elif label and before and self._is_end_of_label(before[-1], line, label):
            label_lines, before = before[-1:], before[:-1]
            label = label_lines[0].text.strip() + label
        elif not label:
            unit_lines = 0 if unit else self._unit_lines(before)
            unit = unit or " ".join(each.text.strip() for each in before[len(before) - unit_lines :])
            before = before[: len(before) - unit_lines] if unit_lines else before
            label_lines = self._wrapped_label(before)
            before = before[: len(before) - len(label_lines)]
            label = "".join(each.text.strip() for each in label_lines)
            if label_lines and not unit:  # the unit may stand at the end of the wrapped label: 東北地區 %
                last = label_lines[-1]
                rest, unit = self._label_and_unit(last, _tokens(last))
                label = "".join(each.text.strip() for each in label_lines[:-1]) + rest
        for each in before:
            self._open(each)
        if not (label or before) and "/" in fold(unit) and self._intensity_above:
            label, *label_lines = self._intensity_above.label, self._intensity_above.label_line
        if not label:
            return None
        own = unit or unit_in_label(label, self._document.catalogue)
        indent = len(line.text) - len(line.text.lstrip())
        if not own:
            unit = self._unit or (self._whole[1] if indent > self._whole[0] and words else "")
        else:
            self._whole = indent, own
        placed = [value if len(value) == 3 else (line, *value) for value in values]
        first = label_lines[0] if label_lines else line
        involved = {each.number: each for each in [*label_lines, *(value[0] for value in placed), line]}
        lines = [involved[number] for number in sorted(involved)]
        row = _Row(label, first, unit, placed, lines, self._group, self._group_line)
        self._intensity_above = row if _OF_INTENSITY.search(fold(label)) else None
        return row

    def _label_and_unit(self, line: Line, words: list[tuple[str, int]]) -> tuple[str, str]:
        """Part a row's words into label and unit: the longest end that is a unit."""
        while len(words) > 2 and words[0][0] == "gri":  # GRI 2-7 GRI 405-1
            words = words[2:]
        if len(words) > 1 and words[0][0] == "kpi":
            words = words[1:]
        if len(words) > 1 and is_code(words[0][0]):
            words = words[1:]
        if len(words) > 1 and self._has_notes and _NOTE.match(words[-1][0]):
            words = words[:-1]
        for first in range(max(0, len(words) - 5), len(words)):
            unit = _text(line, words[first:])
            is_age = fold(unit) in _AGES and first and words[first - 1][0][-1:].isdigit()  # 30 至 50 岁
            if self._document.catalogue.units.parse(unit) and not re.match(r"\d", unit) and not is_age:
                return self._document.without_mark(_text(line, words[:first]), line), unit
        return self._document.without_mark(_text(line, words), line), ""

    def _is_end_of_label(self, above: Line, line: Line, label: str) -> bool:
        """Say whether a row's label begins on the line above: ``一般固体废物产生`` and ``量 吨 318.5``."""
        matcher = self._document.matcher
        touches = line.number - above.number == 1 and line.page == above.page
        means_something = matcher.is_known(label) or matcher.legend(label) or TOTAL.match(fold(label))
        opening = above.text.split(maxsplit=1)[-1] if self._has_category else above.text.strip()
        wholes = (above.text.strip() + label, opening.strip() + label)
        return touches and not means_something and any(map(matcher.is_known, wholes))

    def _wrapped_unit(
        self, before: Sequence[Line], line: Line, words: list[tuple[str, int]]
    ) -> tuple[str, str] | None:
        """Part ``排放密度 吨二氧化碳当量 /``, and ``人民币百万元 12.58`` below it, into label and unit.

        The unit may be broken anywhere: ``吨二氧化碳当量/人民`` and ``币百万元``.
        """
        if not before or not words or "/" not in before[-1].folded + words[0][0]:
            return None
        tokens = _tokens(before[-1])
        for first in range(len(tokens)):
            unit = f"{_text(before[-1], tokens[first:])}{_text(line, words)}"
            if self._document.catalogue.units.parse(unit):
                return _text(before[-1], tokens[:first]), unit
        return None

    def _unit_lines(self, lines: list[Line]) -> int:
        """Return how many of the last lines together are a unit (``千克 /`` and ``人民币亿元``)."""
        for count in range(min(3, len(lines) - 1), 0, -1):
            text = " ".join(each.text.strip() for each in lines[-count:])
            if self._document.catalogue.units.parse(text):
                return count
        return 0

    def _wrapped_label(self, lines: list[Line]) -> list[Line]:
        """Return the last lines that make the label: the most that the catalogue knows, else a block."""
        block = 1
        while block < len(lines) and lines[-block].number - lines[-block - 1].number == 1:
            block += 1
        for count in range(min(block, len(lines)), 0, -1):
            text = "".join(each.text.strip() for each in lines[-count:])
            if self._document.matcher.variants(text) and any(
                form in self._document.catalogue.aliases for form in self._document.matcher.variants(text)
            ):
                return lines[-count:]
        return lines[-block:] if lines else []

    def _open(self, line: Line) -> None:
        """Let a line without values open a group, or end the one before."""
        heading = self._document.matcher.heading(line.text)
        if heading:
            around = self._subject if self._subject and self._group == UNKNOWN else self._group.metrics
            coded = self._document.matcher.metrics_of_code(line.folded)
            self._group = Group(heading.metrics or coded or around, heading.breakdown)
        elif line.may_be_heading and any(map(self._document.matcher.heading, line.text.split())):
            self._group = UNKNOWN  # titles of several charts side by side
        else:
            self._group = Group(self._document.matcher.subjects(line.text))
            if self._group.metrics:
                self._unit = unit_in_label(line.text.strip(), self._document.catalogue) or self._unit
        self._group_line, self._amount = line if heading else None, None

    def _record(self, row: _Row, titles: Sequence[Title | None], covered: Sequence[_Row] = ()) -> None:
        document = self._document
        digits = [value for _, value, _ in row.values]
        whole = self._whole_of_rows(row)
        mapping = None
        for (line, text, start), title in zip(row.values, titles, strict=True):
            year_of_title = title.year if title else None
            siblings = [other for other in digits if other is not text]
            value = document.cell(line, text, start, siblings, row.label, year_of_title)
            if value is None or (title and title.is_aside):
                continue
            evidence = [*([row.group_line] if row.group_line else []), *row.lines]
            is_year = PERIOD_LABEL.match(fold(row.label)) is not None
            of_row = single_year(fold(row.label)) if title and (title.label or is_year) else None
            year = (title.year or of_row or document.year) if title else None
            unit = (title.unit if title else "") or row.unit
            quantity = document.catalogue.units.parse(document.unit_of(value, unit, row.label))
            mapping = self._mapping(row, value, unit, quantity, title)
            if mapping is None and not unit and document.matcher.legend(row.label):
                unit = self._unit_of_whole  # 员工流失率（%） 21.0, and below it 男 21.5
                quantity = document.catalogue.units.parse(unit)
                mapping = self._mapping(row, value, unit, quantity, title)
            is_sum = mapping is None and whole is not None and document.matcher.agrees(whole.metric, quantity)
            mapping = whole if is_sum else mapping
            if mapping is None and quantity is None and not self._is_told:
                continue  # 最佳雇主奖 1 2
            if mapping and _REST.match(row.label) and not row.group.breakdown:
                is_told = mapping.breakdown == self._breakdown_above  # 其他 of what
                mapping = mapping if is_told else None
            of_title = (title.breakdown, title.member) if title else None
            if title and title.member and not (mapping and (mapping.breakdown, mapping.member) == of_title):
                mapping = document.matcher.of_member(mapping, quantity, title.breakdown, title.member)
            if covered and mapping:
                mapping = self._joined(mapping, covered)
            topic = document.catalogue.metrics[mapping.metric].topic if mapping else ""
            if self._is_of_one_training and topic in _TRAINED:
                mapping = None
            document.record(
                value, line, label=row.label, label_line=row.label_line.number, mapping=mapping,
                unit=unit,
                year=year, evidence=evidence, layout="table", pairing="total" if is_sum else self._pairing,
                confidence=self._certainty if title else "ambiguous",
                set_key=f"{row.group.metrics}|{row.group.breakdown}|{year}",
            )  # fmt: skip
        document.used.update(each.number for each in row.lines)
        if not _INTENSITY.match(fold(row.label)):
            self._amount = mapping.metric if mapping and mapping.member is None else ""
        if mapping is None and (named := document.matcher.subjects(row.label)):
            self._group, self._subject = Group(named), named  # in no unit of theirs: the next table began
        if mapping is None or mapping.member or TOTAL.match(fold(row.label)):
            self._above = []
        else:
            self._above.append((mapping.metric, [number_of(text) for _, text, _ in row.values]))
        self._breakdown_above = mapping.breakdown if mapping else self._breakdown_above
        if mapping and mapping.member is None:
            self._unit_of_whole = row.unit or unit_in_label(row.label, document.catalogue) or ""
        if mapping and mapping.member is None and mapping.metric in document.catalogue.parts:
            self._totals = {
                title.year: number_of(text)
                for (_, text, _), title in zip(row.values, titles, strict=True)
                if title
            }
            self._group = Group((mapping.metric,), None)
            self._group_line = None
        elif mapping and mapping.member is None and document.catalogue.metrics[mapping.metric].breakdowns:
            self._group, self._group_line = Group((mapping.metric,), None), None
        elif mapping and mapping.member and not document.matcher.legend(row.label):
            self._group, self._group_line = Group((mapping.metric,), mapping.breakdown), None
        elif mapping is None and not document.matcher.legend(row.label):
            is_sibling = row.group.breakdown and document.matcher.members_named(row.label)  # 兼职及实习
            if not is_sibling:
                self._group, self._group_line = Group(self._subject) if self._subject else UNKNOWN, None

    def _whole_of_rows(self, row: _Row) -> Mapping | None:
        """Return what a total without a name is of: 合计 below 专利 and 商标, which it is the sum of."""
        if not TOTAL.match(fold(row.label)):
            return None
        totals = {**self._document.catalogue.parts_of_total, **_SCOPES}
        numbers = [number_of(text) for _, text, _ in row.values]
        for count in range(2, len(self._above) + 1):
            metrics, rows = zip(*self._above[-count:], strict=True)
            if not all(len(each) == len(numbers) for each in rows):
                break
            sums = [sum(column) for column in zip(*rows, strict=True)]
            named = [total for total, parts in totals.items() if set(metrics) <= set(parts)]
            if sums == numbers and all(numbers) and len(named) == 1:
                return Mapping(named[0], None, None, True)
        return None

    def _mapping(
        self, row: _Row, value: Value, unit: str, quantity: Quantity | None, title: Title | None
    ) -> Mapping | None:
        """Return what a row's label means: by itself, in its group, or as the rest of the table's title."""
        document, group = self._document, row.group
        if title and title.label:  # 受训雇员百分比 above a column, 男性 or 合计 before it
            if TOTAL.match(fold(row.label)) or PERIOD_LABEL.match(fold(row.label)):
                return document.mapping(value, unit, title.label, Group())
            group = Group(document.matcher.subjects(title.label))
            named = {
                part for each in group.metrics for part in (each, *document.catalogue.parts.get(each, ()))
            }
            mapping = document.mapping(value, unit, row.label, group)
            return mapping if mapping and mapping.metric in named else None
        if title and not title.year and self._title and PERIOD_LABEL.match(fold(row.label)):
            return document.mapping(
                value, unit, self._title, Group()
            )  # 员工流失率, 男性 女性, 2022年 21.4 18.0
        if title and not title.year and _BARE.match(fold(row.label)):
            return self._of_column(title, quantity)
        if mapping := document.mapping(value, unit, row.label, group):
            return mapping
        words = row.label.split(maxsplit=1)
        is_of_whole = len(words) > 1 and TOTAL.match(fold(words[1]))  # 员工总数 总计
        has_category = self._has_category or opens_with_code(row.label_line)  # 水资源 用水总量
        is_of_topic = document.catalogue.one_training.search(fold(row.label)) is not None  # 反贪污 培训时长
        if len(words) > 1 and (is_of_whole or has_category) and not is_of_topic:
            name = words[0] if is_of_whole else words[1]
            mapping = document.mapping(value, unit, name, group)
            if mapping and (
                is_of_whole or self._has_category or self._is_category(words[0], words[1], mapping)
            ):
                return mapping
        is_intensity = _INTENSITY.match(fold(row.label)) is not None and quantity is not None
        if is_intensity and (mapping := self._intensity(group, quantity)):
            return mapping
        is_total = TOTAL.match(fold(row.label)) is not None
        label = _BASIS.sub("", fold(row.label))
        wholes = [self._title] if is_total else joined(document.matcher.bare(self._title), label)
        if not self._title or (quantity is None and not is_total):
            return None
        found = (document.matcher.match_exactly(whole, quantity) for whole in wholes)
        return next((mapping for mapping in found if mapping), None)

    def _is_category(self, category: str, label: str, mapping: Mapping) -> bool:
        """Say whether a word before a label limits nothing: 客户投诉 接获投诉数目, but 海外 培训时长."""
        metrics = self._document.catalogue.metrics
        topics = {metrics[each].topic for each in self._document.matcher.subjects(category)}
        return label.startswith(category) or metrics[mapping.metric].topic in topics

    def _of_column(self, title: Title, quantity: Quantity | None) -> Mapping | None:
        """Return what a bare row says of a member's column: 按地区划分的供应商, 华东 总计, 数量 702 1,284."""
        catalogue, matcher = self._document.catalogue, self._document.matcher
        of_group = [part for each in self._group.metrics for part in (each, *catalogue.parts.get(each, ()))]
        for metric in of_group:
            total = catalogue.sets.get(metric, ("", None))[1]
            if title.member is None and total and matcher.agrees(total, quantity):
                return Mapping(total, None, None, True)
            if title.breakdown in catalogue.metrics[metric].breakdowns and matcher.agrees(metric, quantity):
                return Mapping(metric, title.breakdown, title.member, True)
        return None

    def _intensity(self, group: Group, quantity: Quantity | None) -> Mapping | None:
        """Return the intensity of the row above, 排放总量 and below it 密度, else of what the group names."""
        catalogue, matcher = self._document.catalogue, self._document.matcher
        amounts = group.metrics if self._amount is None else (self._amount,)
        found = {
            ratio
            for ratio, (amount, _) in catalogue.ratios.items()
            if amount in amounts and matcher.agrees(ratio, quantity)
        }
        return Mapping(found.pop(), None, None, True) if len(found) == 1 else None

    def _joined(self, mapping: Mapping, covered: Sequence[_Row]) -> Mapping | None:
        members = [
            self._document.matcher.match(row.label, self._document.catalogue.units.parse(row.unit), row.group)
            for row in covered
        ]
        if any(each is None or each.metric != mapping.metric or each.member is None for each in members):
            return None
        return mapping._replace(member="+".join(each.member for each in members if each and each.member))


def _is_title(line: Line) -> bool:
    return len(line.folded.strip()) <= _LONGEST_LABEL and not PROSE.search(line.folded)


def _tokens(line: Line) -> list[tuple[str, int]]:
    return [(found.group(), found.start()) for found in re.finditer(r"\S+", line.folded)]


def _text(line: Line, words: Sequence[tuple[str, int]]) -> str:
    """Return what is printed from the first of ``words`` to the last."""
    return line.text[words[0][1] : words[-1][1] + len(words[-1][0])] if words else ""
