"""The laws of the tiers."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.matching.weigh import tier_of, weigh
from scanner.model.finding import Claim
from tests.observations import CLAIMS, claim

TIERS = ("unknown", "conflicting", "possible", "probable", "confirmed")


@pytest.mark.parametrize(
    ("claims", "tier"),
    [
        ([("strong", "web"), ("strong", "rtsp")], "confirmed"),
        ([("conclusive", "isapi"), ("moderate", "web")], "confirmed"),
        ([("conclusive", "isapi"), ("weak", "web")], "probable"),
        ([("conclusive", "isapi")], "probable"),
        ([("strong", "web")], "probable"),
        ([("strong", "web"), ("moderate", "rtsp")], "probable"),
        ([("moderate", "web"), ("moderate", "rtsp")], "probable"),
        ([("moderate", "web"), ("weak", "rtsp")], "possible"),
        ([("moderate", "hardware-address")], "possible"),
        ([("weak", "web")], "possible"),
        ([("strong", "web"), ("strong", "web"), ("strong", "web")], "probable"),
        ([], "unknown"),
    ],
)
def test_tier_table(claims, tier):
    assert tier_of([claim("hikvision", strength, group) for strength, group in claims]) == tier


def test_a_tie_of_two_probable_makers_is_conflicting():
    who = weigh([claim("hikvision", "strong", "web"), claim("dahua", "strong", "rtsp")])
    assert who.manufacturer is not None
    assert who.manufacturer.tier == "conflicting"
    assert who.manufacturer.rivals


def test_a_leader_by_a_tier_wins_one_tier_lower():
    who = weigh(
        [claim("hikvision", "strong", "web"), claim("hikvision", "strong", "onvif"), claim("dahua", "strong", "rtsp")]
    )
    assert who.manufacturer is not None
    assert (who.manufacturer.value, who.manufacturer.tier, who.manufacturer.rivals) == (
        "hikvision",
        "probable",
        ("dahua",),
    )
    assert who.manufacturer.contested


def test_what_the_device_says_of_its_model_stands_before_what_a_table_says():
    told = claim("IPC-AW46WN-S2", "moderate", "dahua-cgi", slot="original_model")
    read = claim("IPC-AW26WN-S2", "strong", "catalogue", slot="original_model", because=("web",))
    for claims in ([told, read], [read, told]):
        original = weigh(claims).original_model
        assert original is not None
        assert (original.value, original.rivals) == ("IPC-AW46WN-S2", ("IPC-AW26WN-S2",))


def test_a_rival_that_is_only_possible_changes_nothing_but_is_named():
    who = weigh([claim("axis", "strong", "web"), claim("hikvision", "moderate", "hardware-address")])
    assert who.manufacturer is not None
    assert (who.manufacturer.value, who.manufacturer.tier) == ("axis", "probable")
    assert who.manufacturer.rivals == ("hikvision",)
    assert not who.manufacturer.contested


def test_brand_and_manufacturer_never_contradict():
    who = weigh([claim("lts", "strong", "web", slot="brand"), claim("hikvision", "strong", "web")])
    assert who.brand is not None
    assert who.manufacturer is not None
    assert (who.brand.tier, who.manufacturer.tier) == ("probable", "probable")


def test_an_owned_company_is_no_rival_of_its_owner_and_speaks_for_it():
    who = weigh(
        [claim("ezviz", "strong", "sadp"), claim("hikvision", "strong", "onvif")], parents={"ezviz": "hikvision"}
    )
    assert who.manufacturer is not None
    assert (who.manufacturer.value, who.manufacturer.tier, who.manufacturer.rivals) == ("hikvision", "confirmed", ())


def test_an_owned_company_alone_keeps_its_name():
    who = weigh([claim("ezviz", "strong", "sadp")], parents={"ezviz": "hikvision"})
    assert who.manufacturer is not None
    assert who.manufacturer.value == "ezviz"


def test_owners_in_a_circle_end():
    who = weigh([claim("a", "strong", "web"), claim("b", "strong", "rtsp")], parents={"a": "b", "b": "a"})
    assert who.manufacturer is not None
    assert who.manufacturer.rivals == ()


def test_hearsay_alone_is_capped_at_probable():
    said = [claim("dahua", "conclusive", group, reporter="192.0.2.1") for group in ("web", "rtsp")]
    assert tier_of(said) == "probable"
    assert tier_of([*said, claim("dahua", "weak", "tls")]) == "confirmed"


def test_a_maker_read_from_the_brand_alone_is_at_most_probable():
    read = [claim("hikvision", "strong", "catalogue", because=("web",))]
    assert tier_of(read) == "probable"


def test_the_brands_witness_is_not_counted_twice_for_the_maker():
    same_page = [claim("hikvision", "strong", "web"), claim("hikvision", "strong", "catalogue", because=("web",))]
    two_witnesses = [claim("hikvision", "strong", "web"), claim("hikvision", "strong", "catalogue", because=("rtsp",))]
    assert tier_of(same_page) == "probable"
    assert tier_of(two_witnesses) == "confirmed"


def test_a_weaker_word_of_the_brands_witness_takes_nothing_from_the_brand():
    brand = claim("hikvision", "strong", "catalogue", because=("onvif",))
    model = claim("hikvision", "moderate", "onvif")
    assert tier_of([brand]) == tier_of([brand, model]) == "probable"


def words(*told: tuple[str, str]) -> list[Claim]:
    return [msgspec.structs.replace(claim("huawei", "moderate", group), observed=text) for group, text in told]


def test_one_text_told_by_two_protocols_is_as_ambiguous_as_told_by_one():
    told = words(("onvif", "AR205"), ("upnp", "ar205"), ("web", "Welcome to AR205"))
    assert [tier_of(told[:count]) for count in (1, 2, 3)] == ["possible"] * 3
    assert tier_of([*told, claim("huawei", "moderate", "hardware-address")]) == "probable"
    assert tier_of(words(("onvif", "AR205"), ("upnp", "AR207"))) == "probable"


def test_a_third_text_takes_nothing_from_two_that_differ():
    two = [("onvif", "Gateway AR205"), ("upnp", "Router AR205")]
    assert tier_of(words(*two)) == tier_of(words(*two, ("web", "AR205"))) == "probable"


def test_two_protocols_that_agree_on_a_text_make_it_probable():
    told = [
        msgspec.structs.replace(claim("AR205", "moderate", group, slot="model"), signature="model", observed="AR205")
        for group in ("onvif", "upnp")
    ]
    assert tier_of(told) == "probable"


def test_a_strong_refutation_takes_a_tier_off():
    who = weigh(
        [
            claim("hikvision", "strong", "web"),
            claim("hikvision", "strong", "onvif"),
            claim("hikvision", "strong", "rtsp", refutes=True),
        ]
    )
    assert who.manufacturer is not None
    assert who.manufacturer.tier == "probable"


def test_spellings_of_a_model_do_not_conflict():
    who = weigh([claim("DH-IPC-X", "strong", "dhip", slot="model"), claim("IPC-X", "strong", "onvif", slot="model")])
    assert who.model is not None
    assert who.model.tier == "probable"


@given(CLAIMS)
def test_order_and_repetition_do_not_matter(claims: list[Claim]):
    shuffled = [*claims, *claims[:3]]
    random.Random(len(claims)).shuffle(shuffled)
    assert weigh(claims) == weigh(shuffled)


@given(CLAIMS)
def test_one_group_never_confirms(claims: list[Claim]):
    who = weigh(c for c in claims if c.group == "web")
    assert who.manufacturer is None or who.manufacturer.tier != "confirmed"


@given(CLAIMS, st.sampled_from(("weak", "moderate", "strong", "conclusive")), st.sampled_from(("sadp", "dhip", "web")))
def test_agreeing_evidence_never_lowers_a_tier(claims, strength, group):
    before = weigh(claims).manufacturer
    if before is None:
        return
    after = weigh([*claims, claim(before.value, strength, group)]).manufacturer
    assert after is not None
    assert after.value == before.value
    assert TIERS.index(after.tier) >= TIERS.index(before.tier)


@given(CLAIMS)
def test_a_tied_rival_is_never_confirmed(claims: list[Claim]):
    who = weigh(claims).manufacturer
    if who is not None and who.tier == "confirmed":
        for rival in who.rivals:
            assert tier_of(c for c in claims if c.value == rival and not c.refutes) in {"possible", "unknown"}
