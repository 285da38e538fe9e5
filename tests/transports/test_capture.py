from __future__ import annotations

import socket
import struct
from itertools import islice
from pathlib import Path

import pytest

from scanner.transports import capture
from scanner.transports.capture import ETHERNET, Capture, NoInterface
from scanner.transports.link import NotPrivileged, privileged

needs_right = pytest.mark.skipif(not privileged(), reason="needs CAP_NET_RAW")


@needs_right
@pytest.mark.root
def test_frames_of_loopback_are_heard_with_their_time():
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    with Capture("lo") as heard, receiver, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"a word nobody else says", receiver.getsockname())
        told = (frame for frame in islice(heard.frames(), 100_000) if frame is not None)
        when, link, data = next(frame for frame in told if b"a word nobody" in frame[2])
        assert heard.lost() == 0
    assert link == ETHERNET
    assert data[12:14] == b"\x08\x00"
    assert when > 1_700_000_000


@needs_right
@pytest.mark.root
def test_silence_gives_control_back(monkeypatch):
    monkeypatch.setattr(capture, "POLL", 0.01)
    with Capture("lo") as heard:
        assert None in islice(heard.frames(), 2000)


@needs_right
@pytest.mark.root
def test_there_is_no_such_interface():
    with pytest.raises(NoInterface, match="no interface nowhere0"):
        Capture("nowhere0")


def test_without_the_right_it_says_so(monkeypatch):
    def refuse(*_: object) -> socket.socket:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(socket, "socket", refuse)
    with pytest.raises(NotPrivileged, match="root or CAP_NET_RAW"):
        Capture("lo")


def test_a_tag_that_the_card_took_off_comes_back():
    assert capture._tag(struct.pack("IIIHHHH", 0x50, 60, 60, 0, 14, 7, 0x88A8)) == b"\x88\xa8\0\7"
    assert capture._tag(struct.pack("IIIHHHH", 0x10, 60, 60, 0, 14, 7, 0)) == b"\x81\0\0\7"
    assert capture._tag(struct.pack("IIIHHHH", 0, 60, 60, 0, 14, 7, 0)) == b""


def test_nothing_in_the_file_can_send():
    text = Path(capture.__file__).read_text(encoding="utf-8")
    assert ".send" not in text
    assert ".write" not in text
