import struct
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.importers import traffic
from scanner.importers.importer import BadPart
from scanner.importers.traffic import Traffic
from scanner.model.observation import Observation
from tests.importers import packets
from tests.importers.packets import arp, conversation, dhcp, ethernet, frame, get, http, ip, tcp, udp
from tests.protocols import announcements, answers, neighbours

NEAR, CAM, CAM6 = "10.0.0.1", "10.0.0.5", "2001:db8::5"
MAC = bytes.fromhex("5850ed1fe385")


def told(frames, link=1):
    return list(Traffic().read((packets.START + number, link, data) for number, data in enumerate(frames)))


def values(items, field):
    return [item.value for item in items if item.field == field]


PAGE = conversation(NEAR, CAM, 8080, [(get(), http(b"<title>index</title>", "Server: App-webs/"))])


def test_a_web_page_is_told_with_port_time_and_protocol():
    (server,) = [item for item in told(PAGE) if item.field == "http.server"]
    assert (server.subject.address, server.subject.carrier, server.subject.port) == (CAM, "tcp", 8080)
    assert server.value == "App-webs/"
    assert server.provenance.source == "http"
    assert server.provenance.reporter is None
    assert server.provenance.observed_at.timestamp() == packets.START + 4


def test_an_open_port_is_one_that_answers():
    assert values(told(PAGE), "open.tcp") == ["8080"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_segments_may_be_small_repeated_and_out_of_order(data):
    page = http(b"<title>index</title>" + b"<p>" * 100, "Server: App-webs/", "ETag: x")
    opened = conversation(NEAR, CAM, 80, [(get(), page)], mss=data.draw(st.integers(20, 200)), close=False)
    answer = data.draw(st.permutations(opened[4:] + data.draw(st.lists(st.sampled_from(opened[4:]), max_size=3))))
    items = told(opened[:4] + answer)
    assert values(items, "http.server") == ["App-webs/"]
    assert values(items, "http.title") == ["index"]


def test_a_hole_costs_one_response_and_not_the_next():
    first, second = http(b"<title>one</title>" + b"x" * 5000, "Server: one"), http(b"<title>two</title>", "Server: two")
    whole = conversation(NEAR, CAM, 80, [(get(), first), (get(), second)], mss=1000, close=False)
    holed = whole[:5] + whole[6:]
    many = [tcp(CAM, 80, NEAR, 40000, 900_000 + n * 10, b"y" * 5) for n in range(150)]
    later = [tcp(CAM, 80, NEAR, 40000, 2_000_000, second)]
    assert "two" in values(told(holed + many + later), "http.server")


def test_a_capture_that_begins_in_the_middle_catches_up():
    answer = tcp(CAM, 80, NEAR, 40000, 7777, http(b"", "Server: two"))
    middle = [tcp(CAM, 80, NEAR, 40000, 5000, b"the rest of something"), answer]
    assert values(told(middle), "http.server") == ["two"]


def test_what_was_not_finished_is_told_at_the_end():
    cut = [*PAGE[:4], tcp(CAM, 8080, NEAR, 40000, 6000, http(b"<title>cut</title>" + b"x" * 500)[:-100])]
    assert values(told(cut), "http.title") == ["cut"]


def test_ipv6_and_its_extension_headers():
    page = conversation("2001:db8::1", CAM6, 80, [(get(), http(b"", "Server: six"))])
    assert values(told(page), "http.server") == ["six"]
    segment = struct.pack("!HHIIBBHHH", 80, 40000, 1, 0, 0x50, 0x18, 1, 0, 0) + http(b"", "Server: hop")
    hop = bytes((6, 0)) + bytes(6) + segment
    items = told([frame(CAM6, "2001:db8::1", 0, hop)])
    assert [(item.subject.address, item.value) for item in items if item.field == "http.server"] == [(CAM6, "hop")]


@pytest.mark.parametrize("tags", [(7,), (7, 8)])
def test_vlan_tags(tags):
    body = udp(CAM, 5353, "224.0.0.251", 5353, answers.MDNS[0])[14:]
    assert values(told([ethernet(0x0800, body, tags=tags)]), "mdns.service")


def test_other_link_layers():
    body = udp(CAM, 5353, "224.0.0.251", 5353, answers.MDNS[0])[14:]
    cooked = bytes(14) + b"\x08\x00" + body
    cooked2 = b"\x08\x00" + bytes(18) + body
    null = b"\x02\0\0\0" + body
    for link, data in ((113, cooked), (276, cooked2), (101, body), (228, body), (0, null)):
        assert values(told([data], link), "mdns.service"), link
    assert told([body], 147) == []


def test_ip_options_and_fragments():
    page = tcp(CAM, 80, NEAR, 40000, 1, http(b"", "Server: opt"))[34:]
    assert values(told([ethernet(0x0800, ip(CAM, NEAR, 6, page, options=b"\x01" * 8))]), "http.server") == ["opt"]
    assert told([ethernet(0x0800, ip(CAM, NEAR, 6, page, offset=100))]) == []


def test_arp_is_its_sender_and_ip_headers_tell_no_hardware_address():
    (item,) = [item for item in told([arp(CAM, MAC), *PAGE]) if item.field == "link.mac"]
    assert (item.subject.address, item.value, item.provenance.reporter) == (CAM, "58:50:ed:1f:e3:85", None)


def test_neighbour_discovery_is_told_like_arp():
    items = [item for packet in neighbours.ALL for item in told([ethernet(0x86DD, packet)])]
    assert [(item.subject.address, item.field, item.value, item.provenance.source) for item in items] == [
        ("fe80::ff:fe00:2", "link.mac", "02:00:00:00:00:02", "ndp"),
        ("fd00:99::1", "link.mac", "ce:33:79:81:4d:01", "ndp"),
        ("fd00:99::2", "link.mac", "02:00:00:00:00:02", "ndp"),
    ]


def test_sadp_on_the_link_names_devices_without_an_address():
    numbers = (0x21, 2, 1, 0xF6, 1, 6, 4, 4, 0, 0)
    addresses = (MAC, ip_address(CAM).packed, bytes(6), bytes(4), bytes(4))
    head = struct.pack("!BBBBIBBBBH6s4s6s4s4s", *numbers, *addresses)
    nobody = head[:20] + bytes(4) + head[24:]
    for payload, subject in ((head, CAM), (nobody, MAC.hex(":"))):
        items = told([ethernet(0x8033, payload + bytes(208), source=MAC)])
        assert {item.subject.address for item in items} == {subject}
        assert values(items, "link.mac") == ["58:50:ed:1f:e3:85"]
        assert values(items, "sadp.mac")


def test_lldp_and_cdp_name_their_senders():
    snap = b"\xaa\xaa\x03\x00\x00\x0c\x20\x00" + announcements.CDP_PHONE
    items = told([ethernet(0x88CC, announcements.LLDP_CAMERA, source=MAC), ethernet(len(snap), snap, source=MAC)])
    assert [(item.subject.address, item.field, item.provenance.source) for item in items] == [
        (CAM, "lldp.system_name", "lldp"),
        (CAM, "lldp.system_description", "lldp"),
        (CAM, "link.mac", "lldp"),
        (CAM, "cdp.device", "cdp"),
        (CAM, "cdp.version", "cdp"),
        (CAM, "cdp.platform", "cdp"),
    ]


def test_dhcp_speaks_of_the_client():
    request = dhcp(options=((50, bytes((10, 0, 0, 5))), (12, b"cam-5"), (60, b"dvr")))
    ack = dhcp(operation=2, kind=5, your="10.0.0.6", mac=b"\x58\x50\xed\0\0\6")
    items = told([udp("0.0.0.0", 68, "255.255.255.255", 67, request), udp("10.0.0.2", 67, "10.0.0.6", 68, ack)])
    assert [(i.subject.address, i.field, i.value, i.provenance.reporter) for i in items] == [
        (CAM, "link.mac", "58:50:ed:1f:e3:85", None),
        (CAM, "dhcp.vendor_class", "dvr", None),
        (CAM, "dhcp.hostname", "cam-5", None),
        ("10.0.0.6", "link.mac", "58:50:ed:00:00:06", "10.0.0.2"),
    ]


def test_discovery_answers_by_port_and_by_who_asked():
    hello = answers.WS_DISCOVERY[0]
    usual = told([udp(CAM, 3702, NEAR, 50000, hello)])
    announced = told([udp(CAM, 50001, "239.255.255.250", 3702, hello)])
    odd = told([udp(NEAR, 50000, "239.255.255.250", 3702, b"<probe/>"), udp(CAM, 50001, NEAR, 50000, hello)])
    unasked = told([udp(CAM, 50001, NEAR, 50000, hello)])
    for items in (usual, announced, odd):
        assert {item.subject.address for item in items if item.field == "wsd.endpoint"} == {CAM}
    assert unasked == []
    assert values(usual, "open.udp") == ["3702"]


def test_a_question_to_a_device_is_not_its_answer():
    assert told([udp(NEAR, 50000, CAM, 3702, answers.WS_DISCOVERY[0])]) == []


def test_the_same_is_told_once():
    assert len(told([arp(CAM, MAC)] * 5)) == 1
    assert told(PAGE * 3) == told(PAGE)


def test_what_is_held_is_bounded(monkeypatch):
    monkeypatch.setattr(traffic, "MAX_PENDING", 10_000)
    monkeypatch.setattr(traffic, "MAX_TALKING", 8)
    monkeypatch.setattr(traffic, "MAX_FLOWS", 50)
    reader = Traffic()
    half = http(b"x" * 4000)[:3000]
    frames = [(1.0, 1, tcp(CAM, 80, NEAR, port, 1, half)) for port in range(2000, 2300)]
    for item in reader.read(frames):
        assert isinstance(item, Observation)
        assert len(reader._talking) <= 8
        assert len(reader._flows) <= 50
        assert reader._pending <= 10_000 + 3000
    assert reader._pending == 0


def test_bad_parts_pass_through():
    bad = BadPart("packet 1", "x")
    assert list(Traffic().read([bad])) == [bad]


SEEDS = [*PAGE, *(ethernet(0x86DD, packet) for packet in neighbours.ALL), arp(CAM, MAC), udp("0.0.0.0", 68, "255.255.255.255", 67, dhcp()), udp(CAM, 5353, NEAR, 5353, answers.MDNS[0]),
         *conversation("2001:db8::1", CAM6, 554, [(b"OPTIONS", answers.RTSP[0])]), udp(CAM, 3702, NEAR, 9, answers.WS_DISCOVERY[0])]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(SEEDS), st.integers(0, 2000), st.binary(max_size=6)), max_size=30),
    st.sampled_from([1, 0, 101, 113, 276]),
)
def test_any_frames_give_observations_alone(parts, link):
    frames = []
    for seed, place, junk in parts:
        raw = bytearray(seed)
        at = place % (len(raw) + 1)
        raw[at : at + len(junk)] = junk
        frames.append(bytes(raw[: max(len(raw) - at // 3, 0)] if at % 5 == 0 else raw))
    reader = Traffic()
    items = list(reader.read((1.0, link, data) for data in frames))
    assert all(isinstance(item, Observation) for item in items)
    assert reader._pending == 0
