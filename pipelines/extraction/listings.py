"""What reports list beside their figures: directors, targets, and the index of standards.

Each kind is read by a module of its own; this one hands the lines out and makes frames of what is found.
"""

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from pipelines.catalogue import Catalogue
from pipelines.extraction.board import BOARD_MEMBERS, read_board
from pipelines.extraction.lines import Lines
from pipelines.extraction.numbers import value_reader
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


def extract_listings(lines: pl.DataFrame, reports: pl.DataFrame, catalogue: Catalogue) -> Listings:
    """Return what ``reports`` list in ``lines``.

    ``lines``: report_id, line_no, page_no, text, folded, role. ``reports``: report_id, fiscal_year,
    company_name_zh, company_name_en.
    """
    by_report = lines.filter(pl.col("role") == "text").partition_by("report_id", as_dict=True)
    found: dict[str, list[dict[str, Any]]] = {"members": [], "entries": [], "targets": []}
    reader = TargetReader(catalogue, value_reader(catalogue.units.pattern))
    for report in reports.sort("report_id").iter_rows(named=True):
        frame = by_report.get((report["report_id"],))
        if frame is None:
            continue
        texts = Lines(frame)
        # 甲集团（甲科技） is printed as 甲集团, 甲科技.
        printed = f"{report['company_name_zh'] or ''}（{report['company_name_en'] or ''}"
        names = [name.strip() for name in re.split("[()（）]", printed) if name.strip()]
        of_report: dict[str, Sequence[object]] = {
            "members": read_board(texts),
            "entries": read_index(texts),
            "targets": reader.read(texts, report["fiscal_year"], names),
        }
        for kind, items in of_report.items():
            found[kind] += [{"report_id": report["report_id"], **vars(item)} for item in items]
    # What stands twice on one line is listed once.
    return Listings(
        pl.DataFrame(found["members"], schema=BOARD_MEMBERS),
        pl.DataFrame(found["entries"], schema=STANDARD_INDEX).unique(
            ["report_id", "framework", "code", "line_no"], keep="first", maintain_order=True
        ),
        pl.DataFrame(found["targets"], schema=TARGETS).unique(
            ["report_id", "line_no", "text", "target_year"], keep="first", maintain_order=True
        ),
    )
