"""What other scanners bring of the whole lab, imported: the right maker and verdict wherever their files have evidence.

The lab stands in one namespace, each device with its own hardware address, the scanners in another. nmap runs as
assessors run it, with ``-sV -sC``. Both together take a quarter of an hour, most of it nmap's waiting, so they run on
request: ``COVEREDSCAN_OTHER_SCANNERS=1``.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.coverage.assess import Question
from scanner.coverage.policies import select
from scanner.database.load import load
from scanner.importers.importer import BadPart, Given, normal
from scanner.importers.kinds import read
from scanner.lab.device import load_devices
from scanner.model.finding import Finding
from scanner.model.observation import Observation
from scanner.pipeline import Judge
from tests.e2e.namespaces import Namespace, lan, serve_lab

pytestmark = [
    pytest.mark.root,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif("COVEREDSCAN_OTHER_SCANNERS" not in os.environ, reason="set COVEREDSCAN_OTHER_SCANNERS=1"),
    pytest.mark.skipif(
        shutil.which("nmap") is None or shutil.which("masscan") is None, reason="nmap or masscan is not installed"
    ),
]
DEVICES = load_devices()
PLACES = {device.id: device.address.replace("127.66.", "10.88.") for device in DEVICES}
TCP = sorted({service.port for device in DEVICES for service in device.services if not service.datagrams})
UDP = (161, 1900, 3702, 5353)
SCRIPTS = (
    "http-title,http-server-header,http-headers,http-auth,http-favicon,ssl-cert,rtsp-methods,banner,"
    "upnp-info,wsdd-discover,snmp-info,snmp-sysdescr,dns-service-discovery"
)
FLAGGED = {"covered", "likely", "review"}


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Namespace, str]]:
    """The scanners' host, and the hardware address by which masscan reaches every device."""
    macs = {f"{PLACES[device.id]}/16": device.mac or f"02:00:5e:00:01:{n:02x}" for n, device in enumerate(DEVICES)}
    with lan("i") as net:
        asker = net.host("10.88.255.1/16")
        crowd = net.crowd(macs)
        # nmap learns of closed UDP ports from ICMP, which hosts send sparingly.
        crowd.run("sysctl", "-q", "-w", "net.ipv4.icmp_ratelimit=0")
        serve_lab(crowd, PLACES, tmp_path_factory.mktemp("lab") / "lab.log")
        yield asker, crowd.run("cat", "/sys/class/net/eth0/address").stdout.strip()


def judged(path: Path) -> dict[str, Finding]:
    """Address → finding of what the file holds."""
    database = load()
    judge = Judge(database, Question(when=dt.date(2026, 11, 22), use=None), select("us-federal", database.measures))

    def observations() -> Iterator[Observation]:
        with path.open("rb") as stream:
            for item in read(stream, Given(path.name)):
                assert not isinstance(item, BadPart), item
                told = normal(item, database.rule_for)
                if told is not None:
                    yield told

    return {address: finding for finding in judge.judge(observations()) for address in finding.addresses}


def right(found: dict[str, Finding]) -> int:
    """Return how many devices are told for what they are; none may be told for another."""
    named = 0
    for device in DEVICES:
        finding = found.get(PLACES[device.id])
        if finding is None or finding.identification.manufacturer is None:
            continue
        named += 1
        assert finding.identification.manufacturer.value == device.truth.manufacturer, device.id
        flagged = finding.verdicts[0].verdict in FLAGGED
        assert flagged == (device.truth.verdict == "covered-maker"), device.id
    return named


def test_masscan(scanner, tmp_path: Path):
    host, mac = scanner
    ports = ",".join(map(str, TCP))
    for option, name in (("-oJ", "masscan.json"), ("-oX", "masscan.xml")):
        host.run(
            "masscan", "-i", "eth0", "--router-mac", mac, "--source-ip", "10.88.255.2", "--banners", "--wait", "10",
            "--rate", "100", "-p", ports, option, str(tmp_path / name), *PLACES.values(),
        )  # fmt: skip
        found = judged(tmp_path / name)
        assert len(found) == len(DEVICES)
        # masscan loses banners when the machine is busy.
        assert right(found) >= 5


def test_nmap(scanner, tmp_path: Path):
    host, _ = scanner
    ports = f"T:{','.join(map(str, TCP))},U:{','.join(map(str, UDP))}"
    host.run(
        "nmap", "-n", "-sS", "-sU", "-sV", "-sC", "-T4", "--script", f"default,{SCRIPTS}", "-p", ports,
        "-oX", str(tmp_path / "nmap.xml"), *PLACES.values(), timeout=1700,
    )  # fmt: skip
    found = judged(tmp_path / "nmap.xml")
    assert all(finding.mac for finding in found.values())
    assert right(found) >= 26
