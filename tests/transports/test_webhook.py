import base64
import hashlib
import hmac
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from scanner.transports.webhook import post, sign

pytestmark = pytest.mark.loopback


class Handler(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        time.sleep(self.server.wait)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.wait, server.status = [], 0.0, 200
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


def send(receiver, **options):
    given = {"identity": "s-0", "timestamp": 1700000000, "secret": "hush", "timeout": 5.0, **options}
    return post(f"http://127.0.0.1:{receiver.server_port}/hook?a=1", b'{"kind":"gone"}', **given)


def test_a_signed_body_is_taken(receiver):
    assert send(receiver) is None
    ((headers, body),) = receiver.got
    assert body == b'{"kind":"gone"}'
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("s-0", "1700000000")
    signed = hmac.new(b"hush", b"s-0.1700000000." + body, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(signed).decode()
    assert send(receiver, secret=None) is None
    assert "webhook-signature" not in receiver.got[1][0]


@pytest.mark.parametrize(("status", "said"), [(204, None), (500, "answered 500"), (302, "answered 302")])
def test_only_2xx_is_taken(receiver, status, said):
    receiver.status = status
    assert send(receiver) == said


def test_slow_and_down(receiver):
    receiver.wait = 1.0
    assert send(receiver, timeout=0.2) == "no answer within 0.2 s"
    assert send(receiver, timeout=5.0) is None
    told = post("http://127.0.0.1:1/", b"", identity="i", timestamp=1, secret=None, timeout=1)
    assert told == "cannot be reached: ConnectError"
    told = post("http://me:hush@[bad/", b"", identity="i", timestamp=1, secret="hush", timeout=1)
    assert told is not None
    assert "hush" not in told


def test_the_signature_is_of_all_three():
    signatures = {sign("k", "a", 1, b"x"), sign("k", "b", 1, b"x"), sign("k", "a", 2, b"x"), sign("j", "a", 1, b"x")}
    assert len(signatures) == 4
