"""Alerts to maintainers: what happened is written to an outbox on disk first, and delivered from there.

An event is announced once, however often a run repeats (``outbox``); a message is delivered at least once,
with an id by which a receiver knows one that it has already (``channels``).
"""

from pipelines.alerts.config import AlertConfig, AlertConfigError, read_config
from pipelines.alerts.delivery import alerting, deliver, open_outbox, send_alerts
from pipelines.alerts.events import Event
from pipelines.alerts.notice import note_failure, note_missing_data, note_published
from pipelines.alerts.outbox import Message, Outbox

__all__ = [
    "AlertConfig",
    "AlertConfigError",
    "Event",
    "Message",
    "Outbox",
    "alerting",
    "deliver",
    "note_failure",
    "note_missing_data",
    "note_published",
    "open_outbox",
    "read_config",
    "send_alerts",
]
