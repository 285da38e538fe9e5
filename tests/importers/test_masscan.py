from hypothesis import given, settings

from scanner.importers.masscan import JSON_IMPORTER, LIST_IMPORTER
from tests import strategies
from tests.importers.readings import read, recognised, survives

# As masscan 1.3.2 wrote them.
JSON = (
    b'[\n{   "ip": "10.0.0.5",   "timestamp": "1700000000", "ports": [ {"port": 80, "proto": "tcp", "status": "open", '
    b'"reason": "syn-ack", "ttl": 64} ] }\n,\n{   "ip": "10.0.0.5",   "timestamp": "1700000001", "ports": [ {"port": 80, '
    b'"proto": "tcp", "service": {"name": "http", "banner": "HTTP/1.1 200 OK\\u000d\\u000aServer: DNVRS-Webs\\u000d\\u000a\\u000d"} } ] }\n,\n'
    b'{   "ip": "10.0.0.5",   "timestamp": "1700000001", "ports": [ {"port": 80, "proto": "tcp", "service": {"name": '
    b'"title", "banner": "NAS\\u0026nbsp;one"} } ] }\n]\n'
)
LIST = (
    b"#masscan\nopen tcp 80 10.0.0.5 1700000000\nbanner tcp 80 10.0.0.5 1700000001 http.server DNVRS-Webs\n"
    b"banner tcp 22 10.0.0.5 1700000001 ssh SSH-2.0-dropbear\\x0d\nopen tcp x y z\n# end\n"
)


def test_json():
    assert recognised(JSON) == "masscan-json"
    assert read(JSON_IMPORTER, JSON) == [
        ("10.0.0.5", 80, "open.tcp", "80"),
        ("10.0.0.5", 80, "http.status", "200"),
        ("10.0.0.5", 80, "http.header_names", "Server"),
        ("10.0.0.5", 80, "http.server", "DNVRS-Webs"),
        ("10.0.0.5", 80, "http.title", "NAS one"),
    ]


def test_a_list():
    assert recognised(LIST) == "masscan-list"
    assert read(LIST_IMPORTER, LIST) == [
        ("10.0.0.5", 80, "open.tcp", "80"),
        ("10.0.0.5", 80, "http.server", "DNVRS-Webs"),
        ("10.0.0.5", 22, "ssh.banner", "SSH-2.0-dropbear"),
        ("line 5", None, "bad", "not as masscan writes it"),
    ]


def test_a_row_without_an_address_is_a_bad_part():
    assert read(JSON_IMPORTER, b'{"ip": "x", "ports": []}\n') == [("line 1", None, "bad", "no address in ip")]


@settings(max_examples=60, deadline=None)
@given(strategies.hostile([JSON, LIST]))
def test_any_bytes(raw: bytes):
    survives(JSON_IMPORTER, raw)
    survives(LIST_IMPORTER, raw)
