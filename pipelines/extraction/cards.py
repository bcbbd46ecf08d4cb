"""KPI cards: a label and its value that stand next to one another, each in a line or box of its own.

A value is paired with the label before it only where nothing else could own it: labels and values must
alternate. Runs of labels followed by runs of values are torn tables or charts and are not read here.
"""

import itertools
import re
from collections.abc import Sequence

from pipelines.extraction.card_context import CardContext, quantity_of
from pipelines.extraction.card_rows import CardRows
from pipelines.extraction.card_runs import Runs
from pipelines.extraction.document import Document, Line, Undecided, single_year
from pipelines.extraction.labels import Group, Mapping, joined
from pipelines.extraction.legends import titles_of
from pipelines.extraction.nodes import (
    LONGEST_LABEL,
    PERIOD_LABEL,
    Node,
    clean_label,
    holds_number,
    is_chinese,
    is_count_and_share,
    is_list_item,
)
from pipelines.extraction.numbers import Value
from pipelines.extraction.places import Places
from pipelines.extraction.table_headers import is_code, opens_with_code
from pipelines.text import fold

_VALUES = re.compile(r"\s*\d[\d,.]*\S{0,3}(?:\s|$)")
_FEWEST_IN_ROW = 2
_LONGEST_PAGE = 3  # digits of a page number
_MOST_SIBLINGS = 40  # members, and years, above their title
_MEMBER_REACH = 8  # lines from a title to its first member
_YEAR_REACH = 14  # lines from a title to the years below it
_TITLE_REACH = 30


def read_cards(document: Document, nodes: Sequence[Node]) -> None:
    """Read every KPI card among ``nodes`` and record its datapoints."""
    reader = _Reader(document, nodes)
    for position, node in enumerate(nodes):
        reader.take(position, node)


class _Reader:
    """Walks the nodes of a report; headings open groups that end with the next label that is no member."""

    def __init__(self, document: Document, nodes: Sequence[Node]) -> None:
        self._document = document
        self._nodes = nodes
        self._context, self._places = CardContext(document), Places(nodes)
        self._runs, self._rows = Runs(self._context, self._places), CardRows(self._context, self._places)
        self._title: Node | None = None  # the last label that no value was paired with
        self._paired: Node | None = None  # the last label that one was
        self._titled = False  # whether titles of several charts stand above: members are theirs

    def take(self, position: int, node: Node) -> None:
        """Record what a piece says, or let it say what the next are about."""
        context = self._context
        if node.is_apart:
            context.close_year()
            if not self._goes_on(position):
                context.close()
        if node.kind == "period":
            is_column = position > 0 and self._nodes[position - 1].kind == "period"
            context.open_year(node, is_column=is_column)
        elif node.kind == "other":
            context.close()
            context.close_year()
            self._titled = False
        elif node.kind == "heading":
            context.open(node)
        elif node.kind == "label":
            self._take_label(position, node)
        elif node.kind == "statement":
            self._statement(position, node)
        elif node.kind == "statements":
            self._statements(position, node)
        elif node.kind == "value":
            self._pair(position, node)
            if node.first not in self._document.used:
                context.pass_over()
        elif node.kind == "values":
            self._rows.pair(position, node)

    def _take_label(self, position: int, node: Node) -> None:
        may_be_titles = node.may_be_heading and not self._titled
        self._titled = self._titled or (may_be_titles and len(titles_of(self._document, node)) > 1)
        following = self._nodes[position + 1] if position + 1 < len(self._nodes) else None
        if following is None or following.kind != "value":
            self._title = node
        if following is not None and following.kind in ("value", "values"):
            self._leave_group(node)

    def _leave_group(self, node: Node) -> None:
        """Let the name of another metric end a group: 新员工, and below its tiles 员工流失率 with a chart."""
        subjects = self._document.matcher.subjects(node.label) if self._context.group.metrics else ()
        if subjects and not set(subjects) & set(self._context.group.metrics):
            self._context.group, self._context.heading = Group(subjects), node

    def _goes_on(self, position: int) -> bool:
        """Say whether a group goes on behind a sentence: right below its title, or between its members."""
        if self._context.heading is None or self._context.heading.kind != "heading":
            return False
        before, node = self._nodes[position - 1], self._nodes[position]
        is_member = self._document.matcher.legend
        goes_on = before is self._context.heading or bool(is_member(before.label))
        return goes_on and bool(is_member(node.label)) and not self._title_follows(position, node.label)

    def _title_follows(self, position: int, label: str) -> bool:
        """Say whether a member's title stands below it and its siblings, with none of its own below that."""
        kinds = {kind for _, members in self._document.matcher.legend(label) for kind, _ in members}
        near = self._nodes[position : position + _MOST_SIBLINGS]
        below = itertools.dropwhile(lambda node: node.kind in ("statement", "period"), near)
        title, following = next(below, None), next(below, None)
        heading = self._document.matcher.heading(title.label) if title and title.kind == "heading" else None
        if heading is None or heading.breakdown not in kinds:
            return False
        if title is None or following is None or title.lines[-1].page != following.lines[0].page:
            return True
        is_below = following.first - title.last <= _MEMBER_REACH
        after = self._document.matcher.legend(following.label) if is_below else []
        return not any(kind == heading.breakdown for _, members in after for kind, _ in members)

    # --- a label and its value in one line ---

    def _statement(self, position: int, node: Node) -> None:
        """Record ``女性董事比例 20%``: catalogued, or alone in its box with a unit of its own."""
        if (self._titled and self._document.matcher.legend(node.label)) or (
            not self._context.group.metrics and self._title_follows(position, node.label)
        ):
            return
        if PERIOD_LABEL.match(fold(node.label)):
            self._statement_of_year(node)
            return
        value = node.values[0]
        if self._is_mark(node):
            return
        is_member = not value.unit and self._context.heading and self._document.matcher.legend(node.label)
        unit = self._context.unit if is_member else ""
        if unit:
            mapping = self._document.mapping(value, unit, node.label, self._context.group)
        else:
            quantity = quantity_of(self._document, value)
            mapping = self._context.possible(
                value, self._document.matcher.match(node.label, quantity, self._context.group)
            )
        in_words = not any(map(str.isdigit, value.raw))
        is_bare = not (value.unit or unit) and not re.search("[:：]", node.lines[-1].text)
        plain = is_bare and (value.raw.isdigit() or opens_with_code(node.lines[0]))  # B2.2 因工伤损失日数 6.2
        has_form = value.unit or in_words
        stands_alone = self._stands_alone(node) and has_form and 2 <= len(node.label) <= 25
        if (mapping and not plain) or (stands_alone and not holds_number(node.label)):
            self._record(node, node, node.label, mapping, unit=unit)

    def _is_mark(self, node: Node) -> bool:
        """Say whether a digit that touches its label is the mark of a footnote: 直接排放2 吨."""
        line, value = node.value_line, node.values[0]
        touches = (
            value.start > 0
            and not line.text[value.start - 1].isspace()
            and line.text[value.start - 1] not in ":："
        )
        is_apart = line.text[value.start + len(value.raw) :][:1].isspace()
        return touches and is_apart and value.raw in self._document.marks_near(line)

    def _statement_of_year(self, node: Node) -> None:
        """Record ``2022年 1,100`` below the title 员工总数（人）."""
        title, value, year = self._title, node.values[0], single_year(fold(node.label))
        if title is None or year is None or node.first - title.last > _YEAR_REACH:
            return
        if mapping := self._document.mapping(value, "", clean_label(title.label), Group()):
            self._document.record(
                value, node.value_line, label=clean_label(title.label), label_line=title.first,
                mapping=mapping, unit="", year=year, evidence=[*title.lines, *node.lines], layout="card",
                pairing="header",
            )  # fmt: skip

    def _statements(self, position: int, node: Node) -> None:
        """Record ``供應商 299 家 新增供應商 45 家``, and a line below that repeats just its values."""
        line = node.lines[0]
        if self._count_and_share(node, line):
            return
        labels, previous = [], 0
        for value in node.values:
            labels.append(clean_label(line.text[previous : value.start]))
            previous = value.end
        if line.folded[previous:].strip() or not all(is_chinese(label) for label in labels):
            return
        mappings: list[Mapping | None] = []
        matcher, group = self._document.matcher, self._context.group
        for label, value in zip(labels, node.values, strict=True):
            title, _, member = label.replace("：", ":").rpartition(":")
            heading = matcher.heading(title)
            if is_titled := heading is not None and bool(heading.metrics):  # 按性别划分的流失率：男性 13%
                group = Group(heading.metrics, heading.breakdown)
            words = member if is_titled else label
            mapping = matcher.match(words, quantity_of(self._document, value), group)
            if mapping and (mapping.member or mapping.metric in self._document.catalogue.parts):
                group = Group((mapping.metric,), mapping.breakdown)  # 受训时数 高级管理层 40 普通员工 32
            mappings.append(self._context.possible(value, mapping))
        if not any(mappings) and not self._stands_alone(node):
            return
        following = self._nodes[position + 1] if position + 1 < len(self._nodes) else None
        repeats = (
            following is not None
            and following.kind == "values"
            and [value.number for value in following.values] == [value.number for value in node.values]
        )
        for i, (label, mapping) in enumerate(zip(labels, mappings, strict=True)):
            self._context.record(node.values[i], line, label, line.number, [line], mapping, "adjacent")
            if repeats and following is not None:
                below = following.lines[0]
                self._context.record(
                    following.values[i], below, label, line.number, [line, below], mapping, "repeated"
                )

    def _count_and_share(self, node: Node, line: Line) -> bool:
        """Record ``30岁以下：300人（24.3%）``: a member's count with its share, below their heading."""
        if not is_count_and_share(line.folded, node.values):
            return False
        label = clean_label(line.text[: node.values[0].start])
        mappings, group = [], self._context.group
        for value in node.values:
            mapping = self._document.matcher.match(label, quantity_of(self._document, value), group)
            mappings.append(self._context.possible(value, mapping))
            if mapping and mapping.member and not group.metrics:
                group = Group((mapping.metric,), mapping.breakdown)
        if not any(mapping and mapping.member for mapping in mappings):
            return False
        lines = [*(self._context.heading.lines if self._context.heading else ()), line]
        for value, mapping in zip(node.values, mappings, strict=True):
            self._context.record(value, line, label, line.number, lines, mapping, "adjacent")
        return True

    # --- a value beside its label ---

    def _pair(self, position: int, node: Node) -> None:
        """Pair a value with the label beside it, where the two stand alone together."""
        step = self._runs.direction(position)
        beside = self._places.beside(position, step) if step else None
        if beside is None or beside.kind not in ("label", "heading"):
            return
        words = " ".join(line.text for line in beside.lines)
        if len(self._document.matcher.legend(words)) > 1 or len(titles_of(self._document, beside)) > 1:
            return
        if not node.values[0].unit and self._has_stray_unit(position, step):
            return
        if self._is_in_rows(position):
            return
        label, mapping = self._label(beside, node.values[0])
        touching = self._places.touches(position, step) and not self._places.touches(position, -step)
        if (beside.kind == "heading" and mapping is None) or self._is_column(position):
            return
        if not touching and _may_be_page_number(node.values[0], beside, mapping):
            return
        if step < 0 and self._is_of_index(position, node.values[0]):
            return
        beyond = self._places.beside(position + step, step)
        if (
            not node.values[0].unit
            and beyond
            and beyond.kind == "other"
            and _VALUES.match(beyond.lines[0].folded)
        ):
            return  # the label has values of its own, of which a line makes no sense
        # Two values and a label may be a tile and what another lost; three are a row of a torn table.
        others = self._places.values_beyond(position, -step, self._document.used)
        in_row = self._rivals(position, node, -step) and (len(others) > 1 or not touching)
        in_turn = len(others) > 2 and bool(others[1].unit) == bool(node.values[0].unit)  # shares and counts
        in_row = in_row or (in_turn and not touching)
        if in_row or (not touching and self._label_has_rival(position, node, step, mapping)):
            return
        value = node.values[0]
        if mapping is None:
            unmapped_is_real = value.unit and 2 <= len(label) <= LONGEST_LABEL and not holds_number(label)
            if not unmapped_is_real or self._member_of_nothing(label):
                return
            if self._document.matcher.legend(label):  # 50岁以上: of what, a chart's title may tell
                self._leave(node, beside, label)
                return
            if not self._is_among_members(position, step):
                self._context.close()
        elif mapping.member is None:
            self._paired = beside
            self._context.group = (
                Group((mapping.metric,), None)
                if mapping.metric in self._document.catalogue.parts
                else Group()
            )
            self._context.heading = beside
        run = self._runs.around(position)
        either_way = not touching and run.fits_either_way
        if either_way and not run.is_closed and step < 0 and mapping and self._runs.usual_side > 0:
            return  # the run says one thing, the other runs of the report another
        is_contested = not touching and (
            either_way
            or run.is_close
            or self._runs.is_boxed(position, -step)
            or self._runs.is_boxed(position + 2 * step, -step)
        )  # the box of the value, or of the label, says another than the run
        self._record(node, beside, label, mapping, "likely" if is_contested else None)

    def _is_in_rows(self, position: int) -> bool:
        """Say whether labels have as many bare values each: rows of a table, 专利, 36, 152, 商标, 21, 118."""
        first, last = self._places.end_of("value", position, -1), self._places.end_of("value", position, 1)
        size = last - first + 1
        if size < _FEWEST_IN_ROW or any(self._nodes[at].values[0].unit for at in range(first, last + 1)):
            return False
        return any(self._row_beyond(edge, step) == size for edge, step in ((first, -1), (last, 1)))

    def _row_beyond(self, edge: int, step: int) -> int:
        """Return how many values follow one another beyond the label on one side of a row."""
        label = self._places.beside(edge, step)
        value = self._places.beside(edge + step, step) if label and label.kind == "label" else None
        if value is None or value.kind != "value":
            return 0
        return abs(self._places.end_of("value", edge + 2 * step, step) - (edge + 2 * step)) + 1

    def _is_of_index(self, position: int, value: Value) -> bool:
        """Say whether a number is the page in an index of standards: B2.2, 因工伤损失工作日数, 10."""
        coded = self._nodes[position - 2].lines[-1] if position > 1 else None
        is_page = not value.unit and value.raw.isdecimal() and len(value.raw) <= _LONGEST_PAGE
        return is_page and coded is not None and coded.has_digit and is_code(coded.folded)

    def _has_stray_unit(self, position: int, step: int) -> bool:
        """Say whether a unit stands beyond the label of a value that prints none: 万人, 注册用户, 4,218."""
        label, beyond = position + step, position + 2 * step
        if not 0 <= beyond < len(self._nodes) or self._nodes[beyond].kind != "unit":
            return False
        first, second = sorted((label, beyond))
        return self._nodes[second].first == self._nodes[first].last + 1

    def _is_column(self, position: int) -> bool:
        """Say whether years close the columns of a table: 1,572, below it 2023, 1,095, below it 2024."""
        kinds = [node.kind for node in self._nodes[position : position + 4]]
        return kinds == ["value", "period", "value", "period"]

    def _label(self, before: Node, value: Value) -> tuple[str, Mapping | None]:
        """Return the label with its mapping: the whole box, or the last line of it where only that maps."""
        label, mapping = self._meaning(before, value)
        return label, self._context.possible(value, mapping)

    def _meaning(self, before: Node, value: Value) -> tuple[str, Mapping | None]:
        match, exactly = self._document.matcher.match, self._document.matcher.match_exactly
        whole = clean_label(before.label)
        quantity = quantity_of(self._document, value, whole)
        if mapping := match(whole, quantity, self._context.group):
            return whole, mapping
        for count in range(len(before.lines) - 1, 0, -1):
            label = "".join(line.text.strip() for line in before.lines[-count:])
            label = clean_label(label)
            if mapping := exactly(label, quantity, self._context.group):
                return label, mapping
        for title in self._titles(before):
            for form in joined(title, whole):
                if mapping := exactly(form, quantity):
                    return whole, mapping
        return whole, None

    def _titles(self, label: Node) -> list[str]:
        """Return what a label may be short for: 育儿假 above 申请率, 营业收入 above 同比增长."""
        return [
            node.label
            for node in (self._title, self._paired)
            if node is not None and 0 < label.first - node.last <= _TITLE_REACH
        ]

    def _rivals(self, position: int, node: Node, step: int) -> bool:
        """Say whether a value of the same form stands on the other side, which the label could own too."""
        other = self._places.beside(position, step) or self._places.over_the_page(position, step)
        if other is None or other.kind not in ("value", "values"):
            return False
        return bool(other.values[0].unit) == bool(node.values[0].unit) or not node.values[0].unit

    def _label_has_rival(self, position: int, node: Node, step: int, mapping: Mapping | None) -> bool:
        """Say whether the label beyond the label could own the value as well (a torn column of labels)."""
        beyond = self._places.beside(position + step, step)
        if beyond is None or beyond.kind != "label":
            return False
        _, other = self._label(beyond, node.values[0])
        if mapping is None:
            return other is not None
        return other is not None and (other.metric, other.member) != (mapping.metric, mapping.member)

    def _member_of_nothing(self, label: str) -> bool:
        """Say whether a label is a bare member (男, 本科): without its group it says nothing."""
        return any(
            form in self._document.catalogue.members for form in self._document.matcher.variants(label)
        )

    def _leave(self, node: Node, labelled: Node, label: str) -> None:
        """Leave a value and its label to what may say more of them."""
        lines = tuple(dict.fromkeys([*labelled.lines, *node.lines]))
        value, line = node.values[0], node.value_line
        year = self._context.year(line, label)
        if year <= self._document.year:
            self._document.undecided.append(
                Undecided(value, line, label, labelled.first, lines, value.unit, "card", (), year)
            )

    def _is_among_members(self, position: int, step: int) -> bool:
        """Say whether the next label of a run is a member of the open group: 研发, 运营与客服, 市场."""
        following = position + 2 + step
        if self._context.group.breakdown is None or not 0 <= following < len(self._nodes):
            return False
        legend = self._document.matcher.legend(clean_label(self._nodes[following].label))
        return any(kind == self._context.group.breakdown for _, members in legend for kind, _ in members)

    def _stands_alone(self, node: Node) -> bool:
        """Say whether the statement is no part of a sentence: alone in its box, or an item of a list."""
        if is_list_item(node.lines[0].folded):
            return True
        return not (self._document.is_printed(node.first - 1) or self._document.is_printed(node.last + 1))

    def _record(
        self,
        node: Node,
        labelled: Node,
        label: str,
        mapping: Mapping | None,
        confidence: str | None = None,
        unit: str = "",
    ) -> None:
        lines = list(dict.fromkeys([*labelled.lines, *node.lines]))
        parts = self._document.catalogue.parts
        named = {part for metric in self._context.group.metrics for part in (metric, *parts.get(metric, ()))}
        is_of_group = mapping is not None and mapping.member is not None and mapping.metric in named
        if self._context.heading and is_of_group and self._context.heading.lines[0] not in lines:
            lines = [*self._context.heading.lines, *lines]
        self._context.record(
            node.values[0],
            node.value_line,
            label,
            labelled.first,
            lines,
            mapping,
            "adjacent",
            confidence,
            unit,
        )


def _may_be_page_number(value: Value, label: Node, mapping: Mapping | None) -> bool:
    """Say whether a lone number could be a page's: small, whole, without a unit that is printed or asked."""
    is_small = re.fullmatch(r"\d{1,3}", value.raw) is not None
    asks = label.lines[-1].folded.rstrip().endswith((":", ")"))
    return is_small and not value.unit and (value.raw.startswith("0") or not asks or mapping is None)
