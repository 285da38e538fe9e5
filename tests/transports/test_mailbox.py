from __future__ import annotations

import asyncio
import socket
import time

import pytest

from scanner.transports import mailbox
from scanner.transports.mailbox import Datagram, Mailbox


def test_a_full_box_drops_the_newest_and_says_so(monkeypatch, caplog):
    monkeypatch.setattr(mailbox, "MAX_BOX", 10)
    monkeypatch.setattr(mailbox, "MAX_BOXED", 3)
    box = Mailbox()
    letters = [Datagram("192.0.2.1", 1, payload, None) for payload in (b"12345", b"123456", b"", b"", b"")]
    for letter in letters:
        box.put(letter)
    box.close()
    assert "2 datagrams dropped" in caplog.text
    assert [box.take(), box.take(), box.take(), box.take()] == [letters[0], letters[2], letters[3], None]
    box.put(Datagram("192.0.2.1", 1, b"1234567890", None))
    assert box.take() is not None


def test_waiting_ends_with_time_or_news():
    async def run():
        box = Mailbox()
        start = time.monotonic()
        await box.wait(0.05)
        assert 0.04 < time.monotonic() - start < 0.5
        asyncio.get_running_loop().call_later(0.05, box.put, Datagram("192.0.2.1", 1, b"x", None))
        await box.wait(5)
        assert time.monotonic() - start < 1
        await box.wait(5)
        assert time.monotonic() - start < 1

    asyncio.run(run())


@pytest.mark.loopback
def test_what_arrives_is_kept_with_sender_and_interface():
    async def run():
        box = Mailbox()
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        transport = await box.add(sock, "lo")
        transport.sendto(b"to myself", ("127.0.0.1", port))
        await box.wait(2)
        try:
            return port, box.take()
        finally:
            box.close()

    port, letter = asyncio.run(run())
    assert letter == Datagram("127.0.0.1", port, b"to myself", "lo")


@pytest.mark.loopback
def test_the_receive_buffer_is_asked_for():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        before = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        mailbox.widen(sock)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) >= before


def test_link_local_senders_keep_their_scope():
    assert mailbox._printable(("192.0.2.1", 80)) == "192.0.2.1"
    assert mailbox._printable(("2001:db8::1", 80, 0, 0)) == "2001:db8::1"
    assert mailbox._printable(("fe80::1", 80, 0, socket.if_nametoindex("lo"))) == "fe80::1%lo"
    assert mailbox._printable(("fe80::1", 80, 0, 99999)) == "fe80::1%99999"
