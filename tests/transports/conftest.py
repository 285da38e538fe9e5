from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest


class Lan(NamedTuple):
    scanner: str
    camera: str


@pytest.fixture
def lan() -> Iterator[Lan]:
    """Two network namespaces and a cable: scan0 10.99.0.1/24 and cam0 10.99.0.2/24 (MAC 02:00:00:00:00:02)."""
    names = Lan(f"cs-{os.getpid()}-scanner", f"cs-{os.getpid()}-camera")
    try:
        for name in names:
            ip("netns", "add", name)
        ip(
            "link",
            "add",
            "scan0",
            "netns",
            names.scanner,
            "type",
            "veth",
            "peer",
            "name",
            "cam0",
            "netns",
            names.camera,
        )
        ip("-n", names.camera, "link", "set", "cam0", "address", "02:00:00:00:00:02")
        for name, interface, address in ((names.scanner, "scan0", "10.99.0.1"), (names.camera, "cam0", "10.99.0.2")):
            ip("-n", name, "address", "add", f"{address}/24", "dev", interface)
            ip("-n", name, "link", "set", "lo", "up")
            ip("-n", name, "link", "set", interface, "up")
        for _ in range(40):
            told = [ip("-n", name, "-6", "address", "show", "scope", "link") for name in names]
            if all("fe80::" in one and "tentative" not in one for one in told):
                break
            time.sleep(0.1)
        yield names
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)


def ip(*words: str) -> str:
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout
