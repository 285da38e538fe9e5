"""Sweeps beside nmap, masscan, zmap, fping and arp-scan in a lab of network namespaces. Needs root.

No latency (these kernels may lack netem) and both sides on the same processors: ratios count, absolute times do not.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from benchmarks.contest import Contender, Programme, Row, lines, masscan, nmap, ours, python
from benchmarks.lab import DENSE, LIVING, NEAR, NEAR_16, NEAR_24, OPEN, PORTS, SCANNER, SPARSE, SPARSE_24, Lab, lab

LIST = ",".join(map(str, PORTS))
RATE = "16129"
"""ARP requests a second at which ours and arp-scan are compared: what arp-scan reaches with 10 Mbit/s here."""


NAMES = (
    "near-24", "near-16", "connect-dense", "connect-dense-16", "connect-sparse", "sparse-24", "sparse-16", "dense-16",
    "loss-5", "loss-30",
)  # fmt: skip
"""The tasks."""


def run(only: Sequence[str] = (), runs: int | None = None) -> list[Row]:
    if os.geteuid() != 0:
        print("  needs root (network namespaces): left out")
        return []
    with lab() as made:
        programme = Programme(made, only, runs)
        near(programme)
        unprivileged(programme)
        routed(programme)
        lossy(programme)
    return programme.rows


def _masscan(made: Lab, network: str, *more: str, runs: int = 5) -> Contender:
    words = (
        "masscan", network, "-p", LIST, "--rate", "5000000", "--wait", "1", "-e", "v0", "--adapter-ip", SCANNER,
        "--router-mac", made.hop, "-oL", "-", *more,
    )  # fmt: skip
    return Contender(" ".join(("masscan --rate 5M --wait 1", *more)), words, masscan, runs, trickle=True)


def _nmap(network: str, *words: str, runs: int = 1) -> Contender:
    return Contender(" ".join(("nmap", *words)), ("nmap", "-n", "-oG", "-", *words, "-p", LIST, network), nmap, runs)


def routed(programme: Programme) -> None:
    made = programme.lab
    hop = ("--hop", made.hop)
    there = len(LIVING[SPARSE])
    best = ("-Pn", "-sS", "--min-rate", "100000", "--max-retries", "1", "--min-hostgroup", "65536")
    programme.hold("sparse-24", "sparse routed /24, 6 ports", (40, 200), [
        Contender("raw, 2 passes or more, wait 1 s", python("raw", SPARSE_24, *hop), ours),
        _masscan(made, SPARSE_24),
        _nmap(SPARSE_24, "-Pn", "-sS", "--min-rate", "5000", runs=5),
    ])  # fmt: skip
    programme.hold("sparse-16", "sparse routed /16, 6 ports", (there, there * len(OPEN)), [
        Contender("raw, 2 passes or more, wait 1 s", python("raw", SPARSE, *hop), ours),
        _masscan(made, SPARSE),
        _masscan(made, SPARSE, "--retries", "1", runs=1),
        _nmap(SPARSE, *best),
        _nmap(SPARSE, "-sS", "-T4", "--min-rate", "10000"),
        Contender(
            "zmap -c 1, ONE port",
            (
                "zmap", "-p", "80", "-i", "v0", "-G", made.hop, "-c", "1", "-r", "1000000", "-q", "-v", "0",
                "-b", "/dev/null", "-S", SCANNER, "-o", "-", SPARSE,
            ), lines,
        ),
    ])  # fmt: skip
    programme.hold("dense-16", "dense routed /16, 6 ports", (65_536, 65_536 * len(OPEN)), [
        Contender("raw, 2 passes or more, wait 1 s", python("raw", DENSE, *hop), ours),
        _masscan(made, DENSE, runs=2),
        _nmap(DENSE, "-sT", "-Pn", runs=2),
        _nmap(DENSE, "-sS", "-Pn", runs=2),
    ])  # fmt: skip


def near(programme: Programme) -> None:
    own = {network: ("--source", address) for network, address in NEAR.items()}
    programme.hold("near-24", "on-link /24, 40 of 254 alive: discovery", (40, 0), [
        Contender("ARP, 2 passes or more, wait 0.5 s", python("near", NEAR_24, *own[NEAR_24], "--wait", "0.5"), _hosts),
        Contender("nmap -sn", ("nmap", "-n", "-sn", "-oG", "-", NEAR_24), _but_own(nmap)),
        Contender("arp-scan (default)", ("arp-scan", "-I", "v0", "-q", NEAR_24), lines),
        Contender("fping -r1 -i1 -t500", ("fping", "-a", "-q", "-g", "-r1", "-i1", "-t500", NEAR_24), _but_own(lines)),
    ])  # fmt: skip
    programme.hold("near-16", "on-link /16, 200 alive: discovery", (200, 0), [
        Contender(
            f"ARP at {RATE}/s, 2 passes or more, wait 0.5 s",
            python("near", NEAR_16, *own[NEAR_16], "--wait", "0.5", "--rate", RATE), _hosts,
        ),
        Contender("ARP unbounded", python("near", NEAR_16, *own[NEAR_16], "--wait", "0.5"), _hosts, 3),
        Contender(
            "arp-scan -r 2 -i 62u (16,129/s)", ("arp-scan", "-I", "v0", "-q", "-r", "2", "-i", "62u", NEAR_16), lines
        ),
        Contender(
            "nmap -sn --min-rate 10000", ("nmap", "-n", "-sn", "-oG", "-", "--min-rate", "10000", NEAR_16),
            _but_own(nmap), 1,
        ),
    ])  # fmt: skip


def unprivileged(programme: Programme) -> None:
    dense = DENSE.replace("/16", "/18")
    fast = ("--concurrency", "1000")
    programme.hold("connect-dense", "dense /18, 6 ports, without privileges", (16_384, 16_384 * len(OPEN)), [
        Contender("connect, 1000 at a time", python("connect", dense, *fast), ours),
        Contender("connect, ulimit -n 256", ("prlimit", "--nofile=256", *python("connect", dense, *fast)), ours, 2),
        _nmap(dense, "-sT", "-Pn", runs=5),
    ])  # fmt: skip
    programme.hold("connect-dense-16", "dense /16, 6 ports, without privileges", (65_536, 65_536 * len(OPEN)), [
        Contender("connect, 1000 at a time", python("connect", DENSE, *fast), ours, 3),
        _nmap(DENSE, "-sT", "-Pn", runs=3),
    ])  # fmt: skip
    ports = ",".join(map(str, (*PORTS, *range(9001, 9010))))
    sparse = python("connect", SPARSE_24, "--ports", ports, "--timeout", "3", "--concurrency")
    programme.hold("connect-sparse", "sparse /24, 15 ports, without privileges, time-out at most 3 s", (40, 200), [
        Contender("connect, 1000 at a time", [*sparse, "1000"], ours),
        Contender("connect, ulimit -n 256", ("prlimit", "--nofile=256", *sparse, "1000"), ours, 3),
        Contender("connect, ulimit -n 20000", ("prlimit", "--nofile=20000", *sparse, "19000"), ours, 3),
        Contender("nmap -sT -Pn", ("nmap", "-n", "-oG", "-", "-sT", "-Pn", "-p", ports, SPARSE_24), nmap),
    ])  # fmt: skip


def lossy(programme: Programme) -> None:
    made = programme.lab
    for percent in (5, 30):
        with made.loss(percent):
            programme.hold(f"loss-{percent}", f"sparse routed /16, 6 ports, {percent} % lost each way", (200, 1000), [
                Contender("raw, passes as loss shows, wait 1 s", python("raw", SPARSE, "--hop", made.hop), ours),
                _masscan(made, SPARSE, "--retries", "1", runs=1),
            ])  # fmt: skip


def _hosts(text: str) -> tuple[int, int]:
    return ours(text)[0], 0


def _but_own(count):
    """nmap and fping tell the scanner's own address too."""

    def counted(text: str) -> tuple[int, int]:
        return count(text)[0] - 1, 0

    return counted
