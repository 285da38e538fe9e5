"""Observations become hosts: endpoints and addresses held to be one device.

Addresses are joined by serial number, ONVIF endpoint UUID, hardware address (on-link only) and TLS key, in
that order of trust; one address is split when the same question gets two serial numbers on two of its ports,
which is what port forwarding to two devices looks like.
"""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from scanner.model.host import Host
from scanner.model.observation import Field, Observation

SERIALS: Final = tuple(
    Field(name)
    for name in ("onvif.serial", "sadp.serial", "dhip.serial", "isapi.serial", "dahua.serial", "upnp.serial")
)
ENDPOINT: Final = Field("wsd.endpoint")
LINK_MAC: Final = Field("link.mac")
OWN_MACS: Final = tuple(
    Field(f"{name}.mac")
    for name in ("sadp", "dhip", "onvif", "dahua_legacy", "xiongmai", "hanwha", "bosch", "vivotek", "upnp")
)
TLS_KEY: Final = Field("tls.key")
OPEN_PORTS: Final = (Field("open.tcp"), Field("open.udp"))

_Same = tuple[str, str, int | None, str, str | None]

MIN_SERIAL: Final = 6
"""Shorter serial numbers ("1", "none", "00000") are placeholders more often than identities."""
MAX_SHARED: Final = 8
"""An identity seen on more addresses than this is a placeholder, a router's MAC or a factory key, not a device."""


_PORT: Final = re.compile(r"[^0-9A-Za-z]*0*([0-9]{1,5})(?:[^0-9A-Za-z.].*)?", re.DOTALL)


def port_of(value: str) -> int | None:
    """The number of an open port, as it is or as ``80/tcp open``; None when the text tells none."""
    found = _PORT.fullmatch(value)
    return None if found is None else int(found[1])


def merge(observations: Iterable[Observation]) -> Iterator[Host]:
    """Yield one Host per device, in order of first appearance.

    The whole input is read first, because any later observation may join two earlier addresses.
    """
    seen: dict[str, dict[_Same, Observation]] = {}
    for observation in observations:
        seen.setdefault(observation.subject.address, {}).setdefault(_sameness(observation), observation)
    pieces: dict[str, tuple[Observation, ...]] = {}
    for address, found in seen.items():
        pieces.update(_split(address, tuple(found.values())))
    for members in _join(pieces):
        yield _host(members, pieces)


def group(observations: Iterable[Observation]) -> Iterator[Host]:
    """Yield one Host per subject label, in order of first appearance, joining nothing.

    For input whose labels are the operator's own statement of which device is which.
    """
    seen: dict[str, dict[_Same, Observation]] = {}
    for observation in observations:
        seen.setdefault(observation.subject.address, {}).setdefault(_sameness(observation), observation)
    for label, found in seen.items():
        yield _host((label,), {label: tuple(found.values())})


def group_sorted(observations: Iterable[Observation]) -> Iterator[Host]:
    """Yield as ``group`` does, in memory for one host at a time, when equal labels stand together in the input."""
    label: str | None = None
    found: dict[_Same, Observation] = {}
    for observation in observations:
        if observation.subject.address != label:
            if label is not None:
                yield _host((label,), {label: tuple(found.values())})
            label, found = observation.subject.address, {}
        found.setdefault(_sameness(observation), observation)
    if label is not None:
        yield _host((label,), {label: tuple(found.values())})


def _sameness(observation: Observation) -> _Same:
    provenance = observation.provenance
    return (observation.field, observation.value, observation.subject.port, provenance.source, provenance.reporter)


def is_hearsay(observation: Observation) -> bool:
    """True when somebody else than the subject said it."""
    reporter = observation.provenance.reporter
    return reporter is not None and reporter != observation.subject.address


def _split(address: str, observations: tuple[Observation, ...]) -> dict[str, tuple[Observation, ...]]:
    by_field: dict[Field, dict[int, str]] = defaultdict(dict)
    for observation in observations:
        port = observation.subject.port
        if observation.field in SERIALS and port is not None and not is_hearsay(observation):
            known = by_field[observation.field].get(port, observation.value)
            by_field[observation.field][port] = min(known, observation.value)
    for field in SERIALS:
        serial_at = dict(sorted(by_field[field].items()))
        if len(set(serial_at.values())) > 1:
            return _by_port(address, observations, serial_at)
    return {address: observations}


def _by_port(
    address: str, observations: tuple[Observation, ...], serial_at: dict[int, str]
) -> dict[str, tuple[Observation, ...]]:
    names: dict[str, str] = {}
    for port, serial in serial_at.items():
        names.setdefault(serial, f"{address}:{port}" if names else address)
    piece_at = {port: names[serial] for port, serial in serial_at.items()}
    pieces: dict[str, list[Observation]] = {name: [] for name in names.values()}
    for observation in observations:
        about = port_of(observation.value) if observation.field in OPEN_PORTS else observation.subject.port
        pieces[address if about is None else piece_at.get(about, address)].append(observation)
    return {name: tuple(found) for name, found in pieces.items()}


def _join(pieces: dict[str, tuple[Observation, ...]]) -> list[tuple[str, ...]]:
    leader = {name: name for name in pieces}

    def find(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, observations in pieces.items():
        for identity in dict.fromkeys(identities(observations)):
            holders[identity].append(name)
    position = {name: index for index, name in enumerate(pieces)}
    for (kind, _), names in holders.items():
        if len(names) > MAX_SHARED or (kind == "tls" and not _one_of_each_family(names)):
            continue
        for name in names[1:]:
            first, second = sorted((find(names[0]), find(name)), key=position.__getitem__)
            leader[second] = first
    members: dict[str, list[str]] = defaultdict(list)
    for name in pieces:
        members[find(name)].append(name)
    return [tuple(names) for names in members.values()]


def identities(observations: Iterable[Observation]) -> Iterator[tuple[str, str]]:
    """Yield (kind, value) of everything in the observations that may be one device's and no other's."""
    for observation in observations:
        if is_hearsay(observation):
            continue
        value = observation.value
        if observation.field in SERIALS and len(value) >= MIN_SERIAL and len(set(value)) > 2:  # noqa: PLR2004 - "000000"
            yield "serial", value.upper()
        elif observation.field == ENDPOINT:
            yield "endpoint", value.lower().removeprefix("urn:").removeprefix("uuid:")
        elif observation.field == LINK_MAC:
            yield "mac", value
        elif observation.field == TLS_KEY:
            yield "tls", value


def _one_of_each_family(names: list[str]) -> bool:
    # Firmware images share one key between thousands of devices, so equal keys join only an IPv4 with an IPv6 address.
    versions = []
    for name in names:
        try:
            versions.append(ipaddress.ip_address(name.partition("%")[0]).version)
        except ValueError:
            return False
    return sorted(versions) == [4, 6]


def _host(members: tuple[str, ...], pieces: dict[str, tuple[Observation, ...]]) -> Host:
    observations = tuple(observation for name in members for observation in pieces[name])
    return Host(key=members[0], addresses=members, mac=_mac(observations), observations=observations)


def _mac(observations: tuple[Observation, ...]) -> str | None:
    candidates = [
        (is_hearsay(observation), observation.field != LINK_MAC, observation.value)
        for observation in observations
        if observation.field == LINK_MAC or observation.field in OWN_MACS
    ]
    return min(candidates, key=lambda candidate: candidate[:2])[2] if candidates else None
