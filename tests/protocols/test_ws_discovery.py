from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings
from ipycam.config import CameraConfig
from ipycam.onvif import ONVIFService
from wsdiscovery import QName, Scope
from wsdiscovery.actions import probematch
from wsdiscovery.message import createSOAPMessage, parseSOAPMessage
from wsdiscovery.service import Service

from scanner.model.dialogue import Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols import ws_discovery
from tests import strategies
from tests.drive import decoded, values
from tests.protocols import answers

TOKEN = uuid.UUID("13a888a9-f1b1-4020-ae9f-05607682d23b")


def test_a_probe_match_tells_everything_it_holds():
    facts = list(ws_discovery.decode(answers.PROBE_MATCH))
    assert values(facts, "wsd.endpoint") == ["urn:uuid:ec4914fd-936b-11b5-8467-2857be33e0b0"]
    assert values(facts, "wsd.types") == ["NetworkVideoTransmitter Device"]
    assert values(facts, "wsd.scope")[3:5] == [
        "onvif://www.onvif.org/hardware/DS-2CD2T32-I3",
        "onvif://www.onvif.org/name/HIKVISION%20DS-2CD2T32-I3",
    ]
    assert values(facts, "onvif.model") == ["DS-2CD2T32-I3"]
    assert values(facts, "wsd.xaddr") == [
        "http://192.168.100.31/onvif/device_service",
        "http://[fe80::2a57:beff:fe33:e0b0]/onvif/device_service",
    ]
    assert values(facts, "onvif.xmlns") == [
        "tnshik=http://www.hikvision.com/2011/event/topics",
        "hikwsd=http://www.onvifext.com/onvif/ext/ver10/wsdl",
        "hikxsd=http://www.onvifext.com/onvif/ext/ver10/schema",
    ]


def test_a_hello_is_read_like_a_probe_match():
    facts = list(ws_discovery.decode(answers.HELLO))
    assert values(facts, "onvif.model") == ["IPC-HFW2228M-I1-V2"]
    assert values(facts, "wsd.endpoint") == ["uuid:6c93de1c-f7a9-11ee-b7f2-0123456789ab"]


def test_junk_around_the_envelope_changes_nothing():
    assert list(ws_discovery.decode(b"\0\0" + answers.HELLO + b"\0")) == list(ws_discovery.decode(answers.HELLO))


def test_a_mac_scope_is_a_hardware_address():
    # Scope form: public captures 15098440597 and 8209414390.
    hello = answers.HELLO.replace(b"name/Dahua", b"MAC/68:6D:bc:5c:b1:5d")
    assert Fact(Field("onvif.mac"), "68:6d:bc:5c:b1:5d") in list(ws_discovery.decode(hello))
    assert values(ws_discovery.decode(answers.HELLO.replace(b"name/Dahua", b"MAC/none")), "onvif.mac") == []


def test_a_proxy_speaks_for_several_devices():
    match = answers.PROBE_MATCH[
        answers.PROBE_MATCH.index(b"<d:ProbeMatch>") : answers.PROBE_MATCH.index(b"</d:ProbeMatches>")
    ]
    other = match.replace(b"2857be33e0b0", b"2857be33e0b1").replace(b"DS-2CD2T32-I3", b"DS-2CD2T42-I8")
    facts = list(ws_discovery.decode(answers.PROBE_MATCH.replace(match, match + other)))
    assert values(facts, "onvif.model") == ["DS-2CD2T32-I3", "DS-2CD2T42-I8"]
    assert len(values(facts, "wsd.endpoint")) == 2


def test_the_body_decides_not_the_action():
    wrong = answers.PROBE_MATCH.replace(b"discovery/ProbeMatches</wsadis:Action>", b"discovery/Probe</wsadis:Action>")
    assert list(ws_discovery.decode(wrong)) == list(ws_discovery.decode(answers.PROBE_MATCH))


def test_ipycam_is_heard():
    config = CameraConfig(manufacturer="ipycam", model="Virtual-1")
    facts = list(ws_discovery.decode(ONVIFService(config).create_probe_match("urn:uuid:1").encode()))
    assert "NetworkVideoTransmitter" in values(facts, "wsd.types")[0]
    assert values(facts, "wsd.xaddr")


def test_wsdiscovery_is_heard():
    service = Service(
        [QName("http://www.onvif.org/ver10/network/wsdl", "NetworkVideoTransmitter", "dn")],
        [Scope("onvif://www.onvif.org/hardware/M1065-LW")],
        ["http://192.0.2.9/onvif/device_service"],
        "urn:uuid:1",
        "1",
    )
    facts = list(
        ws_discovery.decode(createSOAPMessage(probematch.constructProbeMatch([service], "urn:uuid:2")).encode())
    )
    assert values(facts, "onvif.model") == ["M1065-LW"]
    assert list(ws_discovery.decode(createSOAPMessage(probematch.constructProbeMatch([], "urn:uuid:2")).encode())) == []


def test_wsdiscovery_reads_the_probes():
    read = [parseSOAPMessage(probe, "192.0.2.1") for probe in ws_discovery.encode(TOKEN)]
    assert [[qname.getLocalname() for qname in envelope.getTypes()] for envelope in read] == [
        ["NetworkVideoTransmitter"], ["Device"], [],
    ]  # fmt: skip
    assert all(envelope.getAction().endswith("/Probe") for envelope in read)


def test_our_own_probe_tells_nothing():
    assert [list(ws_discovery.decode(probe)) for probe in ws_discovery.encode(TOKEN)] == [[], [], []]


def test_probes_have_no_line_ends_and_ids_of_their_own():
    probes = ws_discovery.encode(TOKEN)
    assert not any(b"\n" in probe or b"\r" in probe for probe in probes)
    ids = {probe.partition(b"urn:uuid:")[2][:36] for probe in (*probes, *ws_discovery.encode(uuid.UUID(int=1)))}
    assert len(ids) == 6
    assert ws_discovery.encode(TOKEN) == probes


def test_a_bye_tells_nothing():
    assert list(ws_discovery.decode(answers.HELLO.replace(b"d:Hello>", b"d:Bye>"))) == []


@pytest.mark.parametrize(
    "raw", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"<ProbeMatch><MAC>1</MAC></ProbeMatch>", b"<Envelope/>"]
)
def test_what_is_no_envelope_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(ws_discovery.decode(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(answers.WS_DISCOVERY))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(ws_discovery.decode, raw, ws_discovery.SPEC.fields)
