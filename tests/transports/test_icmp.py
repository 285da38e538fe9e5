from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.transports.conftest import ip

ASK = """
import asyncio, json, os, sys
from scanner.model.observation import Endpoint
from scanner.transports import icmp
from scanner.transports.interfaces import interfaces
if len(sys.argv) > 1:
    os.setgid(int(sys.argv[1]))
    os.setuid(int(sys.argv[1]))
skipped = []
async def main():
    links = [one for one in interfaces() if not one.loopback]
    found = []
    async for address in icmp.ask(
        Endpoint("ff02::1"), interfaces=links, wait=1, passes=1, spacing=0,
        on_skip=lambda interface, reason: skipped.append([interface.name, reason]),
    ):
        found.append(address)
    return found
print(json.dumps([asyncio.run(main()), skipped]))
"""


def ask(lan, *words: str) -> tuple[list[str], list[list[str]]]:
    done = subprocess.run(
        ["ip", "netns", "exec", lan.scanner, sys.executable, "-c", ASK, *words],
        check=True, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    found, skipped = json.loads(done.stdout)
    return found, skipped


@pytest.fixture
def six(lan):
    for name, interface, address in ((lan.scanner, "scan0", "fd00:99::1"), (lan.camera, "cam0", "fd00:99::2")):
        ip("-n", name, "address", "add", f"{address}/64", "dev", interface, "nodad")
    return lan


@pytest.mark.root
def test_who_answers_is_told_with_each_address_that_is_like_the_askers(six):
    found, skipped = ask(six)
    # 02:00:00:00:00:02 of the fixture, as RFC 4291 appendix A makes an address of it.
    assert sorted(found) == ["fd00:99::2", "fe80::ff:fe00:2%scan0"]
    assert skipped == []

    found, skipped = ask(six, "65534")
    assert found == []
    assert {name for name, _ in skipped} == {"scan0"}
    assert all(reason for _, reason in skipped)

    # Sockets that the system lends to a group of users need no privilege.
    ip("netns", "exec", six.scanner, "sysctl", "-q", "-w", "net.ipv4.ping_group_range=65534 65534")
    assert sorted(ask(six, "65534")[0]) == ["fd00:99::2", "fe80::ff:fe00:2%scan0"]
