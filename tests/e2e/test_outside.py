"""Devices on a wrong or factory-set subnet of the same link: told of with where they are, and never asked anything."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import pytest

from scanner.lab.device import load_devices
from tests.e2e.namespaces import COMMAND, Namespace, lan, serve_lab
from tests.protocols import answers, discoveries

pytestmark = [pytest.mark.root, pytest.mark.slow]

SCANNER = "10.88.0.1"
RIGHT, DVR, NEW = "10.88.0.10", "192.168.1.64", "192.168.1.108"
MOVED, EXCLUDED, CLAIMER, NOWHERE = "192.168.9.9", "192.168.1.70", "10.88.0.11", "0.0.0.0"
LAB = {"axis-camera": RIGHT, "hikvision-dvr": DVR, "bcs-camera": NEW}
BY_ID = {device.id: device for device in load_devices()}
TWIN_MAC, TWIN_SERIAL = "98:f9:cc:af:59:0d", "CC10BD8PAGCF779"

WATCH = """
import json, socket, sys
scanner, foreign = socket.inet_aton(sys.argv[1]), {socket.inet_aton(one) for one in sys.argv[2:]}
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
print("up", flush=True)
while True:
    frame = sock.recv(2000)
    kind, rest = frame[12:14], frame[14:]
    if kind == b"\\x08\\x00" and rest[12:16] == scanner and rest[16:20] in foreign:
        print("sent", rest[:40].hex(), flush=True)
    if kind == b"\\x08\\x06" and rest[6:8] == b"\\x00\\x01" and rest[14:18] == scanner and rest[24:28] in foreign:
        print("looked up", rest[:28].hex(), flush=True)
"""
ANSWER = r"""
import socket, sys
group, port, holds, answer, own = sys.argv[1], int(sys.argv[2]), *map(bytes.fromhex, sys.argv[3:5]), sys.argv[5]
ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
ear.setsockopt(socket.IPPROTO_IP, 49, 0)
ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + bytes(4) + socket.if_nametoindex("eth0").to_bytes(4, "little"))
ear.bind((group, port))
if own == "0.0.0.0":
    # The kernel would not send from no address.
    import struct
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    link.bind(("eth0", 0x0800))
    def reply(peer):
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(answer), 0, 0, 64, 17, 0, bytes(4), b"\xff" * 4)
        total = sum(struct.unpack("!10H", head))
        check = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
        udp = struct.pack("!HHHH", port, port, 8 + len(answer), 0)
        link.send(b"\xff" * 6 + link.getsockname()[4] + b"\x08\x00" + head[:10] + check.to_bytes(2, "big") + head[12:] + udp + answer)
else:
    speaker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    speaker.bind((own, 0))
    def reply(peer):
        speaker.sendto(answer, peer)
print("up", flush=True)
while True:
    heard, peer = ear.recvfrom(9000)
    if holds in heard:
        reply(peer)
"""


def sadp(address: str, serial: str) -> bytes:
    told = {b"192.168.124.40": address.encode(), b"20200414AAWRE33842150": serial.encode()}
    payload = re.sub(rb"<Salt>.*?</Salt>", b"", discoveries.SADP_CAMERA)  # in one frame, whoever sends it
    for old, new in told.items():
        assert old in payload
        payload = payload.replace(old, new)
    return payload


def open_ears(host: Namespace) -> None:
    """Let the kernel take in what comes from where it would not send to."""
    for name in ("all", "eth0"):
        host.run("sysctl", "-q", "-w", f"net.ipv4.conf.{name}.rp_filter=0")


@pytest.fixture(scope="module")
def scanned(tmp_path_factory) -> tuple[dict[str, Any], dict[str, Any], str, list[str]]:
    folder = tmp_path_factory.mktemp("outside")
    twin = discoveries.DHIP_PRIVATE.replace(b"08:ed:ed:87:42:7a", TWIN_MAC.encode()).replace(
        b"6C01E93PAG69A7D", TWIN_SERIAL.encode()
    )
    with lan("o") as net:
        scanner = net.host(f"{SCANNER}/24")
        open_ears(scanner)
        crowd = net.crowd({f"{address}/24": BY_ID[name].mac or "02:00:00:00:00:01" for name, address in LAB.items()})
        crowd.run("ip", "route", "add", "10.88.0.0/24", "dev", "d1", "metric", "1")
        watched = folder / "watched"
        crowd.start(sys.executable, "-c", WATCH, SCANNER, DVR, NEW, MOVED, EXCLUDED, log=watched)
        serve_lab(crowd, LAB, folder / "lab.log")
        strangers = {
            MOVED: ("239.255.255.250", 37020, b"inquiry_v32", sadp("192.168.1.65", "MOVED0001")),
            EXCLUDED: ("239.255.255.250", 37020, b"inquiry_v32", sadp(EXCLUDED, "EXCLUDED1")),
            NOWHERE: ("239.255.255.250", 37020, b"inquiry_v32", sadp(NOWHERE, "NOWHERE01")),
            NEW: ("239.255.255.251", 37810, b"DHDiscover.search", twin),
            CLAIMER: ("239.255.255.250", 3702, b"<d:Probe", answers.PROBE_MATCH),
        }
        logs = [watched]
        for number, (own, (group, port, holds, payload)) in enumerate(strangers.items()):
            host = net.host(*([] if own == NOWHERE else [f"{own}/24"]))
            open_ears(host)
            if not own.startswith("10.88."):
                host.run("ip", "route", "add", "10.88.0.0/24", "dev", "eth0")
            logs.append(folder / f"{number}.log")
            host.start(
                sys.executable, "-c", ANSWER, group, str(port), holds.hex(), payload.hex(), own, log=logs[-1]
            )  # fmt: skip
        for log in logs:
            scanner.run("sh", "-c", f"until grep -q up {log}; do sleep 0.1; done", timeout=30)
        table = folder / "table.txt"
        done = scanner.run(
            str(COMMAND), "scan", "--no-store", "-f", "jsonl", "-o", str(table), "-p", "80,37777",
            "--exclude", EXCLUDED, "10.88.0.1-20", timeout=100, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        *lines, summary = [json.loads(line) for line in done.stdout.splitlines()]
        sent = watched.read_text().splitlines()[1:]
        return {line["host"]: line for line in lines}, summary, table.read_text(), sent


def value(finding: dict[str, Any], slot: str) -> Any:
    return (finding["identification"][slot] or {}).get("value")


def test_devices_of_another_subnet_are_told_of_with_what_they_are(scanned):
    findings, _, _, _ = scanned
    assert value(findings[DVR], "manufacturer") == "hikvision"
    assert value(findings[NEW], "manufacturer") == "dahua"
    assert findings[DVR]["outside"]
    assert findings[NEW]["outside"]
    assert not findings[RIGHT]["outside"]


def test_the_address_claimed_stands_beside_the_one_answered_from(scanned):
    findings, _, _, _ = scanned
    assert (findings[MOVED]["claimed"], findings[MOVED]["outside"]) == (["192.168.1.65"], True)
    assert findings[DVR]["claimed"] == []
    assert findings[CLAIMER]["claimed"]
    assert not findings[CLAIMER]["outside"]


def test_a_device_without_an_address_is_heard(scanned):
    findings, _, _, _ = scanned
    assert findings[NOWHERE]["outside"]
    assert "NOWHERE01" in value(findings[NOWHERE], "serial")


def test_two_new_devices_on_one_address_are_two(scanned):
    findings, _, _, _ = scanned
    twins = [finding for host, finding in findings.items() if host.partition("%")[0] == NEW]
    assert len(twins) == 2
    assert TWIN_SERIAL in {value(twin, "serial") for twin in twins}


def test_an_excluded_device_is_not_told_of_and_counted(scanned):
    findings, summary, _, _ = scanned
    assert EXCLUDED not in findings
    assert summary["coverage"]["out_of_scope_answers"] > 0


def test_the_report_says_where_they_are(scanned):
    _, summary, table, _ = scanned
    said = " ".join(table.split())
    assert f"{MOVED} (says 192.168.1.65)" in said
    assert "Answered from outside the targets, not asked further:" in said
    assert summary["coverage"]["outside"] == 5


def test_nothing_was_sent_to_them(scanned):
    assert scanned[3] == []
