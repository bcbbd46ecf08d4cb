"""KPI cards: a label and its value that stand next to one another, each in a line or box of its own.

A value is paired with the label before it only where nothing else could own it: labels and values must
alternate. Runs of labels followed by runs of values are torn tables or charts and are not read here.
"""

import dataclasses
import functools
import itertools
import re
from collections.abc import Iterator, Sequence

from pipelines.extraction.document import Document, Line, counted_by, single_year, unit_in_label
from pipelines.extraction.labels import TOTAL, Group, Mapping, joined, limit_of
from pipelines.extraction.legends import titles_of
from pipelines.extraction.nodes import (
    LONGEST_LABEL,
    PERIOD_LABEL,
    Node,
    are_glued,
    are_near,
    clean_label,
    holds_number,
    is_chinese,
    is_count_and_share,
    is_list_item,
    years_in,
)
from pipelines.extraction.numbers import Value
from pipelines.extraction.table_headers import is_code
from pipelines.text import fold
from pipelines.units import Quantity

_VALUES = re.compile(r"\s*\d[\d,.]*\S{0,3}(?:\s|$)")
_STROKE = re.compile(r"\s*[/╱]\s*")
_FEWEST_IN_ROW = 2
_FEWEST_MEMBERS = 2  # with their total more
_LONGEST_PAGE = 3  # digits of a page number
_MOST_SIBLINGS = 40  # members, and years, above their title
_MOST_ROWS = 40  # lines of values, or labels, that follow one another
_FARTHEST = 4  # lines between a label and its value: blank lines stand between the boxes of a page
_MEMBER_REACH = 8  # lines from a title to its first member
_PERIOD_REACH = 14
_TITLE_REACH = 30


def read_cards(document: Document, nodes: Sequence[Node]) -> None:
    """Read every KPI card among ``nodes`` and record its datapoints."""
    reader = _Reader(document, nodes)
    for position, node in enumerate(nodes):
        reader.take(position, node)


def _columns(text: str) -> list[str]:
    """Part a line at its wide gaps, or else at every blank."""
    parts = re.split(r"\s{2,}", text.strip())
    return parts if len(parts) > 1 else text.split()


def _quantity(document: Document, value: Value, label: str = "") -> Quantity | None:
    return document.catalogue.units.parse(counted_by(value.unit, label))


def _with_units(values: Sequence[Value], units: Sequence[str]) -> list[Value]:
    """Give the units to the values that print none, if they are as many."""
    left = iter(units)
    if sum(not value.unit for value in values) != len(units):
        return list(values)
    return [value if value.unit else value._replace(unit=next(left)) for value in values]


def _rows_of_years(nodes: Sequence[Node]) -> Iterator[int]:
    """Yield the places of lines of values right beside an axis of as many years: a chart's."""
    for place, (upper, lower) in enumerate(itertools.pairwise(nodes)):
        if {upper.kind, lower.kind} == {"values", "period"} and are_near(upper, lower, _FARTHEST):
            row, axis = (upper, lower) if upper.kind == "values" else (lower, upper)
            if len(row.values) == len(years_in(axis)):
                yield place + (row is lower)


def _is_of_one_word(node: Node) -> bool:
    """Say whether a piece is a label of one word: among lines of several it titles the next of them."""
    return node.kind == "label" and len(node.lines) == 1 and len(_columns(node.lines[0].text)) == 1


def _upside_down(runs: Sequence[tuple[str, list[int]]]) -> list[tuple[str, list[int]]]:
    return [(kind, sizes[::-1]) for kind, sizes in reversed(runs)]


def _alternate(runs: Sequence[tuple[str, list[int]]]) -> bool:
    """Say whether every run of lines of values is followed by labels of the same sizes; titles may end it."""
    kinds = [kind for kind, _ in runs]
    if kinds[:1] == ["label"]:
        return _alternate(runs[1:])
    if len(runs) % 2 or not runs:
        return False
    pairs = [(values, labels) for (_, values), (_, labels) in itertools.pairwise(runs)][::2]
    values, labels = pairs[-1]
    title = labels[len(values) : len(values) + 1]
    is_last = labels[: len(values)] == values and title != values[-1:]
    return is_last and all(values == labels for values, labels in pairs[:-1])


@dataclasses.dataclass(frozen=True)
class _Run:
    """A run of cards from node ``first`` to ``last``, and how many labels mean something on either side.

    ``before_as_usual`` and ``after_as_usual``: how many of them in the unit that their metric is stored in.
    """

    first: int
    last: int
    before: int
    after: int
    before_as_usual: int
    after_as_usual: int

    @property
    def fits_either_way(self) -> bool:
        """Whether every value but one at an end means something with the label on either side."""
        return min(self.before, self.after) >= max(1, (self.last - self.first + 1) // 2 - 1)

    @property
    def is_closed(self) -> bool:
        """Whether one side leaves no label and no value over, and all of several mean something there."""
        pairs, rest = divmod(self.last - self.first + 1, 2)
        return rest == 0 and pairs > _FEWEST_IN_ROW and max(self.before, self.after) == pairs


def _may_be_page_number(value: Value, label: Node, mapping: Mapping | None) -> bool:
    """Say whether a lone number could be a page's: small, whole, without a unit that is printed or asked."""
    is_small = re.fullmatch(r"\d{1,3}", value.raw) is not None
    asks = label.lines[-1].folded.rstrip().endswith((":", ")"))
    return is_small and not value.unit and (value.raw.startswith("0") or not asks or mapping is None)


class _Reader:
    """Walks the nodes of a report; headings open groups that end with the next label that is no member."""

    def __init__(self, document: Document, nodes: Sequence[Node]) -> None:
        self._document = document
        self._nodes = nodes
        self._runs: dict[int, _Run] = {}
        self._sides: dict[int, int | None] = {}  # of the labels of lines of values
        self._rows_of_years = set(_rows_of_years(nodes))
        self._group = Group()
        self._heading: Node | None = None
        self._unit = ""  # that the heading gives its members: 员工年龄结构（%）
        self._period: tuple[int, int] | None = None  # year, line
        self._is_stray = False  # whether a value was left over since: the year may be a chart's
        self._title: Node | None = None  # the last label that no value was paired with
        self._paired: Node | None = None  # the last label that one was
        self._titled = False  # whether titles of several charts stand above: members are theirs

    def take(self, position: int, node: Node) -> None:
        if node.is_apart:
            self._period = None
            if not self._goes_on(position):
                self._group, self._heading = Group(), None
        if node.kind == "period":
            year = single_year(node.lines[0].folded)
            follows = (
                position > 0 and self._nodes[position - 1].kind == "period"
            )  # a column: 加入年份, 2019, 2022
            self._period, self._is_stray = (year, node.last) if year else None, follows
        elif node.kind == "other":
            self._group, self._heading, self._period, self._titled = Group(), None, None, False
        elif node.kind == "heading":
            self._open(node)
        elif node.kind == "label":
            may_be_titles = node.may_be_heading and not self._titled
            self._titled = self._titled or (may_be_titles and len(titles_of(self._document, node)) > 1)
            following = self._nodes[position + 1] if position + 1 < len(self._nodes) else None
            if following is None or following.kind != "value":
                self._title = node
            if following is not None and following.kind in ("value", "values"):
                self._leave_group(node)
        elif node.kind == "statement":
            self._statement(position, node)
        elif node.kind == "statements":
            self._statements(position, node)
        elif node.kind == "value":
            self._pair(position, node)
            self._is_stray = self._is_stray or node.first not in self._document.used
        elif node.kind == "values":
            self._pair_row(position, node)

    def _leave_group(self, node: Node) -> None:
        """Let the name of another metric end a group: 新员工, and below its tiles 员工流失率 with a chart."""
        subjects = self._document.matcher.subjects(node.label) if self._group.metrics else ()
        if subjects and not set(subjects) & set(self._group.metrics):
            self._group, self._heading = Group(subjects), node

    def _goes_on(self, position: int) -> bool:
        """Say whether a group goes on behind a sentence: right below its title, or between its members."""
        if self._heading is None or self._heading.kind != "heading":
            return False
        before, node = self._nodes[position - 1], self._nodes[position]
        is_member = self._document.matcher.legend
        goes_on = before is self._heading or bool(is_member(before.label))
        return goes_on and bool(is_member(node.label)) and not self._title_follows(position, node.label)

    def _open(self, node: Node) -> None:
        heading = self._document.matcher.heading(node.label)
        if heading:
            self._group = Group(heading.metrics or self._group.metrics, heading.breakdown)
            self._heading = node
            self._unit = unit_in_label(node.label, self._document.catalogue) or ""

    def _year(self, line: Line, label: str) -> int:
        named = single_year(fold(label))
        if named:
            return named
        if self._period and line.number - self._period[1] <= _PERIOD_REACH:
            return self._period[0]
        return self._document.year

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

    def _statement(self, position: int, node: Node) -> None:
        """Record ``女性董事比例 20%``: catalogued, or alone in its box with a unit of its own."""
        if (self._titled and self._document.matcher.legend(node.label)) or (
            not self._group.metrics and self._title_follows(position, node.label)
        ):
            return
        if PERIOD_LABEL.match(fold(node.label)):
            self._statement_of_year(node)
            return
        value = node.values[0]
        if self._is_mark(node):
            return
        is_member = not value.unit and self._heading and self._document.matcher.legend(node.label)
        unit = self._unit if is_member else ""
        if unit:
            mapping = self._document.mapping(value, unit, node.label, self._group)
        else:
            quantity = _quantity(self._document, value)
            mapping = self._possible(value, self._document.matcher.match(node.label, quantity, self._group))
        in_words = not any(map(str.isdigit, value.raw))
        plain = (
            not (value.unit or unit) and value.raw.isdigit() and not re.search("[:：]", node.lines[-1].text)
        )
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
        if title is None or year is None or node.first - title.last > _PERIOD_REACH:
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
        matcher, group = self._document.matcher, self._group
        for label, value in zip(labels, node.values, strict=True):
            title, _, member = label.replace("：", ":").rpartition(":")
            heading = matcher.heading(title)
            if is_titled := heading is not None and bool(heading.metrics):  # 按性别划分的流失率：男性 13%
                group = Group(heading.metrics, heading.breakdown)
            words = member if is_titled else label
            mapping = matcher.match(words, _quantity(self._document, value), group)
            if mapping and (mapping.member or mapping.metric in self._document.catalogue.parts):
                group = Group((mapping.metric,), mapping.breakdown)  # 受训时数 高级管理层 40 普通员工 32
            mappings.append(self._possible(value, mapping))
        if not any(mappings) and not self._stands_alone(node):
            return
        following = self._nodes[position + 1] if position + 1 < len(self._nodes) else None
        repeats = (
            following is not None
            and following.kind == "values"
            and [value.number for value in following.values] == [value.number for value in node.values]
        )
        for i, (label, mapping) in enumerate(zip(labels, mappings, strict=True)):
            self._record_value(node.values[i], line, label, line.number, [line], mapping, "adjacent")
            if repeats and following is not None:
                below = following.lines[0]
                self._record_value(
                    following.values[i], below, label, line.number, [line, below], mapping, "repeated"
                )

    def _count_and_share(self, node: Node, line: Line) -> bool:
        """Record ``30岁以下：300人（24.3%）``: a member's count with its share, below their heading."""
        if not is_count_and_share(line.folded, node.values):
            return False
        label = clean_label(line.text[: node.values[0].start])
        mappings, group = [], self._group
        for value in node.values:
            mapping = self._document.matcher.match(label, _quantity(self._document, value), group)
            mappings.append(self._possible(value, mapping))
            if mapping and mapping.member and not group.metrics:
                group = Group((mapping.metric,), mapping.breakdown)
        if not any(mapping and mapping.member for mapping in mappings):
            return False
        lines = [*(self._heading.lines if self._heading else ()), line]
        for value, mapping in zip(node.values, mappings, strict=True):
            self._record_value(value, line, label, line.number, lines, mapping, "adjacent")
        return True

    def _pair(self, position: int, node: Node) -> None:
        """Pair a value with the label beside it, where the two stand alone together."""
        step = self._direction(position)
        beside = self._beside(position, step)
        if beside is None or beside.kind not in ("label", "heading"):
            return
        if len(self._document.matcher.legend(" ".join(line.text for line in beside.lines))) > 1:
            return
        if not node.values[0].unit and self._has_stray_unit(position, step):
            return
        if self._is_in_rows(position):
            return
        label, mapping = self._label(beside, node.values[0])
        touching = self._touches(position, step) and not self._touches(position, -step)
        if (beside.kind == "heading" and mapping is None) or self._is_column(position):
            return
        if not touching and _may_be_page_number(node.values[0], beside, mapping):
            return
        if step < 0 and self._is_of_index(position, node.values[0]):
            return
        beyond = self._beside(position + step, step)
        if (
            not node.values[0].unit
            and beyond
            and beyond.kind == "other"
            and _VALUES.match(beyond.lines[0].folded)
        ):
            return  # the label has values of its own, of which a line makes no sense
        # Two values and a label may be a tile and what another lost; three are a row of a torn table.
        others = self._values_beyond(position, -step)
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
            self._group, self._heading = Group(), None
        elif mapping.member is None:
            self._paired = beside
            self._group = (
                Group((mapping.metric,), None)
                if mapping.metric in self._document.catalogue.parts
                else Group()
            )
            self._heading = beside
        run = self._run(position)
        either_way = not touching and run.fits_either_way
        if either_way and not run.is_closed and step < 0 and mapping and self._prints_labels_below:
            return  # the run says one thing, the other runs of the report another
        is_contested = not touching and (
            either_way or self._is_boxed(position, -step) or self._is_boxed(position + 2 * step, -step)
        )  # the box of the value, or of the label, says another than the run
        self._record(node, beside, label, mapping, "likely" if is_contested else None)

    def _is_in_rows(self, position: int) -> bool:
        """Say whether labels have as many bare values each: rows of a table, 专利, 36, 152, 商标, 21, 118."""
        first, last = self._end_of("value", position, -1), self._end_of("value", position, 1)
        size = last - first + 1
        if size < _FEWEST_IN_ROW or any(self._nodes[at].values[0].unit for at in range(first, last + 1)):
            return False
        return any(self._row_beyond(edge, step) == size for edge, step in ((first, -1), (last, 1)))

    def _row_beyond(self, edge: int, step: int) -> int:
        """Return how many values follow one another beyond the label on one side of a row."""
        label = self._beside(edge, step)
        value = self._beside(edge + step, step) if label and label.kind == "label" else None
        if value is None or value.kind != "value":
            return 0
        return abs(self._end_of("value", edge + 2 * step, step) - (edge + 2 * step)) + 1

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

    def _pair_row(self, position: int, node: Node) -> None:
        """Pair the values of a line with as many labels on the line above or below it, one below the other.

        A label that is known must mean something in its value's unit, and one must be known; where the lines
        on both sides fit, nothing is told. Of several lines of values with as many lines of labels, each has
        its own; there, and where a blank line parts the two, every label must mean something.
        """
        if self._pair_members(position, node) or (self._group.breakdown and self._are_members(position)):
            return
        if position in self._rows_of_years:
            return
        if self._period and self._is_stray and self._period[0] != self._document.year:
            return
        fitting = []
        first, last = self._end_of("values", position, -1), self._end_of("values", position, 1)
        rows = [at for at in range(first, last + 1) if not all(v.unit for v in self._nodes[at].values)]
        units_above = self._layer_of_units(first, -1)
        is_above = [len(self._nodes[at].values) for at in range(first, last + 1)] == list(
            map(len, units_above)
        )
        layer = self._layer_of_units(last, 1) or (units_above if is_above else [])
        if layer and len(layer) not in (len(rows), last + 1 - first):
            return  # some are missing, or other words stand between
        of_rows = rows if len(layer) == len(rows) else list(range(first, last + 1))
        units = layer[of_rows.index(position)] if layer and position in of_rows else []
        values = _with_units(node.values, units)
        told = self._side_of_labels(position)
        for edge, step in ((first, -1), (last, 1)):
            lines = self._label_lines(edge, step)
            above = last - position if step < 0 else position - first  # labels between
            if above >= len(lines) or told not in (None, step):
                continue
            line = lines[-1 - above] if step < 0 else lines[above]
            words = _columns(line.text)
            has_unit = any(map(self._document.catalogue.units.parse, words))  # 员工总数 人: a row's label
            if len(words) == len(values) == len(set(words)) and not has_unit:
                mappings = [self._exactly(value, word) for value, word in zip(values, words, strict=True)]
                known = [mapping for mapping in mappings if mapping]
                is_told = (
                    self._fit(words, mappings, values)
                    if self._touches(position, step)
                    else (all(mappings) or (told and self._fit(words, mappings, values)))
                    and self._stand_alone(first, last)
                )
                is_told = is_told and not (
                    are_glued(values, node.lines[0].text) and self._may_change_places(values, words)
                )
                limits = [
                    limit_of(word, self._document.catalogue.metrics[mapping.metric].topic)
                    for word, mapping in zip(words, mappings, strict=True)
                    if mapping
                ]
                meanings = set(zip(known, limits, strict=True))
                if known and len(meanings) == len(known) and is_told:
                    fitting.append((line, words, mappings))
        if len(fitting) != 1:
            return
        ((line, words, mappings),) = fitting
        lines = sorted((line, node.lines[0]), key=lambda each: each.number)
        for value, word, mapping in zip(values, words, mappings, strict=True):
            if mapping or value.unit:
                self._document.record(
                    value, node.lines[0], label=word, label_line=line.number, mapping=mapping, unit="",
                    year=self._year(node.lines[0], word), evidence=lines, layout="card", pairing="order",
                    confidence="likely",
                )  # fmt: skip

    def _side_of_labels(self, position: int) -> int | None:
        """Return -1 where lines of labels stand before as many lines of as many values each, 1 where after.

        Only one of the two can hold, over all lines that follow one another; titles may stand at the ends.
        """
        if position in self._sides:
            return self._sides[position]
        first = last = position
        while (before := self._beside(first, -1)) and before.kind in ("label", "values", "unit"):
            if first - 1 in self._rows_of_years or _is_of_one_word(before):
                break
            first -= 1
        while (after := self._beside(last, 1)) and after.kind in ("label", "values", "unit"):
            if last + 1 in self._rows_of_years or _is_of_one_word(after):
                break
            last += 1
        sizes = [
            (node.kind, len(node.values) or len(_columns(line.text)))
            for node in self._nodes[first : last + 1]
            for line in node.lines
            if node.values or not self._units_in(line)
        ]
        runs = [
            (kind, [size for _, size in run])
            for kind, run in itertools.groupby(sizes, key=lambda each: each[0])
        ]
        sides = [side for side, ordered in ((1, runs), (-1, _upside_down(runs))) if _alternate(ordered)]
        side = sides[0] if len(sides) == 1 else None
        self._sides.update(dict.fromkeys(range(first, last + 1), side))
        return side

    def _are_members(self, position: int) -> bool:
        """Say whether the words above or below the values of a line are members of the group."""
        beside = [self._beside(position, step) for step in (-1, 1)]
        labels = [each for each in beside if each and each.kind == "label"]
        found = [
            kind
            for each in labels
            for word in _columns(each.label)
            for _, members in self._document.matcher.legend(word)
            for kind, _ in members
        ]
        return not labels or self._group.breakdown in found

    def _pair_members(self, position: int, node: Node) -> bool:
        """Pair the values of a line with the members in the line above, and the total that they prove.

        They add up to it, or it is a mean of theirs: 供应商总数 华南 华北, or 男 女 合计 in the group that a
        title opens, or 整体 男性 女性 below 员工流失率.
        """
        above, matcher = self._beside(position, -1), self._document.matcher
        words = _columns(above.lines[-1].text) if above and above.kind == "label" else []
        numbers = [value.number or 0 for value in node.values]
        if above is None or not len(words) == len(numbers) > _FEWEST_MEMBERS:
            return False
        wholes = [place for place, word in enumerate(words) if not matcher.legend(word)]
        if wholes not in ([0], [len(words) - 1]):
            return False
        whole, total = words[wholes[0]], numbers[wholes[0]]
        parts = [number for place, number in enumerate(numbers) if place not in wholes]
        is_bare = TOTAL.match(fold(whole)) is not None
        is_sum = sum(parts) == total
        if is_sum:
            group = self._group if is_bare else Group(matcher.subjects(whole))
        elif is_bare and min(parts) <= total <= max(parts):
            group = Group(self._means_above(position, above))
        else:
            return False
        unit = (self._unit if is_bare else unit_in_label(whole, self._document.catalogue)) or ""
        values = [value._replace(unit=value.unit or unit) for value in node.values]
        mappings = [
            self._possible(value, matcher.match(word, _quantity(self._document, value, word), group))
            for value, word in zip(values, words, strict=True)
        ]
        if not all(mappings):
            return False
        lines = [*(self._heading.lines if self._heading and is_bare else ()), above.lines[-1], node.lines[0]]
        for value, word, mapping in zip(values, words, mappings, strict=True):
            if mapping:
                self._document.record(
                    value, node.lines[0], label=word, label_line=above.last, mapping=mapping, unit="",
                    year=self._year(node.lines[0], word), evidence=lines, layout="table",
                    pairing="total" if is_sum else "order", confidence=None if is_sum else "likely",
                    set_key=f"{above.last}",
                )  # fmt: skip
        return True

    def _means_above(self, position: int, words: Node) -> tuple[str, ...]:
        """Return the metrics of means (``metric_means.csv``) that the line above the members names."""
        beyond = self._beside(position - 1, -1)
        lines = words.lines[:-1] or (beyond.lines if beyond and beyond.kind == "label" else ())
        found = self._document.matcher.subjects(lines[-1].text.strip()) if lines else ()
        return found if found and set(found) <= set(self._document.catalogue.means) else ()

    def _stand_alone(self, first: int, last: int) -> bool:
        """Say whether no other label stands beside lines of values: 专利, 186件 342项, 软件著作权 商标."""
        beside = [self._beside(first, -1), self._beside(last, 1)]
        known = [
            each
            for each in beside
            if each and each.kind == "label" and self._document.matcher.is_known(clean_label(each.label))
        ]
        return not known

    def _may_change_places(self, values: Sequence[Value], words: Sequence[str]) -> bool:
        """Say whether two values could have one another's label."""
        return any(
            self._exactly(value, other_word) and self._exactly(other, word)
            for (value, word), (other, other_word) in itertools.combinations(
                zip(values, words, strict=True), 2
            )
        )

    def _end_of(self, kind: str, position: int, step: int) -> int:
        """Return the place of the last of the pieces of one ``kind`` in a run, which has so many at most."""
        for _ in range(_MOST_ROWS):
            other = self._beside(position, step)
            if other is None or other.kind != kind or position + step in self._rows_of_years:
                break
            position += step
        return position

    def _label_lines(self, position: int, step: int) -> list[Line]:
        """Return the lines of the labels on one side of the piece at ``position``, without those of units."""
        lines: list[Line] = []
        for _ in range(_MOST_ROWS):
            beside = self._beside(position, step)
            if beside is None or beside.kind not in ("label", "unit"):
                break
            named = [line for line in beside.lines if not self._units_in(line)]
            lines = [*lines, *named] if step > 0 else [*named, *lines]
            position += step
        return lines

    def _layer_of_units(self, place: int, step: int) -> list[list[str]]:
        """Return the units of lines of their own beside lines of values, or behind the labels there."""
        layer: list[list[str]] = []
        for _ in range(_MOST_ROWS):
            beside = self._beside(place, step)
            if beside is None or beside.kind not in ("label", "unit"):
                break
            units = [units for line in beside.lines if (units := self._units_in(line))]
            layer = [*layer, *units] if step > 0 else [*units, *layer]
            place += step
        return layer

    def _units_in(self, line: Line) -> list[str]:
        """Return the units that a line holds and nothing else; none where it holds other words."""
        units = _STROKE.sub("/", line.text).split()
        return units if all(map(self._document.catalogue.units.parse, units)) else []

    def _exactly(self, value: Value, label: str) -> Mapping | None:
        match = self._document.matcher.match_exactly
        return self._possible(value, match(label, _quantity(self._document, value, label)))

    def _fit(self, words: Sequence[str], mappings: Sequence[Mapping | None], values: Sequence[Value]) -> bool:
        """Say whether no label that means nothing here means something in another unit."""
        document = self._document
        return not any(
            mapping is None
            and document.matcher.is_known(word)
            and not document.is_measured_otherwise(word, _quantity(document, value))
            for word, mapping, value in zip(words, mappings, values, strict=True)
        )

    def _is_column(self, position: int) -> bool:
        """Say whether years close the columns of a table: 1,572, below it 2023, 1,095, below it 2024."""
        kinds = [node.kind for node in self._nodes[position : position + 4]]
        return kinds == ["value", "period", "value", "period"]

    def _values_beyond(self, position: int, step: int) -> list[Value]:
        """Return the values that follow one another on one side of the one at ``position``."""
        values: list[Value] = []
        while (other := self._beside(position, step)) and other.kind in ("value", "values"):
            if other.kind == "values" and other.is_on(self._document.used):
                break  # those of a row that has labels of its own
            values += other.values
            position += step
        return values

    def _beside(self, position: int, step: int) -> Node | None:
        """Return the piece ``step`` places from ``position``, None where it is too far away."""
        if not 0 <= position + step < len(self._nodes):
            return None
        node, other = self._nodes[position], self._nodes[position + step]
        gap = other.first - node.last if step > 0 else node.first - other.last
        is_near = gap <= _FARTHEST and other.lines[0].page == node.lines[0].page
        return other if is_near else None

    def _direction(self, position: int) -> int:
        """Return -1 where the label of the value at ``position`` stands before it, 1 where after.

        The side on which more labels of the run mean something in the printed units decides; else the one on
        which more values are in the unit of their metric; else the run's ends (value ... label: values come
        first); else the side that shares the value's box, or another value's of the run.
        """
        run = self._run(position)
        if run.before != run.after:
            return 1 if run.after > run.before else -1
        if run.before_as_usual != run.after_as_usual:
            return 1 if run.after_as_usual > run.before_as_usual else -1
        ends = self._nodes[run.first].kind, self._nodes[run.last].kind
        if ends[0] != ends[1]:
            return -1 if ends[0] == "label" else 1
        values = [at for at in range(run.first, run.last + 1) if self._nodes[at].kind == "value"]
        for places in ([position], values):
            touching = {step for at in places for step in (-1, 1) if self._touches(at, step)}
            if len(touching) == 1:
                return touching.pop()
        return -1

    def _run(self, position: int) -> "_Run":
        """Return the run of alternating labels and values around ``position``."""
        if position not in self._runs:
            run = self._run_around(position)
            self._runs.update(dict.fromkeys(range(run.first, run.last + 1), run))
        return self._runs[position]

    def _run_around(self, position: int) -> "_Run":
        first = last = position
        while self._run_goes_on(first, -1):
            first -= 1
        while self._run_goes_on(last, 1):
            last += 1
        if self._is_title_of_prose(last):
            last -= 1
        values = [at for at in range(first, last + 1) if self._nodes[at].kind == "value"]
        found = [[self._mapping_beside(at, step) for at in values] for step in (-1, 1)]
        before, after = (sum(mapping is not None for mapping in mappings) for mappings in found)
        usual = [
            sum(itertools.starmap(self._is_usual, zip(values, mappings, strict=True))) for mappings in found
        ]
        return _Run(first, last, before, after, *usual)

    def _is_title_of_prose(self, position: int) -> bool:
        """Say whether a label that the catalogue does not know stands right above a sentence."""
        node, below = self._nodes[position], self._beside(position, 1)
        if node.kind != "label" or not self._document.is_printed(node.last + 1):
            return False
        touches = below is not None and below.first == node.last + 1  # else a sentence was left out
        is_title = below is None or not touches or below.kind == "other"
        return is_title and not self._document.matcher.is_known(clean_label(node.label))

    @functools.cached_property
    def _prints_labels_below(self) -> bool:
        """Whether more runs of the report can only have their labels below their values than above."""
        below = above = position = 0
        while position < len(self._nodes):
            if self._nodes[position].kind == "value":
                run = self._run_around(position)
                below += not run.fits_either_way and run.after > run.before
                above += not run.fits_either_way and run.before > run.after
                position = run.last
            position += 1
        return below > above

    def _run_goes_on(self, position: int, step: int) -> bool:
        """Say whether labels and values go on in turn, with no sentence between."""
        other = self._beside(position, step)
        later = self._nodes[position] if step < 0 else other
        kind = "label" if self._nodes[position].kind == "value" else "value"
        return other is not None and other.kind == kind and not (later and later.is_apart)

    def _touches(self, position: int, step: int) -> bool:
        """Say whether a label stands in the line directly before or after the value."""
        node, beside = self._nodes[position], self._beside(position, step)
        return (
            beside is not None
            and beside.kind == "label"
            and (beside.first - node.last if step > 0 else node.first - beside.last) == 1
        )

    def _is_boxed(self, position: int, step: int) -> bool:
        """Say whether a value shares its box with a label on one side that means something for it."""
        is_value = 0 <= position < len(self._nodes) and self._nodes[position].kind == "value"
        return is_value and self._touches(position, step) and self._means(position, step)

    def _means(self, position: int, step: int) -> bool:
        return self._mapping_beside(position, step) is not None

    def _mapping_beside(self, position: int, step: int) -> Mapping | None:
        """Return what the label on one side of a value means for it."""
        beside = self._beside(position, step)
        if beside is None or beside.kind != "label":
            return None
        value = self._nodes[position].values[0]
        label = clean_label(beside.label)
        mapping = self._document.matcher.match(label, _quantity(self._document, value, label), self._group)
        return self._possible(value, mapping)

    def _is_usual(self, position: int, mapping: Mapping | None) -> bool:
        """Say whether a value is printed in the unit of its metric, not in one that is taken for it."""
        quantity = _quantity(self._document, self._nodes[position].values[0])
        if mapping is None or quantity is None:
            return False
        return self._document.catalogue.metrics[mapping.metric].unit.partition("_per_")[0] == quantity.base

    def _possible(self, value: Value, mapping: Mapping | None) -> Mapping | None:
        return mapping if mapping and self._document.is_possible(value, value.unit, mapping) else None

    def _label(self, before: Node, value: Value) -> tuple[str, Mapping | None]:
        """Return the label with its mapping: the whole box, or the last line of it where only that maps."""
        label, mapping = self._meaning(before, value)
        return label, self._possible(value, mapping)

    def _meaning(self, before: Node, value: Value) -> tuple[str, Mapping | None]:
        match, exactly = self._document.matcher.match, self._document.matcher.match_exactly
        whole = clean_label(before.label)
        quantity = _quantity(self._document, value, whole)
        if mapping := match(whole, quantity, self._group):
            return whole, mapping
        for count in range(len(before.lines) - 1, 0, -1):
            label = "".join(line.text.strip() for line in before.lines[-count:])
            label = clean_label(label)
            if mapping := exactly(label, quantity, self._group):
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
        other = self._beside(position, step) or self._over_the_page(position, step)
        if other is None or other.kind not in ("value", "values"):
            return False
        return bool(other.values[0].unit) == bool(node.values[0].unit) or not node.values[0].unit

    def _over_the_page(self, position: int, step: int) -> Node | None:
        """Return the piece that goes before or after, where a page ends between the two."""
        if not 0 <= position + step < len(self._nodes):
            return None
        other = self._nodes[position + step]
        page, other_page = self._nodes[position].lines[0].page, other.lines[0].page
        return other if page is not None and other_page == page + step else None

    def _label_has_rival(self, position: int, node: Node, step: int, mapping: Mapping | None) -> bool:
        """Say whether the label beyond the label could own the value as well (a torn column of labels)."""
        beyond = self._beside(position + step, step)
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
        named = {part for metric in self._group.metrics for part in (metric, *parts.get(metric, ()))}
        is_of_group = mapping is not None and mapping.member is not None and mapping.metric in named
        if self._heading and is_of_group and self._heading.lines[0] not in lines:
            lines = [*self._heading.lines, *lines]
        self._record_value(
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

    def _record_value(
        self,
        value: Value,
        line: Line,
        label: str,
        label_line: int,
        evidence: list[Line],
        mapping: Mapping | None,
        pairing: str,
        confidence: str | None = None,
        unit: str = "",
    ) -> None:
        year = self._year(line, label)
        if year > self._document.year:
            return  # 2026年客户满意度达到 97%: a target
        opened = self._heading.first if self._heading else 0
        of_nothing = not self._group.metrics and self._document.matcher.legend(
            label
        )  # 男性员工: of all staff?
        self._document.record(
            value, line, label=label, label_line=label_line, mapping=mapping, unit=unit,
            year=year, evidence=evidence, layout="card", pairing=pairing,
            confidence="likely" if mapping and of_nothing else confidence if mapping else None,
            set_key=f"{opened}|{self._group.breakdown}",
        )  # fmt: skip
