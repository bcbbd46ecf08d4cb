"""KPIs in sentences: ``实现营业收入 54.7 亿元，同比增长 67.1%``.

Only what an alias explains word for word is read: the words of a clause before its number, or after it where
the clause begins with the number. Targets, forecasts and other people's statistics are no datapoints.
"""

import dataclasses
import re
from collections.abc import Iterator, Sequence

from pipelines.extraction.document import Document, Line, years_spoken_of
from pipelines.extraction.labels import Mapping
from pipelines.extraction.nodes import Node
from pipelines.extraction.numbers import Value, label_qualifier
from pipelines.text import fold

_SENTENCE = re.compile("[^。!?;！？；]+[。!?;！？；]?")
_CLAUSE_START = re.compile(r"[,:、(（「“]|,(?!\d)")
_ENDS_SENTENCE = re.compile(r"[。!?;！？；:：]\s*$")
_OTHERS = re.compile(
    "目标|力争|计划|预计|预期|将于|将在|承诺|拟于|全国|我国|中国政府|行业平均|世界|全球平均|国家|据统计|例如|假设|不低于|要求|[=＝×*]|活动"
)
_OPENING = re.compile(
    "^(?:我们|公司|本公司|本集团|实现|拥有|现有|持有|具有|已有|共有|并|且|而|其|均|累计实现|年度受理|共受理|受理|共接到|共收到|接到|收到|促成的?|完成|投入|占)"
)
_RESPECTIVELY = re.compile("(?:分别)(?:达到|达|为|是)?约?$")
_JOINED = re.compile("(?:以及|及|和|与|、)")
_NO_PROSE = ("value", "values", "counted", "unit", "header", "period")
_GROWTH = re.compile("(?:较上年|较去年)?同比(?:增长|增加|提升|上升)")
_LONGEST = 30
_MOST_VALUES = 60  # a sentence with more is a list torn out of a table
_FARTHEST = 2


@dataclasses.dataclass(frozen=True)
class _Passage:
    """Lines joined to one text, with the place in its line of every character."""

    folded: str
    text: str
    lines: tuple[Line, ...]
    starts: tuple[int, ...]

    def line_at(self, position: int) -> tuple[Line, int]:
        """Return the line that prints the character at ``position``, and the place of the line's start."""
        index = max(i for i, start in enumerate(self.starts) if start <= position)
        return self.lines[index], self.starts[index]


def read_sentences(document: Document, nodes: Sequence[Node]) -> None:
    """Read the KPIs in the sentences among ``nodes`` and record their datapoints."""
    for passage in _passages(document, nodes):
        for sentence in _SENTENCE.finditer(passage.folded):
            if re.search(r"\d", sentence.group()) and not _OTHERS.search(sentence.group()):
                _read(document, passage, sentence.start(), sentence.end())


def _passages(document: Document, nodes: Sequence[Node]) -> Iterator[_Passage]:
    """Yield the paragraphs that hold sentences: lines that go on in the next one are joined."""
    group: list[Line] = []
    for node in nodes:
        is_prose = node.kind not in _NO_PROSE and "\t" not in node.lines[0].text
        for line in node.lines:
            is_near = group and line.number - group[-1].number <= _FARTHEST
            if group and not (is_prose and is_near and not _ENDS_SENTENCE.search(group[-1].folded)):
                yield from _passage(group)
                group = []
            if is_prose and line.number not in document.used:
                group.append(line)
    yield from _passage(group)


def _passage(lines: Sequence[Line]) -> Iterator[_Passage]:
    starts, length = [], 0
    for line in lines:
        starts.append(length)
        length += len(line.folded)
    folded = "".join(line.folded for line in lines)
    if "。" in folded or ";" in folded:
        yield _Passage(folded, "".join(line.text for line in lines), tuple(lines), tuple(starts))


def _read(document: Document, passage: _Passage, start: int, end: int) -> None:
    folded, text = passage.folded[start:end], passage.text[start:end]
    values = document.values.within(folded, text)
    if len(values) > _MOST_VALUES:
        return
    grown = ""
    for i, value in enumerate(values):
        previous = values[i - 1].end if i else 0
        following = values[i + 1].start if i + 1 < len(values) else len(folded)
        found = _meaning(document, folded, value, previous, following)
        if found is None:
            found = _respectively(document, folded, values, i)
        if found is None and grown:
            found = _growth(document, folded, value, previous, grown)
        if found is not None:
            mapping, label = found
            grown = _bare(folded[label[0] : label[1]])
            _record(document, passage, start, value, mapping, label, _year(document, folded, value.start))


def _meaning(
    document: Document, folded: str, value: Value, previous: int, following: int
) -> tuple[Mapping, tuple[int, int]] | None:
    """Return what a clause says about its number, and where in the sentence its label stands."""
    before = _clause_start(folded, previous, value.start)
    quantity = document.catalogue.units.parse(value.unit)
    for begin, finish in ((before, value.start), (value.end, _clause_end(folded, value.end, following))):
        if begin == value.end and re.search("[一-鿿]", _bare(folded[before : value.start])):
            continue
        label = _bare(folded[begin:finish])
        if not 2 <= len(label) <= _LONGEST:
            continue
        mapping = document.matcher.match_exactly(label, quantity)
        if mapping:
            return mapping, (begin, finish)
    return None


def _growth(
    document: Document, folded: str, value: Value, previous: int, grown: str
) -> tuple[Mapping, tuple[int, int]] | None:
    """Read 同比增长 67.1% as the growth of what the clause before it names."""
    begin = _clause_start(folded, previous, value.start)
    label = document.matcher.bare(_bare(folded[begin : value.start]))
    if not _GROWTH.fullmatch(label):
        return None
    quantity = document.catalogue.units.parse(value.unit)
    mapping = document.matcher.match_exactly(document.matcher.bare(grown) + "同比增长", quantity)
    return (mapping, (begin, value.start)) if mapping else None


def _respectively(
    document: Document, folded: str, values: Sequence[Value], i: int
) -> tuple[Mapping, tuple[int, int]] | None:
    """Pair ``客诉率和投诉处理成功率分别为0.05%和100%`` by order."""
    first = next(
        (k for k in range(i, -1, -1) if _RESPECTIVELY.search(folded[: values[k].start].rstrip())), None
    )
    if first is None:
        return None
    begin = _clause_start(folded, values[first - 1].end if first else 0, values[first].start)
    labels = _JOINED.split(_RESPECTIVELY.sub("", folded[begin : values[first].start].rstrip()))
    if not i - first < len(labels):
        return None
    quantity = document.catalogue.units.parse(values[i].unit)
    mapping = document.matcher.match_exactly(_bare(labels[i - first]), quantity)
    return (mapping, (begin, values[first].start)) if mapping else None


def _clause_start(folded: str, previous: int, end: int) -> int:
    marks = [match.end() for match in _CLAUSE_START.finditer(folded, previous, end)]
    return marks[-1] if marks else previous


def _clause_end(folded: str, start: int, following: int) -> int:
    mark = re.compile("[,、。;:()（）」”]").search(folded, start, following)
    return mark.start() if mark else following


def _bare(label: str) -> str:
    label = label.strip(" ,、的了")
    while (shorter := _OPENING.sub("", label).strip()) != label:
        label = shorter
    return label


def _year(document: Document, folded: str, position: int) -> int:
    years = years_spoken_of(folded[:position])
    return years[-1] if years else document.year


def _record(
    document: Document,
    passage: _Passage,
    start: int,
    value: Value,
    mapping: Mapping,
    label: tuple[int, int],
    year: int,
) -> None:
    line, line_start = passage.line_at(start + value.start)
    label_line, _ = passage.line_at(start + label[0])
    offset = start - line_start
    if value.start + offset + len(value.raw) > len(line.text):
        return  # the number itself is broken over two lines
    printed = passage.text[start + label[0] : start + label[1]].strip(" ,，、")
    lines = [each for each in passage.lines if label_line.number <= each.number <= line.number] or [line]
    placed = dataclasses.replace(value, start=value.start + offset, end=value.end + offset)
    if placed.qualifier == "exact" and (qualifier := label_qualifier(fold(printed))):
        placed = dataclasses.replace(placed, qualifier=qualifier)
    document.record(
        placed, line, label=printed, label_line=label_line.number, mapping=mapping, unit="", year=year,
        evidence=lines, layout="narrative", pairing="adjacent",
    )  # fmt: skip
