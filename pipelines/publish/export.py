"""The marts as files for those who don't read DuckDB: Parquet, and CSV that is safe in a spreadsheet."""

from collections.abc import Iterator
from pathlib import Path

import duckdb

# A spreadsheet runs a cell that starts with one of these as a formula.
_FORMULA_START = r"^[=+\-@\t\r]"


def export_marts(warehouse: Path, folder: Path) -> list[Path]:
    """Write every table of ``marts`` to ``folder`` as Parquet; return the files. Each is replaced at once."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        return [
            _copy(
                connection, f"marts.{table}", folder / f"{table}.parquet", "format parquet, compression zstd"
            )
            for table in _tables(connection)
        ]


def export_csv(warehouse: Path, folder: Path) -> list[Path]:
    """Write every table of ``marts`` to ``folder`` as CSV (UTF-8, with a header); return the files.

    Text that a spreadsheet would take for a formula has an apostrophe in front; numbers are as they are.
    """
    with duckdb.connect(warehouse, read_only=True) as connection:
        return [
            _copy(connection, f"({_without_formulas(connection, table)})", folder / f"{table}.csv", "header")
            for table in _tables(connection)
        ]


def _tables(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    rows = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'marts' order by table_name"
    ).fetchall()
    return (name for (name,) in rows)


def _without_formulas(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    columns = connection.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_schema = 'marts' and table_name = ? order by ordinal_position",
        [table],
    ).fetchall()
    selected = (
        _without_formula(name) if data_type == "VARCHAR" else f'"{name}"' for name, data_type in columns
    )
    return f"select {', '.join(selected)} from marts.{table}"


def _without_formula(column: str) -> str:
    starts_one = f"""regexp_matches("{column}", '{_FORMULA_START}')"""
    return f"""case when {starts_one} then '''' || "{column}" else "{column}" end as "{column}" """


def _copy(connection: duckdb.DuckDBPyConnection, source: str, file: Path, options: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.new")
    quoted = str(fresh).replace("'", "''")
    relation = source if source.startswith("(") else f"(from {source})"
    connection.execute(f"copy {relation} to '{quoted}' ({options})")
    fresh.replace(file)
    return file
