"""Hosts in network namespaces that the test makes itself, joined by a veth pair, and gone afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

COMMAND = Path(__file__).parents[2] / ".venv" / "bin" / "coveredscan"


def run(*words: str, timeout: float = 60) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=timeout).stdout


class Namespace:
    """One host: its name, and the processes started in it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._processes: list[subprocess.Popen[bytes]] = []

    def run(self, *words: str, timeout: float = 90, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ("ip", "netns", "exec", self.name, *words), check=check, capture_output=True, text=True, timeout=timeout
        )

    def start(self, *words: str, log: Path | None = None, cwd: Path | None = None) -> subprocess.Popen[bytes]:
        out = log.open("wb") if log is not None else subprocess.DEVNULL
        process = subprocess.Popen(
            ("ip", "netns", "exec", self.name, *words),
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            start_new_session=True,
        )
        if log is not None:
            out.close()  # type: ignore[union-attr]  # a file here
        self._processes.append(process)
        return process

    def stop(self) -> None:
        for process in self._processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)


class Lan:
    """A switch and the hosts on it; each host is a namespace with one interface, ``eth0``."""

    def __init__(self, tag: str) -> None:
        self._stamp = f"cs{os.getpid() % 100000}{tag}"
        self._switch = f"{self._stamp}sw"
        self._hosts: list[Namespace] = []

    def raise_switch(self) -> None:
        run("ip", "netns", "add", self._switch)
        run("ip", "-n", self._switch, "link", "add", "sw", "type", "bridge")
        run("ip", "-n", self._switch, "link", "set", "sw", "up")

    def host(self, *addresses: str, mac: str | None = None) -> Namespace:
        """Add a host with these addresses (each with its prefix length)."""
        number = len(self._hosts)
        host = Namespace(f"{self._stamp}h{number}")
        run("ip", "netns", "add", host.name)
        self._hosts.append(host)
        port = f"p{number}"
        run(
            "ip", "link", "add", port, "netns", self._switch, "type", "veth", "peer", "name", "eth0", "netns", host.name
        )
        run("ip", "-n", self._switch, "link", "set", port, "master", "sw", "up")
        if mac is not None:
            run("ip", "-n", host.name, "link", "set", "eth0", "address", mac)
        host.run("sysctl", "-q", "-w", "net.ipv6.conf.eth0.accept_dad=0")
        run("ip", "-n", host.name, "link", "set", "lo", "up")
        for address in addresses:
            run("ip", "-n", host.name, "address", "add", address, "dev", "eth0")
        run("ip", "-n", host.name, "link", "set", "eth0", "up", "multicast", "on")
        run("ip", "-n", host.name, "route", "add", "224.0.0.0/4", "dev", "eth0")
        return host

    def join(self, host: Namespace, name: str, *addresses: str) -> None:
        """Give a host of another LAN a second interface on this one: it becomes a router or a multi-homed machine."""
        port = f"j{len(self._hosts)}{name}"[:15]
        run("ip", "link", "add", port, "netns", self._switch, "type", "veth", "peer", "name", name, "netns", host.name)
        run("ip", "-n", self._switch, "link", "set", port, "master", "sw", "up")
        host.run("sysctl", "-q", "-w", f"net.ipv6.conf.{name.replace('.', '/')}.accept_dad=0")
        for address in addresses:
            run("ip", "-n", host.name, "address", "add", address, "dev", name)
        run("ip", "-n", host.name, "link", "set", name, "up", "multicast", "on")
        # The kernel takes up to a second to believe that a second cable is plugged in, and IPv6 waits for that.
        for _ in range(100):
            if "state UP" in run("ip", "-n", host.name, "link", "show", "dev", name):
                return
            time.sleep(0.05)
        raise TimeoutError(f"{name} of {host.name} has no carrier")

    def forward_lldp(self) -> None:
        """Let neighbours hear each other's LLDP through the switch, as if they had a cable of their own."""
        run("ip", "-n", self._switch, "link", "set", "sw", "type", "bridge", "group_fwd_mask", "0x4000")

    @contextmanager
    def capture(self, host: Namespace) -> Iterator[list[list[Any]]]:
        """Yield a list that holds, after the block, all IPv4 and ARP frames on the cable of ``host``.

        Each is a row: nanoseconds, bytes, whether ``host`` sent it, arp or tcp or udp or other, TCP flags, the other
        address, its port, own port.
        """
        port = f"p{self._hosts.index(host)}"
        words = ("ip", "netns", "exec", self._switch, sys.executable, "-c", CAPTURE, port)
        rows: list[list[Any]] = []
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield rows
            rows += json.loads(process.communicate("\n", timeout=30)[0])

    def remove(self) -> None:
        for host in self._hosts:
            host.stop()
        for name in (*(host.name for host in self._hosts), self._switch):
            subprocess.run(("ip", "netns", "del", name), check=False, capture_output=True)

    def lose(self, percent: int) -> None:
        """Lose so many of a hundred frames on their way through the switch, each way: ARP, UDP and TCP alike."""
        rules = f"""
            table bridge loss {{
              chain way {{
                type filter hook forward priority 0; policy accept;
                numgen random mod 100 < {percent} counter drop
              }}
            }}
        """
        subprocess.run(
            ("ip", "netns", "exec", self._switch, "nft", "-f", "-"),
            input=rules,
            check=True,
            capture_output=True,
            text=True,
        )

    def lost(self) -> int:
        """Return how many frames were lost."""
        rows = run("ip", "netns", "exec", self._switch, "nft", "-j", "list", "table", "bridge", "loss")
        rules = [row["rule"] for row in json.loads(rows)["nftables"] if "rule" in row]
        return sum(part["counter"]["packets"] for rule in rules for part in rule["expr"] if "counter" in part)

    def crowd(self, addresses: Mapping[str, str]) -> Namespace:
        """Add a host that stands for many devices: each address (with its prefix length) has the MAC it maps to.

        All share one namespace, and so one process may serve them; ``eth0`` has no address but hears every group.
        """
        host = self.host()
        for name in ("all", "default"):
            host.run("sysctl", "-q", "-w", f"net.ipv4.conf.{name}.arp_ignore=1", f"net.ipv4.conf.{name}.arp_announce=2")
        lines = []
        for number, (address, mac) in enumerate(addresses.items()):
            lines += [
                f"link add link eth0 name d{number} address {mac} type macvlan mode bridge",
                f"address add {address} dev d{number}",
                f"link set d{number} up",
            ]
        subprocess.run(
            ("ip", "-n", host.name, "-batch", "-"), input="\n".join(lines), check=True, capture_output=True, text=True
        )
        return host


CAPTURE = """
import json, select, socket, struct, sys
tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
tap.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
tap.setsockopt(socket.SOL_SOCKET, 35, 1)  # SO_TIMESTAMPNS
tap.bind((sys.argv[1], 0x0003))
tap.settimeout(0.2)
print("ready", flush=True)
rows = []
while True:
    try:
        frame, extra, _, sender = tap.recvmsg(2048, 64)
    except TimeoutError:
        if select.select([sys.stdin], [], [], 0)[0]:
            break
        continue
    sent = sender[2] != socket.PACKET_OUTGOING
    seconds, nanoseconds = struct.unpack("=qq", extra[0][2][:16])
    kind, flags, there, port, own = "other", 0, "", 0, 0
    if frame[12:14] == b"\\x08\\x06":
        kind, there = "arp" if frame[21] == 1 else "other", socket.inet_ntoa(frame[38:42])
    elif frame[12:14] == b"\\x08\\x00":
        there = socket.inet_ntoa(frame[30:34] if sent else frame[26:30])
        if frame[23] in (6, 17):
            own, port = struct.unpack("!HH", frame[34:38])
            own, port = (own, port) if sent else (port, own)
            kind, flags = ("tcp", frame[47]) if frame[23] == 6 else ("udp", 0)
    else:
        continue
    rows.append([seconds * 10**9 + nanoseconds, len(frame), sent, kind, flags, there, port, own])
print(json.dumps(rows))
"""
"""Prints what passes a port of the switch; the first line is for when it hears."""

LAB = """
import asyncio, json, socket, sys
import msgspec
from scanner.lab import server
from scanner.lab.device import load_devices
server._loopback_index = lambda: socket.if_nametoindex("eth0")
places, delay = json.loads(sys.argv[1]), float(sys.argv[2])
if delay:
    send, hear = server._Connection._send, server._Ear.datagram_received
    async def late(self, payload):
        await asyncio.sleep(delay)
        await send(self, payload)
    def later(self, data, addr):
        asyncio.get_running_loop().call_later(delay, hear, self, data, addr)
    server._Connection._send, server._Ear.datagram_received = late, later
devices = [msgspec.structs.replace(d, address=places[d.id]) for d in load_devices() if d.id in places]
async def main():
    async with server.Lab(devices, offset=0):
        print("up", flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""
"""Serves devices of the lab (id to address) on the addresses of a crowd."""


def serve_lab(host: Namespace, places: Mapping[str, str], log: Path, *, delay: float = 0) -> None:
    """Serve devices of the lab (id to address) in ``host`` until it ends; returns when they are up.

    Each answer waits ``delay`` seconds.
    """
    process = host.start(sys.executable, "-c", LAB, json.dumps(dict(places)), str(delay), log=log)
    for _ in range(300):
        if "up" in log.read_text():
            return
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise TimeoutError(log.read_text())


def timeless(findings: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return each host's finding as text, all of it but when it was seen."""
    said = {}
    for finding in findings:
        evidence = [{**piece, "observed_at": None} for piece in finding["evidence"]]
        said[finding["host"]] = json.dumps({**finding, "last_seen": None, "evidence": evidence})
    return said


@contextmanager
def lan(tag: str) -> Iterator[Lan]:
    """Yield a switched network of the test's own; everything in it ends and goes with it."""
    net = Lan(tag)
    try:
        net.raise_switch()
        yield net
    finally:
        net.remove()


def wait_for(namespace: Namespace, port: int, address: str, seconds: float = 15) -> None:
    """Wait until something accepts TCP connections there."""
    probe = (
        "import socket,sys,time\n"
        f"end=time.monotonic()+{seconds}\n"
        "while time.monotonic()<end:\n"
        "  try: socket.create_connection((sys.argv[1],int(sys.argv[2])),1).close(); sys.exit(0)\n"
        "  except OSError: time.sleep(0.1)\n"
        "sys.exit(1)\n"
    )
    namespace.run("python3", "-c", probe, address, str(port))
