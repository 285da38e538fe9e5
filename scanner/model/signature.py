"""Signatures as written in ``fingerprints/signatures/*.toml``. The schema of those files is generated from here."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

import msgspec

Slot = Literal[
    "manufacturer", "brand", "product_line", "device_class", "platform", "model", "original_model", "firmware",
    "serial", "manufactured",
]  # fmt: skip
"""What a claim can be about. Entities (a company, a brand, a line) for the first three; text for the rest.

``original_model`` is what the maker calls it, where another label gives it another ``model``.
"""

Strength = Literal["weak", "moderate", "strong", "conclusive"]
Basis = Literal["published", "documented", "registry", "corpus"]
Status = Literal["experimental", "stable", "retired"]
Notation = Literal[
    "text", "verbatim", "page", "challenge", "name", "object", "snmp", "scope", "dns", "greeting", "cookie", "title"
]
"""What kind of thing a field holds, as to the ways in which programs write it down."""

STRENGTHS: tuple[Strength, ...] = ("weak", "moderate", "strong", "conclusive")
"""In rising order."""
HEDGED: Final[Strength] = "moderate"
"""How far a word of its owner's proves who made a host: the machine may only serve or watch what it is named after."""


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A table of a data file: an unknown key is an error, never ignored."""


class Match(_Data, frozen=True):
    """How a value is compared; exactly one key is given. Letter case counts."""

    exact: tuple[str, ...] | None = None
    prefix: tuple[str, ...] | None = None
    contains: tuple[str, ...] | None = None
    regex: str | None = None
    """RE2 syntax, matched against the whole value. ``(?i)`` in front to ignore letter case.

    In a file of signatures ``(?&name)`` stands for that pattern of its grammar.
    """


class Condition(_Data, frozen=True):
    """A second thing that must hold of the same endpoint."""

    field: str
    match: Match


class Example(_Data, frozen=True, rename={"source": "from"}):
    """A value the signature must match, and where it was seen."""

    value: str | None = None
    hex: str | None = None
    """Instead of ``value``: UTF-8 bytes in hex, for values with control characters."""
    source: str = "synthetic"
    """A source id, or ``synthetic``."""
    captures: dict[str, str] = {}
    also: dict[str, str] = {}
    """Values of the ``also`` fields that go with it."""
    field: str | None = None
    """The field it stands in; None: it may stand in any field of the signature."""


class Counterexample(_Data, frozen=True):
    """A value the signature must not match, and why one might think it would."""

    why: str
    value: str | None = None
    hex: str | None = None
    also: dict[str, str] = {}
    field: str | None = None


class Signature(_Data, frozen=True):
    """One thing that can be said. ``asserts`` or ``refutes`` is given, or ``captures``."""

    id: str
    """Permanent, starts with the file's maker; never renamed, never reused."""
    match: Match
    strength: Strength
    basis: Basis
    status: Status
    added: date
    sources: tuple[str, ...]
    why: str
    field: str | None = None
    """The field it is said in; or ``fields``."""
    fields: tuple[str, ...] = ()
    """The fields it may be said in; a set of ``sets.toml`` stands for each of its own. Loaded, fields alone."""
    formerly: tuple[str, ...] = ()
    """Ids of signatures that this one has taken in: findings may cite them, so none is used again."""
    examples: tuple[Example, ...] = ()
    counterexamples: tuple[Counterexample, ...] = ()
    asserts: dict[Slot, str] = {}
    refutes: dict[Slot, str] = {}
    captures: tuple[str, ...] = ()
    """Named groups of the pattern; each is a text slot whose captured value is claimed."""
    also: tuple[Condition, ...] = ()
    """Conditions on the same host: the same port where both have one."""
    retired_on: date | None = None
    because: str | None = None

    def hedged(self) -> Signature:
        """Return what this proves as a word of the owner's: HEDGED at most. What it refutes it refutes as before."""
        if not self.asserts or STRENGTHS.index(self.strength) <= STRENGTHS.index(HEDGED):
            return self
        return msgspec.structs.replace(self, strength=HEDGED)


class SignatureFile(_Data, frozen=True):
    """``fingerprints/signatures/<maker>.toml``."""

    maker: str
    signature: tuple[Signature, ...]
    grammar: dict[str, str] = {}
    """Patterns that several signatures share, such as the maker's models; each may call those before it.

    Those that several makers' files share are in ``grammar.toml``.
    """


OBJECTS: Final = "snmp.oid.<OID>"
"""Stands for the field of every SNMP object without a table of its own in ``fields.toml``."""


MAX_WORDS: Final = 4
"""Words of a company's name that are looked for before a model, as in "Jiangsu Dahua Vision Technology"."""


class Part(_Data, frozen=True):
    """What a value says in a part of its own, which devices say in another field by itself."""

    behind: tuple[str, ...]
    """What that part stands behind, from the value's beginning; letter case does not count."""
    like: str
    """The field whose signatures read it, in that field's normal form."""
    words: bool = False
    """Whether it begins with what they read: its first words are read too, up to MAX_WORDS, a low line as a blank."""

    def told(self, value: str) -> list[str]:
        """Return what ``value`` says here, if anything, and its first words."""
        lower = value.lower()
        text = next((value[len(one) :] for one in self.behind if lower.startswith(one)), "").strip()
        if not text:
            return []
        words = text.replace("_", " ").split() if self.words else []
        return list(dict.fromkeys([text, *(" ".join(words[:end]) for end in range(1, min(len(words), MAX_WORDS) + 1))]))


class FieldRule(_Data, frozen=True):
    """One table of ``fingerprints/fields.toml``: the treaty between decoders and signatures."""

    emits: str
    """The protocol module that may emit it; ``import`` when only importers do."""
    group: str
    """Evidence group: signals that fail together are one witness."""
    about: str
    normalize: Literal["strip", "mac", "lower", "upper", "lower-hex", "decimal", "int32", "names"] = "strip"
    notation: Notation = "text"
    called: tuple[str, ...] = ()
    """Names under which other programs note it, besides the last part of its own; only letters and digits count."""
    slot: Slot | None = None
    """The whole value is a claim for this text slot."""
    pieces: Literal["whole", "lines", "uris"] = "whole"
    """How a value that holds several is taken apart before matching: other programs may hand over all at once."""
    like: str | None = None
    """The field whose signatures read this one too, for devices tell the same in both; same normal form."""
    parts: tuple[Part, ...] = ()
    """Parts of it that other fields' signatures read."""
    hedge: str | None = None
    """A value that this regex matches proves no more than moderately who made its host: its owner wrote it."""
    plain: str | None = None
    """Nor does one that this regex does not match: it says more than a device says of itself."""
    hearsay: tuple[str, ...] = ()
    """How objects begin (``OID = value``) in which an agent tells of others; no signature reads them."""
    privacy: Literal["keep", "keep-oui", "keep-prefix", "drop"] = "keep"
    trust: Literal["any", "on-link-only"] = "any"

    def likened(self) -> tuple[str, ...]:
        """Return the other fields whose signatures read this one, or a part of it."""
        return tuple(one for one in (self.like, *(part.like for part in self.parts)) if one is not None)

    def readings(self, field: str, value: str) -> tuple[tuple[str, str], ...]:
        """Return whose signatures read a normalised ``value`` of ``field``, which this is the rule of, and as what.

        Those of the field itself; of the one it is like; of those that its parts are like; and of OBJECTS, to whom
        every object is ``OID = value``, for a maker's own tree answers as a whole. Nobody's of an object that tells of
        others.
        """
        prefix, _, _ = OBJECTS.partition("<")
        numbered = field.startswith(prefix) and field != OBJECTS
        told = f"{field.removeprefix(prefix)} = {value}" if numbered else value
        if told.startswith(self.hearsay):
            return ()
        read = [(field, value)]
        if self.like is not None:
            read.append((self.like, value))
        read += [(part.like, text) for part in self.parts for text in part.told(value)]
        if numbered:
            read.append((OBJECTS, told))
        return tuple(read)


class Source(_Data, frozen=True):
    """One row of ``fingerprints/sources.toml``."""

    id: str
    title: str
    where: str
    """A public address, or owner/repository and path."""
    licence: str
    retrieved: date
    note: str = ""


class SourceFile(_Data, frozen=True):
    """``fingerprints/sources.toml``."""

    source: tuple[Source, ...]
