from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from scanner.cli.judging import Judging
from scanner.cli.watch import Listening
from scanner.importers import traffic
from scanner.importers.frames import read_frames
from scanner.model.observation import Observation
from tests.cli.command import ROOT, one_line
from tests.e2e.namespaces import lan
from tests.importers import packets

MAC = bytes.fromhex("5850ed1fe385")
CAM = "10.0.0.5"
REALM = b'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="IP Camera(C2183)"\r\n\r\n'
SPOKEN = [
    packets.arp(CAM, MAC),
    *packets.conversation("10.0.0.9", CAM, 80, [(packets.get(), packets.http(b"", "Server: App-webs/"))]),
    *packets.conversation("10.0.0.9", CAM, 554, [(b"OPTIONS", REALM)]),
]
SPEAKER = f"""
import socket, time
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
wire.bind(("eth0", 0))
for frame in {SPOKEN!r}:
    wire.send(frame)
    time.sleep(0.01)
"""


class Heard:
    """A capture that has heard frames already."""

    def __init__(self, frames: list[bytes]) -> None:
        self._frames = frames

    def frames(self) -> Iterator[tuple[float, int, bytes] | None]:
        yield None
        yield from ((1.0, 1, frame) for frame in self._frames)

    def lost(self) -> int:
        return 0


class Full:
    def write(self, frame: object) -> None:
        raise OSError(28, "No space left on device")


def heard_in(frames: list[bytes], writer: object = None) -> tuple[Listening, list[Observation]]:
    judging = Judging(None, "us-federal", None, None)
    heard: list[Observation] = []
    listening = Listening(judging, cast("Any", Heard(frames)), cast("Any", writer), None, heard.append, quiet=True)
    listening.run()
    return listening, heard


def test_what_is_heard_again_is_kept_once(monkeypatch):
    monkeypatch.setattr(traffic, "MAX_REMEMBERED", 1)
    (_, once), (_, often) = heard_in(SPOKEN), heard_in(SPOKEN * 5)
    assert [(each.field, each.value) for each in often] == [(each.field, each.value) for each in once]


def test_addresses_and_observations_are_capped(monkeypatch):
    monkeypatch.setattr("scanner.cli.watch.MAX_HOSTS", 2)
    monkeypatch.setattr("scanner.cli.watch.MAX_SEEN", 3)
    listening, heard = heard_in([*SPOKEN, *(packets.arp(f"10.0.1.{n}", MAC) for n in range(1, 9))])
    addresses = [each.subject.address for each in heard]
    assert len(set(addresses)) == 2
    assert addresses.count(CAM) == 3
    assert "more than 2 addresses" in listening.trouble


def test_a_full_disk_does_not_end_the_listening():
    listening, heard = heard_in(SPOKEN, Full())
    assert {each.field for each in heard} >= {"link.mac", "http.server"}
    assert listening.trouble == "--write ended early: No space left on device; listening went on"


@pytest.mark.process
def test_an_interface_that_is_not_there(command):
    done = command("watch", "-i", "nowhere0", "--for", "1s")
    assert done.returncode == 2
    assert one_line(done.stderr)


@pytest.mark.process
@pytest.mark.root
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv, of util-linux, is not installed")
def test_without_the_right_it_says_what_is_missing(command):
    done = subprocess.run(
        ["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw", *command.words("watch", "-i", "lo", "--for", "1s")],
        capture_output=True, timeout=30, check=False, cwd=ROOT, env={**command.environment, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 2
    assert "needs root or CAP_NET_RAW" in one_line(done.stderr)


@pytest.mark.root
@pytest.mark.slow
@pytest.mark.process
@pytest.mark.skipif(shutil.which("tcpdump") is None, reason="tcpdump is not installed: see debian-packages.txt")
def test_it_hears_devices_and_sends_nothing(command, tmp_path: Path):
    """On a switch with a camera that speaks to somebody else; a second capture, beside ours, counts our frames."""
    ours = bytes.fromhex("020000000077")
    with lan("w") as net:
        listener = net.host(mac=ours.hex(":"))
        camera = net.host("10.0.0.5/24")
        # The system greets IPv6 neighbours by itself; the frames to be counted are those that the program would send.
        listener.run("sysctl", "-q", "-w", "net.ipv6.conf.eth0.disable_ipv6=1")
        witness = camera.start("tcpdump", "-i", "eth0", "-s", "0", "-U", "-w", str(tmp_path / "witness.pcap"))
        time.sleep(1)
        watching = subprocess.Popen(
            ["ip", "netns", "exec", listener.name, *command.words("watch", "-i", "eth0", "--for", "6s", "--write", str(tmp_path / "heard.pcapng"), "-f", "jsonl")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env={**command.environment, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        time.sleep(3)
        camera.run(sys.executable, "-c", SPEAKER)
        stdout, stderr = watching.communicate(timeout=30)
        time.sleep(0.5)
        witness.terminate()
        witness.wait(5)
    assert watching.returncode == 0, stderr
    told = [json.loads(line) for line in stdout.splitlines()]
    (finding,) = [each for each in told if each.get("host") == CAM]
    assert finding["identification"]["manufacturer"]["value"] == "hikvision"
    assert finding["verdicts"][0]["verdict"] == "covered"
    assert b"10.0.0.5  manufacturer" in stderr
    with (tmp_path / "witness.pcap").open("rb") as stream:
        seen = [frame[2] for frame in read_frames(stream) if isinstance(frame, tuple)]
    assert set(SPOKEN) <= set(seen)
    assert [frame for frame in seen if frame[6:12] == ours] == []
    later = command("import", str(tmp_path / "heard.pcapng"), "-f", "jsonl")
    again = [each for line in later.stdout.splitlines() if (each := json.loads(line)).get("host") == CAM]
    assert again == [finding]
