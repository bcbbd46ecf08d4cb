"""The whole way: from a folder of texts to what an analyst finds in the marts."""

import csv
import hashlib
from pathlib import Path

import duckdb
import polars as pl
import pytest
from conftest import REAL_TEXTS, Builder, Built, report_text

from pipelines.modelling import build_models, failed
from pipelines.paths import Warehouse
from pipelines.publish import export_csv
from pipelines.workers import Workers

pytestmark = pytest.mark.slow


def test_every_published_number_stands_on_the_line_it_names(two_reports: Built) -> None:
    rows = ask(
        two_reports,
        """
        select source_file, line_no, raw_value
        from marts.fct_disclosure join marts.dim_report using (report_id)
        """,
    )
    lines = {
        name: (REAL_TEXTS / name).read_text(encoding="utf-8").splitlines()
        for name in ("bairong-2020-esg.txt", "jiayin-2023-esg.txt")
    }
    assert len(rows) > 150
    assert [row for row in rows if row[2] not in lines[row[0]][row[1] - 1]] == []


def test_a_known_number_is_in_the_units_of_its_metric(two_reports: Built) -> None:
    # "營業收入 人民幣千元 1,136,532" on line 295
    assert ask(
        two_reports,
        """
        select value, unit, unit_printed, line_no, quality_status from marts.fct_disclosure
        where report_id = 'bairong-2020' and metric_code = 'revenue' and raw_value = '1,136,532'
        """,
    ) == [(1_136_532_000.0, "RMB", "人民幣千元", 295, "passed")]


def test_a_ticker_keeps_its_zeros(two_reports: Built) -> None:
    assert ask(two_reports, "select ticker from marts.dim_company where company_id = 'bairong'") == [
        ("000725",)
    ]


def test_nothing_but_finished_tables_is_published(two_reports: Built) -> None:
    schemas = ask(two_reports, "select distinct table_schema from information_schema.tables order by 1")
    assert ("marts",) in schemas
    assert not {("staging",), ("intermediate",)} & set(schemas)


def test_parquet_exports_hold_what_the_marts_hold(two_reports: Built) -> None:
    exported = pl.read_parquet(two_reports.warehouse.exports / "fct_kpi.parquet")
    assert ask(two_reports, "select count(*) from marts.fct_kpi") == [(exported.height,)]


def test_nothing_lies_around_after_a_build(two_reports: Built) -> None:
    names = {path.name for path in two_reports.warehouse.folder.iterdir()}
    assert names == {
        ".build.lock", ".esg.alerts.lock", "builds", "cache", "data_docs", "esg.alerts.log",
        "esg.alerts.sqlite", "esg.build.json", "esg.duckdb", "exports",
    }  # fmt: skip


def test_a_run_that_is_repeated_leaves_the_file_that_it_published(
    workers: Workers, two_reports: Built
) -> None:
    """It works in the same folder, and the published file is a link to what it built."""
    build, target = two_reports.outcome.build, two_reports.warehouse.target
    assert build
    assert build.file.samefile(target)
    before = target.read_bytes()
    # The unit tests of the models run here, not in every build.
    results = workers.dbt.call(build_models, build, unit_tests=True)
    assert list(failed(results)) == []
    assert sum(result.unique_id.startswith("unit_test.") for result in results) >= 10
    assert not build.file.samefile(target)
    assert target.read_bytes() == before


def test_an_unchanged_folder_is_not_built_again(build: Builder, two_reports: Built) -> None:
    raw = two_reports.warehouse.folder.parent / "raw"
    before = two_reports.warehouse.target.stat()
    again = build(raw).outcome
    assert (again.exit_code, again.extracted) == (0, 0)
    assert again.unchanged is not None
    assert again.unchanged.reports == 2
    assert two_reports.warehouse.target.stat() == before


def test_a_renamed_text_without_reports_csv_is_described_by_itself(build: Builder, raw: Path) -> None:
    text = (REAL_TEXTS / "bairong-2020-esg.txt").read_bytes()
    (raw / "年报 (1) 'x\".txt").write_bytes(text)
    built = build(raw)
    assert built.outcome.exit_code == 0
    assert ask(built, "select report_id, fiscal_year, script from marts.dim_report") == [
        ("年报 (1) 'x\"", 2020, "Hant")
    ]
    assert ask(
        built,
        "select report_id from marts.fct_quality_finding where rule_code = 'inferred_metadata'",
    ) == [("年报 (1) 'x\"",)]


def test_only_what_is_new_or_altered_is_extracted(build: Builder, raw: Path, published: Warehouse) -> None:
    (raw / "b-2022.txt").write_text(report_text("乙示例集团有限公司"), encoding="utf-8")
    added = build(raw)
    assert added.outcome.extracted == 1
    assert electricity(added) == [("a-2022", 1234.5), ("b-2022", 1234.5)]

    (raw / "a-2022.txt").write_text(report_text("甲示例集团有限公司", electricity="99"), encoding="utf-8")
    altered = build(raw)
    assert altered.outcome.extracted == 1
    assert electricity(altered) == [("a-2022", 99.0), ("b-2022", 1234.5)]

    (raw / "b-2022.txt").unlink()
    assert electricity(build(raw)) == [("a-2022", 99.0)]


def test_the_same_texts_give_the_same_rows_without_the_cache(
    build: Builder, raw: Path, one_report: Built, published: Warehouse
) -> None:
    first = ask(one_report, "from marts.fct_disclosure order by disclosure_id")
    again = build(raw, full=True)
    assert again.outcome.extracted == 1
    assert ask(again, "from marts.fct_disclosure order by disclosure_id") == first


def test_files_that_are_no_reports_are_left_out_and_named(build: Builder, raw: Path) -> None:
    overlong = "，".join(f"女性员工占比{number}%" for number in range(250))
    (raw / "good 2022.txt").write_text(report_text(more=overlong), encoding="utf-8")
    (raw / "same again.txt").write_text(report_text(more=overlong), encoding="utf-8")
    (raw / "empty.txt").write_bytes(b"")
    (raw / "binary.txt").write_bytes(bytes(range(256)) * 10)
    built = build(raw)
    assert built.outcome.exit_code == 0
    assert ask(built, "select report_id from marts.dim_report") == [("good 2022",)]
    assert ask(
        built,
        """
        select rule_code, report_id from marts.fct_quality_finding
        where rule_code in ('rejected_file', 'duplicate_file', 'overlong_line') order by all
        """,
    ) == [
        ("duplicate_file", "same again.txt"),
        ("overlong_line", "good 2022"),
        ("rejected_file", "binary.txt"),
        ("rejected_file", "empty.txt"),
    ]
    for name in ("empty.txt", "binary.txt", "same again.txt"):
        assert any(message.startswith(name) for message in built.said)


def test_text_that_is_code_elsewhere_is_only_text(build: Builder, raw: Path, tmp_path: Path) -> None:
    labels = ["=cmd()|' /C calc'!A0", "<b>示例用量</b>", "'; drop table x; --"]
    rows = "".join(f"{label}\t吨\t7\n" for label in labels)
    more = f"\n环境绩效\t单位\t2022年\n{rows}"
    (raw / "a-2022.txt").write_text(report_text(more=more), encoding="utf-8")
    built = build(raw)
    read = {label for (label,) in ask(built, "select label_raw from marts.fct_disclosure")}
    assert {"=cmd()|' /C calc'!A0", "示例用量", "'; drop table x; --"} <= read

    export_csv(built.warehouse.target, tmp_path / "csv")
    with (tmp_path / "csv" / "fct_disclosure.csv").open(encoding="utf-8", newline="") as file:
        exported = {row["label_raw"] for row in csv.DictReader(file)}
    assert "'=cmd()|' /C calc'!A0" in exported
    assert not any(label.startswith("=") for label in exported)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b"", "empty.txt is empty"),
        ("reports.csv", b"report_id,nonsense\n", "reports.csv, line 1, column nonsense"),
    ],
)
def test_a_folder_that_cannot_be_read_is_refused_with_the_reason(
    build: Builder, raw: Path, name: str, content: bytes, said: str
) -> None:
    (raw / name).write_bytes(content)
    outcome = build(raw).outcome
    assert outcome.exit_code == 2
    assert said in outcome.problems[0]


def test_a_broken_extraction_is_not_published(build: Builder, raw: Path, published: Warehouse) -> None:
    before = published.target.read_bytes()

    # What an extractor with a defect would have left: a number that is not on the line it names.
    [entry] = published.cache.glob("*.parquet")
    kept = pl.read_parquet(entry)
    disclosures = kept["disclosures"][0].struct.unnest().with_columns(raw_value=pl.lit("4,711"))
    replace_cached(entry, kept.with_columns(disclosures.to_struct("disclosures").implode()))
    (raw / "b-2022.txt").write_text(report_text("乙示例集团有限公司"), encoding="utf-8")
    failed = build(raw)

    assert failed.outcome.exit_code == 1
    assert failed.outcome.problems
    assert published.target.read_bytes() == before


def replace_cached(entry: Path, row: pl.DataFrame) -> None:
    fresh = entry.with_name("fresh")
    row.write_parquet(fresh)
    checksum = hashlib.sha256(fresh.read_bytes()).hexdigest()[:16]
    entry.unlink()
    fresh.rename(entry.with_name(f"{entry.name.split('.')[0]}.{checksum}.parquet"))


def electricity(built: Built) -> list[tuple[object, ...]]:
    return ask(
        built,
        """
        select report_id, value from marts.fct_disclosure
        where metric_code = 'electricity_consumption' order by report_id
        """,
    )


def ask(built: Built, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(built.warehouse.target, read_only=True) as connection:
        return connection.execute(sql).fetchall()
