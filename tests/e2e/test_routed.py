"""Two subnets with a router between them: the devices of the far one are found, and the router's table has their MACs."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from scanner.lab.device import Device, load_devices
from tests.e2e.namespaces import COMMAND, Namespace, lan, serve_lab, timeless

SNMPD = shutil.which("snmpd", path="/usr/sbin:/usr/bin")
pytestmark = [
    pytest.mark.root,
    pytest.mark.slow,
    pytest.mark.timeout(200),
    pytest.mark.skipif(SNMPD is None, reason="snmpd is not installed: see debian-packages.txt"),
]

NEAR, FAR = "10.85.1", "10.85.2"
ROUTER = f"{NEAR}.1"
DEVICES = load_devices()
PLACES = {device.id: f"{FAR if number % 2 else NEAR}.{10 + number}" for number, device in enumerate(DEVICES)}


def mac(device: Device) -> str:
    """As the device has it in the lab, else one that is nobody's."""
    return device.mac or "02:00:00:00:00:" + PLACES[device.id].rpartition(".")[2].zfill(2)


def start_snmpd(router: Namespace, folder: Path) -> None:
    assert SNMPD is not None
    (folder / "snmpd.conf").write_text("agentAddress udp:161\nrocommunity notpublic\nsysDescr Debian router\n")
    router.start(
        "env", "MIBS=", SNMPD, "-f", "-Lo", "-C", "-c", str(folder / "snmpd.conf"), f"--persistentDir={folder}",
        "-I", "-smux", log=folder / "snmpd.log",
    )  # fmt: skip


def scan(scanner: Namespace, credentials: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    done = scanner.run(
        "env", "COMMUNITY=notpublic", str(COMMAND), "scan", "--no-store", "-f", "jsonl", f"{NEAR}.1-40",
        f"{FAR}.1-40", "--credentials", str(credentials), timeout=150, check=False,
    )  # fmt: skip
    assert done.returncode in {0, 3}, done.stderr
    *findings, summary = [json.loads(line) for line in done.stdout.splitlines()]
    return {finding["host"]: finding for finding in findings}, summary


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Two scans of the same, from two machines: nearly all of a scan is waiting."""
    folder = tmp_path_factory.mktemp("routed")
    with lan("n") as near, lan("f") as far:
        scanners = [near.host(f"{NEAR}.{60 + number}/26") for number in range(2)]
        router = near.host(f"{ROUTER}/26")
        far.join(router, "eth1", f"{FAR}.1/26")
        router.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1")
        for scanner in scanners:
            scanner.run("ip", "route", "add", "default", "via", ROUTER)
        for side, net in ((NEAR, near), (FAR, far)):
            own = {device.id: device for device in DEVICES if PLACES[device.id].startswith(f"{side}.")}
            crowd = net.crowd({f"{PLACES[name]}/26": mac(device) for name, device in own.items()})
            crowd.run("ip", "route", "add", "default", "via", f"{side}.1")
            serve_lab(crowd, {name: PLACES[name] for name in own}, folder / f"lab{side}.log")
        start_snmpd(router, folder)
        credentials = folder / "credentials.toml"
        credentials.write_text(f'[[snmp]]\nfor = "{ROUTER}"\nversion = "2c"\ncommunity_env = "COMMUNITY"\n')
        credentials.chmod(0o600)
        with ThreadPoolExecutor(len(scanners)) as pool:
            return list(pool.map(lambda scanner: scan(scanner, credentials), scanners))


@pytest.fixture
def scanned(runs) -> tuple[dict[str, Any], dict[str, Any]]:
    found: tuple[dict[str, Any], dict[str, Any]] = runs[0]
    return found


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.id)
def test_every_device_is_found_with_its_hardware_address(scanned, device):
    findings, _ = scanned
    assert PLACES[device.id] in findings
    assert findings[PLACES[device.id]]["mac"] == mac(device)


def test_hardware_addresses_beyond_the_router_are_hearsay(scanned):
    findings, _ = scanned
    reporters = {
        (device, piece["reporter"])
        for device, address in PLACES.items()
        if address.startswith(FAR)
        for piece in findings[address]["evidence"]
        if piece["field"] == "link.mac" and not piece["signature"].startswith("catalogue:")
    }
    assert len(reporters) >= 5
    assert {reporter for _, reporter in reporters} == {ROUTER}


def test_discovery_protocols_are_asked_by_unicast_beyond_the_router(scanned):
    findings, _ = scanned
    far = {
        protocol
        for device, address in PLACES.items()
        if address.startswith(FAR)
        for protocol in findings[address]["found_by"]
    }
    assert {"ws_discovery", "snmp", "http", "rtsp"} <= far


def test_the_summary_counts_the_router_as_asked(scanned):
    _, summary = scanned
    assert summary["coverage"]["outcomes"]["snmp"] == {"answered": 1}


def test_two_scans_of_what_did_not_change_say_the_same(runs):
    first, second = (
        timeless(finding for host, finding in found.items() if host in PLACES.values()) for found, _ in runs
    )
    assert len(first) == len(DEVICES)
    assert second == first
