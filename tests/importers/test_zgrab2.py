import base64
import json

from hypothesis import given, settings

from scanner.importers.zgrab2 import IMPORTER
from tests import strategies
from tests.importers.readings import items, read, recognised, survives
from tests.protocols import answers

LINE = json.dumps(
    {
        "ip": "10.0.0.5",
        "data": {
            "http": {
                "status": "success",
                "protocol": "http",
                "timestamp": "2026-11-20T02:00:00Z",
                "result": {
                    "response": {
                        "status_code": 200,
                        "headers": {
                            "server": ["App-webs/"],
                            "www_authenticate": ['Digest realm="IP Camera(C2183)"'],
                            "unknown": [{"key": "x_powered_by", "value": ["us"]}],
                        },
                        "body": "<html><title>index</title></html>",
                        "request": {
                            "url": {"host": "10.0.0.5:8080", "path": "/"},
                            "tls_log": {"handshake_log": {"server_certificates": {"certificate": {"raw": base64.b64encode(answers.TLS[0]).decode()}}}},
                        },
                    }
                },
            },
            "ssh": {"status": "success", "protocol": "ssh", "result": {"server_id": {"raw": "SSH-2.0-dropbear"}}},
            "ftp": {"status": "connection-timeout", "protocol": "ftp", "result": {"banner": "220 never"}},
        },
    }
).encode()  # fmt: skip


def test_every_module_is_read():
    assert recognised(LINE) == "zgrab2"
    found = read(IMPORTER, LINE)
    assert ("10.0.0.5", 8080, "open.tcp", "8080") in found
    assert ("10.0.0.5", 8080, "http.server", "App-webs/") in found
    assert ("10.0.0.5", 8080, "http.www_authenticate", 'Digest realm="IP Camera(C2183)"') in found
    assert ("10.0.0.5", 8080, "http.x_powered_by", "us") in found
    assert ("10.0.0.5", 8080, "http.title", "index") in found
    assert ("10.0.0.5", 22, "ssh.banner", "SSH-2.0-dropbear") in found
    assert [row[1] for row in found if row[2] == "tls.subject"] == [8080]
    assert not [row for row in found if row[2] in {"http.header_names", "ftp.banner"}]


def test_time_is_the_modules():
    first = items(IMPORTER, LINE)[0]
    assert first.provenance.observed_at.isoformat() == "2026-11-20T02:00:00+00:00"  # type: ignore[union-attr]


def test_a_line_without_data_is_a_bad_part():
    assert read(IMPORTER, b'{"ip": "10.0.0.5"}') == [("line 1", None, "bad", "no ip, or no data")]


@settings(max_examples=80, deadline=None)
@given(strategies.hostile([LINE]))
def test_any_bytes(raw: bytes):
    survives(IMPORTER, raw)
