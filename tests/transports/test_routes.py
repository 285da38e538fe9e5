from __future__ import annotations

import json
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest

from scanner.transports import routes
from scanner.transports.routes import Route
from tests.transports.conftest import ip

TABLE = [
    {"dst": "default", "gateway": "10.0.0.1", "dev": "eth0", "metric": 100},
    {"dst": "10.0.0.0/24", "dev": "eth0", "prefsrc": "10.0.0.7"},
    {"dst": "10.9.9.9", "gateway": "10.0.0.2", "dev": "eth0"},
    {"type": "blackhole", "dst": "10.5.0.0/16", "dev": "lo"},
    {"dst": "10.6.0.0/16", "nexthops": [{"gateway": "10.0.0.3"}]},
    {"dst": "nonsense", "dev": "eth0"},
    "nonsense",
]


def test_the_most_specific_route_comes_first(monkeypatch):
    monkeypatch.setattr(
        routes,
        "_ip",
        lambda *words: TABLE if words[0] == "-4" else [{"dst": "default", "gateway": "fe80::1", "dev": "eth0"}],
    )
    assert routes.routes() == (
        Route(ip_network("10.9.9.9/32"), "eth0", "10.0.0.2"),
        Route(ip_network("10.0.0.0/24"), "eth0", None),
        Route(ip_network("::/0"), "eth0", "fe80::1"),
        Route(ip_network("0.0.0.0/0"), "eth0", "10.0.0.1", 100),
    )


@pytest.mark.parametrize(
    "rows", [[], ["x"], [{"type": "local", "dev": "lo", "prefsrc": "10.0.0.7"}], [{"dev": "eth0"}]]
)
def test_no_way_is_no_way(monkeypatch, rows):
    monkeypatch.setattr(routes, "_ip", lambda *_: rows)
    assert routes.ask("10.0.0.7") is None


def test_without_the_command_nothing_is_known(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert routes.routes() == ()


ASK = """
import json, sys
sys.path.insert(0, sys.argv[1])
from scanner.model.observation import Endpoint
from scanner.transports import routes
far = Endpoint("10.60.0.9", "tcp", 80)
print(json.dumps([
    [str(one.network) for one in routes.routes() if one.interface == "scan0"],
    routes.ask("10.99.0.9"), routes.ask("10.60.0.9"), routes.ask("10.99.0.1"),
    routes.resolve("10.99.0.2", "scan0", far),
]))
"""


@pytest.mark.root
@pytest.mark.slow
def test_the_kernel_is_asked(lan):
    ip("-n", lan.scanner, "route", "add", "10.60.0.0/16", "via", "10.99.0.2")
    done = subprocess.run(
        ["ip", "netns", "exec", lan.scanner, sys.executable, "-c", ASK, str(Path.cwd())],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    networks, near, far, own, mac = json.loads(done.stdout)
    assert {"10.99.0.0/24", "10.60.0.0/16"} <= set(networks)
    assert near == ["scan0", "10.99.0.1", None]
    assert far == ["scan0", "10.99.0.1", "10.99.0.2"]
    assert own is None
    assert mac == "02:00:00:00:00:02"
