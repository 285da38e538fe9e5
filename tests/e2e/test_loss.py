"""A way that loses three of ten frames each way, and devices that take their time: nothing is missed for that."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from scanner.lab.device import load_devices
from tests.e2e.namespaces import COMMAND, Namespace, lan, serve_lab

NFT = shutil.which("nft", path="/usr/sbin:/usr/bin")
pytestmark = [
    pytest.mark.root,
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(NFT is None, reason="nftables is not installed: see debian-packages.txt"),
    pytest.mark.skipif(
        "COVEREDSCAN_LOSS_RUNS" not in os.environ, reason="takes minutes of waiting; set COVEREDSCAN_LOSS_RUNS=3"
    ),
]

NET = "10.86.0"
KINDS = ("hikvision-bullet", "dahua-nvr", "axis-camera", "bosch-camera")
DEVICES = [device for device in load_devices() if device.id in KINDS]
PLACES = {device.id: f"{NET}.{10 + number}" for number, device in enumerate(DEVICES)}
RUNS = int(os.environ.get("COVEREDSCAN_LOSS_RUNS", "3"))


def scan(scanner: Namespace) -> tuple[dict[str, Any], dict[str, Any]]:
    done = scanner.run(
        str(COMMAND), "scan", "--no-store", "-f", "jsonl", "-p", "80,443,554,8000,37777",
        f"{NET}.10-{10 + len(DEVICES)}", timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode in {0, 3}, done.stderr
    *findings, summary = [json.loads(line) for line in done.stdout.splitlines()]
    return {finding["host"]: finding for finding in findings}, summary


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    folder: Path = tmp_path_factory.mktemp("loss")
    with lan("l") as net:
        # Nearly all of a run is waiting, so all of them are made at once, each from a machine of its own.
        scanners = [net.host(f"{NET}.{100 + number}/24") for number in range(RUNS)]
        crowd = net.crowd({f"{PLACES[d.id]}/24": d.mac or f"02:00:00:00:00:{n:02x}" for n, d in enumerate(DEVICES)})
        serve_lab(crowd, PLACES, folder / "lab.log", delay=0.2)
        net.lose(30)
        with ThreadPoolExecutor(RUNS) as pool:
            found = list(pool.map(scan, scanners))
        assert net.lost() > 100 * RUNS
        return found


def said(finding: dict[str, Any]) -> dict[str, Any]:
    """What a finding says, without times and without the order of what was seen."""
    evidence = sorted(
        json.dumps({k: v for k, v in piece.items() if k != "observed_at"}) for piece in finding["evidence"]
    )
    return {
        **{key: value for key, value in finding.items() if key != "last_seen"},
        "evidence": evidence,
        "found_by": sorted(finding["found_by"]),
        "open_ports": sorted(finding["open_ports"]),
    }


def test_every_device_is_found_each_time(runs):
    assert [set(findings) for findings, _ in runs] == [set(PLACES.values())] * RUNS


def test_each_run_says_the_same_of_every_device(runs):
    first = {host: said(finding) for host, finding in runs[0][0].items()}
    for findings, _ in runs[1:]:
        for host, finding in findings.items():
            assert said(finding) == first[host]


def test_the_summary_says_what_was_asked_again(runs):
    for _, summary in runs:
        assert sum(summary["coverage"]["repeated"].values()) > 0
