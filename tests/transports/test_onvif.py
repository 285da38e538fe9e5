from __future__ import annotations

import asyncio
import base64
import hashlib
import importlib.metadata
import logging
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from ipycam.config import CameraConfig
from ipycam.http import IPCameraHTTPHandler
from ipycam.onvif import ONVIFService

from scanner.transports import onvif
from scanner.transports.limits import Limits
from scanner.transports.onvif import OnvifUnavailable, read
from tests.transports.servers import closed_port, drip, flood, permit, serve, silent

pytestmark = pytest.mark.loopback
LIMITS = Limits(connect=1.0, quiet=0.3, deadline=5.0, cap=400_000)
USER, PASSWORD = "reader", "pass:wörd"


def values(exchange):
    found: dict[str, list[str]] = {}
    for fact in exchange.facts:
        found.setdefault(fact.field, []).append(fact.value)
    return found


@contextmanager
def ipycam(username="", password=""):
    """The handler of a real ONVIF server, without its camera."""
    service = ONVIFService(CameraConfig(username=username, password=password, local_ip="127.0.0.1"))
    tokens = []

    class Handler(IPCameraHTTPHandler):  # type: ignore[misc]  # ipycam is untyped
        camera = SimpleNamespace(onvif=service)

        def log_message(self, *args):
            pass

    verify = service.verify_usernametoken

    def count(body):
        if "UsernameToken" in body:
            tokens.append(body)
        return verify(body)

    service.verify_usernametoken = count
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield permit("127.0.0.1", server.server_port), tokens
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_an_open_device_is_read_without_credentials():
    with ipycam() as (endpoint, tokens):
        exchange = asyncio.run(read(endpoint, USER, PASSWORD, LIMITS, tls=False))
    assert (exchange.kind, exchange.reason, tokens) == ("answered", None, [])
    told = values(exchange)
    assert told["onvif.manufacturer"] == ["PythonCam"]
    assert told["onvif.serial"] == ["PY-000001"]
    assert told["wsd.scope"]


def test_the_right_credentials_open_it():
    with ipycam("reader", "secret") as (endpoint, tokens):
        exchange = asyncio.run(read(endpoint, "reader", "secret", LIMITS, tls=False))
    assert (exchange.kind, exchange.reason) == ("answered", None)
    assert values(exchange)["onvif.manufacturer"] == ["PythonCam"]
    assert tokens
    assert not any("secret" in body for body in tokens)


def test_the_wrong_credentials_are_sent_once():
    with ipycam("reader", "secret") as (endpoint, tokens):
        exchange = asyncio.run(read(endpoint, "reader", "wrong", LIMITS, tls=False))
    assert (exchange.kind, exchange.reason, exchange.facts) == ("answered", "credentials refused", ())
    assert len(tokens) == 1


ENVELOPE = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'
    ' xmlns:tt="http://www.onvif.org/ver10/schema"><s:Body>{}</s:Body></s:Envelope>'
)
BODIES = {
    "GetSystemDateAndTime": "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType>"
    "<tt:DaylightSavings>false</tt:DaylightSavings><tt:UTCDateTime><tt:Time><tt:Hour>12</tt:Hour><tt:Minute>34</tt:Minute>"
    "<tt:Second>5</tt:Second></tt:Time><tt:Date><tt:Year>2008</tt:Year><tt:Month>1</tt:Month><tt:Day>2</tt:Day></tt:Date>"
    "</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>",
    "GetDeviceInformation": "<tds:GetDeviceInformationResponse><tds:Manufacturer>Example</tds:Manufacturer><tds:Model>M1</tds:Model>"
    "<tds:FirmwareVersion>1</tds:FirmwareVersion><tds:SerialNumber>S</tds:SerialNumber><tds:HardwareId>H</tds:HardwareId>"
    "</tds:GetDeviceInformationResponse>",
    "GetNetworkInterfaces": '<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled>'
    "<tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>02:00:00:AB:CD:EF</tt:HwAddress></tt:Info></tds:NetworkInterfaces>"
    "</tds:GetNetworkInterfacesResponse>",
    "GetScopes": "<tds:GetScopesResponse><tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef>"
    "<tt:ScopeItem>onvif://www.onvif.org/name/x</tt:ScopeItem></tds:Scopes></tds:GetScopesResponse>",
}
FAULT = (
    '<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value xmlns:ter="http://www.onvif.org/ver10/error">'
    "ter:NotAuthorized</s:Value></s:Subcode></s:Code><s:Reason><s:Text>no</s:Text></s:Reason></s:Fault>"
)


def soap(judge, seen, bodies=BODIES):
    """A device; ``judge(head, body)`` returns None to let in, else (status line, extra headers)."""

    async def handler(reader, writer):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = int(re.search(r"(?i)content-length: (\d+)", head)[1])  # type: ignore[index]
            body = (await reader.readexactly(length)).decode()
            name = next(name for name in BODIES if f"{name} " in body or f"{name}/" in body or f"{name}>" in body)
            seen.append((name, head, body))
            refusal = None if name == "GetSystemDateAndTime" else judge(head, body)
            status, extra = refusal or ("200 OK", "")
            text = ENVELOPE.format(FAULT if refusal else bodies[name]).encode()
            start = (
                f"HTTP/1.1 {status}\r\nContent-Type: application/soap+xml\r\nContent-Length: {len(text)}\r\n{extra}\r\n"
            )
            writer.write(start.encode() + text)
            await writer.drain()

    return handler


def run(handler, user=USER, password=PASSWORD, limits=LIMITS):
    async def go():
        async with serve(handler) as endpoint:
            return await read(endpoint, user, password, limits, tls=False)

    return asyncio.run(go())


def check_token(head, body):
    found = {
        name: re.search(rf"<[a-z0-9]*:?{name}(?: [^>]*)?>([^<]*)<", body)
        for name in ("Nonce", "Created", "Password", "Username")
    }
    if not all(found.values()):
        return "400 Bad Request", ""
    text = {name: match[1] for name, match in found.items() if match}
    raw = base64.b64decode(text["Nonce"]) + text["Created"].encode() + PASSWORD.encode()
    good = base64.b64encode(hashlib.sha1(raw).digest()).decode() == text["Password"]
    in_time = text["Created"].startswith("2008-01-02T12:34:")
    return None if good and in_time and text["Username"] == USER else ("400 Bad Request", "")


def test_a_device_in_the_past_gets_a_token_of_its_own_time():
    seen: list[Any] = []
    exchange = run(soap(check_token, seen))
    assert (exchange.kind, exchange.reason) == ("answered", None)
    told = values(exchange)
    assert told["onvif.manufacturer"] == ["Example"]
    assert told["onvif.mac"] == ["02:00:00:ab:cd:ef"]
    assert told["wsd.scope"] == ["onvif://www.onvif.org/name/x"]
    assert [name for name, _, _ in seen] == [
        "GetSystemDateAndTime",
        "GetDeviceInformation",
        "GetDeviceInformation",
        "GetNetworkInterfaces",
        "GetScopes",
    ]
    assert "Security" not in seen[0][2] + seen[1][2]
    nonces = re.findall(r"Nonce [^>]*>([^<]+)<", "".join(body for _, _, body in seen))
    assert len(nonces) == len(set(nonces)) == 3


def check_digest(head, body):
    header = re.search(r"(?im)^authorization: digest (.*)\r$", head)
    challenge = "401 Unauthorized", 'WWW-Authenticate: Digest realm="r", nonce="abc", qop="auth"\r\n'
    if header is None:
        return challenge
    part = dict(re.findall(r'(\w+)="?([^",]*)"?', header[1]))
    one = hashlib.md5(f"{USER}:r:{PASSWORD}".encode()).hexdigest()
    two = hashlib.md5(f"POST:{part['uri']}".encode()).hexdigest()
    good = hashlib.md5(f"{one}:abc:{part['nc']}:{part['cnonce']}:auth:{two}".encode()).hexdigest()
    return None if part["response"] == good and part["uri"] == "/onvif/device_service" else challenge


def test_a_device_that_demands_http_digest():
    seen: list[Any] = []
    exchange = run(soap(check_digest, seen))
    assert values(exchange)["onvif.manufacturer"] == ["Example"]
    assert values(exchange)["wsd.scope"]
    assert not any("UsernameToken" in body for _, _, body in seen)


def test_wrong_digest_credentials_are_sent_once():
    seen: list[Any] = []
    exchange = run(soap(check_digest, seen), password="wrong")
    assert (exchange.kind, exchange.reason) == ("answered", "credentials refused")
    assert sum("uthorization: " in head for _, head, _ in seen) == 1


def test_a_device_that_wants_clear_text_gets_nothing():
    seen: list[Any] = []
    exchange = run(soap(lambda *_: ("401 Unauthorized", 'WWW-Authenticate: Basic realm="r"\r\n'), seen))
    assert exchange.reason == "the device accepts passwords in clear text only"
    assert not any("uthorization: " in head or "UsernameToken" in body for _, head, body in seen)


@pytest.mark.parametrize(
    "body",
    [
        "<tds:GetNetworkInterfacesResponse>&lt;</tds:GetNetworkInterfacesResponse>",
        "<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces/></tds:GetNetworkInterfacesResponse>",
        "<x/>",
        "",
    ],
)
def test_strange_answers_lose_only_themselves(body):
    exchange = run(soap(lambda *_: None, [], BODIES | {"GetNetworkInterfaces": body, "GetSystemDateAndTime": body}))
    assert exchange.kind == "answered"
    assert values(exchange)["wsd.scope"]
    assert "onvif.mac" not in values(exchange)


def test_what_is_no_soap_is_malformed():
    async def page(reader, writer):
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")
            await reader.read(4096)

    assert run(page).kind in {"malformed", "timed-out"}


@pytest.mark.parametrize("handler", [silent, drip, flood])
def test_hostile_devices_end_in_time(handler):
    exchange = run(handler, limits=Limits(connect=0.3, quiet=0.2, deadline=1.0, cap=100_000))
    assert exchange.kind in {"timed-out", "malformed"}
    assert exchange.facts == ()


def test_nobody_there():
    assert asyncio.run(read(permit("127.0.0.1", closed_port()), USER, PASSWORD, LIMITS, tls=False)).kind == "refused"


def test_loading_leaves_logging_alone_and_reads_no_network():
    code = (
        "import logging, socket, sys\n"
        "def no(*a, **k): raise AssertionError('network')\n"
        "socket.socket.connect = no; socket.getaddrinfo = no\n"
        "from scanner.transports import onvif\n"
        "assert 'zeep' not in sys.modules and 'onvif' not in sys.modules\n"
        "client = onvif._client()\n"
        "assert client is onvif._client()\n"
        "print(logging.getLogger().handlers, logging.getLogger().level)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == f"[] {logging.WARNING}\n"


def test_a_broken_installation_is_told_in_one_line(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "files", lambda name: [])
    with pytest.raises(OnvifUnavailable, match=r"devicemgmt\.wsdl"):
        onvif._description()

    def missing(name):
        raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr(importlib.metadata, "files", missing)
    with pytest.raises(OnvifUnavailable, match="pip install onvif-zeep"):
        onvif._description()
