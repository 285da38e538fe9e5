"""Observations as JSON lines: one object a line, as ``coveredscan identify`` reads them.

``{"host": "10.0.0.5", "field": "http.server", "value": "App-webs/", "port": 80, "observed_at": "2026-11-21T02:00Z"}``:
``host``, ``field`` and ``value`` are required; keys that are not known are ignored.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import BinaryIO, Final

import msgspec

from scanner.importers.importer import BadPart, Given, Importer, Item
from scanner.model.observation import Carrier, Endpoint, Field, Observation, Provenance, clip

MAX_LINE: Final = 1_048_576
"""Bytes of one line: a value is cut at 4 KiB, so a longer line is no observation but would fill the memory."""

MAX_NAME: Final = 2048
"""Characters of a host's label or a field's name: ``snmp.oid.`` with 128 numbers of ten digits still fits."""

_MAX_PORT: Final = 65535
_BOM: Final = b"\xef\xbb\xbf"
_CARRIERS: Final[dict[str, Carrier]] = {"tcp": "tcp", "udp": "udp", "link": "link"}


class BadLine(msgspec.Struct, frozen=True):
    """A line that is no observation, and was skipped."""

    number: int
    """Counted from 1, blank lines included."""
    reason: str


class _Line(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    host: str
    field: str
    value: str | int
    port: int | str | None = None
    carrier: str | None = None
    transport: str | None = None
    observed_at: str | None = None
    reporter: str | None = None
    source: str | None = None
    transcript: str | None = None


_decode: Final = msgspec.json.Decoder(_Line).decode


def read(stream: BinaryIO | Iterable[bytes], *, source: str = "json-lines") -> Iterator[Observation | BadLine]:
    """Yield one observation or one BadLine for each line of ``stream`` that is not blank, as lines arrive.

    ``stream`` is a binary file (read at most MAX_LINE bytes at a time) or the lines themselves. A line's own ``source``
    goes before the ``source`` given here. Whole numbers are accepted as values and become text; a time without an
    offset is taken as UTC, a bare date as its first moment. Raises only what reading ``stream`` raises.
    """
    for number, line in enumerate(_lines(stream), 1):
        if line is None or len(line) > MAX_LINE:
            yield BadLine(number, f"longer than {MAX_LINE} bytes")
            continue
        text = line.strip() if number > 1 else line.removeprefix(_BOM).strip()
        if not text:
            continue
        try:
            yield _observe(_decode(text), source)
        except UnicodeDecodeError:
            yield BadLine(number, "not UTF-8")
        except RecursionError:
            yield BadLine(number, "nested too deeply")
        except (msgspec.DecodeError, ValueError) as error:
            yield BadLine(number, str(error))


def write_observation(observation: Observation) -> bytes:
    """Return ``observation`` as one line, newline included, that ``read`` turns into an equal observation."""
    subject, provenance = observation.subject, observation.provenance
    line = _Line(
        host=subject.address,
        field=observation.field,
        value=observation.value,
        port=subject.port,
        carrier=subject.carrier,
        observed_at=None if provenance.observed_at is None else provenance.observed_at.isoformat(),
        reporter=provenance.reporter,
        source=provenance.source,
        transcript=provenance.transcript,
    )
    return msgspec.json.encode(line) + b"\n"


def _lines(stream: BinaryIO | Iterable[bytes]) -> Iterator[bytes | None]:
    """Yield each line, or None for one that is too long: it is skipped piece by piece, never held whole."""
    readline = getattr(stream, "readline", None)
    if readline is None:
        yield from stream
        return
    while line := readline(MAX_LINE + 1):
        if len(line) <= MAX_LINE or line.endswith(b"\n"):
            yield line.removesuffix(b"\n")
            continue
        while line and not line.endswith(b"\n"):
            line = readline(MAX_LINE)
        yield None


def _observe(line: _Line, source: str) -> Observation:
    return Observation(
        _endpoint(line.host, line.carrier or line.transport, line.port),
        Field(_name(line.field)),
        clip(line.value if isinstance(line.value, str) else str(line.value)),
        _provenance(line.source or source, line.reporter, line.observed_at, line.transcript),
    )


# The lines of one host stand together, and taking their parts for what they are costs more than all the rest.
_remember = functools.lru_cache(maxsize=4096)


@_remember
def _endpoint(host: str, carrier: str | None, port: int | str | None) -> Endpoint:
    return Endpoint(_address(host), _carrier(carrier), _port(port))


@_remember
def _provenance(source: str, reporter: str | None, observed_at: str | None, transcript: str | None) -> Provenance:
    return Provenance(
        source,
        _address(reporter) if reporter else None,
        _instant(observed_at) if observed_at else None,
        transcript or None,
    )


@_remember
def _address(text: str) -> str:
    label = _name(text)
    try:
        return str(ip_address(label))
    except ValueError:
        return label


def _name(text: str) -> str:
    name = text.strip()
    if not name:
        raise ValueError("host or field is empty")
    if len(name) > MAX_NAME:
        raise ValueError(f"host or field is longer than {MAX_NAME} characters")
    return name


def _carrier(text: str | None) -> Carrier | None:
    if not text:
        return None
    try:
        return _CARRIERS[text.lower()]
    except KeyError:
        raise ValueError("carrier is not tcp, udp or link") from None


def _port(number: int | str | None) -> int | None:
    if number is None or number == "":
        return None
    if isinstance(number, str):
        if not (number.isascii() and number.isdecimal() and len(number) <= len("65535")):
            raise ValueError("port is not a number")
        number = int(number)
    if not 0 <= number <= _MAX_PORT:
        raise ValueError("port is not between 0 and 65535")
    return number


def _instant(text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError("observed_at is not a date or time as in 2026-11-21T02:00:00Z") from None


def recognise(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True when the first line that is not blank has the three required keys."""
    line = next((line for line in head.removeprefix(_BOM).split(b"\n") if line.strip()), b"")
    return line.lstrip().startswith(b"{") and all(f'"{key}"'.encode() in line for key in ("host", "field", "value"))


def read_file(stream: BinaryIO, given: Given) -> Iterator[Item]:  # noqa: ARG001 - every importer takes it
    """Yield as ``read`` does, each bad line as a bad part."""
    for item in read(stream):
        yield BadPart(f"line {item.number}", item.reason) if isinstance(item, BadLine) else item


IMPORTER: Final = Importer("observations", "Our own observations, JSON lines.", recognise, read_file)
