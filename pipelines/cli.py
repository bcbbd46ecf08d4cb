"""The command ``esg``. Exit codes: 0 done, 1 a gate failed, 2 bad usage or unreadable input.

Each command imports what it needs when it runs: asking for the status must not wait for Dagster.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from pipelines.console import show, show_error, show_json, show_table, show_warning
from pipelines.paths import ACCURACY, DICTIONARY, LABELS, RAW, WAREHOUSE, Warehouse
from pipelines.settings import DAILY

if TYPE_CHECKING:
    from pipelines.publish import Publication
    from pipelines.run import Outcome

app = typer.Typer(
    name="esg",
    help="From the texts of ESG reports to a checked, traceable DuckDB warehouse.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

RawOption = Annotated[Path, typer.Option("--raw", help="Folder of the report texts.", show_default="raw/")]
OutOption = Annotated[
    Path, typer.Option("--out", help="The warehouse to publish.", show_default="warehouse/esg.duckdb")
]
FromOption = Annotated[
    Path, typer.Option("--warehouse", help="The warehouse to read.", show_default="warehouse/esg.duckdb")
]

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def main() -> None:
    app()


@app.command()
def build(
    raw: RawOption = RAW,
    out: OutOption = WAREHOUSE.target,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes for extraction [default: as many as help].")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Extract and build everything anew.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show Dagster's log, and tracebacks.")] = False,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Say what happens as lines of JSON, for machines.")
    ] = False,
) -> None:
    """Read the texts, extract, check, model, and publish the warehouse if every gate passed.

    Exit code 0: published. 1: a gate failed, the published warehouse is as it was. 2: input is unreadable.
    """
    from pipelines.run import run_build
    from pipelines.settings import Settings

    started = time.monotonic()
    warehouse = _place(raw, out)
    settings = Settings(raw=raw.resolve(), warehouse=warehouse, jobs=jobs, full=full)
    try:
        outcome = run_build(settings, _say_json if log_json else _say, verbose=verbose)
    except OSError as error:  # a folder that cannot be written
        _fail(str(error))
    if outcome.exit_code:
        _report_failure(outcome, warehouse, verbose)
        raise typer.Exit(outcome.exit_code)
    _summarise(outcome, warehouse, time.monotonic() - started)


@app.command()
def status(
    labels: Annotated[
        Path,
        typer.Option(help="Folder of hand-labelled datapoints.", show_default="tests/golden"),
    ] = LABELS,
    as_json: JsonOption = False,
    warehouse: FromOption = WAREHOUSE.target,
) -> None:
    """Say what is published: when, from which texts, how much, and how accurate on the labelled texts.

    exact_percent is the share of labels in tables, cards and charts that are read with the right value, unit,
    metric, member and year; right_percent the share of what is read there that a label confirms.
    """
    from pipelines.analyst import run_query
    from pipelines.evaluation import accuracy_by_text
    from pipelines.publish import read_record

    with _errors():
        published = read_record(Warehouse(warehouse))
        answer = run_query(
            warehouse,
            """
            select report_id, dim_report.fiscal_year, name_zh as company, source_file, line_count as lines,
                count(disclosure_id) as disclosures, count(metric_code) as mapped, sha256
            from marts.dim_report
            left join marts.dim_company using (company_id)
            left join marts.fct_disclosure using (report_id)
            group by all
            order by report_id
            """,
        )
        accuracy = accuracy_by_text(warehouse, labels) if labels.is_dir() else {}
        columns = (*answer.columns[:-1], "labels", "exact_percent", "right_percent")
        rows = [(*row[:-1], *accuracy.get(row[-1], (None, None, None))) for row in answer.rows]
        if as_json:
            show_json(columns, rows)
            return
        show(f"{warehouse}")
        if published:
            show(f"published {published.published_at} from {published.raw}, run {published.run_id}")
            _show_freshness(Warehouse(warehouse), published)
        _show_counts(warehouse)
    show_table(columns, rows, right=answer.numeric | {*columns[-3:]})


@app.command()
def rollback(
    to: Annotated[str | None, typer.Option(help="A run_id, or as much of its start as is unique.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the versions that are kept.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON, for scripts.")] = False,
    warehouse: FromOption = WAREHOUSE.target,
) -> None:
    """Publish the version before the current one again, or that of a run.

    It stays published until a text or the code is changed, or until esg build --full.
    """
    from pipelines.publish import PublishError, is_intact, read_record, roll_back, versions

    place = Warehouse(warehouse.resolve())
    if as_json and not list_:
        _fail("--json goes with --list")
    with _errors():
        if list_:
            current = read_record(place)
            rows = [
                (
                    *(each.version, each.run_id, each.published_at, each.reports),
                    "intact" if is_intact(each, place) else "damaged",
                    "published" if current and current.version == each.version else "",
                )
                for each in versions(place)
            ]
            columns = ("version", "run_id", "published_at", "reports", "file", "state")
            (show_json if as_json else show_table)(columns, rows)
            return
        try:
            chosen = roll_back(place, to, show_warning)
        except PublishError as error:
            _fail(str(error))
    show(f"{warehouse} is version {chosen.version} again, published {chosen.published_at}")


alerts_app = typer.Typer()
app.add_typer(alerts_app, name="alerts")


@alerts_app.callback(invoke_without_command=True)
def alerts(
    context: typer.Context, as_json: JsonOption = False, warehouse: FromOption = WAREHOUSE.target
) -> None:
    """List the alerts that wait for delivery and those that were given up; count those that were sent."""
    from pipelines.alerts import open_outbox, read_config
    from pipelines.alerts.render import subject

    context.obj = Warehouse(warehouse.resolve())
    if context.invoked_subcommand:
        return
    with _errors():
        config = read_config(context.obj)
        with open_outbox(context.obj, config) as outbox:
            rows = [
                (
                    *(each.id[:12], each.state, each.destination, each.attempts),
                    *(each.next_attempt_at.isoformat(" ", "seconds"), each.last_error, subject(each)),
                )
                for each in outbox.messages("dead", "pending")
            ]
            counts = ", ".join(f"{number} {state}" for state, number in sorted(outbox.counts().items()))
    columns = ("id", "state", "to", "attempts", "next_attempt", "last_error", "about")
    if as_json:
        show_json(columns, rows)
        return
    if rows:
        show_table(columns, rows)
    show(f"messages: {counts or 'none'}; channels: {', '.join(config.channels)}")


@alerts_app.command("retry")
def retry_alerts(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="Starts of ids [default: all that wait].")] = None,
) -> None:
    """Deliver messages now that wait for their next attempt or were given up."""
    from datetime import UTC, datetime

    from pipelines.alerts import deliver, open_outbox, read_config

    with _errors():
        config = read_config(context.obj)
        with open_outbox(context.obj, config) as outbox:
            chosen = outbox.retry(ids or [], datetime.now(UTC))
            went, failed = deliver(outbox, config, context.obj)
    show(f"{chosen} messages due: {went} delivered, {failed} failed")
    if failed:
        raise typer.Exit(1)


@alerts_app.command("test")
def test_alerts(context: typer.Context) -> None:
    """Send a test message through every channel."""
    from datetime import UTC, datetime

    from pipelines.alerts import Event, deliver, open_outbox, read_config

    with _errors():
        now = datetime.now(UTC)
        config = read_config(context.obj)
        test = Event(f"test:{now.isoformat()}", "test", "error", "", "If you can read this, alerts arrive.")
        with open_outbox(context.obj, config) as outbox:
            outbox.changed("test", [test], "", now, quietly=True)
            went, failed = deliver(outbox, config, context.obj)
            for message in outbox.messages("pending"):
                if message.attempts:
                    show_error(f"{message.destination}: {message.last_error}")
    show(f"{went} delivered, {failed} failed")
    if failed:
        raise typer.Exit(1)


@app.command()
def serve(
    raw: RawOption = RAW,
    out: OutOption = WAREHOUSE.target,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of Dagster's UI on 127.0.0.1.")] = 3000,
    schedule: Annotated[str, typer.Option(help="When to build in any case, as cron has it, in UTC.")] = DAILY,
) -> None:
    """Run until stopped: publish what changes in the folder, build daily, deliver alerts, show it in a UI."""
    from pipelines.service import ServiceError
    from pipelines.service import serve as run_service

    warehouse = _place(raw, out)
    with _errors():
        try:
            run_service(raw.resolve(), warehouse, port, schedule, show)
        except ServiceError as error:
            _fail(str(error))


@app.command()
def findings(
    severity: Annotated[str | None, typer.Option(help="error, warning or info.")] = None,
    report: Annotated[str | None, typer.Option(help="A report_id.")] = None,
    rule: Annotated[str | None, typer.Option(help="A rule_code.")] = None,
    only_open: Annotated[bool, typer.Option("--open", help="Leave out acknowledged ones.")] = False,
    fail: Annotated[bool, typer.Option("--fail", help="Exit with 1 if any is listed.")] = False,
    as_json: JsonOption = False,
    warehouse: FromOption = WAREHOUSE.target,
) -> None:
    """List what the quality rules found, the gravest first."""
    from pipelines.analyst import findings as find

    if severity not in (None, "error", "warning", "info"):
        _fail(f"--severity {severity!r} is not one of error, warning, info")
    with _errors():
        acknowledged = "false" if only_open else None
        answer = find(
            warehouse, severity=severity, report_id=report, rule_code=rule, acknowledged=acknowledged
        )
    if as_json:
        show_json(answer.columns, answer.rows)
    else:
        if answer.rows:
            show_table(answer.columns, answer.rows, right=answer.numeric)
        show(f"{len(answer.rows)} findings")
    if fail and answer.rows:
        raise typer.Exit(1)


@app.command()
def explain(
    disclosure_id: Annotated[str, typer.Argument(help="The id, or as much of its start as is unique.")],
    raw: RawOption = RAW,
    context: Annotated[int, typer.Option(min=0, help="Lines to show before and after.")] = 3,
    as_json: JsonOption = False,
    warehouse: FromOption = WAREHOUSE.target,
) -> None:
    """Show where a number is printed, how it was read, and why label and value belong together."""
    from pipelines.explain import explain_disclosure

    with _errors():
        explain_disclosure(warehouse, disclosure_id, raw, context, as_json=as_json)


@app.command()
def query(
    sql: Annotated[
        str | None, typer.Argument(help="One SQL statement; it can read nothing but the warehouse.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Read the statement from this file.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show at most.")] = 100,
    as_json: JsonOption = False,
    warehouse: FromOption = WAREHOUSE.target,
) -> None:
    """Show the rows of a query, for instance: esg query "from marts.fct_kpi limit 5"."""
    from pipelines.analyst import run_query

    if (sql is None) == (file is None):
        _fail("give one statement, or --file with one")
    with _errors():
        statement = file.read_text(encoding="utf-8") if file else str(sql)
        answer = run_query(warehouse, statement, limit=limit)
    if as_json:
        show_json(answer.columns, answer.rows)
        return
    show_table(answer.columns, answer.rows, right=answer.numeric)
    show(f"{len(answer.rows)} rows{' shown, there are more: --limit' if answer.is_cut else ''}")


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where to put the files.")],
    csv: Annotated[
        bool, typer.Option("--csv", help="Write CSV, safe for spreadsheets, not Parquet.")
    ] = False,
    bom: Annotated[
        bool, typer.Option("--bom", help="Begin CSV with a byte order mark, as Excel wants it.")
    ] = False,
    excel: Annotated[bool, typer.Option("--excel", help="Write one Excel workbook, marts.xlsx.")] = False,
    warehouse: FromOption = WAREHOUSE.target,
) -> None:
    """Write every table of the marts to FOLDER as Parquet, as CSV, or as sheets of an Excel workbook.

    In CSV, text that a spreadsheet would run as a formula gets an apostrophe in front; in a workbook it is
    text.
    """
    from pipelines.analyst import count
    from pipelines.publish import export_csv, export_excel, export_marts

    if csv and excel:
        _fail("--csv and --excel exclude each other")
    with _errors():
        count(warehouse)
        if excel:
            files = [export_excel(warehouse, folder)]
        else:
            files = export_csv(warehouse, folder, bom=bom) if csv else export_marts(warehouse, folder)
    show(f"Wrote {len(files)} files to {folder}")


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="The text of a report (.txt).")],
    raw: RawOption = RAW,
) -> None:
    """Copy a report text into the folder of texts, under a safe name."""
    from pipelines.add import add_text

    with _errors():
        add_text(file, raw)


@app.command()
def docs(warehouse: FromOption = WAREHOUSE.target) -> None:
    """Write the static site about the warehouse: tables, metrics, rules, findings, lineage and checks."""
    from pipelines.analyst import count
    from pipelines.modelling import prepare_manifest
    from pipelines.site import write_site

    with _errors():
        count(warehouse)
        page = write_site(Warehouse(warehouse.resolve()), prepare_manifest())
    show(f"Wrote {page}")


@app.command()
def dictionary(
    file: Annotated[
        Path, typer.Argument(help="The page to write.", show_default="docs/dictionary.md")
    ] = DICTIONARY,
) -> None:
    """Write the data dictionary: every table, column, metric, member and unit, from what defines them."""
    from pipelines.dictionary import dictionary as written

    with _errors():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written(), encoding="utf-8")
    show(f"Wrote {file}")


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD_DIR", help="Folder of hand-labelled datapoints.")],
    misses: Annotated[bool, typer.Option("--misses", help="List the labels that are not exact.")] = False,
    write: Annotated[
        bool,
        typer.Option(
            "--write", help="Also write the figures by report, layout and field to docs/accuracy.md."
        ),
    ] = False,
    as_json: JsonOption = False,
    warehouse: FromOption = WAREHOUSE.target,
) -> None:
    """Print how much of the hand-labelled datapoints the warehouse has, and has right."""
    from pipelines.evaluation import evaluate_and_print, print_misses

    if as_json and misses:
        _fail("--json and --misses exclude each other")
    with _errors():
        evaluate_and_print(warehouse, gold, as_json=as_json)
        if misses:
            print_misses(warehouse, gold)
        if write:
            from pipelines.accuracy import accuracy_page

            ACCURACY.write_text(accuracy_page(warehouse, gold), encoding="utf-8")
            if not as_json:
                show(f"Wrote {ACCURACY}")


def _place(raw: Path, out: Path) -> Warehouse:
    """Return the warehouse to build after checking that there is something to read and room to write."""
    if not raw.is_dir():
        _fail(f"{raw} is not a folder; --raw names the folder that holds the report texts")
    if out.is_dir():
        _fail(f"{out} is a folder; --out names the file to publish")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _fail(f"{out.parent} cannot be made ({error.strerror}); --out names the file to publish")
    return Warehouse(out.resolve())


def _say(level: int, message: str) -> None:
    if level >= logging.WARNING:
        show_warning(f"warning: {message}")
    else:
        show(message)


def _say_json(level: int, message: str) -> None:
    import json
    from datetime import UTC, datetime

    time_ = datetime.now(UTC).isoformat(timespec="milliseconds")
    entry = {"time": time_, "level": logging.getLevelName(level), "message": message}
    typer.echo(json.dumps(entry, ensure_ascii=False))


def _show_freshness(warehouse: Warehouse, published: "Publication") -> None:
    """Say how old the warehouse is, whether it is still what the texts give, and what could not be told."""
    from datetime import UTC, datetime

    from pipelines.alerts import alerting
    from pipelines.publish import unchanged

    hours = (datetime.now(UTC) - datetime.fromisoformat(published.published_at)).total_seconds() / 3600
    age = f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.1f} hours"
    raw = Path(published.raw)
    if not raw.is_dir():
        state = f"{raw} is gone"
    elif unchanged(raw, warehouse):
        state = "up to date with texts and code"
    else:
        state = "texts, code or the file have changed since: esg build"
    show(f"{age} old, {state}{' (rolled back)' if published.instead_of else ''}")
    if warehouse.outbox.is_file():
        with alerting(warehouse, show_warning) as outbox:
            counts = outbox.counts()
            waiting = ", ".join(f"{counts[name]} {name}" for name in ("pending", "dead") if name in counts)
            if waiting:
                show_warning(f"alerts not delivered: {waiting}; esg alerts lists them")


def _report_failure(outcome: "Outcome", warehouse: Warehouse, verbose: bool) -> None:
    for problem in outcome.problems:
        show_error(f"error: {problem}")
    if outcome.details and verbose:
        show_error(outcome.details)
    if outcome.exit_code == 1:
        is_there = warehouse.target.is_file()
        show_error(f"Not published: {warehouse.target} {'is as it was' if is_there else 'was not made'}")
        if outcome.build and outcome.build.data_docs.is_dir():
            show_error(f"What was checked: {outcome.build.data_docs / 'index.html'}")


def _summarise(outcome: "Outcome", warehouse: Warehouse, seconds: float) -> None:
    if outcome.unchanged:
        published = outcome.unchanged
        show(
            f"Nothing has changed since {published.published_at}: 0 of {published.reports} reports extracted"
        )
    _show_counts(warehouse.target)
    show(f"{warehouse.target} ({seconds:.1f} s)")


def _show_counts(target: Path) -> None:
    from pipelines.analyst import count

    counts = count(target)
    share = counts.mapped / counts.disclosures if counts.disclosures else 0
    severities = (f"{number:,} {severity}" for severity, number in counts.findings.items())
    show(
        f"{counts.reports:,} reports of {counts.companies:,} companies, "
        f"{counts.disclosures:,} disclosures ({share:.1%} mapped to a metric), {counts.kpis:,} KPIs"
    )
    show(f"open findings: {', '.join(severities) or 'none'}")


@contextmanager
def _errors() -> Iterator[None]:
    """Turn the errors that a person can act on into one line each."""
    import duckdb

    from pipelines.analyst import WarehouseError

    try:
        yield
    except (WarehouseError, ValueError, OSError, duckdb.Error) as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    show_error(f"error: {message}")
    raise typer.Exit(2)
