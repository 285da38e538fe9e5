from __future__ import annotations

from datetime import date

import pytest

from scanner.matching.catalogue import read_catalogue
from scanner.matching.weigh import weigh
from scanner.model.entity import Maker
from tests.observations import claim

TODAY = date(2026, 11, 21)


def makers(*found: Maker):
    return lambda _brand, _when: found


@pytest.mark.parametrize(
    ("share", "evidence", "tier"),
    [
        ("all", "strong", "probable"),
        ("all", "moderate", "possible"),
        ("most", "strong", "possible"),
        ("some", "strong", "possible"),
    ],
)
def test_brand_only_evidence_is_graded_by_share(share, evidence, tier):
    brand = claim("lts", evidence, "web", slot="brand")
    read = list(read_catalogue([brand], makers(Maker("hikvision", "r", share, "high", "yes")), TODAY))
    who = weigh([brand, *read]).manufacturer
    assert who is not None
    assert (who.value, who.tier) == ("hikvision", tier)


@pytest.mark.parametrize(
    "maker",
    [
        Maker("hikvision", "r", "all", "low", "yes"),
        Maker("hikvision", "r", "all", "high", "unclear"),
        Maker("hikvision", "r", "all", "high", "no"),
    ],
)
def test_doubtful_relations_speak_weakly(maker):
    read = list(read_catalogue([claim("lts", "strong", "web", slot="brand")], makers(maker), TODAY))
    assert [c.strength for c in read] == ["weak"]


def test_the_relation_and_the_brands_witnesses_are_named():
    brand = [claim("lts", "strong", "web", slot="brand"), claim("lts", "weak", "onvif", slot="brand")]
    read = list(read_catalogue(brand, makers(Maker("hikvision", "hik-lts", "all", "high", "yes")), TODAY))
    assert [(c.signature, c.because) for c in read] == [("catalogue:hik-lts", ("onvif", "web"))]


@pytest.mark.parametrize(("second", "strength"), [("onvif", "strong"), ("web", "moderate")])
def test_two_witnesses_of_a_brand_are_as_good_as_a_strong_one(second, strength):
    brand = [claim("hilook", "moderate", "web", slot="brand"), claim("hilook", "moderate", second, slot="brand")]
    read = list(read_catalogue(brand, makers(Maker("hikvision", "r", "all", "high", "yes")), TODAY))
    assert [c.strength for c in read] == [strength]


def test_no_brand_no_claim():
    assert (
        list(read_catalogue([claim("axis", "strong", "web")], makers(Maker("x", "r", "all", "high", "yes")), TODAY))
        == []
    )


def test_hearsay_about_the_brand_stays_hearsay_and_own_words_go_first():
    said = claim("lts", "strong", "hardware-address", slot="brand", reporter="192.0.2.1")
    own = claim("lts", "weak", "web", slot="brand")
    known = makers(Maker("hikvision", "r", "all", "high", "yes"))
    assert [(c.reporter, c.strength) for c in read_catalogue([said], known, TODAY)] == [("192.0.2.1", "strong")]
    assert [(c.reporter, c.strength) for c in read_catalogue([said, own], known, TODAY)] == [(None, "weak")]
