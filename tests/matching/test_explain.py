from __future__ import annotations

from datetime import date

from scanner.matching.explain import explain
from scanner.model.branch import Branch
from scanner.model.entity import Step
from scanner.model.finding import Evidence, Finding, Identification, Named
from scanner.model.measure import ConditionState, Verdict
from scanner.model.signature import Match, Signature
from tests.observations import NOON

FINDING = Finding(
    host="10.0.0.5",
    addresses=("10.0.0.5", "fe80::5"),
    mac="44:19:b6:00:00:01",
    identification=Identification(manufacturer=Named("ezviz", "EZVIZ", "confirmed", ("dahua",))),
    verdicts=(
        Verdict(
            measure="us-ndaa-889",
            verdict="covered",
            kind="procurement-ban",
            reason="because",
            conditions=(ConditionState("use", "public safety", "unclear"),),
            path=(Step("r", "owns", "hikvision", "ezviz", "yes", "Hikvision —owned→ EZVIZ"),),
        ),
    ),
    evidence=(
        Evidence(
            field="http.server",
            value="App-webs/",
            signature="hikvision-app-webs",
            strength="strong",
            group="web",
            slot="manufacturer",
            says="ezviz",
            port=80,
            observed_at=NOON,
            reporter="192.0.2.1",
        ),
    ),
)
SIGNATURE = Signature(
    id="hikvision-app-webs",
    fields=("http.server",),
    match=Match(exact=("App-webs/",)),
    strength="strong",
    basis="published",
    status="stable",
    added=date(2026, 11, 21),
    sources=("recog",),
    why="It is their web server.",
)


def lines(branch: Branch, depth: int = 0):
    yield depth, branch.text
    for below in branch.branches:
        yield from lines(below, depth + 1)


def test_the_tree_goes_from_verdict_to_observation():
    assert list(lines(explain(FINDING, {SIGNATURE.id: SIGNATURE}))) == [
        (0, "10.0.0.5 (also fe80::5), 44:19:b6:00:00:01"),
        (1, "covered under us-ndaa-889: because"),
        (2, "Hikvision —owned→ EZVIZ"),
        (2, "condition (use): public safety: not known"),
        (1, "manufacturer: EZVIZ (confirmed; other evidence says dahua)"),
        (2, "ezviz: strong, witness web, by hikvision-app-webs"),
        (3, "It is their web server. [recog]"),
        (3, "http.server on port 80 = App-webs/, said by 192.0.2.1, seen 2026-11-21 12:00:00Z"),
    ]


def test_a_claim_without_a_signature_still_shows_its_observation():
    tree = list(lines(explain(FINDING, {})))
    assert (3, "http.server on port 80 = App-webs/, said by 192.0.2.1, seen 2026-11-21 12:00:00Z") in tree
    assert not any("recog" in text for _, text in tree)
