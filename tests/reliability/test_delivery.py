"""Alerts arrive: at an SMTP server with TLS and at HTTP servers that fail, time out and recover."""

import asyncio
import base64
import hashlib
import hmac
import json
import multiprocessing
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message as Mail
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from pipelines.alerts import AlertConfig, Event, Outbox, deliver, open_outbox
from pipelines.alerts.config import read_config
from pipelines.paths import Warehouse

NOW = datetime(2027, 5, 1, tzinfo=UTC)
PASSWORD = "pw-4711-secret"
LABEL = "总用电量\r\nBcc: victim@example.org\r\n\r\n<!channel> <https://evil.example|x>"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def certificates(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
        folder / "server.pem"
    )
    return folder


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "esg.duckdb")


def configured(warehouse: Warehouse, toml: str, **environment: str) -> AlertConfig:
    warehouse.folder.joinpath("alerts.toml").write_text(toml, encoding="utf-8")
    return read_config(warehouse, environment)


def announce(warehouse: Warehouse, config: AlertConfig, *names: str, run_id: str = "run") -> Outbox:
    outbox = open_outbox(warehouse, config)
    events = [Event(f"finding:{name}", "new_finding", "error", "acme", f"{name} {LABEL}") for name in names]
    outbox.changed("published", events, run_id, NOW, ends=False)
    return outbox


# --- e-mail ------------------------------------------------------------------------------------------


def smtp_server(ready: "multiprocessing.Queue[int]", received: Path, pem: Path, implicit_tls: bool) -> None:
    """Take mail of people who log in over TLS; each becomes a file."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)

    class Box:
        async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
            assert isinstance(envelope.content, bytes)
            name = f"{len(list(received.iterdir()))} {','.join(envelope.rcpt_tos)}"
            (received / name).write_bytes(envelope.content)
            return "250 taken"

        async def handle_RCPT(
            self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
        ) -> str:
            if address.startswith("unknown@"):
                return "550 nobody here"
            envelope.rcpt_tos.append(address)
            return "250 ok"

    def authenticate(
        _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object
    ) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
        return AuthResult(success=is_right)

    def session() -> SMTP:
        return SMTP(
            Box(),
            authenticator=authenticate,
            auth_required=True,
            auth_require_tls=not implicit_tls,
            tls_context=None if implicit_tls else context,
            require_starttls=not implicit_tls,
        )

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(session, "127.0.0.1", 0, ssl=context if implicit_tls else None)
        ready.put(server.sockets[0].getsockname()[1])
        await asyncio.sleep(60)

    asyncio.run(serve())


@contextmanager
def running_smtp(received: Path, pem: Path, *, implicit_tls: bool) -> Iterator[int]:
    context = multiprocessing.get_context("spawn")
    ready: multiprocessing.Queue[int] = context.Queue()
    process = context.Process(target=smtp_server, args=(ready, received, pem, implicit_tls), daemon=True)
    process.start()
    try:
        yield ready.get(timeout=30)
    finally:
        process.kill()
        process.join()


def mail_toml(port: int, certificates: Path, security: str, to: str = "ops@example.org") -> str:
    return f"""
[channels.mail]
type = "email"
host = "localhost"
port = {port}
security = "{security}"
ca_file = "{certificates / "ca.pem"}"
username = "esg"
sender = "esg@example.org"
to = "{to}"
timeout = 5
"""


@pytest.fixture
def received(tmp_path: Path) -> Path:
    folder = tmp_path / "received"
    folder.mkdir()
    return folder


def mails(received: Path) -> list[Mail]:
    return [message_from_bytes(file.read_bytes()) for file in sorted(received.iterdir())]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_is_delivered_over_tls_with_a_password(
    warehouse: Warehouse, certificates: Path, received: Path, security: str
) -> None:
    with running_smtp(received, certificates / "server.pem", implicit_tls=security == "tls") as port:
        toml = mail_toml(
            port, certificates, security, to="ops@example.org, unknown@example.org, me@example.org"
        )
        config = configured(warehouse, toml, ESG_ALERTS_MAIL_PASSWORD=PASSWORD)
        with announce(warehouse, config, "a", "b") as outbox:
            assert deliver(outbox, config, warehouse, now=NOW) == (2, 1)
            [refused] = outbox.messages("pending")
            assert refused.destination == "mail:unknown@example.org"
            assert "nobody here" in refused.last_error
    assert {file.name.split()[1] for file in received.iterdir()} == {"ops@example.org", "me@example.org"}
    for mail in mails(received):
        assert mail["Bcc"] is None
        assert str(make_header(decode_header(mail["Subject"]))).startswith(
            "[ESG warehouse] error: New finding"
        )
        content = mail.get_payload(decode=True)
        assert isinstance(content, bytes)
        assert "总用电量" in content.decode()
        assert mail["Message-ID"].endswith("@esg-warehouse>")


@pytest.mark.parametrize("fault", ["wrong password", "unknown certificate", "no server"])
def test_mail_that_cannot_be_delivered_waits_and_the_password_is_nowhere(
    warehouse: Warehouse, certificates: Path, received: Path, fault: str
) -> None:
    with running_smtp(received, certificates / "server.pem", implicit_tls=False) as port:
        toml = mail_toml(1 if fault == "no server" else port, certificates, "starttls")
        if fault == "unknown certificate":
            toml = "\n".join(line for line in toml.splitlines() if not line.startswith("ca_file"))
        password = "another-secret" if fault == "wrong password" else PASSWORD
        config = configured(warehouse, toml, ESG_ALERTS_MAIL_PASSWORD=password)
        with announce(warehouse, config, "a") as outbox:
            assert deliver(outbox, config, warehouse, now=NOW) == (0, 1)
            assert outbox.messages("pending")[0].last_error
    assert mails(received) == []
    assert not any(password.encode() in file.read_bytes() for file in warehouse.folder.glob("*.*"))


# --- webhooks ----------------------------------------------------------------------------------------


class Receiver(ThreadingHTTPServer):
    """A server whose next answers are ``plan``: a status, "hang", "drip" or "cut"; then it is well."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.plan: list[int | str] = []
        self.requests: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if len(body) < int(self.headers["Content-Length"]):
            return  # its sender was killed while it wrote
        answer = self.server.plan.pop(0) if self.server.plan else 204
        if answer == "hang":
            time.sleep(3)
            return
        if answer == "drip":
            with suppress(OSError):
                for byte in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1000:
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.1)
            return
        if answer in (204, "cut"):  # it was taken, in one case without an answer
            self.server.requests.append((self.path, dict(self.headers), body))
        if answer == "cut":
            return
        self.send_response(int(answer))
        if answer == 302:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def hook(receiver: Receiver) -> str:
    return f'[channels.hook]\ntype = "webhook"\nurl = "{receiver.url}/alerts?team=esg"\ntimeout = 0.3\n'


def test_a_webhook_that_fails_hangs_drips_and_redirects_gets_each_event_once_it_recovers(
    warehouse: Warehouse, receiver: Receiver
) -> None:
    receiver.plan = [500, "hang", "drip", 302, 401, "cut"]
    config = configured(warehouse, hook(receiver), ESG_ALERTS_HOOK_SECRET="s3cret")
    now, outcomes = NOW, []
    with announce(warehouse, config, "a", "b", "c") as outbox:
        for _ in range(8):
            outcomes.append(deliver(outbox, config, warehouse, now=now))
            now += timedelta(hours=1)
        assert outbox.counts() == {"sent": 1}
    assert outcomes == [(0, 1)] * 6 + [(1, 0), (0, 0)]
    # The one that was taken without an answer came again, with the id that it had.
    ids = [headers["webhook-id"] for _, headers, _ in receiver.requests]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    path, headers, body = receiver.requests[-1]
    assert path == "/alerts?team=esg"
    content = json.loads(body)
    assert content["id"] == headers["Idempotency-Key"] == ids[0]
    assert sorted(event["key"] for event in content["events"]) == [
        "finding:a#1",
        "finding:b#1",
        "finding:c#1",
    ]


def test_a_webhook_is_signed_as_standard_webhooks_are(warehouse: Warehouse, receiver: Receiver) -> None:
    key = b"0123456789abcdef0123456789abcdef"
    secret = "whsec_" + base64.b64encode(key).decode()
    config = configured(warehouse, hook(receiver), ESG_ALERTS_HOOK_SECRET=secret)
    with announce(warehouse, config, "a") as outbox:
        assert deliver(outbox, config, warehouse, now=NOW) == (1, 0)
    [(_, headers, body)] = receiver.requests
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert int(headers["webhook-timestamp"]) == int(NOW.timestamp())


def test_slack_gets_text_that_does_nothing_and_its_address_stays_secret(
    warehouse: Warehouse, receiver: Receiver
) -> None:
    receiver.plan = [404]
    config = configured(warehouse, "", ESG_ALERTS_SLACK_URL=f"{receiver.url}/services/T0/B0/token")
    with announce(warehouse, config, "a") as outbox:
        assert deliver(outbox, config, warehouse, now=NOW) == (0, 1)
        assert outbox.messages("pending")[0].last_error == "127.0.0.1 answered 404"
        assert deliver(outbox, config, warehouse, now=NOW + timedelta(minutes=1)) == (1, 0)
    [(path, _, body)] = receiver.requests
    assert path == "/services/T0/B0/token"
    assert "&lt;!channel&gt;" in json.loads(body)["text"]
    assert not any(b"token" in file.read_bytes() for file in warehouse.folder.iterdir() if file.is_file())


def test_one_channel_that_is_down_holds_up_no_other(warehouse: Warehouse, receiver: Receiver) -> None:
    toml = hook(receiver).replace(receiver.url, "http://127.0.0.1:1") + '\n[channels.log]\ntype = "log"\n'
    config = configured(warehouse, toml, ESG_ALERTS_HOOK_SECRET="s3cret")
    with announce(warehouse, config, "a") as outbox:
        assert deliver(outbox, config, warehouse, now=NOW) == (1, 1)
    assert len(warehouse.alert_log.read_text(encoding="utf-8").splitlines()) == 1


def test_the_log_has_a_message_once_also_if_its_writer_was_killed(warehouse: Warehouse) -> None:
    config = AlertConfig()
    with announce(warehouse, config, "a") as outbox:
        deliver(outbox, config, warehouse, now=NOW)
        whole = warehouse.alert_log.read_bytes()
        outbox.retry([], NOW)
        outbox._connection.execute("update messages set state = 'pending'")  # killed before it was marked
        deliver(outbox, config, warehouse, now=NOW)
    assert warehouse.alert_log.read_bytes() == whole
    warehouse.alert_log.write_bytes(whole + b'{"type": "esg.al')  # killed while it wrote
    with announce(warehouse, config, "b") as outbox:
        deliver(outbox, config, warehouse, now=NOW)
    lines = warehouse.alert_log.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["events"][0]["key"] for line in (lines[0], lines[2])] == [
        "finding:a#1",
        "finding:b#1",
    ]


def killed_while_delivering(folder: Path, url: str) -> None:
    warehouse = Warehouse(folder / "esg.duckdb")
    config = read_config(warehouse, {"ESG_ALERTS_HOOK_SECRET": "s3cret"})
    with open_outbox(warehouse, config) as outbox:
        for number in range(50):
            event = Event(f"finding:{number}", "new_finding", "error", "acme", url)
            outbox.changed(f"scope{number}", [event], f"run{number}", NOW)
        deliver(outbox, config, warehouse, now=NOW)


def test_every_event_arrives_from_processes_that_are_killed(warehouse: Warehouse, receiver: Receiver) -> None:
    configured(warehouse, hook(receiver), ESG_ALERTS_HOOK_SECRET="s3cret")
    context = multiprocessing.get_context("spawn")
    for killed_at in (10, 20, 35, None):
        process = context.Process(target=killed_while_delivering, args=(warehouse.folder, receiver.url))
        process.start()
        if killed_at:
            until(partial(has_received, receiver, killed_at))
            process.kill()
        process.join(30)
    events = {event["key"]: body["id"] for body in bodies(receiver) for event in body["events"]}
    assert set(events) == {f"finding:{number}#1" for number in range(50)}
    assert len({body["id"] for body in bodies(receiver)}) == 50
    # Only a message that was under way when its sender was killed came twice.
    assert len(receiver.requests) <= 50 + 3


def has_received(receiver: Receiver, number: int) -> bool:
    return len(receiver.requests) >= number


def bodies(receiver: Receiver) -> list[dict[str, object]]:
    return [json.loads(body) for _, _, body in receiver.requests]


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
