"""Alerts: what is an event, who is told, how often, and what a label in it can do (nothing)."""

import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines.alerts import (
    AlertConfig,
    AlertConfigError,
    Event,
    Outbox,
    delivery,
    note_published,
    read_config,
)
from pipelines.alerts.channels import DeliveryError
from pipelines.alerts.config import LogChannel
from pipelines.alerts.delivery import deliver
from pipelines.alerts.events import failure_event, missing_data_events
from pipelines.alerts.outbox import LONGEST_WAIT, Destination, Message
from pipelines.alerts.render import line, slack_text, subject, text
from pipelines.paths import Warehouse

NOW = datetime(2027, 5, 1, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
OPS = Destination("ops")
NEVER = timedelta(days=365)


def finding(name: str, severity: str = "error", message: str = "does not add up") -> Event:
    return Event(f"finding:{name}", "new_finding", severity, "acme-2026", message)  # type: ignore[arg-type]


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "alerts.sqlite", [OPS])


class TestOneAlertPerEvent:
    def test_a_state_that_lasts_is_announced_once(self, outbox: Outbox) -> None:
        for run in range(5):
            outbox.changed("published", [finding("a")], f"run{run}", NOW)
        assert [message.run_id for message in outbox.messages("pending")] == ["run0"]

    def test_the_events_of_a_run_are_one_message_the_gravest_first(self, outbox: Outbox) -> None:
        outbox.changed("published", [finding("a", "warning"), finding("b")], "run", NOW)
        [message] = outbox.messages("pending")
        assert [event.severity for event in message.events] == ["error", "warning"]

    def test_what_ends_is_announced_and_what_comes_back_is_new(self, outbox: Outbox) -> None:
        announced = [
            [event.kind for event in outbox.changed("published", current, "run", NOW)]
            for current in ([finding("a")], [], [], [finding("a")], [])
        ]
        assert announced == [["new_finding"], ["finding_resolved"], [], ["new_finding"], ["finding_resolved"]]
        digests = outbox.due(NOW + 2 * DAY)
        keys = [event.key for message in digests for event in message.events]
        assert len(keys) == len(set(keys)) == 4

    def test_info_waits_for_a_digest_of_all_runs(self, outbox: Outbox) -> None:
        outbox.changed("published", [finding("a", "info")], "run1", NOW)
        outbox.changed("published", [finding("a", "info"), finding("b", "info")], "run2", NOW + DAY / 2)
        assert outbox.due(NOW + DAY * 0.9) == []
        [digest] = outbox.due(NOW + DAY)
        assert len(digest.events) == 2

    def test_a_destination_gets_what_is_grave_enough_for_it(self, tmp_path: Path) -> None:
        outbox = Outbox(
            tmp_path / "alerts.sqlite", [Destination("pager", "error"), Destination("ops", "warning")]
        )
        outbox.changed("published", [finding("a", "warning"), finding("b", "info")], "run", NOW)
        assert [message.destination for message in outbox.messages("pending")] == ["ops"]

    def test_a_failure_is_known_by_its_cause_not_by_its_run(self) -> None:
        run1, run2 = "3f0c8c1e-0000-4000-8000-000000000001", "3f0c8c1e-0000-4000-8000-000000000002"
        one = failure_event(run1, [f"/warehouse/builds/{run1}/x: no space left (412 bytes)"], is_gate=False)
        two = failure_event(run2, [f"/warehouse/builds/{run2}/x: no space left (97 bytes)"], is_gate=False)
        other = failure_event(run2, ["the process for quality ended unexpectedly"], is_gate=False)
        assert one.key == two.key != other.key
        assert failure_event(run1, ["bad"], is_gate=True).kind == "gate_blocked"


class TestPublished:
    """What is noticed is read from the published file: a killed run is caught up with by the next look."""

    def warehouse(self, tmp_path: Path, *findings: tuple[str, str, bool]) -> Warehouse:
        target = tmp_path / "esg.duckdb"
        target.unlink(missing_ok=True)
        with duckdb.connect(target) as connection:
            connection.execute("create schema marts")
            connection.execute("create table marts.dim_report as select 'x' as sha256")
            connection.execute(
                "create table marts.fct_quality_finding (finding_id text, rule_code text, severity text, "
                "report_id text, message text, acknowledged boolean)"
            )
            for finding_id, rule_code, acknowledged in findings:
                connection.execute(
                    "insert into marts.fct_quality_finding values (?, ?, 'warning', 'acme', 'm', ?)",
                    [finding_id, rule_code, acknowledged],
                )
        return Warehouse(target)

    def test_the_rule_gives_the_kind(self, outbox: Outbox, tmp_path: Path) -> None:
        warehouse = self.warehouse(
            tmp_path, ("1", "rejected_file", False), ("2", "unmapped_label", False), ("3", "sum100", False)
        )
        kinds = {event.kind for event in note_published(outbox, warehouse, "run")}
        assert kinds == {"report_rejected", "unmapped_labels", "new_finding"}
        assert note_published(outbox, warehouse, "run") == []

    def test_what_is_acknowledged_is_not_announced_and_ends_what_was(
        self, outbox: Outbox, tmp_path: Path
    ) -> None:
        warehouse = self.warehouse(tmp_path, ("1", "sum100", False), ("2", "sum100", True))
        assert len(note_published(outbox, warehouse, "run")) == 1
        warehouse = self.warehouse(tmp_path, ("1", "sum100", True), ("2", "sum100", True))
        assert [event.kind for event in note_published(outbox, warehouse, "run")] == ["finding_resolved"]

    def test_success_ends_a_failure_without_a_word(self, outbox: Outbox, tmp_path: Path) -> None:
        warehouse = self.warehouse(tmp_path)
        failure = failure_event("run", ["disk full"], is_gate=False)
        for _ in range(2):
            assert len(outbox.changed("run", [failure], "run", NOW, ends=False)) == 1
            assert outbox.changed("run", [failure], "run", NOW, ends=False) == []
            assert note_published(outbox, warehouse, "run", succeeded=True) == []


class TestNoNewData:
    @pytest.mark.parametrize(
        ("by", "today", "arrivals", "missing"),
        [
            ("04-30", date(2027, 5, 1), [date(2026, 4, 2)], True),
            ("04-30", date(2027, 5, 1), [date(2026, 4, 2), date(2027, 4, 30)], False),
            ("04-30", date(2027, 4, 30), [date(2026, 4, 2)], False),  # the day is not over
            ("2027-04-30", date(2027, 6, 1), [date(2026, 4, 2)], True),
            ("2028-04-30", date(2027, 6, 1), [date(2026, 4, 2)], False),
            ("04-30", date(2027, 5, 1), [date(2027, 5, 1)], False),  # nobody was watching before
            ("02-29", date(2027, 5, 1), [date(2023, 4, 2)], True),
        ],
    )
    def test_a_text_is_expected_in_the_days_before_a_date(
        self, by: str, today: date, arrivals: list[date], missing: bool
    ) -> None:
        assert bool(missing_data_events([by], 120, arrivals, today)) is missing

    def test_it_is_announced_once_for_each_date(self, outbox: Outbox) -> None:
        event = missing_data_events(["04-30"], 120, [date(2026, 1, 1)], date(2027, 5, 1))
        for _ in range(3):
            outbox.changed("calendar", event, "", NOW, ends=False)
        assert len(outbox.messages("pending")) == 1


class TestDelivery:
    """A stand-in for a channel shows order, waiting and giving up; real servers are in tests/reliability."""

    @pytest.fixture
    def config(self) -> AlertConfig:
        return AlertConfig(channels={"ops": LogChannel()})

    @pytest.fixture
    def received(self) -> list[str]:
        return []

    @pytest.fixture
    def channel(
        self, monkeypatch: pytest.MonkeyPatch, received: list[str]
    ) -> Callable[[Callable[[], str]], None]:
        """Return a function that decides what becomes of messages: sent, lost or unconfirmed."""

        def becomes(fate: Callable[[], str]) -> None:
            def send(_channel: object, _to: str, message: Message, _now: datetime, _log: Path) -> None:
                what = fate()
                if what != "lost":
                    received.append(message.id)
                if what != "sent":
                    raise DeliveryError("the connection was closed")

            monkeypatch.setattr(delivery, "send", send)

        return becomes

    def test_none_of_a_thousand_is_lost_where_half_of_all_attempts_fail(
        self, tmp_path: Path, config: AlertConfig, channel: Callable[..., None], received: list[str]
    ) -> None:
        chance = random.Random(7)
        channel(lambda: chance.choice(["sent", "sent", "lost", "unconfirmed"]))
        warehouse, now = Warehouse(tmp_path / "esg.duckdb"), NOW
        for number in range(1000):
            # The process ends after each run, every seventh in the middle of it.
            with Outbox(warehouse.outbox, [OPS]) as outbox:
                outbox.changed(f"scope{number}", [finding(str(number))], f"run{number}", now)
                if number % 7:
                    deliver(outbox, config, warehouse, now=now)
            now += timedelta(minutes=1)
        with Outbox(warehouse.outbox, [OPS]) as outbox:
            for _ in range(3000):
                if not outbox.messages("pending"):
                    break
                deliver(outbox, config, warehouse, now=now)
                now += timedelta(seconds=20)
            messages = outbox.messages("sent")
            assert outbox.counts() == {"sent": 1000}
        announced = Counter(event.key for message in messages for event in message.events)
        assert announced == Counter({f"finding:{number}#1": 1 for number in range(1000)})
        assert {message.id for message in messages} == set(received)
        # Unconfirmed ones came again, under the same id: a receiver that keeps ids has each once.
        assert len(received) > len(set(received)) == 1000

    def test_it_waits_longer_after_each_failure_then_gives_up_and_can_be_retried(
        self,
        outbox: Outbox,
        tmp_path: Path,
        config: AlertConfig,
        channel: Callable[..., None],
        received: list[str],
    ) -> None:
        channel(lambda: "lost")
        warehouse, now = Warehouse(tmp_path / "esg.duckdb"), NOW
        outbox.changed("published", [finding("a")], "run", now)
        waits = []
        while outbox.messages("pending"):
            assert deliver(outbox, config, warehouse, now=now) == (0, 1)
            [message] = outbox.messages("pending", "dead")
            waits.append(message.next_attempt_at - now)
            assert outbox.due(message.next_attempt_at - timedelta(seconds=1)) == []
            now = message.next_attempt_at
        assert waits[:3] == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
        assert max(waits) == LONGEST_WAIT
        assert timedelta(hours=70) < now - NOW < timedelta(hours=74)
        assert outbox.counts() == {"dead": 1}
        assert outbox.messages("dead")[0].last_error == "the connection was closed"

        channel(lambda: "sent")
        assert deliver(outbox, config, warehouse, now=now) == (0, 0)
        assert outbox.retry([], now) == 1
        assert deliver(outbox, config, warehouse, now=now) == (1, 0)
        assert len(received) == 1

    def test_a_clock_that_is_set_back_does_not_hold_a_message_for_years(self, outbox: Outbox) -> None:
        outbox.changed("published", [finding("a"), finding("b", "info")], "run", NOW + 3650 * DAY)
        assert len(outbox.due(NOW)) == 2

    def test_a_channel_that_was_removed_keeps_its_messages(
        self, outbox: Outbox, tmp_path: Path, channel: Callable[..., None]
    ) -> None:
        channel(lambda: "sent")
        outbox.changed("published", [finding("a")], "run", NOW)
        deliver(outbox, AlertConfig(), Warehouse(tmp_path / "esg.duckdb"), now=NOW)
        [message] = outbox.messages("pending")
        assert "no channel ops" in message.last_error


class TestUntrustedText:
    LABEL = (
        'x\r\nBcc: all@example.org\r\n\r\n<!channel> <https://evil.example|click> & @here \x1b[31m "\u2028'
    )

    def message(self, label: str, count: int = 1) -> Message:
        events = tuple(finding(str(number), message=label) for number in range(count))
        return Message("id1", "ops", "run", NOW, events, "pending", 0, NOW, "")

    def test_a_subject_is_one_line_without_control_characters(self) -> None:
        event = Event("k", "report_rejected", "warning", self.LABEL, "m")
        shown = subject(Message("id1", "ops", "run", NOW, (event,), "pending", 0, NOW, ""))
        assert shown.isprintable()
        assert len(shown) <= 150

    def test_slack_markup_is_inert(self) -> None:
        shown = slack_text(self.message(self.LABEL))
        assert not {"<", "\x1b"} & set(shown)
        assert "&lt;!channel&gt;" in shown
        assert "https://" not in shown
        assert "@here" not in shown

    def test_a_line_of_the_log_is_one_line_and_gives_the_label_back(self) -> None:
        written = line(self.message(self.LABEL))
        assert len(written.splitlines()) == 1
        assert json.loads(written)["events"][0]["message"] == self.LABEL

    def test_many_events_are_counted_in_a_text(self) -> None:
        shown = text(self.message("m" * 10_000, count=1000))
        assert len(shown) < 20_000
        assert "980 × error: New finding" in shown


class TestConfiguration:
    MAIL = """[channels.mail]
type = "email"
host = "mail.example.org"
sender = "esg@example.org"
to = ["a@b.org"]
"""

    def read(self, tmp_path: Path, toml: str, **environment: str) -> AlertConfig:
        (tmp_path / "alerts.toml").write_text(toml, encoding="utf-8")
        return read_config(Warehouse(tmp_path / "esg.duckdb"), environment)

    def test_without_any_it_is_the_log(self, tmp_path: Path) -> None:
        assert list(read_config(Warehouse(tmp_path / "esg.duckdb"), {}).channels) == ["log"]

    def test_a_secret_comes_from_the_environment_or_a_file_it_names(self, tmp_path: Path) -> None:
        (tmp_path / "password").write_text("s3cret\n", encoding="utf-8")
        for variables in (
            {"ESG_ALERTS_MAIL_PASSWORD": "s3cret"},
            {"ESG_ALERTS_MAIL_PASSWORD_FILE": str(tmp_path / "password")},
        ):
            mail = self.read(tmp_path, self.MAIL, **variables).channels["mail"]
            assert mail.type == "email"
            assert mail.password is not None
            assert mail.password.get_secret_value() == "s3cret"
            assert "s3cret" not in f"{mail!r} {mail} {mail.model_dump_json()}"

    def test_the_environment_alone_is_enough(self, tmp_path: Path) -> None:
        channels = self.read(
            tmp_path,
            "",
            ESG_ALERTS_SLACK_URL="https://hooks.example.org/T/B/x",
            ESG_ALERTS_EMAIL_HOST="mail.example.org",
            ESG_ALERTS_EMAIL_SENDER="esg@example.org",
            ESG_ALERTS_EMAIL_TO="a@b.org, c@d.org",
            ESG_ALERTS_EMAIL_CA_FILE="/etc/ca.pem",
        ).channels
        assert {name: channel.type for name, channel in channels.items()} == {
            "slack": "slack",
            "email": "email",
        }

    @pytest.mark.parametrize(
        ("toml", "said"),
        [
            (
                '[channels.hook]\ntype = "webhook"\nurl = "https://h.example"\nsecret = "abc"',
                "ESG_ALERTS_HOOK_SECRET",
            ),
            ('[channels.slack]\nurl = "https://hooks.example.org/T/B/abc"', "ESG_ALERTS_SLACK_URL"),
            (MAIL + 'security = "none"', "on this machine"),
            (MAIL + "speed = 1", "speed"),
            (MAIL.replace("a@b.org", "a@b.org\\nBcc: x@y"), "address"),
            ("[channels.pigeon]\nx = 1", "type is one of"),
            ("[new_data]\nby = ['04-31']", "new_data.by"),
            ("channels = 1", "tables"),
            ("=", "alerts.toml"),
        ],
    )
    def test_what_is_wrong_is_named_without_values(self, tmp_path: Path, toml: str, said: str) -> None:
        with pytest.raises(AlertConfigError, match=said) as error:
            self.read(tmp_path, toml)
        assert "abc" not in str(error.value)

    @pytest.mark.parametrize(
        "url",
        [
            "http://hooks.example.org/x",
            "https://me:pw@hooks.example.org",
            "file:///etc/passwd",
            "https://x/\r\na: b",
        ],
    )
    def test_an_address_that_would_leak_is_refused_and_not_shown(self, tmp_path: Path, url: str) -> None:
        with pytest.raises(AlertConfigError) as error:
            self.read(tmp_path, "", ESG_ALERTS_SLACK_URL=url)
        assert url not in str(error.value)
