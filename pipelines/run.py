"""One build from the command line: the job ``build_warehouse`` in this process, without a Dagster instance.

What Dagster would keep about the run is thrown away with it; what matters is in the build's folder and, once
published, in the warehouse and its record.
"""

import logging
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.modelling import parsed_manifest, prepare_manifest
from pipelines.paths import Build
from pipelines.publish import Publication, build_lock, unchanged
from pipelines.settings import Settings
from pipelines.workers import WorkerError, Workers

if TYPE_CHECKING:
    # Two seconds, which a build that finds nothing changed need not wait for.
    import dagster as dg

# Called with a level of ``logging`` and a message.
Say = Callable[[int, str], None]


@dataclass(frozen=True)
class Outcome:
    """How a build ended. ``exit_code``: 0 published or nothing to do, 1 not published, 2 unreadable input.

    ``unchanged`` is what was published before, where nothing has changed since. ``extracted`` counts reports.
    ``problems`` say what was in the way; ``details`` is a traceback if it was a surprise.
    """

    exit_code: int
    extracted: int = 0
    unchanged: Publication | None = None
    build: Build | None = None
    problems: tuple[str, ...] = ()
    details: str = ""


def run_build(settings: Settings, say: Say, *, verbose: bool = False) -> Outcome:
    """Build and publish ``settings.warehouse`` from ``settings.raw``, or find that nothing has changed."""
    with build_lock(settings.warehouse.lock, lambda message: say(logging.INFO, message)):
        publication = None if settings.full else unchanged(settings.raw, settings.warehouse)
        if publication:
            return Outcome(0, unchanged=publication)
        if settings.workers:
            return _run_job(settings, settings.workers, say, verbose)
        with Workers() as workers:
            return _run_job(settings, workers, say, verbose)


def _run_job(settings: Settings, workers: Workers, say: Say, verbose: bool) -> Outcome:
    import dagster as dg

    from pipelines.definitions import assemble

    try:
        manifest = parsed_manifest() or workers.dbt.call(prepare_manifest)
    except WorkerError as error:
        return Outcome(1, problems=(str(error),), details=error.details)
    job = assemble(
        replace(settings, workers=workers, holds_lock=True),
        manifest,
        None if verbose else {"messages": _messages(say)},
    ).resolve_job_def("build_warehouse")
    run_id = str(uuid.uuid4())
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        result = job.execute_in_process(
            instance=instance,
            run_id=run_id,
            raise_on_error=False,
            run_config=None if verbose else {"loggers": {"messages": {}}},
        )
    build = settings.warehouse.build(run_id)
    if result.success:
        return Outcome(0, extracted=_extracted(result), build=build)
    return _failed(result, build)


def _messages(say: Say) -> "dg.LoggerDefinition":
    """Return a Dagster logger that passes on what steps say, and none of what Dagster says about steps."""
    import dagster as dg

    class Messages(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            of_dagster = getattr(record, "dagster_meta", {})
            # Of errors, those of the run's outcome are reported at its end.
            if of_dagster.get("dagster_event") is None and logging.INFO <= record.levelno < logging.ERROR:
                say(record.levelno, of_dagster.get("orig_message", record.getMessage()))

    def create(context: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("messages")
        logger.addHandler(Messages())
        return logger

    return dg.LoggerDefinition(create, description="What the steps say, for the command line.")


def _extracted(result: "dg.ExecuteInProcessResult") -> int:
    metadata = result.asset_materializations_for_node("extraction")[0].metadata
    return int(str(metadata["reports_extracted"].value))


def _failed(result: "dg.ExecuteInProcessResult", build: Build) -> Outcome:
    problems = tuple(_failed_gates(result))
    exit_code, details = 1, ""
    for event in result.filter_events(lambda event: event.is_step_failure):
        failure = event.step_failure_data
        if failure.user_failure_data:
            metadata = failure.user_failure_data.metadata
            exit_code = int(str(metadata["exit_code"].value))
            details = str(metadata["traceback"].value)
            problems = problems or (failure.user_failure_data.description or "",)
        elif failure.error and not problems:
            cause = failure.error.cause or failure.error
            problems = (f"{event.step_key}: {cause.message.strip()}",)
            details = failure.error.to_string()
    return Outcome(
        exit_code,
        build=build,
        problems=problems or ("the run failed outside of its steps; --verbose tells more",),
        details=details,
    )


def _failed_gates(result: "dg.ExecuteInProcessResult") -> Iterator[str]:
    for check in result.get_asset_check_evaluations():
        if check.blocking and not check.passed and check.asset_key.path[0] == "pipeline":
            yield from (check.description or check.check_name).splitlines()
