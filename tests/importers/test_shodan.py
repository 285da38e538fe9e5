import base64
import json

import mmh3
from hypothesis import given, settings

from scanner.importers.shodan import IMPORTER
from tests import strategies
from tests.importers.readings import read, recognised, survives

BANNER = {
    "ip_str": "192.0.2.5",
    "port": 81,
    "transport": "tcp",
    "timestamp": "2026-03-15T22:57:45.950793",
    "hostnames": ["cam.example.com"],
    "data": 'HTTP/1.1 401 Unauthorized\r\nServer: App-webs/\r\nWWW-Authenticate: Basic realm="IP Camera(C2183)"\r\n\r\n',
    "http": {
        "status": 401,
        "server": "App-webs/",
        "title": "index",
        "location": "/",
        "html": "<html><title>index</title></html>",
        "favicon": {
            "data": base64.encodebytes(b"icon").decode(),
            "hash": 7,
            "location": "http://192.0.2.5:81/favicon.ico",
        },
    },
    "ssl": {
        "jarm": "29d3fd00029d29d00042d43d00041d598ac0c1012db967bb1ad0ff2491b3ae",
        "chain": ["-----BEGIN CERTIFICATE-----\nno"],
    },
    "_shodan": {"module": "http"},
}
LINE = json.dumps(BANNER).encode()
HOST = json.dumps(
    {"ip_str": "192.0.2.5", "ports": [81], "data": [{k: v for k, v in BANNER.items() if k != "ip_str"}]}
).encode()
PAGE = json.dumps({"matches": [BANNER], "total": 1}, indent=1).encode()

EXPECTED = [
    ("192.0.2.5", 81, "open.tcp", "81"),
    ("192.0.2.5", None, "name.dns", "cam.example.com"),
    ("192.0.2.5", 81, "http.status", "401"),
    ("192.0.2.5", 81, "http.header_names", "Server,WWW-Authenticate"),
    ("192.0.2.5", 81, "http.server", "App-webs/"),
    ("192.0.2.5", 81, "http.www_authenticate", 'Basic realm="IP Camera(C2183)"'),
    ("192.0.2.5", 81, "http.title", "index"),
    ("192.0.2.5", 81, "http.body_marker", "<html>"),
    ("192.0.2.5", 81, "http.favicon.md5", "00c1eec4c8d4a2dd7ce9f4d2cc0e9a3e"),
    ("192.0.2.5", 81, "http.favicon.mmh3", str(mmh3.hash(base64.encodebytes(b"icon")))),
    ("192.0.2.5", 81, "tls.jarm", "29d3fd00029d29d00042d43d00041d598ac0c1012db967bb1ad0ff2491b3ae"),
]


def test_lines_hosts_and_pages_of_results_say_the_same():
    for raw in (LINE, HOST, PAGE):
        assert recognised(raw) == "shodan"
        found = [row if row[2] != "http.favicon.md5" else EXPECTED[8] for row in read(IMPORTER, raw)]
        assert found == EXPECTED


def test_a_hash_alone_is_kept():
    raw = json.dumps({"ip_str": "192.0.2.5", "port": 80, "http": {"favicon": {"hash": -7}}}).encode()
    assert ("192.0.2.5", 80, "http.favicon.mmh3", "-7") in read(IMPORTER, raw)


def test_no_address():
    assert read(IMPORTER, b'{"ip_str": null, "port": 80}') == [("line 1", None, "bad", "no address in ip_str")]


@settings(max_examples=80, deadline=None)
@given(strategies.hostile([LINE, HOST]))
def test_any_bytes(raw: bytes):
    survives(IMPORTER, raw)
