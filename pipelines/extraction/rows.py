"""What a row of a table is by its form: label, unit, and as many values at its end as the header has columns.

What a row means is told by ``row_meanings.py``.
"""

import dataclasses
import re
from collections.abc import Sequence

from pipelines.extraction.blocks import Cell
from pipelines.extraction.document import Document, Line
from pipelines.extraction.headers import Title, are_of_whole_breakdowns, title_of_word
from pipelines.extraction.labels import TOTAL, Group
from pipelines.extraction.nodes import PERIOD_LABEL
from pipelines.extraction.numbers import NOT_APPLICABLE, NOT_DISCLOSED
from pipelines.extraction.table_headers import is_code
from pipelines.text import MARKS, SUPERSCRIPTS, fold, without_translation

Word = tuple[str, int]
"""A word of a line: its folded text and where that begins."""

_NUMBER = re.compile(
    rf"^[-+]?[\d,]*\d(?:\.\d+)?(?P<unit>%|[^\d\W年月日号届{SUPERSCRIPTS}]{{1,4}})?[{MARKS}]*$"
)
_CATEGORY = re.compile(
    r"\s*(?:(?:(?:指标)?(?:编号|序号|编码|代码)|gri|kpi) +)?"
    r"(?:议题|类别|分类|范畴|领域|维度|层面|方面|主题|类型|板块) +"
    r"(?!(?:19|20)\d\d|(?:计量)?单位|本|报告期)\S"
)
_DESCRIPTION = re.compile(
    r"\S\s+(?:处[置理]方[式法]|处[置理]?去向|(?:统计)?口径|(?:计算|统计)方法|说明|描述)\s+(?=\S)"
)
_CHANGE = re.compile(  # (3.1), ↑5.6%, +0.8个百分点: in the column of changes
    r"^(?:\([-+]?[\d,.]*\d%?\)|[-+↑↓▲▼△]?[\d,.]*\d(?:%|个?百分点|pp)?[↑↓▲▼△]?)$"
)
_NOTES = re.compile("附[注註]")
_NOTE = re.compile(r"^(?:[一二三四五六七八九十]+、?)?\(?\d{0,3}\)?$")  # 七、61 in the column of notes
_AGES = frozenset({"岁", "周岁"})
_SHARE = re.compile(r"^\(\d{1,3}(?:\.\d+)?%\)$")
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_IN_BRACKETS = re.compile(r"^\([^()\d]+\)$")
_NO_CODES = frozenset({"kpi", "/", "-", "—", "–"})  # before a label, in the column of codes
_MOST_WORDS_OF_UNIT = 5
_MOST_LINES_OF_UNIT = 3
ROWS_BELOW = 8  # lines below a header in which its first rows stand


@dataclasses.dataclass
class Row:
    """A row whose values are found but, where it prints too few, not yet their years.

    ``group`` is what it stands in; ``has_category``: a column before its label names what it is about;
    ``has_description``: one behind it says how it is done or counted.
    """

    label: str
    label_line: Line
    unit: str
    values: list[Cell]
    lines: list[Line]
    group: Group
    group_line: Line | None
    has_category: bool
    has_description: bool


@dataclasses.dataclass
class Named:
    """What the words of a row and the lines right above it say.

    ``lines`` above are part of its label; of those ``before`` them nothing is.
    """

    label: str
    unit: str
    lines: Sequence[Line]
    before: Sequence[Line]


class RowForm:
    """Tells rows by their form, below a header whose columns are ``titles``."""

    def __init__(self, document: Document, titles: Sequence[Title], header: str = "") -> None:
        self._document = document
        self.titles = tuple(titles)
        self.set_header(header)

    def set_header(self, folded: str) -> None:
        """Say what the words of a header tell of its columns beside their titles."""
        self.header = folded
        header = without_translation(folded)
        self.has_category = _CATEGORY.match(header) is not None
        self.has_description = _DESCRIPTION.search(header) is not None
        self._names_unit = "单位" in header
        self._has_notes = _NOTES.search(header) is not None

    # --- words and values ---

    def split(self, line: Line) -> tuple[list[Word], list[Word]]:
        """Part a line into words and the values at its end, each with its place."""
        tokens = self._unit_first(tokens_of(line))
        is_named = bool(self.titles) and bool(self.titles[0].label)
        if is_named and len(tokens) == len(self.titles) + 1 and _YEAR.match(tokens[0][0]):
            return tokens[:1], tokens[1:]  # the row of a year below metrics: 2023 18.64 26.10
        first = len(tokens)
        while first and (
            self._is_value(tokens[first - 1][0]) or self._is_change(tokens[first - 1][0], len(tokens) - first)
        ):
            first -= 1
        is_wide = self._names_unit and len(tokens) - first == len(self.titles) + 1
        if first and is_wide and NOT_DISCLOSED.match(tokens[first][0]):
            return tokens[:first], tokens[first + 1 :]  # a stroke where others print their unit
        is_stroke = all(token == "/" for token, _ in tokens[first:])
        if first and is_stroke and len(tokens) - first < len(self.titles):
            first = len(tokens)  # ``千克 /``: a unit that goes on in the next line
        if 0 < first == len(tokens) - 1 and tokens[first][0] in self._document.marks_near(line):
            first = len(tokens)  # ``用水总量（吨） 16`` above a footnote 16
        return tokens[:first], tokens[first:]

    def _is_value(self, token: str) -> bool:
        if number := _NUMBER.match(token):
            unit = number["unit"] or "%"
            return unit == "%" or self._document.catalogue.units.parse(unit) is not None
        return bool(NOT_DISCLOSED.match(token) or NOT_APPLICABLE.match(token))

    def _is_change(self, token: str, behind: int) -> bool:
        """Say whether a word with so many ``behind`` it is a change, in a column of changes."""
        is_aside = behind < len(self.titles) and self.titles[-behind - 1].is_aside
        return is_aside and _CHANGE.match(token) is not None

    def _unit_first(self, tokens: list[Word]) -> list[Word]:
        """Move a unit printed after the values (``员工总数 1,000 900 人``) to its place before them."""
        count = len(self.titles)
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

    def cells(self, line: Line) -> list[Cell]:
        """Return the values of a line that holds nothing else."""
        words, values = self.split(line)
        return [] if words else [(line, *value) for value in values]

    def is_row(self, line: Line) -> bool:
        """Say whether ``line`` holds a label and as many values as the header has columns."""
        words, values = self.split(line)
        return bool(words) and len(values) == len(self.titles)

    def halves(self, line: Line) -> tuple[Line, Line] | None:
        """Part a line that holds two rows, each with its place kept: the other's is blank."""
        words, values = self.split(line)
        count = len(self.titles)
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

    def with_shares(self, line: Line) -> tuple[list[Word], list[Cell], list[Cell]] | None:
        """Part a row whose cells hold a count and its share in brackets: 男性 101 (54.3%) 108 (54.5%)."""
        tokens, size = tokens_of(line), 2 * len(self.titles)
        cells = tokens[-size:] if 0 < size < len(tokens) else []
        counts, shares = cells[::2], cells[1::2]
        if not cells or not all(_SHARE.match(text) for text, _ in shares):
            return None
        if not all(text[-1:].isdigit() and self._is_value(text) for text, _ in counts):
            return None
        inside = [(line, text.strip("()"), start + 1) for text, start in shares]
        return tokens[:-size], [(line, *count) for count in counts], inside

    def are_of_several_units(self, values: Sequence[Word]) -> bool:
        """Say whether values below nothing but years print several units."""
        numbers = (_NUMBER.match(text) for text, _ in values)
        units = {number["unit"] or "" for number in numbers if number}
        return len(units) > 1 and all(title == Title(title.year) for title in self.titles)

    # --- label and unit ---

    def label_and_unit(self, line: Line, words: Sequence[Word] | None = None) -> tuple[str, str]:
        """Part the words of a row, or all of a line, into label and unit: the longest end that is a unit."""
        words = tokens_of(line) if words is None else words
        while len(words) > 2 and words[0][0] == "gri":  # GRI 2-7 GRI 405-1
            words = words[2:]
        if len(words) > 1 and words[0][0] in _NO_CODES:
            words = words[1:]
        if len(words) > 1 and is_code(words[0][0]):
            words = words[1:]
        if len(words) > 1 and self._has_notes and _NOTE.match(words[-1][0]):
            words = words[:-1]
        for first in range(max(0, len(words) - _MOST_WORDS_OF_UNIT), len(words)):
            unit = text_of(line, words[first:])
            is_age = fold(unit) in _AGES and first and words[first - 1][0][-1:].isdigit()  # 30 至 50 岁
            if self._document.catalogue.units.parse(unit) and not re.match(r"\d", unit) and not is_age:
                return self._document.without_mark(text_of(line, words[:first]), line), unit
        return self._document.without_mark(text_of(line, words), line), ""

    def is_piece(self, line: Line) -> bool:
        """Say whether a line is a label or a unit of its own, or both, as those of a column are."""
        matcher, units = self._document.matcher, self._document.catalogue.units
        is_unit = line.may_be_unit and units.parse(line.text) is not None
        label, unit = self.label_and_unit(line)
        has_both = bool(label and unit) and matcher.is_known(label)
        return is_unit or has_both or matcher.is_known(line.text) or bool(matcher.legend(line.text))

    # --- rows together ---

    def is_total_of_counts(self, line: Line, words: Sequence[Word], values: Sequence[Word]) -> bool:
        """Say whether a row prints a total for each column of counts, and none for those of shares."""
        label = self.label_and_unit(line, words)[0] if words else ""
        if not values or not len(values) == len(self.counts()) < len(self.titles):
            return False
        parts, subjects = self._document.catalogue.parts, self._document.matcher.subjects
        return TOTAL.match(fold(label)) is not None or any(metric in parts for metric in subjects(label))

    def counts(self) -> list[Title]:
        """Return the columns that a total fills, where others are of shares: 人数 占比, 人数 占比 流失率."""
        shares = [self._is_of_shares(title) for title in self.titles]
        return [
            title for title, is_share in zip(self.titles, shares, strict=True) if any(shares) and not is_share
        ]

    def _is_of_shares(self, title: Title) -> bool:
        """Say whether a total has nothing to print in a column: 100%."""
        sets = self._document.catalogue.sets
        metrics = self._document.matcher.subjects(title.label) if title.label else ()
        return title.unit == "%" and (not metrics or any(metric in sets for metric in metrics))

    def is_short_row(self, line: Line, words: Sequence[Word], values: Sequence[Word]) -> bool:
        """Say whether a row with a unit prints one value less than the header has columns."""
        _, unit = self.label_and_unit(line, words)
        return bool(unit) and len(values) == len(self.titles) - 1

    def unit_of_columns(self, line: Line) -> str:
        """Return the unit that a line prints below every title (人民币千元 人民币千元), else ``""``."""
        words = line.text.split()[-len(self.titles) :]
        is_one = len(words) == len(self.titles) > 1 and len(set(words)) == 1 and not line.has_digit
        return words[0] if is_one and self._document.catalogue.units.parse(words[0]) else ""

    def with_units(self, line: Line) -> tuple[Title, ...]:
        """Return the columns with the unit that ``line`` prints in brackets below each, and maybe a year.

        ``2022年 （%） （小时）``; none where the line prints anything else.
        """
        words = line.folded.split()
        of_year = title_of_word(words[0], self._document.year) if words else None
        units = [word[1:-1] for word in words[of_year is not None :] if _IN_BRACKETS.match(word)]
        parse = self._document.catalogue.units.parse
        is_all = len(units) == len(words) - (of_year is not None) == len(self.titles) > 1
        if not is_all or not all(map(parse, units)):
            return ()
        year = of_year.year if of_year else None
        return tuple(
            title._replace(unit=unit, year=title.year or year)
            for title, unit in zip(self.titles, units, strict=True)
        )

    def opens(self, lines: Sequence[Line]) -> bool:
        """Say whether the first two of ``lines`` that end with numbers are rows; of one value, with units.

        A lone row must name a metric.
        """
        rows = []
        is_known = False
        for line in lines:
            words, values = self.split(line)
            if words and values and not self.is_total_of_counts(line, words, values):
                label, unit = self.label_and_unit(line, words)
                is_row = len(values) - self._has_notes <= len(self.titles) <= len(values)
                is_told = len(values) > 1 or bool(unit) or " / " in line.folded  # a stroke for its unit
                rows.append(is_row and is_told)
                is_known = is_known or (rows == [True] and self._document.matcher.is_known(label))
        return all(rows[:2]) and (len(rows) > 1 or (is_known and len(self.titles) > 1))

    def prints_unit(self, row: Line) -> bool:
        """Say whether a row prints a unit before its values."""
        return bool(self.label_and_unit(row, self.split(row)[0])[1])

    def _labels(self, lines: Sequence[Line]) -> list[str]:
        """Return the labels of the rows among ``lines``."""
        return [self.label_and_unit(line, self.split(line)[0])[0] for line in lines if self.is_row(line)]

    def has_years(self, lines: Sequence[Line]) -> bool:
        """Say whether the rows among ``lines`` are of one year each."""
        labels = self._labels(lines)
        return len(labels) > 1 and all(PERIOD_LABEL.match(fold(label)) for label in labels)

    def names_metric(self, lines: Sequence[Line]) -> bool:
        """Say whether one of the rows among ``lines`` names a metric of all its columns."""
        matcher = self._document.matcher
        return any(matcher.is_known(label) and not matcher.legend(label) for label in self._labels(lines))

    # --- labels over several lines ---

    def named(self, before: Sequence[Line], line: Line, words: Sequence[Word]) -> Named:
        """Put a row's label and unit together from its own words and the lines ``before`` it."""
        label, unit = self.label_and_unit(line, words)
        if wrapped := self._wrapped_unit(before, line, words):
            label, unit = wrapped
            lines, before = before[-1:], before[:-1]
            if not label:  # 排放密度, 吨二氧化碳当量/人民, 币百万元 12.58
                above = self._wrapped_label(before)
                label = "".join(each.text.strip() for each in above)
                lines, before = [*above, *lines], before[: len(before) - len(above)]
            return Named(label, unit, lines, before)
        if label and before and self._is_end_of_label(before[-1], line, label):
            return Named(before[-1].text.strip() + label, unit, before[-1:], before[:-1])
        if label:
            return Named(label, unit, [], before)
        if not unit and (broken := self._broken_unit(before)):
            return Named(*broken, before[-2:], before[:-2])
        unit_lines = 0 if unit else self._unit_lines(before)
        unit = unit or " ".join(each.text.strip() for each in before[len(before) - unit_lines :])
        before = before[: len(before) - unit_lines]
        lines = self._wrapped_label(before)
        before = before[: len(before) - len(lines)]
        label = "".join(each.text.strip() for each in lines)
        if lines and not unit:  # the unit may stand at the end of the wrapped label: 東北地區 %
            rest, unit = self.label_and_unit(lines[-1])
            label = "".join(each.text.strip() for each in lines[:-1]) + rest
        return Named(label, unit, lines, before)

    def _is_end_of_label(self, above: Line, line: Line, label: str) -> bool:
        """Say whether a row's label begins on the line above: ``一般固体废物产生`` and ``量 吨 318.5``."""
        matcher = self._document.matcher
        touches = line.number - above.number == 1 and line.page == above.page
        means_something = matcher.is_known(label) or matcher.legend(label) or TOTAL.match(fold(label))
        opening = above.text.split(maxsplit=1)[-1] if self.has_category else above.text.strip()
        wholes = (above.text.strip() + label, opening.strip() + label)
        return touches and not means_something and any(map(matcher.is_known, wholes))

    def _wrapped_unit(
        self, before: Sequence[Line], line: Line, words: Sequence[Word]
    ) -> tuple[str, str] | None:
        """Part ``排放密度 吨二氧化碳当量 /``, and ``人民币百万元 12.58`` below it, into label and unit.

        The unit may be broken anywhere: ``吨二氧化碳当量/人民`` and ``币百万元``.
        """
        if not before or not words or "/" not in before[-1].folded + words[0][0]:
            return None
        tokens = tokens_of(before[-1])
        for first in range(len(tokens)):
            unit = f"{text_of(before[-1], tokens[first:])}{text_of(line, words)}"
            if self._document.catalogue.units.parse(unit):
                return text_of(before[-1], tokens[:first]), unit
        return None

    def _broken_unit(self, before: Sequence[Line]) -> tuple[str, str] | None:
        """Part ``能源密度 兆瓦时/人民币百万`` and ``元`` below it, above the values, into label and unit."""
        if len(before) < 2 or "/" not in before[-2].folded or before[-1].number - before[-2].number > 1:
            return None
        text = before[-2].text.rstrip() + before[-1].text.strip()
        label, unit = self.label_and_unit(before[-2]._replace(text=text, folded=fold(text)))
        return (label, unit) if label and "/" in fold(unit) else None

    def _unit_lines(self, lines: Sequence[Line]) -> int:
        """Return how many of the last lines together are a unit (``千克 /`` and ``人民币亿元``)."""
        for count in range(min(_MOST_LINES_OF_UNIT, len(lines) - 1), 0, -1):
            text = " ".join(each.text.strip() for each in lines[-count:])
            if self._document.catalogue.units.parse(text):
                return count
        return 0

    def _wrapped_label(self, lines: Sequence[Line]) -> Sequence[Line]:
        """Return the last lines that make the label: the most that the catalogue knows, else a block."""
        block = 1
        while block < len(lines) and lines[-block].number - lines[-block - 1].number == 1:
            block += 1
        for count in range(min(block, len(lines)), 0, -1):
            text = "".join(each.text.strip() for each in lines[-count:])
            if any(
                form in self._document.catalogue.aliases for form in self._document.matcher.variants(text)
            ):
                return lines[-count:]
        return lines[-block:] if lines else []


def members_above_rows(document: Document, lines: Sequence[Line], position: int) -> tuple[Title, ...]:
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
    below = lines[position + 1 : position + 1 + ROWS_BELOW]
    form = RowForm(document, titles)
    is_told = form.has_years(below) or (are_of_whole_breakdowns(titles) and form.names_metric(below))
    return titles if form.opens(below) and is_told else ()


def _member_title(document: Document, word: str) -> Title | None:
    legend = document.matcher.legend(word)
    members = legend[0][1] if len(legend) == 1 else ()
    return Title(None, *members[0]) if len(members) == 1 else None


def tokens_of(line: Line) -> list[Word]:
    """Part a line where it is blank."""
    return [(found.group(), found.start()) for found in re.finditer(r"\S+", line.folded)]


def text_of(line: Line, words: Sequence[Word]) -> str:
    """Return what is printed from the first of ``words`` to the last."""
    return line.text[words[0][1] : words[-1][1] + len(words[-1][0])] if words else ""
