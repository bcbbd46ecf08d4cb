"""The sensors: on the folder of texts, on the outbox of alerts, and on runs that failed."""

import json
import time
from datetime import UTC, datetime

import dagster as dg

from pipelines.alerts import (
    alerting,
    note_failure,
    note_missing_data,
    note_published,
    read_config,
    send_alerts,
)
from pipelines.defs.failures import run_failure
from pipelines.defs.jobs import BUILD_WAREHOUSE, IN_PROGRESS
from pipelines.publish import lock_if_free, raw_fingerprint, unchanged
from pipelines.settings import Settings
from pipelines.settled import digest, signature


def raw_folder(settings: Settings) -> dg.SensorDefinition:
    """Return the sensor. It asks for one run for each change of the folder's content.

    A folder that does not look the same for the settings' ``settle_seconds`` is still being written to: the
    next tick looks again. A run key is never run twice, so it is the content and the number of the change:
    content that comes back (an edit taken back) is a change too. The cursor holds what was asked for last.
    """

    def evaluate(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not settings.raw.is_dir():
            return dg.SkipReason(f"{settings.raw} is not a folder")
        cursor = {"number": 0, "done": "", "content": ""} | _values(context.cursor)
        look = digest(signature(settings.raw))
        if look == cursor["done"]:
            return dg.SkipReason("The folder has not changed")
        time.sleep(settings.settle_seconds)
        if look != digest(signature(settings.raw)):
            return _result(cursor, skip="The folder is changing; it is waited for")
        if context.instance.get_run_ids(dg.RunsFilter(statuses=IN_PROGRESS), limit=1):
            return _result(cursor, skip="The folder has changed; it is read after the run in progress")
        content = raw_fingerprint(settings.raw)
        cursor |= {"done": look}
        if content == cursor["content"]:
            return _result(cursor, skip="The folder holds what it held")
        cursor |= {"content": content, "number": int(str(cursor["number"])) + 1}
        published = unchanged(settings.raw, settings.warehouse)
        if published:
            return _result(cursor, skip=f"Already published at {published.published_at}")
        key = f"{settings.raw.resolve()} {cursor['number']}:{content}"
        return dg.SensorResult([dg.RunRequest(run_key=key)], cursor=json.dumps(cursor))

    return dg.SensorDefinition(
        name="raw_folder",
        job=BUILD_WAREHOUSE,
        evaluation_fn=evaluate,
        minimum_interval_seconds=2,  # the daemon looks every five seconds
        default_status=dg.DefaultSensorStatus.RUNNING,
    )


def alerts(settings: Settings) -> dg.SensorDefinition:
    """Return the sensor that delivers alerts, and notices what a killed run left unsaid. It starts no run."""

    def evaluate(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        warehouse, warn = settings.warehouse, context.log.warning
        with alerting(warehouse, warn) as outbox:
            # While a build holds the lock it says itself what it publishes.
            with lock_if_free(warehouse.lock) as is_free:
                if is_free:
                    note_published(outbox, warehouse, "")
            note_missing_data(outbox, read_config(warehouse), datetime.now(UTC).date())
        send_alerts(warehouse, warn)
        with alerting(warehouse, warn) as outbox:
            counts = ", ".join(f"{number} {state}" for state, number in outbox.counts().items())
            return dg.SkipReason(f"Messages: {counts or 'none'}")
        return dg.SkipReason("The outbox cannot be used; the log says why")

    return dg.SensorDefinition(
        name="alerts",
        evaluation_fn=evaluate,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )


def failed_runs(settings: Settings) -> dg.SensorDefinition:
    """Return the sensor that notices runs that failed, also those whose process was killed."""

    @dg.run_failure_sensor(
        name="failed_runs",
        monitored_jobs=[BUILD_WAREHOUSE],
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def sensor(context: dg.RunFailureSensorContext) -> None:
        run_id = context.dagster_run.run_id
        entries = context.instance.all_logs(run_id)
        events = [entry.dagster_event for entry in entries if entry.dagster_event is not None]
        failure = run_failure(events)
        problems = failure.problems or (context.failure_event.message or "it failed outside of its steps",)
        with alerting(settings.warehouse, context.log.warning) as outbox:
            note_failure(outbox, run_id, problems, is_gate=failure.is_gate)

    return sensor


def _values(cursor: str | None) -> dict[str, object]:
    try:
        values = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def _result(cursor: dict[str, object], *, skip: str) -> dg.SensorResult:
    return dg.SensorResult(skip_reason=skip, cursor=json.dumps(cursor))
