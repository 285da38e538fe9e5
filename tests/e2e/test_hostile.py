"""Devices that behave as badly as they can, on loopback: the scan ends in bounded time and memory, and says what was."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import Any

import pytest

pytestmark = [pytest.mark.loopback, pytest.mark.slow, pytest.mark.process, pytest.mark.timeout(120)]

NET = "127.67.9"
DRIP, EVERYTHING, HUGE, REDIRECT, CLOSING, PATIENT = (f"{NET}.{n}" for n in range(1, 7))
PORTS = tuple(range(21_000, 21_006))
PORT = PORTS[0]
MAX_SECONDS = 60.0
MAX_MEGABYTES = 300
GIGABYTE = 1 << 30
PER_HOST = 2

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

SCAN = """
import asyncio, json, re, sys, time
from pathlib import Path
from scanner.engine.request import Request
from scanner.engine.scan import run
from scanner.model.observation import Observation
from scanner.model.outcome import Outcome
def peak():
    # getrusage counts what the parent held when it forked; this is the process's own.
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
seen = []
began = time.monotonic()
coverage = asyncio.run(run(Request(targets=(sys.argv[1],), ports=tuple(json.loads(sys.argv[2])), discovery=(), never=()), seen.append))
print(json.dumps({
    "seconds": time.monotonic() - began,
    "megabytes": peak(),
    "outcomes": [(e.endpoint.address, e.endpoint.port, e.probe, e.kind, e.reason) for e in seen if isinstance(e, Outcome)],
    "observations": [(e.subject.address, e.field) for e in seen if isinstance(e, Observation)],
    "coverage": coverage.outcomes,
    "not_reached": coverage.not_reached,
}))
"""


class Counting:
    """Counts the connections that each address holds at a time, as the devices see them."""

    def __init__(self) -> None:
        self.now: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.total: dict[str, int] = {}

    def around(self, address: str, talk: Talk) -> Talk:
        async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.now[address] = self.now.get(address, 0) + 1
            self.total[address] = self.total.get(address, 0) + 1
            self.most[address] = max(self.most.get(address, 0), self.now[address])
            try:
                with suppress(OSError, asyncio.IncompleteReadError):
                    await talk(reader, writer)
            finally:
                self.now[address] -= 1
                writer.transport.abort()

        return counted


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    for octet in b"HTTP/1.1 200 OK\r\nServer: " + b"x" * 1000:
        writer.write(bytes((octet,)))
        await writer.drain()
        await asyncio.sleep(1)


async def chat(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.read(4096):
        writer.write(b"hello\r\n")
        await writer.drain()


async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nServer: Huge\r\nContent-Length: %d\r\n\r\n" % GIGABYTE)
    for _ in range(GIGABYTE // 65_536):
        writer.write(bytes(65_536))
        await writer.drain()


async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while head := await reader.readuntil(b"\r\n\r\n"):
        path = head.split()[1].decode("latin-1")
        writer.write(
            f"HTTP/1.1 302 Found\r\nServer: Loop\r\nLocation: {path}/again\r\nContent-Length: 0\r\n\r\n".encode()
        )
        await writer.drain()


async def close(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    return


async def hold(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    while await reader.read(4096):
        pass


DEVICES: dict[str, tuple[Talk, tuple[int, ...]]] = {
    DRIP: (drip, (PORT,)),
    EVERYTHING: (chat, PORTS),
    HUGE: (pour, (PORT,)),
    REDIRECT: (redirect, (PORT,)),
    CLOSING: (close, (PORT,)),
    PATIENT: (hold, PORTS[:4]),
}


async def scan_them(counting: Counting) -> dict[str, Any]:
    async with AsyncExitStack() as stack:
        for address, (talk, ports) in DEVICES.items():
            for port in ports:
                server = await asyncio.start_server(counting.around(address, talk), address, port)
                stack.callback(server.close)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SCAN, f"{NET}.1-6", json.dumps(PORTS), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        found: dict[str, Any] = json.loads(out)
        return found


@pytest.fixture(scope="module")
def found() -> tuple[dict[str, Any], Counting]:
    counting = Counting()
    return asyncio.run(scan_them(counting)), counting


def outcomes(found: tuple[dict[str, Any], Counting], address: str) -> set[tuple[str, str]]:
    return {(probe, kind) for where, _, probe, kind, _ in found[0]["outcomes"] if where == address}


def test_the_scan_ends_in_bounded_time_and_memory(found):
    assert found[0]["seconds"] < MAX_SECONDS
    assert found[0]["megabytes"] < MAX_MEGABYTES


def test_what_the_devices_did_is_said(found):
    assert ("http", "timed-out") in outcomes(found, DRIP)
    assert ("rtsp", "malformed") in outcomes(found, EVERYTHING)
    assert ("http", "answered") in outcomes(found, HUGE)
    assert ("http", "answered") in outcomes(found, REDIRECT)
    assert ("http", "closed") in outcomes(found, CLOSING)
    assert {kind for probe, kind in outcomes(found, PATIENT) if probe != "connect"} == {"timed-out", "tls-failed"}
    assert found[0]["not_reached"] == []


def test_every_port_that_answers_is_reported(found):
    answered = {
        port
        for where, port, probe, kind, _ in found[0]["outcomes"]
        if (where, probe, kind) == (EVERYTHING, "connect", "answered")
    }
    assert answered == set(PORTS)


def test_a_redirect_without_end_is_followed_a_few_times_at_most(found):
    assert found[1].total[REDIRECT] < 40


def test_no_address_ever_has_more_connections_than_the_cap(found):
    assert set(found[1].most) == set(DEVICES)
    assert max(found[1].most.values()) <= PER_HOST
