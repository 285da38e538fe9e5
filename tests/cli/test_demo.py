from __future__ import annotations

import json
import os
import re

import pytest

from scanner.cli.demo import disagreements
from scanner.lab.device import Expectation, expectations
from scanner.model.finding import Finding, Identification, Named
from scanner.model.measure import Verdict
from tests.cli.command import ONE_LAB, ROOT, Command


def finding(maker: str | None, brand: str | None, level) -> Finding:
    who = Identification(
        manufacturer=Named(maker, maker, "confirmed") if maker else None,
        brand=Named(brand, brand, "confirmed") if brand else None,
    )
    verdict = Verdict("us-ndaa-889", level, "procurement-ban", "")
    return Finding(host="h", addresses=("h",), mac=None, identification=who, verdicts=(verdict,), evidence=())


EXPECTED = {"h": Expectation("d", "Device", "hikvision", "lts", "camera", "covered-maker")}


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([finding("hikvision", "lts", "covered")], []),
        ([finding("hikvision", "lts", "likely")], []),
        ([], ["h (Device) was not found"]),
        ([finding("hikvision", "lts", "review")], ["h (Device) is review, expected covered-maker"]),
        ([finding("dahua", "lts", "covered")], ["h (Device) was made by hikvision, found dahua"]),
        ([finding("hikvision", None, "covered")], ["h (Device) is sold as lts, found None"]),
    ],
)
def test_disagreements_are_told(found, says):
    assert list(disagreements(found, EXPECTED)) == says


@pytest.mark.process
@pytest.mark.loopback
@pytest.mark.slow
def test_the_demo_flags_what_is_covered_and_nothing_else(command, tmp_path):
    with ONE_LAB:
        done = command("demo", "--into", str(tmp_path), timeout=110)
    assert "every covered device of the lab was flagged and no other" in done.stderr.decode()
    assert done.returncode == 0
    table = done.stdout.decode()
    assert max(len(line) for line in table.splitlines()) <= 100
    if os.geteuid() == 0:  # on its own ports the lab shows others than the README does
        shown = {line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("127.66.")}
        assert shown == {line for line in table.splitlines() if line.startswith("127.66.")}
    expected = expectations()
    assert len(expected) >= 16
    for address in expected:
        assert address in table
    lines = (tmp_path / "report.jsonl").read_text().splitlines()
    assert len(lines) == len(expected) + 1
    assert json.loads(lines[-1])["complete"] is True
    html = (tmp_path / "report.html").read_text()
    # Links that a reader may follow are no loads; whatever a browser would fetch by itself is.
    assert not re.search(r"""src\s*=|<link\b|@import|url\(|<(?:iframe|object|embed|img)\b""", html)
    assert "default-src 'none'" in html
    assert b"127.66." in command("show").stdout


@pytest.mark.process
def test_the_devices_are_listed_with_their_sources(command):
    shown = command("lab", "list").stdout.decode()
    assert all(address in shown for address in expectations())
    assert shown.count(" from ") >= len(expectations())


@pytest.mark.process
def test_a_folder_that_is_not_there_is_told_before_the_lab_is_raised(tmp_path):
    done = Command(tmp_path)("demo", "--into", str(tmp_path / "none"), "--no-store")
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith(f"coveredscan: --into {tmp_path / 'none'}: there is no such folder")
