"""A whole scan at the default speed, captured on the cable: what is asked of everybody, of a /24 and of one address.

Everything that opens something is a question: ARP requests, datagrams and SYNs, of the sweep and of the conversations.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import pytest

from scanner.engine.speeds import SPEEDS
from scanner.lab.device import load_devices
from scanner.transports.pace import WINDOW_SECONDS
from tests.e2e.namespaces import COMMAND, lan, serve_lab

pytestmark = [pytest.mark.root, pytest.mark.slow]

NET = "10.84.0"
SCANNER = f"{NET}.254"
DEVICES = load_devices()
PLACES = {device.id: f"{NET}.{10 + number}" for number, device in enumerate(DEVICES)}
STRANGERS = [f"{NET}.{number}" for number in range(150, 172)]
"""Hosts that are there and say nothing: with them there is more to ask than the /24 may be asked."""
MDNS = 5353
"""Asked by a library, three times: the one thing that nobody paces."""

PADDED = 60
"""Bytes of our ARP requests. The kernel's own are shorter: one for each neighbour that it sends something to."""
EVERYBODY = f"{NET}.255"
FIN, SYN, RST = 1, 2, 4


class Packet(NamedTuple):
    """One frame on the cable."""

    when: int
    size: int
    sent: bool
    kind: str
    flags: int
    there: str
    port: int
    own_port: int


def most(packets: Iterable[Packet]) -> int:
    """Return how many of the packets are in the fullest window."""
    times = sorted(packet.when for packet in packets)
    width = int(WINDOW_SECONDS * 1e9)
    return max((bisect_left(times, when + width) - at for at, when in enumerate(times)), default=0)


def is_question(packet: Packet) -> bool:
    if not packet.sent or packet.port == MDNS:
        return False
    if packet.kind == "arp":
        return packet.size == PADDED
    return packet.kind == "udp" or (packet.kind == "tcp" and packet.flags & (SYN | RST) == SYN)


def most_open(packets: Iterable[Packet]) -> int:
    """Return how many connections were open at a time: from the SYN until either side ends it."""
    alive: set[tuple[int, int]] = set()
    highest = 0
    for packet in packets:
        key = (packet.port, packet.own_port)
        if packet.flags & (FIN | RST):
            alive.discard(key)
        elif packet.sent and packet.flags & SYN:
            alive.add(key)
        highest = max(highest, len(alive))
    return highest


@pytest.fixture(scope="module")
def cable(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gentle")
    with lan("g") as net:
        scanner = net.host(f"{SCANNER}/24")
        macs = {PLACES[device.id]: device.mac for device in DEVICES} | dict.fromkeys(STRANGERS, "")
        crowd = net.crowd({f"{one}/24": mac or f"02:00:00:00:00:{n:02x}" for n, (one, mac) in enumerate(macs.items())})
        serve_lab(crowd, PLACES, folder / "lab.log")
        with net.capture(scanner) as rows:
            # Before whatever else the machine does: a question that waits for a processor leaves closer to the next.
            command = ("nice", "-n", "-19", str(COMMAND), "scan", f"{NET}.0/24", "--no-store", "-f", "jsonl")
            done = scanner.run(*command, check=False)
    assert done.returncode == 0, done.stderr
    *findings, _ = [json.loads(line) for line in done.stdout.splitlines()]
    assert {finding["host"] for finding in findings} >= set(PLACES.values())
    return [Packet(*row) for row in rows]


def test_no_window_holds_more_questions_than_the_default_speed_allows(cable):
    limits = SPEEDS["gentle"]
    questions = [packet for packet in cable if is_question(packet)]
    kinds = Counter(packet.kind for packet in questions)
    assert kinds["arp"] >= 2 * (254 - len(PLACES) - len(STRANGERS))
    assert kinds["udp"] > 2 * 17 * len(PLACES)
    assert kinds["tcp"] > 35 * len(PLACES)
    assert most(questions) <= limits.rate * WINDOW_SECONDS
    singly = [
        one for one in questions if one.kind != "arp" and one.there.startswith(f"{NET}.") and one.there != EVERYBODY
    ]
    assert limits.per_subnet * WINDOW_SECONDS * 0.7 < most(singly) <= limits.per_subnet * WINDOW_SECONDS
    by_host = defaultdict(list)
    for packet in singly:
        by_host[packet.there].append(packet)
    assert by_host.keys() == {*PLACES.values(), *STRANGERS}
    assert max(map(most, by_host.values())) <= limits.per_host * WINDOW_SECONDS


def test_no_device_has_more_than_two_open_connections(cable):
    by_host = defaultdict(list)
    for packet in cable:
        if packet.kind == "tcp":
            by_host[packet.there].append(packet)
    assert max(map(most_open, by_host.values())) == 2
