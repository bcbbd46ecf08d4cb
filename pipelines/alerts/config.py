"""Which channels there are: ``alerts.toml``, and the environment, where the secrets are.

``ESG_ALERTS_<CHANNEL>_<FIELD>`` sets a field of a channel, ``ESG_ALERTS_<CHANNEL>_<FIELD>_FILE`` names the
file that holds it (as systemd's credentials and container secrets do). Secrets are taken from there only: a
configuration file is copied, printed and committed.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from pipelines.alerts.events import Severity
from pipelines.paths import ROOT, WAREHOUSE, Warehouse

FILE_VARIABLE = "ESG_ALERTS"
_PREFIX = "ESG_ALERTS_"
_LOOPBACK = frozenset(["localhost", "127.0.0.1", "::1"])


class AlertConfigError(ValueError):
    """The configuration cannot be used; the message names the place and never a value."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _Channel(_Strict):
    """``severity``: from which on. ``digest_hours``: how long info is collected. ``timeout``: in seconds."""

    severity: Severity = "info"
    digest_hours: float = Field(24, ge=0)
    timeout: float = Field(10, gt=0, le=60)


class LogChannel(_Channel):
    """Lines of JSON in ``file``, by default ``<warehouse>.alerts.log`` beside the warehouse."""

    type: Literal["log"] = "log"
    file: Path | None = None
    digest_hours: float = Field(0, ge=0)


class EmailChannel(_Channel):
    """Plain text by SMTP. ``security``: starttls, tls from the start, or none (only to this machine)."""

    type: Literal["email"]
    host: str
    port: int | None = Field(None, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: Path | None = None
    username: str | None = None
    password: SecretStr | None = None
    sender: str
    to: tuple[str, ...] = Field(min_length=1)

    @field_validator("to", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(",")] if isinstance(value, str) else value

    @field_validator("sender", "to")
    @classmethod
    def _is_an_address(cls, value: Any) -> Any:
        for address in [value] if isinstance(value, str) else value:
            if not re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+", address):
                raise ValueError("must be an address as name@host")
        return value

    def model_post_init(self, _: object) -> None:
        if self.security == "none" and (self.host not in _LOOPBACK or self.username):
            raise ValueError("security none is for a mail server on this machine, without a password")


class _Web(_Channel):
    ca_file: Path | None = None

    @staticmethod
    def _checked(url: str) -> None:
        try:
            parts = urlsplit(url)
            is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
            is_plain = parts.username is None and parts.port != 0 and url.isprintable() and " " not in url
        except ValueError:
            is_safe = is_plain = False
        if not (is_safe and is_plain):
            raise ValueError("must be an https address (http on this machine) without user and password")


class SlackChannel(_Web):
    """A Slack-compatible incoming webhook; its ``url`` is a secret."""

    type: Literal["slack"]
    url: SecretStr

    def model_post_init(self, _: object) -> None:
        self._checked(self.url.get_secret_value())


class WebhookChannel(_Web):
    """JSON by POST, signed with ``secret`` as in the Standard Webhooks specification."""

    type: Literal["webhook"]
    url: str
    secret: SecretStr

    def model_post_init(self, _: object) -> None:
        self._checked(self.url)


Channel = LogChannel | EmailChannel | SlackChannel | WebhookChannel
_KINDS: dict[str, type[Channel]] = {
    "log": LogChannel,
    "email": EmailChannel,
    "slack": SlackChannel,
    "webhook": WebhookChannel,
}
_FIELDS = sorted({name for kind in _KINDS.values() for name in kind.model_fields}, key=len, reverse=True)
_SECRETS = {"email": "password", "slack": "url", "webhook": "secret"}


def _log_alone() -> dict[str, Channel]:
    return {"log": LogChannel()}


class NewData(_Strict):
    """By which dates (2027-04-30, or 04-30 of every year) a new text is expected within so many days."""

    by: tuple[str, ...] = ()
    within_days: int = Field(120, ge=1)

    @field_validator("by")
    @classmethod
    def _are_dates(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for entry in value:
            date.fromisoformat(entry if len(entry) > len("04-30") else f"2024-{entry}")
        return value


class AlertConfig(_Strict):
    """``channels`` by name. A message that was not delivered in ``give_up_after_hours`` is a dead letter."""

    channels: dict[str, Channel] = Field(default_factory=_log_alone)
    new_data: NewData = NewData()
    give_up_after_hours: float = Field(72, ge=0)


def config_file(warehouse: Warehouse, environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the configuration of ``warehouse`` is: ESG_ALERTS, else alerts.toml.

    That of the project is for the project's own warehouse; one built elsewhere, to try something, tells
    nobody unless an alerts.toml lies beside it.
    """
    if environment.get(FILE_VARIABLE):
        return Path(environment[FILE_VARIABLE])
    folder = ROOT if warehouse.target == WAREHOUSE.target else warehouse.folder
    return folder / "alerts.toml"


def read_config(warehouse: Warehouse, environment: Mapping[str, str] = os.environ) -> AlertConfig:
    """Return the configuration of ``warehouse``; without any it is the log alone.

    Raises AlertConfigError.
    """
    file = config_file(warehouse, environment)
    values: dict[str, Any] = {}
    if file.is_file() or environment.get(FILE_VARIABLE):
        try:
            values = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise AlertConfigError(f"{file}: {error}") from error
    channels = values.pop("channels", {})
    if not isinstance(channels, dict) or not all(isinstance(each, dict) for each in channels.values()):
        raise AlertConfigError(f"{file}: channels are tables: [channels.NAME]")
    _refuse_secrets(channels, file)
    for name, fields in _from_environment(environment, set(channels)).items():
        channels[name] = {**channels.get(name, {}), **fields}
    try:
        checked = {name: _channel(name, fields) for name, fields in channels.items()}
        return AlertConfig.model_validate(values | ({"channels": checked} if checked else {}))
    except ValidationError as error:
        raise AlertConfigError(f"{file}: {_first(error)}") from error


def _refuse_secrets(channels: Mapping[str, Mapping[str, Any]], file: Path) -> None:
    for name, fields in channels.items():
        secret = _SECRETS.get(str(fields.get("type", name)))
        if secret and secret in fields:
            variable = f"{_variable(name)}_{secret.upper()}"
            raise AlertConfigError(f"{file}: {secret} of channel {name} is a secret; give it as {variable}")


def _from_environment(environment: Mapping[str, str], known: set[str]) -> dict[str, dict[str, str]]:
    names = {_variable(name): name for name in known}
    found: dict[str, dict[str, str]] = {}
    for variable, value in environment.items():
        if not variable.startswith(_PREFIX):
            continue
        held_by_file = variable.removesuffix("_FILE")
        is_file = held_by_file != variable and _field(held_by_file) is not None
        plain = held_by_file if is_file else variable
        field = _field(plain)
        channel = plain.removesuffix(f"_{field.upper()}") if field else ""
        if field is None or len(channel) < len(_PREFIX):
            raise AlertConfigError(f"{variable} names no field of a channel")
        name = names.get(channel, channel.removeprefix(_PREFIX).lower().replace("_", "-"))
        found.setdefault(name, {})[field] = _content(variable, value) if is_file else value
    return found


def _content(variable: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise AlertConfigError(f"{variable}: the file cannot be read") from error


def _field(variable: str) -> str | None:
    return next((each for each in _FIELDS if variable.endswith(f"_{each.upper()}")), None)


def _variable(channel: str) -> str:
    return _PREFIX + re.sub(r"\W", "_", channel).upper()


def _channel(name: str, fields: Mapping[str, Any]) -> Channel:
    """Return the channel; its type is its name if it says none."""
    values = {"type": name} | dict(fields)
    kind = _KINDS.get(str(values["type"]))
    if kind is None:
        raise AlertConfigError(f"channel {name}: type is one of {', '.join(_KINDS)}")
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise AlertConfigError(f"channel {name}: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
