from __future__ import annotations

from datetime import date

import pytest

from scanner.matching.models import Models
from scanner.matching.weigh import weigh
from scanner.model.entity import Confidence, Maker, Model, Share
from scanner.model.finding import Claim
from scanner.model.signature import Match, Strength
from tests.judging import finding, maker, tier, verdict
from tests.observations import claim

TODAY = date(2026, 11, 22)
BRAND = claim("amcrest", "strong", "onvif", slot="brand")
MODEL = claim("ip4m-1041b", "moderate", "web", slot="model")


def row(confidence: Confidence = "high", *, exact: str = "IP4M-1041B") -> Model:
    return Model(
        id="dahua-x",
        brand="amcrest",
        match=Match(exact=(exact,)),
        original=("IPC-A", "IPC-B"),
        confidence=confidence,
        sources=("s",),
        why="w",
    )


def read(*claims: Claim, models: Model | None = None, share: Share | None = "most") -> list[Claim]:
    ties = () if share is None else (Maker("dahua", "r", share, "high", "yes"),)
    return list(Models({"dahua": (models or row(),)}).read(claims, lambda _brand, _when: ties, TODAY))


def test_a_labels_model_names_maker_and_original():
    made, called = read(BRAND, MODEL)
    assert (made.slot, made.value, made.strength) == ("manufacturer", "dahua", "strong")
    assert (called.slot, called.value, called.strength) == ("original_model", "IPC-A or IPC-B", "strong")
    assert {c.signature for c in (made, called)} == {"model:dahua-x"}
    assert made.because == ("onvif", "web")
    assert weigh([BRAND, MODEL, made, called]).manufacturer.tier == "probable"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "claims",
    [(BRAND,), (MODEL,), (claim("lorex", "strong", "onvif", slot="brand"), MODEL)],
    ids=["no model", "no brand", "another brand"],
)
def test_both_are_needed(claims):
    assert read(*claims) == []


def test_another_model_of_the_brand_says_nothing():
    assert read(BRAND, MODEL, models=row(exact="IP4M-1041")) == []


def test_what_is_refuted_is_not_read():
    assert read(claim("amcrest", "strong", "onvif", slot="brand", refutes=True), MODEL) == []


@pytest.mark.parametrize(
    ("confidence", "share", "strength"),
    [
        ("high", None, "strong"),
        ("high", "some", "strong"),
        ("medium", "all", "moderate"),
        ("medium", "some", "weak"),
        ("medium", None, "weak"),
        ("low", "all", "weak"),
    ],
)
def test_only_what_is_said_of_the_very_model_exceeds_the_relation(confidence, share, strength):
    assert {c.strength for c in read(BRAND, MODEL, models=row(confidence), share=share)} == {strength}


@pytest.mark.parametrize("strength", ["weak", "moderate"])
def test_never_stronger_than_the_brand(strength: Strength):
    assert {c.strength for c in read(claim("amcrest", strength, "onvif", slot="brand"), MODEL)} == {strength}


def test_hearsay_stays_hearsay():
    said = claim("IP4M-1041B", "moderate", "web", slot="model", reporter="192.0.2.1")
    assert {c.reporter for c in read(BRAND, said)} == {"192.0.2.1"}
    assert {c.reporter for c in read(BRAND, said, MODEL)} == {None}


def test_shipped_a_relabelled_camera_is_seen_through():
    one = finding([("onvif.manufacturer", "Amcrest"), ("onvif.model", "IP4M-1041B")])
    assert (maker(one), tier(one, "manufacturer"), verdict(one)) == ("dahua", "probable", "likely")
    called = one.identification.original_model
    assert called is not None
    assert (called.value, called.tier) == ("IPC-AW26WN-S2 or IPC-AW46WN-S2", "probable")
    assert "model:dahua-amcrest-ipc-aw26wn" in {piece.signature for piece in one.evidence}


def test_shipped_a_door_station_of_many_names():
    one = finding([("onvif.manufacturer", "LaView"), ("onvif.model", "LV-PDB1630-U")])
    assert (maker(one), tier(one, "manufacturer")) == ("hikvision", "probable")
    assert one.identification.original_model is not None
    assert one.identification.original_model.value == "DS-HD1"


def test_shipped_the_device_itself_tells_its_original():
    one = finding([("dahua.device_type", "IP4M-1041B"), ("dahua.update_serial", "IPC-AW46WN-S2")])
    assert one.identification.original_model is not None
    assert one.identification.original_model.value == "IPC-AW46WN-S2"
