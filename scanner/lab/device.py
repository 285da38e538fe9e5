"""Virtual devices: what each one truly is, where it stands in the lab, which transcript each of its ports speaks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from ipaddress import IPv4Address
from itertools import pairwise
from pathlib import Path
from typing import Literal

import msgspec

from scanner.lab.transcript import Kind, Transcript, TranscriptError, parse, ports
from scanner.model.entity import DeviceClass

TRANSCRIPTS = Path(__file__).parent / "transcripts"
_PORTS = range(1, 65536)

Behaviour = Literal["answer", "drip", "silent", "close", "endless"]
"""As the transcript says · one byte at a time · takes everything, says nothing · hangs up on connect · never stops.
Over UDP, all but the first say nothing."""

Expected = Literal["covered-maker", "other-maker", "unknown-maker"]
"""What ``us-ndaa-889`` makes of the true manufacturer: named, somebody else, or no manufacturer to be told."""


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a device file: an unknown key is an error."""


class Certificate(_Strict, frozen=True):
    """The certificate a TLS service shows. It is made anew at start-up: only the names and dates are the device's."""

    subject: tuple[str, ...]
    """``CN=…`` parts in the order of the certificate; ``{host}`` is filled in."""
    issuer: tuple[str, ...] = ()
    """Empty: self-signed."""
    start: date = date(2020, 1, 1)
    end: date = date(2049, 12, 31)


class Truth(_Strict, frozen=True):
    """What the device is, whatever its answers admit."""

    device_class: DeviceClass
    verdict: Expected
    manufacturer: str | None = None
    """Company id; None when there is no maker to be told."""
    brand: str | None = None
    """Brand id; None when its label shows nowhere on the network."""
    model: str | None = None
    untold: dict[Literal["manufacturer", "brand"], str] = {}
    """What of this the program does not tell yet, and why: which protocol is not spoken, which signature is missing."""


class Source(_Strict, frozen=True):
    """Where answers were published, and what of the device is not from there."""

    where: str
    published: str
    completed: str = ""


class _ServiceRow(_Strict, frozen=True):
    port: int
    kind: Kind
    file: str
    certificate: Certificate | None = None
    group: str | None = None
    behaviour: Behaviour = "answer"


class _DeviceFile(_Strict, frozen=True):
    name: str
    address: str
    truth: Truth
    service: tuple[_ServiceRow, ...]
    source: tuple[Source, ...]
    mac: str = ""
    note: str = ""


class Service(msgspec.Struct, frozen=True):
    """One port of a device."""

    port: int
    kind: Kind
    transcript: Transcript
    certificate: Certificate | None = None
    """Given: spoken inside TLS."""
    group: str | None = None
    """Multicast group that a datagram service also hears."""
    behaviour: Behaviour = "answer"

    @property
    def datagrams(self) -> bool:
        """True when it is asked over UDP."""
        return self.kind in ("datagram", "dns")


class Device(msgspec.Struct, frozen=True):
    """One virtual device."""

    id: str
    """Name of its folder."""
    name: str
    address: str
    truth: Truth
    services: tuple[Service, ...]
    sources: tuple[Source, ...]
    mac: str = ""
    """Hardware address it would carry on a link; loopback shows none."""
    note: str = ""


class Expectation(msgspec.Struct, frozen=True):
    """What a scan of one lab address should come to: the truth, less what the program does not tell yet."""

    device: str
    name: str
    manufacturer: str | None
    """None: any answer will do."""
    brand: str | None
    """None: any answer will do."""
    device_class: DeviceClass
    verdict: Expected


def load_device(folder: Path) -> Device:
    """The device that ``folder`` describes. Raises ``TranscriptError``."""
    path = folder / "device.toml"
    try:
        row = msgspec.toml.decode(path.read_bytes(), type=_DeviceFile)
    except (OSError, msgspec.DecodeError) as error:
        raise TranscriptError(f"{path}: {error}") from error
    if not row.address.startswith("127.") or not IPv4Address(row.address).is_loopback:
        raise TranscriptError(f"{path}: address {row.address} is not a loopback address")
    if not row.source:
        raise TranscriptError(f"{path}: no [[source]]; name where the answers were published")
    services = tuple(_load_service(folder, service) for service in row.service)
    spoken_of = frozenset[int]().union(*(ports(service.transcript) for service in services))
    if strange := spoken_of - {service.port for service in services}:
        raise TranscriptError(f"{path}: an answer speaks of port {min(strange)}, on which nothing is served")
    return Device(
        id=folder.name,
        name=row.name,
        address=row.address,
        truth=row.truth,
        services=services,
        sources=row.source,
        mac=row.mac,
        note=row.note,
    )


def _load_service(folder: Path, row: _ServiceRow) -> Service:
    path = folder / row.file
    if row.port not in _PORTS:
        raise TranscriptError(f"{folder / 'device.toml'}: port {row.port} is not in 1-65535")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TranscriptError(f"{path}: {error}") from error
    return Service(
        port=row.port,
        kind=row.kind,
        transcript=parse(text, row.kind, f"{folder.name}/{row.file}"),
        certificate=row.certificate,
        group=row.group,
        behaviour=row.behaviour,
    )


def load_devices(root: Path | None = None) -> tuple[Device, ...]:
    """Every device under ``root`` (None: those that ship with the program), by address. Raises ``TranscriptError``."""
    folders = sorted(path.parent for path in (root or TRANSCRIPTS).glob("*/device.toml"))
    devices = sorted((load_device(folder) for folder in folders), key=lambda d: IPv4Address(d.address))
    for one, other in pairwise(devices):
        if one.address == other.address:
            raise TranscriptError(f"{one.id} and {other.id} both stand at {one.address}")
    return tuple(devices)


def expectations(root: Path | None = None) -> Mapping[str, Expectation]:
    """Lab address → what a scan should find there. Raises ``TranscriptError``."""
    return {device.address: _expect(device) for device in load_devices(root)}


def _expect(device: Device) -> Expectation:
    truth = device.truth
    maker_told = "manufacturer" not in truth.untold
    return Expectation(
        device=device.id,
        name=device.name,
        manufacturer=truth.manufacturer if maker_told else None,
        brand=truth.brand if "brand" not in truth.untold else None,
        device_class=truth.device_class,
        verdict=truth.verdict if maker_told or truth.verdict == "other-maker" else "unknown-maker",
    )
