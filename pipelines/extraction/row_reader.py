"""Rows of a table below a header whose columns are known, read one by one.

A label may go on over lines, or stand apart from its unit and values; several labels may stand above all
their values; one cell may be merged over several rows; the header may recur.
"""

import dataclasses
import re
from collections.abc import Sequence

from pipelines.extraction.blocks import Cell, number_of, parted, ways
from pipelines.extraction.document import Document, Line, unit_in_label
from pipelines.extraction.headers import Title, header_titles, of_members, title_of_word
from pipelines.extraction.labels import TOTAL
from pipelines.extraction.nodes import PERIOD_AXIS, SENTENCE_LINE
from pipelines.extraction.row_meanings import RowMeanings
from pipelines.extraction.rows import Row, RowForm, Word, members_above_rows
from pipelines.extraction.table_headers import is_title, says_nothing, titles_above_rows_in
from pipelines.text import fold

_NO_DESCRIPTION = re.compile(r"\s+[-–—/]+$")  # 合计 —
_PAGE = re.compile(r"^\s*\d{1,3}\s*$")
_NOTE = re.compile(r"^\s*(?:[\d*※(]|[注备]|附注)")
_OF_INTENSITY = re.compile("(?:密度|强度)$")
FEWEST_IN_BLOCK = 2  # rows whose labels stand above all their values
_PAGE_TURN = 40  # lines from the last row of a page to the header that recurs on the next
_QUIET_LINES = 12  # so many lines without values, and the table is over
_MOST_SENTENCES = 3  # behind so many, a row of another form is none of the table's


class RowReader:
    """Reads the rows of one table and records them.

    ``form`` says what is a row, ``meanings`` what it means. ``unit`` is of the rows that print none,
    ``header`` the folded line of the columns' titles; ``pairing`` and ``certainty`` go with each value.
    """

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
        self.form = RowForm(document, titles, header)
        self.meanings = RowMeanings(document, self.form, unit)
        self._pending: list[Line] = []  # words whose values may follow
        self._loose: list[Cell] = []  # values of a row that others follow in the next line
        self._merged: list[Row] = []  # a row whose first value may be of those below, and these
        self._last_row: Line | None = None
        self._intensity_above: Row | None = None  # the last row, which may print another unit's below it
        self._outer = (
            0,
            "",
        )  # the indent of the last row with a unit, and its unit: its parts may print none
        self._quiet = self._sentences = 0  # lines since the last row, and how many of them are sentences
        self._has_prose = False  # whether one of them is no note, and no title stands below it
        self._has_rows = False
        self._is_owed = False  # a value to a label above a heading
        self._is_apart = False  # from its rows, by a sentence

    def read(self, lines: Sequence[Line], position: int) -> int:
        """Read rows from ``position`` on; return the position of the first line after the table."""
        start, catalogue = position, self._document.catalogue
        while position < len(lines) and self._quiet < _QUIET_LINES:
            line = lines[position]
            plain = header_titles(line.folded, catalogue) if line.may_be_header else None
            titles = plain or titles_above_rows_in(self._document, line)
            if _PAGE.match(line.folded) and self._opens_next(lines, position + 1):
                position += 1  # the number of a page, on the next of which the table goes on
                continue
            if not self._has_rows and (in_units := self.form.with_units(line)):
                self.form.titles = in_units
            elif titles == self.form.titles:
                self._recur(line, lines[position + 1 : position + 2], is_plain=bool(plain))
            elif titles or "\t" in line.text or self._closes(lines, position):
                break
            elif unit := self.form.unit_of_columns(line):
                self.meanings.set_unit(unit)
            elif not self._has_rows and (parted := of_members(self.form.titles, line.folded, catalogue)):
                self.form.titles = parted
            elif end := self._take_block(lines, position):
                position = end
                continue
            elif self._is_torn(lines, position):
                self._forget()
                self._quiet += 1
            else:
                self._take(line)
            position += 1
        self._settle_merged()
        return max(start, position - self._quiet if self._quiet >= _QUIET_LINES else position)

    def add(self, words: Sequence[Line], cells: Sequence[Cell]) -> None:
        """Record a row of which the label, its unit and the values stand on lines of their own.

        What stands before the label opens groups; so does all of a row without ``cells``.
        """
        labels = list(words)
        while labels and (not cells or (len(labels) > 1 and self._is_heading(labels[0]))):
            self.meanings.open(labels.pop(0))
        self._pending, self._loose = labels, []
        if cells:
            self._take_row(cells[-1][0], [], cells)

    def go_on(self, before: "RowReader", header: Line, below: Sequence[Line]) -> None:
        """Take over the group of the table above, if this one goes on with it behind a page break."""
        is_next = header.page is None or header.page != before._page
        if is_next and not self.meanings.group.metrics and before._goes_on(header, below):
            self.meanings.group, self.meanings.group_line = before.meanings.group, before.meanings.group_line

    # --- where the table goes on, and where it ends ---

    @property
    def _page(self) -> int | None:
        return self._last_row.page if self._last_row else None

    def _opens_next(self, lines: Sequence[Line], position: int) -> bool:
        """Say whether the header recurs in a line."""
        return position < len(lines) and lines[position].folded.strip() == self.form.header.strip() != ""

    def _recur(self, header: Line, below: Sequence[Line], *, is_plain: bool) -> None:
        """Go on below a header that recurs; in other words it may name rows of something else."""
        goes_on = self.meanings.names_subject(header) or self._goes_on(header, below)
        is_apart = self._has_prose or (self._pending and header.page == self._page)
        if is_apart and not goes_on:
            self.meanings.close()  # another table: see its title
        title = self._pending[-1] if self._pending else None
        self.meanings.open_title(self._pending[-2:])
        names_rows = title_of_word(header.folded.split()[0], self._document.year) is None  # 2023年 2022年
        if not goes_on and self.meanings.opens_group(header, title):
            self.meanings.open_group(header, title)
        elif names_rows and not (goes_on or is_plain or header.folded == self.form.header):
            self.meanings.close()
        self.form.set_header(header.folded)
        self._forget()
        self._quiet, self._sentences, self._has_prose = 0, 0, False

    def _goes_on(self, header: Line, below: Sequence[Line]) -> bool:
        """Say whether a header opens another part of the table: it is the same, and the group goes on below.

        That is a bare grouping, which names no metric (``按学历划分``), or another member of the group's.
        """
        last = self._last_row if self._has_rows else None
        is_near = last is not None and header.number - last.number <= _PAGE_TURN
        if not (is_near and below) or header.folded != self.form.header:
            return False
        heading = self._document.matcher.heading(below[0].text) if below[0].may_be_heading else None
        if heading is not None:
            return not heading.metrics
        words, _ = self.form.split(below[0])
        return self.meanings.is_member(self.form.label_and_unit(below[0], words)[0])

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
            return bool(members_above_rows(self._document, lines, position))
        self._is_apart = self._is_apart or SENTENCE_LINE.match(line.folded) is not None
        if not self._is_apart or len(self.form.titles) > 1 or not self.form.is_row(line):
            return False
        return not self.form.prints_unit(line)

    def _is_of_other_form(self, line: Line) -> bool:
        """Say whether a row prints no unit where the last one did, or one where that did not."""
        last, prints_unit = self._last_row, self.form.prints_unit
        return last is not None and self.form.is_row(line) and prints_unit(line) != prints_unit(last)

    # --- lines ---

    def _forget(self) -> None:
        self._pending, self._loose = [], []

    def _take(self, line: Line) -> None:
        """Take a line as a row, as values of one, as words of one to come, or as none of the table's."""
        if found := self.form.with_shares(line):
            words_of_row, counts, shares = found
            if row := self._take_row(line, words_of_row, counts, is_detached=True):
                of_shares = [title._replace(unit="%") for title in self.form.titles]
                self._record(dataclasses.replace(row, values=shares), of_shares)
                self._record(row, self.form.titles)
            return
        words, values = self.form.split(line)
        count = len(self.form.titles)
        if [text.endswith("%") for text, _ in values] == [False] * count + [True]:
            values = values[:-1]  # a change that the header does not name: 1,200 1,100 9.1%
        if len(values) > count and words:
            words, values = words + values[:-count], values[-count:]
        if len(values) == count and self.form.are_of_several_units(values):
            return  # a member's count and its share: 男性 772人 55.06%
        if not (values and self._take_values(line, words, values)):
            self._take_words(line, words)

    def _take_values(self, line: Line, words: Sequence[Word], values: Sequence[Word]) -> bool:
        """Take a line's values, with its words or with those before it; return whether they are told."""
        count, cells = len(self.form.titles), [(line, *value) for value in values]
        if self.form.is_total_of_counts(line, words, values):
            if row := self._assembled(line, words, cells):
                self._record(row, self.form.counts())
        elif not words and self._are_torn_off():
            self._forget()
        elif not words and self._names_members(count):
            self._forget()
            self._quiet += 1
        elif len(values) == count and not self._loose and (words or count > 1):
            self._take_row(line, words, cells)
        elif self._loose and not words and len(self._loose) + len(values) == count:
            if row := self._take_row(line, [], [*self._loose, *cells], is_detached=True):
                self._merged = [row]  # its first value may be a merged cell: the rows below tell
        elif not words and len(values) < count and self._awaits_values():
            self._loose.extend(cells)
        elif words and self.form.is_short_row(line, words, values):
            row = self._assembled(line, words, cells)
            if row and self._merged:
                self._merged.append(row)
            elif row:
                self._record(row, [None] * len(values))
        else:
            return False
        return True

    def _take_words(self, line: Line, words: Sequence[Word]) -> None:
        """Take a line without values as the title of a group, or as the words of a row to come."""
        self._quiet += 1
        if self._is_heading(line):
            catalogue = self._document.catalogue
            self._is_owed |= any(unit_in_label(each.text.strip(), catalogue) for each in self._pending)
            for each in [*self._pending, line]:
                self.meanings.open(each)
            self._has_prose = False
            self._forget()
        elif words and says_nothing(self._document, line, self._pending[-1] if self._pending else None):
            pass
        elif words and is_title(line):
            self._pending.append(line)
            self._loose = []
        else:
            self._forget()
            is_sentence = SENTENCE_LINE.match(line.folded) is not None
            self._sentences += is_sentence
            self._has_prose = self._has_prose or (is_sentence and not _NOTE.match(line.folded))

    def _is_heading(self, line: Line) -> bool:
        return self.meanings.heading(line)[0] is not None

    def _awaits_values(self) -> bool:
        """Say whether the line before is a row's label and unit without values, and no other label waits."""
        if self._loose:
            return True
        if not self._pending:
            return False
        *above, last = self._pending
        label, unit = self.form.label_and_unit(last)
        is_named = label and self._document.catalogue.units.parse(label.strip("()（）")) is None
        return bool(is_named and unit) and not any(self.form.is_piece(line) for line in above)

    def _names_members(self, count: int) -> bool:
        """Say whether the line before titles ``count`` values with a member or the total each."""
        titles = self._pending[-1].text.split() if self._pending else []
        legend = self._document.matcher.legend
        return len(titles) == count > 1 and all(legend(word) or TOTAL.match(fold(word)) for word in titles)

    def _are_torn_off(self) -> bool:
        """Say whether the lines before hold several units: the labels of other rows, too."""
        parse = self._document.catalogue.units.parse
        units = [line.text.strip() for line in self._pending if line.may_be_unit and parse(line.text)]
        is_broken = len(units) == 2 and parse("".join(units)) is not None  # 吨/人民币, 百万元
        return len(units) > 1 and not is_broken

    # --- labels above all their values ---

    def _take_block(self, lines: Sequence[Line], position: int) -> int | None:
        """Read the values of several labels that stand above them; return where they end.

        Without rows above, behind a sentence, and with years of their own below they may be another table's.
        """
        is_apart = self._sentences or self._is_owed or not self._has_rows or len(self.form.titles) == 1
        if is_apart or self._loose or len(self._pending) < FEWEST_IN_BLOCK:
            return None
        if lines[position - 1] is not self._pending[-1]:
            return None
        end, block = position, []
        while end < len(lines) and lines[end].may_be_value and (cells := self.form.cells(lines[end])):
            block.append(cells)
            end += 1
        columns = len(self.form.titles)
        count, rest = divmod(sum(map(len, block)), columns)
        following = lines[end] if end < len(lines) else None
        may_be_years = following and (following.may_be_title or following.may_be_header)
        if following and may_be_years:
            own_titles = header_titles(following.folded, self._document.catalogue)
            if own_titles != self.form.titles:
                return None
        titles, labels = self._pending[: len(self._pending) - count], self._pending[-count:]
        is_block = not rest and FEWEST_IN_BLOCK <= count <= len(self._pending)
        if not is_block or any(map(self.form.is_piece, titles)) or not all(map(self.form.is_piece, labels)):
            return None
        rows, pairing = self._summed(block, count), "total"
        if not rows:
            rows, pairing = parted(block, count, columns), "order"
        if not rows:
            return None
        usual = self._pairing, self._certainty
        self._pairing, self._certainty = pairing, None if pairing == "total" else "likely"
        for title in titles:
            self.meanings.open(title)
        for label, cells in zip(labels, rows, strict=True):
            self.add([label], cells)
        self._pairing, self._certainty = usual
        return end

    def _summed(self, block: Sequence[Sequence[Cell]], count: int) -> list[list[Cell]]:
        """Part values into ``count`` rows whose columns add up to the totals above them, if one way does."""
        totals = [self.meanings.totals.get(title.year) for title in self.form.titles]
        found = [
            rows
            for rows in ways(block, count, len(self.form.titles))
            if [sum(number_of(text) for _, text, _ in column) for column in zip(*rows, strict=True)] == totals
        ]
        told = {tuple(text for row in rows for _, text, _ in row) for rows in found}
        return found[0] if len(told) == 1 else []

    def _is_torn(self, lines: Sequence[Line], position: int) -> bool:
        """Say whether rows of values follow on several labels with a unit each: none is the last label's."""
        if len(self._pending) < FEWEST_IN_BLOCK or position + 1 == len(lines):
            return False
        own, following = (self.form.cells(each) for each in lines[position : position + 2])
        are_rows = len(own) == len(following) == len(self.form.titles) > 1
        return are_rows and all(
            all(self.form.label_and_unit(each)) and self.form.is_piece(each)
            for each in self._pending[-FEWEST_IN_BLOCK:]
        )

    # --- rows ---

    def _take_row(
        self, line: Line, words: Sequence[Word], cells: Sequence[Cell], *, is_detached: bool = False
    ) -> Row | None:
        """Record a row, unless it is detached from its label; return it, if it is one."""
        row = self._assembled(line, words, cells)
        if row:
            self._has_rows, self._is_owed = True, False
            self._settle_merged()
            if not is_detached:
                self._record(row, self.form.titles)
        return row

    def _record(self, row: Row, titles: Sequence[Title | None], covered: Sequence[Row] = ()) -> None:
        self.meanings.record(row, titles, pairing=self._pairing, certainty=self._certainty, covered=covered)

    def _assembled(self, line: Line, words: Sequence[Word], cells: Sequence[Cell]) -> Row | None:
        """Put a row together from its line and those before; what is no part of it opens groups."""
        named = self.form.named(self._pending, line, words)
        self._forget()
        self._quiet, self._sentences, self._has_prose = 0, 0, False
        self._last_row = line
        for each in named.before:
            self.meanings.open(each)
        label, label_lines, unit = named.label, list(named.lines), named.unit
        if not (label or named.before) and "/" in fold(unit) and self._intensity_above:
            label, label_lines = self._intensity_above.label, [self._intensity_above.label_line]
        if not label:
            return None
        if self.form.has_description:
            label = _NO_DESCRIPTION.sub("", label)
        label = self.meanings.open_breakdown(label_lines[0] if label_lines else line, label)
        indent = len(line.text) - len(line.text.lstrip())
        if own := unit or unit_in_label(label, self._document.catalogue):
            self._outer = indent, own
        else:
            unit = self.meanings.unit or (self._outer[1] if indent > self._outer[0] and words else "")
        involved = {each.number: each for each in [*label_lines, *(cell[0] for cell in cells), line]}
        row = Row(
            label,
            label_lines[0] if label_lines else line,
            unit,
            list(cells),
            [involved[number] for number in sorted(involved)],
            self.meanings.group,
            self.meanings.group_line,
            self.form.has_category,
            self.form.has_description,
        )
        self._intensity_above = row if _OF_INTENSITY.search(fold(label)) else None
        return row

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
            self._record(first, self.form.titles)
            return
        self._record(dataclasses.replace(first, values=first.values[:1]), self.form.titles[:1], covered=rows)
        self._record(dataclasses.replace(first, values=first.values[1:]), self.form.titles[1:])
        for row in short:
            self._record(row, self.form.titles[1:])
