"""Who is told of changes: the ``[sink.NAME]`` tables of the configuration."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from scanner.model.change import Change, ChangeKind
from scanner.model.measure import VerdictLevel

MAX_SECRET: Final = 4096
"""Bytes of a secret file: a larger one is the wrong file."""


class SinkError(ValueError):
    """A sink cannot work as it is written; the text is one line that says what to do. It never holds a secret."""


class _Sink(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """What all sinks have: which changes they want. Empty means all."""

    changes: tuple[ChangeKind, ...] = ()
    verdicts: tuple[VerdictLevel, ...] = ()
    sites: tuple[str, ...] = ()

    def wants(self, change: Change) -> bool:
        """Return whether the sink is to be told of ``change``."""
        return (
            (not self.changes or change.kind in self.changes)
            and (not self.verdicts or change.verdict in self.verdicts)
            and (not self.sites or change.site in self.sites)
        )


class Webhook(_Sink, frozen=True, kw_only=True, tag="webhook"):
    """One POST a change, signed as https://www.standardwebhooks.com describes."""

    url: str
    secret_env: str | None = None
    secret_file: str | None = None
    timeout: float = 30.0
    """Seconds: a receiver that is slow, but within this, is not asked twice."""


class Mail(_Sink, frozen=True, kw_only=True, tag="email"):
    """One message a scan."""

    server: str
    port: int = 587
    sender: str
    to: tuple[str, ...]
    security: str = "starttls"
    """``starttls``, ``tls`` or ``none``."""
    user: str | None = None
    secret_env: str | None = None
    """Environment variable with the password."""
    secret_file: str | None = None
    timeout: float = 30.0

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.security not in {"starttls", "tls", "none"}:
            raise ValueError("security is starttls, tls or none")
        if self.user is not None and self.security == "none":
            raise ValueError("a password is never sent without TLS: leave user out, or choose starttls or tls")


class Apprise(_Sink, frozen=True, kw_only=True, tag="apprise"):
    """One notice a scan through the Apprise library; its address holds secrets, so it is one."""

    secret_env: str | None = None
    secret_file: str | None = None


class Syslog(_Sink, frozen=True, kw_only=True, tag="syslog"):
    """One RFC 5424 message a change: to a socket's path, or to a host over UDP or TCP."""

    address: str = "/dev/log"
    """A path, or ``udp://host:514``, or ``tcp://host:601``."""


class File(_Sink, frozen=True, kw_only=True, tag="file"):
    """One JSON line a change, appended; the file is changed for a new one when it grows too large."""

    path: str
    most: int = 10_000_000
    """Bytes after which it is renamed to ``NAME.1``."""
    keep: int = 10
    """Renamed ones that are kept."""


Sink = Webhook | Mail | Apprise | Syslog | File
_ONE_A_SCAN: Final = (Mail, Apprise)


def parse(table: Mapping[str, Any]) -> dict[str, Sink]:
    """Return the sinks of a configuration's ``sink`` table. Raises SinkError."""
    sinks: dict[str, Sink] = {}
    for name, row in table.items():
        try:
            sinks[name] = msgspec.convert(row, Sink)
        except (msgspec.ValidationError, TypeError) as error:
            raise SinkError(f"[sink.{name}]: {error}") from error
    return sinks


def secret(name: str, sink: Webhook | Mail | Apprise, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the sink's secret from the environment or its file; None when it names neither. Raises SinkError."""
    if sink.secret_env is not None:
        if not environment.get(sink.secret_env):
            raise SinkError(f"[sink.{name}]: the environment has no {sink.secret_env}")
        return environment[sink.secret_env]
    if sink.secret_file is None:
        return None
    try:
        with Path(sink.secret_file).expanduser().open("rb") as stream:
            text = stream.read(MAX_SECRET + 1)
        if len(text) > MAX_SECRET:
            raise SinkError(f"[sink.{name}]: {sink.secret_file} is too large to be a secret")
        return text.decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SinkError(f"[sink.{name}]: {sink.secret_file} cannot be read") from error


def address(sinks: Mapping[str, Sink], changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    """Yield (sink, body) of what ``changes`` cause: JSON, one change each or all in one array."""
    for name, sink in sinks.items():
        wanted = [change for change in changes if sink.wants(change)]
        if isinstance(sink, _ONE_A_SCAN):
            if wanted:
                yield name, msgspec.json.encode(wanted).decode()
        else:
            for change in wanted:
                yield name, msgspec.json.encode(change).decode()
