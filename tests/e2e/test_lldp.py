"""What a router has heard of its neighbours by LLDP, read from it by SNMP: lldpd and snmpd of Debian, on both sides."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.e2e.namespaces import Namespace, lan, wait_for

pytestmark = [pytest.mark.root, pytest.mark.slow]

SCANNER, ROUTER, INSIDE, CAMERA = "10.91.1.2", "10.91.1.1", "10.91.2.1", "10.91.2.20"
SCAN = """
import asyncio, json, sys
from pathlib import Path
from tempfile import TemporaryDirectory
from scanner.engine.credentials import load
from scanner.engine.request import Request
from scanner.engine.scan import run
from scanner.model.observation import Observation
seen = []
asked = Request(
    targets=tuple(sys.argv[2:]), ports=(9,), wait=0.5, passes=1, discovery=(), credentials=load(Path(sys.argv[1]))
)
asyncio.run(run(asked, seen.append))
told = [e for e in seen if isinstance(e, Observation)]
print(json.dumps([(e.subject.address, e.field, e.value, e.provenance.reporter) for e in told]))
"""


def start_lldpd(host: Namespace, folder: Path, socket: Path, *words: str) -> None:
    """Start a daemon that calls its host as its socket is called."""
    host.start(
        "unshare", "-m", "-u", "sh", "-c",
        # It looks its own name up, and would wait for the name server.
        'mount -t tmpfs none /run && mkdir /run/lldpd && mount --bind /dev/null /etc/resolv.conf'
        ' && hostname "$0" && exec lldpd -d "$@"',
        socket.name, "-u", str(socket), *words, log=folder / f"{socket.name}.log",
    )  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Iterator[set[tuple[str, str, str, str | None]]]:
    folder = tmp_path_factory.mktemp("lldp")
    with lan("l") as near, lan("m") as far, TemporaryDirectory(prefix="lldp") as sockets:
        Path(sockets).chmod(0o755)  # lldpcli gives up root before it opens a socket
        far.forward_lldp()
        scanner, router, camera = near.host(f"{SCANNER}/24"), near.host(f"{ROUTER}/24"), far.host(f"{CAMERA}/24")
        far.join(router, "eth1", f"{INSIDE}/24")
        router.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1")
        scanner.run("ip", "route", "add", "default", "via", ROUTER)
        camera.run("ip", "route", "add", "default", "via", INSIDE)
        (folder / "snmpd.conf").write_text(
            "agentAddress udp:161\nrocommunity notpublic\nmaster agentx\nagentXSocket tcp:127.0.0.1:705\n"
        )
        router.start(
            "env", "MIBS=", "snmpd", "-f", "-Lo", "-C", "-c", str(folder / "snmpd.conf"),
            f"--persistentDir={folder}", "-I", "-smux", log=folder / "snmpd.log",
        )  # fmt: skip
        wait_for(router, 705, "127.0.0.1")
        core, door = Path(sockets, "core"), Path(sockets, "door")
        start_lldpd(router, folder, core, "-x", "-X", "tcp:127.0.0.1:705", "-I", "eth1")
        start_lldpd(camera, folder, door, "-S", "Network camera 7", "-m", CAMERA)
        introduce(camera, door, router, core, "Network camera 7")
        (folder / "community").write_text("notpublic\n")
        credentials = folder / "credentials.toml"
        credentials.write_text(f'[[snmp]]\nfor = "{ROUTER}"\nversion = "2c"\ncommunity_file = "community"\n')
        done = scanner.run(sys.executable, "-c", SCAN, str(credentials), ROUTER, CAMERA)
        yield {tuple(row) for row in json.loads(done.stdout)}


def introduce(speaker: Namespace, says: Path, listener: Namespace, hears: Path, about: str) -> None:
    """Have the one tell of itself until the other has heard it: by itself it would speak every 30 seconds."""
    for _ in range(200):
        speaker.run("lldpcli", "-u", str(says), "update", check=False)
        if about in listener.run("lldpcli", "-u", str(hears), "show", "neighbors", check=False).stdout:
            return
        time.sleep(0.1)
    raise TimeoutError(f"lldpd has not heard of {about}")


def test_names_and_descriptions_are_hearsay_about_the_neighbour(told):
    assert {
        (CAMERA, "lldp.system_name", "door", ROUTER),
        (CAMERA, "lldp.system_description", "Network camera 7", ROUTER),
    } <= told


def test_the_hardware_address_beyond_the_router_is_hearsay_too(told):
    assert [reporter for address, field, _, reporter in told if (address, field) == (CAMERA, "link.mac")] == [ROUTER]
