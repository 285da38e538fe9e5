"""Why a finding says what it says: verdict, tie, claim, signature, observation, as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from scanner.model.branch import Branch
from scanner.model.finding import Evidence, Finding, Named
from scanner.model.signature import Slot

SLOTS: tuple[Slot, ...] = (
    "manufacturer",
    "brand",
    "product_line",
    "device_class",
    "platform",
    "model",
    "original_model",
    "firmware",
    "serial",
    "manufactured",
)


class Reason(Protocol):
    """A row of the data that a match rests on."""

    @property
    def why(self) -> str:
        """In words."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of where it is known from."""


def explain(finding: Finding, reasons: Mapping[str, Reason]) -> Branch:
    """Return the tree behind ``finding``; ``reasons`` are by what evidence calls its signature."""
    verdicts = tuple(
        Branch(
            f"{verdict.verdict} under {verdict.measure}: {verdict.reason}",
            (
                *(Branch(step.text) for step in verdict.path),
                *(Branch(f"condition ({item.kind}): {item.text}: {_met(item.met)}") for item in verdict.conditions),
            ),
        )
        for verdict in finding.verdicts
    )
    slots = tuple(
        Branch(_slot_line(slot, named), tuple(_evidence(finding.evidence, slot, reasons)))
        for slot in SLOTS
        if (named := getattr(finding.identification, slot)) is not None
    )
    others = tuple(address for address in finding.addresses if address != finding.host)
    title = finding.host + (f" (also {', '.join(others)})" if others else "")
    if finding.mac:
        title += f", {finding.mac}"
    return Branch(title, (*verdicts, *slots))


def _met(answer: str) -> str:
    return {"yes": "met", "no": "not met", "unclear": "not known"}[answer]


def _slot_line(slot: Slot, named: Named) -> str:
    rivals = f"; other evidence says {', '.join(named.rivals)}" if named.rivals else ""
    return f"{slot.replace('_', ' ')}: {named.name} ({named.tier}{rivals})"


def _evidence(evidence: Iterable[Evidence], slot: Slot, reasons: Mapping[str, Reason]) -> Iterable[Branch]:
    for piece in evidence:
        if piece.slot != slot:
            continue
        where = f" on port {piece.port}" if piece.port is not None else ""
        said = f", said by {piece.reporter}" if piece.reporter is not None else ""
        when = f", seen {piece.observed_at:%Y-%m-%d %H:%M:%S}Z" if piece.observed_at is not None else ""
        row = reasons.get(piece.signature)
        reason = (Branch(f"{row.why} [{', '.join(row.sources)}]"),) if row is not None else ()
        yield Branch(
            f"{piece.says}: {piece.strength}, witness {piece.group}, by {piece.signature}",
            (*reason, Branch(f"{piece.field}{where} = {piece.value}{said}{when}")),
        )
