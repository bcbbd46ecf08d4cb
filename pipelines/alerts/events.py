"""What maintainers are told about: states of the warehouse that begin and end, each with a key.

A key names the state and nothing that differs from run to run, so a state that lasts is one event.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")

_KIND_OF_RULE = {"rejected_file": "report_rejected", "unmapped_label": "unmapped_labels"}
# What differs between two runs that fail for the same reason: ids, addresses, times, sizes.
_VARYING = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|0x[0-9a-f]+|\d+")


@dataclass(frozen=True)
class Event:
    """Something to announce. ``key`` is the same for the same state in every run.

    ``kind``: run_failed, gate_blocked, new_finding, finding_resolved, unmapped_labels, report_rejected,
    no_new_data. ``subject`` is the report or file concerned, empty if none.
    """

    key: str
    kind: str
    severity: Severity
    subject: str
    message: str


@dataclass(frozen=True)
class PublishedFinding:
    """A row of ``marts.fct_quality_finding``, as far as alerts need it."""

    finding_id: str
    rule_code: str
    severity: Severity
    report_id: str
    message: str
    acknowledged: bool

    @property
    def event(self) -> Event:
        kind = _KIND_OF_RULE.get(self.rule_code, "new_finding")
        return Event(f"finding:{self.finding_id}", kind, self.severity, self.report_id, self.message)


def resolved(event: Event) -> Event:
    """Return the event that ``event`` is over."""
    return Event(event.key, "finding_resolved", "info", event.subject, f"No longer open: {event.message}")


def failure_event(run_id: str, problems: Sequence[str], *, is_gate: bool) -> Event:
    """Return the event of a run that did not publish, because of ``problems``."""
    kind = "gate_blocked" if is_gate else "run_failed"
    message = "\n".join(problems).replace(run_id, "…")
    cause = _VARYING.sub("#", message)
    return Event(f"{kind}:{hashlib.sha256(cause.encode()).hexdigest()[:20]}", kind, "error", "", message)


def missing_data_events(
    expected_by: Iterable[str], within_days: int, arrivals: Sequence[date], today: date
) -> list[Event]:
    """Return an event for the last date of each entry that passed with no text arriving before it.

    ``expected_by`` has dates as 2027-04-30, or 04-30 for one in every year. A text counts that arrived in the
    ``within_days`` up to the date. Dates before the first arrival are not asked for: nobody was watching.
    """
    events = []
    for entry in expected_by:
        last = _last_date(entry, today)
        if last is None or not arrivals or last < min(arrivals):
            continue
        if not any(last - timedelta(days=within_days) < arrival <= last for arrival in arrivals):
            message = f"No new report has arrived in the {within_days} days up to {last}"
            events.append(Event(f"no_new_data:{last}", "no_new_data", "warning", "", message))
    return events


def _last_date(entry: str, today: date) -> date | None:
    """Return the latest day before ``today`` that ``entry`` means."""
    if len(entry) > len("04-30"):
        day = date.fromisoformat(entry)
        return day if day < today else None
    for year in range(today.year, today.year - 9, -1):  # 02-29 is not in every year
        try:
            day = date.fromisoformat(f"{year}-{entry}")
        except ValueError:
            continue
        if day < today:
            return day
    return None
