import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import apprise
import pytest

from scanner.transports.notices import send

# What the library imports is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.mark.parametrize(("taken", "said"), [(True, None), (False, "not taken")])
def test_a_notice_is_given_to_the_library(monkeypatch, taken, said):
    told = []

    def notify(self, **message):
        told.append(message)
        return taken

    monkeypatch.setattr(apprise.Apprise, "notify", notify)
    assert send("json://127.0.0.1/", "title", "text") == said
    assert told == [{"title": "title", "body": "text"}]


def test_an_address_that_is_none_is_not_told():
    said = send("nonsense-hush", "t", "x")
    assert said == "the address is none that Apprise knows"


def test_without_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert "pip install" in str(send("json://127.0.0.1/", "t", "x"))


class Handler(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self):
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.mark.loopback
@pytest.mark.parametrize(("status", "said"), [(200, None), (500, "not taken")])
def test_a_notice_arrives_over_http(status, said, caplog):
    server: Any = HTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.status = [], status
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        told = send(f"json://me:hush@127.0.0.1:{server.server_port}/changes", "2 appeared", "127.66.0.1 appeared\n")
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
    assert told == said
    assert [(each["title"], each["message"]) for each in server.got] == [("2 appeared", "127.66.0.1 appeared")]
    assert "hush" not in caplog.text
