import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.importers.frames import MAX_EMPTY, MAX_FRAME, is_capture, read_frames
from scanner.importers.importer import BadPart, Unreadable
from tests.importers import packets

FRAMES = [b"\x01" * 60, b"\x02" * 61, b"", b"\x03" * 1514]


def frames_of(raw: bytes):
    return list(read_frames(io.BytesIO(raw)))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nano", [False, True])
def test_pcap_in_both_orders_and_resolutions(order, nano):
    found = frames_of(packets.pcap(FRAMES, order=order, nano=nano, link=113))
    assert [(link, data) for _, link, data in found] == [(113, data) for data in FRAMES]
    assert found[1][0] == pytest.approx(packets.START + 1, abs=1e-4)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("resolution", [6, 9])
def test_pcapng_in_both_orders_and_resolutions(order, resolution):
    found = frames_of(packets.pcapng(FRAMES, order=order, resolution=resolution))
    assert [data for _, _, data in found] == FRAMES
    assert found[3][0] == pytest.approx(packets.START + 3, abs=1e-4)


def test_unknown_blocks_and_new_sections_are_passed_over():
    raw = packets.pcapng(FRAMES[:1]) + packets.block(5, b"statistics") + packets.pcapng(FRAMES[1:2], order=">")
    assert [data for _, _, data in frames_of(raw)] == FRAMES[:2]


@pytest.mark.parametrize("write", [packets.pcap, packets.pcapng])
def test_a_truncated_file_gives_what_it_holds_and_says_so(write):
    whole = write(FRAMES)
    *found, bad = frames_of(whole[:-700])
    assert [data for _, _, data in found] == FRAMES[:3]
    assert isinstance(bad, BadPart)
    assert bad.where.startswith("packet 4 (byte ")
    assert "breaks off" in bad.reason


def test_a_length_that_makes_no_sense_ends_the_file():
    raw = bytearray(packets.pcap(FRAMES))
    raw[24 + 16 + 60 + 8 : 24 + 16 + 60 + 12] = (MAX_FRAME + 1).to_bytes(4, "little")
    first, bad = frames_of(bytes(raw))
    assert first[2] == FRAMES[0]
    assert bad.where == "packet 2 (byte 100)"


def test_a_packet_of_an_unknown_interface_is_left_out():
    raw = bytearray(packets.pcapng(FRAMES[:1]))
    at = raw.index(b"\x06\0\0\0", 60)
    raw[at + 8] = 7
    (bad,) = frames_of(bytes(raw))
    assert bad == BadPart("packet 1", "it names an unknown interface")


@pytest.mark.parametrize("raw", [b"", b"\xd4\xc3\xb2\xa1", b"PK\x03\x04" + bytes(40), b"\x0a\x0d\x0d\x0a" + bytes(40)])
def test_what_is_no_capture_is_unreadable(raw):
    with pytest.raises(Unreadable):
        frames_of(raw)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_gives_frames_and_bad_parts_alone(data):
    raw = bytearray(data.draw(st.sampled_from([packets.pcap(FRAMES), packets.pcapng(FRAMES)])))
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.integers(0, len(raw)))]
    try:
        found = frames_of(bytes(raw))
    except Unreadable:
        return
    assert is_capture(bytes(raw))
    assert all(isinstance(item, BadPart) or isinstance(item[2], bytes) for item in found)


def test_zeros_without_end_are_no_packets():
    raw = packets.pcap([packets.arp("10.0.0.5", b"\x58\x50\xed\0\0\1")]) + bytes(16 * (MAX_EMPTY + 10))
    *frames, bad = read_frames(io.BytesIO(raw))
    assert len(frames) == MAX_EMPTY + 1
    assert isinstance(bad, BadPart)
    assert "empty packets" in bad.reason
