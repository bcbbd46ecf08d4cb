"""The outbox: which states are known, and the messages about them that are on their way. One SQLite file.

``changed`` compares what is true now with what was announced, and writes events and messages in one
transaction: after a crash they are all there or none, and the next comparison finds what is missing. A
message is marked as sent after its channel took it; a crash in between sends it again under the same id.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from pipelines.alerts.events import SEVERITIES, Event, Severity, resolved

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
_SCHEMA = """
create table if not exists states (
    key text primary key, scope text not null, is_open integer not null, times integer not null,
    kind text not null, severity text not null, subject text not null, message text not null
);
create table if not exists messages (
    id text primary key, destination text not null, run_id text not null, created_at text not null,
    events text not null, state text not null default 'pending', attempts integer not null default 0,
    next_attempt_at text not null, last_error text not null default '', sent_at text
);
create index if not exists messages_by_state on messages (state);
create table if not exists digest (
    destination text not null, event text not null, run_id text not null, created_at text not null
);
create table if not exists arrivals (sha256 text primary key, day text not null);
create table if not exists facts (name text primary key, value text not null);
"""


@dataclass(frozen=True)
class Destination:
    """Where messages go (one recipient of one channel), from which severity on, and how long info waits."""

    name: str
    severity: Severity = "info"
    digest: timedelta = timedelta(hours=24)

    def wants(self, event: Event) -> bool:
        return SEVERITIES.index(event.severity) <= SEVERITIES.index(self.severity)


@dataclass(frozen=True)
class Message:
    """Events of one run for one destination. ``id`` is the same at every attempt. Times are in UTC.

    ``state``: pending, sent, or dead (given up after too many attempts).
    """

    id: str
    destination: str
    run_id: str
    created_at: datetime
    events: tuple[Event, ...]
    state: str
    attempts: int
    next_attempt_at: datetime
    last_error: str


class Outbox:
    """The file ``path``. Any number of processes may use it; ``destinations`` get what is written."""

    def __init__(self, path: Path, destinations: Sequence[Destination]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._destinations = destinations
        self._connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._connection.execute("pragma synchronous = full")
        self._connection.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def changed(
        self,
        scope: str,
        current: Iterable[Event],
        run_id: str,
        now: datetime,
        *,
        ends: bool = True,
        quietly: bool = False,
    ) -> list[Event]:
        """Take ``current`` as what is true in ``scope`` now; write and return the events that are new.

        A state that is not in ``current`` any more has ended if ``ends``, which is an event too unless
        ``quietly``. One that comes back after its end is new.
        """
        states = {event.key: event for event in current}
        with self._transaction():
            open_states = {
                str(row["key"]): _event(row)
                for row in self._rows("select * from states where scope = ? and is_open", scope)
            }
            begun = [event for key, event in states.items() if key not in open_states]
            ended = [event for key, event in open_states.items() if key not in states] if ends else []
            events = [self._begin(scope, event) for event in begun]
            events += [event for state in ended if (event := self._end(state)) is not None and not quietly]
            self._write(events, run_id, now)
        return events

    def due(self, now: datetime) -> list[Message]:
        """Return the pending messages whose time has come, the oldest first; digests that are due are made.

        A time later than any wait could give was written before the clock was set back: it has come too.
        """
        with self._transaction():
            self._make_digests(now)
        return self._messages(
            "state = 'pending' and not (next_attempt_at > ? and next_attempt_at <= ?)",
            _text(now),
            _text(now + LONGEST_WAIT),
        )

    def sent(self, message: Message, now: datetime) -> None:
        self._connection.execute(
            "update messages set state = 'sent', attempts = attempts + 1, sent_at = ?, last_error = '' "
            "where id = ?",
            (_text(now), message.id),
        )

    def failed(self, message: Message, error: str, now: datetime, give_up_after: timedelta) -> None:
        """Wait twice as long as last time before the next attempt, or give up and keep it as dead."""
        wait = min(FIRST_WAIT * 2 ** min(message.attempts, 20), LONGEST_WAIT)
        is_dead = message.attempts > 0 and now + wait > message.created_at + give_up_after
        self._connection.execute(
            "update messages set state = ?, attempts = attempts + 1, next_attempt_at = ?, last_error = ? "
            "where id = ?",
            ("dead" if is_dead else "pending", _text(now + wait), error, message.id),
        )

    def retry(self, ids: Sequence[str], now: datetime) -> int:
        """Make messages whose ids start so (all if none is given) due again; return how many.

        Dead ones begin anew: they are given up no sooner than a message that is written now.
        """
        chosen = [
            message.id
            for message in self.messages("pending", "dead")
            if not ids or any(start and message.id.startswith(start) for start in ids)
        ]
        self._connection.executemany(
            "update messages set state = 'pending', attempts = 0, next_attempt_at = ?, "
            "created_at = case when state = 'dead' then ? else created_at end where id = ?",
            [(_text(now), _text(now), each) for each in chosen],
        )
        return len(chosen)

    def messages(self, *states: str) -> list[Message]:
        return self._messages(f"state in ({', '.join('?' * len(states))})", *states)

    def counts(self) -> dict[str, int]:
        """Return the number of messages by state, and of events that wait for a ``digest``."""
        counts = dict(self._connection.execute("select state, count(*) from messages group by state"))
        [digest] = self._connection.execute("select count(*) from digest").fetchone()
        return counts | ({"digest": digest} if digest else {})

    def add_arrivals(self, texts: Iterable[str], day: date) -> None:
        """Note the sha256 of texts that are published; the day of those that are known stays."""
        with self._transaction():
            self._connection.executemany(
                "insert or ignore into arrivals values (?, ?)", [(text, day.isoformat()) for text in texts]
            )

    def arrivals(self) -> list[date]:
        """Return the day on which each text was published first."""
        return [date.fromisoformat(row["day"]) for row in self._rows("select day from arrivals")]

    def fact(self, name: str) -> str | None:
        row = self._connection.execute("select value from facts where name = ?", (name,)).fetchone()
        return row and str(row[0])

    def set_fact(self, name: str, value: str) -> None:
        self._connection.execute("insert or replace into facts values (?, ?)", (name, value))

    def _messages(self, condition: str, *parameters: object) -> list[Message]:
        rows = self._rows(f"select * from messages where {condition} order by created_at, rowid", *parameters)
        return [
            Message(
                id=row["id"],
                destination=row["destination"],
                run_id=row["run_id"],
                created_at=datetime.fromisoformat(row["created_at"]),
                events=tuple(Event(**event) for event in json.loads(row["events"])),
                state=row["state"],
                attempts=row["attempts"],
                next_attempt_at=datetime.fromisoformat(row["next_attempt_at"]),
                last_error=row["last_error"],
            )
            for row in rows
        ]

    def _begin(self, scope: str, event: Event) -> Event:
        known = self._connection.execute("select times from states where key = ?", (event.key,)).fetchone()
        times = known[0] + 1 if known else 1
        self._connection.execute(
            "insert or replace into states values (?, ?, 1, ?, ?, ?, ?, ?)",
            (event.key, scope, times, event.kind, event.severity, event.subject, event.message),
        )
        return _numbered(event, times)

    def _end(self, event: Event) -> Event | None:
        [times] = self._connection.execute(
            "update states set is_open = 0 where key = ? returning times", (event.key,)
        ).fetchone()
        ending = resolved(event)
        return _numbered(Event(f"{ending.key}:resolved", *_fields(ending)[1:]), times)

    def _write(self, events: Sequence[Event], run_id: str, now: datetime) -> None:
        for destination in self._destinations:
            wanted = [event for event in events if destination.wants(event)]
            urgent = [event for event in wanted if event.severity != "info"]
            if urgent:
                self._write_message(destination.name, urgent, run_id, now)
            self._connection.executemany(
                "insert into digest values (?, ?, ?, ?)",
                [
                    (destination.name, _json(event), run_id, _text(now))
                    for event in wanted
                    if event.severity == "info"
                ],
            )

    def _make_digests(self, now: datetime) -> None:
        for destination in self._destinations:
            rows = list(
                self._rows("select * from digest where destination = ? order by rowid", destination.name)
            )
            oldest = min((datetime.fromisoformat(row["created_at"]) for row in rows), default=None)
            if oldest is None or oldest <= now < oldest + destination.digest:
                continue
            events = [Event(**json.loads(row["event"])) for row in rows]
            self._write_message(destination.name, events, rows[-1]["run_id"], now)
            self._connection.execute("delete from digest where destination = ?", (destination.name,))

    def _write_message(self, destination: str, events: Sequence[Event], run_id: str, now: datetime) -> None:
        ordered = sorted(events, key=lambda event: SEVERITIES.index(event.severity))
        content = json.dumps([asdict(event) for event in ordered], ensure_ascii=False)
        keys = "\n".join([destination, *sorted(event.key for event in events)])
        self._connection.execute(
            "insert or ignore into messages (id, destination, run_id, created_at, events, next_attempt_at) "
            "values (?, ?, ?, ?, ?, ?)",
            (
                hashlib.sha256(keys.encode()).hexdigest()[:24],
                destination,
                run_id,
                _text(now),
                content,
                _text(now),
            ),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("begin immediate")
        try:
            yield
            self._connection.execute("commit")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("rollback")

    def _rows(self, sql: str, *parameters: object) -> Iterator[dict[str, Any]]:
        cursor = self._connection.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor.fetchall())


def _event(row: dict[str, Any]) -> Event:
    return Event(row["key"], row["kind"], row["severity"], row["subject"], row["message"])


def _fields(event: Event) -> tuple[Any, ...]:
    return event.key, event.kind, event.severity, event.subject, event.message


def _numbered(event: Event, times: int) -> Event:
    """Return ``event`` with a key of its own for each time that its state begins."""
    return Event(f"{event.key}#{times}", *_fields(event)[1:])


def _json(event: Event) -> str:
    return json.dumps(asdict(event), ensure_ascii=False)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
