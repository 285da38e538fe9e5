import dns.flags
import dns.message
import dns.rdatatype
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.lab.records import answer
from scanner.lab.transcript import parse

TRANSCRIPT = parse(
    "# source: a public place\n"
    ">> _ipp._tcp.local PTR\n"
    "<< _ipp._tcp.local. 10 IN PTR My\\032Printer._ipp._tcp.local.\n"
    "<+ My\\032Printer._ipp._tcp.local. 10 IN SRV 0 0 {port:631} p.local.\n"
    '<+ My\\032Printer._ipp._tcp.local. 10 IN TXT "ty=A B" "x=1"\n'
    "<+ p.local. 10 IN A {host}\n",
    "dns",
    "t.txt",
)
SLOTS = {"host": "127.66.0.9", "port:631": "10631"}


def test_a_plain_resolver_gets_its_id_and_question_back():
    query = dns.message.make_query("_ipp._tcp.local", "PTR", id=4711)
    reply = answer(query.to_wire(), 40000, TRANSCRIPT, SLOTS)
    assert reply is not None
    message = dns.message.from_wire(reply)
    assert message.id == 4711
    assert message.question == query.question
    assert message.flags == dns.flags.QR | dns.flags.AA
    assert [str(r) for r in message.answer] == ["_ipp._tcp.local. 10 IN PTR My\\032Printer._ipp._tcp.local."]
    assert {dns.rdatatype.to_text(r.rdtype): str(r[0]) for r in message.additional} == {
        "SRV": "0 0 10631 p.local.",
        "TXT": '"ty=A B" "x=1"',
        "A": "127.66.0.9",
    }


def test_a_multicast_querier_gets_neither():
    query = dns.message.make_query("_ipp._tcp.local", "PTR", id=4711)
    reply = answer(query.to_wire(), 5353, TRANSCRIPT, SLOTS)
    assert reply is not None
    message = dns.message.from_wire(reply)
    assert message.id == 0
    assert not message.question
    assert message.answer


def test_other_questions_and_answers_are_not_answered():
    assert answer(dns.message.make_query("_rtsp._tcp.local", "PTR").to_wire(), 5353, TRANSCRIPT, SLOTS) is None
    response = dns.message.make_response(dns.message.make_query("_ipp._tcp.local", "PTR"))
    assert answer(response.to_wire(), 5353, TRANSCRIPT, SLOTS) is None


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_garbage_is_not_answered(request: bytes):
    assert answer(request, 40000, TRANSCRIPT, SLOTS) is None
