"""Reads from Debian's snmpd, and from agents that no manual describes."""

from __future__ import annotations

import ast
import asyncio
import logging
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.model.observation import Endpoint
from scanner.model.permitted import Permitted
from scanner.protocols import snmp as protocol
from scanner.transports import snmp
from scanner.transports.exchange import Exchange
from scanner.transports.gate import Gate
from scanner.transports.limits import Limits
from scanner.transports.manners import Manners
from scanner.transports.pace import Pace
from scanner.transports.stream import Failed

SNMPD = shutil.which("snmpd", path="/usr/sbin:/usr/bin")
QUICK = Limits(quiet=0.1)
PATIENT = Limits(quiet=1.0)
PASSWORDS = ("the first password", "the second password")
ROWS = 70

pytestmark = pytest.mark.loopback


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def read(port: int, account: snmp.Community | snmp.User, limits: Limits = PATIENT, host: str = "127.0.0.1") -> Exchange:
    return asyncio.run(snmp.read(Permitted(Endpoint(host, "udp", port)), account, limits))


@pytest.fixture(scope="module")
def agent(tmp_path_factory) -> Iterator[int]:
    if SNMPD is None:
        pytest.skip("snmpd is not installed: see debian-packages.txt")
    folder, port = tmp_path_factory.mktemp("snmpd"), free_port()
    rows = "".join(
        f'override {protocol.PORT_NAMES}.{1000 + n} octet_str "port {n}"\noverride {protocol.BRIDGE}.2.252.0.0.1.{n} integer {n + 1}\n'
        for n in range(ROWS)
    )
    (folder / "snmpd.conf").write_text(
        f"agentAddress udp:127.0.0.1:{port},udp6:[::1]:{port}\nrocommunity secret\nrocommunity6 secret\n"
        f'createUser sha SHA "{PASSWORDS[0]}" AES "{PASSWORDS[1]}"\nrouser sha priv\n'
        f'createUser sha256 SHA-256 "{PASSWORDS[0]}"\nrouser sha256 auth\n'
        f'createUser md5 MD5 "{PASSWORDS[0]}" DES "{PASSWORDS[1]}"\nrouser md5 priv\n'
        "sysDescr A switch\nsysName Schalter\n"
        'override 1.3.6.1.4.1.39165.1.1.0 octet_str "DS-2CD2185FWD-I"\n' + rows
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [SNMPD, "-f", "-Lo", "-C", "-c", folder / "snmpd.conf", f"--persistentDir={folder}", "-I", "-smux"],
            stdout=log, stderr=log, env={**os.environ, "MIBS": ""},
        )  # fmt: skip
    try:
        until = time.monotonic() + 10
        while b"NET-SNMP version" not in (folder / "log").read_bytes() and time.monotonic() < until:
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.process
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_device_is_read_with_its_community(agent, host):
    found = read(agent, snmp.Community("secret"), host=host)
    assert (found.kind, found.reason) == ("answered", None)
    told = {(fact.field, fact.value) for fact in found.facts}
    assert {("snmp.sysdescr", "A switch"), ("snmp.sysname", "Schalter")} <= told
    assert ("snmp.oid.1.3.6.1.4.1.39165.1.1.0", "DS-2CD2185FWD-I") in told
    assert {fact.value for fact in found.facts if fact.field == "link.port"} == {f"port {n + 1}" for n in range(ROWS)}
    assert list(protocol.decode(found.transcript)) == list(found.facts)


@pytest.mark.process
@pytest.mark.parametrize(
    "user",
    [
        snmp.User("sha", "sha", PASSWORDS[0], "aes", PASSWORDS[1]),
        snmp.User("sha256", "sha256", PASSWORDS[0]),
        snmp.User("md5", "md5", PASSWORDS[0], "des", PASSWORDS[1]),
    ],
    ids=lambda user: user.name,
)
def test_a_device_is_read_with_its_user(agent, user):
    found = read(agent, user)
    assert ("snmp.sysdescr", "A switch") in {(fact.field, fact.value) for fact in found.facts}


@pytest.mark.process
@pytest.mark.parametrize(
    "user",
    [
        snmp.User("sha", "sha", "not the password", "aes", PASSWORDS[1]),
        snmp.User("sha", "sha", PASSWORDS[0]),
        snmp.User("stranger", "sha", PASSWORDS[0]),
    ],
)
def test_a_user_that_is_turned_away_is_refused_at_once(agent, user):
    found = read(agent, user)
    assert (found.kind, found.facts) == ("refused", ())
    assert found.reason


@pytest.mark.process
def test_an_unknown_community_is_silence(agent):
    found = read(agent, snmp.Community("guess"), QUICK)
    assert (found.kind, found.facts) == ("timed-out", ())


@pytest.mark.process
def test_a_table_too_long_is_cut_and_said_to_be(agent, monkeypatch):
    monkeypatch.setattr(snmp, "MAX_ROWS", 40)
    found = read(agent, snmp.Community("secret"))
    assert found.kind == "answered"
    assert found.reason == "more than 40 rows in one table"


def test_nobody_there_times_out_after_a_few_questions():
    began = time.monotonic()
    assert read(free_port(), snmp.Community("secret"), QUICK).kind == "timed-out"
    assert time.monotonic() - began < 2


def test_each_repetition_waits_for_its_turn_like_any_question():
    entered: list[str] = []

    class Counting(Gate):
        async def enter(self, address: str) -> None:
            entered.append(address)
            if len(entered) == 2:
                raise Failed("skipped", "left alone")

    gate = Counting(Manners(), Pace(100.0))
    endpoint = Permitted(Endpoint("127.0.0.1", "udp", free_port()))
    found = asyncio.run(snmp.read(endpoint, snmp.Community("secret"), QUICK, gate))
    assert (found.kind, found.reason, entered) == ("skipped", "left alone", ["127.0.0.1"] * 2)


def answering(reply):
    """An agent that answers each question with ``reply(question, count)``; returns the outcome and the questions."""

    async def go(account: snmp.Community | snmp.User) -> tuple[Exchange, list[bytes]]:
        heard: list[bytes] = []

        class Agent(asyncio.DatagramProtocol):
            def connection_made(self, transport):
                self.transport = transport

            def datagram_received(self, data, addr):
                heard.append(data)
                answer = reply(data, len(heard))
                if answer is not None:
                    self.transport.sendto(answer, addr)

        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(Agent, local_addr=("127.0.0.1", 0))
        try:
            port = transport.get_extra_info("sockname")[1]
            return await snmp.read(Permitted(Endpoint("127.0.0.1", "udp", port)), account, QUICK), heard
        finally:
            transport.close()

    return lambda account: asyncio.run(go(account))


@pytest.mark.parametrize(
    "account", [snmp.Community("secret"), snmp.User("sha", "sha", *PASSWORDS[:1])], ids=["v2c", "v3"]
)
@pytest.mark.parametrize(
    "reply",
    [
        lambda question, _: question,
        lambda question, _: question[: len(question) // 2],
        lambda question, _: b"\x30\x84\xff\xff\xff\xff" + question,
        lambda question, _: b"\x30\x80" * 2000,
        lambda question, count: os.urandom(count * 7),
        lambda question, _: question.replace(b"\xa0", b"\xa2", 1),
        lambda question, _: b"",
    ],
    ids=["echo", "half", "long", "deep", "noise", "response", "empty"],
)
def test_an_agent_that_sends_rubbish_ends_the_reading(reply, account, caplog):
    with caplog.at_level(logging.ERROR):
        found, heard = answering(reply)(account)
    assert found.kind in {"timed-out", "malformed", "refused", "answered"}
    assert not [fact for fact in found.facts if fact.subject is not None]
    assert len(heard) < 200
    assert [record.getMessage() for record in caplog.records] == []


def test_an_agent_that_goes_back_in_its_table_is_not_walked_for_ever():
    def reply(question: bytes, _: int) -> bytes:
        # The response to a Get or GetBulk is the question with the tag of a response: it names what was asked for.
        return question.replace(b"\xa0", b"\xa2", 1).replace(b"\xa5", b"\xa2", 1)

    found, heard = answering(reply)(snmp.Community("secret"))
    assert found.kind in {"answered", "malformed", "refused"}
    assert len(heard) <= 3 + len(protocol.TABLES) * 2


def test_only_reads_can_be_asked_for():
    tree = ast.parse(Path(snmp.__file__).read_text())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert {name for name in names if name.endswith("_cmd")} == {"get_cmd", "bulk_cmd"}
    assert not {name for name in names if "set_cmd" in name or "notification" in name}
