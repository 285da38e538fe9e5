"""Which measures are asked about: named profiles, and rules of the operator's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from scanner.coverage.relations import Ties
from scanner.model.measure import Listing, Measure, MeasureKind, Provision, Reach

DEFAULT: Final = "us-federal"
PROFILES: Final[Mapping[str, tuple[str, ...]]] = {
    "us-federal": ("us-ndaa-889", "us-fcc-covered-list", "us-dod-1260h"),
    "us-fcc": ("us-fcc-covered-list", "us-fcc-da-26-635"),
    "us-state-tx": ("us-tx-prohibited-technologies",),
    "uk": ("uk-wms-2022", "uk-dhsc-2022", "uk-procurement-act-2023"),
    "au": ("au-defence-2023",),
    "ca": ("ca-hikvision-2025",),
    "in": ("in-cctv-er",),
}
"""Profile → measure ids, in the order in which verdicts are given."""
ALL: Final = "all"
"""The profile of every measure in the data, by id."""

OWN_REACH: Final[tuple[Reach, ...]] = ("subsidiary", "affiliate", "produced-by")
"""How far an operator's own rule reaches when it does not say."""


class PolicyError(ValueError):
    """A policy cannot be used. Its text is one line that says what to do."""


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}):
    """A rule of the operator's own, as its TOML file is written."""

    id: str
    title: str
    start: date
    """The day since which the rule holds."""
    statement: str
    companies: tuple[str, ...] = ()
    """Company ids; who is owned by one or affiliated with it is reached too."""
    brands: tuple[str, ...] = ()
    """Brand ids; whatever is sold under them, whoever makes it."""
    kind: MeasureKind = "procurement-ban"
    binds: str = "the operator"
    forbids: str = "buying or using equipment of the named companies and brands"
    issuer: str = "the operator"
    citation: str = ""
    obligation: str = ""
    action: str = ""
    use: tuple[str, ...] = ()
    """Purposes that the rule is limited to; none when it holds whatever the use."""
    reaches: tuple[Reach, ...] = OWN_REACH
    until: date | None = None


def names() -> tuple[str, ...]:
    """Every profile that ``select`` knows."""
    return (*PROFILES, ALL)


def select(profile: str, measures: Mapping[str, Measure]) -> tuple[Measure, ...]:
    """Return the measures of ``profile``, in its order. Raises PolicyError when it is not known or not whole."""
    if profile == ALL:
        return tuple(measures[key] for key in sorted(measures))
    if profile not in PROFILES:
        raise PolicyError(f"no policy is called {profile!r}: use one of {', '.join(names())}, or a .toml file")
    missing = [key for key in PROFILES[profile] if key not in measures]
    if missing:
        raise PolicyError(f"policy {profile} needs {', '.join(missing)}: the data has no such measure")
    return tuple(measures[key] for key in PROFILES[profile])


def read(text: bytes | str, ties: Ties) -> Measure:
    """Return the measure that an operator's TOML file states. Raises PolicyError for a file that cannot be used."""
    try:
        policy = msgspec.toml.decode(text, type=Policy)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise PolicyError(f"the policy file cannot be used: {' '.join(str(error).split())}") from error
    unknown = [f"company {key}" for key in policy.companies if key not in ties.companies]
    unknown += [f"brand {key}" for key in policy.brands if key not in ties.brands]
    if unknown:
        raise PolicyError(f"policy {policy.id} names what the data does not know: {', '.join(unknown)}")
    if not policy.companies and not policy.brands:
        raise PolicyError(f"policy {policy.id} names nobody: give companies or brands")
    return _measure(policy)


def _measure(policy: Policy) -> Measure:
    companies = [
        Listing(policy.start, company=key, until=policy.until, reaches=policy.reaches, use=policy.use)
        for key in policy.companies
    ]
    brands = [Listing(policy.start, brand=key, until=policy.until, use=policy.use) for key in policy.brands]
    return Measure(
        id=policy.id,
        title=policy.title,
        citation=policy.citation or policy.title,
        issuer=policy.issuer,
        jurisdiction="own",
        kind=policy.kind,
        enacted=policy.start,
        checked=policy.start,
        sources=(),
        statement=policy.statement,
        provision=(Provision("rule", policy.binds, policy.forbids, effective=policy.start, until=policy.until),),
        listing=(*companies, *brands),
        obligation=policy.obligation,
        action=policy.action,
        until=policy.until,
    )
