"""The pieces of a page: labels, values, headings, units and headers, each a line or a box of lines.

What a piece *is* is told by its form here; what belongs together is decided in ``cards`` and ``columns``.
"""

import dataclasses
import itertools
import re
from collections.abc import Sequence, Set

import polars as pl

from pipelines.extraction.document import YEAR, YEAR_MARK, Document, Line
from pipelines.extraction.headers import Title, header_titles
from pipelines.extraction.numbers import (
    LONGEST_NONE,
    NOT_APPLICABLE,
    NOT_DISCLOSED,
    Value,
    without_names,
)
from pipelines.text import BLANKS, fold, width

LONGEST_LABEL = 40
_LONGEST_UNIT = 12
_LONGEST_NOTE = 4  # letters of one without brackets
_PROSE = re.compile("[。！？；;]|[，,](?!\\d)|[《》]")
PERIOD_LABEL = re.compile(
    r"^(?:截至?至?\s*)?(?:(?:19|20)\d\d\s*年?(?:度|末|底)?(?:\s*\d{1,2}\s*月\s*\d{1,2}\s*日)?(?:数据|绩效|表现|实际)?"
    rf"\s*{YEAR_MARK}?|本?报告期(?:内|末)?|本年度?)\s*[,，:：]?$"
)
_MOST_LINES = 60  # of one box
_FEWEST_TITLES = 4  # words of a line that names the sections of a report
_OPENS_PERIOD = frozenset("截12本报")
PERIOD_AXIS = re.compile(r"^(?:(?:19|20)\d\d\s*年?\s*){2,}$")
_ENDS = " \u3000:：,，|｜"
_OPENS_NOTE = frozenset("(（[")
_SHARE_AT_END = r"\d[^\d,。;]{1,3},(?:占比?)?[^\d,。;]{0,2}\d[\d.]*%\)?$"
_BETWEEN_THEM = re.compile(r"\s*[()/,、|]?\s*(?:占比?)?:?\s*$")
_NOTE = re.compile(r"^(?:[(（\[][^一-鿿]*[)）\]]|大?约|超过?|近|逾|接近|高达|其中|共计|截至)$")
_AIMS = re.compile("目标|力争|计划|预计|预期|承诺")  # what is aimed at is no datapoint
_AMONG = re.compile("^其中[,，]")
_CHINESE = re.compile("[一-鿿]")
_ITEM = re.compile(
    r"^\s*(?:[•·▪●○◆■‧◇◦➢➤✓√–*-](?!\d)|[(（][\d一二三四五六七八九十]{1,2}[)）]|\d{1,2}[.、)）](?!\d))\s*"
)
_OPENS_ITEM = frozenset("•·▪●○◆■‧◇◦➢➤✓√–*-(（0123456789")
_NONE = "无不合规|无违规|未发生|没有发生"
_NO_CASE = re.compile(
    rf"^(?:\d{{3}}-\d{{1,2}}|[a-z]\d{{1,2}}(?:\.\d{{1,2}})?)?\s*/?\s*(?P<label>[^\d]*[^\d\s])\s+(?P<none>{_NONE})\s*$"
)
SENTENCE_LINE = re.compile(r"^[^。\t]{12,}。\s*$")
_COUNTED = re.compile("[一-鿿]{2,14}$")
_NUMBER_OF_LAYER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
_LAYERS = re.compile(
    rf"^\s*(?:(?P<before>[^\d\s]+(?:\s+[^\d\s]+)+)\s*)?(?P<numbers>{_NUMBER_OF_LAYER.pattern}"
    rf"(?:\s+{_NUMBER_OF_LAYER.pattern})+)(?(before)|\s*(?P<behind>[^\d\s]+(?:\s+[^\d\s]+)+))\s*$"
)
_UNIT_GIVEN = re.compile(r"\(?单位\s*:\s*(?P<unit>[^()]+)\)?")
_ARROWS = frozenset("↑↓▲▼△▽⬆⬇↗↘")
_CONTENTS = re.compile(r"(?:/|\.{2,}|…)\s*$")


@dataclasses.dataclass(eq=False, slots=True)  # frozen, it would take eight times as long to make
class Node:
    """One piece of a page.

    ``kind``: label · heading (按性别划分) · value · values (several on one line) · statement (a label with
    its value) · statements (several) · counted (a value with what it counts: 225场活动) · unit · header (of a
    table's value columns) · period · note (numbers in brackets, a lone qualifier) · other. ``lines`` are its
    lines, ``values`` and ``titles`` what they hold; ``is_apart``: whether a sentence stood right before it.

    ``first`` and ``last`` are the numbers of its first and last line, and ``may_be_heading`` and
    ``may_be_legend`` say what some line of it may hold: all pieces are asked again and again.
    """

    kind: str
    lines: tuple[Line, ...]
    values: tuple[Value, ...] = ()
    label: str = ""
    titles: tuple[Title, ...] = ()
    is_apart: bool = False
    first: int = dataclasses.field(init=False)
    last: int = dataclasses.field(init=False)
    may_be_heading: bool = dataclasses.field(init=False)
    may_be_legend: bool = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        first, last = self.lines[0], self.lines[-1]
        self.first, self.last = first.number, last.number
        self.may_be_heading, self.may_be_legend = first.may_be_heading, first.may_be_legend
        if first is not last:
            self.may_be_heading = any(line.may_be_heading for line in self.lines)
            self.may_be_legend = any(line.may_be_legend for line in self.lines)

    @property
    def value_line(self) -> Line:
        """The line that prints the (first) value; its unit or its label may stand in another."""
        start, raw = self.values[0].start, self.values[0].raw
        return next(line for line in reversed(self.lines) if line.text[start : start + len(raw)] == raw)

    def is_on(self, numbers: Set[int]) -> bool:
        """Say whether one of its lines is one of ``numbers``."""
        return self.first in numbers or (
            self.last != self.first and any(line.number in numbers for line in self.lines)
        )


def clean_label(text: str) -> str:
    """Return a label without the bullet or the number of an item before it and the colon after it."""
    return (_ITEM.sub("", text) if text.lstrip()[:1] in _OPENS_ITEM else text).strip(_ENDS)


def holds_number(label: str) -> bool:
    """Say whether a label holds digits that are no part of a name (2023年, 30岁以下)."""
    return re.search(r"\d", without_names(fold(label))) is not None


def is_list_item(folded: str) -> bool:
    """Say whether a line opens with a bullet or the number of an item: (1), 1、."""
    return _ITEM.match(folded) is not None


def is_count_and_share(folded: str, values: Sequence[Value]) -> bool:
    """Say whether a line holds a member's count and its share: 30岁以下:300人(24.3%)."""
    if len(values) != 2 or not is_chinese(folded[: values[0].start]) or folded[values[1].end :].strip(" )"):
        return False
    is_share = values[1].unit == "%" and values[0].unit not in ("", "%")
    return is_share and _BETWEEN_THEM.match(folded[values[0].end : values[1].start]) is not None


def is_chinese(label: str) -> bool:
    """Say whether a label holds a Chinese character."""
    return _CHINESE.search(label) is not None


def with_form(lines: pl.DataFrame) -> pl.DataFrame:
    """Add ``form`` to lines that have ``folded`` and what they may be: the kind of most, for all at once.

    It is ``other`` (prose, and rows of tables) or ``label`` where ``_node`` has nothing to decide, else null.
    """
    stripped = pl.col("folded").str.replace_all(rf"^[{BLANKS}]+|[{BLANKS}]+$", "")
    return lines.with_columns(form=stripped).with_columns(form=_plain_form(pl.col("form")))


def _plain_form(folded: pl.Expr) -> pl.Expr:
    length = folded.str.replace_all(rf"[{BLANKS}]{{2,}}", " ").str.len_chars()
    no_words = (_NOTE.pattern, NOT_DISCLOSED.pattern, NOT_APPLICABLE.pattern)
    is_worded = folded.str.contains("[一-鿿]") & ~folded.str.contains("|".join(no_words))
    is_marked = pl.any_horizontal("may_be_header", "may_be_heading", "may_be_unit")
    is_plain = is_worded & ~is_marked & ~folded.str.contains(f"^(?:截|本?报告期|本年)|^其中,|{_NONE}")
    return (
        pl.when(is_worded & (folded.str.contains("\t") | (length > 2 * LONGEST_LABEL)))
        .then(pl.lit("other"))
        .when(is_plain & folded.str.contains(r"[。;《》]|,(?:\D|$)") & ~folded.str.contains(_SHARE_AT_END))
        .then(pl.lit("other"))
        .when(is_plain & ~folded.str.contains(r"[\d,，。；！？;《》]") & (length <= LONGEST_LABEL))
        .then(pl.lit("label"))
    )


def read_nodes(document: Document) -> list[Node]:
    """Return the pieces of all lines that no table has used, in order."""
    nodes: list[Node] = []
    for line in document.lines:
        if line.number in document.used:
            nodes.append(Node("other", (line,)))
            continue
        node = _node(document, line)
        previous = nodes[-1] if nodes else None
        may_hold_unit = previous and previous.kind in ("other", "statement")
        if previous and may_hold_unit and (joined := _unit_goes_on(document, previous, line)):
            nodes[-1] = joined
        elif node.kind == "unit" and _is_unit_of_value(nodes, line):
            nodes[-1] = Node(
                "value", (*nodes[-1].lines, line), (nodes[-1].values[0]._replace(unit=line.text.strip()),)
            )
        elif previous and previous.kind == "label" and _goes_on(document, previous, node):
            nodes[-1] = Node(
                node.kind, (*previous.lines, *node.lines), node.values, previous.label + node.label
            )
        else:
            nodes.append(node)
    nodes = _with_units_below(document, _with_titles_parted(document, nodes))
    return _with_units_above(_with_units_given(document, nodes))


def _with_titles_parted(document: Document, nodes: Sequence[Node]) -> list[Node]:
    """Part a title from a line of values that goes on with it, where a line of as many labels is near.

    ``管治 22.2 100 0`` above ``女性董事占比 签署率 重大事件``.
    """
    pieces: list[Node] = []
    for before, node, after in zip([None, *nodes], nodes, [*nodes[1:], None], strict=False):
        pieces.append(node)
        if node.kind != "statements":
            continue
        line, start = node.lines[0], node.values[0].start
        title = line.text[:start].strip()
        rest = [value._replace(start=value.start - start, end=value.end - start) for value in node.values]
        beside = [each for each in (before, after) if each and each.kind == "label"]
        sizes = [len(each.lines[0].text.split()) for each in beside]
        is_title = len(title.split()) == 1 and not document.matcher.is_known(title)
        if is_title and len(rest) in sizes and _only_values(line.folded[start:], rest):
            pieces[-1:] = [Node("label", (line,), (), title), dataclasses.replace(node, kind="values")]
    return pieces


def _with_units_below(document: Document, nodes: Sequence[Node]) -> list[Node]:
    """Join titles side by side with the units in brackets below them: 营业收入 净利润, （亿元） （亿元）."""
    pieces: list[Node] = []
    for node in nodes:
        above = pieces[-1].lines if pieces and pieces[-1].kind == "label" else ()
        titles = above[-1].text.split() if above and node.kind == "label" and len(node.lines) == 1 else []
        units = node.lines[0].text.split() if len(titles) > 1 else []
        if not units or len(units) != len(titles) or not _are_bracketed_units(document, units):
            pieces.append(node)
            continue
        whole = " ".join(map("".join, zip(titles, units, strict=True)))
        joined = above[-1]._replace(text=whole, folded=fold(whole))
        words = "".join(line.text.strip() for line in above[:-1])
        pieces[-1:] = [Node("label", above[:-1], (), clean_label(words))] if words else []
        pieces.append(Node("label", (joined,), (), whole))
    return pieces


def _are_bracketed_units(document: Document, words: Sequence[str]) -> bool:
    """Say whether there are several words, each a unit in brackets: （亿元） （家）."""
    return len(words) > 1 and all(
        fold(word)[0] == "(" and fold(word)[-1] == ")" and document.catalogue.units.parse(word[1:-1])
        for word in words
    )


def _with_units_given(document: Document, nodes: Sequence[Node]) -> list[Node]:
    """Part a title from the unit between it and its values: 营业收入, 单位：亿元, 31.28."""
    pieces: list[Node] = []
    for node, after in itertools.zip_longest(nodes, nodes[1:]):
        if node.kind != "label" or after is None or after.kind != "value":
            pieces.append(node)
            continue
        *title, line = node.lines
        given = _UNIT_GIVEN.fullmatch(line.folded.strip())
        is_titled = bool(title) or (bool(pieces) and pieces[-1].kind == "label")
        if given is None or not is_titled or not document.catalogue.units.parse(given["unit"]):
            pieces.append(node)
            continue
        if title:
            words = "".join(each.text.strip() for each in title)
            pieces.append(dataclasses.replace(node, lines=tuple(title), label=clean_label(words)))
        unit = line._replace(text=given["unit"], folded=given["unit"])
        pieces.append(Node("unit", (unit,), (), given["unit"]))
    return pieces


def _with_units_above(nodes: Sequence[Node]) -> list[Node]:
    """Give a lone value the unit that stands between it and a label above: 内部讲师, 名, 224."""
    pieces: list[Node] = []
    for place, node in enumerate(nodes):
        kinds = [each.kind for each in pieces[-2:]]
        follows = nodes[place + 1].kind if place + 1 < len(nodes) else ""
        if (
            node.kind == "value"
            and not node.values[0].unit
            and kinds == ["label", "unit"]
            and follows not in ("value", "values", "unit")
            and pieces[-2].last + 2 == pieces[-1].last + 1 == node.first
        ):
            unit = pieces.pop()
            value = node.values[0]._replace(unit=unit.lines[0].text.strip())
            pieces.append(Node("value", (*unit.lines, *node.lines), (value,)))
        else:
            pieces.append(node)
    return pieces


def without_asides(nodes: Sequence[Node]) -> list[Node]:
    """Leave out sentences that fill one line: conversion prints them between the pieces of a chart."""
    pieces: list[Node] = []
    is_apart = False
    for node in nodes:
        line = node.lines[0]
        is_aside = (
            node.kind == "other" and "。" in line.folded and SENTENCE_LINE.match(line.folded) is not None
        )
        if not is_aside:
            pieces.append(dataclasses.replace(node, is_apart=True) if is_apart else node)
        is_apart = is_aside
    return pieces


def are_near(node: Node, following: Node, farthest: int) -> bool:
    """Say whether two pieces stand together: a few lines apart, or with just the end of a page between."""
    page, next_page = node.lines[-1].page, following.lines[0].page
    over_the_page = page is not None and next_page == page + 1
    return over_the_page or following.first - node.last <= farthest


def years_in(node: Node) -> list[int]:
    """Return the years that a period or an axis prints."""
    return [int(year) for year in YEAR.findall(node.lines[0].folded)]


def are_glued(values: Sequence[Value], text: str) -> bool:
    """Say whether values of a line touch one another: a converter glues what was drawn from right to left."""
    return any(not text[value.start - 1].isspace() for value in values[1:])


def _goes_on(document: Document, previous: Node, node: Node) -> bool:
    """Say whether a label is wrapped: its box goes on in the next line, which is no label of its own."""
    touching = node.first == previous.last + 1 and node.lines[0].page == previous.lines[-1].page
    if not touching or previous.label.endswith((":", "：")) or len(previous.lines) == _MOST_LINES:
        return False
    if node.kind == "statement":
        if PERIOD_LABEL.match(fold(node.label)):
            return False
        quantity = document.catalogue.units.parse(node.values[0].unit)
        own = document.matcher.match_exactly(node.label, quantity)
        return own is None or document.matcher.match(previous.label + node.label, quantity) is not None
    if node.kind != "label":
        return False
    return not (_names_several(document, previous.lines[-1]) or _names_several(document, node.lines[0]))


def _names_several(document: Document, line: Line) -> bool:
    """Say whether a line holds the members of a chart, or several titles: it is no part of a label."""
    words = line.text.split()
    if len(words) >= _FEWEST_TITLES and all(len(word) > 1 for word in words):
        return True
    if line.folded[:1] == "(" and _are_bracketed_units(document, words):
        return True
    if len(words) < 2 or not (line.may_be_legend or line.may_be_heading):
        return False
    matcher = document.matcher
    return len(matcher.legend(line.text)) > 1 or all(map(matcher.heading, words))


def _is_unit_of_value(nodes: Sequence[Node], line: Line) -> bool:
    """Say whether a unit on a line of its own is that of the lone value right above it: 14,608 and 人."""
    if not nodes or nodes[-1].kind != "value" or nodes[-1].values[0].unit:
        return False
    is_one_of_many = len(nodes) > 1 and nodes[-2].kind in ("value", "unit")
    touches = line.number == nodes[-1].last + 1 and line.page == nodes[-1].lines[0].page
    return touches and not is_one_of_many


def _unit_goes_on(document: Document, previous: Node, line: Line) -> Node | None:
    """Join ``排放密度: 0.74 吨二氧化碳/百`` and ``万人民币营收``: a unit that is wrapped within its line."""
    first = previous.lines[-1]
    touching = len(previous.lines) == 1 and line.number == first.number + 1 and "/" in first.folded
    if not touching or len(line.text.strip()) > _LONGEST_UNIT:
        return None
    values = document.values.within(first.folded, first.text)
    if len(values) != 1 or "\t" in first.text:
        return None
    label = clean_label(first.text[: values[0].start])
    number_end = values[0].start + len(values[0].raw)
    unit = first.text[number_end:].strip() + line.text.strip()
    if not is_chinese(label) or not document.catalogue.units.parse(unit):
        return None
    value = values[0]._replace(unit=unit)
    return Node("statement", (first, line), (value,), label)


def _node(document: Document, line: Line) -> Node:
    if line.form:
        return Node(line.form, (line,), (), clean_label(line.text) if line.form == "label" else "")
    folded, text = line.folded.strip(), line.text
    if (folded[:1] in _OPENS_NOTE or len(folded) <= _LONGEST_NOTE) and _NOTE.match(folded):
        return Node("note", (line,))
    if "\t" in text or width(folded) > 2 * LONGEST_LABEL:
        return Node("other", (line,))
    titles = header_titles(line.folded, document.catalogue) if line.may_be_header else None
    if titles is not None:
        return Node("header", (line,), titles=titles)
    if folded[:1] in _OPENS_PERIOD and (PERIOD_LABEL.match(folded) or PERIOD_AXIS.match(folded)):
        return Node("period", (line,))
    may_be_value = line.has_digit or len(folded) <= LONGEST_NONE
    if may_be_value and (value := document.values.whole(line.folded, text)):
        return Node("value" if value.status == "reported" else "other", (line,), (value,))
    if line.has_digit and (label := document.without_mark(text, line)) != text:
        bare = line._replace(text=label, folded=line.folded[: len(label)])
        return dataclasses.replace(_wordy(document, bare, bare.folded.strip()), lines=(line,))
    if none := _NO_CASE.match(line.folded):
        zero = document.values.zero(text, *none.span("none"))
        return Node("statement", (line,), (zero,), text[none.start("label") : none.end("label")])
    values = tuple(document.values.within(line.folded, text)) if line.has_digit else ()
    if not values:
        return _wordy(document, line, folded)
    if _only_values(line.folded, values):
        return Node("values", (line,), values)
    if layered := _in_layers(document, line):
        return Node("values", (line,), layered)
    if is_count_and_share(line.folded, values) and document.matcher.legend(text[: values[0].start]):
        return Node("statements", (line,), values)
    if _PROSE.search(folded) or _AIMS.search(folded):
        return Node("other", (line,))
    if len(values) > 1 and (item := _ITEM.match(line.folded)) and values[0].start < item.end():
        values = values[1:]  # 1. 员工总数345人
    values, ends = _without_changes(line.folded, values)
    if len(values) > 1:
        return Node("statements", (line,), values)
    label = clean_label(line.text[: values[0].start])
    ends_with_value = not line.folded[values[0].end : ends].strip()
    if (
        ends_with_value
        and _CHINESE.search(label)
        and len(label) <= LONGEST_LABEL
        and not _CONTENTS.search(label)
    ):
        return Node("statement", (line,), values, label)
    tail = clean_label(line.text[values[0].end :])
    opens_with_value = not _CHINESE.search(line.folded[: values[0].start])
    counts = (values[0].unit and _COUNTED.match(tail)) or document.matcher.legend(tail)
    if opens_with_value and counts:
        return Node("counted", (line,), values, tail)
    return (
        Node("label", (line,), (), line.text.strip())
        if line.may_be_heading and document.matcher.heading(text)
        else Node("other", (line,))
    )


def _without_changes(folded: str, values: tuple[Value, ...]) -> tuple[tuple[Value, ...], int]:
    """Leave out changes at the end of a line (用水量 900吨 ↓5.6%); return where what is left ends, too."""
    ends = len(folded)
    while len(values) > 1 and folded[: values[-1].start].rstrip()[-1:] in _ARROWS:
        ends = len(folded[: values[-1].start].rstrip()) - 1
        values = values[:-1]
    return values, ends


def _wordy(document: Document, line: Line, folded: str) -> Node:
    label = clean_label(line.text)
    if line.may_be_heading and document.matcher.heading(line.text):
        return Node("heading", (line,), (), label)
    if line.may_be_unit and document.catalogue.units.parse(line.text):
        return Node("unit", (line,), (), label)
    if _PROSE.search(_AMONG.sub("", folded)) or width(folded) > LONGEST_LABEL or not _CHINESE.search(folded):
        return Node("other", (line,))
    return Node("label", (line,), (), label)


def _in_layers(document: Document, line: Line) -> tuple[Value, ...]:
    """Return the values of a line that prints all numbers and then all units, or the other way round.

    Conversion glues the two: ``185.50 1,036 6,240万元 人 小时``, ``家 件2,964 93``, ``47.8% 347 960件 小时``.
    """
    found = _LAYERS.match(line.folded)
    if found is None:
        return ()
    units = (found["before"] or found["behind"]).split()
    numbers = list(_NUMBER_OF_LAYER.finditer(line.folded, *found.span("numbers")))
    bare = sum(not number[0].endswith("%") for number in numbers)
    if len(units) != bare or not all(map(document.catalogue.units.parse, units)):
        return ()
    read, left = document.values.whole, iter(units)
    values = [read(each[0], line.text[each.start() : each.end()], each.start()) for each in numbers]
    return tuple(value if value.unit else value._replace(unit=next(left)) for value in values if value)


def _only_values(folded: str, values: Sequence[Value]) -> bool:
    rest, previous = "", 0
    for value in values:
        rest += folded[previous : value.start]
        previous = value.end
    return len(values) > 1 and not re.search(r"[^\s/、|]", rest + folded[previous:])
