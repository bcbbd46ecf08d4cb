"""Extraction with a cache: what is taken from it, what isn't, and that no one sees a difference."""

from collections.abc import Callable
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from pipelines.incremental import Extraction, extract_incrementally
from pipelines.ingest import read_folder

ROWS = "环境绩效\t单位\t2022年\n总用电量\t兆瓦时\t{}\n温室气体排放总量\t吨\t8\n"
REPORTS_CSV = "report_id,company_id,fiscal_year\na,alpha,2022\nb,beta,2022\nsilent,gamma,2022\n"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "a.txt").write_text(ROWS.format("11"), encoding="utf-8")
    (folder / "b.txt").write_text(ROWS.format("22"), encoding="utf-8")
    (folder / "silent.txt").write_text("没有数字的报告\n", encoding="utf-8")
    (folder / "reports.csv").write_text(REPORTS_CSV, encoding="utf-8")
    return folder


def test_the_second_time_everything_comes_from_the_cache(raw: Path, tmp_path: Path) -> None:
    first = extract(raw, tmp_path / "cache")
    second = extract(raw, tmp_path / "cache")
    assert first.disclosures["raw_value"].to_list() == ["11", "8", "22", "8"]
    assert (first.extracted, second.extracted) == (3, 0)
    assert_frame_equal(first.disclosures, second.disclosures)


def test_everything_is_extracted_when_asked_to(raw: Path, tmp_path: Path) -> None:
    extract(raw, tmp_path / "cache")
    assert extract(raw, tmp_path / "cache", full=True).extracted == 3


def test_a_report_is_extracted_again_when_its_text_or_a_fact_about_it_changes(
    raw: Path, tmp_path: Path
) -> None:
    extract(raw, tmp_path / "cache")
    (raw / "a.txt").write_text(ROWS.format("33"), encoding="utf-8")
    assert extract(raw, tmp_path / "cache").extracted == 1

    (raw / "reports.csv").write_text(REPORTS_CSV.replace("beta", "delta"), encoding="utf-8")
    changed = extract(raw, tmp_path / "cache")
    assert changed.extracted == 1
    assert changed.disclosures["company_id"].unique().sort().to_list() == ["alpha", "delta"]


@pytest.mark.parametrize("damage", [lambda data: data[:100], lambda data: data[:200] + b"x" + data[201:]])
def test_a_damaged_entry_is_extracted_again(
    raw: Path, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    first = extract(raw, tmp_path / "cache")
    entry = min((tmp_path / "cache").iterdir())
    entry.write_bytes(damage(entry.read_bytes()))
    again = extract(raw, tmp_path / "cache")
    assert again.extracted == 1
    assert_frame_equal(first.disclosures, again.disclosures)


def test_what_reports_list_comes_from_the_cache_too(raw: Path, tmp_path: Path) -> None:
    (raw / "a.txt").write_text("- 到2050年前实现公司全价值链碳中和\n", encoding="utf-8")
    first = extract(raw, tmp_path / "cache")
    second = extract(raw, tmp_path / "cache")
    assert second.extracted == 0
    assert first.targets["target_year"].to_list() == [2050]
    assert_frame_equal(first.targets, second.targets)


def test_entries_of_removed_reports_are_removed(raw: Path, tmp_path: Path) -> None:
    extract(raw, tmp_path / "cache")
    (raw / "a.txt").unlink()
    extract(raw, tmp_path / "cache")
    assert len({file.name.partition(".")[0] for file in (tmp_path / "cache").iterdir()}) == 2


def test_processes_make_no_difference(raw: Path, tmp_path: Path) -> None:
    one = extract(raw, tmp_path / "one", jobs=1)
    two = extract(raw, tmp_path / "two", jobs=2)
    assert_frame_equal(one.disclosures, two.disclosures)


def extract(raw: Path, cache: Path, *, jobs: int | None = None, full: bool = False) -> Extraction:
    intake = read_folder(raw)
    return extract_incrementally(intake.lines, intake.reports, cache, jobs=jobs, full=full)
