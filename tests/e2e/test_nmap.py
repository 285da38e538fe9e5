"""The lab is believable to a scanner that others wrote: nmap reads the banners that the transcripts hold."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest

from scanner.lab.device import Device, Service, load_devices
from scanner.lab.server import Lab

pytestmark = [
    pytest.mark.loopback,
    pytest.mark.slow,
    pytest.mark.timeout(280),
    pytest.mark.skipif(shutil.which("nmap") is None, reason="nmap is not installed: see debian-packages.txt"),
]
SCRIPTS = "http-server-header,banner"
PORTS = (21, 22, 23, 80)
"""Ports whose services nmap tells quickly: on ports that it has no patterns for, its version scan takes minutes."""
RAISED = 7000
"""Added to them without root: nmap takes 7080 for a web server's port, and 10080, the lab's own choice, for amanda."""


def moved(device: Device) -> Device:
    """The same device on a network of this test's own: another lab may be up."""
    return msgspec.structs.replace(device, address=device.address.replace("127.66.", "127.68."))


def server_headers(service: Service) -> set[str]:
    """What the root page's answer says in its Server header."""
    if service.kind != "http":
        return set()
    root = service.transcript.web("GET", "/", b"")
    if root is None:
        return set()
    head = root.render({"host": "x", "length": "0"}).partition(b"\r\n\r\n")[0].decode("latin-1")
    return {found.strip() for found in re.findall(r"(?im)^server:(.*?)\r?$", head) if found.strip()}


def greeting(service: Service) -> str:
    """The first line that a banner service says unasked, when it is printable."""
    said = service.transcript.greeting() if service.kind == "stream" else None
    first = "" if said is None else said.render({}).decode("latin-1").partition("\r\n")[0]
    return first if first.isprintable() else ""


def comparable(service: Service) -> bool:
    """True for a service with a Server header, or a greeting of one printable line, on a port that is asked."""
    return service.port in PORTS and (bool(server_headers(service)) or bool(greeting(service)))


async def asked_by_nmap(devices: list[Device]) -> tuple[Any, int]:
    async with Lab(devices, offset=0 if os.geteuid() == 0 else RAISED) as lab:
        process = await asyncio.create_subprocess_exec(
            "nmap", "-sV", "--version-intensity", "1", "--script-args", "banner.timeout=2s", "-Pn", "-n", "-T4", "--script", SCRIPTS, "-oX", "-",
            "-p", ",".join(str(lab.port(port)) for port in PORTS), *lab.addresses,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        out, _ = await process.communicate()
        return ET.fromstring(out), lab.offset


def test_nmap_reads_the_banners_that_the_transcripts_hold():
    devices = [moved(device) for device in load_devices() if any(map(comparable, device.services))]
    result, offset = asyncio.run(asked_by_nmap(devices))
    seen: dict[tuple[str, int], dict[str, str]] = {}
    for host in result.iter("host"):
        address = host.find("address")
        assert address is not None
        for port in host.iter("port"):
            told = {script.attrib["id"]: script.attrib["output"].strip() for script in port.iter("script")}
            named = port.find("service")
            told["product"] = named.attrib.get("product", "") if named is not None else ""
            seen[address.attrib["addr"], int(port.attrib["portid"])] = told
    compared = 0
    for device in devices:
        for service in filter(comparable, device.services):
            where = (device.address, service.port + (offset if service.port < 1024 else 0))
            said = seen[where]
            for header in server_headers(service):
                # nmap leaves the header out where it told the product by it.
                same = said.get("http-server-header") == header or (said["product"] and said["product"] in header)
                assert same, (device.name, where, said)
                compared += 1
            if greeting(service):
                assert greeting(service)[:20] in said.get("banner", ""), (device.name, where, said)
                compared += 1
    assert compared >= 15
