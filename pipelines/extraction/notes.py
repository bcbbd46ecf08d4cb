"""Footnotes that limit a perimeter (仅包括上海办公室) or tell of a redefinition, tied to their marks.

A mark stands on a number (315 件²), on its label (供應商總數 *) or on the heading above a group of rows
(水资源消耗及密度⁴). What a report prints again without the mark has the same perimeter.
"""

import bisect
import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipelines.extraction.document import Datapoint, Document, Line
from pipelines.text import SUPERSCRIPTS, fold
from pipelines.units import BARE

_NOTE = re.compile(
    rf"^\s*(?:(?P<raised>[{SUPERSCRIPTS}]+)|\[(?P<boxed>\d{{1,2}})\]|(?P<star>\*{{1,3}})(?!\*)|(?P<item>\d{{1,2}})\.(?=\s*(?:以上|本))"
    r"|(?P<plain>\d{1,2})\s(?=\s*(?:[一-鿿]|(?:19|20)\d\d).{8})|(?P<word>(?:备?注)\s*:))\s*(?P<text>.*)$"
)
_OPENS_NOTE = frozenset(f"{SUPERSCRIPTS}[*注备0123456789")
# What limits a perimeter, and what says that a figure was restated or is counted otherwise than before.
_LIMITS = re.compile(
    "统计(?:范围|口径)|数据范围|数据(?:覆盖|为.{2,12}(?:总计|合计))|关键绩效指标覆盖|[仅只](?:包括|包含|统计|涉及|覆盖)|中国境内"
    "|重述|重列|追溯调整|开始计入|口径(?:包括|变化|调整)|数量发生一定变化|更新了.{2,20}因子"
)
_END = re.compile("[。;]")
_ENDED = re.compile(r"[。;]\s*$")
_LONGEST_NOTE = 6  # lines
_FARTHEST = 2  # lines: some texts print an empty line after each
_WRAPPED = 0.6  # of the note's first line: a shorter one goes on only to end its sentence
_FULL = 24  # letters: a shorter line of a note is not wrapped
_REACH = 150  # lines between a mark and its note
_GROUP = 40  # lines: a marked heading reaches no further than a table does


class _Mark(NamedTuple):
    """A note's mark, and how text prints it beside what it explains."""

    letters: str
    beside: re.Pattern[str]

    def find(self, folded: str) -> re.Match[str] | None:
        """Find the first place in a line where the mark stands beside something."""
        return self.beside.search(folded) if self.letters in folded else None

    def on(self, lines: Sequence[Line]) -> Iterator[tuple[Line, int]]:
        """Yield the lines that carry the mark, and where."""
        for line in lines:
            if self.letters in line.folded and (found := self.beside.search(line.folded)):
                yield line, found.start()


@dataclasses.dataclass(frozen=True)
class Note:
    """A footnote: its mark, and the sentence that limits it.

    ``is_above``: it is an item of a list of notes that stands before its table.
    """

    mark: "_Mark"
    line: int
    last: int
    scope: str
    is_above: bool


def tie_notes(document: Document) -> None:
    """Give the datapoints that carry the mark of a note, and those that repeat them, its ``scope``."""
    notes = list(_notes(document.lines))
    if not notes:
        return
    scopes: dict[int, list[str]] = defaultdict(list)
    on_line: dict[int, list[int]] = defaultdict(list)
    for index, point in enumerate(document.datapoints):
        for number in {point.line.number, point.label_line}:
            on_line[number].append(index)
    for line, position, note in _marked(document.lines, notes):
        for index in _of_mark(document, notes, note, line, position, on_line.get(line.number, ())):
            if note.scope not in scopes[index]:
                scopes[index].append(note.scope)
    _repeat(document, scopes)
    for index, found in scopes.items():
        point = document.datapoints[index]
        if point.scope is None:
            document.datapoints[index] = point._replace(scope="；".join(found))


def _notes(lines: Sequence[Line]) -> Iterator[Note]:
    """Yield the notes that limit or redefine; the others say nothing about a perimeter."""
    for i, line in enumerate(lines):
        if line.folded.lstrip()[:1] not in _OPENS_NOTE or not (found := _NOTE.match(line.folded)):
            continue
        text, last = line.text[found.start("text") :].strip(), line.number
        for following in lines[i + 1 : i + _LONGEST_NOTE]:
            if _ENDED.search(text) or _NOTE.match(following.folded) or following.number - last > _FARTHEST:
                break
            piece = following.text.strip()
            is_heading = not _ENDED.search(piece) and len(piece) < _WRAPPED * len(line.text)
            if text and (is_heading or "\t" in piece or len(line.text) < _FULL):
                break
            text, last = text + piece.lstrip("- "), following.number
        if sentence := _limiting(text):
            yield Note(_mark(found), line.number, last, sentence, is_above=found["item"] is not None)


def _limiting(text: str) -> str | None:
    """Return the sentence of a note that limits or redefines, as printed."""
    for part in _END.split(fold(text)):
        if _LIMITS.search(part):
            start = fold(text).find(part)
            return text[start : start + len(part)].strip()
    return None


def _mark(found: re.Match[str]) -> _Mark:
    """Return a note's mark as text prints it beside what it explains."""
    if raised := found["raised"]:
        return _Mark(raised, re.compile(rf"(?<=\S)\s?{raised}(?![{SUPERSCRIPTS}])"))
    if boxed := found["boxed"]:
        return _Mark(f"[{boxed}]", re.compile(rf"(?<=\S)\[{boxed}\]"))
    if star := found["star"]:
        return _Mark(star, re.compile(rf"(?<=[^\s*])\s?{re.escape(star)}(?!\*)"))
    if found["word"]:
        return _Mark("^注", re.compile(r"\^注"))
    mark = found["item"] or found["plain"]
    return _Mark(
        mark,
        re.compile(rf"(?<=[一-鿿)])\s?(?:\d{{1,2}}\s?[,、]\s?)*{mark}(?=[,、]|\s|$)|(?<=\d){mark}(?!\d)"),
    )


def _marked(lines: Sequence[Line], notes: Sequence[Note]) -> Iterator[tuple[Line, int, Note]]:
    """Yield the lines that carry a note's mark, where, and the note.

    As many marks as notes go together in order; else the nearest note explains a mark: the next one below,
    or, of a list above its table, the last one above.
    """
    by_mark: dict[_Mark, list[Note]] = defaultdict(list)
    for note in notes:
        by_mark[note.mark].append(note)
    own = {number for note in notes for number in range(note.line, note.last + 1)}
    for mark, alike in by_mark.items():
        places = [
            (line, position)
            for line, position in mark.on(lines)
            if line.number not in own and any(abs(note.line - line.number) <= _REACH for note in alike)
        ]
        following = [note for note in alike if places and note.line > places[0][0].number]
        if len(places) == len(following):
            yield from ((*place, note) for place, note in zip(places, following, strict=True))
            continue
        for line, position in places:
            above = [note for note in alike if note.is_above and note.line < line.number]
            below = [note for note in alike if note.line > line.number]
            if above or below:
                yield line, position, above[-1] if above else below[0]


def _of_mark(
    document: Document,
    notes: Sequence[Note],
    note: Note,
    line: Line,
    position: int,
    on_line: Sequence[int],
) -> Iterator[int]:
    """Yield the datapoints (their index) that a mark belongs to: its number, its label's, or its group's.

    ``on_line``: those whose number or label stands on the mark's line.
    """
    points = document.datapoints
    if on_line:
        glued = [k for k in on_line if _is_glued(points[k], line, position)]
        yield from glued or [k for k in on_line if _in_label(points[k], line, position)]
        return
    first = note.last if note.line < line.number else line.number
    last = min([_end_of_group(document.lines, line), *_headings(document, notes, line)])
    for k, point in enumerate(points):
        if first < point.label_line < last and point.layout != "narrative":
            yield k


def _end_of_group(lines: Sequence[Line], heading: Line) -> int:
    """Return the line number before which a marked heading's group ends: at a gap."""
    last = heading.number
    for line in _below(lines, heading):
        if line.number - last > _FARTHEST:
            return line.number
        last = line.number
    return last + 1


def _headings(document: Document, notes: Sequence[Note], line: Line) -> Iterator[int]:
    """Yield the lines below that begin another group: marked, or a table's row without values."""
    columns = line.text.count("\t")
    for other in _below(document.lines, line):
        is_row = columns and "\t" in other.text and not other.text.split("\t", 1)[1].strip()
        if is_row or any(note.mark.find(other.folded) for note in notes if not note.is_above):
            yield other.number


def _below(lines: Sequence[Line], heading: Line) -> Sequence[Line]:
    """Return the lines that a marked heading can reach."""
    first = bisect.bisect_right(lines, heading.number, key=lambda line: line.number)
    last = bisect.bisect_right(lines, heading.number + _GROUP, key=lambda line: line.number)
    return lines[first:last]


def _is_glued(point: Datapoint, line: Line, position: int) -> bool:
    """Say whether a mark stands on a number: 315 件², 1,044.3919."""
    value = point.value
    end = value.start + len(value.raw)
    if point.line.number != line.number or position > max(value.end, end) + 1:
        return False
    if position < end:  # within the digits: only where the mark was taken off
        digits = fold(value.raw).rstrip("%").replace(",", "")  # or words: 未发生, 三起
        is_number = digits.replace(".", "", 1).isdecimal()
        return value.start < position and is_number and Decimal(digits) != value.number
    return True


def _in_label(point: Datapoint, line: Line, position: int) -> bool:
    """Say whether a mark stands in a number's label, or behind it."""
    if point.label_line != line.number or point.layout == "narrative":
        return False
    start = line.text.find(point.label[:4])
    return start <= position and (point.line.number != line.number or position <= point.value.start)


def _repeat(document: Document, scopes: dict[int, list[str]]) -> None:
    """Give the perimeter of a fact to its other prints: a summary repeats it without the mark."""

    def key(point: Datapoint) -> tuple[object, ...]:
        if point.mapping is None:
            return ()
        metric, number = document.catalogue.metrics[point.mapping.metric], point.value.number
        value = None
        if number == 0:
            value = 0.0  # whatever the unit
        elif number is not None:
            quantity = point.quantity or BARE
            value = document.catalogue.units.convert(number, quantity, metric.unit, metric.topic)
        return (metric.code, point.mapping.breakdown, point.mapping.member, point.year, value)

    known: dict[tuple[object, ...], list[str]] = {}
    for index in list(scopes):
        if document.datapoints[index].mapping:
            known.setdefault(key(document.datapoints[index]), scopes[index])
    metrics = {mapping.metric for index in scopes if (mapping := document.datapoints[index].mapping)}
    for index, point in enumerate(document.datapoints):
        may_repeat = point.mapping and point.mapping.metric in metrics and index not in scopes
        if may_repeat and key(point) in known:
            scopes[index] = known[key(point)]
