"""The outbox with its destinations, and delivering what is due in it, by one process at a time."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from pipelines.alerts.channels import DeliveryError, recipients, send
from pipelines.alerts.config import AlertConfig, AlertConfigError, Channel, read_config
from pipelines.alerts.outbox import Destination, Outbox
from pipelines.paths import Warehouse
from pipelines.publish.lock import lock_if_free


def destinations(config: AlertConfig) -> dict[Destination, tuple[Channel, str]]:
    """Return every destination with its channel and recipient."""
    return {
        Destination(
            f"{name}:{recipient}" if recipient else name,
            channel.severity,
            timedelta(hours=channel.digest_hours),
        ): (channel, recipient)
        for name, channel in config.channels.items()
        for recipient in recipients(channel)
    }


def open_outbox(warehouse: Warehouse, config: AlertConfig | None = None) -> Outbox:
    """Return the outbox of ``warehouse``. Raises AlertConfigError."""
    return Outbox(warehouse.outbox, list(destinations(config or read_config(warehouse))))


@contextmanager
def alerting(warehouse: Warehouse, warn: Callable[[str], None]) -> Iterator[Outbox]:
    """Give the outbox for the block; what goes wrong with alerts is a warning and no more.

    What could not be written is still true at the next run, which writes it then.
    """
    try:
        with open_outbox(warehouse) as outbox:
            yield outbox
    except (AlertConfigError, sqlite3.Error, duckdb.Error, OSError) as error:
        warn(f"alerts could not be written: {error}")


def send_alerts(warehouse: Warehouse, warn: Callable[[str], None], *, seconds: float = 40) -> None:
    """Deliver what is due; what could not be delivered is a warning and stays in the outbox."""
    with alerting(warehouse, warn) as outbox:
        _, failed = deliver(outbox, read_config(warehouse), warehouse, seconds=seconds)
        if failed:
            warn(f"{failed} alerts could not be delivered and are tried again: esg alerts")


def deliver(
    outbox: Outbox,
    config: AlertConfig,
    warehouse: Warehouse,
    *,
    now: datetime | None = None,
    seconds: float = 40,
) -> tuple[int, int]:
    """Try every message that is due once, for at most about ``seconds``; return how many went and failed.

    Where another process is delivering there is nothing to do. A destination that failed is not tried
    again in the same call: its other messages would wait for the same timeout.
    """
    by_name = {destination.name: where for destination, where in destinations(config).items()}
    log_file: Path = warehouse.alert_log
    went, failed = 0, 0
    unreachable: set[str] = set()
    deadline = time.monotonic() + seconds
    with lock_if_free(warehouse.alert_lock) as is_mine:
        for message in outbox.due(now or datetime.now(UTC)) if is_mine else ():
            if time.monotonic() > deadline:
                break
            if message.destination in unreachable:
                continue
            moment = now or datetime.now(UTC)
            try:
                if message.destination not in by_name:
                    raise DeliveryError(f"there is no channel {message.destination} in the configuration")
                send(*by_name[message.destination], message, moment, log_file)
            except DeliveryError as error:
                unreachable.add(message.destination)
                outbox.failed(message, str(error), moment, timedelta(hours=config.give_up_after_hours))
                failed += 1
            else:
                outbox.sent(message, moment)
                went += 1
    return went, failed
