import socket

import pytest

from scanner.transports.syslog import send

pytestmark = pytest.mark.loopback


def test_to_a_local_socket(tmp_path):
    path = str(tmp_path / "log")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(path)
        assert send(path, "<110>1 é") is None
        assert receiver.recv(100) == "<110>1 é".encode()


def test_by_udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        assert send(f"udp://127.0.0.1:{receiver.getsockname()[1]}", "<110>1 x") is None
        assert receiver.recv(100) == b"<110>1 x"


def test_by_tcp_octets_are_counted():
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert send(f"tcp://127.0.0.1:{server.getsockname()[1]}", "<110>1 x") is None
        connection, _ = server.accept()
        with connection:
            assert connection.recv(100) == b"8 <110>1 x"


@pytest.mark.parametrize("address", ["/nowhere/log", "tcp://127.0.0.1:1", "http://127.0.0.1", "udp://", "tcp://a:b:c"])
def test_what_cannot_be_is_told(address):
    assert send(address, "x")
