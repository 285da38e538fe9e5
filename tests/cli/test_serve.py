from __future__ import annotations

import signal
import socket
import time
import urllib.error
import urllib.request
from http.client import HTTPConnection

import pytest

from tests.cli.command import Command, one_line

pytestmark = [pytest.mark.process, pytest.mark.loopback]
TOKEN = "a token that nobody can guess"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--host", "0.0.0.0"), "0.0.0.0 can be reached by others: give a token with --token-file or --token-env"),
        (("--host", "192.0.2.1"), "can be reached by others"),
        (("--token-env", "NO_SUCH_VARIABLE"), "no such variable, or it is empty"),
        (("--token-file", "/no/such/file"), "cannot be read"),
        (("--token-file", "/dev/null"), "is empty; `openssl rand -hex 32` makes a token"),
        (("--token-file", "x", "--token-env", "y"), "give either"),
        (("--proxy", "x", "--trust-proxy-header", "y"), "give an address or network"),
        (("--policy", "nosuch"), "nosuch"),
        (("--port", "70000"), "--port"),
    ],
)
def test_what_would_stand_open_does_not_start(command, arguments, told):
    done = command("serve", *arguments, timeout=20)
    assert done.returncode == 2
    assert told in one_line(done.stderr)


def test_a_short_token_does_not_start(command, tmp_path):
    (tmp_path / "token").write_text("secret\n")
    done = command("serve", "--token-file", str(tmp_path / "token"), timeout=20)
    assert (done.returncode, "too short" in one_line(done.stderr)) == (2, True)


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    process = Command(tmp_path_factory.mktemp("home")).start("serve", "--port", "0")
    assert process.stderr is not None
    yield int(process.stderr.readline().decode().split()[5].rstrip("/;").rpartition(":")[2])
    process.kill()
    process.communicate()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"200"),
        (b"GET /../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"404"),
        (b"GET /assets/..%2f..%2f..%2fetc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"404"),
        (b"GET /assets/..\\..\\settings.py HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"404"),
        (b"GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"404"),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"421"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 200_000 + b"\r\n\r\n", b"400"),
        (b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x02\x00\x01", b"400"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"421"),
        (b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"405"),
        (b"CONNECT 192.0.2.1:80 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"405"),
        (b"POST /start HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999\r\n\r\n", b"403"),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"POST /start HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST /start HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n", b"400"),
        (b"POST /start HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: gzip\r\n\r\n", b"400"),
    ],
    ids=lambda value: repr(value[:60]),
)
def test_what_a_browser_would_not_send_is_refused(port, sent, status):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        answer = connection.recv(4096)
    assert answer.split(b" ", 2)[1] == status
    assert b"root:" not in answer


def test_a_request_within_a_request_is_not_answered(port):
    inner = b"GET /scans HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    sent = (
        b"POST /start HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n%b"
        % (5 + len(inner), inner)
    )
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(4096):
            answer += part
    assert b" 200 " not in answer


def test_it_serves_until_it_is_told_to_end(command, tmp_path):
    (tmp_path / "token").write_text(TOKEN + "\n")
    process = command.start("serve", "--port", "0", "--token-file", str(tmp_path / "token"))
    try:
        line = process.stderr.readline().decode()
        address = line.split()[5].rstrip(";")
        assert line == f"coveredscan: the dashboard is at {address}; Ctrl-C ends it\n"
        wanted = urllib.request.Request(address, headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(wanted, timeout=10) as answer:
            assert b"nothing can be said of any device" in answer.read()
            assert "Server" not in answer.headers
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(address, headers={"Authorization": "Bearer x"}), timeout=10)
        assert refused.value.code == 401
        refused.value.close()
        raw = HTTPConnection(address.split("/")[2], timeout=10)
        raw.request("GET", "/", headers={"Host": "evil.example"})
        assert raw.getresponse().status == 421
        raw.close()
        process.send_signal(signal.SIGINT)
        end = time.monotonic() + 15
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        assert process.poll() == 130
    finally:
        process.kill()
        process.communicate()
    assert list((tmp_path / "data").rglob("scans.sqlite3"))
