"""Clients that others wrote find the lab's devices by the makers' own searches, and read what the scanner reads."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from scanner.lab.device import load_devices
from tests.e2e.namespaces import Namespace, lan, serve_lab

pytestmark = [pytest.mark.root, pytest.mark.slow]

SADP, DHIP = 37020, 37810
DEVICES = [device for device in load_devices() if {service.port for service in device.services} & {SADP, DHIP}]
PLACES = {device.id: f"10.89.0.{number}" for number, device in enumerate(DEVICES, 11)}
# Of both clients the search alone is used: they can write to devices too.
SEARCH_DHIP = """
import asyncio, json, sys
from aiodahua.discovery import async_discover
found = asyncio.run(async_discover(source_ip="10.89.0.2", timeout=1.0, targets=json.loads(sys.argv[1])))
print(json.dumps([[one.mac, one.serial, one.device_type] for one in found]))
"""
SEARCH_SADP = """
import json
from hiktools.sadp import SADPClient, fromdict, unmarshal
with SADPClient(timeout=1) as client:
    client.write(fromdict({"Uuid": "13A888A9-F1B1-4020-AE9F-05607682D23B", "Types": "inquiry"}))
    found = [unmarshal(answer.toxml()) for answer in client]
print(json.dumps([[one["MAC"], one["DeviceSN"], one["DeviceDescription"]] for one in found]))
"""
SCAN = """
import asyncio, json
from scanner.engine.request import Request
from scanner.engine.scan import run
from scanner.model.observation import Observation
seen = []
asked = Request(targets=("10.89.0.0/27",), ports=(9,), wait=1.0, passes=1, discovery=("sadp", "dhip"))
asyncio.run(run(asked, seen.append))
print(json.dumps([(e.subject.address, e.field, e.value) for e in seen if isinstance(e, Observation)]))
"""


class Site(NamedTuple):
    client: Namespace
    told: dict[str, dict[str, str]]
    """What the scanner reads, by address."""


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    with lan("c") as net:
        client = net.host("10.89.0.2/24")
        crowd = net.crowd({f"{PLACES[device.id]}/24": device.mac for device in DEVICES})
        serve_lab(crowd, PLACES, Path(tmp_path_factory.mktemp("clients")) / "lab.log")
        told: dict[str, dict[str, str]] = {}
        for address, field, value in json.loads(client.run(sys.executable, "-c", SCAN).stdout):
            told.setdefault(address, {})[field] = value
        yield Site(client, told)


def read(told: dict[str, dict[str, str]], name: str, model: str) -> list[list[str]]:
    """Hardware address, serial number and model of each device that the scanner read by one protocol, in order."""
    mac, serial = f"{name}.mac", f"{name}.serial"
    return sorted([one[mac], one[serial], one[model]] for one in told.values() if serial in one)


@pytest.mark.parametrize("groups", [None, sorted(PLACES.values())], ids=["groups", "unicast"])
def test_aiodahua_finds_and_reads_what_the_scanner_does(site, groups):
    found = json.loads(site.client.run(sys.executable, "-c", SEARCH_DHIP, json.dumps(groups)).stdout)
    assert sorted(found) == read(site.told, "dhip", "dhip.device_type")
    assert len(found) == sum(service.port == DHIP for device in DEVICES for service in device.services)


def test_hiktools_finds_and_reads_what_the_scanner_does(site):
    found = json.loads(site.client.run(sys.executable, "-c", SEARCH_SADP).stdout)
    ours = read(site.told, "sadp", "sadp.device_description")
    assert sorted([mac.lower().replace("-", ":"), serial, model] for mac, serial, model in found) == ours
    assert len(found) == sum(service.port == SADP for device in DEVICES for service in device.services)
