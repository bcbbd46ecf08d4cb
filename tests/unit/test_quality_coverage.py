"""How much was read: against what is published, and against the catalogue."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
from quality_frames import datapoint, disclosures, failed, reports

from pipelines.quality.coverage import (
    coverage_drop,
    inferred_metadata,
    read_published,
    unmapped_labels,
)


def published(report_id: str, count: int, sha256: str) -> pl.DataFrame:
    return pl.DataFrame({"report_id": [report_id], "sha256": [sha256], "published": [count]})


READ = disclosures(
    *(datapoint("turnover_rate", str(line), line) for line in range(1, 9)),
    datapoint("turnover_rate", "/", 20),
    datapoint(None, "9", 21),
)  # eight that count


def test_a_fifth_less_is_allowed() -> None:
    assert (
        failed(coverage_drop(READ, reports("acme-2021"), published("acme-2021", 10, "sha of acme-2021")))
        == []
    )


def test_less_of_the_same_bytes_blocks() -> None:
    last = published("another-name-2021", 11, "sha of acme-2021")
    (row,) = failed(coverage_drop(READ, reports("acme-2021"), last))
    assert (row["severity"], row["is_blocking"], row["expected"], row["observed"]) == ("error", True, 11, 8)


def test_less_of_another_text_is_a_warning() -> None:
    (row,) = failed(coverage_drop(READ, reports("acme-2021"), published("acme-2021", 11, "older sha")))
    assert (row["severity"], row["is_blocking"]) == ("warning", False)
    assert row["message"] == (
        "acme-2021: 8 catalogued datapoints where 11 are published; "
        "the text has changed: look whether it is whole."
    )


def test_a_report_that_is_gone_is_a_warning() -> None:
    (row,) = failed(coverage_drop(READ, reports("acme-2021"), published("acme-2020", 3, "its sha")))
    assert (row["report_id"], row["severity"], row["is_blocking"]) == ("acme-2020", "warning", False)


def test_what_is_published_is_read_from_the_marts(tmp_path: Path) -> None:
    file = tmp_path / "esg.duckdb"
    with duckdb.connect(file) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.dim_report as select 'acme-2021' as report_id, 'abc' as sha256"
        )
        connection.execute(
            "create table marts.fct_disclosure as select * from (values ('acme-2021', 'a', 'reported'), "
            "('acme-2021', 'a', 'not_disclosed'), ('acme-2021', null, 'reported')) "
            "as t(report_id, metric_code, status)"
        )
        connection.execute(
            "create table marts.fct_quality_finding as "
            "select 'f1' as finding_id, timestamp '2024-05-06 07:08:09' as first_seen_at"
        )
    last = read_published(file)
    assert last.counts.rows() == [("acme-2021", "abc", 1)]
    assert last.first_seen == {"f1": datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)}


def test_nothing_is_published_before_the_first_run_or_by_a_file_without_marts(tmp_path: Path) -> None:
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(empty).close()
    for file in (None, tmp_path / "gone.duckdb", empty):
        last = read_published(file)
        assert (last.counts.height, last.first_seen) == (0, {})


def test_unknown_labels_are_one_finding_per_report() -> None:
    frame = disclosures(
        datapoint(None, "1", 3, label_raw="锦旗"),
        datapoint(None, "2", 4, label_raw="锦旗"),
        datapoint(None, "3", 5, label_raw="表扬"),
    )
    (finding,) = unmapped_labels(frame)
    assert (finding.severity, finding.observed) == ("info", 3)
    assert finding.message == (
        "acme-2021: 3 numbers have labels that the catalogue does not know, among them 锦旗 (line 3); "
        "表扬 (line 5); add aliases to metric_aliases.csv for those that are metrics."
    )


def test_inferred_facts_are_one_finding_per_report() -> None:
    (finding,) = inferred_metadata(reports("acme-2021", inferred=["company_id", "script"]))
    assert finding.message == (
        "acme-2021.txt: company_id, script inferred from the text; check and declare them in reports.csv."
    )
