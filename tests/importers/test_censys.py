import json

from hypothesis import given, settings

from scanner.importers.censys import IMPORTER
from tests import strategies
from tests.importers.readings import read, recognised, survives

SERVICE = {
    "port": 443,
    "service_name": "HTTP",
    "extended_service_name": "HTTPS",
    "transport_protocol": "TCP",
    "observed_at": "2026-12-07T10:00:28.379350407Z",
    "http": {
        "response": {
            "status_code": 200,
            "headers": {"Server": ["App-webs/"], "_encoding": {"Server": "DISPLAY_UTF8"}},
            "html_title": "index",
            "favicons": [{"md5_hash": "89B932FCC47CF4CA3FAADB0CFDEF89CF"}],
        }
    },
    "tls": {
        "certificates": {"leaf_data": {"subject_dn": "C=CN, O=HIKVISION, CN=www.hikvision.com", "issuer_dn": "CN=x"}}
    },
    "jarm": {"fingerprint": "29d3"},
}
HOST = {"ip": "192.0.2.5", "services": [SERVICE], "dns": {"reverse_dns": {"names": ["cam.example.com"]}}}
PLATFORM = {
    "host_v1": {
        "resource": {
            "ip": "192.0.2.6",
            "autonomous_system": {"asn": 1},
            "services": [
                {"port": 80, "transport_protocol": "tcp", "endpoints": [{"http": {"status_code": 200, "headers": {"Server": {"headers": ["DNVRS-Webs"]}}}}]},
                {"port": 22, "transport_protocol": "tcp", "banner": "SSH-2.0-dropbear"},
            ],
        }
    }
}  # fmt: skip


def test_the_search_api():
    for raw in (HOST, {"code": 200, "result": HOST}, {"result": {"hits": [HOST]}}, [HOST]):
        text = json.dumps(raw).encode()
        assert recognised(text) == "censys"
        assert read(IMPORTER, text) == [
            ("192.0.2.5", None, "name.dns", "cam.example.com"),
            ("192.0.2.5", 443, "open.tcp", "443"),
            ("192.0.2.5", 443, "http.status", "200"),
            ("192.0.2.5", 443, "http.server", "App-webs/"),
            ("192.0.2.5", 443, "http.title", "index"),
            ("192.0.2.5", 443, "http.favicon.md5", "89b932fcc47cf4ca3faadb0cfdef89cf"),
            ("192.0.2.5", 443, "tls.subject", "CN=www.hikvision.com,O=HIKVISION,C=CN"),
            ("192.0.2.5", 443, "tls.issuer", "CN=x"),
            ("192.0.2.5", 443, "tls.jarm", "29d3"),
        ]


def test_the_platform():
    found = read(IMPORTER, json.dumps(PLATFORM).encode())
    assert ("192.0.2.6", 80, "http.server", "DNVRS-Webs") in found
    assert ("192.0.2.6", 22, "ssh.banner", "SSH-2.0-dropbear") in found


def test_no_host():
    assert read(IMPORTER, b'{"services": []}') == [("line 1", None, "bad", "no host with an ip")]


@settings(max_examples=80, deadline=None)
@given(strategies.hostile([json.dumps(HOST).encode(), json.dumps(PLATFORM).encode()]))
def test_any_bytes(raw: bytes):
    survives(IMPORTER, raw)
