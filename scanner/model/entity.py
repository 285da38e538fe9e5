"""Companies, brands, product lines and the dated ties between them, as written in ``fingerprints/entities``."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from scanner.model.signature import Match, _Data

TieBasis = Literal["filed", "announced", "reported", "alleged"]
Confidence = Literal["high", "medium", "low"]
Share = Literal["all", "most", "some"]
RelationKind = Literal["owns", "manufactures-for", "affiliate-of", "succeeds"]
"""subject owns object · makes equipment sold as object · is an affiliate of object · succeeds object"""
DeviceClass = Literal[
    "camera", "recorder", "encoder", "door-station", "access-control", "alarm", "video-software", "switch", "router",
    "access-point", "gateway", "phone", "radio", "printer", "nas", "tv", "computer", "hypervisor", "iot", "drone",
    "inverter", "server", "display",
]  # fmt: skip


class Company(_Data, frozen=True):
    """A legal entity or group that makes or sells equipment."""

    id: str
    name: str
    country: str = ""
    aliases: tuple[str, ...] = ()
    registrants: tuple[str, ...] = ()
    """Names under which it holds IEEE address blocks, as the registry spells them."""
    makes: Literal["surveillance", "network", "other"] = "surveillance"
    """What it is known for. Chips and modules of an ``other`` company sit in everybody's equipment, so that its address
    block says little of who made the box."""
    seller_only: bool = False
    """Sells equipment that others make: its address blocks assert a brand, not a manufacturer."""
    brand: str | None = None
    """With ``seller_only``: the brand that its address blocks assert."""
    sources: tuple[str, ...] = ()


class Brand(_Data, frozen=True):
    """A label on a box. Who makes the box is a relation, unless ``own``."""

    id: str
    name: str
    holder: str
    """Company that sells under it."""
    own: Literal["", "all", "most", "some"] = ""
    """How much of what is sold under it the holder makes itself; empty when none of it, or not known."""
    aliases: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class ProductLine(_Data, frozen=True):
    """A named range of one company's equipment."""

    id: str
    name: str
    company: str
    sources: tuple[str, ...] = ()


class Bound(_Data, frozen=True):
    """One end of a period: a day, a window when only that is known, or neither when only that it happened is known."""

    basis: TieBasis
    on: date | None = None
    between: tuple[date, date] | None = None


class Dispute(_Data, frozen=True):
    """What another source says, and whether it is followed."""

    says: str
    source: str
    ruling: str


class Relation(_Data, frozen=True, rename={"start": "from"}):
    """A dated tie. No ``from``: since before our sources. No ``until``: not known to have ended."""

    id: str
    subject: str
    """Company id."""
    kind: RelationKind
    object: str
    """Company id; for ``manufactures-for`` a brand id."""
    confidence: Confidence
    sources: tuple[str, ...]
    share: Share | None = None
    """How much of the brand's range; given with ``manufactures-for``."""
    lines: str = ""
    """Which part of the range, in words."""
    start: Bound | None = None
    until: Bound | None = None
    disputes: tuple[Dispute, ...] = ()
    note: str = ""


class Model(_Data, frozen=True):
    """What a label calls a model, and what its maker calls it: a row of ``fingerprints/models/<maker>.toml``."""

    id: str
    """Permanent, starts with the file's maker."""
    brand: str
    match: Match
    """The label's name for it, in capitals; letter case of what is observed does not count."""
    original: tuple[str, ...]
    """The maker's name for it, or for the series or hardware; several when it is one of them."""
    confidence: Confidence
    """high: a source says so of these very models. medium: of their series. low: it is thought so."""
    sources: tuple[str, ...]
    why: str
    examples: tuple[str, ...] = ()


class ModelFile(_Data, frozen=True):
    """``fingerprints/models/<maker>.toml``."""

    maker: str
    """Company id: who makes what the rows name."""
    model: tuple[Model, ...]


class CompanyFile(_Data, frozen=True):
    """``entities/companies.toml``."""

    company: tuple[Company, ...]


class BrandFile(_Data, frozen=True):
    """``entities/brands.toml``."""

    brand: tuple[Brand, ...]


class ProductLineFile(_Data, frozen=True):
    """``entities/product_lines.toml``."""

    product_line: tuple[ProductLine, ...] = ()


class RelationFile(_Data, frozen=True):
    """``entities/relations.toml``."""

    relation: tuple[Relation, ...]


Answer = Literal["yes", "no", "unclear"]
"""What "on this day?" can be answered with."""


class Step(msgspec.Struct, frozen=True):
    """One tie walked from a maker to a listed company."""

    relation: str
    kind: RelationKind
    subject: str
    object: str
    on_date: Answer
    text: str
    """For people: ``Dahua —owned 2018-02-06…→ Lorex``."""


class Maker(msgspec.Struct, frozen=True):
    """Who may make what is sold under a brand, on one day."""

    company: str
    relation: str
    """Relation id; ``own:<brand>`` when the brand's holder makes it itself."""
    share: Share
    confidence: Confidence
    answer: Answer
