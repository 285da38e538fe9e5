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
from tests.e2e.namespaces import COMMAND, Namespace, lan, serve_lab, timeless

NFT = shutil.which("nft", path="/usr/sbin:/usr/bin")
pytestmark = [
    pytest.mark.root,
    pytest.mark.slow,
    pytest.mark.timeout(3000),
    pytest.mark.skipif(NFT is None, reason="nftables is not installed: see debian-packages.txt"),
    pytest.mark.skipif(
        "COVEREDSCAN_LOSS_RUNS" not in os.environ, reason="takes minutes of waiting; set COVEREDSCAN_LOSS_RUNS=10"
    ),
]

NET = "10.86.0"
DEVICES = load_devices()
PLACES = {device.id: f"{NET}.{10 + number}" for number, device in enumerate(DEVICES)}
RUNS = int(os.environ.get("COVEREDSCAN_LOSS_RUNS", "10"))
TOGETHER = 5
"""Nearly all of a run is waiting, so several are made at once, each from a machine of its own."""


def scan(scanner: Namespace) -> tuple[dict[str, Any], dict[str, Any]]:
    done = scanner.run(
        str(COMMAND), "scan", "--no-store", "-f", "jsonl", f"{NET}.10-{9 + len(DEVICES)}", timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *findings, summary = [json.loads(line) for line in done.stdout.splitlines()]
    return {finding["host"]: finding for finding in findings}, summary


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    folder: Path = tmp_path_factory.mktemp("loss")
    with lan("l") as net:
        scanners = [net.host(f"{NET}.{100 + number}/24") for number in range(RUNS)]
        crowd = net.crowd({f"{PLACES[d.id]}/24": d.mac or f"02:00:00:00:00:{n:02x}" for n, d in enumerate(DEVICES)})
        serve_lab(crowd, PLACES, folder / "lab.log", delay=0.2)
        net.lose(30)
        with ThreadPoolExecutor(TOGETHER) as pool:
            found = list(pool.map(scan, scanners))
        assert net.lost() > 100 * RUNS
        return found


def test_every_device_is_found_each_time(runs):
    assert [set(findings) for findings, _ in runs] == [set(PLACES.values())] * RUNS


def test_each_run_says_the_same_of_every_device(runs):
    first, *others = [timeless(findings.values()) for findings, _ in runs]
    for other in others:
        assert other == first


def test_the_summary_says_what_was_asked_again(runs):
    for _, summary in runs:
        assert sum(summary["coverage"]["repeated"].values()) > 0
