"""How often each signature was right about labelled devices: what its grade is earned from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from scanner.matching.match import Matcher
from scanner.model.host import Host


def tally(
    matcher: Matcher, labelled: Iterable[tuple[Host, str | None]], parents: Mapping[str, str]
) -> dict[str, tuple[int, int]]:
    """Return signature id → (right, wrong) devices, over claims about the manufacturer.

    A label of None means that nobody we know made it: every claim is wrong. A claim for the owner of the labelled
    maker, or for a maker it owns, is right.
    """
    right: dict[str, int] = defaultdict(int)
    wrong: dict[str, int] = defaultdict(int)
    for host, maker in labelled:
        said = {
            (claim.signature, claim.value)
            for claim in matcher.claims(host)
            if claim.slot == "manufacturer" and not claim.refutes
        }
        for signature, value in said:
            kin = maker is not None and (value == maker or parents.get(maker) == value or parents.get(value) == maker)
            (right if kin else wrong)[signature] += 1
    return {signature: (right[signature], wrong[signature]) for signature in {*right, *wrong}}
