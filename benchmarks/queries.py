"""``python -m benchmarks.queries``: how fast ``fct_kpi`` answers when it holds ten million rows.

The table has the published one's columns, types and order; its rows are generated, with the catalogue's
metrics. Each query runs many times with other parameters on a connection that reads only, as an analyst's
does; medians and 95th percentiles are written to a Markdown file.
"""

import argparse
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.dictionary import metrics, tables

ROOT = Path(__file__).resolve().parent.parent
FIRST_YEAR, YEARS = 2015, 10
# A total and two members: each metric's share of a report.
MEMBERS = ((None, None), ("gender", "female"), ("gender", "male"))
_THREADS = 2


@dataclass(frozen=True)
class Query:
    """A question and its SQL, with the parameters ``company``, ``metric`` and ``year`` that it names."""

    question: str
    sql: str

    def bind(self, parameters: Mapping[str, object]) -> dict[str, object]:
        return {name: value for name, value in parameters.items() if f"${name}" in self.sql}


QUERIES = {
    "point": Query(
        "one number: company, metric and year",
        "select value, unit, disclosure_id from marts.fct_kpi where company_id = $company "
        "and metric_code = $metric and fiscal_year = $year and member is null",
    ),
    "series": Query(
        "one metric of a company over the years",
        "select fiscal_year, value from marts.fct_kpi where company_id = $company "
        "and metric_code = $metric and member is null order by fiscal_year",
    ),
    "company": Query(
        "all metrics of a company, by metric and year",
        "select metric_code, fiscal_year, count(*), sum(value) from marts.fct_kpi "
        "where company_id = $company group by all",
    ),
    "peers": Query(
        "one metric and year, by company",
        "select company_id, sum(value) as total from marts.fct_kpi where metric_code = $metric "
        "and fiscal_year = $year group by all order by total desc limit 20",
    ),
    "trend": Query(
        "one metric of all companies, by year",
        "select fiscal_year, count(*), avg(value) from marts.fct_kpi "
        "where metric_code = $metric and member is null group by all",
    ),
    "by_year": Query(
        "the whole table, by year",
        "select fiscal_year, count(*), avg(value) from marts.fct_kpi group by all",
    ),
    "by_metric": Query(
        "the whole table, by metric",
        "select metric_code, count(*), avg(value) from marts.fct_kpi group by all",
    ),
    "by_company": Query(
        "the whole table, by company",
        "select company_id, count(*), avg(value) from marts.fct_kpi group by all",
    ),
    "by_all": Query(
        "the whole table, by company, metric and year (a group for every three rows)",
        "select count(*), max(total) from (select company_id, metric_code, fiscal_year, sum(value) as total "
        "from marts.fct_kpi group by all)",
    ),
}


def generate(file: Path, rows: int) -> None:
    """Write a DuckDB file with ``marts.fct_kpi`` of ``rows`` rows, as dbt would have published it."""
    (kpi,) = (table for table in tables() if table.name == "fct_kpi")
    columns = ", ".join(f"{name} {kind}" for name, kind, _ in kpi.columns)
    with duckdb.connect(file) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.fct_kpi ({columns})")
        connection.execute("create table metric as select unnest($codes) as metric_code", {
            "codes": [each.row["metric_code"] for each in metrics()]
        })  # fmt: skip
        connection.execute("create table member (breakdown varchar, member varchar)")
        connection.executemany("insert into member values (?, ?)", MEMBERS)
        companies = -(-rows // (len(metrics()) * len(MEMBERS) * YEARS))
        connection.execute(
            """
            insert into marts.fct_kpi by name
            select
                -- As names do, they differ in their first eight bytes: zone maps see no more of a text.
                format('{:06d}', company) as company_id, metric_code, breakdown, member, fiscal_year,
                (hash(company, metric_code, member, fiscal_year) % 100_000_000) / 100 as value,
                'percent' as unit, 'exact' as qualifier,
                format('{:06d}-{}', company, fiscal_year) as report_id,
                left(md5(concat(company, metric_code, member, fiscal_year)), 16) as disclosure_id,
                1 as disclosures, 0 as conflicts, false as is_restated, value as first_value,
                report_id as first_report_id, 'duration' as basis, null as scope_note
            from range($companies) as companies (company), metric, member,
                range($first, $first + $years) as years (fiscal_year)
            order by breakdown nulls first, company_id, metric_code, member, fiscal_year
            limit $rows
            """,
            {"companies": companies, "rows": rows, "first": FIRST_YEAR, "years": YEARS},
        )
        connection.execute("drop table metric")
        connection.execute("drop table member")


def measure(file: Path, runs: int) -> dict[str, list[tuple[float, float]]]:
    """Return the milliseconds of each run of each query, by the clock and of all processors together.

    The first run, which reads the file, is left out.
    """
    chance = random.Random(1)
    found: dict[str, list[tuple[float, float]]] = {}
    with duckdb.connect(file, read_only=True, config={"threads": _THREADS}) as connection:
        companies = connection.execute("select distinct company_id from marts.fct_kpi").fetchall()
        codes = [each.row["metric_code"] for each in metrics()]
        for name, query in QUERIES.items():
            took = []
            for _ in range(runs + 1):
                parameters = {
                    "company": chance.choice(companies)[0],
                    "metric": chance.choice(codes),
                    "year": FIRST_YEAR + chance.randrange(YEARS),
                }
                clock, processor = time.perf_counter(), time.process_time()
                connection.execute(query.sql, query.bind(parameters)).fetchall()
                took.append((1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)))
            found[name] = took[1:]
            _say(f"{name}: {_median(found[name], 0):.1f} ms, {_median(found[name], 1):.1f} ms of processors")
    return found


def results(found: Mapping[str, list[tuple[float, float]]], rows: int, size: int) -> str:
    """Return the figures as Markdown; ``size`` is the file's in bytes."""
    runs = len(next(iter(found.values())))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    lines = [
        "# Queries over many rows",
        "",
        f"`make bench-queries`: `fct_kpi` with {rows:,} generated rows in a file of {size / 1e6:,.0f} MB, "
        f"DuckDB {duckdb.__version__} with {_THREADS} threads, {runs} runs of each query with other "
        f"parameters, on a machine with {os.cpu_count()} cores ({platform.machine()}) and {memory:.0f} GB.",
        "",
        f"Load of the machine at the end: {os.getloadavg()[0]:.1f}. Where it exceeds the cores, others were "
        "at work, and the clock says more about them; the time of all processors together does not.",
        "",
        "| question | median, ms | 95 %, ms | processors, median, ms |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, took in found.items():
        high = statistics.quantiles([clock for clock, _ in took], n=20)[-1]
        figures = f"{_median(took, 0):.1f} | {high:.1f} | {_median(took, 1):.1f}"
        lines.append(f"| {QUERIES[name].question} | {figures} |")
    lines += ["", *(f"- {query.question}: `{query.sql}`" for query in QUERIES.values())]
    return "\n".join(lines) + "\n"


def _median(took: list[tuple[float, float]], which: int) -> float:
    return statistics.median(each[which] for each in took)


def main() -> None:
    """Generate, measure, and write the results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.queries", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=50, help="runs of each query (default 50)")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "queries.md", help="file to write")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kpi.duckdb"
        generate(file, arguments.rows)
        _say(f"{arguments.rows:,} rows written")
        found = measure(file, arguments.runs)
        arguments.out.write_text(results(found, arguments.rows, file.stat().st_size), encoding="utf-8")
    _say(f"written to {arguments.out}")


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
