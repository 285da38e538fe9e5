"""The makers' own searches on a real link: each device answers in one of the manners that devices are known to have."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest

from tests.e2e.namespaces import lan
from tests.protocols import discoveries

pytestmark = [pytest.mark.root, pytest.mark.slow]

# Bind address and port, group to join, what a question holds, whom to answer, the answer.
DEVICES: dict[str, tuple[str, int, str, bytes, str, bytes]] = {
    # Public capture 15462199339: bound to the group, answers to the group.
    "10.84.0.11": ("239.255.255.250", 37020, "239.255.255.250", b"inquiry", "239.255.255.250:37020", discoveries.SADP_CAMERA),
    # julienblitte/UniversalScanner doc/protocols.html: answers the asker.
    "10.84.0.12": ("", 37020, "239.255.255.250", b"inquiry_v32", "", discoveries.SADP_OTHERS[1]),
    "10.84.0.13": ("", 37810, "239.255.255.251", b"DHDiscover.search", "", discoveries.DHIP_PRIVATE),
    "10.84.0.14": ("", 5050, "", b"\xa3\x01\x00\x01", "", discoveries.LEGACY_ANSWER),
    "10.84.0.15": ("", 34569, "", b"\xfa\x05", "10.84.0.255:34569", discoveries.XIONGMAI_NEWER),
    "10.84.0.16": ("", 7701, "", b"\x01", ":7711", discoveries.HANWHA_ANSWER),
    "10.84.0.17": ("", 1757, "", b"\xff\x00\x06\xde", ":1758", discoveries.BOSCH_XML),
    "10.84.0.18": ("", 10000, "", b"\x4a\x5d\x8f\x1c", "", discoveries.VIVOTEK_ANSWER),
    "10.84.0.19": ("239.255.255.250", 1900, "239.255.255.250", b"ssdp:all", "", discoveries.SSDP_AXIS),
    "10.84.0.20": ("", 5060, "", b"OPTIONS sip:", "", discoveries.SIP_ANSWER),
    "10.84.0.21": ("", 137, "", b"CKAAAA", "", discoveries.NETBIOS_ANSWER),
}  # fmt: skip
RESPONDER = """
import socket, sys
bind, port, group, holds, whom, answer, own = sys.argv[1:]
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
sock.bind((bind, int(port)))
if group:
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + socket.inet_aton(own))
speaker = sock
if bind:
    speaker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    speaker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    speaker.bind((own, int(port)))
while True:
    heard, peer = sock.recvfrom(9000)
    if bytes.fromhex(holds) in heard:
        host, _, number = whom.rpartition(":")
        speaker.sendto(bytes.fromhex(answer), (host or peer[0], int(number)) if number else peer)
"""
SCAN = """
import asyncio, json, sys
from scanner.engine.request import Request
from scanner.engine.scan import run
from scanner.model.observation import Observation
seen = []
coverage = asyncio.run(run(Request(targets=("10.84.0.0/24",), ports=(80,)), seen.append))
print(json.dumps([(e.subject.address, e.field, e.value) for e in seen if isinstance(e, Observation)]))
print(coverage.outcomes, coverage.not_reached, file=sys.stderr)
"""
TOLD = {
    "10.84.0.11": ("sadp.serial", "DS-2CD2385G1-I20200414AAWRE33842150"),
    "10.84.0.12": ("sadp.serial", "DS-7804HQH-K10420190822CCCHD53257168WCVU"),
    "10.84.0.13": ("dhip.serial", "6C01E93PAG69A7D"),
    "10.84.0.14": ("dahua_legacy.serial", "123456789"),
    "10.84.0.15": ("xiongmai.serial", "a44d13007be81c4d"),
    "10.84.0.16": ("hanwha.model", "Virtual"),
    "10.84.0.17": ("bosch.serial", "12345678:12345678"),
    "10.84.0.18": ("vivotek.model", "Virtual"),
    "10.84.0.19": ("ssdp.server", "Linux/2.6.35, UPnP/1.0, Portable SDK for UPnP devices/1.6.18"),
    "10.84.0.20": ("sip.user_agent", "Embedded Net DVR/NVR/DVS"),
    "10.84.0.21": ("name.netbios", "DISKSTATION"),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Iterator[dict[str, set[tuple[str, str]]]]:
    folder = tmp_path_factory.mktemp("searches")
    responder, scan = folder / "responder.py", folder / "scan.py"
    responder.write_text(RESPONDER)
    scan.write_text(SCAN)
    with lan("q") as net:
        scanner = net.host("10.84.0.1/24")
        for address, (bind, port, group, holds, whom, answer) in DEVICES.items():
            net.host(f"{address}/24").start(
                sys.executable, str(responder), bind, str(port), group, holds.hex(), whom, answer.hex(), address,
                log=folder / f"{address}.log",
            )  # fmt: skip
        done = scanner.run(sys.executable, str(scan), timeout=100)
        assert {path.read_text() for path in folder.glob("*.log")} == {""}
        seen: dict[str, set[tuple[str, str]]] = {}
        for address, field, value in json.loads(done.stdout):
            seen.setdefault(address, set()).add((field, value))
        yield seen


@pytest.mark.parametrize("address", DEVICES)
def test_every_manner_of_answering_is_heard(told, address):
    assert TOLD[address] in told.get(address, set())


def test_the_scanner_does_not_take_itself_for_a_device(told):
    assert {field for field, _ in told.get("10.84.0.1", set())} <= {"link.mac"}
