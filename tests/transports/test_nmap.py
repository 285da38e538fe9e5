from __future__ import annotations

import asyncio
import ipaddress
import shutil

import nmap as library
import pytest

from scanner.transports import nmap
from scanner.transports.nmap import NmapFailed, NmapMissing, sweep
from tests.transports.servers import closed_port, serve, silent


async def collect(targets, ports, *, exclude=(), discover=True):
    return [pair async for pair in sweep(targets, ports, exclude=exclude, rate=1000, discover=discover)]


def networks(*texts):
    return [ipaddress.ip_network(text) for text in texts]


@pytest.mark.loopback
@pytest.mark.skipif(shutil.which("nmap") is None, reason="needs nmap")
@pytest.mark.parametrize("discover", [True, False])
def test_open_ports_are_told_and_exclusions_hold(discover):
    async def run():
        async with serve(silent, host="127.0.0.1") as one, serve(silent, host="127.0.0.2") as two:
            ports = [one.port, two.port, closed_port()]
            everything = await collect(["127.0.0.1", "127.0.0.2"], ports, discover=discover)
            some = await collect(["127.0.0.0/30"], ports, exclude=["127.0.0.2", "192.0.2.0/24"], discover=discover)
            return one, two, everything, some

    one, two, everything, some = asyncio.run(run())
    assert sorted(everything) == [("127.0.0.1", one.port), ("127.0.0.2", two.port)]
    assert ("127.0.0.1", one.port) in some
    assert not [address for address, _ in some if address == "127.0.0.2"]


@pytest.mark.loopback
@pytest.mark.skipif(shutil.which("nmap") is None, reason="needs nmap")
def test_ipv6():
    async def run():
        async with serve(silent, host="::1") as one:
            return one.port, await collect(["::1"], [one.port], discover=False)

    port, found = asyncio.run(run())
    assert found == [("::1", port)]


def test_a_machine_without_nmap_is_told_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr("nmap.PortScanner.__init__.__defaults__", (("/nonexistent/nmap",),))
    with pytest.raises(NmapMissing, match="apt-get install nmap"):
        asyncio.run(collect(["127.0.0.1"], [80]))


class Scanner:
    def __init__(self, answer):
        self.answer = answer
        self.calls = []

    def scan(self, hosts, ports, arguments, timeout):
        self.calls.append((hosts, ports, arguments))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_only_open_ports_are_told(monkeypatch):
    answer = {"scan": {"192.0.2.1": {"tcp": {80: {"state": "open"}, 81: {"state": "filtered"}}}, "192.0.2.2": {}}}
    scanner = Scanner(answer)
    monkeypatch.setattr(nmap, "_scanner", lambda: scanner)
    assert asyncio.run(collect(["192.0.2.0/30"], [80, 81])) == [("192.0.2.1", 80)]
    assert scanner.calls[0][:2] == ("192.0.2.0/30", "80,81")


@pytest.mark.parametrize("error", ["PortScannerError", "PortScannerTimeout"])
def test_what_nmap_says_is_passed_on(monkeypatch, error):
    monkeypatch.setattr(nmap, "_scanner", lambda: Scanner(getattr(library, error)("could not")))
    with pytest.raises(NmapFailed):
        asyncio.run(collect(["192.0.2.1"], [80]))


@pytest.mark.parametrize("target", ["-oN /tmp/x", "--script=vuln", "camera.example", "10.0.0.1 -sV", ""])
def test_nothing_but_addresses_reaches_the_command_line(target):
    with pytest.raises(ValueError, match="does not appear"):
        asyncio.run(collect([target], [80]))
    with pytest.raises(ValueError, match="does not appear"):
        asyncio.run(collect(["192.0.2.1"], [80], exclude=[target]))


def test_batches_are_small_lazy_and_of_one_family():
    batches = list(nmap._batches(networks("10.0.0.0/22", "192.0.2.1/32", "192.0.2.2/32", "2001:db8::1/128")))
    assert [tuple(map(str, batch)) for batch in batches] == [
        ("10.0.0.0/24",),
        ("10.0.1.0/24",),
        ("10.0.2.0/24",),
        ("10.0.3.0/24",),
        ("192.0.2.1/32", "192.0.2.2/32"),
        ("2001:db8::1/128",),
    ]
    endless = nmap._batches(networks("2001:db8::/32"))
    assert str(next(endless)[0]) == "2001:db8::/120"


def test_the_arguments(monkeypatch):
    excluded = networks("10.0.0.7/32", "10.9.0.0/16")
    monkeypatch.setattr(nmap, "privileged", lambda: False)
    plain = nmap._arguments(networks("10.0.0.0/24"), [80, 554], excluded, 300, discover=True).split()
    assert plain == ["-n", "--open", "-sT", "--max-rate", "300", "-PS80,554", "--exclude", "10.0.0.7/32"]
    monkeypatch.setattr(nmap, "privileged", lambda: True)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    root = nmap._arguments(networks("2001:db8::/120"), [80], excluded, 50, discover=False).split()
    assert root == ["-n", "--open", "-sS", "--max-rate", "50", "-Pn", "-6"]
