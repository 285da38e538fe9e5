import socket
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from scanner.transports.mail import send, write

pytestmark = pytest.mark.loopback


class Box:
    def __init__(self):
        self.got: list[Any] = []
        self.port = 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.got.append(envelope)
        return "250 OK"


@pytest.fixture
def server():
    box = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


def test_a_message_arrives_whole(server):
    message = write(
        "scan@here.example", ("a@b.example", "c@d.example"), "3 changed\r\nBcc: x@y.example", "ünder\nlines"
    )
    assert send("127.0.0.1", server.port, message, security="none", timeout=5) is None
    (envelope,) = server.got
    assert envelope.rcpt_tos == ["a@b.example", "c@d.example"]
    assert b"Subject: 3 changed Bcc: x@y.example" in envelope.content


def test_what_is_not_sent_is_told(server):
    message = write("a@b.example", ("c@d.example",), "s", "t")
    assert send("127.0.0.1", 1, message, security="none", timeout=1) == "cannot be sent: ConnectionRefusedError"
    told = send("127.0.0.1", server.port, message, security="starttls", user="me", password="hush", timeout=5)
    assert told is not None
    assert "hush" not in told
    assert server.got == []
