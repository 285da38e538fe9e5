from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.dialogue import Malformed
from scanner.protocols import banner
from tests import strategies
from tests.drive import converse, decoded, values
from tests.protocols import answers


@pytest.mark.parametrize(
    ("raw", "field", "value"),
    [
        (answers.TELNET_LOGIN, "telnet.banner", "192.0.0.64 login:"),
        (answers.TELNET_NEGOTIATED, "telnet.banner", "NetDVRDVS:"),
        (answers.TELNET_SUBNEGOTIATED, "telnet.banner", "(none) login:"),
        (answers.SSH_IDENTIFICATION, "ssh.banner", "SSH-2.0-dropbear_2019.78"),
        (answers.SSH_AFTER_NOTICE, "ssh.banner", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3"),
        (answers.FTP_READY, "ftp.banner", "220 (vsFTPd 3.0.3)"),
        (answers.FTP_LONG, "ftp.banner", "220-Welcome"),
        (b"\x1b[2J\x1b[1;1HBusyBox\r\n\r\ncam login: ", "telnet.banner", "BusyBox cam login:"),
        (b"\xff\xfb\x01a\xff\xffb", "telnet.banner", "aÿb"),
    ],
)
def test_the_first_words_tell_the_server(raw: bytes, field: str, value: str):
    assert values(banner.decode(raw), field) == [value]
    assert len(list(banner.decode(raw))) == 1


def test_negotiation_alone_tells_nothing():
    assert list(banner.decode(b"\xff\xfd\x18\xff\xfd\x20")) == []


@pytest.mark.parametrize("raw", [b"", b"\x16\x03\x01\x00\x05\x01\x02\x03\x04\x05", bytes(range(128, 250))])
def test_other_bytes_are_malformed(raw: bytes):
    with pytest.raises(Malformed):
        list(banner.decode(raw))


@pytest.mark.parametrize("raw", answers.BANNERS)
def test_the_dialogue_only_listens(raw: bytes):
    facts, sent = converse(banner.listen("192.0.2.1", 23), [raw])
    assert facts == list(banner.decode(raw))
    assert sent == [b""]


def test_silence_is_no_error():
    assert converse(banner.listen("192.0.2.1", 23), [b""]) == ([], [b""])


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(answers.BANNERS), st.integers(1, 7))
def test_pieces_give_what_the_whole_gives(raw: bytes, step: int):
    assert converse(banner.listen("192.0.2.1", 22), [raw], step) == converse(banner.listen("192.0.2.1", 22), [raw])


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(answers.BANNERS))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(banner.decode, raw, banner.SPEC.fields)
