"""The table that the benchmark of queries measures is like the published one, and its queries answer."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from benchmarks.queries import FIRST_YEAR, QUERIES, generate, measure, results
from pipelines.dictionary import tables

ROWS = 100_000
CHOICE = {"company": "000003", "metric": "ghg_scope1", "year": FIRST_YEAR + 2}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kpi") / "kpi.duckdb"
    generate(path, ROWS)
    return path


@pytest.fixture
def connection(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(file, read_only=True) as opened:
        yield opened


@pytest.fixture
def rows(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return connection.execute("from marts.fct_kpi").pl()


def test_it_has_the_columns_of_the_published_table(connection: duckdb.DuckDBPyConnection) -> None:
    (kpi,) = (table for table in tables() if table.name == "fct_kpi")
    columns = connection.execute(
        "select column_name, lower(data_type) from duckdb_columns() where table_name = 'fct_kpi'"
    ).fetchall()
    assert columns == [(name, kind) for name, kind, _ in kpi.columns]


def test_it_has_as_many_rows_as_asked_one_of_each_kind_in_the_published_order(rows: pl.DataFrame) -> None:
    grain = ["breakdown", "company_id", "metric_code", "member", "fiscal_year"]
    assert rows.height == ROWS
    assert rows.select(grain).is_unique().all()
    assert rows.select(grain).equals(rows.select(grain).sort(grain, nulls_last=False))


def test_a_point_and_a_series_are_the_rows_they_ask_for(
    connection: duckdb.DuckDBPyConnection, rows: pl.DataFrame
) -> None:
    wanted = rows.filter(
        pl.col("company_id") == CHOICE["company"],
        pl.col("metric_code") == CHOICE["metric"],
        pl.col("member").is_null(),
    )
    assert ask(connection, "series") == wanted.select("fiscal_year", "value").rows()
    (point,) = wanted.filter(pl.col("fiscal_year") == CHOICE["year"]).iter_rows(named=True)
    assert ask(connection, "point") == [(point["value"], point["unit"], point["disclosure_id"])]


@pytest.mark.parametrize(
    ("name", "keys"),
    [("by_year", ["fiscal_year"]), ("by_metric", ["metric_code"]), ("by_company", ["company_id"])],
)
def test_groups_are_those_of_the_table(
    connection: duckdb.DuckDBPyConnection, rows: pl.DataFrame, name: str, keys: list[str]
) -> None:
    expected = rows.group_by(keys).agg(pl.len(), pl.col("value").mean()).sort(keys).rows()
    for answered, wanted in zip(sorted(ask(connection, name)), expected, strict=True):
        assert answered[:2] == wanted[:2]
        assert answered[2] == pytest.approx(wanted[2])


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_answers(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    assert ask(connection, name)


def test_the_page_has_a_line_for_every_query(file: Path) -> None:
    page = results(measure(file, 2), ROWS, file.stat().st_size)
    assert "100,000 generated rows" in page
    assert [query.question for query in QUERIES.values() if f"| {query.question} | " not in page] == []


def ask(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[object, ...]]:
    query = QUERIES[name]
    return connection.execute(query.sql, query.bind(CHOICE)).fetchall()
