"""Paragraphs: lines joined to one text in which every character knows its place."""

import bisect
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.extraction.document import Document, Line
from pipelines.extraction.nodes import Node, is_list_item

SENTENCE = re.compile(r"(?:\([^()。]{1,200}\)|[^。!?;])++[。!?;]?")  # (2022年:5起;2021年:6起) is one part
_ENDS_SENTENCE = re.compile(r"[。!?;:]\s*$")
_PUNCTUATION = re.compile(r"[。;:、]|,(?!\d)")
_NO_PROSE = frozenset({"value", "values", "counted", "unit", "header", "period"})
_ENDS_WITH_SHARE = re.compile(r"%\)?$")
_SHORTEST_WRAPPED = 24  # letters: shorter lines are wrapped in a narrow box only
_FARTHEST = 2  # lines: some texts print an empty line after each
_HEADING = 0.6  # of the next line's length: a shorter line without punctuation is no part of its sentence
_ROW = re.compile(r"(?:\s[\d,.]+%?){2}$")
_CONTEXT = 4  # lines above that may tell who and when


class Passage(NamedTuple):
    """A paragraph as one text. ``before`` is the text just above it.

    ``starts`` tells where each line begins in ``folded``, ``cuts`` how many blanks of it were left out there.
    """

    folded: str
    text: str
    lines: tuple[Line, ...]
    starts: tuple[int, ...]
    cuts: tuple[int, ...]
    before: str

    def place(self, position: int) -> tuple[int, int]:
        """Return the index of the line that prints ``position``, and the position within that line."""
        index = bisect.bisect_right(self.starts, position) - 1
        return index, position - self.starts[index] + self.cuts[index]


def passages(document: Document, nodes: Sequence[Node], hot: Sequence[re.Pattern[str]]) -> Iterator[Passage]:
    """Yield the paragraphs that hold what one of ``hot`` finds, without lines that are used."""
    lines = [line for node in nodes for line in node.lines]
    barred = document.used | {
        line.number
        for node in nodes
        if node.kind in _NO_PROSE
        for line in node.lines
        if not line.folded.rstrip().endswith("。")  # 率为95.4%。 ends a sentence
    }
    texts = [line.folded for line in lines]
    starts = list(itertools.accumulate(map(len, texts), lambda start, length: start + length + 1, initial=0))
    folded = "\n".join(texts)
    found = {
        bisect.bisect_right(starts, match.start()) - 1 for each in hot for match in each.finditer(folded)
    }
    end = 0
    for i in sorted(found):
        if i < end or lines[i].number in barred or "\t" in lines[i].text:
            continue
        begin = i
        while (
            begin > end and lines[begin - 1].number not in barred and _goes_on(*lines[begin - 1 : begin + 1])
        ):
            begin -= 1
        end = i + 1
        while end < len(lines) and lines[end].number not in barred and _goes_on(*lines[end - 1 : end + 1]):
            end += 1
        paragraph = lines[begin:end]
        if any(_PUNCTUATION.search(line.folded) for line in paragraph):
            yield _passage(paragraph, _above(lines[max(0, begin - _CONTEXT) : begin + 1]))


def _goes_on(line: Line, following: Line) -> bool:
    """Say whether the sentence of ``line`` goes on in ``following``: near, and below no heading."""
    if "\t" in line.text or "\t" in following.text:
        return False
    if following.number - line.number > _FARTHEST or _ENDS_SENTENCE.search(line.folded):
        return False
    folded = line.folded.strip()
    is_short = max(len(folded), len(following.folded)) <= _SHORTEST_WRAPPED
    if is_short and following.has_digit and _ENDS_WITH_SHARE.search(folded):
        return False  # 占比1.2% above 中级管理层 30人
    if _ROW.search(folded) and not _PUNCTUATION.search(folded):
        return False
    is_heading = len(folded) < _HEADING * len(following.folded.strip()) and not _PUNCTUATION.search(folded)
    return not is_heading and not is_list_item(following.folded)


def _above(lines: Sequence[Line]) -> str:
    """Return the text of the lines that stand without a gap above the last one."""
    near = 0
    while near + 1 < len(lines) and lines[-near - 1].number - lines[-near - 2].number <= _FARTHEST:
        near += 1
    return "".join(line.folded.strip() for line in lines[len(lines) - 1 - near : -1])


def _passage(lines: Sequence[Line], before: str) -> Passage:
    folded, text, starts, cuts = "", "", [], []
    for line in lines:
        cut = len(line.folded) - len(line.folded.lstrip())
        piece = line.folded[cut:].rstrip()
        glue = " " if folded and folded[-1].isascii() and piece[:1].isascii() else ""
        starts.append(len(folded) + len(glue))
        cuts.append(cut)
        folded += glue + piece
        text += glue + line.text[cut : cut + len(piece)]
    return Passage(folded, text, tuple(lines), tuple(starts), tuple(cuts), before)
