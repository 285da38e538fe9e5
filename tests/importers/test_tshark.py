"""The same capture read by tshark and by us: where both read a field, both read the same."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from scanner.importers.importer import BadPart, Given
from scanner.importers.kinds import read
from tests.importers import packets
from tests.protocols import answers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed"),
]

Told = set[tuple[str, str]]


def tshark(path: Path, shown: str, *fields: str, comma: str = "|") -> Told:
    """(first field, each value of the second) of the packets that the filter shows."""
    words = [
        "tshark",
        "-n",
        "-o",
        "tcp.reassemble_out_of_order:TRUE",
        "-r",
        str(path),
        "-Y",
        shown,
        "-T",
        "fields",
        "-E",
        f"aggregator={comma}",
    ]
    done = subprocess.run(
        [*words, *(word for field in fields for word in ("-e", field))],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    rows = (line.split("\t") for line in done.stdout.splitlines())
    return {(row[0], value) for row in rows if len(row) == 2 for value in row[1].split(comma) if row[0] and value}


def ours(path: Path) -> dict[str, Told]:
    told: dict[str, Told] = {}
    with path.open("rb") as stream:
        for item in read(stream, Given(path.name)):
            assert not isinstance(item, BadPart)
            told.setdefault(item.field, set()).add((item.subject.address, item.value))
    return told


@pytest.fixture(scope="module")
def capture(tmp_path_factory) -> Path:
    chance = random.Random(7)
    frames: list[bytes] = []
    for number in range(2, 60):
        host, mac = f"10.0.0.{number}", b"\x58\x50\xed\0\0" + bytes((number,))
        request = packets.dhcp(mac=mac, options=((50, bytes((10, 0, 0, number))), (12, f"cam-{number}".encode())))
        pages = [
            (packets.get(), packets.http(b"<p>" * chance.randrange(2000), f"Server: cam/{number}", f"ETag: {number}")),
            (packets.get("/x"), packets.http(b"<html>", "Server: two")),
        ]
        web = packets.conversation(
            "10.0.0.1", host, 80, pages, mss=chance.choice((50, 536, 1460)), close=number % 2 == 0
        )
        lead, rest = web[:5], web[5:]
        if number % 3 == 0:
            rest = [*rest[:1], *rest[2:0:-1], *rest[:2], *rest[3:]]
        frames += [
            packets.arp(host, mac),
            packets.udp("0.0.0.0", 68, "255.255.255.255", 67, request),
            *lead,
            *rest,
        ]
        frames.append(packets.udp(host, 5353, "224.0.0.251", 5353, answers.MDNS[0]))
        frames.append(packets.udp(f"2001:db8::{number}", 5353, "ff02::fb", 5353, answers.MDNS[0]))
    path: Path = tmp_path_factory.mktemp("tshark") / "x.pcap"
    path.write_bytes(packets.pcap(frames))
    return path


def test_hosts_and_hardware_addresses(capture: Path):
    told = ours(capture)
    assert len(told["link.mac"]) == 58
    assert told["link.mac"] == tshark(capture, "arp", "arp.src.proto_ipv4", "arp.src.hw_mac")
    speaking = {host for host, _ in tshark(capture, "ip", "ip.src", "ip.dst")} - {"0.0.0.0", "10.0.0.1"}
    assert {host for values in told.values() for host, _ in values if "." in host} == speaking


def test_names_from_dhcp(capture: Path):
    asked = tshark(capture, "dhcp", "dhcp.option.requested_ip_address", "dhcp.option.hostname")
    assert len(asked) == 58
    assert ours(capture)["dhcp.hostname"] == asked


def test_names_from_mdns(capture: Path):
    told = ours(capture)
    for address in ("ip.src", "ipv6.src"):
        hosts = {(host, f"{name.rstrip('.')}.") for host, name in tshark(capture, "mdns", address, "dns.srv.target")}
        assert hosts
        assert hosts <= told["mdns.host"]
    assert len(told["mdns.host"]) == 116


def test_servers_from_http(capture: Path):
    servers = tshark(capture, "http.response", "ip.src", "http.server")
    told = ours(capture)["http.server"]
    assert len(servers) > 80
    # Of connections whose segments changed places tshark reads a part only; what it reads is what we read.
    assert servers <= told
    in_order = {host for host, _ in told if int(host.rpartition(".")[2]) % 3}
    assert {each for each in servers if each[0] in in_order} == {each for each in told if each[0] in in_order}
    assert told == {(f"10.0.0.{n}", server) for n in range(2, 60) for server in (f"cam/{n}", "two")}
