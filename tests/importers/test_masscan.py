import pytest
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


def test_lines_of_one_port_each():
    # robertdavidgraham/masscan src/out-ndjson.c
    raw = (
        b'{"ip":"10.0.0.5","timestamp":"1700000000","port":80,"proto":"tcp","rec_type":"status","data":{"status":"open","reason":"syn-ack","ttl":64}}\n'
        b'{"ip":"10.0.0.5","timestamp":"1700000001","port":80,"proto":"tcp","rec_type":"banner","data":{"service_name":"http.server","banner":"DNVRS-Webs"}}\n'
    )
    assert recognised(raw) == "masscan-json"
    assert read(JSON_IMPORTER, raw) == [
        ("10.0.0.5", 80, "open.tcp", "80"),
        ("10.0.0.5", 80, "http.server", "DNVRS-Webs"),
    ]


@pytest.mark.parametrize(
    ("service", "text", "told"),
    [
        # As masscan 1.3.2 wrote them of devices of the lab.
        ("telnet", " DO(term) WILL(echo) WILL(sga)192.0.0.64 login: ", [("telnet.banner", "192.0.0.64 login:")]),
        ("html", "<html><head><title>WEB SERVICE</title>", [("http.title", "WEB SERVICE"), ("http.body_marker", "<html>")]),
        # robertdavidgraham/masscan src/proto-snmp.c
        ("snmp", "\\x0asysName:cam5\\x0asysDescr:Linux DS-2CD\\x0a 3.0\\x0asysUpTime:77", [("snmp.sysname", "cam5"), ("snmp.sysdescr", "Linux DS-2CD 3.0")]),
        ("ssl", "TLS/1.1 cipher:0xc014", []),
    ],
)  # fmt: skip
def test_each_services_banner(service, text, told):
    raw = f"#masscan\nbanner tcp 8023 10.0.0.5 1700000001 {service} {text}\n".encode()
    assert [row[2:] for row in read(LIST_IMPORTER, raw) if row[2] != "http.header_names"] == told


def test_a_row_without_an_address_is_a_bad_part():
    assert read(JSON_IMPORTER, b'{"ip": "x", "ports": []}\n') == [("line 1", None, "bad", "no address in ip")]


@settings(max_examples=60, deadline=None)
@given(strategies.hostile([JSON, LIST]))
def test_any_bytes(raw: bytes):
    survives(JSON_IMPORTER, raw)
    survives(LIST_IMPORTER, raw)
