"""Extraction report by report, from a cache where nothing that goes into a report's rows has changed.

A cache entry is a Parquet file named after what it was made of and what it holds:
``<sha256 of the text>-<key>.<checksum of the file>.parquet``. The key covers the extractor (code and
catalogue) and the facts about the report, so no entry is ever out of date; the checksum tells a damaged one.
"""

import hashlib
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

# What extraction takes from a report apart from its lines.
_FACTS = ("report_id", "company_id", "fiscal_year", "company_name_zh", "company_name_en")
# Below this, starting processes takes longer than it saves.
_MIN_REPORTS_PER_PROCESS = 20
_REPORTS_PER_TASK = 8


@dataclass(frozen=True)
class Extraction:
    """``disclosures`` (schema DISCLOSURES, ordered by report, line and position), ``extracted`` reports."""

    disclosures: pl.DataFrame
    extracted: int


def extract_incrementally(
    lines: pl.DataFrame, reports: pl.DataFrame, cache: Path, *, jobs: int | None = None, full: bool = False
) -> Extraction:
    """Return the disclosures of ``reports``, extracting only those that ``cache`` doesn't hold.

    ``lines`` and ``reports`` have the schemas of ``ingest``. ``jobs`` is the number of processes, by default
    as many as there are processors if the work is worth it. ``full`` extracts everything. The result does not
    depend on any of the three. Entries that no report uses are removed.
    """
    cache.mkdir(parents=True, exist_ok=True)
    entries = {report["report_id"]: _entry(report) for report in reports.iter_rows(named=True)}
    cached = (
        {}
        if full
        else {name: frame for name in entries if (frame := _read(cache, entries[name])) is not None}
    )
    missing = reports.filter(~pl.col("report_id").is_in(list(cached))).sort("report_id")
    for frame in _extract(lines, missing, jobs):
        for (report_id,), disclosures in frame.partition_by("report_id", as_dict=True).items():
            cached[report_id] = disclosures
    for report_id in missing["report_id"]:
        cached.setdefault(report_id, DISCLOSURES.to_frame())  # a report without a single number
        _write(cache, entries[report_id], cached[report_id])
    _prune(cache, set(entries.values()))
    ordered = [cached[report_id] for report_id in sorted(cached)]
    return Extraction(pl.concat([DISCLOSURES.to_frame(), *ordered], rechunk=True), missing.height)


def _entry(report: dict[str, object]) -> str:
    facts = json.dumps([extractor_version(), *(report[name] for name in _FACTS)], ensure_ascii=False)
    return f"{report['sha256']}-{hashlib.sha256(facts.encode()).hexdigest()[:16]}"


def _extract(lines: pl.DataFrame, reports: pl.DataFrame, jobs: int | None) -> Iterator[pl.DataFrame]:
    processes = jobs or min(os.cpu_count() or 1, reports.height // _MIN_REPORTS_PER_PROCESS)
    if processes <= 1 or reports.height <= 1:
        yield extract_disclosures(lines, reports, load_catalogue())
        return
    size = min(_REPORTS_PER_TASK, -(-reports.height // processes))
    tasks = [
        (lines.filter(pl.col("report_id").is_in(part["report_id"].implode())), part)
        for part in reports.iter_slices(size)
    ]
    # Polars runs threads of its own, which a forked process would not have.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_extract_part, *zip(*tasks, strict=True))


def _extract_part(lines: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    return extract_disclosures(lines, reports, load_catalogue())


def _read(cache: Path, entry: str) -> pl.DataFrame | None:
    """Return the frame of an entry, None if there is none that is whole."""
    for file in cache.glob(f"{entry}.*.parquet"):
        content = file.read_bytes()
        if file.name == f"{entry}.{_checksum(content)}.parquet":
            return pl.read_parquet(content)
        file.unlink()
    return None


def _write(cache: Path, entry: str, disclosures: pl.DataFrame) -> None:
    fresh = cache / f".{entry}.new"
    disclosures.write_parquet(fresh)
    fresh.replace(cache / f"{entry}.{_checksum(fresh.read_bytes())}.parquet")


def _prune(cache: Path, used: set[str]) -> None:
    for file in cache.iterdir():
        if file.name.partition(".")[0] not in used:
            file.unlink()


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
