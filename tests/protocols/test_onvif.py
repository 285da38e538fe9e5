from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ipycam.config import CameraConfig
from ipycam.onvif import ONVIFService

from scanner.model.dialogue import Fact, Malformed, WebAsk, WebReply
from scanner.model.observation import MAX_VALUE
from scanner.protocols import onvif
from tests import strategies
from tests.drive import browse, decoded, values
from tests.protocols import answers

DEVICE = "http://www.onvif.org/ver10/device/wsdl"
CHALLENGE = 'Digest realm="Login to dd1176c88fde59a5d01a6be0c45b9630"'


def ok(body: bytes) -> WebReply:
    return WebReply(200, (("Content-Type", "application/soap+xml"),), body, onvif.PATH)


def converse(*replies: WebReply | None):
    """Answer the dialogue in order, whatever it asks; facts and the operations asked for."""
    left = iter(replies)
    facts: list[Fact] = []
    asked: list[WebAsk] = []
    dialogue = onvif.ask("192.0.2.1", 80)
    try:
        said = next(dialogue)
        while True:
            if isinstance(said, Fact):
                facts.append(said)
                said = next(dialogue)
            else:
                asked.append(said)
                said = dialogue.send(next(left, None))
    except StopIteration:
        return facts, [ask.body.partition(b"<s:Body><")[2].partition(b" ")[0].decode() for ask in asked]


def test_device_information_is_read_where_it_is_open():
    facts = list(onvif.facts(ok(answers.DEVICE_INFORMATION)))
    assert values(facts, "onvif.manufacturer") == ["HIKVISION"]
    assert values(facts, "onvif.model") == ["DS-2CD2012-I"]
    assert values(facts, "onvif.firmware") == ["V5.2.0 build 140721"]
    assert values(facts, "onvif.serial") == ["DS-2CD2012-I20150201CCWR501088621"]
    assert values(facts, "onvif.hardware_id") == ["88"]
    assert values(facts, "onvif.service") == [DEVICE]
    assert len(values(facts, "onvif.xmlns")) == 3


def test_services_are_listed():
    assert values(onvif.facts(ok(answers.SERVICES)), "onvif.service") == [
        DEVICE, "http://www.onvif.org/ver20/media/wsdl", "http://www.axis.com/vapix/ws/action1",
    ]  # fmt: skip


def test_only_the_list_of_services_lists_services():
    other = answers.SERVICES.replace(b"GetServicesResponse", b"GetServiceCapabilitiesResponse")
    assert values(onvif.facts(ok(other)), "onvif.service") == [DEVICE]


def test_services_are_capped():
    entries = b"".join(
        b"<tds:Service><tds:Namespace>urn:%d</tds:Namespace></tds:Service>" % number for number in range(500)
    )
    many = answers.SERVICES.replace(b"<tds:Service>", entries + b"<tds:Service>", 1)
    assert len(values(onvif.facts(ok(many)), "onvif.service")) == onvif.MAX_SERVICES


def test_a_long_namespace_is_cut():
    long = answers.SERVICES.replace(b"ver10/device/wsdl", b"x" * 9000)
    assert all(len(value) <= MAX_VALUE for value in values(onvif.facts(ok(long)), "onvif.service"))


def test_scopes_are_listed():
    facts = list(onvif.facts(ok(answers.SCOPES)))
    assert values(facts, "wsd.scope") == [
        "onvif://www.onvif.org/hardware/TV-IP320PI",
        "onvif://www.onvif.org/name/TV-IP320PI",
    ]
    assert values(facts, "onvif.model") == ["TV-IP320PI"]


@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_a_fault_shows_that_onvif_is_spoken_whatever_its_status(status: int):
    assert values(onvif.facts(WebReply(status, (), answers.FAULT)), "onvif.service") == [DEVICE]


def test_a_fault_of_another_soap_service_is_not_onvif():
    fault = answers.FAULT.replace(b"http://www.onvif.org/ver10/error", b"http://example.org/error")
    assert values(onvif.facts(WebReply(500, (), fault)), "onvif.service") == []


def test_ipycam_is_understood():
    service = ONVIFService(CameraConfig(manufacturer="ipycam", model="Virtual-1"))
    facts = list(onvif.facts(ok(service.get_device_information().encode())))
    assert values(facts, "onvif.manufacturer") == ["ipycam"]
    assert values(facts, "onvif.model") == ["Virtual-1"]


def test_an_open_device_is_asked_four_things():
    facts, asked = converse(
        *map(ok, (answers.SYSTEM_TIME, answers.DEVICE_INFORMATION, answers.SERVICES, answers.SCOPES))
    )
    assert asked == ["GetSystemDateAndTime", "GetDeviceInformation", "GetServices", "GetScopes"]
    assert values(facts, "onvif.service").count(DEVICE) == 1
    assert values(facts, "wsd.scope")


def test_a_closed_device_is_not_asked_for_scopes():
    refusal = WebReply(401, (("WWW-Authenticate", CHALLENGE),), b"")
    facts, asked = converse(ok(answers.SYSTEM_TIME), refusal, ok(answers.SERVICES))
    assert asked == ["GetSystemDateAndTime", "GetDeviceInformation", "GetServices"]
    assert values(facts, "http.www_authenticate") == [CHALLENGE]


@pytest.mark.parametrize(
    ("reply", "challenges"),
    [
        (None, []),
        (WebReply(404, (), b"<html><body>Not Found</body></html>"), []),
        (WebReply(200, (), b"<!doctype html><html></html>"), []),
        (WebReply(401, (("www-authenticate", CHALLENGE),), b""), [CHALLENGE]),
    ],
)
def test_something_else_is_asked_once(reply: WebReply | None, challenges: list[str]):
    facts, asked = converse(reply)
    assert len(asked) == 1
    assert [fact.value for fact in facts] == challenges


def test_questions_carry_no_credentials_and_change_nothing():
    _, asked = browse(onvif.ask("192.0.2.1", 80), {onvif.PATH: ok(answers.DEVICE_INFORMATION)})
    for ask in asked:
        assert ask.method == "POST"
        assert b"Security" not in ask.body
        assert b"<Get" in ask.body
        assert [name for name, _ in ask.headers] == ["Content-Type"]


def test_a_raw_response_is_decoded():
    facts = [list(onvif.decode(raw)) for raw in answers.ONVIF]
    assert values(facts[1], "onvif.model") == ["DS-2CD2012-I"]
    assert values(facts[5], "http.www_authenticate") == [CHALLENGE]


def test_a_web_page_is_malformed():
    with pytest.raises(Malformed):
        list(onvif.decode(b"HTTP/1.1 200 OK\r\n\r\n<html></html>"))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(answers.ONVIF))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(onvif.decode, raw, onvif.SPEC.fields)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.one_of(st.none(), st.binary(max_size=200), st.sampled_from((answers.FAULT, answers.SCOPES))), max_size=5
    )
)
def test_no_answer_stops_a_dialogue_with_an_error(bodies: list[bytes | None]):
    _, asked = converse(*(body if body is None else WebReply(200, (), body) for body in bodies))
    assert 1 <= len(asked) <= 4
