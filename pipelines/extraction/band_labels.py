"""The labels of a banded table: which lines of a band name rows, and which are titles or headings."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.extraction.bands import Piece
from pipelines.extraction.document import Document, Line, unit_in_label
from pipelines.extraction.labels import TOTAL
from pipelines.extraction.rows import RowForm
from pipelines.extraction.table_headers import opens_with_code, says_nothing
from pipelines.text import fold

_FEW = 2  # one of so many labels, at most
_MOST_GAPS = 6  # blank lines among labels, behind each of which those of a table may begin
_MOST_TITLES = 4  # lines above the labels: what names the table, and the head of the page
_OPENS_PARTS = re.compile("(?:整体|总体|全体)")  # 合计 and 总计 close them
_TITLE = re.compile(r"截至|(?:19|20)\d\d|:\s*$")
_CATEGORIES = re.compile("^(?:类别|分类|范畴|层面|领域|议题|方面|维度)$")


class Label(NamedTuple):
    """The label of a row with its place and its own unit, and the headings before it."""

    line: Line
    place: int
    text: str
    unit: str
    headings: list[Line]


def leaves_rows(document: Document, pieces: Sequence[Piece], first: Label) -> bool:
    """Say whether labels of rows stand above the first that is read."""
    left = (piece.line.text for piece in pieces if piece.place < first.place - len(first.headings))
    return any(document.matcher.legend(text) or document.matcher.is_known(text) for text in left)


def label_sets(document: Document, pieces: Sequence[Piece], rows: int) -> Iterator[list[Label]]:
    """Yield which lines may be the labels of rows.

    All that are no headings; also without those that may be headings (names of metrics above members, the few
    without a unit), without the titles above the first label, and those behind a blank line or a heading; and
    as many as there are lines of values where only the categories of rows (供应链, 反贪污) follow.
    """
    lines = [piece.line for piece in pieces]
    certain = [_is_heading(document, line) for line in lines]
    possible = [_may_be_heading(document, *pair) for pair in zip(lines, [*lines[1:], None], strict=True)]
    both = [is_one or may_be for is_one, may_be in zip(certain, possible, strict=True)]
    without_unit = [not label.unit for label in _labels(document, pieces, [False] * len(pieces))]
    readings = [certain, *([both] if any(possible) else [])]
    if 0 < sum(without_unit) <= len(pieces) // _FEW:
        readings.append(without_unit)  # 员工人数, and below it 总数 人, 男性 人
    for are_headings in readings:
        labels = _labels(document, pieces, are_headings)
        yield labels
        for first, label in enumerate(labels[:_MOST_TITLES], start=1):
            below = labels[first:]
            is_title = _stands_apart(label.line, below) or _gives_unit(document, label.line, below)
            if not is_title and not _may_be_title(document, label):
                break
            yield below
        apart = (
            i
            for i in range(1, len(labels))
            if labels[i].headings or _stands_apart(labels[i - 1].line, labels[i:])
        )
        yield from (labels[first:] for first in itertools.islice(apart, _MOST_GAPS))
        for first in range(min(len(labels) - rows, _MOST_TITLES) + 1):
            chosen, behind = labels[first : first + rows], labels[first + rows :]
            others = (
                labels[:first] if _are_categories(document, chosen, behind) else [*labels[:first], *behind]
            )
            if not any(_names_row(document, label) for label in others):
                yield chosen


def _labels(document: Document, pieces: Sequence[Piece], are_headings: Sequence[bool]) -> list[Label]:
    form = RowForm(document, ())
    labels: list[Label] = []
    headings: list[Line] = []
    for piece, is_heading in zip(pieces, are_headings, strict=True):
        if is_heading:
            headings.append(piece.line)
        else:
            text, unit = form.label_and_unit(piece.line)
            unit = unit or unit_in_label(text, document.catalogue) or ""
            labels.append(Label(piece.line, piece.place, text, unit, headings))
            headings = []
    return labels


def _is_heading(document: Document, line: Line) -> bool:
    return line.may_be_heading and document.matcher.heading(line.text) is not None


def _may_be_heading(document: Document, line: Line, below: Line | None) -> bool:
    """Say whether a line names a metric, and the line below it a part or the whole of something."""
    if below is None or not document.matcher.subjects(line.text):
        return False
    return bool(_OPENS_PARTS.match(below.folded) or document.matcher.legend(below.text))


def _may_be_title(document: Document, label: Label) -> bool:
    """Say whether a line may be a title: its words are none of a row, or it has a code or the form of one."""
    return (
        not _names_row(document, label)
        or opens_with_code(label.line)
        or _TITLE.search(label.line.folded) is not None
    )


def _are_categories(document: Document, labels: Sequence[Label], behind: Sequence[Label]) -> bool:
    """Say whether the title of their column stands between labels and those behind them: 类别, 供应链."""
    between = document.lines[labels[-1].place + 1 : behind[0].place] if labels and behind else []
    return any(_CATEGORIES.match(line.folded.strip()) for line in between)


def _names_row(document: Document, label: Label) -> bool:
    matcher = document.matcher
    return bool(label.unit or matcher.is_known(label.text) or matcher.legend(label.text))


def _stands_apart(above: Line, labels: Sequence[Label]) -> bool:
    """Say whether a blank line parts a line from the labels below it, which touch one another."""
    tops = [label.line.number - len(label.headings) for label in labels]
    touch = all(top - label.line.number < 2 for label, top in zip(labels, tops[1:], strict=False))
    return len(labels) > 1 and touch and tops[0] - above.number > 1


def _gives_unit(document: Document, above: Line, labels: Sequence[Label]) -> bool:
    """Say whether a line prints the unit that none of the labels below it does: 温室气体排放（吨）."""
    is_given = unit_in_label(above.text.strip(), document.catalogue) is not None
    return is_given and not any(label.unit for label in labels)


def is_part(document: Document, label: Label) -> bool:
    """Say whether a label is a member, or the whole, of what a heading names."""
    return bool(document.matcher.legend(label.text)) or TOTAL.match(fold(label.text)) is not None


def is_cut(document: Document, labels: Sequence[Label]) -> bool:
    """Say whether a label stands right above the first; an indicator's code makes a title of it."""
    lines, place = document.lines, labels[0].place
    while place and says_nothing(document, lines[place - 1], lines[place - 2] if place > 1 else None):
        place -= 1
    above = lines[place - 1] if place else None
    if above is None or _is_heading(document, above) or above in labels[0].headings:
        return False
    if _TITLE.search(above.folded) or _stands_apart(above, labels) or _gives_unit(document, above, labels):
        return False
    is_known = document.matcher.is_known
    if not above.has_digit and not is_known(labels[0].text) and is_known(above.text + labels[0].text):
        return True
    if not is_known(above.text):
        return False
    return not opens_with_code(above) or any(opens_with_code(label.line) for label in labels)
