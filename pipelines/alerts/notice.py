"""Noticing: what the published warehouse and the end of a run mean for the outbox.

All of it can be done again at any time: what is known already makes no event.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import duckdb

from pipelines.alerts.config import AlertConfig
from pipelines.alerts.events import Event, PublishedFinding, failure_event, missing_data_events
from pipelines.alerts.outbox import Outbox
from pipelines.paths import Warehouse

_PUBLISHED, _RUN, _CALENDAR = "published", "run", "calendar"


def note_published(
    outbox: Outbox, warehouse: Warehouse, run_id: str, *, succeeded: bool = False
) -> list[Event]:
    """Write what is new in the published warehouse, if it was not looked at before; return the events.

    To be called by the holder of the build lock: before a build, for what a killed one left unsaid, and
    after it. ``succeeded``: the run found nothing in its way, so failures that were announced are over.
    """
    now = datetime.now(UTC)
    if succeeded:
        outbox.changed(_RUN, [], run_id, now, quietly=True)
    if not warehouse.target.is_file():
        return []
    file = warehouse.target.stat()
    version = f"{file.st_ino} {file.st_size} {file.st_mtime_ns}"
    if outbox.fact("noted") == version:
        return []
    findings, texts = _published(warehouse)
    outbox.add_arrivals(texts, now.date())
    open_findings = [each.event for each in findings if not each.acknowledged]
    events = outbox.changed(_PUBLISHED, open_findings, run_id, now)
    outbox.set_fact("noted", version)
    return events


def note_failure(outbox: Outbox, run_id: str, problems: Sequence[str], *, is_gate: bool) -> list[Event]:
    """Write that a run failed, unless a run failed for the same reason since the last that succeeded."""
    event = failure_event(run_id, problems, is_gate=is_gate)
    return outbox.changed(_RUN, [event], run_id, datetime.now(UTC), ends=False)


def note_missing_data(outbox: Outbox, config: AlertConfig, today: date | None = None) -> list[Event]:
    """Write that no new text came by a date on which one was expected."""
    events = missing_data_events(
        config.new_data.by,
        config.new_data.within_days,
        outbox.arrivals(),
        today or datetime.now(UTC).date(),
    )
    return outbox.changed(_CALENDAR, events, "", datetime.now(UTC), ends=False) if events else []


def _published(warehouse: Warehouse) -> tuple[list[PublishedFinding], list[str]]:
    with duckdb.connect(warehouse.target, read_only=True) as connection:
        findings = connection.execute(
            "select finding_id, rule_code, severity, report_id, message, acknowledged "
            "from marts.fct_quality_finding order by finding_id"
        ).fetchall()
        texts = connection.execute("select sha256 from marts.dim_report").fetchall()
    return [PublishedFinding(*row) for row in findings], [text for (text,) in texts]
