"""The cells of a column-split table: what each value says in one order of rows and columns."""

import dataclasses
import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

from pipelines.extraction.constraints import Fact
from pipelines.extraction.document import Document
from pipelines.extraction.headers import Title
from pipelines.extraction.labels import Group, Mapping, joined
from pipelines.extraction.nodes import Node
from pipelines.extraction.numbers import Value
from pipelines.text import fold


@dataclasses.dataclass(eq=False, slots=True)
class Cell:
    """One value of a hypothesis with the row and the column that it is paired with, and what it says then."""

    node: Node
    label: Node
    unit: str
    title: Title
    mapping: Mapping | None
    fact: Fact | None

    @property
    def value(self) -> Value:
        """The printed value."""
        return self.node.values[0]


class Row(NamedTuple):
    """The label of a row with its unit, and what the lines above it say that its words leave out."""

    label: Node
    unit: str
    group: Group
    title: Node | None


Order = Callable[[Document, Sequence[Row], Sequence[Title], Sequence[Node]], list[Cell]]


def by_column(
    document: Document, rows: Sequence[Row], titles: Sequence[Title], values: Sequence[Node]
) -> list[Cell]:
    """Return the cells of values that are printed a column after the other."""
    places = zip(itertools.product(titles, rows), values, strict=True)
    return [_cell(document, row, title, node) for (title, row), node in places]


def by_row(
    document: Document, rows: Sequence[Row], titles: Sequence[Title], values: Sequence[Node]
) -> list[Cell]:
    """Return the cells of values that are printed a row after the other."""
    places = zip(itertools.product(rows, titles), values, strict=True)
    return [_cell(document, row, title, node) for (row, title), node in places]


ORDER_NAMES: dict[Order, str] = {by_column: "column by column", by_row: "row by row"}


def _cell(document: Document, row: Row, title: Title, node: Node) -> Cell:
    label, unit = row.label, title.unit or row.unit
    mapping = _mapping(document, node.values[0], unit, row)
    if title.member:
        printed = document.unit_of(node.values[0], unit, label.label)
        quantity = document.catalogue.units.parse(printed)
        mapping = document.matcher.of_member(mapping, quantity, title.breakdown, title.member)
    fact = fact_of(document, node.values[0], label, unit, title, mapping)
    return Cell(node, label, unit, title, mapping, fact)


def _mapping(document: Document, value: Value, unit: str, row: Row) -> Mapping | None:
    """Return what a label means in its group, or below its title: 发放总量 below 小企业贷款数据."""
    matcher, label = document.matcher, row.label.label
    if row.title is None or row.group.metrics:
        return document.mapping(value, unit, label, row.group)
    title = row.title.label or row.title.lines[-1].text
    quantity = document.catalogue.units.parse(document.unit_of(value, unit, label))
    for whole in joined(matcher.bare(title), fold(label)):
        if mapping := matcher.match_exactly(whole, quantity):
            return mapping
    heading = matcher.heading(title)
    group = Group(heading.metrics, heading.breakdown) if heading else Group(matcher.subjects(title))
    return document.mapping(value, unit, label, group)


def fact_of(
    document: Document, value: Value, label: Node, unit: str, title: Title, mapping: Mapping | None
) -> Fact | None:
    """Return what a value says in its cell, in the base unit of its metric; None if it means nothing."""
    if mapping is None or value.number is None or value.decimals is None:
        return None
    quantity = document.catalogue.units.parse(document.unit_of(value, unit, label.label))
    return document.fact(value.number, value.decimals, quantity, mapping, title.year or document.year)


def facts_of(cells: Sequence[Cell]) -> list[Fact]:
    """Return what the cells say that mean something."""
    return [cell.fact for cell in cells if cell.fact]
