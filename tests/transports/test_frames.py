from __future__ import annotations

from ipaddress import ip_address

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6NDOptDstLLAddr, ICMPv6NDOptSrcLLAddr, IPv6
from scapy.layers.l2 import ARP, Dot3, Ether

from scanner.model.permitted import PermittedSpan
from scanner.transports.frames import SNAP, Places, Syn, Who, siphash

MAC, HOP = "02:00:00:00:00:01", "02:00:00:00:00:fe"
KEY = (0x0706050403020100, 0x0F0E0D0C0B0A0908)
PORT = 40_000


def raw(mac):
    return bytes.fromhex(mac.replace(":", ""))


def rows(*packets):
    frames = np.zeros((len(packets), SNAP), dtype=np.uint8)
    for row, packet in zip(frames, packets, strict=True):
        data = bytes(packet)[:SNAP]
        row[: len(data)] = np.frombuffer(data, dtype=np.uint8)
    return frames, np.array([len(bytes(packet)) for packet in packets], dtype=np.uint32)


def syn(source):
    return Syn(raw(MAC), ip_address(source).packed, PORT, np.frombuffer(raw(HOP), dtype=np.uint8), KEY)


def asked(form, target, port):
    packed = np.frombuffer(ip_address(target).packed, dtype=np.uint8)[None, :]
    return bytes(form.ask(np.zeros(1, dtype=np.uint64), packed, np.array([port], dtype=np.uint16))[0])


@given(target=st.ip_addresses(v=4), port=st.integers(1, 65_535))
@settings(max_examples=50, deadline=None)
def test_an_ipv4_question_is_what_scapy_builds(target, port):
    frame = asked(syn("10.0.0.1"), target, port)
    number = TCP(frame[34:]).seq
    built = (
        Ether(dst=HOP, src=MAC)
        / IP(src="10.0.0.1", dst=str(target), id=0, flags="DF")
        / TCP(sport=PORT, dport=port, seq=number, window=64_240, options=[("MSS", 1460)])
    )
    assert frame == bytes(built)


@given(target=st.ip_addresses(v=6), port=st.integers(1, 65_535))
@settings(max_examples=50, deadline=None)
def test_an_ipv6_question_is_what_scapy_builds(target, port):
    frame = asked(syn("fd00::1"), target, port)
    number = TCP(frame[54:]).seq
    built = (
        Ether(dst=HOP, src=MAC)
        / IPv6(src="fd00::1", dst=str(target))
        / TCP(sport=PORT, dport=port, seq=number, window=64_240, options=[("MSS", 1440)])
    )
    assert frame == bytes(built)


def answer(frame, flags, **changed):
    """What a host says to the SYN in ``frame``."""
    question = Ether(frame)
    network = IP if IP in question else IPv6
    fields = {"ack": (question[TCP].seq + 1) % 2**32, "seq": 77, **changed}
    return (
        Ether(src=HOP, dst=MAC)
        / network(src=question[network].dst, dst=question[network].src)
        / TCP(sport=question[TCP].dport, dport=PORT, flags=flags, **fields)
    )


@pytest.mark.parametrize(("source", "target"), [("10.0.0.1", "10.9.8.7"), ("fd00::1", "fd00::9:1")])
def test_answers_are_read_and_closed(source, target):
    form = syn(source)
    first, second = asked(form, target, 80), asked(form, target, 81)
    heard = form.read(*rows(answer(first, "SA"), answer(second, "RA")))
    assert heard.ports.tolist() == [80, 81]
    assert heard.open.tolist() == [True, False]
    assert [str(ip_address(bytes(one))) for one in heard.addresses] == [target, target]
    closing = form.close(heard)
    assert closing is not None
    assert len(closing) == 1
    packet = Ether(bytes(closing[0]))
    question = Ether(first)
    assert (packet.dst, packet.src, packet[TCP].flags, packet[TCP].dport) == (HOP, MAC, "R", 80)
    assert packet[TCP].seq == question[TCP].seq + 1
    sent = packet[TCP].chksum
    del packet[TCP].chksum
    assert Ether(bytes(packet))[TCP].chksum == sent
    assert form.close(heard.pick(np.array([1]))) is None


@pytest.mark.parametrize(
    "changed", [{"ack": 5}, {"sport": 82}, {"dport": 1}, {"flags": "S"}, {"flags": "R"}, {"flags": "SRA"}]
)
def test_what_does_not_prove_the_question_is_no_answer(changed):
    form = syn("10.0.0.1")
    packet = answer(asked(form, "10.9.8.7", 80), "SA")
    for name, value in changed.items():
        setattr(packet[TCP], name, value)
    assert not len(form.read(*rows(packet)).ports)


def test_options_of_the_ip_header_are_passed_over():
    form = syn("10.0.0.1")
    packet = answer(asked(form, "10.9.8.7", 80), "SA")
    packet[IP].options = [b"\x94\x04\x00\x00"]
    assert form.read(*rows(Ether(bytes(packet)))).ports.tolist() == [80]


@given(data=st.binary(max_size=160))
@settings(max_examples=100, deadline=None)
def test_strangers_bytes_never_raise(data):
    for form in (syn("10.0.0.1"), syn("fd00::1")):
        assert not len(form.read(*rows(data)).ports)
    for form in (Who(raw(MAC), bytes(4)), Who(raw(MAC), bytes(16))):
        assert len(form.read(*rows(data)).ports) <= 1


def test_a_mac_a_host():
    hops = np.frombuffer(raw("02:00:00:00:00:0a") + raw("02:00:00:00:00:0b"), dtype=np.uint8).reshape(2, 6)
    form = Syn(raw(MAC), bytes([10, 0, 0, 1]), PORT, hops, KEY)
    ranks = np.array([1, 0], dtype=np.uint64)
    frames = form.ask(ranks, np.zeros((2, 4), dtype=np.uint8), np.array([80, 80], dtype=np.uint16))
    assert [Ether(bytes(frame)).dst[-2:] for frame in frames] == ["0b", "0a"]


def test_arp_is_what_scapy_builds_and_reads():
    form = Who(raw(MAC), ip_address("10.0.0.1").packed)
    built = Ether(dst="ff:ff:ff:ff:ff:ff", src=MAC) / ARP(op=1, hwsrc=MAC, psrc="10.0.0.1", pdst="10.0.0.9")
    assert asked(form, "10.0.0.9", 0) == bytes(built) + bytes(18)
    reply = Ether(dst=MAC, src=HOP) / ARP(op=2, hwsrc=HOP, psrc="10.0.0.9", hwdst=MAC, pdst="10.0.0.1")
    own = Ether(dst=MAC, src=MAC) / ARP(op=2, hwsrc=MAC, psrc="10.0.0.9")
    group = Ether(dst=MAC, src=HOP) / ARP(op=2, hwsrc="01:00:5e:00:00:01", psrc="10.0.0.9")
    heard = form.read(*rows(reply, own, group, Dot3(bytes(reply)[:30])))
    assert [bytes(one) for one in heard.macs] == [raw(HOP)]
    assert [bytes(one) for one in heard.addresses] == [ip_address("10.0.0.9").packed]


def test_neighbour_solicitation_is_what_scapy_builds_and_reads():
    form = Who(raw(MAC), ip_address("fe80::1").packed)
    built = (
        Ether(dst="33:33:ff:34:56:78", src=MAC)
        / IPv6(src="fe80::1", dst="ff02::1:ff34:5678", hlim=255)
        / ICMPv6ND_NS(tgt="fe80::12:3456:7834:5678")
        / ICMPv6NDOptSrcLLAddr(lladdr=MAC)
    )
    assert asked(form, "fe80::12:3456:7834:5678", 0) == bytes(built)
    plain = Ether(dst=MAC, src=HOP) / IPv6(src="fe80::9", dst="fe80::1", hlim=255) / ICMPv6ND_NA(tgt="fe80::9")
    named = plain / ICMPv6NDOptDstLLAddr(lladdr="02:00:00:00:00:77")
    far = plain.copy()
    far[IPv6].hlim = 254
    heard = form.read(*rows(plain, named, far))
    assert [bytes(one) for one in heard.macs] == [raw(HOP), raw("02:00:00:00:00:77")]


SPANS4 = st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 300)), min_size=1, max_size=6)


@given(starts=SPANS4, ports=st.lists(st.integers(1, 65_535), unique=True, min_size=1, max_size=4), wide=st.booleans())
@settings(max_examples=100, deadline=None)
def test_numbers_and_places_are_two_names_of_the_same(starts, ports, wide):
    base = (0xFD00 << 112) + 2**64 - 150 if wide else 0
    spans, reached = [], -1
    for start, length in sorted(starts):
        first = max(start, reached + 1)
        last = first + length
        if last >= 2**32:
            break
        spans.append(PermittedSpan((6 if wide else 4, base + first, base + last)))
        reached = last
    if not spans:
        return
    places = Places(spans, ports)
    every = np.arange(places.count, dtype=np.uint64)
    ranks, at = places.split(every)
    packed = places.packed(ranks)
    expected = [number for _, first, last in spans for number in range(first, last + 1)]
    assert [
        int.from_bytes(bytes(row)) for row in places.packed(np.arange(places.addresses, dtype=np.uint64))
    ] == expected
    numbers, known = places.numbers(packed, at)
    assert known.all()
    assert numbers.tolist() == every.tolist()
    outside = (spans[-1][2] + 1) % 2**32 if not wide else spans[-1][2] + 1
    stranger = np.frombuffer(outside.to_bytes(16 if wide else 4), dtype=np.uint8)[None, :]
    assert places.ranks(stranger)[1].tolist() == [outside in expected]


@pytest.mark.parametrize("spans", [[], [(4, 1, 2), (6, 1, 2)], [(6, 0, 2**70)]])
def test_places_that_cannot_be_are_refused(spans):
    with pytest.raises(ValueError, match="addresses"):
        Places(spans, [80])


def plain_siphash(words, key):
    mask = 2**64 - 1
    v = [
        key[0] ^ 0x736F6D6570736575,
        key[1] ^ 0x646F72616E646F6D,
        key[0] ^ 0x6C7967656E657261,
        key[1] ^ 0x7465646279746573,
    ]

    def turn(x, n):
        return ((x << n) | (x >> (64 - n))) & mask

    def step():
        v[0] = (v[0] + v[1]) & mask
        v[2] = (v[2] + v[3]) & mask
        v[1], v[3] = turn(v[1], 13) ^ v[0], turn(v[3], 16) ^ v[2]
        v[0] = turn(v[0], 32)
        v[2] = (v[2] + v[1]) & mask
        v[0] = (v[0] + v[3]) & mask
        v[1], v[3] = turn(v[1], 17) ^ v[2], turn(v[3], 21) ^ v[0]
        v[2] = turn(v[2], 32)

    for word in [*words, (8 * len(words)) << 56]:
        v[3] ^= word
        step()
        v[0] ^= word
    v[2] ^= 0xFF
    for _ in range(3):
        step()
    return v[0] ^ v[1] ^ v[2] ^ v[3]


@given(
    words=st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=3), key=st.tuples(*[st.integers(0, 2**64 - 1)] * 2)
)
@settings(max_examples=50, deadline=None)
def test_the_cookie_is_siphash(words, key):
    columns = [np.array([word], dtype=np.uint64) for word in words]
    assert siphash(columns, key).tolist() == [plain_siphash(words, key)]
