"""What reports list beside their figures: directors, targets, and the index of standards.

Each kind is read by a module of its own; this one picks the few lines worth a closer look, which takes most of
the time, and makes frames of what is found.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any, overload

import polars as pl

from pipelines.catalogue import Catalogue
from pipelines.extraction import board, standards, targets
from pipelines.extraction.board import BOARD_MEMBERS, read_board
from pipelines.extraction.document import Line
from pipelines.extraction.numbers import ValueReader
from pipelines.extraction.standards import STANDARD_INDEX, read_index
from pipelines.extraction.targets import TARGETS, TargetReader


@dataclasses.dataclass(frozen=True)
class Listings:
    """``board_members`` (BOARD_MEMBERS), ``standard_index`` (STANDARD_INDEX), ``targets`` (TARGETS).

    Each is ordered by report and line, and within a line as printed.
    """

    board_members: pl.DataFrame
    standard_index: pl.DataFrame
    targets: pl.DataFrame


class _Lines(Sequence[Line]):
    """The lines of a report that hold text; one is made only when it is looked at."""

    def __init__(self, frame: pl.DataFrame) -> None:
        columns = ("line_no", "page_no", "text", "folded")
        self._numbers, self._pages, self._texts, self._folded = (frame[name].to_list() for name in columns)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> list[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | list[Line]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        return Line(self._numbers[at], self._pages[at], self._texts[at], self._folded[at])


def extract_listings(lines: pl.DataFrame, reports: pl.DataFrame, catalogue: Catalogue) -> Listings:
    """Return what ``reports`` list in ``lines``.

    ``lines``: report_id, line_no, page_no, text, folded, role. ``reports``: report_id, fiscal_year,
    company_name_zh, company_name_en.
    """
    by_report = lines.filter(pl.col("role") == "text").partition_by("report_id", as_dict=True)
    found: dict[str, list[dict[str, Any]]] = {"members": [], "entries": [], "targets": []}
    reader = TargetReader(catalogue, ValueReader(catalogue.units.pattern))
    for report in reports.sort("report_id").iter_rows(named=True):
        frame = by_report.get((report["report_id"],))
        if frame is None:
            continue
        texts = _Lines(frame)
        names = [report["company_name_zh"] or "", report["company_name_en"] or ""]
        year = report["fiscal_year"]
        of_report = {
            "members": read_board(texts, _matching(frame, board.CANDIDATES)),
            "entries": read_index(texts, _matching(frame, standards.CANDIDATES)),
            "targets": reader.read(texts, _matching(frame, targets.candidates(year)), year, names),
        }
        for kind, items in of_report.items():
            found[kind] += [{"report_id": report["report_id"], **vars(item)} for item in items]
    return Listings(
        pl.DataFrame(found["members"], schema=BOARD_MEMBERS),
        pl.DataFrame(found["entries"], schema=STANDARD_INDEX),
        pl.DataFrame(found["targets"], schema=TARGETS),
    )


def _matching(frame: pl.DataFrame, pattern: str) -> list[int]:
    return frame["folded"].str.contains(pattern).arg_true().to_list()
