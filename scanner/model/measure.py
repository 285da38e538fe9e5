"""Legal instruments, as written in ``fingerprints/measures/*.toml``, and what they say of one device."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from scanner.model.entity import Answer, Bound, Confidence, Step
from scanner.model.signature import _Data

MeasureKind = Literal[
    "procurement-ban",
    "authorisation-ban",
    "export-control",
    "investment-ban",
    "contracting-list",
    "guidance",
    "industry",
    "litigation",
]
VerdictLevel = Literal["not-covered", "undetermined", "review", "likely", "covered"]
LEVELS: tuple[VerdictLevel, ...] = ("not-covered", "undetermined", "review", "likely", "covered")
"""In rising order, as ``--fail-on`` reads them."""

Reach = Literal["subsidiary", "affiliate", "successor", "produced-by", "component"]


class Provision(_Data, frozen=True):
    """One rule of an instrument: who is bound, which act is barred, since when."""

    id: str
    binds: str
    forbids: str
    effective: date | None = None
    until: date | None = None
    citation: str = ""
    sources: tuple[str, ...] = ()
    confidence: Confidence = "high"


class Listing(_Data, frozen=True, rename={"start": "from"}):
    """One company (or category) named for one period."""

    start: date
    company: str | None = None
    brand: str | None = None
    """Instead of a company: whatever is sold under this brand, whoever makes it."""
    category: str | None = None
    """Instead of a company: a kind of goods that a network scan cannot judge."""
    named_as: str = ""
    """The instrument's own spelling."""
    citation: str = ""
    """The place that names it, when that is narrower than the measure's own citation."""
    until: date | None = None
    equipment: tuple[str, ...] = ()
    """What it is named for; with ``category`` the device classes it can be about, or ``service``, ``software``."""
    reaches: tuple[Reach, ...] = ()
    use: tuple[str, ...] = ()
    """The purposes the listing is limited to; empty when it holds whatever the use."""
    sources: tuple[str, ...] = ()
    confidence: Confidence = "high"
    note: str = ""


class Measure(_Data, frozen=True):
    """One legal instrument, one file."""

    id: str
    title: str
    citation: str
    issuer: str
    jurisdiction: str
    kind: MeasureKind
    enacted: date
    checked: date
    """The day the row was last compared with its sources."""
    sources: tuple[str, ...]
    statement: str
    """What it says, in one or two plain sentences that an assessor can paste."""
    provision: tuple[Provision, ...] = ()
    listing: tuple[Listing, ...] = ()
    obligation: str = ""
    action: str = ""
    exceptions: tuple[str, ...] = ()
    suspended: tuple[Bound, ...] = ()
    until: date | None = None
    confidence: Confidence = "high"
    note: str = ""


class ConditionState(msgspec.Struct, frozen=True):
    """Something a verdict hangs on that a scanner cannot see, and whether the operator's statement settles it."""

    kind: Literal["use", "binds", "date", "relation", "equipment"]
    text: str
    met: Answer
    """``unclear`` when the operator has not said."""


class Verdict(msgspec.Struct, frozen=True):
    """What one measure says of one device on one date."""

    measure: str
    verdict: VerdictLevel
    kind: MeasureKind
    reason: str
    """One sentence: who made it, how sure, who is listed, since when."""
    conditions: tuple[ConditionState, ...] = ()
    provisions: tuple[str, ...] = ()
    listing: str | None = None
    """Company whose listing decides, when there is one."""
    path: tuple[Step, ...] = ()
    """Ties walked from the maker to that company; empty when the maker itself is listed."""
