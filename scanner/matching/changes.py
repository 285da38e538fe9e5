"""Devices over time: which one of today is which one of before, and what became different about it.

A device is known again by serial number, ONVIF endpoint UUID, hardware address or TLS key, in that order of trust, and
where it has none of these by its address. Pure: what is known goes in, what is known now comes out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Final

import msgspec

from scanner.matching.hosts import identities
from scanner.model.change import Change, ChangeKind
from scanner.model.finding import Finding, Named, Tier
from scanner.model.host import Host
from scanner.model.measure import LEVELS, VerdictLevel

TRUST: Final = ("serial", "endpoint", "mac", "tls")
"""Kinds of identity, the most trusted first."""
_LASTING: Final = frozenset({"serial", "endpoint", "mac"})
"""Two devices of which these differ are two; a TLS key is made anew by a reset."""
LABELS: Final = ("manufacturer", "brand", "model")
_SURE: Final[frozenset[Tier]] = frozenset({"probable", "confirmed"})
_TIERS: Final = ("unknown", "conflicting", "possible", "probable", "confirmed")
_PREFIXES: Final = {4: 24, 6: 64}
"""What is taken for one network, by IP version: a whole one falls silent when the way to it is cut."""
GONE_AFTER: Final = 3
"""Scans in a row that reached a device's address and did not find it, before it is said to be gone."""


class Device(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is remembered of one device between scans."""

    id: str
    site: str
    addresses: tuple[str, ...]
    identities: tuple[tuple[str, str], ...] = ()
    known: dict[str, str] = {}
    """Slot → last value told: manufacturer, brand, model, firmware."""
    basis: str = ""
    """What verdicts were judged from: manufacturer, brand, class, each with its tier."""
    verdicts: dict[str, VerdictLevel] = {}
    first_scan: str
    last_scan: str
    first_seen: datetime
    last_seen: datetime
    missed: int = 0
    """Scans since, in a row, that reached its address and did not find it."""
    gone: bool = False


class Sighting(msgspec.Struct, frozen=True):
    """One finding, and what its device is known by over time."""

    finding: Finding
    identities: tuple[tuple[str, str], ...]


class Look(msgspec.Struct, frozen=True):
    """The scan that looked."""

    scan: str
    site: str
    at: datetime
    reached: Callable[[str], bool]
    """Whether an address was asked to the end."""
    gone_after: int = GONE_AFTER
    partial: bool = False
    """It did not ask: what it tells of a device less surely than what is known changes nothing."""


class Changes(msgspec.Struct, frozen=True):
    """What is known after the scan, and what became different."""

    devices: tuple[Device, ...]
    """Those to be written: new, seen, or missed."""
    changes: tuple[Change, ...]


def known_by(host: Host) -> tuple[tuple[str, str], ...]:
    """Return (kind, value) of what ``host`` can be known by again, the most trusted first, each once."""
    found = dict.fromkeys(identities(host.observations))
    if host.mac is not None:
        found.setdefault(("mac", host.mac))
    return tuple(sorted(found, key=lambda identity: TRUST.index(identity[0])))


def follow(known: Sequence[Device], sightings: Sequence[Sighting], look: Look) -> Changes:
    """Return what is known of the site's devices once ``look`` has seen ``sightings``; ``known`` is as it was before.

    A device counts as missed when one of its last addresses was reached and none of them told of it, unless its
    whole network fell silent. What is older than what is known, as an import may be, changes nothing.
    """
    same = pair(known, sightings)
    devices: list[Device] = []
    changes: list[Change] = []

    def note(device: Device, kind: ChangeKind, subject: str | None, before: str | None, after: str | None) -> None:
        changes.append(
            Change(
                id=f"{look.scan}-{len(changes)}",
                scan=look.scan,
                site=look.site,
                at=look.at,
                kind=kind,
                device=device.id,
                host=device.addresses[0],
                manufacturer=device.known.get("manufacturer"),
                model=device.known.get("model"),
                verdict=worst(device.verdicts),
                subject=subject,
                before=before,
                after=after,
            )
        )

    for before, sighting in _news(same, sightings, look):
        device = _seen(before, sighting, look)
        devices.append(device)
        if before is None:
            note(device, "appeared", None, None, device.addresses[0])
            continue
        if before.gone:
            note(device, "returned", None, None, device.addresses[0])
        for kind, subject, old, new in differences(before, device):
            note(device, kind, subject, old, new)
    found = {device.id for device in devices}
    missing = [device for device in known if device.id not in found]
    cut = _cut_off(known, missing, sightings)
    for device in missing:
        if device.gone or not any(look.reached(address) for address in device.addresses):
            continue
        if all(_network(address) in cut for address in device.addresses):
            continue
        missed = device.missed + 1
        missed_device = msgspec.structs.replace(device, missed=missed, gone=missed >= look.gone_after)
        devices.append(missed_device)
        if missed_device.gone:
            note(missed_device, "gone", None, device.addresses[0], None)
    return Changes(tuple(devices), tuple(changes))


def compare(before: Sequence[Sighting], after: Sequence[Sighting], was: Look, now: Look) -> Changes:
    """Return what became different between two scans, nothing else remembered.

    A device of the first that the second reached and did not find is gone.
    """
    return follow(follow((), before, was).devices, after, msgspec.structs.replace(now, gone_after=1))


def pair(known: Sequence[Device], sightings: Sequence[Sighting]) -> dict[int, Device]:
    """Return position of a sighting → the device it is of, for those that are known.

    An identity that several share, on either side, says nothing.
    """
    same: dict[int, Device] = {}
    free = {device.id: device for device in known}
    shared = Counter(identity for sighting in sightings for identity in sighting.identities)
    for kind in TRUST:
        holders = _holders(free.values(), kind)
        for position, sighting in enumerate(sightings):
            if position in same:
                continue
            for identity in sighting.identities:
                device = holders.get(identity)
                if (
                    device is not None
                    and shared[identity] == 1
                    and device.id in free
                    and not _contradict(device, sighting, above=kind)
                ):
                    same[position] = free.pop(device.id)
                    break
    # Of two that stood at one address, the one seen last is the likelier.
    latest = sorted(free.values(), key=lambda device: (not device.gone, device.last_seen))
    at = {address: device for device in latest for address in device.addresses}
    for position, sighting in enumerate(sightings):
        if position not in same:
            for address in sighting.finding.addresses:
                device = at.get(address)
                if device is not None and device.id in free and not _differ(device, sighting):
                    same[position] = free.pop(device.id)
                    break
    return same


def differences(before: Device, now: Device) -> Iterator[tuple[ChangeKind, str | None, str | None, str | None]]:
    """Yield (kind, subject, before, after) of what is different about a device that was seen twice."""
    if not set(before.addresses) & set(now.addresses):
        yield "moved", None, before.addresses[0], now.addresses[0]
    if before.known.get("firmware", "") != now.known.get("firmware", "") and "firmware" in before.known:
        yield "re-flashed", "firmware", before.known["firmware"], now.known["firmware"]
    for slot in LABELS:
        if slot in before.known and before.known[slot] != now.known[slot]:
            yield "label-changed", slot, before.known[slot], now.known[slot]
    kind: ChangeKind = "law-changed" if before.basis == now.basis else "verdict-changed"
    for measure, verdict in now.verdicts.items():
        if measure in before.verdicts and before.verdicts[measure] != verdict:
            yield kind, measure, before.verdicts[measure], verdict


def is_new(change: Change, level: VerdictLevel) -> bool:
    """Whether ``change`` put a device at ``level`` or above that was not there before."""
    least = LEVELS.index(level)
    if change.kind in {"appeared", "returned"}:
        return LEVELS.index(change.verdict) >= least
    if change.kind in {"verdict-changed", "law-changed"}:
        above = LEVELS[least:]
        return change.after in above and change.before not in above
    return False


def worst(verdicts: Mapping[str, VerdictLevel]) -> VerdictLevel:
    """Return the highest verdict; undetermined when there is none."""
    return max(verdicts.values(), key=LEVELS.index, default="undetermined")


def _seen(before: Device | None, sighting: Sighting, look: Look) -> Device:
    finding = sighting.finding
    who = finding.identification
    told = {slot: named for slot in (*LABELS, "firmware") if (named := getattr(who, slot)) is not None}
    # What one scan does not tell, because a question timed out, the device does not lose.
    known = (before.known if before else {}) | {slot: named.value for slot, named in told.items()}
    basis = "; ".join(_basis(named) for named in (who.manufacturer, who.brand, who.device_class))
    verdicts = {verdict.measure: verdict.verdict for verdict in finding.verdicts}
    if look.partial and before is not None and _surety(basis) < _surety(before.basis):
        known, basis, verdicts = before.known, before.basis, before.verdicts
    keys = dict.fromkeys(sighting.identities)
    kinds = {kind for kind, _ in keys}
    if before is not None:
        keys |= dict.fromkeys(identity for identity in before.identities if identity[0] not in kinds)
    return Device(
        id=before.id if before else _new_id(look, finding.host),
        site=look.site,
        addresses=finding.addresses,
        identities=tuple(keys),
        known=known,
        basis=basis,
        verdicts=verdicts,
        first_scan=before.first_scan if before else look.scan,
        last_scan=look.scan,
        first_seen=before.first_seen if before else _when(sighting, look),
        last_seen=_when(sighting, look),
    )


def _news(
    same: Mapping[int, Device], sightings: Sequence[Sighting], look: Look
) -> Iterator[tuple[Device | None, Sighting]]:
    """Yield each sighting and the device it is of, but for what a partial look tells of before it was last seen."""
    for position, sighting in enumerate(sightings):
        before = same.get(position)
        if before is None or not look.partial or _when(sighting, look) >= before.last_seen:
            yield before, sighting


def _when(sighting: Sighting, look: Look) -> datetime:
    """Return when the device was seen, never later than it was looked for: a capture's clock may be wrong."""
    seen = sighting.finding.last_seen
    return look.at if seen is None or not look.partial else min(seen, look.at)


def _surety(basis: str) -> int:
    """Return how surely the maker is known, by what ``_basis`` told."""
    tier = basis.partition(";")[0].rpartition(" ")[2]
    return _TIERS.index(tier) if tier in _TIERS else 0


def _basis(named: Named | None) -> str:
    return "" if named is None else f"{named.value} {named.tier}"


def _new_id(look: Look, host: str) -> str:
    return hashlib.sha256(f"{look.site}\0{look.scan}\0{host}".encode("utf-8", "replace")).hexdigest()[:16]


def _holders(devices: Iterable[Device], kind: str) -> dict[tuple[str, str], Device]:
    holders: dict[tuple[str, str], Device] = {}
    several: set[tuple[str, str]] = set()
    for device in devices:
        for identity in device.identities:
            if identity[0] == kind:
                if identity in holders:
                    several.add(identity)
                holders[identity] = device
    return {identity: device for identity, device in holders.items() if identity not in several}


def _contradict(device: Device, sighting: Sighting, *, above: str) -> bool:
    """Whether an identity more trusted than ``above`` says they are two."""
    return any(_apart(device, sighting, kind) for kind in TRUST[: TRUST.index(above)] if kind in _LASTING)


def _differ(device: Device, sighting: Sighting) -> bool:
    """Whether two that share no more than an address are two."""
    if any(_apart(device, sighting, kind) for kind in _LASTING):
        return True
    who = sighting.finding.identification
    for slot in ("manufacturer", "model"):
        named: Named | None = getattr(who, slot)
        if named is not None and named.tier in _SURE and device.known.get(slot, named.value) != named.value:
            return True
    return False


def _apart(device: Device, sighting: Sighting, kind: str) -> bool:
    had = {value for each, value in device.identities if each == kind}
    has = {value for each, value in sighting.identities if each == kind}
    return bool(had) and bool(has) and not had & has


def _cut_off(known: Sequence[Device], missing: Sequence[Device], sightings: Sequence[Sighting]) -> set[str]:
    """Return the networks of several known devices where nobody at all was found."""
    gone = {device.id for device in known if device.gone}
    expected = Counter(_network(address) for device in known if device.id not in gone for address in device.addresses)
    alive = {_network(address) for sighting in sightings for address in sighting.finding.addresses}
    silent = {_network(address) for device in missing for address in device.addresses} - alive
    return {network for network in silent if expected[network] > 1}


def _network(address: str) -> str:
    try:
        version = ip_address(address.partition("%")[0]).version
    except ValueError:
        return address
    return str(ip_network(f"{address.partition('%')[0]}/{_PREFIXES[version]}", strict=False))
