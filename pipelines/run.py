"""One build from the command line: the job ``build_warehouse`` in this process, without a Dagster instance.

What Dagster would keep about the run is thrown away with it; what matters is in the build's folder and, once
published, in the warehouse and its record.
"""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.alerts import alerting, note_failure, note_published, send_alerts
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

# A mail server that does not answer must not hold a person's build up for long.
_SECONDS_FOR_ALERTS = 20


@dataclass(frozen=True)
class Outcome:
    """How a build ended. ``exit_code``: 0 published or nothing to do, 1 not published, 2 unreadable input.

    ``unchanged`` is what was published before, where nothing has changed since. ``extracted`` counts reports.
    ``problems`` say what was in the way; ``details`` is a traceback if it was a surprise; ``is_gate`` says
    that the quality gate did.
    """

    exit_code: int
    extracted: int = 0
    unchanged: Publication | None = None
    build: Build | None = None
    problems: tuple[str, ...] = ()
    details: str = ""
    is_gate: bool = False


def run_build(settings: Settings, say: Say, *, verbose: bool = False) -> Outcome:
    """Build and publish ``settings.warehouse`` from ``settings.raw``, or find that nothing has changed.

    Maintainers are alerted to what is new; that it cannot be done is a warning, never a failure.
    """

    def warn(message: str) -> None:
        say(logging.WARNING, message)

    with build_lock(settings.warehouse.lock, lambda message: say(logging.INFO, message)):
        outcome = _build(settings, say, verbose)
        run_id = outcome.build.run_id if outcome.build else ""
        with alerting(settings.warehouse, warn) as outbox:
            if outcome.exit_code:
                note_failure(outbox, run_id, outcome.problems, is_gate=outcome.is_gate)
            else:
                note_published(outbox, settings.warehouse, run_id, succeeded=True)
    send_alerts(settings.warehouse, warn, seconds=_SECONDS_FOR_ALERTS)
    return outcome


def _build(settings: Settings, say: Say, verbose: bool) -> Outcome:
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
    from pipelines.defs.failures import run_failure

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
    failure = run_failure(result.all_events)
    return Outcome(
        failure.exit_code,
        build=build,
        problems=failure.problems or ("the run failed outside of its steps; --verbose tells more",),
        details=failure.details,
        is_gate=failure.is_gate,
    )


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
