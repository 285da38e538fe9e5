from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings

from scanner.model.dialogue import Malformed
from scanner.protocols import ssdp
from tests import strategies
from tests.drive import decoded, values
from tests.protocols import discoveries


def test_both_searches_are_as_the_architecture_has_them():
    everything, roots = ssdp.encode(uuid.uuid4())
    assert everything == (
        b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 2\r\nST: ssdp:all\r\n\r\n'
    )
    assert roots == everything.replace(b"ssdp:all", b"upnp:rootdevice")


def test_an_answer_is_read():
    facts = list(ssdp.decode(discoveries.SSDP_AXIS))
    assert [(fact.field, fact.value) for fact in facts] == [
        ("ssdp.server", "Linux/2.6.35, UPnP/1.0, Portable SDK for UPnP devices/1.6.18"),
        ("ssdp.st", "urn:axis-com:service:BasicService:1"),
        ("ssdp.location", "http://192.168.1.110:45895/rootdesc1.xml"),
        ("ssdp.usn", "uuid:Upnp-BasicDevice-1_0-ACCC8E270AD8::urn:axis-com:service:BasicService:1"),
    ]


def test_an_announcement_is_read_like_an_answer():
    facts = list(ssdp.decode(discoveries.SSDP_NOTIFY))
    assert values(facts, "ssdp.server") == ["FRITZ!Box 7590 UPnP/1.0 AVM FRITZ!Box 7590 154.07.19"]
    assert values(facts, "ssdp.st") == ["upnp:rootdevice"]
    assert values(facts, "ssdp.location") == ["http://192.168.178.1:49000/igddesc.xml"]
    assert values(facts, "ssdp.usn") == ["uuid:75802409-bccb-40e7-8e6c-989BCB2B93B0::upnp:rootdevice"]


def test_farewells_and_searches_tell_nothing():
    assert list(ssdp.decode(discoveries.SSDP_NOTIFY.replace(b"ssdp:alive", b"ssdp:byebye"))) == []
    assert [list(ssdp.decode(search)) for search in ssdp.encode(uuid.uuid4())] == [[], []]


def test_the_same_twice_is_told_once():
    twice = discoveries.SSDP_AXIS.replace(b"EXT:", b"SERVER: x\r\nServer: x")
    assert values(ssdp.decode(twice), "ssdp.server").count("x") == 1


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n\r\n", b"HTTP/1.1 404 Not Found\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\0" * 40]
)
def test_what_is_none_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(ssdp.decode(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(discoveries.SSDP))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(ssdp.decode, raw, ssdp.SPEC.fields)
