"""A network of 65,536 hosts in two network namespaces and a cable: the target of the sweep benchmarks. Needs root.

The far side answers for whole networks without an address each (local routes: "AnyIP"); elsewhere it swallows packets
without a word. nginx listens on five ports, 8080 is closed. Nothing of the machine's own network is touched.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import IPv4Network
from pathlib import Path

OPEN = (80, 443, 554, 8000, 37777)
CLOSED = (8080,)
PORTS = OPEN + CLOSED

DENSE = "10.77.0.0/16"
SPARSE = "10.87.0.0/16"
SPARSE_24 = "10.80.1.0/24"
NEAR_24 = "10.79.1.0/24"
NEAR_16 = "10.88.0.0/16"
WIDE = "10.0.0.0/8"
SCANNER, GATEWAY = "10.99.0.1", "10.99.0.2"
NEAR = {NEAR_24: "10.79.1.254", NEAR_16: "10.88.255.254"}
"""On-link networks and the scanner's own address in each."""

_NGINX = """
worker_processes 2;
worker_rlimit_nofile 20000;
pid {folder}/nginx.pid;
error_log /dev/null;
events {{ worker_connections 9000; multi_accept on; }}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{ {listen} return 200 "ok"; }}
}}
"""


def alive(network: str, count: int) -> list[str]:
    """The living of a sparse network: always the same, never the first or last two addresses nor the scanner's."""
    hosts = range(2, IPv4Network(network).num_addresses - 3)
    return [str(IPv4Network(network)[number]) for number in sorted(random.Random(network).sample(hosts, count))]


LIVING = {
    SPARSE: alive(SPARSE, 200),
    SPARSE_24: alive(SPARSE_24, 40),
    NEAR_24: alive(NEAR_24, 40),
    NEAR_16: alive(NEAR_16, 200),
}


class Lab:
    def __init__(self, scanner: str, target: str) -> None:
        self.scanner = scanner
        self.target = target
        self.hop = ""

    def inside(self, *words: str) -> list[str]:
        """The words that run a command on the scanner's side."""
        return ["ip", "netns", "exec", self.scanner, *words]

    @contextmanager
    def loss(self, percent: int) -> Iterator[None]:
        """Lose packets, so many in a hundred each way, on the far side of the cable.

        The far side knows where the scanner is, as a gateway does that has just been asked for its own address: else
        its own ARP may be lost, and every answer with it.
        """
        here = run(*self.inside("cat", "/sys/class/net/v0/address")).strip()
        run("ip", "-n", self.target, "neigh", "replace", SCANNER, "lladdr", here, "dev", "v1")
        chain = "chain {} {{ type filter hook {} device v1 priority 0; numgen random mod 100 < {} drop; }}\n"
        there, back = chain.format("there", "ingress", percent), chain.format("back", "egress", percent)
        rules = f"table netdev loss {{\n{there}{back}}}\n"
        run("ip", "netns", "exec", self.target, "nft", "-f", "-", text=rules)
        try:
            yield
        finally:
            run("ip", "netns", "exec", self.target, "nft", "delete", "table", "netdev", "loss")


def run(*words: str, text: str | None = None) -> str:
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


@contextmanager
def spaces(prefix: str) -> Iterator[tuple[str, str]]:
    """Yield two namespaces: v0 in the scanner's, v1 in the target's, and a cable between."""
    scanner, target = names = [f"{prefix}-{os.getpid()}-{side}" for side in ("s", "t")]
    try:
        for name in names:
            run("ip", "netns", "add", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        run("ip", "link", "add", "v0", "netns", scanner, "type", "veth", "peer", "name", "v1", "netns", target)
        yield scanner, target
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)


@contextmanager
def lab() -> Iterator[Lab]:
    with spaces("csbench") as (scanner, target), tempfile.TemporaryDirectory(prefix="coveredscan-bench-") as folder:
        made = Lab(scanner, target)
        _configure(made)
        server = _serve(target, Path(folder))
        try:
            yield made
        finally:
            server.terminate()
            server.wait(10)


def _configure(made: Lab) -> None:
    near = [f"address add {SCANNER}/24 dev v0", "link set v0 up"]
    near += [f"address add {own}/{IPv4Network(network).prefixlen} dev v0" for network, own in NEAR.items()]
    near += [f"route add {network} via {GATEWAY} src {SCANNER}" for network in (WIDE,)]
    near += [f"route add default via {GATEWAY}"]
    far = [f"address add {GATEWAY}/24 dev v1", "link set v1 up", f"route add local {DENSE} dev lo"]
    far += [f"route add {own}/32 dev v1" for own in NEAR.values()]
    far += [f"route add blackhole {network}" for network in (WIDE, SPARSE, SPARSE_24)]
    far += [f"route add local {address}/32 dev lo" for living in LIVING.values() for address in living]
    for side, lines in ((made.scanner, near), (made.target, far)):
        run("ip", "-n", side, "-batch", "-", text="\n".join(lines))
    for key, value in (("net.core.somaxconn", 65535), ("net.ipv4.tcp_max_syn_backlog", 65535)):
        run("ip", "netns", "exec", made.target, "sysctl", "-qw", f"{key}={value}")
    made.hop = run("ip", "netns", "exec", made.target, "cat", "/sys/class/net/v1/address").strip()


def _serve(target: str, folder: Path) -> subprocess.Popen[bytes]:
    listen = " ".join(f"listen {port} reuseport backlog=65535;" for port in OPEN)
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, listen=listen))
    server = subprocess.Popen(
        ["ip", "netns", "exec", target, "nginx", "-c", str(folder / "nginx.conf"), "-g", "daemon off;"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(50):
        if str(OPEN[-1]) in run("ip", "netns", "exec", target, "ss", "-lnt"):
            return server
        time.sleep(0.1)
    raise SystemExit("nginx does not listen")


def missing(programs: Sequence[str]) -> list[str]:
    return [program for program in programs if shutil.which(program) is None]
