"""The marts as files for those who don't read DuckDB: Parquet, and CSV and Excel that are safe to open."""

import codecs
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

# Excel's limits.
_SHEET_ROWS, _SHEET_NAME, _CELL_LENGTH = 1_048_576, 31, 32_767
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


def export_csv(warehouse: Path, folder: Path, *, bom: bool = False) -> list[Path]:
    """Write every table of ``marts`` to ``folder`` as CSV (UTF-8, with a header); return the files.

    ``bom`` puts a byte order mark in front, without which Excel takes Chinese text for another encoding.
    Text that a spreadsheet would take for a formula has an apostrophe in front; numbers are as they are.
    """
    with duckdb.connect(warehouse, read_only=True) as connection:
        files = [
            _copy(connection, f"({_without_formulas(connection, table)})", folder / f"{table}.csv", "header")
            for table in _tables(connection)
        ]
    for file in files if bom else []:
        marked = file.with_name(f".{file.name}.new")
        with file.open("rb") as source, marked.open("wb") as target:
            target.write(codecs.BOM_UTF8)
            shutil.copyfileobj(source, target)
        marked.replace(file)
    return files


def export_excel(warehouse: Path, folder: Path) -> Path:
    """Write every table of ``marts`` to a sheet of ``folder/marts.xlsx``; return the file.

    No text is a formula or a link: it is written as text, and stays text when its cell is edited. Lists are
    joined by commas. Raises ValueError for a table with more rows than a sheet can have.
    """
    import xlsxwriter  # type: ignore[import-untyped]

    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / ".marts.xlsx.new"
    book = xlsxwriter.Workbook(
        fresh, {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    )
    text, head = book.add_format({"quote_prefix": True}), book.add_format({"bold": True})
    with duckdb.connect(warehouse, read_only=True) as connection, book:
        for table in _tables(connection):
            cursor = connection.execute(f"from marts.{table}")
            columns = [column[0] for column in cursor.description or []]
            rows = cursor.fetchall()
            if len(rows) >= _SHEET_ROWS:
                raise ValueError(f"marts.{table} has more rows than a sheet can have; export CSV or Parquet")
            sheet = book.add_worksheet(table[:_SHEET_NAME])
            sheet.write_row(0, 0, columns, head)
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows, start=1):
                for place, value in enumerate(row):
                    if isinstance(value, int | float):
                        sheet.write(number, place, value)
                    elif value is not None:
                        cell = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
                        sheet.write_string(number, place, cell[:_CELL_LENGTH], text)
    fresh.replace(folder / "marts.xlsx")
    return folder / "marts.xlsx"


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
