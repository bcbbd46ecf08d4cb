"""The assets: every table on the way from texts to the published warehouse.

Steps call the domain packages and say what came out; a step that cannot go on raises ``dagster.Failure`` with
a message for the person who must act, and ``exit_code`` for the command line.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

import dagster as dg
import polars as pl
from dagster_dbt import dbt_assets

from pipelines.alerts import alerting, note_published
from pipelines.defs import checks
from pipelines.history import write_runs
from pipelines.incremental import extract_incrementally
from pipelines.ingest import ReportsCsvError
from pipelines.modelling import NodeResult, build_models, failed
from pipelines.paths import Build
from pipelines.publish import (
    Publication,
    PublishError,
    export_marts,
    last_good,
    next_version,
    put_in_place,
)
from pipelines.publish.record import sha256_of
from pipelines.settings import Settings
from pipelines.settled import StillChanging
from pipelines.stages import NoReadableText, gate_build, read_texts
from pipelines.workers import Worker, WorkerError, Workers

# dbt reads them as its source `pipeline`, which gives them this prefix.
REPORTS = dg.AssetKey(["pipeline", "reports"])
LINES = dg.AssetKey(["pipeline", "report_lines"])
DISCLOSURES = dg.AssetKey(["pipeline", "disclosures"])
BOARD_MEMBERS = dg.AssetKey(["pipeline", "board_members"])
STANDARD_INDEX = dg.AssetKey(["pipeline", "standard_index"])
TARGETS = dg.AssetKey(["pipeline", "targets"])
GATED_DISCLOSURES = dg.AssetKey(["pipeline", "gated_disclosures"])
FINDINGS = dg.AssetKey(["pipeline", "findings"])
RUNS = dg.AssetKey(["pipeline", "runs"])
PUBLISHED_WAREHOUSE = dg.AssetKey(["published", "warehouse"])
EXPORTS = dg.AssetKey(["published", "exports"])
DATA_DOCS = dg.AssetKey(["published", "data_docs"])

_DBT_UNIQUE_ID = "dagster_dbt/unique_id"

P = ParamSpec("P")
R = TypeVar("R")
Materializations = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]


def assets(manifest: Path) -> list[dg.AssetsDefinition]:
    """Return all assets; those of dbt are made from its ``manifest``."""
    modelled = _modelled(manifest)
    return [read_reports, extraction, quality_gate, run_history, modelled, _publishing(modelled)]


@dg.multi_asset(
    specs=[
        dg.AssetSpec(REPORTS, group_name="ingest", description="One row per report text that was read."),
        dg.AssetSpec(LINES, group_name="ingest", description="One row per line of a report text."),
    ],
    check_specs=[checks.ALL_FILES_TAKEN.spec(REPORTS)],
)
def read_reports(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], build: dg.ResourceParam[Build]
) -> Materializations:
    started = time.monotonic()
    try:
        intake = read_texts(settings.raw, build, settings.settle_seconds)
    except (NoReadableText, ReportsCsvError) as error:
        raise _failure(str(error), exit_code=2) from error
    except StillChanging as error:
        raise _failure(str(error), exit_code=1) from error
    problems = [f"{file.file_name} {file.reason}" for file in (*intake.rejected, *intake.ignored)]
    problems += [f"{file.file_name} has the same bytes as {file.same_as}" for file in intake.duplicates]
    for warning in (*problems, *intake.warnings):
        context.log.warning(warning)
    context.log.info(f"Read {intake.reports.height} reports, {intake.lines.height:,} lines")
    seconds = _seconds_since(started)
    yield dg.MaterializeResult(
        REPORTS,
        metadata={"dagster/row_count": intake.reports.height, "files_not_taken": len(problems), **seconds},
    )
    yield dg.MaterializeResult(LINES, metadata={"dagster/row_count": intake.lines.height, **seconds})
    yield checks.ALL_FILES_TAKEN.result(REPORTS, problems)


@dg.multi_asset(
    specs=[
        dg.AssetSpec(key, deps=[REPORTS, LINES], group_name="extraction", description=description)
        for key, description in (
            (DISCLOSURES, "One row per printed datapoint, as extracted."),
            (BOARD_MEMBERS, "One row per director in a report's table of the board."),
            (STANDARD_INDEX, "One row per entry of a report's index of standards."),
            (TARGETS, "One row per target that a report states."),
        )
    ]
)
def extraction(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings], build: dg.ResourceParam[Build]
) -> Materializations:
    started = time.monotonic()
    reports = pl.read_parquet(build.reports)
    found = extract_incrementally(
        pl.read_parquet(build.lines),
        reports,
        settings.warehouse.cache,
        jobs=settings.jobs,
        full=settings.full,
    )
    context.log.info(
        f"Extracted {found.extracted} of {reports.height} reports, {found.disclosures.height:,} disclosures"
    )
    mapped = found.disclosures["metric_code"].is_not_null().mean()
    yield _written(
        DISCLOSURES,
        found.disclosures,
        build.disclosures,
        reports_extracted=found.extracted,
        mapped_share=mapped if isinstance(mapped, float) else 0.0,
        **_seconds_since(started),
    )
    yield _written(BOARD_MEMBERS, found.board_members, build.board_members)
    yield _written(STANDARD_INDEX, found.standard_index, build.standard_index)
    yield _written(TARGETS, found.targets, build.targets)


def _written(
    key: dg.AssetKey, frame: pl.DataFrame, file: Path, **metadata: float
) -> dg.MaterializeResult[None]:
    frame.write_parquet(file)
    return dg.MaterializeResult(key, metadata={"dagster/row_count": frame.height, **metadata})


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            GATED_DISCLOSURES,
            deps=[DISCLOSURES, BOARD_MEMBERS, REPORTS, LINES],
            group_name="quality",
            description="Disclosures with the verdict of the quality gate.",
        ),
        dg.AssetSpec(
            FINDINGS,
            deps=[DISCLOSURES, BOARD_MEMBERS, STANDARD_INDEX, REPORTS, LINES],
            group_name="quality",
            description="One row per finding of the quality rules.",
        ),
    ],
    check_specs=[checks.GATE.spec(GATED_DISCLOSURES), checks.NO_ERRORS.spec(FINDINGS)],
)
def quality_gate(
    context: dg.AssetExecutionContext,
    settings: dg.ResourceParam[Settings],
    build: dg.ResourceParam[Build],
    workers: dg.ResourceParam[Workers],
) -> Materializations:
    started = time.monotonic()
    published = last_good(settings.warehouse)
    target = settings.warehouse.target
    if published != target and target.is_file():
        context.log.warning(f"{target} is not as it was published; comparing with {published or 'nothing'}")
    summary = _in_worker(workers.quality, gate_build, build, published)
    context.log.info(f"Checked {summary.disclosures:,} disclosures, {_counts(summary.findings)}")
    yield dg.MaterializeResult(
        GATED_DISCLOSURES,
        metadata={
            "dagster/row_count": summary.disclosures,
            "quarantined": summary.quarantined,
            **_seconds_since(started),
        },
    )
    yield dg.MaterializeResult(
        FINDINGS,
        metadata={"dagster/row_count": sum(summary.findings.values()), **summary.findings},
    )
    errors = summary.findings.get("error", 0)
    yield checks.NO_ERRORS.result(FINDINGS, [f"{errors} findings of severity error"] if errors else [])
    yield checks.GATE.result(GATED_DISCLOSURES, summary.blocking)


@dg.asset(
    key=RUNS,
    deps=[GATED_DISCLOSURES, FINDINGS, REPORTS],
    group_name="quality",
    description="One row per run that was published: from which texts, and how good.",
)
def run_history(
    settings: dg.ResourceParam[Settings], build: dg.ResourceParam[Build]
) -> dg.MaterializeResult[None]:
    started = time.monotonic()
    runs = write_runs(build, last_good(settings.warehouse), settings.labels)
    accuracy = {name: value for name, value in runs.row(-1, named=True).items() if isinstance(value, float)}
    return dg.MaterializeResult(
        metadata={"dagster/row_count": runs.height, **accuracy, **_seconds_since(started)}
    )


def _modelled(manifest: Path) -> dg.AssetsDefinition:
    @dbt_assets(manifest=manifest, name="models")
    def models(
        context: dg.AssetExecutionContext, build: dg.ResourceParam[Build], workers: dg.ResourceParam[Workers]
    ) -> Materializations:
        results = {result.unique_id: result for result in _in_worker(workers.dbt, build_models, build)}
        failures = [_sentence(result) for result in failed(list(results.values()))]
        if not failures:
            context.log.info(f"Built and tested the models: {len(results)} nodes")
        specs = {str(spec.metadata.get(_DBT_UNIQUE_ID)): spec for spec in context.assets_def.specs}
        tests = {
            str((check.metadata or {}).get(_DBT_UNIQUE_ID)): check for check in context.assets_def.check_specs
        }
        # dbt's results are in the order in which nodes were ready, as Dagster wants them.
        for unique_id, result in results.items():
            if unique_id in specs and result.status == "success":
                rows = {} if result.rows is None else {"dagster/row_count": result.rows}
                yield dg.MaterializeResult(specs[unique_id].key, metadata={**rows, "seconds": result.seconds})
            if unique_id in tests and result.status != "skipped":
                yield checks.dbt_test(tests[unique_id], result)
        if failures:
            raise _failure("; ".join(failures), exit_code=1)
        build.checksum.write_text(sha256_of(build.file), encoding="ascii")

    return models


def _publishing(modelled: dg.AssetsDefinition) -> dg.AssetsDefinition:
    marts = [key for key in modelled.keys if key.path[0] == "marts"]

    @dg.multi_asset(
        specs=[
            dg.AssetSpec(
                PUBLISHED_WAREHOUSE,
                deps=[*marts, GATED_DISCLOSURES],
                group_name="published",
                description="The DuckDB file that analysts read.",
            ),
            dg.AssetSpec(
                EXPORTS,
                deps=[PUBLISHED_WAREHOUSE],
                group_name="published",
                description="The marts as Parquet.",
            ),
            dg.AssetSpec(
                DATA_DOCS,
                deps=[PUBLISHED_WAREHOUSE, FINDINGS],
                group_name="published",
                description="Pages about what the quality gate checked.",
            ),
        ]
    )
    def published(
        context: dg.AssetExecutionContext,
        settings: dg.ResourceParam[Settings],
        build: dg.ResourceParam[Build],
    ) -> Materializations:
        started = time.monotonic()
        warehouse = settings.warehouse
        publication = Publication(
            run_id=build.run_id,
            published_at=datetime.now(UTC).isoformat(timespec="seconds"),
            raw=str(settings.raw.resolve()),
            reports=pl.scan_parquet(build.reports).select(pl.len()).collect().item(),
            fingerprint=build.fingerprint.read_text(encoding="utf-8"),
            sha256=_checksum(build),
            version=next_version(warehouse),
            target=warehouse.target.name,
        )
        try:
            export_marts(build.file, build.exports)
            publication.write(build.publication)
            put_in_place(publication, warehouse)
        except PublishError as error:
            raise _failure(str(error), exit_code=1) from error
        with alerting(warehouse, context.log.warning) as outbox:
            note_published(outbox, warehouse, build.run_id, succeeded=True)
        context.log.info(f"Published {warehouse.target}")
        seconds = _seconds_since(started)
        yield dg.MaterializeResult(PUBLISHED_WAREHOUSE, metadata={"path": str(warehouse.target), **seconds})
        yield dg.MaterializeResult(EXPORTS, metadata={"path": str(warehouse.exports)})
        yield dg.MaterializeResult(DATA_DOCS, metadata={"path": str(warehouse.data_docs)})

    return published


def _checksum(build: Build) -> str:
    """Return the checksum of the build's file; fails if the file is not as dbt left it."""
    if not (build.file.is_file() and build.checksum.is_file()):
        raise _failure(f"{build.file} does not exist: dbt has built nothing; run the whole job", exit_code=1)
    checksum = sha256_of(build.file)
    if checksum != build.checksum.read_text(encoding="ascii"):
        raise _failure(f"{build.file} was damaged after it was built; run the whole job again", exit_code=1)
    return checksum


def _seconds_since(started: float) -> dict[str, float]:
    return {"seconds": round(time.monotonic() - started, 3)}


def _in_worker(worker: Worker, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        return worker.call(function, *args, **kwargs)
    except WorkerError as error:
        raise _failure(str(error), exit_code=1, traceback=error.details) from error


def _sentence(result: NodeResult) -> str:
    """Say what a failed node was: a test names the rows that break its promise, the rest dbt's error."""
    rows = f" ({result.failures} rows)" if result.failures else ""
    return f"dbt {result.name}: {' '.join(result.message.split())}{rows}"


def _counts(findings: dict[str, int]) -> str:
    return ", ".join(f"{number} {severity}" for severity, number in findings.items()) or "no findings"


def _failure(message: str, exit_code: int, traceback: str = "") -> dg.Failure:
    return dg.Failure(
        message,
        metadata={"exit_code": exit_code, "traceback": dg.MetadataValue.text(traceback)},
        allow_retries=False,
    )
