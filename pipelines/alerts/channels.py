"""Sending one message through one channel. What goes wrong is a DeliveryError without secrets.

Each message carries its id where a receiver can look for it: ``webhook-id``, ``Message-ID``, the last line of
a text. A message may come twice (the answer was lost, the sender was killed); its id then is the same.
"""

import base64
import hashlib
import hmac
import http.client
import json
import os
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

from pipelines.alerts.config import Channel, EmailChannel, LogChannel, SlackChannel, WebhookChannel
from pipelines.alerts.outbox import Message
from pipelines.alerts.render import body, line, one_line, slack_text, subject, text

_LONGEST_ERROR = 200


class DeliveryError(RuntimeError):
    """A message was not taken, or nobody knows whether it was."""


def recipients(channel: Channel) -> tuple[str, ...]:
    """Return the recipients that are served one by one: when one is refused, the others get no copy twice."""
    return channel.to if isinstance(channel, EmailChannel) else ("",)


def send(channel: Channel, recipient: str, message: Message, now: datetime, log_file: Path) -> None:
    """Send ``message``; ``log_file`` is the default of a log channel. Raises DeliveryError."""
    try:
        match channel:
            case LogChannel():
                _append(channel.file or log_file, message)
            case EmailChannel():
                _mail(channel, recipient, message)
            case SlackChannel():
                content = {"text": slack_text(message), "mrkdwn": False, "unfurl_links": False}
                _post(channel, channel.url.get_secret_value(), json.dumps(content).encode(), {})
            case WebhookChannel():
                content_bytes = json.dumps(body(message)).encode()
                _post(channel, channel.url, content_bytes, _signed(channel, message.id, content_bytes, now))
    except (OSError, smtplib.SMTPException, http.client.HTTPException, ValueError) as error:
        raise DeliveryError(_without_secrets(channel, f"{type(error).__name__}: {error}")) from None


def _append(file: Path, message: Message) -> None:
    """Append the message unless it is there: a log is the one channel that can be asked."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+b") as log:
        log.seek(0)
        content = log.read()
        if f'"id": "{message.id}"'.encode() in content:
            return
        # The last line was cut short if its writer was killed.
        start = b"\n" if content and not content.endswith(b"\n") else b""
        log.write(start + line(message).encode() + b"\n")
        log.flush()
        os.fsync(log.fileno())


def _mail(channel: EmailChannel, recipient: str, message: Message) -> None:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = channel.sender
    mail["To"] = recipient
    mail["Subject"] = subject(message)
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<{message.id}@esg-warehouse>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text(message), cte="base64")
    context = ssl.create_default_context(cafile=channel.ca_file)
    port = channel.port or {"tls": 465, "starttls": 587, "none": 25}[channel.security]
    client = (
        smtplib.SMTP_SSL(channel.host, port, timeout=channel.timeout, context=context)
        if channel.security == "tls"
        else smtplib.SMTP(channel.host, port, timeout=channel.timeout)
    )
    with client, _cut_off_after(3 * channel.timeout, client):
        if channel.security == "starttls":
            client.starttls(context=context)
        if channel.username:
            client.login(channel.username, channel.password.get_secret_value() if channel.password else "")
        client.send_message(mail)


def _post(
    channel: SlackChannel | WebhookChannel, url: str, content: bytes, headers: Mapping[str, str]
) -> None:
    """Send a POST. Redirects are not followed: the message is for nobody else."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection = (
        http.client.HTTPSConnection(
            host,
            parts.port,
            timeout=channel.timeout,
            context=ssl.create_default_context(cafile=channel.ca_file),
        )
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=channel.timeout)
    )
    try:
        connection.connect()
        with _cut_off_after(3 * channel.timeout, connection):
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            common = {"Content-Type": "application/json", "User-Agent": "esg-warehouse"}
            connection.request("POST", path, content, {**common, **headers})
            status = connection.getresponse().status
    finally:
        connection.close()
    if not http.client.OK <= status < http.client.MULTIPLE_CHOICES:
        raise DeliveryError(f"{host} answered {status}")


def _signed(channel: WebhookChannel, message_id: str, content: bytes, now: datetime) -> dict[str, str]:
    """Return the headers of Standard Webhooks (https://www.standardwebhooks.com): id, time, HMAC-SHA256."""
    secret = channel.secret.get_secret_value()
    key = base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
    timestamp = str(int(now.timestamp()))
    digest = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + content, hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        "Idempotency-Key": message_id,
    }


class _HasSocket(Protocol):
    sock: socket.socket | None


@contextmanager
def _cut_off_after(seconds: float, client: _HasSocket) -> Iterator[None]:
    """Shut the connection down after ``seconds``: a timeout is for each read, and a server may drip."""

    def cut_off() -> None:
        if client.sock:
            with suppress(OSError):
                client.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut_off)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _without_secrets(channel: Channel, error: str) -> str:
    for name in type(channel).model_fields:
        value = getattr(channel, name)
        if isinstance(value, SecretStr):
            secret = value.get_secret_value()
            for part in (secret, urlsplit(secret).path.strip("/")):
                error = error.replace(part, "***") if part else error
    return one_line(error, _LONGEST_ERROR)
