"""Ten scans of a small network that changes by a script: what is told is the script, no more and no less."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from collections.abc import Iterator

import pytest

from scanner.cli.main import main
from scanner.store import open_store

pytestmark = [pytest.mark.loopback, pytest.mark.slow]

SOAP = (
    '<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><s:Body><tds:GetDeviceInformationResponse>'
    "<tds:Manufacturer>{maker}</tds:Manufacturer><tds:Model>{model}</tds:Model>"
    "<tds:FirmwareVersion>{firmware}</tds:FirmwareVersion><tds:SerialNumber>{serial}</tds:SerialNumber>"
    "<tds:HardwareId>88</tds:HardwareId></tds:GetDeviceInformationResponse></s:Body></s:Envelope>"
)
PORT = 18099
NET = f"127.{70 + int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0')[2:])}.{os.getpid() % 256}"
"""Another for each process: tests of other files raise the same network at the same time."""


class Camera:
    """Answers ONVIF's device information, as many do without asking who wants to know."""

    def __init__(self, address: str, serial: str, *, maker: str = "HIKVISION", firmware: str = "V5.5.0") -> None:
        self._body = SOAP.format(maker=maker, model="DS-2CD2042WD-I", firmware=firmware, serial=serial).encode()
        self._server = socket.create_server((address, PORT))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(5)
                asked = connection.recv(65536)
                soap = asked.startswith(b"POST")
                body = self._body if soap else b"<html></html>"
                kind = b"application/soap+xml" if soap else b"text/html"
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\nConnection: close\r\nContent-Type: " + kind
                    + b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
                )  # fmt: skip

    def off(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(10)


@contextlib.contextmanager
def network(*cameras: tuple[str, str, dict[str, str]]) -> Iterator[None]:
    running = [Camera(f"{NET}.{address}", serial, **more) for address, serial, more in cameras]
    try:
        yield
    finally:
        for camera in running:
            camera.off()


A, B, C, D = "DS-A-20200101AAAA111111", "DS-B-20200101BBBB222222", "DS-C-20200101CCCC333333", "DS-D-20200101DDDD444444"
ALL = f"{NET}.1-9"
SCRIPT: tuple[tuple[str, list[tuple[str, str, dict[str, str]]], set[tuple[str, str]]], ...] = (
    ("begin", [("1", A, {}), ("2", B, {})], {("appeared", f"{NET}.1"), ("appeared", f"{NET}.2")}),
    ("nothing", [("1", A, {}), ("2", B, {})], set()),
    ("one new", [("1", A, {}), ("2", B, {}), ("3", C, {})], {("appeared", f"{NET}.3")}),
    ("one re-addressed", [("1", A, {}), ("5", B, {}), ("3", C, {})], {("moved", f"{NET}.5")}),
    ("one off for one scan", [("5", B, {}), ("3", C, {})], set()),
    ("back, another re-flashed", [("1", A, {}), ("5", B, {"firmware": "V5.7.3"}), ("3", C, {})],
     {("re-flashed", f"{NET}.5")}),
    ("one replaced", [("1", A, {}), ("5", B, {"firmware": "V5.7.3"}), ("3", D, {})], {("appeared", f"{NET}.3")}),
    ("the replaced is missed a second time", [("1", A, {}), ("5", B, {"firmware": "V5.7.3"}), ("3", D, {})], set()),
    ("and a third, so it is gone", [("1", A, {}), ("5", B, {"firmware": "V5.7.3"}), ("3", D, {})],
     {("gone", f"{NET}.3")}),
    ("what is gone returns elsewhere", [("1", A, {}), ("5", B, {"firmware": "V5.7.3"}), ("3", D, {}), ("8", C, {})],
     {("returned", f"{NET}.8"), ("moved", f"{NET}.8")}),
)  # fmt: skip


def scan(db: str, targets: str = ALL) -> None:
    words = ["scan", targets, "-p", str(PORT), "--discovery", "none", "--timeout", "0.5", "--db", db, "-f", "jsonl"]
    assert main([*words, "-q", "--site", "north"]) == 0


def test_what_is_told_is_the_script(tmp_path, capfdbinary):
    db = str(tmp_path / "scans.sqlite3")
    for step, (name, cameras, expected) in enumerate(SCRIPT):
        with network(*cameras):
            scan(db)
        with open_store(db) as store:
            newest = next(store.scans()).id
            told = [(change.kind, change.host) for change in store.changes(scan=newest)]
        assert sorted(told) == sorted(expected), f"scan {step + 1}, {name}"
    # Addresses that are not reached say nothing, however often.
    for _ in range(4):
        with network(("1", A, {}), ("5", B, {"firmware": "V5.7.3"})):
            scan(db, f"{NET}.1-6")
    with open_store(db) as store:
        told = [
            (change.kind, change.host) for scan_ in list(store.scans())[:4] for change in store.changes(scan=scan_.id)
        ]
        devices = {device.addresses[0]: device.gone for device in store.devices("north")}
    assert told == [("gone", f"{NET}.3")]
    assert devices == {f"{NET}.1": False, f"{NET}.5": False, f"{NET}.3": True, f"{NET}.8": False}
    capfdbinary.readouterr()
    assert main(["diff", "--db", db, "--json"]) == 0
    assert [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()] == []
