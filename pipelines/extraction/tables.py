"""Delimited tables: cells parted by TABs, pipes or HTML, tags in cells, merged first columns and group rows.

The header row gives every column its part: label, unit, value (with a year, a breakdown member or both).
Without a header that names value columns, a table is no KPI table; only list items in its cells are read.
"""

import html
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.extraction.document import YEAR, Document, Line, single_year, unit_in_label
from pipelines.extraction.headers import unit_of_column, unit_of_table
from pipelines.extraction.labels import TOTAL, UNKNOWN, Group, Mapping
from pipelines.extraction.nodes import PERIOD_LABEL
from pipelines.extraction.numbers import Value
from pipelines.extraction.table_headers import is_title

_LABEL_WORDS = re.compile("指标|项目|名称|内容|类别|事项|议题|indicator|item|kpi|metric")
_UNIT_WORDS = re.compile("^(?:计量)?单位$|^units?$")
_VALUE_WORDS = re.compile(
    "数值|数据|数量|结果|绩效|进展|完成|表现|披露值|本年|合计|总计|总数|total|value|^值$"
)
_SKIPPED_WORDS = re.compile(
    "目标|计划|target|序号|编号|页码|备注|说明|章节|索引|年龄|性别|姓名|链接|标准|附注|^注$|^note|GRI|gri|同比|变动|变化"
)

_LONGEST_LABEL = 40
_LONGEST_TITLE = 16
_FARTHEST = 3  # lines between two rows of a table
_MOST_COLUMNS = 60  # of a table in HTML, whatever its cells claim to cover
_MOST_TITLES = 2  # section titles between two rows
_RULE_LINE = re.compile(r"^[\s|:+-]*$")
_TAG = re.compile(r"<sup>[^<>]{0,20}</sup>|<[^<>]{0,200}>|&[a-z]{2,8};|&#\d{1,6};")
_HTML_ROW = re.compile(r"<tr\b")
_HTML_CELL = re.compile(r"<t[dh](?P<attributes>(?: [^<>]{0,200})?)>(?P<content>.*?)</t[dh]>")
_SPAN = re.compile(r"(?P<of>row|col)span\s*=\s*[\"']?(?P<count>\d{1,2})\b")
_ITEM_BREAKS = re.compile(r"[;；。]|[，,](?=[一-鿿])|\s{2,}")
_NOTED = re.compile(r"^(?P<value>.*[\d%])\s*(?:[*†‡#]+|\[\d{1,2}\]|\([^()\d]{0,12}\))\s*$")  # 5*, 5(估计)
_PROSE = re.compile("[。！？]")


class Cell(NamedTuple):
    """One cell: verbatim text, folded text with tags blanked out (same length), and its place in the line."""

    text: str
    folded: str
    start: int

    @property
    def content(self) -> str:
        """The folded text without blanks at its ends."""
        return self.folded.strip()

    @property
    def printed(self) -> str:
        """The verbatim text without tags and entities."""
        return html.unescape(_TAG.sub(" ", self.text)).strip()


class Column(NamedTuple):
    """What the header says of one column."""

    role: str  # label · unit · value · skipped · other
    title: str = ""
    year: int | None = None
    unit: str = ""


def read_tables(document: Document) -> None:
    """Read every delimited table of ``document`` and record its datapoints."""
    for rows in _blocks(document.lines):
        _Table(document, rows).read()


def _blocks(lines: Sequence[Line]) -> Iterator[list[tuple[Line, list[Cell]]]]:
    """Yield runs of delimited lines. A blank line or a short section title inside a table does not end it."""
    block: list[tuple[Line, list[Cell]]] = []
    between: list[Line] = []
    rules = 0  # lines that only draw the table's rules
    merged: list[int] = []  # rows below that a cell of each column covers
    for line in lines:
        rows = _html_rows(line, merged) if "</t" in line.folded else []
        if not rows and ("\t" in line.text or "|" in line.text) and (cells := _cells(line)):
            rows = [cells]
        if not rows and _RULE_LINE.match(line.folded):  # blank ones too
            rules += 1
            continue
        if not rows:
            between.append(line)
            continue
        is_near = block and line.number - block[-1][0].number <= _FARTHEST + len(between) + rules
        if is_near and len(between) <= _MOST_TITLES and all(map(is_title, between)):
            block += [(title, [Cell(title.text, title.folded, 0)]) for title in between]
        else:
            if block:
                yield block
            block = _titled(between, line)
        between, rules = [], 0
        block += [(line, cells) for cells in rows]
    if block:
        yield block


def _titled(above: Sequence[Line], line: Line) -> list[tuple[Line, list[Cell]]]:
    """Return the title right above a table's first line as a row of its own, none where there is none."""
    if above and line.number - above[-1].number <= _FARTHEST and is_title(above[-1]):
        return [(above[-1], [Cell(above[-1].text, above[-1].folded, 0)])]
    return []


def _html_rows(line: Line, merged: list[int]) -> list[list[Cell]]:
    """Return the rows of a line of HTML: of a whole table, or one.

    What a cell covers besides its own place is left blank; ``merged`` carries that from row to row.
    """
    rows = []
    starts = [row.start() for row in _HTML_ROW.finditer(line.folded)] or [0]
    if "<table" in line.folded:
        merged.clear()
    for start, stop in itertools.pairwise([*starts, len(line.folded)]):
        row: list[Cell] = []
        for cell in _HTML_CELL.finditer(line.folded, start, stop):
            _skip_merged(row, merged, cell.start())
            if len(row) >= _MOST_COLUMNS:
                break
            i, j = cell.span("content")
            spans = {span["of"]: int(span["count"]) for span in _SPAN.finditer(cell["attributes"])}
            width = min(max(1, spans.get("col", 1)), _MOST_COLUMNS - len(row))
            row.append(Cell(line.text[i:j], _TAG.sub(_blanks, line.folded[i:j]), i))
            row += [Cell("", "", j)] * (width - 1)
            merged += [0] * (len(row) - len(merged))
            merged[len(row) - width : len(row)] = [spans.get("row", 1) - 1] * width
        if row:
            _skip_merged(row, merged, stop)
            rows.append(row)
    return rows


def _skip_merged(row: list[Cell], merged: list[int], place: int) -> None:
    """Add a blank cell to ``row`` for each that a cell above it covers."""
    while len(row) < len(merged) and merged[len(row)] > 0:
        merged[len(row)] -= 1
        row.append(Cell("", "", place))


def _cells(line: Line) -> list[Cell]:
    if "\t" in line.text:
        separator, start, stop = "\t", 0, len(line.text)
    elif line.text.count("|") >= 2 and not _RULE_LINE.match(line.folded):
        separator = "|"
        start = len(line.text) - len(line.text.lstrip()) + line.text.lstrip().startswith("|")
        stop = len(line.text.rstrip()) - line.text.rstrip().endswith("|")
    else:
        return []
    cells = []
    for piece in line.text[start:stop].split(separator):
        cells.append(Cell(piece, _TAG.sub(_blanks, line.folded[start : start + len(piece)]), start))
        start += len(piece) + 1
    return cells


def _blanks(tag: re.Match[str]) -> str:
    return " " * len(tag.group())


class _Table:
    """One run of rows. Header rows set the columns anew; group rows set what the members below belong to."""

    def __init__(self, document: Document, rows: list[tuple[Line, list[Cell]]]) -> None:
        self._document = document
        self._rows = rows
        self._columns: list[Column] = []
        self._group = Group()
        self._category = Group()
        self._group_lines: list[Line] = []
        self._group_unit = ""
        self._unit = ""  # of the rows that print none
        self._label = ""  # of the row before
        self._year = document.year  # of the columns that name none
        self._year_lines: list[Line] = []
        self._block = rows[0][0].number

    def read(self) -> None:
        below_header = False
        for position, (line, cells) in enumerate(self._rows):
            self._unit = unit_of_table(line.folded, line.text, self._document.catalogue) or self._unit
            if below_header and self._is_second_tier(cells):
                self._columns = self._joined(cells)
                continue
            if self._is_period(line, cells):
                continue
            columns = self._header(cells)
            below_header = columns is not None
            if columns:
                self._columns = self._with_label(columns, self._rows[position + 1 :])
                if self._year_lines != [row for row, _ in self._rows[max(0, position - 1) : position]]:
                    self._year, self._year_lines = self._document.year, []
                if group := self._opened(cells[0].printed):  # 按性别划分 | 人数 | 占比
                    self._group, self._group_lines = group, [line]
                continue
            if any(column.role == "value" for column in self._columns):
                self._row(line, cells)
            elif not self._columns:
                self._headless_row(line, cells)
            self._list_items(line, cells)

    def _header(self, cells: list[Cell]) -> list[Column] | None:
        if sum(bool(cell.content) for cell in cells) < 2:
            return None
        if any(self._is_value(cell) and not single_year(cell.folded) for cell in cells):
            return None
        columns = [self._column(cell) for cell in cells]
        roles = [column.role for column in columns]
        titled = {"label", "unit", "skipped"} & set(roles) or sum(
            column.year is not None for column in columns
        ) > 1
        opening = next((cell.printed for cell in cells if cell.content), "")
        counts = [column for column in columns if column.unit and column.role == "value" and not column.title]
        if self._document.matcher.heading(opening) and len(counts) < 2:
            return None
        titled = titled or len(counts) > 1
        if not titled or ("value" not in roles and "skipped" not in roles):
            return None
        return columns

    def _is_period(self, line: Line, cells: list[Cell]) -> bool:
        """Say whether a row holds nothing but a year: that of the rows below it."""
        filled = [cell.content for cell in cells if cell.content]
        year = single_year(filled[0]) if len(filled) == 1 and PERIOD_LABEL.match(filled[0]) else None
        if year:
            self._year, self._year_lines = year, [line]
        return year is not None

    def _is_second_tier(self, cells: list[Cell]) -> bool:
        """Say whether a row parts the columns of the header above it: 男 女 男 女 below 2022年 and 2023年."""
        filled = [i for i, cell in enumerate(cells) if cell.content]
        outer = [i for i, column in enumerate(self._columns) if column.role in ("label", "unit")]
        if len(filled) < 2 or filled[0] <= max(outer, default=-1):
            return False
        return all(single_year(cells[i].folded) or not self._is_value(cells[i]) for i in filled)

    def _joined(self, cells: list[Cell]) -> list[Column]:
        """Return the columns of a header of two tiers: the upper titles reach over the blanks beside them.

        A column whose lower title is none that is known is not read: it is a part of what the upper names.
        """
        joined: list[Column] = []
        upper = Column("other")
        for i, cell in enumerate(cells):
            own = self._columns[i] if i < len(self._columns) else Column("other")
            is_blank = own.role == "other" and not own.title
            upper = upper if is_blank and upper.role in ("value", "skipped") else own
            lower = self._column(cell)
            if self._document.catalogue.units.parse(cell.printed):
                lower = Column("value", unit=cell.printed)
            if not cell.content:
                joined.append(own)
            elif "skipped" in (upper.role, lower.role):
                joined.append(Column("skipped"))
            elif lower.role != "value" or (upper.title and lower.title) or (upper.year and lower.year):
                joined.append(Column("other"))
            else:
                title, unit = upper.title or lower.title, lower.unit or upper.unit
                joined.append(Column("value", title, upper.year or lower.year, unit))
        return joined

    def _with_label(self, columns: list[Column], rows: Sequence[tuple[Line, list[Cell]]]) -> list[Column]:
        """Find the columns of labels and units where the header leaves them without a title.

        The label is the last column of words before the unit and the values; the unit is one if it holds
        units in all rows. Blank titles beside that of the labels are labels too: 指标 | | 单位.
        """
        roles = [column.role for column in columns]
        if "label" in roles:
            beside = itertools.count(roles.index("label") + 1)
            for i in itertools.takewhile(
                lambda i: i < len(columns) and columns[i] == Column("other"), beside
            ):
                columns[i] = Column("label")
            return columns
        first = min(i for i, role in enumerate(roles) if role in ("unit", "value", "skipped"))
        printed = [cells[first - 1].printed for _, cells in rows if 1 < first <= len(cells)]
        units = [text for text in printed if text]
        if units and "unit" not in roles and all(map(self._document.catalogue.units.parse, units)):
            first -= 1
            columns[first] = columns[first]._replace(role="unit")
        if first:
            columns[first - 1] = columns[first - 1]._replace(role="label")
        return columns

    def _column(self, cell: Cell) -> Column:
        content = cell.content.replace(" ", "")
        if len(content) > _LONGEST_TITLE:
            return Column("other")
        unit = unit_in_label(cell.text, self._document.catalogue) or ""
        if _UNIT_WORDS.search(content):
            return Column("unit")
        if counted := unit_of_column(content):
            return Column("value", unit=counted)
        if _SKIPPED_WORDS.search(content):
            return Column("skipped", cell.printed)
        if year := single_year(cell.folded):
            rest = YEAR.sub("", cell.folded).strip(" ()年度末底止")
            return Column("value", self._member_title(rest), year, unit)
        if TOTAL.match(content):
            return Column("value", unit=unit)
        if self._member_title(content):
            return Column("value", cell.printed, unit=unit)
        if _LABEL_WORDS.search(content):
            return Column("label")
        if _VALUE_WORDS.search(content):
            return Column("value", unit=unit)
        return Column("other", cell.printed)

    def _member_title(self, content: str) -> str:
        members = self._document.catalogue.members
        return content if content in members else ""

    def _is_value(self, cell: Cell) -> bool:
        return self._document.values.whole(cell.folded, cell.text) is not None

    def _row(self, line: Line, cells: list[Cell]) -> None:
        columns = self._columns
        first_value = next(
            (i for i, column in enumerate(columns) if column.role in ("unit", "value")), len(columns)
        )
        labels = [i for i, column in enumerate(columns) if column.role == "label"]
        label_at = next((i for i in reversed(labels) if i < first_value), labels[0] if labels else 0)
        label_cell = cells[label_at] if label_at < len(cells) else None
        category = next((cell for cell in cells[:label_at] if cell.content), None)
        if category:
            self._category = self._opened(category.printed) or self._named(category.printed)
            self._group, self._group_lines = Group(), []
        unit_at = next((i for i, column in enumerate(columns) if column.role == "unit"), None)
        unit = cells[unit_at].printed if unit_at is not None and unit_at < len(cells) else ""
        is_member = bool(
            self._document.matcher.legend(unit)
        )  # 员工流失率 | 男性 | 12%: where the unit stands
        if label_cell is None or not (label_cell.content or category or is_member):
            return
        if self._is_value(label_cell):
            return  # a row of another table, or one that lost a cell
        label = label_cell.printed if label_cell.content else category.printed if category else self._label
        self._label = label = self._document.without_mark(label, line)
        if is_member:
            label, unit = f"{label} {unit}", ""
        values = [
            (column, cell) for column, cell in zip(columns, cells, strict=False) if column.role == "value"
        ]
        if not any(cell.content for _, cell in values):
            self._group = self._opened(label) or self._named(label)
            self._group_lines, self._group_unit = [line], unit
            return
        self._values(line, label, unit or self._group_unit, values)

    def _headless_row(self, line: Line, cells: list[Cell]) -> None:
        """Read ``男性 | 45%`` in a table without a header: catalogued, and printed with a unit or in a group.

        Contents lists (``环境绩效 | 28``) have the same form; they have neither.
        """
        filled = [cell for cell in cells if cell.content]
        if len(filled) == 1:
            self._group, self._group_lines = self._opened(filled[0].printed) or Group(), [line]
        if len(filled) != 2 or (value := self._value(line, filled[1])) is None or value.status != "reported":
            return
        label = filled[0].printed
        mapping = self._document.mapping(value, "", label, self._group)
        is_told = self._document.unit_of(value, "", label) or (
            mapping and mapping.member and self._group.metrics
        )
        if mapping and is_told:
            column = Column("value", year=self._year)
            self._record(line, label, "", column, value, mapping)

    def _opened(self, text: str) -> Group | None:
        """Return the group that a heading opens; a heading without a metric keeps the one above it."""
        heading = self._document.matcher.heading(text)
        if heading is None:
            return None
        return Group(heading.metrics or self._group.metrics, heading.breakdown)

    def _named(self, text: str) -> Group:
        """Return the group of what a row or a first cell names: 员工流失率 above 男性."""
        return Group(self._document.matcher.subjects(text))

    def _values(self, line: Line, label: str, unit: str, values: list[tuple[Column, Cell]]) -> None:
        document = self._document
        of_table = "" if unit_in_label(label, document.catalogue) else self._unit
        for column, cell in values:
            value = self._value(line, cell, [other.content for _, other in values if other is not cell])
            if value is None and not cell.content and column.year:  # a blank among values
                value = Value("not_disclosed", None, None, "", "exact", "", cell.start, cell.start)
            if value is None:
                continue
            titled = f"{column.title}{label}" if column.title else label
            group = self._group if self._group.breakdown or self._group.metrics else self._category
            mapping = document.mapping(value, unit or column.unit or of_table, titled, group)
            self._record(line, titled, unit or column.unit or of_table, column, value, mapping)

    def _record(
        self, line: Line, label: str, unit: str, column: Column, value: Value, mapping: Mapping | None
    ) -> None:
        document = self._document
        period = () if column.year else self._year_lines
        group = self._group_lines if self._group.breakdown else ()
        above = sorted([*period, *group], key=lambda each: each.number)
        document.record(
            value, line, label=label, label_line=line.number, mapping=mapping, unit=unit,
            year=column.year or self._year, evidence=[*above, line],
            layout="table", pairing="header" if self._columns else "adjacent",
            set_key=f"{self._block}|{self._group.metrics}|{self._group.breakdown}|{column.year}",
        )  # fmt: skip
        is_total = mapping is not None and mapping.member is None and value.status == "reported"
        if mapping and is_total and document.catalogue.parts.get(mapping.metric):
            self._group, self._group_unit = Group((mapping.metric,), None), ""
        elif mapping is None and value.status == "reported" and not document.matcher.legend(label):
            self._group, self._group_unit = UNKNOWN, ""

    def _value(self, line: Line, cell: Cell, siblings: Sequence[str] = ()) -> Value | None:
        """Read a value cell; a footnote mark or a note in brackets after the number is left out."""
        number = _NOTED.match(cell.folded)
        end = number.end("value") if number else len(cell.folded)
        return self._document.cell(line, cell.folded[:end], cell.start, siblings)

    def _list_items(self, line: Line, cells: list[Cell]) -> None:
        """Read statements in list cells: ``<ul> 员工培训覆盖率达 42% 投资者沟通 423 人次``."""
        for i, cell in enumerate(cells):
            column = self._columns[i] if i < len(self._columns) else Column("other")
            if column.role == "skipped" or "<" not in cell.text or not re.search(r"<(?:ul|li|ol)", cell.text):
                continue
            if not _PROSE.search(cell.folded):
                self._statements(line, cell, column.year or self._document.year)

    def _statements(self, line: Line, cell: Cell, year: int) -> None:
        document = self._document
        values = document.values.within(cell.folded, cell.text)
        tail = cell.folded[values[-1].end :] if values else ""
        label_follows = bool(values) and not cell.folded[: values[0].start].strip() and bool(tail.strip())
        previous = 0
        for i, value in enumerate(values):
            if label_follows:
                following = values[i + 1].start if i + 1 < len(values) else len(cell.folded)
                label = cell.text[value.end : following]
            else:
                label = cell.text[previous : value.start]
                previous = value.end
            label = html.unescape(_TAG.sub(" ", label)).strip(" 　:：，,、-")
            label = _ITEM_BREAKS.split(label)[-1 if not label_follows else 0].strip()
            if not re.search("[一-鿿]{2}", label) or len(label) > _LONGEST_LABEL:
                continue
            placed = value._replace(start=cell.start + value.start, end=cell.start + value.end)
            document.record(
                placed, line, label=label, label_line=line.number, unit="", year=year,
                mapping=document.mapping(value, "", label, Group()),
                evidence=[line], layout="table", pairing="adjacent",
            )  # fmt: skip
