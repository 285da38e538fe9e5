from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.dialogue import Malformed, WebReply
from scanner.protocols import upnp
from scanner.protocols._message import read_reply
from tests import strategies
from tests.drive import browse, decoded
from tests.protocols import answers, discoveries


def test_a_description_is_read():
    assert {fact.field: fact.value for fact in upnp.decode(discoveries.UPNP_AXIS)} == {
        "upnp.device_type": "urn:schemas-upnp-org:device:Basic:1",
        "upnp.friendly_name": "AXIS M1014 - ACCC8E270AD8",
        "upnp.manufacturer": "AXIS",
        "upnp.model_name": "AXIS M1014",
        "upnp.model_number": "M1014",
        "upnp.serial": "ACCC8E270AD8",
        "upnp.mac": "ACCC8E270AD8",
    }


@pytest.mark.parametrize(
    ("serial", "is_mac"),
    [
        ("28:57:be:00:00:01", True),
        ("00-11-32-5E-44-96", True),
        ("0011325e4496", True),
        ("210235012345", False),  # a number
        ("00:11-32:5e:44:96", False),
        ("01:00:5e:00:00:fb", False),  # a group's
        ("28:57:be:", False),
        ("DS-ACCC8E270AD8", False),
        ("ACCC8E270AD80", False),
    ],
)
def test_a_serial_number_that_is_a_hardware_address_is_told_as_one(serial: str, is_mac: bool):
    page = read_reply(discoveries.UPNP_AXIS)
    body = page.body.replace(b"<serialNumber>ACCC8E270AD8<", b"<serialNumber>" + serial.encode() + b"<")
    told = [(fact.field, fact.value) for fact in upnp.facts(WebReply(200, (), body)) if fact.value == serial]
    assert told == [("upnp.serial", serial), *([("upnp.mac", serial)] if is_mac else [])]


def test_devices_inside_are_not_the_device():
    assert {fact.field: fact.value for fact in upnp.decode(discoveries.UPNP_SWANN)} == {
        "upnp.device_type": "urn:schemas-upnp-org:device:EmbeddedNetDevice:1",
        "upnp.friendly_name": "SWANN 192.168.4.20",
        "upnp.manufacturer": "SWANN",
        "upnp.model_name": "SWANN DVR8-1550",
    }


def test_the_usual_path_is_asked_for():
    facts, asked = browse(upnp.ask("192.0.2.1", 80), {"/upnpdevicedesc.xml": read_reply(discoveries.UPNP_SWANN)})
    assert facts == list(upnp.decode(discoveries.UPNP_SWANN))
    assert [(ask.method, ask.path, ask.body) for ask in asked] == [("GET", "/upnpdevicedesc.xml", b"")]


@pytest.mark.parametrize("raw", [answers.APPWEBS_ROOT, answers.APPWEBS_401, None])
def test_something_else_there_is_no_error(raw: bytes | None):
    page = None if raw is None else read_reply(raw)
    facts, asked = browse(upnp.ask("192.0.2.1", 80), {"/upnpdevicedesc.xml": page})
    assert facts == []
    assert len(asked) == 1


@pytest.mark.parametrize(
    "path", ["/rootDesc.xml", "/ssdp/desc-DSM-eth0.xml", "/igddesc.xml", "/a/b_c/d~e.XML", "/uuid:1-2/description.xml"]
)
def test_an_announced_description_is_asked_for(path: str):
    facts, asked = browse(upnp.follow("192.0.2.1", 45895, path), {path: read_reply(discoveries.UPNP_AXIS)})
    assert facts == list(upnp.decode(discoveries.UPNP_AXIS))
    assert [ask.path for ask in asked] == [path]


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "x.xml", "/reboot", "/a.xml?user=admin", "/cgi-bin/x.cgi?y=.xml", "//other/x.xml", "/../x.xml",
        "/a/../b.xml", "/x.xml#y", "/%2e%2e/x.xml", "/x y.xml", "/x.xml\r\nHost: y", "/a.xml/b", "/x.xml\n",
        "/" + "a/" * 20 + "x.xml", "/" + "a" * 200 + ".xml",
    ],
)  # fmt: skip
def test_what_may_be_more_than_a_file_is_not(path: str):
    assert browse(upnp.follow("192.0.2.1", 80, path), {}) == ([], [])


@given(st.text(max_size=40))
def test_no_path_leads_elsewhere(path: str):
    _, asked = browse(upnp.follow("192.0.2.1", 80, path), {})
    for ask in asked:
        assert ask.path.endswith((".xml", ".XML")) or ask.path.lower().endswith(".xml")
        assert not set(ask.path) & set("?#%\\ \r\n")


@pytest.mark.parametrize(
    "raw",
    [
        b"", answers.APPWEBS_ROOT, discoveries.described(b"<root/>"), discoveries.described(b"<device/>"),
        discoveries.UPNP_AXIS.replace(b"200 OK", b"404 Not Found"), discoveries.described(b"<x><device/></x>"),
    ],
)  # fmt: skip
def test_what_is_none_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(upnp.decode(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(discoveries.UPNP))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(upnp.decode, raw, upnp.SPEC.fields)
