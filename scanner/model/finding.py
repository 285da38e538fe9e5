"""What is said of one device, and of a whole scan. The published JSON schemas are generated from here."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from scanner.model.measure import Verdict
from scanner.model.signature import Slot, Strength

Tier = Literal["unknown", "conflicting", "possible", "probable", "confirmed"]


class Claim(msgspec.Struct, frozen=True):
    """One observation, through one signature (or rule), says one slot has one value."""

    slot: Slot
    value: str
    strength: Strength
    group: str
    signature: str
    """Signature id, or ``oui:<block>``, ``field:<name>``, ``catalogue:<relation id>``."""
    field: str
    observed: str
    """The observed value."""
    port: int | None = None
    reporter: str | None = None
    observed_at: datetime | None = None
    refutes: bool = False
    because: tuple[str, ...] = ()
    """For a claim read through the catalogue: the evidence groups that named the brand."""


class Named(msgspec.Struct, frozen=True):
    """One slot of an identification."""

    value: str
    """Entity id for manufacturer, brand, product line; text for the others."""
    name: str
    """For people."""
    tier: Tier
    rivals: tuple[str, ...] = ()
    """Values that other evidence supports, strongest first."""
    contested: bool = False
    """True when a rival is itself probable or better, which has cost this value a tier."""


class Identification(msgspec.Struct, frozen=True):
    """Who made it and what it is. None: nothing was found that says so."""

    manufacturer: Named | None = None
    brand: Named | None = None
    product_line: Named | None = None
    device_class: Named | None = None
    platform: Named | None = None
    model: Named | None = None
    original_model: Named | None = None
    """What its maker calls it, where the label calls it something else."""
    firmware: Named | None = None
    serial: Named | None = None
    manufactured: Named | None = None


class Evidence(msgspec.Struct, frozen=True):
    """One piece of the chain behind an identification."""

    field: str
    value: str
    signature: str
    strength: Strength
    group: str
    slot: Slot
    says: str
    """The value claimed for the slot."""
    port: int | None
    observed_at: datetime | None
    reporter: str | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One device: the line that every report is made from."""

    schema: Literal["coveredscan.finding/1"] = "coveredscan.finding/1"
    host: str
    addresses: tuple[str, ...]
    mac: str | None
    identification: Identification
    verdicts: tuple[Verdict, ...]
    evidence: tuple[Evidence, ...]
    open_ports: tuple[str, ...] = ()
    """As ``554/tcp``."""
    found_by: tuple[str, ...] = ()
    """Sources that spoke of it, such as ``ws_discovery``, in alphabetical order."""
    last_seen: datetime | None = None
    claimed: tuple[str, ...] = ()
    """Addresses that it says it has and that nothing was heard from: factory-set ones, those of another site, further
    interfaces. In order; ``0.0.0.0`` when it says that it has none."""
    outside: bool = False
    """It answered a group's question from outside the targets, on another subnet: nothing was sent to it alone."""
    endpoint: str | None = None
    """The UUID under which it answers WS-Discovery, which outlasts its address; lower case."""


class Coverage(msgspec.Struct, frozen=True):
    """What a scan asked and what it reached: printed with every "none found"."""

    addresses: int = 0
    """Addresses in scope, exclusions taken out."""
    excluded: int = 0
    alive: int = 0
    ports: tuple[int, ...] = ()
    outcomes: dict[str, dict[str, int]] = {}
    """probe → outcome kind → count."""
    not_reached: tuple[str, ...] = ()
    """For people: one line per part of the scope that could not be asked, and why."""
    out_of_scope_answers: int = 0
    """Answers dropped for coming from outside the scope: from addresses excluded or not named, or out of turn."""
    outside: int = 0
    """Devices on other subnets that answered a group's question: told of, and not asked further."""
    repeated: dict[str, int] = {}
    """probe → questions asked again of an address that lives, beyond the usual rounds, because answers were missing."""
    spared: tuple[str, ...] = ()
    """For people: one line per host or subnet that was asked more slowly, for it stopped answering while it was asked.
    What went unanswered in the end is named in ``not_reached``."""
    read: tuple[str, ...] = ()
    """Files that were read, or the interface listened to, when nothing was asked: silence there tells nothing."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The last record of a scan."""

    schema: Literal["coveredscan.summary/1"] = "coveredscan.summary/1"
    scan: str
    started_at: datetime
    ended_at: datetime
    complete: bool
    """False when interrupted or when part of the scope was not reached."""
    interrupted: bool
    hosts: int
    verdicts: dict[str, int]
    """Highest verdict per host → hosts."""
    coverage: Coverage
    errors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    site: str = ""
    """The operator's name for where this was."""
    policy: str = "us-federal"
    date: str = ""
    """The day the verdicts are for."""
    database: str = ""
    """Version of the signature database."""
    program: str = ""
