"""The lines of a report that hold text, for readers that look at few of them."""

from collections.abc import Sequence
from typing import overload

import polars as pl

from pipelines.extraction.document import Line


class Lines(Sequence[Line]):
    """A sequence of lines; one is made only when it is looked at, for most reports are long."""

    def __init__(self, frame: pl.DataFrame) -> None:
        """Take the lines of one report: line_no, page_no, text, folded."""
        self._numbers, self._pages, self._texts = (
            frame[name].to_list() for name in ("line_no", "page_no", "text")
        )
        self.folded: list[str] = frame["folded"].to_list()
        self._made: list[Line | None] = [None] * len(self.folded)
        self._series = frame["folded"]

    def matching(self, pattern: str) -> list[int]:
        """Return the positions of the lines in which ``pattern`` is found."""
        return self._series.str.contains(pattern).arg_true().to_list()

    def __len__(self) -> int:
        return len(self.folded)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> list[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | list[Line]:
        if isinstance(at, slice):
            return [self._line(i) for i in range(*at.indices(len(self)))]
        return self._line(at)

    def _line(self, at: int) -> Line:
        line = self._made[at]
        if line is None:
            line = Line(self._numbers[at], self._pages[at], self._texts[at], self.folded[at])
            self._made[at] = line
        return line
