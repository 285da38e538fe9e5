"""Hosts in network namespaces that the test makes itself, joined by a veth pair, and gone afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

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


@contextmanager
def link(tag: str, near: str, far: list[str]) -> Iterator[tuple[Namespace, Namespace]]:
    """Yield (scanner's host, devices' host) on one link; ``near`` and each of ``far`` are address/size."""
    stamp = f"cs{os.getpid() % 10000}{tag}"
    one, other = Namespace(f"{stamp}a"), Namespace(f"{stamp}b")
    try:
        for host in (one, other):
            run("ip", "netns", "add", host.name)
            run("ip", "-n", host.name, "link", "set", "lo", "up")
        run(
            "ip",
            "link",
            "add",
            f"{stamp}0",
            "netns",
            one.name,
            "type",
            "veth",
            "peer",
            "name",
            f"{stamp}1",
            "netns",
            other.name,
        )
        for host, device, addresses in ((one, f"{stamp}0", [near]), (other, f"{stamp}1", far)):
            for address in addresses:
                run("ip", "-n", host.name, "address", "add", address, "dev", device)
            run("ip", "-n", host.name, "link", "set", device, "up", "multicast", "on")
            run("ip", "-n", host.name, "route", "add", "224.0.0.0/4", "dev", device)
        _settle(one.name, f"{stamp}0")
        yield one, other
    finally:
        for host in (one, other):
            host.stop()
            subprocess.run(("ip", "netns", "del", host.name), check=False, capture_output=True)


def _settle(namespace: str, device: str) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and "tentative" in run("ip", "-n", namespace, "address", "show", "dev", device):
        time.sleep(0.1)


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
