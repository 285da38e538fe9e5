from __future__ import annotations

import uuid

import dns.name
import pytest
from hypothesis import given, settings
from zeroconf import const as mdns_const
from zeroconf._protocol.incoming import DNSIncoming

from scanner.model.dialogue import Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols import mdns
from tests import strategies
from tests.drive import decoded, values
from tests.protocols import answers

TOKEN = uuid.UUID("13a888a9-f1b1-4020-ae9f-05607682d23b")


def record(owner: str, kind: int, data: bytes) -> bytes:
    name = dns.name.from_text(owner).to_wire()
    assert name is not None
    return name + kind.to_bytes(2, "big") + b"\x80\x01" + bytes(4) + len(data).to_bytes(2, "big") + data


def response(*records: bytes) -> bytes:
    return b"\0\0\x84\0" + bytes(2) + len(records).to_bytes(2, "big") + bytes(4) + b"".join(records)


def test_an_announcement_tells_service_instance_host_and_entries():
    assert list(mdns.decode(answers.MDNS_ANNOUNCEMENT)) == [
        Fact(Field("mdns.service"), "_axis-video._tcp.local."),
        Fact(Field("mdns.instance"), "AXIS M1065-LW - 00408C123456"),
        Fact(Field("mdns.host"), "axis-00408c123456.local."),
        Fact(Field("mdns.txt"), "macaddress=00408C123456"),
    ]


def test_a_subtype_is_told_as_its_service():
    target = dns.name.from_text("cam._http._tcp.local.").to_wire()
    assert target is not None
    facts = list(mdns.decode(response(record("_printer._sub._http._tcp.local.", 12, target))))
    assert values(facts, "mdns.service") == ["_http._tcp.local."]
    assert values(facts, "mdns.instance") == ["cam"]


def test_an_instance_with_dots_and_umlauts_is_one_label():
    label = "Büro 1. Stock".encode()
    target = bytes((len(label),)) + label + dns.name.from_text("_rtsp._tcp.local.").to_wire()  # type: ignore[operator]
    facts = list(mdns.decode(response(record("_rtsp._tcp.local.", 12, target))))
    assert values(facts, "mdns.instance") == ["Büro 1. Stock"]


def test_a_broken_record_does_not_hide_the_next():
    facts = list(
        mdns.decode(response(record("a._http._tcp.local.", 33, b"\0"), record("a._http._tcp.local.", 16, b"\3k=v")))
    )
    assert values(facts, "mdns.txt") == ["k=v"]
    assert values(facts, "mdns.host") == []


def test_an_empty_txt_record_tells_only_its_owner():
    facts = list(mdns.decode(response(record("a._http._tcp.local.", 16, b""))))
    assert [fact.field for fact in facts] == ["mdns.service", "mdns.instance"]


def test_a_query_tells_nothing():
    assert [list(mdns.decode(query)) for query in mdns.encode(TOKEN)] == [[], []]


def test_zeroconf_reads_the_queries():
    general, cameras = (DNSIncoming(query) for query in mdns.encode(TOKEN))
    assert [question.name for question in general.questions] == ["_services._dns-sd._udp.local."]
    assert {"_axis-video._tcp.local.", "_CGI._tcp.local.", "_psia._tcp.local."} <= {q.name for q in cameras.questions}
    for message in (general, cameras):
        assert message.is_query()
        assert all(question.unique for question in message.questions)
        assert all(question.type == mdns_const._TYPE_PTR for question in message.questions)


def test_the_message_id_comes_from_the_token():
    assert {query[:2] for query in mdns.encode(TOKEN)} == {b"\xd2\x3b"}


def test_facts_of_one_message_are_capped():
    entries = [record(f"i{n}._http._tcp.local.", 16, b"\3k=v") for n in range(500)]
    assert len(list(mdns.decode(response(*entries)))) == mdns.MAX_FACTS


@pytest.mark.parametrize(
    "raw", [b"", b"\0" * 11, answers.MDNS_ANNOUNCEMENT[:40], b"\0\0\x84\0\0\0\0\1\0\0\0\0\xc0\x0c"]
)
def test_what_breaks_off_is_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(mdns.decode(raw))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(answers.MDNS))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(mdns.decode, raw, mdns.SPEC.fields)
