import tomllib
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.database import browse
from scanner.database.load import load
from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.model.signature import SignatureFile
from tests.database.folder import DATA


@pytest.fixture(scope="module")
def database():
    return load(DATA, cache=Path("/dev/null"))


def ids(found):
    return [one.signature.id for one in found]


def test_a_value_is_tried_on_the_signatures_in_force(database):
    assert ids(browse.try_value(database, "http.server", " AcmeVision ")) == ["acme-http-server", "borg-label-server"]
    assert ids(browse.try_value(database, "http.server", "Webs")) == []
    assert browse.try_value(database, "http.nothing", "Webs") == []


def test_a_value_is_tried_as_it_is_matched():
    """Also by the signatures of the field that its own is like, and by those of whole trees of objects."""
    vrp = "Huawei Versatile Routing Platform Software VRP (R) software, Version 5.170"
    shipped = load()
    assert "huawei-snmp-sysdescr-vrp" in ids(browse.try_value(shipped, "lldp.system_description", vrp))
    tree = browse.try_value(shipped, "snmp.oid.1.3.6.1.4.1.39165.1.7.0", "62 PERCENT")
    assert ids(tree) == ["hikvision-snmp-tree"]


def test_a_value_without_normal_form_matches_nothing(database):
    assert browse.try_value(database, "link.mac", "no address") == []


def test_captures_and_other_conditions_are_told(database):
    (serial,) = browse.try_value(database, "device.serial", "ac-1234-20260102")
    assert serial.captures == {"model": "AC-1234", "manufactured": "20260102"}
    (title,) = browse.try_value(database, "http.title", "index")
    assert title.needs == ("http.server",)


def test_the_listing_can_be_narrowed(database):
    assert len(list(browse.listing(database))) == 7
    assert [row.id for _, row in browse.listing(database, maker="borg")] == ["borg-http-server", "borg-label-server"]
    assert [row.id for _, row in browse.listing(database, field="http.title")] == ["acme-title-index", "acme-name"]
    assert {maker for maker, _ in browse.listing(database, maker="acme", field="http.server")} == {"acme"}


def test_coverage_counts_what_is_in_force(database):
    assert browse.coverage(database) == {
        "acme": browse.Extent(4, {"device.serial": 2, "http.server": 2, "http.title": 2}),
        "borg": browse.Extent(2, {"http.server": 2}),
    }


def start(database, field, value):
    seen = Observation(Endpoint("10.0.0.5", "tcp", 80), Field(field), value, Provenance("http"))
    return 'maker = "acme"\n' + browse.stub(database, seen, maker="acme", added=date(2026, 11, 21))


def test_a_stub_is_a_signature(database):
    text = start(database, "device.serial", " ac-9 ")
    (row,) = msgspec.convert(tomllib.loads(text), SignatureFile).signature
    assert row.id == "acme-device-serial-ac-9"
    assert row.match.exact == ("AC-9",)
    assert row.examples[0].value == "AC-9"
    assert row.added == date(2026, 11, 21)
    assert row.status == "experimental"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_a_stub_holds_any_value(value):
    database = load(DATA, cache=Path("/dev/null"))
    (row,) = msgspec.convert(tomllib.loads(start(database, "http.server", value)), SignatureFile).signature
    assert row.match.exact == (database.normalized("http.server", value),)


def test_a_stub_of_an_unknown_field_keeps_the_value(database):
    assert 'match = { exact = [" x "] }' in start(database, "no.field", " x ")
