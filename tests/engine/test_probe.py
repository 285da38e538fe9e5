import pytest

from scanner.engine.credentials import Credential, Credentials
from scanner.engine.targets import literals
from scanner.model.dialogue import WebAsk, WebSpec
from scanner.protocols import rtsp
from scanner.transports import onvif, sweep
from scanner.transports.exchange import Exchange
from tests.engine.test_scan import CAMERA, RECORDER, RTSP, WEB, Server, request, scan

pytestmark = pytest.mark.loopback


@pytest.mark.parametrize("per_host", [1, 2])
def test_one_address_never_has_more_connections_than_allowed(per_host):
    shared = Server(WEB, hold=0.05)
    ports = range(20_080, 20_090)
    found = scan(request(CAMERA, ports=tuple(ports), per_host=per_host), {f"a1_{port}": shared for port in ports})
    assert shared.total > 2 * len(ports)
    assert shared.most <= per_host
    assert {port for port, field, _ in found.values(CAMERA) if field == "http.server"} == set(ports)


def test_credentials_are_used_once_and_only_where_they_are_for(monkeypatch):
    asked = []

    async def read(endpoint, user, password, limits, *, tls, gate):
        assert gate is not None
        asked.append((endpoint.address, endpoint.port, user, password, tls))
        return Exchange((), "answered")

    monkeypatch.setattr(onvif, "read", read)
    body = (
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:d="http://www.onvif.org/ver10/device/wsdl">'
        b"<s:Body><d:GetDeviceInformationResponse><d:Manufacturer>Acme</d:Manufacturer><d:Model>C1</d:Model>"
        b"</d:GetDeviceInformationResponse></s:Body></s:Envelope>"
    )
    answer = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        % len(body)
    )
    servers = {f"a{last}_{port}": Server(answer + body) for last in (1, 2) for port in (8080, 9999)}
    credentials = Credentials((Credential(literals(CAMERA), "viewer", "secret"),))
    found = scan(request("127.66.1.1-2", credentials=credentials), servers)
    assert (8080, "onvif.model", "C1") in found.values(CAMERA)
    assert (8080, "onvif.model", "C1") in found.values(RECORDER)
    assert [(address, user, password) for address, _, user, password, _ in asked] == [(CAMERA, "viewer", "secret")]
    assert found.coverage.outcomes["onvif-read"] == {"answered": 1}


def test_a_probe_with_a_bug_costs_its_own_answer_alone():
    def broken(address, port):
        if address:
            raise ZeroDivisionError("bug")
        yield WebAsk()

    specs = (WebSpec("http", (), lambda raw: iter(()), broken), rtsp.SPEC)
    found = scan(request(CAMERA), {"a1_8080": Server(WEB), "a1_8554": Server(RTSP)}, specs=specs)
    assert (8554, "rtsp.server", "Recorder/1") in found.values(CAMERA)
    assert found.coverage.not_reached == ("internal error in http: ZeroDivisionError: bug",)
    assert found.coverage.outcomes["http"] == {"skipped": 1}


def test_who_stopped_answering_the_sweep_is_asked_nothing_at_its_open_ports(monkeypatch):
    async def connect(endpoints, *, manners, **limits):
        for endpoint in endpoints:
            yield endpoint, "answered" if endpoint.port == 8080 else "refused"
            if endpoint.address == CAMERA:
                manners.leave(CAMERA)

    monkeypatch.setattr(sweep, "connect", connect)
    camera, recorder = Server(WEB), Server(WEB)
    found = scan(request("127.66.1.1-2"), {"a1_8080": camera, "a2_8080": recorder})
    assert camera.total == 0
    assert recorder.total > 0
    assert found.coverage.not_reached == (
        f"{CAMERA} stopped answering while it was asked, and was left alone: not all was asked",
    )
