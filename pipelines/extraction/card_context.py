"""What the cards at a place of a report are about: the group that a heading opened, and the year above."""

from collections.abc import Sequence

from pipelines.extraction.document import Document, Line, counted_by, single_year, unit_in_label
from pipelines.extraction.labels import Group, Mapping
from pipelines.extraction.nodes import Node
from pipelines.extraction.numbers import Value
from pipelines.text import fold
from pipelines.units import Quantity

_PERIOD_REACH = 14  # lines from a year to what it is of


class CardContext:
    """The group that is open, its ``heading``, and the ``unit`` that this gives its members."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.group = Group()
        self.heading: Node | None = None
        self.unit = ""
        self._period: tuple[int, int] | None = None  # year, line
        self._is_stray = False  # whether a value was left over since: the year may be a chart's

    def open(self, heading: Node) -> None:
        """Let a heading open its group."""
        found = self.document.matcher.heading(heading.label)
        if found:
            self.group = Group(found.metrics or self.group.metrics, found.breakdown)
            self.heading = heading
            self.unit = unit_in_label(heading.label, self.document.catalogue) or ""

    def close(self) -> None:
        """End the group."""
        self.group, self.heading = Group(), None

    def open_year(self, axis: Node, *, is_column: bool) -> None:
        """Let a year stand above what follows; in a column (加入年份, 2019, 2022) it may be a chart's."""
        year = single_year(axis.lines[0].folded)
        self._period, self._is_stray = (year, axis.last) if year else None, is_column

    def close_year(self) -> None:
        """Forget the year above."""
        self._period = None

    def pass_over(self) -> None:
        """Note that a value was left over."""
        self._is_stray = True

    @property
    def may_be_of_other_year(self) -> bool:
        """Whether the year above may be a chart's, and is not the report's."""
        return bool(self._period and self._is_stray and self._period[0] != self.document.year)

    def year(self, line: Line, label: str) -> int:
        """Return the year of a value on ``line``: its label's, the one above, or the report's."""
        named = single_year(fold(label))
        if named:
            return named
        if self._period and line.number - self._period[1] <= _PERIOD_REACH:
            return self._period[0]
        return self.document.year

    def match(self, value: Value, label: str) -> Mapping | None:
        """Return what a label means in the group for a value."""
        quantity = quantity_of(self.document, value, label)
        return self.possible(value, self.document.matcher.match(label, quantity, self.group))

    def possible(self, value: Value, mapping: Mapping | None) -> Mapping | None:
        """Return ``mapping`` if a value can be of its metric."""
        return mapping if mapping and self.document.is_possible(value, value.unit, mapping) else None

    def record(
        self,
        value: Value,
        line: Line,
        label: str,
        label_line: int,
        evidence: Sequence[Line],
        mapping: Mapping | None,
        pairing: str,
        confidence: str | None = None,
        unit: str = "",
    ) -> None:
        """Record a value, unless it is of a year to come; a bare member without a group is but likely."""
        year = self.year(line, label)
        if year > self.document.year:
            return  # 2026年客户满意度达到 97%: a target
        opened = self.heading.first if self.heading else 0
        of_nothing = not self.group.metrics and self.document.matcher.legend(label)  # 男性员工: of all staff?
        self.document.record(
            value,
            line,
            label=label,
            label_line=label_line,
            mapping=mapping,
            unit=unit,
            year=year,
            evidence=evidence,
            layout="card",
            pairing=pairing,
            confidence="likely" if mapping and of_nothing else confidence if mapping else None,
            set_key=f"{opened}|{self.group.breakdown}",
        )


def quantity_of(document: Document, value: Value, label: str = "") -> Quantity | None:
    """Return the unit that a value is printed in, or that its label counts."""
    return document.catalogue.units.parse(counted_by(value.unit, label))
