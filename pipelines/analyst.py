"""What the command line asks of a published warehouse: read-only, and only the public interface ``marts``."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

# DuckDB's names of the types that are aligned right.
_NUMBERS = frozenset(["tinyint", "smallint", "integer", "bigint", "hugeint", "float", "double", "decimal"])


class WarehouseError(RuntimeError):
    """The warehouse cannot answer; the message says what to do."""


@dataclass(frozen=True)
class Answer:
    """Rows of a query. ``numeric`` names the columns of numbers; ``is_cut`` says there are more rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    numeric: frozenset[str]
    is_cut: bool


@dataclass(frozen=True)
class Counts:
    """What a warehouse holds; ``mapped`` are disclosures of a catalogued metric, findings are by severity."""

    reports: int
    companies: int
    disclosures: int
    mapped: int
    kpis: int
    findings: dict[str, int]


def run_query(
    warehouse: Path, sql: str, parameters: Sequence[object] = (), *, limit: int | None = None
) -> Answer:
    """Return the rows of ``sql``, at most ``limit``. It can read no other file and change nothing.

    Raises WarehouseError if there is no warehouse or ``sql`` fails.
    """
    with _connected(warehouse) as connection:
        cursor = connection.execute(sql, list(parameters) or None)
        description = cursor.description or []
        rows = cursor.fetchall() if limit is None else cursor.fetchmany(limit + 1)
    shown = rows if limit is None else rows[:limit]
    return Answer(
        columns=tuple(column[0] for column in description),
        rows=shown,
        numeric=frozenset(column[0] for column in description if column[1].id in _NUMBERS),
        is_cut=len(rows) > len(shown),
    )


def count(warehouse: Path) -> Counts:
    """Count what ``warehouse`` holds. Findings that are acknowledged don't count."""
    reports, companies, disclosures, mapped, kpis = run_query(
        warehouse,
        """
        select
            (select count(*) from marts.dim_report),
            (select count(*) from marts.dim_company),
            (select count(*) from marts.fct_disclosure),
            (select count(metric_code) from marts.fct_disclosure),
            (select count(*) from marts.fct_kpi)
        """,
    ).rows[0]
    findings = run_query(
        warehouse,
        """
        select severity, count(*) from marts.fct_quality_finding where not acknowledged
        group by severity order by severity
        """,
    ).rows
    return Counts(reports, companies, disclosures, mapped, kpis, dict(findings))


def findings(warehouse: Path, **wanted: str | None) -> Answer:
    """Return the findings, the gravest first; ``wanted`` may give severity, report_id and rule_code."""
    given = {column: value for column, value in wanted.items() if value is not None}
    conditions = " and ".join(["true", *(f"{column} = ?" for column in given)])
    return run_query(
        warehouse,
        f"""
        select severity, rule_code, report_id, message, acknowledged, first_seen_at
        from marts.fct_quality_finding
        where {conditions}
        order by array_position(['error', 'warning', 'info'], severity), rule_code, report_id, message
        """,
        list(given.values()),
    )


def disclosure(warehouse: Path, disclosure_id: str) -> dict[str, Any]:
    """Return the disclosure with its report's source_file and sha256; the start of its id is enough.

    Raises WarehouseError if none or several begin so.
    """
    answer = run_query(
        warehouse,
        """
        select fct_disclosure.*, dim_report.source_file, dim_report.sha256
        from marts.fct_disclosure join marts.dim_report using (report_id)
        where starts_with(disclosure_id, ?)
        """,
        [disclosure_id],
        limit=1,
    )
    if not answer.rows or not disclosure_id:
        raise WarehouseError(f"no disclosure has the id {disclosure_id!r}; ids are in marts.fct_disclosure")
    if answer.is_cut:
        raise WarehouseError(f"several disclosure ids begin with {disclosure_id!r}; give more of it")
    return dict(zip(answer.columns, answer.rows[0], strict=True))


@contextmanager
def _connected(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    if not warehouse.is_file():
        raise WarehouseError(f"{warehouse} does not exist; make it with: esg build")
    try:
        with duckdb.connect(
            warehouse,
            read_only=True,
            config={"enable_external_access": "false", "lock_configuration": "true"},
        ) as connection:
            yield connection
    except duckdb.Error as error:
        raise WarehouseError(str(error).strip()) from error
