"""What one measure says of one identified device on one day.

| level        | when                                                                                     |
|--------------|------------------------------------------------------------------------------------------|
| covered      | the maker is confirmed and named, or tied to a named company, and a rule is in force     |
| likely       | the same, the maker probable                                                             |
| review       | possible or conflicting maker, unclear or ended tie, row of low confidence, no rule in   |
|              | force yet, stated use outside the named purposes, or a measure that is no ban (context)  |
| undetermined | the maker is unknown, or only possible and not named; or no scan can see what counts     |
| not-covered  | the maker is probable or better, not named on that day and not tied to a company that is |

Context measures bar neither buying nor bringing to market: export controls, investment bans, contracting lists,
guidance, industry steps, litigation. They never say more than review. A stated use outside the purposes that a
naming is limited to does not clear a device either: whether a purpose is met is for a person to say.
"""

from __future__ import annotations

import calendar
import functools
import re
from collections.abc import Hashable, Iterator
from datetime import date
from typing import Final

import msgspec

from scanner.coverage.relations import ANSWERS, Ties, answer_of, started
from scanner.model.entity import Answer, Confidence, RelationKind, Step
from scanner.model.finding import Identification, Named, Tier
from scanner.model.measure import (
    LEVELS,
    ConditionState,
    Listing,
    Measure,
    MeasureKind,
    Provision,
    Verdict,
    VerdictLevel,
)

BANS: Final[frozenset[MeasureKind]] = frozenset({"procurement-ban", "authorisation-ban"})
"""Kinds that bar buying, using or bringing to market; only these can say covered or likely."""
_BY_TIER: Final[dict[Tier, VerdictLevel]] = {
    "confirmed": "covered",
    "probable": "likely",
    "possible": "review",
    "conflicting": "review",
}
_CLEARING: Final[frozenset[Tier]] = frozenset({"confirmed", "probable"})
_KIND_TEXT: Final[dict[MeasureKind, str]] = {
    "export-control": "it controls exports to the company and bars neither buying nor using its equipment",
    "investment-ban": "it bars trading in the company's securities, not buying or using its equipment",
    "contracting-list": "the list itself bars neither buying nor using; its rules bind the department that keeps it",
    "guidance": "it is policy or guidance, not a ban of general effect",
    "industry": "it is a step of a trade body or business, not a law",
    "litigation": "it is a claim before a court, not a finding",
}
_NOT_DEVICES: Final = frozenset({"service", "software"})
_REACHED_BY: Final[dict[RelationKind, str]] = {
    "owns": "subsidiary",
    "affiliate-of": "affiliate",
    "succeeds": "successor",
}
_SURVEILLANCE: Final = frozenset(
    {"camera", "recorder", "encoder", "door-station", "access-control", "alarm", "video-software"}
)
"""What a device can be whose maker is known for surveillance equipment and whose class is not known."""
_GOODS: Final[dict[str, frozenset[str]]] = {
    "video-surveillance": _SURVEILLANCE,
    "telecommunications": _SURVEILLANCE | {"switch", "router", "access-point", "gateway", "phone", "radio"},
}
"""Device classes that plainly are what a company is named for; of any other a person must say whether it is."""
_DAY: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class Question(msgspec.Struct, frozen=True):
    """What the operator asks: the day, and what they state of themselves."""

    when: date
    use: tuple[str, ...] | None = None
    """Purposes the equipment serves, in the words of ``Listing.use``, or others; None or empty when not stated."""
    bound: tuple[str, ...] | None = None
    """Measures (``us-ndaa-889``) or provisions (``us-ndaa-889/a-1-B``) that bind the operator; None when not stated."""


class _Hit(msgspec.Struct, frozen=True):
    """One listing that names the maker, or a company it is tied to."""

    listing: Listing
    level: VerdictLevel
    head: str
    """How the sentence begins: who made it, or what is known instead."""
    path: tuple[Step, ...] = ()
    remarks: tuple[str, ...] = ()
    conditions: tuple[ConditionState, ...] = ()
    rival: bool = False
    """It is not about the maker that the finding gives, but about one of its rivals."""


def assess(who: Identification, measure: Measure, ties: Ties, question: Question) -> Verdict:
    """Return what ``measure`` says of the device on ``question.when``. The order of the data does not matter."""
    named = [(_named(hit, who, measure, ties, question), hit.rival) for hit in _hits(who, measure, ties, question)]
    return min(named, key=lambda each: _order(*each))[0] if named else _unnamed(who, measure, ties, question)


def depends_on(who: Identification) -> Hashable:
    """Return what of ``who`` a verdict depends on: devices for which it is equal are judged alike."""
    maker = who.manufacturer
    rest = (who.brand, who.device_class, who.platform, who.manufactured)
    return (
        maker if maker is None or _in_doubt(maker) else (maker.value, maker.tier),
        *(named and (named.value, named.tier) for named in rest),
    )


def reached(listing: Listing) -> frozenset[RelationKind]:
    """The kinds of ties through which ``listing`` reaches further than the company that it names."""
    return _reached(listing.reaches)


@functools.cache
def _reached(reaches: tuple[str, ...]) -> frozenset[RelationKind]:
    return frozenset(kind for kind, reach in _REACHED_BY.items() if reach in reaches)


# Named


def _hits(who: Identification, measure: Measure, ties: Ties, question: Question) -> Iterator[_Hit]:
    if measure.until is not None and question.when >= measure.until:
        return
    makers, sources = tuple(_makers(who, ties)), tuple(_sources(who, ties, question.when))
    above = frozenset[str]().union(*(ties.above(maker.value) for maker in (*makers, *sources)))
    for listing in measure.listing:
        if not _active(listing, question.when):
            continue
        if listing.company is not None:
            if listing.company in above:
                direct = [hit for maker in makers for hit in _through_maker(maker, listing, who, ties, question)]
                yield from direct or _through_seller(who, sources, listing, ties, question)
            yield from _through_platform(who, listing, ties, question)
        brand = who.brand
        if brand is not None and _known(brand) and brand.value == listing.brand:
            yield _Hit(listing, _BY_TIER[brand.tier], f"Sold as {brand.name} ({brand.tier})")


def _makers(who: Identification, ties: Ties) -> Iterator[Named]:
    """The manufacturer; and where that is in doubt, everybody else whom the evidence may mean."""
    maker = who.manufacturer
    if maker is None or not _known(maker):
        return
    yield maker
    if _in_doubt(maker):
        tier: Tier = "conflicting" if maker.tier == "conflicting" else "possible"
        for rival in maker.rivals:
            yield Named(rival, ties.name(rival), tier)


def _in_doubt(maker: Named) -> bool:
    """A probable maker is in doubt only when a rival is itself probable: an address block on its own is no rival."""
    return maker.tier in {"possible", "conflicting"} or maker.contested


def _through_maker(
    maker: Named, listing: Listing, who: Identification, ties: Ties, question: Question
) -> Iterator[_Hit]:
    """The maker is named, or tied to the company that is."""
    assert listing.company is not None
    kinds = reached(listing)
    path = ties.listed_path(maker.value, listing.company, question.when, kinds)
    if path is None:
        return
    hit = _Hit(listing, _BY_TIER[maker.tier], _made_by(maker, who, ties), path)
    if who.manufacturer is not None and maker.value != who.manufacturer.value:
        first = who.manufacturer
        hit = _qualified(hit, f"other evidence speaks for {first.name} ({first.tier})")
        hit = msgspec.structs.replace(hit, rival=True)
    if answer_of(path) == "yes":
        yield hit
        return
    then = (ties.listed_path(maker.value, listing.company, day, kinds) for day in _made(who))
    yield from _by_day_of_making(hit, tuple(steps for steps in then if steps is not None), ties, question.when)


def _by_day_of_making(hit: _Hit, made: tuple[tuple[Step, ...], ...], ties: Ties, when: date) -> Iterator[_Hit]:
    """A tie that does not surely hold on the day counts where it held when the unit was made.

    ``made`` is the path on the first and the last day on which that can have been; empty when not known.
    """
    now, then = answer_of(hit.path), {answer_of(path) for path in made}
    if then == {"yes"}:
        condition = ConditionState("date", "the unit was made while the tie held", "yes")
        yield msgspec.structs.replace(_qualified(hit, "the unit was made while that held", condition), path=made[0])
        return
    if now == "no" and (then == {"no"} or (not then and not ties.held_before(hit.path, when))):
        return
    if now == "no":
        remark = "that has ended, and whether it held when the unit was made is not known"
        condition = ConditionState("date", "the unit was made while the tie held", "unclear")
    else:
        remark = "whether that held on the day is unclear"
        text = "; ".join(step.text for step in hit.path if step.on_date == "unclear")
        condition = ConditionState("relation", text, "unclear")
    yield _qualified(msgspec.structs.replace(hit, level=_lower(hit.level, "review")), remark, condition)


def _qualified(hit: _Hit, remark: str, *conditions: ConditionState) -> _Hit:
    return msgspec.structs.replace(hit, remarks=(*hit.remarks, remark), conditions=(*hit.conditions, *conditions))


def _sources(who: Identification, ties: Ties, when: date) -> Iterator[Named]:
    """Who may have made what the manufacturer, when it is a company that only sells, has its name on."""
    seller = who.manufacturer
    if seller is not None and _sells_only(seller, ties):
        for source in ties.makers_of(ties.companies[seller.value].brand or "", when):
            yield Named(source.company, ties.name(source.company), "possible")


def _through_seller(
    who: Identification, sources: tuple[Named, ...], listing: Listing, ties: Ties, question: Question
) -> Iterator[_Hit]:
    """A company that only sells what others make does not clear what those others made."""
    for maker in sources:
        for hit in _through_maker(maker, listing, Identification(), ties, question):
            assert who.manufacturer is not None
            head = f"{_made_by(who.manufacturer, who, ties)}, which sells equipment that {maker.name} may have made"
            yield msgspec.structs.replace(hit, head=head)


def _sells_only(maker: Named, ties: Ties) -> bool:
    company = ties.companies.get(maker.value)
    if company is None or not company.seller_only or not _known(maker):
        return False
    brand = ties.brands.get(company.brand or "")
    return brand is None or not brand.own


def _through_platform(who: Identification, listing: Listing, ties: Ties, question: Question) -> Iterator[_Hit]:
    """A named company's part inside another maker's device, where the instrument reaches components."""
    platform = who.platform
    if platform is None or not _known(platform) or "component" not in listing.reaches or listing.company is None:
        return
    path = ties.listed_path(platform.value.lower(), listing.company, question.when)
    if path is not None and answer_of(path) != "no":
        hit = _Hit(listing, "review", f"Built on {platform.name} ({platform.tier})", path)
        text = "the part is a substantial or essential component of the system"
        remark = "the measure reaches components, and whether this part counts as one is not settled"
        yield _qualified(hit, remark, ConditionState("relation", text, "unclear"))


def _named(hit: _Hit, who: Identification, measure: Measure, ties: Ties, question: Question) -> Verdict:
    level, listing = hit.level, hit.listing
    remarks, conditions = list(hit.remarks), list(hit.conditions)
    provisions = [rule for rule in measure.provision if _in_force(rule, question.when)]
    if measure.provision and not provisions:
        level = _lower(level, "review")
        starts = [rule.effective for rule in measure.provision if rule.effective is not None]
        coming = min((day for day in starts if day > question.when), default=None)
        text = f"a rule of the measure is in force (from {coming})" if coming else "a rule of the measure is in force"
        remarks.append(f"no rule of it is in force on {question.when}" + (f", the first on {coming}" if coming else ""))
        conditions.append(ConditionState("date", text, "no"))
    if any(_suspended(measure, question.when)):
        level = _lower(level, "review")
        remarks.append("it is suspended on that day")
        conditions.append(ConditionState("date", "the measure is not suspended", "no"))
    if listing.use:
        met, remark = _use(listing, question)
        level = _lower(level, "review") if met == "no" else level
        remarks.append(remark)
        conditions.append(ConditionState("use", "used for " + _words(listing.use), met))
    if not _is_named_for(listing, who):
        level = _lower(level, "review")
        goods = _words(listing.equipment)
        remarks.append(f"it is named for {goods} equipment, and a person must say whether this {_device(who)} is such")
        conditions.append(ConditionState("equipment", f"the device is {goods} equipment", "unclear"))
    conditions += [_bound(rule, measure, question) for rule in provisions]
    if _doubtful(measure, listing, provisions):
        level = _lower(level, "review")
        remarks.append("our source for this row is weak")
        conditions.append(ConditionState("relation", "the row is confirmed by the instrument's own text", "unclear"))
    if measure.kind not in BANS:
        level = _lower(level, "review")
        remarks.append(_KIND_TEXT[measure.kind])
    ties_text = f"; {'; '.join(step.text for step in hit.path)}" if hit.path else ""
    owner = f"{ties.name(listing.company)} is " if hit.path and listing.company else ""
    named = f"{owner}named by {listing.citation or measure.citation} since {listing.start}"
    reason = f"{hit.head}{ties_text}; {'; '.join([named, *remarks])}."
    return Verdict(
        measure=measure.id,
        verdict=level,
        kind=measure.kind,
        reason=reason,
        conditions=tuple(dict.fromkeys(conditions)),
        provisions=tuple(rule.id for rule in provisions),
        listing=listing.company or listing.brand,
        path=hit.path,
    )


def _use(listing: Listing, question: Question) -> tuple[Answer, str]:
    count = _COUNTS.get(len(listing.use), str(len(listing.use)))
    limit = f"the naming is limited to {count} purpose{'s' if len(listing.use) > 1 else ''}"
    if not question.use:
        return "unclear", f"{limit}, and the use here is not stated"
    if set(question.use) & set(listing.use):
        return "yes", f"{limit}, and the stated use is among them"
    return "no", f"{limit}, and the stated use is not among them, which a person must confirm"


def _device(who: Identification) -> str:
    return who.device_class.name if who.device_class is not None else "device"


def _is_named_for(listing: Listing, who: Identification) -> bool:
    device = who.device_class
    if device is None or device.tier not in _CLEARING or not set(listing.equipment) <= _GOODS.keys():
        return True
    return not listing.equipment or any(device.value in _GOODS[goods] for goods in listing.equipment)


_COUNTS: Final = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}


def _bound(rule: Provision, measure: Measure, question: Question) -> ConditionState:
    met: Answer = "unclear"
    if question.bound is not None:
        met = "yes" if {measure.id, f"{measure.id}/{rule.id}"} & set(question.bound) else "no"
    cited = f" ({rule.citation})" if rule.citation else ""
    return ConditionState("binds", f"It binds {rule.binds}: no {rule.forbids}{cited}", met)


def _doubtful(measure: Measure, listing: Listing, provisions: list[Provision]) -> bool:
    grades: list[Confidence] = [measure.confidence, listing.confidence]
    return "low" in grades or (bool(provisions) and all(rule.confidence == "low" for rule in provisions))


# Not named


def _unnamed(who: Identification, measure: Measure, ties: Ties, question: Question) -> Verdict:
    maker = who.manufacturer
    if maker is None or not _known(maker):
        sold = f"Sold as {who.brand.name}; nothing" if who.brand is not None and _known(who.brand) else "Nothing"
        return _plain(measure, "undetermined", f"{sold} that was seen says who made it.")
    head = _made_by(maker, who, ties)
    in_life = measure.enacted <= question.when and (measure.until is None or question.when < measure.until)
    if in_life and _sells_only(maker, ties):
        return _plain(measure, "undetermined", f"{head}, which sells equipment that others make.")
    if maker.tier not in _CLEARING:
        why = "which is not named, but is not certain enough to rule out another maker"
        return _plain(measure, "undetermined", f"{head}, {why}.")
    seen = _categories(maker, who, measure, ties, question.when)
    if seen:
        why = f"{measure.citation} turns on {_words(seen)}, which cannot be judged from the network"
        return _plain(measure, "undetermined", f"{head}; {why}.")
    return _plain(measure, "not-covered", f"{head}; {_absence(maker, measure, ties, question.when)}.")


def _absence(maker: Named, measure: Measure, ties: Ties, when: date) -> str:
    cite = measure.citation
    if when < measure.enacted:
        return f"{cite} did not exist on {when}; it dates from {measure.enacted}"
    if measure.until is not None and when >= measure.until:
        return f"{cite} ended on {measure.until}"
    if measure.provision and not any(_in_force(rule, when) for rule in measure.provision):
        return f"no rule of {cite} is in force on {when}"
    companies = [listing for listing in measure.listing if listing.company is not None]
    later = [row for row in companies if row.start > when and row.company == maker.value]
    if later:
        return f"{cite} did not name it on {when}; it does since {min(row.start for row in later)}"
    for row in companies:
        path = ties.listed_path(maker.value, row.company or "", when)
        if path and _active(row, when):
            steps = "; ".join(step.text for step in path)
            held = "that did not hold on that day" if answer_of(path) == "no" else "its naming does not reach further"
            return f"not named by {cite} on {when}; {steps}; {ties.name(row.company or '')} is named, but {held}"
    return f"not named by {cite} on {when}, nor tied to a company that is"


def _categories(maker: Named, who: Identification, measure: Measure, ties: Ties, when: date) -> tuple[str, ...]:
    """Category listings that may be about this device, while a rule of the measure is in force."""
    if measure.provision and not any(_in_force(rule, when) for rule in measure.provision):
        return ()
    classes = _classes(maker, who, ties)
    return tuple(
        listing.category
        for listing in measure.listing
        if listing.category is not None
        and _active(listing, when)
        and not (listing.equipment and _NOT_DEVICES.issuperset(listing.equipment))
        and (not classes or not listing.equipment or not classes.isdisjoint(listing.equipment))
    )


def _classes(maker: Named, who: Identification, ties: Ties) -> frozenset[str]:
    """What the device can be: its class, else what its maker is known for; empty when it can be anything."""
    if who.device_class is not None and _known(who.device_class):
        return frozenset({who.device_class.value})
    company = ties.companies.get(maker.value)
    return _SURVEILLANCE if company is not None and company.makes == "surveillance" else frozenset()


def _plain(measure: Measure, level: VerdictLevel, reason: str) -> Verdict:
    return Verdict(measure=measure.id, verdict=level, kind=measure.kind, reason=reason)


# Small things


def _made_by(maker: Named, who: Identification, ties: Ties) -> str:
    """``Sold as Lorex, made by Dahua (confirmed)``; the brand only where it differs."""
    brand = who.brand
    label = ties.brands.get(brand.value) if brand is not None and _known(brand) else None
    if label is None or label.id == maker.value or label.name == maker.name:
        return f"Made by {maker.name} ({maker.tier})"
    return f"Sold as {label.name}, made by {maker.name} ({maker.tier})"


def _made(who: Identification) -> tuple[date, ...]:
    """First and last day on which the unit can have been made; empty when that is not known well enough."""
    made = who.manufactured
    parts = _DAY.fullmatch(made.value) if made is not None and made.tier in _CLEARING else None
    if parts is None:
        return ()
    year, month, day = (int(part) if part else None for part in parts.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:
        return ()
    last_month = month or 12
    return first, date(first.year, last_month, day or calendar.monthrange(first.year, last_month)[1])


def _known(named: Named | None) -> bool:
    return named is not None and named.tier != "unknown"


def _active(listing: Listing, when: date) -> bool:
    return listing.start <= when and (listing.until is None or when < listing.until)


def _in_force(rule: Provision, when: date) -> bool:
    return (rule.effective is None or rule.effective <= when) and (rule.until is None or when < rule.until)


def _suspended(measure: Measure, when: date) -> Iterator[bool]:
    for period in measure.suspended:
        if period.between is not None:
            yield period.between[0] <= when <= period.between[1]
        else:
            yield started(period, when) == "yes"


def _lower(level: VerdictLevel, ceiling: VerdictLevel) -> VerdictLevel:
    return min(level, ceiling, key=LEVELS.index)


def _order(verdict: Verdict, rival: bool) -> tuple[int, bool, int, int, str, str]:
    """The gravest first; then of the maker that is given, the shortest path, the surest one, the company's id."""
    answer = -ANSWERS.index(answer_of(verdict.path))
    return -LEVELS.index(verdict.verdict), rival, len(verdict.path), answer, verdict.listing or "", verdict.reason


def _words(values: tuple[str, ...]) -> str:
    spoken = [value.replace("-", " ") for value in values]
    return spoken[0] if len(spoken) == 1 else f"{', '.join(spoken[:-1])} or {spoken[-1]}"
