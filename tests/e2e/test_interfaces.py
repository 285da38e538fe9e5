"""A machine on several links at once: every address of every interface asks, and only those that are wanted.

``vlan20`` is a link of its own, as the kernel shows a VLAN; the kernels that this runs on need not know VLANs.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from scanner.lab.device import load_devices
from tests.e2e.namespaces import COMMAND, Namespace, lan, serve_lab

pytestmark = [pytest.mark.root, pytest.mark.slow]

HIKVISION, DAHUA, OTHER = "10.87.1.11", "10.87.2.11", "10.87.3.11"
PLACES = {"hikvision-bullet": HIKVISION, "dahua-bullet": DAHUA, "hikvision-nvr": OTHER}
MACS = {device.id: device.mac for device in load_devices()}
MARK = "ff02::9999"
"""A group of nobody's."""
GROUPS = {"ws_discovery": 3702, "sadp": 37020, "dhip": 37810, "ssdp": 1900, "mdns": 5353}
SCAN = f"""
import asyncio, json, sys
from scanner.engine.request import Request
from scanner.engine.scan import run
from scanner.model.observation import Observation
DISCOVERY = {("ndp", *GROUPS)}
words = json.loads(sys.argv[1])
seen = []
coverage = asyncio.run(run(Request(ports=(80,), wait=0.6, passes=1, discovery=DISCOVERY, **words), seen.append))
told = [e for e in seen if isinstance(e, Observation)]
print(json.dumps([[(e.subject.address, e.field, e.value) for e in told], coverage.not_reached]))
"""
SPOKEN = re.compile(r"IP6? (?P<source>[0-9a-f.:]+?)\.\d+ > (?P<group>[0-9a-f.:]+)\.(?P<port>\d+): ")
ECHO = re.compile(r"IP6 (?P<source>[0-9a-f:]+) > ff02::1: ICMP6, echo request")


class Site(NamedTuple):
    scanner: Namespace
    ears: dict[str, tuple[Namespace, Path]]
    """Interface of the scanner → who listens on that link, and what it heard."""


class Scanned(NamedTuple):
    told: dict[str, set[tuple[str, str]]]
    asked: dict[str, dict[str, set[str]]]
    """Interface of the scanner → protocol → the addresses that asked groups and by broadcast there."""
    not_reached: list[str]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("interfaces")
    with lan("i") as near, lan("v") as other:
        scanner = near.host("10.87.1.1/28", "10.87.2.1/28", "fd00:87::1/64")
        other.join(scanner, "vlan20", "10.87.3.1/28", "fd00:88::1/64")
        ears = {}
        for interface, net, prefixes, own in (
            ("eth0", near, ("10.87.1", "10.87.2"), "fd00:87::99"),
            ("vlan20", other, ("10.87.3",), "fd00:88::99"),
        ):
            mine = {name: place for name, place in PLACES.items() if place.rpartition(".")[0] in prefixes}
            crowd = net.crowd({f"{place}/28": MACS[name] or "02:00:00:00:87:01" for name, place in mine.items()})
            serve_lab(crowd, mine, folder / f"{interface}.lab")
            ear = net.host(f"{own}/64", mac="02:00:00:00:00:99")
            ears[interface] = (ear, folder / f"{interface}.heard")
            ear.start("tcpdump", "-n", "-l", "-i", "eth0", "udp or icmp6", log=ears[interface][1])
        for _, heard in ears.values():
            wait_for_text(heard, "listening")
        yield Site(scanner, ears)


def wait_for_text(file: Path, text: str, times: int = 1) -> None:
    for _ in range(100):
        if file.read_text().count(text) >= times:
            return
        time.sleep(0.1)
    raise TimeoutError(file.read_text())


def scan(site: Site, **words: object) -> Scanned:
    before = {interface: len(heard.read_text()) for interface, (_, heard) in site.ears.items()}
    done = site.scanner.run(sys.executable, "-c", SCAN, json.dumps(words), timeout=60)
    asked: dict[str, dict[str, set[str]]] = {}
    for interface, (ear, heard) in site.ears.items():
        # Own words, which are heard last: all before them has been written by then.
        said = heard.read_text().count(f"> {MARK}: ")
        ear.run("ping", "-c1", "-W1", f"{MARK}%eth0", check=False)
        wait_for_text(heard, f"> {MARK}: ", said + 1)
        found: dict[str, set[str]] = defaultdict(set)
        for line in heard.read_text()[before[interface] :].splitlines():
            spoken, echo = SPOKEN.search(line), ECHO.search(line)
            if echo:
                found["ndp"].add(echo["source"])
            elif spoken and re.match(r"22[4-9]|23|ff0|10\.87\.\d\.15|255", spoken["group"]):
                names = [name for name, port in GROUPS.items() if port == int(spoken["port"])]
                found[names[0] if names else spoken["port"]].add(spoken["source"])
        asked[interface] = dict(found)
    told: dict[str, set[tuple[str, str]]] = defaultdict(set)
    rows, not_reached = json.loads(done.stdout)
    for address, field, value in rows:
        told[address].add((field, value))
    return Scanned(dict(told), asked, not_reached)


def sources(scanned: Scanned, interface: str, protocol: str, version: int = 4) -> set[str]:
    """Who asked there, by IPv4 or IPv6; link-local addresses, which nobody chose, by their prefix."""
    heard = scanned.asked[interface].get(protocol, set())
    return {re.sub("^fe80:.*", "fe80::", one) for one in heard if (":" in one) == (version == 6)} & {
        "10.87.1.1", "10.87.2.1", "10.87.3.1", "fd00:87::1", "fd00:88::1", "fe80::",
    }  # fmt: skip


@pytest.fixture(scope="module")
def everything(site) -> Scanned:
    return scan(site, targets=["local"])


@pytest.mark.parametrize("protocol", GROUPS)
def test_groups_are_asked_on_every_interface_from_every_address(everything, protocol):
    assert sources(everything, "eth0", protocol) == {"10.87.1.1", "10.87.2.1"}
    assert sources(everything, "vlan20", protocol) == {"10.87.3.1"}


def test_ipv6_nodes_are_asked_on_every_interface_from_each_network(everything):
    assert sources(everything, "eth0", "ndp", 6) == {"fe80::", "fd00:87::1"}
    assert sources(everything, "vlan20", "ndp", 6) == {"fe80::", "fd00:88::1"}


def test_devices_of_every_subnet_are_found(everything):
    assert {HIKVISION, DAHUA, OTHER} <= set(everything.told)
    assert everything.not_reached == []


def test_who_speaks_ipv6_alone_is_found_with_its_hardware_address_on_each_link(everything):
    alone = {"fe80::ff:fe00:99%eth0", "fe80::ff:fe00:99%vlan20", "fd00:87::99", "fd00:88::99"}
    assert alone <= set(everything.told)
    assert all(("link.mac", "02:00:00:00:00:99") in everything.told[address] for address in alone)


def test_a_named_target_keeps_to_its_own_link(site):
    found = scan(site, targets=["vlan20"])
    assert found.asked["eth0"] == {}
    assert sources(found, "vlan20", "ws_discovery") == {"10.87.3.1"}
    assert {"fe80::ff:fe00:99%vlan20", "fd00:88::99", OTHER} <= set(found.told)
    assert not {HIKVISION, DAHUA, "fe80::ff:fe00:99%eth0", "fd00:87::99"} & set(found.told)


def test_interfaces_can_be_chosen_and_the_rest_is_asked_by_unicast(site):
    found = scan(site, targets=["10.87.1.8/29", "10.87.2.8/29", "10.87.3.8/29"], interfaces=["vlan20"])
    assert found.asked["eth0"] == {}
    assert sources(found, "vlan20", "sadp") == {"10.87.3.1"}
    assert {HIKVISION, DAHUA, OTHER} <= set(found.told)


def test_an_unknown_interface_is_named_with_those_there_are(site):
    done = site.scanner.run(str(COMMAND), "scan", "--no-store", "10.87.1.11", "-i", "eth7", check=False)
    assert done.returncode == 2
    assert "eth7: no such interface: this machine has eth0, lo, vlan20" in done.stderr
