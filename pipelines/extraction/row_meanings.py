"""What the rows of a table mean: a label by itself, in the group it stands in, or behind the table's title.

What is a row at all is told by ``rows.py``.
"""

import itertools
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from pipelines.extraction.blocks import number_of
from pipelines.extraction.constraints import growth
from pipelines.extraction.document import Document, Line, single_year, unit_in_label
from pipelines.extraction.headers import GROWTH, Title, is_unit_title
from pipelines.extraction.labels import AS_OF, TOTAL, UNKNOWN, Group, Heading, Mapping, joined
from pipelines.extraction.nodes import PERIOD_LABEL
from pipelines.extraction.numbers import Value, decimals_of, may_hold_mark
from pipelines.extraction.rows import Row, RowForm
from pipelines.extraction.table_headers import AND, is_title, opens_with_code, without_code
from pipelines.text import fold
from pipelines.units import Quantity

_BASIS = re.compile("^按.{1,8}计算的(?=密度|强度)")  # 按收入计算的密度: its unit tells
_REMARK = re.compile(r"[(（][^()（）]*[)）]\s*$")
_MARK = re.compile(r"(?<=[一-鿿])\d{1,2}$")  # 员工流失率3
_RAISED = re.compile(r"(?<=[)）])\s*\d{1,2}$")  # 员工流失率（%）2: a mark
_CHAPTER = re.compile(r"^[^\d—]{2,10}(?:——|—|－|--)\s*(?=[一-鿿])")
_TABLE = re.compile(r"^表\s*[一二三四五六七八九十\d]{1,3}\s*[：:、.]?\s*(?=[\d一-鿿])")
_NUMBER = r"[\d一二三四五六七八九十]{1,3}"
LINES_ABOVE = 6  # a header, among which a caption may stand
_DATE = re.compile(  # 于12月31日的员工人数
    rf"^(?:截至|[于於])?\s*(?:(?:19|20)\d\d\s*年)?\s*{_NUMBER}\s*月\s*{_NUMBER}\s*日(?:止)?\s*的?"
)
_PART = re.compile("^其中")
_FEWEST_PARTS = 2  # rows of which a total below a title is the sum
_REST = re.compile("^其[他它]$")
_BARE = re.compile(r"^(?:人数|数量|数目|占比|比例|百分比|比重|比率)(?:\([^()]*\))?$")
_INTENSITY = re.compile(r"^(?:排放|使用|产生|消耗|能耗)?(?:密度|强度)(?:\(按[^()]{1,6}\))?$")
_STAFF = re.compile("[员員雇僱]")
_OF_STAFF = ("workforce", "training", "health_safety", "ethics", "labour")  # topics
_SCOPES = {"ghg_total": ("ghg_scope1", "ghg_scope2", "ghg_scope3")}
_TRAINED = ("training", "board")  # topics of metrics that a training of one topic is not all of


class _Meaning(NamedTuple):
    """What a cell is: its mapping, the unit as printed for it and as read; ``is_sum``: of the rows above."""

    mapping: Mapping | None
    unit: str
    quantity: Quantity | None
    is_sum: bool


class RowMeanings:
    """What the rows of one table are about, as its titles, groups and the rows themselves tell one by one.

    ``group`` and ``group_line``: what the next row stands in; ``unit``: of the rows that print none;
    ``totals``: of the last row that has parts, by year.
    """

    def __init__(self, document: Document, form: RowForm, unit: str = "") -> None:
        self._document, self._form = document, form
        self.unit = self._unit_of_table = self._unit_of_header = unit
        self.group = Group()
        self.group_line: Line | None = None
        self.totals: dict[int | None, Decimal] = {}
        self._title = ""  # of the labels' column: 密度 is that of 温室气体排放
        self._subject: tuple[str, ...] = ()  # what the title above the header says that all rows are of
        self._is_told = True  # that this is a table, by words that only headers have, not by the rows alone
        self._is_of_one_training = False  # the title above the rows names one: 反贪污培训
        self._breakdown_above: str | None = None  # of the last row that means something
        self._amount: str | None = None  # what the last row of the group is, whose intensity may follow
        self._unit_of_whole = ""  # of the last row whose parts may print none
        self._above: list[tuple[str, list[Decimal]]] = []  # rows that a total below may add up
        self._unnamed: list[tuple[str, list[Decimal]]] = []  # rows below a title, by their units, likewise
        self._titled: tuple[str, ...] = ()  # what that title names
        self._unit_of_parts: str | None = None  # of the last row that says it is a part: 其中：地表水

    # --- titles and groups ---

    def set_unit(self, unit: str | None) -> None:
        """Let rows of every group, below every title, be in ``unit``, if it is one."""
        if unit:
            self.unit = self._unit_of_table = self._unit_of_header = unit

    def open_group(self, header: Line, above: Line | None = None) -> None:
        """Let the title of the labels' column say what the rows are about: 员工构成 人数 占比.

        It may begin in the line ``above``: 每名雇员完成受训的平均时, 数 单位 2022年.
        """
        title = header._replace(text=self._name_of_rows(header, above), may_be_heading=True)
        self.open(title)
        self._title, self._is_told = title.text, False
        self._is_of_one_training = self._names_one_training(title)
        self.set_unit(unit_in_label(title.text, self._document.catalogue))
        self.group_line = header if self.group.metrics else None
        self._subject = self.group.metrics

    def opens_group(self, header: Line, above: Line | None = None) -> bool:
        """Say whether the title of the labels' column says what the rows are about."""
        name, matcher = self._name_of_rows(header, above), self._document.matcher
        return bool(matcher.subjects(name)) or matcher.heading(name) is not None

    def names_subject(self, header: Line) -> bool:
        """Say whether a header opens with what all rows are of: 雇员人数（人） 2023年 2022年."""
        subjects = self._document.matcher.subjects
        return bool(self._subject) and subjects(self._name_of_rows(header)) == self._subject

    def _name_of_rows(self, header: Line, above: Line | None = None) -> str:
        subjects = self._document.matcher.subjects
        words = without_code(header.text.strip()).split()
        unit = next((at for at, word in enumerate(words) if is_unit_title(fold(word))), 1)
        named = next((word for word in words[:unit] if subjects(word)), words[0])  # 指标 流失比率 单位 2022年
        name = _RAISED.sub("", named)
        whole = without_code(above.text.strip()) + name if above and _touches(above, header) else ""
        unmarked = _MARK.sub("", name)
        return next((form for form in (name, unmarked, whole) if form and subjects(form)), unmarked)

    def open_title(self, above: Sequence[Line]) -> None:
        """Let the last line above the header say what the rows are about: 员工流失率, then 类别 2023年.

        It may begin in the line before: 受训雇员百, 分比. Else a table's caption among these lines does.
        """
        if not above:
            return
        line = above[-1]
        is_whole = len(above) < 2 or bool(self._document.matcher.subjects(line.text.strip()))
        if not is_whole and _touches(above[-2], line):
            whole = above[-2].text.rstrip() + line.text.strip()
            if self._document.matcher.subjects(self._title_of(whole, line)):
                line = line._replace(text=whole, folded=fold(whole))
        self._is_of_one_training = self._is_of_one_training or self._names_one_training(line)
        whole = self._title_of(line.text, line).rpartition("。")[2]  # …。员工构成如下：
        for title in dict.fromkeys((whole, _CHAPTER.sub("", whole))):  # 社会绩效——员工构成
            if self._opens_with(title, line):
                return
        if metrics := self._of_code(line):
            self.group, self.group_line, self._title, self._subject = Group(metrics), line, whole, metrics
            return
        used = self._document.used  # by another table, whose caption it would be
        near = itertools.takewhile(lambda each: each.number not in used, reversed(above[:-1]))
        caption = next((each for each in near if _TABLE.match(each.text)), None)
        if caption:  # 表5：员工人数及流失率, then what the header's own lines print
            self._opens_with(self._title_of(caption.text, caption), caption)

    def _opens_with(self, title: str, line: Line) -> bool:
        """Let a title, which ``line`` prints, say what the rows are about; return whether it does."""
        subjects = self._document.matcher.subjects
        heading = self._document.matcher.heading(_REMARK.sub("", title)) if line.may_be_heading else None
        if heading and heading.metrics:
            self.group, self.group_line = Group(heading.metrics, heading.breakdown), line
            self._subject = heading.metrics
        elif metrics := subjects(title) or subjects(AND.split(title)[0]):
            self.group, self.group_line, self._title = Group(metrics), line, title
            self._subject = metrics
        else:
            return False
        own = unit_in_label(title, self._document.catalogue)
        self.unit = self._unit_of_table = own or self._unit_of_header
        return True

    def _title_of(self, text: str, line: Line) -> str:
        """Return a title without its code, its number, its date and its mark."""
        title = _DATE.sub("", _TABLE.sub("", AS_OF.sub("", without_code(text.strip()))))
        return self._document.without_mark(_RAISED.sub("", title), line)

    def _names_one_training(self, line: Line) -> bool:
        """Say whether a title names a training of one topic: its hours are not those of all training."""
        is_apart = is_title(line) and not self._form.is_row(line)
        return is_apart and self._document.catalogue.one_training.search(line.folded) is not None

    def _of_code(self, line: Line) -> tuple[str, ...]:
        """Return what the code of a short title's indicator is of: KPI B1.2 流失情况."""
        return self._document.matcher.metrics_of_code(line.folded) if is_title(line) else ()

    def heading(self, line: Line) -> tuple[Heading | None, str]:
        """Return the grouping that a line opens, maybe before a mark or a unit (按性别 人), and that unit."""
        if not line.may_be_heading:
            return None, ""
        read = self._document.matcher.heading
        unmarked = _RAISED.sub("", line.text.strip())  # …流失比率（%）3
        label, unit = self._form.label_and_unit(line)
        return (read(line.text) or read(unmarked), "") if not unit else (read(line.text) or read(label), unit)

    def open(self, line: Line) -> None:
        """Let a line without values open a group, or end the one before."""
        matcher = self._document.matcher
        heading, unit = self.heading(line)
        own = unit or unit_in_label(line.text.strip(), self._document.catalogue)
        if heading:
            around = self._subject if self._subject and self.group == UNKNOWN else self.group.metrics
            coded = matcher.metrics_of_code(line.folded)
            self.group = Group(heading.metrics or coded or around, heading.breakdown)
            if own or heading.metrics:  # 按性别 below 培训时数（小时） keeps its unit
                self.unit = own or self._unit_of_table
        elif line.may_be_heading and any(map(matcher.heading, line.text.split())):
            self.group = UNKNOWN  # titles of several charts side by side
        else:
            self.group = Group(matcher.subjects(line.text))
            self.unit = own or self._unit_of_table
        self.group_line, self._amount = line if heading else None, None
        self._unnamed, self._titled, self._unit_of_parts = [], self.group.metrics, None

    def open_breakdown(self, line: Line, label: str) -> str:
        """Let the title of a breakdown before its first member open it (性别 男性); return the member."""
        title, _, rest = label.partition(" ")
        heading = self._document.matcher.heading(title) if rest and line.may_be_heading else None
        if heading is None or heading.metrics or heading.breakdown is None:
            return label
        kinds = [{kind for kind, _ in members} for _, members in self._document.matcher.legend(rest)]
        if len(kinds) != 1 or heading.breakdown not in kinds[0]:
            return label
        self.open(line._replace(text=title, folded=fold(title)))
        self.group_line = line
        return rest.strip()

    def is_member(self, label: str) -> bool:
        """Say whether a label names a member of the breakdown that the group is in."""
        kinds = {kind for _, members in self._document.matcher.legend(label) for kind, _ in members}
        return self.group.breakdown in kinds

    def close(self) -> None:
        """Forget what the rows were about: what follows is of something else."""
        self.group, self._title, self._subject = UNKNOWN, "", ()
        self._unnamed, self._titled, self._unit_of_parts = [], (), None
        self._unnamed, self._titled, self._unit_of_parts = [], (), None

    # --- rows ---

    def record(
        self,
        row: Row,
        titles: Sequence[Title | None],
        *,
        pairing: str,
        certainty: str | None,
        covered: Sequence[Row] = (),
    ) -> None:
        """Record a row's values; ``titles`` are their columns, None where it isn't known which.

        ``covered`` are the rows that a merged cell is of; it is their sum.
        """
        document = self._document
        digits = [value for _, value, _ in row.values]
        whole = self._whole_of_rows(row)
        told: list[Mapping | None] = []  # in columns that name no metric of their own
        changes: list[tuple[Value, Line, Title]] = []  # on the year before
        for (line, text, start), title in zip(row.values, titles, strict=True):
            siblings = [other for other in digits if other is not text]
            value = document.cell(line, text, start, siblings, row.label, title.year if title else None)
            if value and title and title.part == GROWTH:
                changes.append((value, line, title))
            if value is None or (title and title.is_aside):
                continue
            meaning = self._meaning(row, value, title, whole)
            mapping = meaning.mapping
            if mapping is None and meaning.quantity is None and not self._is_told:
                continue  # 最佳雇主奖 1 2
            mapping = self._in_column(row, meaning, title)
            if covered and mapping:
                mapping = self._joined(mapping, covered)
            if mapping and self._is_of_one_training:
                is_of_part = document.catalogue.metrics[mapping.metric].topic in _TRAINED
                mapping = None if is_of_part else mapping
            if not (title and title.label):
                told.append(mapping)
            year = self._year(row, title)
            confidence = certainty if title else "ambiguous"
            if title and may_hold_mark(value.raw, document.marks_near(line), siblings):
                confidence = "ambiguous" if value.decimals == decimals_of(value.raw) else "likely"
            key = f"{row.group.metrics}|{row.group.breakdown}|{year}"
            how = "total" if meaning.is_sum else pairing
            self._keep(row, (value, line), mapping, meaning.unit, year, how, confidence, key)
        for value, line, title in changes:
            if told and told[0]:
                self._record_growth(row, value, line, title, told[0])
        document.used.update(each.number for each in row.lines)
        if told:
            self._follow(row, next((mapping for mapping in told if mapping), None), titles)

    def _record_growth(self, row: Row, value: Value, line: Line, title: Title, grown: Mapping) -> None:
        """Record the growth of a row's metric in the last of its years (``metric_changes.csv``).

        The amounts of the two years prove it, or rule it out.
        """
        document = self._document
        changes = [change for change, metric in document.catalogue.changes.items() if metric == grown.metric]
        unit, quantity = value.unit or title.unit, document.catalogue.units.parse(value.unit or title.unit)
        if grown.member or len(changes) != 1 or unit != "%" or value.number is None:
            return
        mapping = Mapping(changes[0], None, None, True)
        year = max((each.year for each in self._form.titles if each.year), default=document.year)
        amounts = {fact.year: fact for fact in document.facts([grown.metric]) if fact.member is None}
        change = document.fact(value.number, value.decimals or 0, quantity, mapping, year)
        before, now = amounts.get(year - 1), amounts.get(year)
        is_proven = growth(before, now, change) if before and now and change else None
        if is_proven is False:
            return
        how, confidence = ("ratio", "certain") if is_proven else ("header", "likely")
        self._keep(row, (value, line), mapping, unit, year, how, confidence)

    def _keep(
        self,
        row: Row,
        printed: tuple[Value, Line],
        mapping: Mapping | None,
        unit: str,
        year: int | None,
        pairing: str,
        confidence: str | None,
        set_key: str | None = None,
    ) -> None:
        """Record what a value, ``printed`` on a line, is in its row."""
        self._document.record(
            *printed,
            label=row.label,
            label_line=row.label_line.number,
            mapping=mapping,
            unit=unit,
            year=year,
            evidence=[*([row.group_line] if row.group_line else []), *row.lines],
            layout="table",
            pairing=pairing,
            confidence=confidence,
            set_key=set_key,
        )

    def _names_member(self, label: str) -> bool:
        """Say whether a label names a member and nothing else: 男性, 其中：男性."""
        matcher = self._document.matcher
        return bool(matcher.legend(label) or matcher.legend(matcher.bare(label)))

    def _year(self, row: Row, title: Title | None) -> int | None:
        if title is None:
            return None
        is_of_year = bool(title.label) or PERIOD_LABEL.match(fold(row.label)) is not None
        return title.year or (single_year(fold(row.label)) if is_of_year else None) or self._document.year

    def _follow(self, row: Row, mapping: Mapping | None, titles: Sequence[Title | None]) -> None:
        """Let a row say what those below it are of: the parts of a total, the rest of a breakdown."""
        document = self._document
        is_whole = mapping is not None and mapping.member is None
        if _PART.match(fold(row.label)):
            self._unit_of_parts = row.unit
        if not _INTENSITY.match(fold(row.label)):
            self._amount = mapping.metric if mapping and is_whole else ""
        subjects = () if mapping else document.matcher.subjects(row.label)
        if named := tuple(each for each in subjects if not document.catalogue.needs_member(each)):
            self.group, self._subject = Group(named), named  # in no unit of theirs: the next table began
        if mapping is None or mapping.member or TOTAL.match(fold(row.label)):
            self._above = []
        else:
            self._above.append((mapping.metric, [number_of(text) for _, text, _ in row.values]))
        is_member = self._names_member(row.label)
        if mapping is None:
            numbers = [number_of(text) for _, text, _ in row.values]
            self._unnamed.append((row.unit, numbers))
            is_sibling = row.group.breakdown and document.matcher.members_named(row.label)  # 兼职及实习
            if not is_member and not is_sibling:
                self.group, self.group_line = Group(self._subject) if self._subject else UNKNOWN, None
            return
        self._titled = ()  # a row below the title has a name: a total of the others is not all
        self._breakdown_above = mapping.breakdown
        if is_whole:
            own = unit_in_label(row.label, document.catalogue)
            self._unit_of_whole = row.unit or own or ""
            if own or row.unit != self.unit:  # 供应商总数（家） below 平均培训时数（小时）, 男, 女
                self.unit = self._unit_of_table
        if is_whole and mapping.metric in document.catalogue.parts:
            placed = zip(row.values, titles, strict=True)
            self.totals = {title.year: number_of(text) for (_, text, _), title in placed if title}
            self.group, self.group_line = Group((mapping.metric,)), None
        elif is_whole and document.catalogue.metrics[mapping.metric].breakdowns:
            self.group, self.group_line = Group((mapping.metric,)), None
        elif mapping.member and not is_member:
            self.group, self.group_line = Group((mapping.metric,), mapping.breakdown), None

    def _meaning(self, row: Row, value: Value, title: Title | None, whole: Mapping | None) -> _Meaning:
        """Return what a row's label and unit say of a value; ``whole``: what the rows above add up to."""
        document = self._document
        unit = (title.unit if title else "") or row.unit
        quantity = document.catalogue.units.parse(document.unit_of(value, unit, row.label))
        mapping = self._of_label(row, value, unit, quantity, title)
        if mapping and not (mapping.exact or mapping.member) and row.unit == self._unit_of_parts:
            mapping = None  # 市政供水 below 其中：地表水 is about a part, not the whole
        if mapping is None and not unit and self._names_member(row.label):
            unit = self._unit_of_whole  # 员工流失率（%） 21.0, and below it 男 21.5
            quantity = document.catalogue.units.parse(unit)
            mapping = self._of_label(row, value, unit, quantity, title)
        is_sum = mapping is None and whole is not None and document.matcher.agrees(whole.metric, quantity)
        return _Meaning(whole if is_sum else mapping, unit, quantity, is_sum)

    def _in_column(self, row: Row, meaning: _Meaning, title: Title | None) -> Mapping | None:
        """Return what a value is in the column of ``title``, which may be a member's."""
        mapping, matcher = meaning.mapping, self._document.matcher
        if mapping and _REST.match(row.label) and not row.group.breakdown:
            is_told = mapping.breakdown == self._breakdown_above  # 其他 of what
            mapping = mapping if is_told else None
        if title is None or not title.member:
            return mapping
        if mapping and (mapping.breakdown, mapping.member) == (title.breakdown, title.member):
            return mapping
        return matcher.of_member(mapping, meaning.quantity, title.breakdown, title.member)

    def _of_label(
        self, row: Row, value: Value, unit: str, quantity: Quantity | None, title: Title | None
    ) -> Mapping | None:
        """Return what a row's label means: by itself, in its group, or as the rest of the table's title."""
        document, label = self._document, fold(row.label)
        is_period = PERIOD_LABEL.match(label) is not None
        if title and title.label:
            return self._of_metric_column(row, value, unit, title.label, is_period)
        if title and title.part:
            return self._of_part(row, value, unit, title.part)
        if title and not title.year and self._title and is_period:
            return document.mapping(value, unit, self._title, Group())  # 员工流失率, 男 女, 2022年 21.4 18.0
        if title and not title.year and _BARE.match(label):
            return self._of_member_column(title, quantity)
        if mapping := document.mapping(value, unit, row.label, row.group):
            return mapping
        if mapping := self._behind_category(row, value, unit):
            return mapping
        is_intensity = quantity is not None and _INTENSITY.match(label) is not None
        if is_intensity and (mapping := self._intensity(row.group, quantity)):
            return mapping
        is_total = TOTAL.match(label) is not None
        if not self._title or (quantity is None and not is_total):
            return None
        matcher = document.matcher
        wholes = [self._title] if is_total else joined(matcher.bare(self._title), _BASIS.sub("", label))
        found = (matcher.match_exactly(whole, quantity) for whole in wholes)
        return next((mapping for mapping in found if mapping), None)

    def _of_part(self, row: Row, value: Value, unit: str, part: str) -> Mapping | None:
        """Return what a row says in a column of what is new (新增), or of all that there is (累计)."""
        is_new = part == "新增"
        labels = [f"{part}{row.label}", f"{row.label}{part}", *([] if is_new else [row.label])]
        for label in labels:
            mapping = self._document.mapping(value, unit, label, Group())
            if mapping and (self._document.catalogue.metrics[mapping.metric].basis == "duration") == is_new:
                return mapping
        return None

    def _of_metric_column(
        self, row: Row, value: Value, unit: str, name: str, is_period: bool
    ) -> Mapping | None:
        """Return what a member, a total or a year says below a metric: 受训雇员百分比, before it 男性."""
        document = self._document
        if is_period or TOTAL.match(fold(row.label)):
            return document.mapping(value, unit, name, Group())
        metrics = document.matcher.subjects(name)
        named = {part for each in metrics for part in (each, *document.catalogue.parts.get(each, ()))}
        mapping = document.mapping(value, unit, row.label, Group(metrics))
        return mapping if mapping and mapping.metric in named else None

    def _behind_category(self, row: Row, value: Value, unit: str) -> Mapping | None:
        """Return what a label means behind its category, 水资源 用水总量, or beside 总计 or a description."""
        words = row.label.split(maxsplit=1)
        if len(words) < 2 or self._document.catalogue.one_training.search(fold(row.label)):
            return None  # 反贪污 培训时长 is not of all training
        for word, other in (words, words[::-1]):
            if TOTAL.match(fold(word)):  # 员工总数 总计, 整体 员工流失率
                mapping = self._document.mapping(value, unit, other, row.group)
                topic = self._document.catalogue.metrics[mapping.metric].topic if mapping else ""
                return None if topic not in _OF_STAFF and _STAFF.search(word) else mapping  # 全体员工 满意度
        if row.has_description:  # 危险废物 委托有资质单位处置
            return self._document.mapping(value, unit, words[0], row.group)
        if not (row.has_category or opens_with_code(row.label_line)):
            return None
        mapping = self._document.mapping(value, unit, words[1], row.group)
        is_told = mapping and (row.has_category or self._is_category(words[0], words[1], mapping))
        return mapping if is_told else None

    def _is_category(self, category: str, label: str, mapping: Mapping) -> bool:
        """Say whether a word before a label limits nothing: 客户投诉 接获投诉数目, but 海外 培训时长."""
        metrics = self._document.catalogue.metrics
        topics = {metrics[each].topic for each in self._document.matcher.subjects(category)}
        return label.startswith(category) or metrics[mapping.metric].topic in topics

    def _of_member_column(self, title: Title, quantity: Quantity | None) -> Mapping | None:
        """Return what a bare row says of a member's column: 按地区划分的供应商, 华东 总计, 数量 702 1,284."""
        catalogue, matcher = self._document.catalogue, self._document.matcher
        of_group = [part for each in self.group.metrics for part in (each, *catalogue.parts.get(each, ()))]
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

    def _whole_of_rows(self, row: Row) -> Mapping | None:
        """Return what a total without a name is of: 合计 below 专利 and 商标, which it is the sum of."""
        if not TOTAL.match(fold(row.label)):
            return None
        if not self._above:
            return self._titled_sum(row)
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

    def _titled_sum(self, row: Row) -> Mapping | None:
        """Return what a total is of where it is the sum of all rows since the title: 危险废物, 合计.

        A subtotal (小计) may be followed by more.
        """
        catalogue = self._document.catalogue
        quantity = catalogue.units.parse(row.unit)
        titled = () if self._titled == UNKNOWN.metrics else self._titled
        metrics = [
            metric
            for metric in titled
            if not catalogue.needs_member(metric) and self._document.matcher.agrees(metric, quantity)
        ]
        numbers = [number_of(text) for _, text, _ in row.values]
        rows = [each for unit, each in self._unnamed if unit == row.unit and len(each) == len(numbers)]
        if len(metrics) != 1 or len(rows) < _FEWEST_PARTS or len(rows) < len(self._unnamed):
            return None
        is_sum = [sum(column) for column in zip(*rows, strict=True)] == numbers and all(numbers)
        return Mapping(metrics[0], None, None, True) if is_sum else None

    def _joined(self, mapping: Mapping, covered: Sequence[Row]) -> Mapping | None:
        members = [
            self._document.matcher.match(row.label, self._document.catalogue.units.parse(row.unit), row.group)
            for row in covered
        ]
        if any(each is None or each.metric != mapping.metric or each.member is None for each in members):
            return None
        return mapping._replace(member="+".join(each.member for each in members if each and each.member))


def _touches(above: Line, line: Line) -> bool:
    """Say whether a title may go on in a line: right below, and both short."""
    return line.number - above.number == 1 and is_title(above) and is_title(line)
