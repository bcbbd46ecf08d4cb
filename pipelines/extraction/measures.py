"""Tables whose columns are measures with units of their own: users (million) and loans (billion RMB).

Each such column is headed by a label and a unit, above the rows or, where conversion tore them off, below.
A row may stand whole on its line, its label before or after its cells; rows that were torn apart, cells in
one run of lines and labels in another, belong together in their order where both are as many.
"""

import dataclasses
import re
from collections.abc import Iterator, Sequence

from pipelines.extraction.document import Document, Line, unit_in_label
from pipelines.extraction.labels import Mapping
from pipelines.extraction.nodes import LONGEST_LABEL, Node, clean_label, holds_number, is_chinese
from pipelines.extraction.numbers import NUMBER, Value
from pipelines.text import fold

_CELL = rf"(?:{NUMBER}|/|-{{1,2}}|不适用)"
_FARTHEST = 8  # lines between two rows of one table
_BOTH = re.compile("[和及与]|以及")  # 新增用户和贷款额: one measure for each column
_MODIFIER = re.compile("累计|新增")


@dataclasses.dataclass(frozen=True)
class _Column:
    label: str
    unit: str
    lines: tuple[Line, ...]


@dataclasses.dataclass(frozen=True)
class _Row:
    """What a line holds: cells, a label, or both."""

    line: Line
    label: str
    cells: tuple[Value, ...]


def read_measures(document: Document, nodes: Sequence[Node]) -> None:
    """Read every table among ``nodes`` whose columns are measures, and record its datapoints."""
    for first, last, columns in _headers(document, nodes):
        for run in (nodes[:first][::-1], nodes[last + 1 :]):
            rows = sorted(_rows(document, run, columns), key=lambda row: row.line.number)
            if any(row.cells for row in rows):
                _record(document, columns, _paired(document, columns, rows))
                break


def _headers(document: Document, nodes: Sequence[Node]) -> Iterator[tuple[int, int, list[_Column]]]:
    """Yield where two or more columns are headed one after the other, with the columns."""
    start, columns = 0, list[_Column]()
    position = 0
    while position <= len(nodes):
        is_label = position < len(nodes) and nodes[position].kind == "label"
        column, size = _column(document, nodes, position) if is_label else (None, 1)
        if column is None:
            if len(columns) > 1:
                yield start, position - 1, columns
            columns = []
        else:
            start = start if columns else position
            columns.append(column)
        position += size


def _column(document: Document, nodes: Sequence[Node], position: int) -> tuple[_Column | None, int]:
    """Return the column that the label at ``position`` heads, if it does, and how many nodes that takes."""
    node = nodes[position]
    following = nodes[position + 1] if position + 1 < len(nodes) else None
    if following and following.kind == "unit" and following.first == node.last + 1:
        return _Column(node.label, following.label.strip("()（）"), (*node.lines, *following.lines)), 2
    unit = unit_in_label(node.label, document.catalogue)
    return (_Column(node.label, unit, node.lines), 1) if unit else (None, 1)


def _rows(document: Document, nodes: Sequence[Node], columns: Sequence[_Column]) -> Iterator[_Row]:
    """Yield the rows and pieces of rows from the header on, until anything else stands between."""
    previous = (
        columns[0].lines[0].number
        if not nodes or nodes[0].first < columns[0].lines[0].number
        else (columns[-1].lines[-1].number)
    )
    for node in nodes:
        row = _row(document, node, len(columns))
        near = abs(node.first - previous) <= _FARTHEST
        if row is None or not near or row.line.number in document.used:
            return
        previous = node.first
        yield row


def _row(document: Document, node: Node, columns: int) -> _Row | None:
    line = node.lines[0]
    cells = rf"(?P<cells>{_CELL}(?:\s+{_CELL}){{{columns - 1}}})"
    for form in (rf"^\s*{cells}\s*(?P<label>[^\d\s].*)?$", rf"^\s*(?P<label>.*[^\d\s.,])\s+{cells}\s*$"):
        if len(node.lines) == 1 and (match := re.match(form, line.folded)):
            label = (
                clean_label(line.text[match.start("label") : match.end("label")]) if match["label"] else ""
            )
            return _Row(line, label, _cells(document, line, *match.span("cells"))) if _fits(label) else None
    label = node.label or clean_label(line.text)
    return _Row(line, label, ()) if label and _fits(label) and node.kind in ("label", "other") else None


def _fits(label: str) -> bool:
    is_short = len(label) <= LONGEST_LABEL and not re.search("[。；;]", label)
    return not label or (is_short and is_chinese(label) and not holds_number(label))


def _cells(document: Document, line: Line, start: int, end: int) -> tuple[Value, ...]:
    found = []
    for match in re.finditer(r"\S+", line.folded[start:end]):
        begin, finish = start + match.start(), start + match.end()
        value = document.values.whole(line.folded[begin:finish], line.text[begin:finish], begin)
        found += [value] if value else []
    return tuple(found)


def _paired(document: Document, columns: Sequence[_Column], rows: Sequence[_Row]) -> list[tuple[_Row, _Row]]:
    """Return (label, cells) of every row; of torn ones only where both are as many."""
    whole = [(row, row) for row in rows if row.label and row.cells]
    bare = [row for row in rows if not row.label and row.cells]
    labels = [row for row in rows if not row.cells and _mapping(document, columns, 0, row)]
    return whole + (list(zip(labels, bare, strict=True)) if len(labels) == len(bare) else [])


def _mapping(document: Document, columns: Sequence[_Column], index: int, row: _Row) -> Mapping | None:
    """Return what a row says in one column: by itself, by its part for that column, or as a row of it."""
    column, match = columns[index], document.matcher.match_exactly
    quantity = document.catalogue.units.parse(column.unit)
    label = fold(row.label)
    parts = _BOTH.split(label)
    own = parts[index] if len(parts) == len(columns) else label
    scope = "".join(document.matcher.members_named(label))
    modifiers = "".join(dict.fromkeys(_MODIFIER.findall(label)))
    of_column = document.matcher.bare(column.label)
    forms = [own if scope in own else scope + own, scope + modifiers + of_column]
    return next((mapping for form in forms if (mapping := match(form, quantity))), None)


def _record(document: Document, columns: Sequence[_Column], paired: Sequence[tuple[_Row, _Row]]) -> None:
    cells = [
        (label, row, i, value, _mapping(document, columns, i, label))
        for label, row in paired
        for i, value in enumerate(row.cells)
    ]
    reported = [mapping for *_, value, mapping in cells if value.status == "reported"]
    if not reported or not all(reported):
        return
    for label, row, i, value, mapping in cells:
        column = columns[i]
        lines = sorted({label.line, row.line, *column.lines}, key=lambda line: line.number)
        document.record(
            value, row.line, label=label.label, label_line=label.line.number, mapping=mapping,
            unit=column.unit, year=document.year, evidence=lines, layout="table",
            pairing="header" if label is row else "order", confidence="likely",
        )  # fmt: skip
        document.used.update(line.number for line in lines)
