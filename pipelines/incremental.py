"""Extraction report by report, from a cache where nothing that goes into a report's rows has changed.

A cache entry is a Parquet file named after what it was made of and what it holds:
``<sha256 of the text>-<key>.<checksum of the file>.parquet``. The key covers the extractor (code and
catalogue) and the facts about the report, so no entry is ever out of date; the checksum tells a damaged one.
It has one row, in which each frame is a list of its rows.
"""

import hashlib
import io
import itertools
import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from pipelines.catalogue import load_catalogue
from pipelines.extraction import DISCLOSURES, extract_disclosures, extractor_version
from pipelines.extraction.board import BOARD_MEMBERS
from pipelines.extraction.listings import extract_listings
from pipelines.extraction.standards import STANDARD_INDEX
from pipelines.extraction.targets import TARGETS

# What extraction takes from a report apart from its lines.
_FACTS = ("report_id", "company_id", "fiscal_year", "company_name_zh", "company_name_en")
# Below this, starting processes takes longer than it saves.
_MIN_REPORTS_PER_PROCESS = 20
_REPORTS_PER_TASK = 8


_SCHEMAS = {
    "disclosures": DISCLOSURES,
    "board_members": BOARD_MEMBERS,
    "standard_index": STANDARD_INDEX,
    "targets": TARGETS,
}
Frames = dict[str, pl.DataFrame]
"""A frame for every name of ``Extraction``."""
_EMPTY: Frames = {name: schema.to_frame() for name, schema in _SCHEMAS.items()}


@dataclass(frozen=True)
class Extraction:
    """What was read of all reports, ordered by report and line, and how many were ``extracted`` for it.

    ``disclosures`` have the schema DISCLOSURES, ``board_members`` BOARD_MEMBERS, ``standard_index``
    STANDARD_INDEX, ``targets`` TARGETS.
    """

    disclosures: pl.DataFrame
    board_members: pl.DataFrame
    standard_index: pl.DataFrame
    targets: pl.DataFrame
    extracted: int


def extract_incrementally(
    lines: pl.DataFrame, reports: pl.DataFrame, cache: Path, *, jobs: int | None = None, full: bool = False
) -> Extraction:
    """Return what ``reports`` say, extracting only those that ``cache`` doesn't hold.

    ``lines`` and ``reports`` have the schemas of ``ingest``. ``jobs`` is the number of processes, by default
    as many as there are processors if the work is worth it. ``full`` extracts everything. The result does not
    depend on any of the three. Entries that no report uses are removed.
    """
    cache.mkdir(parents=True, exist_ok=True)
    entries = {report["report_id"]: _entry(report) for report in reports.iter_rows(named=True)}
    cached = (
        {}
        if full
        else {name: frames for name in entries if (frames := _read(cache, entries[name])) is not None}
    )
    missing = reports.filter(~pl.col("report_id").is_in(list(cached))).sort("report_id")
    for frames in _extract(lines, missing, jobs):
        for report_id, of_report in _by_report(frames).items():
            cached[report_id] = of_report
    for report_id in missing["report_id"]:
        cached.setdefault(report_id, _nothing())
        _write(cache, entries[report_id], cached[report_id])
    _prune(cache, set(entries.values()))
    ordered = [_nothing(), *(cached[report_id] for report_id in sorted(cached))]
    whole = {name: pl.concat([frames[name] for frames in ordered], rechunk=True) for name in _SCHEMAS}
    return Extraction(**whole, extracted=missing.height)


def _nothing() -> Frames:
    return dict(_EMPTY)


def _by_report(frames: Frames) -> dict[str, Frames]:
    found: dict[str, Frames] = {}
    for name, frame in frames.items():
        for (report_id,), part in frame.partition_by("report_id", as_dict=True).items():
            found.setdefault(report_id, _nothing())[name] = part
    return found


def _entry(report: dict[str, object]) -> str:
    facts = json.dumps([extractor_version(), *(report[name] for name in _FACTS)], ensure_ascii=False)
    return f"{report['sha256']}-{hashlib.sha256(facts.encode()).hexdigest()[:16]}"


def _extract(lines: pl.DataFrame, reports: pl.DataFrame, jobs: int | None) -> Iterator[Frames]:
    processes = max(1, jobs or min(os.cpu_count() or 1, reports.height // _MIN_REPORTS_PER_PROCESS))
    size = max(1, min(_REPORTS_PER_TASK, -(-reports.height // processes)))
    numbered = reports.with_columns(task=pl.int_range(pl.len()) // size)
    in_tasks = lines.join(numbered.select("report_id", "task"), on="report_id", maintain_order="left")
    lines_of = in_tasks.partition_by("task", as_dict=True, include_key=False)
    reports_of = numbered.partition_by("task", as_dict=True, include_key=False)
    tasks = [(lines_of[task], part) for task, part in reports_of.items() if task in lines_of]
    if processes == 1 or len(tasks) < 2:
        yield from itertools.starmap(_extract_part, tasks)
        return
    # Polars runs threads of its own, which a forked process would not have.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_extract_part, *zip(*tasks, strict=True))


def _extract_part(lines: pl.DataFrame, reports: pl.DataFrame) -> Frames:
    catalogue = load_catalogue()
    listings = extract_listings(lines, reports, catalogue)
    return {"disclosures": extract_disclosures(lines, reports, catalogue), **vars(listings)}


def _read(cache: Path, entry: str) -> Frames | None:
    """Return the frames of an entry, None if it is missing or damaged."""
    for file in cache.glob(f"{entry}.*.parquet"):
        content = file.read_bytes()
        if file.name == _name(entry, content):
            row = pl.read_parquet(content)
            return {name: row[name][0].struct.unnest() for name in _SCHEMAS}
        file.unlink()
    return None


def _write(cache: Path, entry: str, frames: Frames) -> None:
    row = pl.DataFrame({name: frame.to_struct().implode() for name, frame in frames.items()})
    content = io.BytesIO()
    row.write_parquet(content, compression="lz4", statistics=False)
    fresh = cache / f".{entry}.new"
    fresh.write_bytes(content.getvalue())
    fresh.replace(cache / _name(entry, content.getvalue()))


def _name(entry: str, content: bytes) -> str:
    return f"{entry}.{hashlib.sha256(content).hexdigest()[:16]}.parquet"


def _prune(cache: Path, used: set[str]) -> None:
    for file in cache.iterdir():
        if file.name.partition(".")[0] not in used:
            file.unlink()
