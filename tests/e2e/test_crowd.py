"""One question to a group, answered by a whole segment at once: no answer is lost."""

from __future__ import annotations

import json
import sys
import time

import pytest

from tests.e2e.namespaces import lan
from tests.protocols import answers

pytestmark = [
    pytest.mark.root,
    pytest.mark.slow,
]

ADDRESSES = [f"10.87.0.{n}" for n in range(1, 255)]
CROWD = """
import socket, struct, sys
addresses, answer = sys.argv[2:], bytes.fromhex(sys.argv[1])
speakers = []
for address in addresses:
    speaker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    speaker.bind((address, 3702))
    speakers.append(speaker)
ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
ear.bind(("239.255.255.250", 3702))
group = struct.pack("=4s4si", socket.inet_aton("239.255.255.250"), bytes(4), socket.if_nametoindex("eth0"))
ear.setsockopt(socket.IPPROTO_IP, 49, 0)  # IP_MULTICAST_ALL
ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
print("up", flush=True)
while True:
    _, peer = ear.recvfrom(9000)
    for speaker in speakers:
        speaker.sendto(answer, peer)
"""
ASK = """
import asyncio, json, uuid
from scanner.model.observation import Endpoint
from scanner.model.permitted import Permitted
from scanner.protocols.ws_discovery import SPEC
from scanner.transports import multicast
from scanner.transports.interfaces import interfaces
async def main():
    group = Permitted(Endpoint("239.255.255.250", "udp", 3702))
    links = [one for one in interfaces() if not one.loopback]
    return [
        (datagram.address, len(datagram.payload))
        async for datagram in multicast.ask(
            [group], lambda: SPEC.encode(uuid.uuid4())[:1], interfaces=links, wait=3, passes=1, spacing=1,
            source_port=None, broadcast=False,
        )
    ]
print(json.dumps(asyncio.run(main())))
"""


def test_254_devices_answer_one_question_at_once_and_all_are_heard(tmp_path):
    answer = answers.PROBE_MATCH.ljust(1400)
    log = tmp_path / "crowd.log"
    with lan("c") as net:
        asker = net.host("10.87.1.1/23")
        crowd = net.host(*(f"{address}/23" for address in ADDRESSES))
        crowd.start(sys.executable, "-c", CROWD, answer.hex(), *ADDRESSES, log=log)
        until = time.monotonic() + 10
        while "up" not in log.read_text():
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        heard = json.loads(asker.run(sys.executable, "-c", ASK).stdout)
    assert sorted(address for address, _ in heard) == sorted(ADDRESSES)
    assert {size for _, size in heard} == {len(answer)}
