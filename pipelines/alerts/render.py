"""Messages as text for people and as JSON for machines. What reports print is untrusted and stays text."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from pipelines.alerts.events import Event
from pipelines.alerts.outbox import Message
from pipelines.console import printable

_MOST_EVENTS = 20
_LONGEST = 400
_TITLES = {
    "run_failed": "The run failed",
    "gate_blocked": "The quality gate blocked publishing",
    "new_finding": "New finding",
    "finding_resolved": "Finding resolved",
    "unmapped_labels": "Labels without a metric",
    "report_rejected": "File rejected",
    "no_new_data": "No new data",
    "test": "Test",
}


def subject(message: Message) -> str:
    """Return one line that says what the message is about."""
    first = message.events[0]
    more = f" and {len(message.events) - 1} more" if len(message.events) > 1 else ""
    about = f": {first.subject}" if first.subject else ""
    return one_line(f"[ESG warehouse] {first.severity}: {_title(first)}{about}{more}", 150)


def text(message: Message) -> str:
    """Return the events, the gravest first; those beyond the first few are counted."""
    shown, rest = message.events[:_MOST_EVENTS], message.events[_MOST_EVENTS:]
    lines = [
        f"{event.severity}: {_title(event)}: {one_line(event.message.replace(chr(10), '; '), _LONGEST)}"
        for event in shown
    ]
    if rest:
        lines.append(f"and {_counted(rest)}: esg findings lists them")
    return "\n".join([*lines, "", f"run {one_line(message.run_id, 80)}, alert {message.id}"])


def body(message: Message) -> dict[str, object]:
    """Return the message as JSON values: ``id`` is the same at every attempt."""
    return {
        "type": "esg.alert",
        "id": message.id,
        "timestamp": message.created_at.isoformat(timespec="seconds"),
        "run_id": message.run_id,
        "events": [asdict(event) for event in message.events],
    }


def line(message: Message) -> str:
    """Return ``body`` as one line of JSON, whatever a reader takes for the end of a line."""
    return "".join(map(_escaped, json.dumps(body(message), ensure_ascii=False)))


def slack_text(message: Message) -> str:
    """Return the text with Slack's markup escaped; an @ or a link in a label addresses nobody."""
    plain = f"{subject(message)}\n{text(message)}"
    escaped = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("@", "@\u200b").replace("://", ":\u200b//")


def one_line(value: str, longest: int) -> str:
    flat = " ".join(printable(value).split())
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"


def _title(event: Event) -> str:
    return _TITLES.get(event.kind, event.kind)


def _counted(events: Sequence[Event]) -> str:
    counts = Counter((event.severity, _title(event)) for event in events)
    return ", ".join(f"{number} × {severity}: {title}" for (severity, title), number in counts.items())


def _escaped(char: str) -> str:
    return char if char.isprintable() else json.dumps(char)[1:-1]
