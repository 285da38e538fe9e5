"""What no protocol can be made to send: logins, settings, resets, and requests that are known as attacks."""

from __future__ import annotations

import ast
import re
import uuid
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from urllib.parse import unquote

import dns.message
import dns.opcode
import dns.reversename
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import protocols
from scanner.model.dialogue import DatagramSpec, Fact, NameSpec, Spec, StreamSpec, WebAsk, WebReply, WebSpec
from tests.drive import converse
from tests.protocols import answers, discoveries

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "scanner").rglob("*.py"))

# The sender of a datagram → the only shapes it may have.
DATAGRAMS = {
    "bosch": re.compile(rb"\x99\x39\xa4\x27....\xff\x00\x06\xde", re.DOTALL),
    "dahua_legacy": re.compile(re.escape(discoveries.LEGACY_QUESTION)),
    "dhip": re.compile(re.escape(discoveries.DHIP_QUESTION)),
    "hanwha": re.compile(re.escape(discoveries.HANWHA_QUESTION)),
    "netbios": re.compile(rb"..\0\0\0\x01\0\0\0\0\0\0\x20CKA{30}\0\0\x21\0\x01", re.DOTALL),
    "sadp": re.compile(
        rb'<\?xml version="1\.0" encoding="utf-8"\?><Probe><Uuid>[0-9A-F-]{36}</Uuid>'
        rb"<Types>(?:inquiry|inquiry_v32)</Types></Probe>"
    ),
    "sip": re.compile(
        rb"OPTIONS sip:coveredscan\.invalid SIP/2\.0\r\n(?!.*(?:Authorization|Contact):).*\r\n\r\n", re.DOTALL
    ),
    "ssdp": re.compile(rb"M-SEARCH \* HTTP/1\.1\r\n(?:[A-Z]+: [^\r\n]*\r\n)*\r\n"),
    "ws_discovery": re.compile(
        rb"<\?xml(?:(?!<d:Bye|<d:Hello|<d:Resolve).)*<d:Probe>.*</d:Probe></s:Body></s:Envelope>"
    ),
    "vivotek": re.compile(rb".\x4a\x5d\x8f\x1c", re.DOTALL),
    "xiongmai": re.compile(re.escape(discoveries.XIONGMAI_QUESTION)),
}
# The sender of a stream → the only payloads it may have.
STREAMS = {
    "banner": re.compile(rb""),
    "dvrip": re.compile(re.escape(discoveries.DVRIP_QUESTION)),
    "hik_sdk": re.compile(re.escape(b"GET / HTTP/1.0\r\n\r\n")),
    "rtsp": re.compile(
        rb"(?:OPTIONS|DESCRIBE) rtsp://[^ /@]+/ RTSP/1\.0\r\nCSeq: [12]\r\n(?:Accept: application/sdp\r\n)?\r\n"
    ),
}
POSTS = {
    "onvif": re.compile(
        rb".*<s:Body><(GetSystemDateAndTime|GetDeviceInformation|GetServices|GetScopes) xmlns="
        rb'"http://www\.onvif\.org/ver10/device/wsdl">(?:<IncludeCapability>false</IncludeCapability>)?</\1></s:Body>.*'
    ),
}
PATHS = re.compile(
    r"(?i)auth=|user=|passw|pwd=|/web_caps|/current_config|/mtd/|configurationfile|onvif-http/|/sdk/|audio\.cgi|\.\./"
)
TRAPS = (
    "/System/configurationFile?auth=YWRtaW46MTEK", "/onvif-http/snapshot?auth=YWRtaW46MTEK", "/SDK/webLanguage",
    "/current_config/passwd", "/current_config/Sha1Account1", "/../mtd/Config/Account1", "/%63urrent_config/passwd",
    "/web_caps/webCapsConfig", "/cgi-bin/audio.cgi", "/login.htm?user=admin&pwd=admin", "/doc/page/login.asp",
)  # fmt: skip

# SADP: cameronnewman/hikvision-tooling internal/sadp/commands.go. DHIP: mcw0/DahuaConsole, PyPI aiodahua. Logins that
# need no password: CVE-2021-33044, CVE-2021-33045.
COMMANDS = re.compile(
    r"(?i)resetPassword|securityCode|exchangecode|getencryptstring|getcode|getBindList|GetQRcodes|SetMailBox"
    r"|ezvizUnbind|DHDiscover\.(?!search)|DevInit\.|PasswdFind\.|\bSecurity\.(?:get|mod)|NetKeyboard|loginType"
    r"|global\.login|(?-i:clientType)|YWRtaW46MTEK|Sha1Account"
)
WORDS = frozenset({"activate", "update", "reboot", "restore"})
"""SADP commands that are everyday words: never a value by themselves where messages are made."""
BINARY = re.compile(r"(?i)a[134689]|60|f6|a000|a005")
"""How commands of DVRIP begin that log in or read without a login (rapid7/metasploit-framework dahua_dvr_auth_bypass)."""


def named(kind: type) -> list[Spec]:
    return [spec for spec in protocols.ALL if isinstance(spec, kind)]


@settings(max_examples=100, deadline=None)
@given(st.uuids())
def test_datagrams_ask_and_nothing_else(token: uuid.UUID):
    for spec in protocols.ALL:
        if not isinstance(spec, DatagramSpec):
            continue
        for payload in spec.encode(token):
            if spec.name == "mdns":
                query = dns.message.from_wire(payload)
                assert query.opcode() == dns.opcode.QUERY
                assert query.question
                assert (query.answer, query.authority, query.additional, query.flags) == ([], [], [], 0)
            else:
                assert spec.name in DATAGRAMS, f"say in DATAGRAMS what {spec.name} may send"
                assert DATAGRAMS[spec.name].fullmatch(payload)


@settings(max_examples=100, deadline=None)
@given(st.uuids(), st.ip_addresses())
def test_names_are_asked_for_and_nothing_else(token: uuid.UUID, address: IPv4Address | IPv6Address):
    for spec in named(NameSpec):
        assert isinstance(spec, NameSpec)
        query = dns.message.from_wire(spec.encode(token, str(address)))
        assert query.opcode() == dns.opcode.QUERY
        assert [(one.name, one.rdtype) for one in query.question] == [(dns.reversename.from_address(str(address)), 12)]
        assert (query.answer, query.authority, query.additional, query.flags) == ([], [], [], 0)


REPLIES = (answers.APPWEBS_401, *discoveries.DVRIP, *discoveries.SDK, *discoveries.LEGACY)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(REPLIES), st.binary(max_size=200)), max_size=6))
def test_streams_ask_and_nothing_else_whatever_the_answer(heard: list[bytes]):
    for spec in protocols.ALL:
        if not isinstance(spec, StreamSpec):
            continue
        assert spec.name in STREAMS, f"say in STREAMS what {spec.name} may send"
        sent: list[bytes] = []
        dialogue = spec.dialogue("192.0.2.1", spec.ports[0])
        left = iter(heard)
        try:
            said = next(dialogue)
            while True:
                if isinstance(said, Fact):
                    said = next(dialogue)
                else:
                    sent.append(said.payload)
                    said = dialogue.send(next(left, b""))
        except (StopIteration, ValueError):
            pass
        assert len(sent) <= 4
        assert all(STREAMS[spec.name].fullmatch(payload) for payload in sent)


def page(path: str, kind: int) -> WebReply:
    script = f'<script>window.location.href = "{path}"</script>'.encode()
    link = f'<link rel="icon" href="{path}"><meta http-equiv="refresh" content="0; url={path}">'.encode()
    return (
        WebReply(302, (("Location", path),), b""),
        WebReply(200, (("Server", "App-webs/"), ("Content-Type", "text/html")), script),
        WebReply(200, (("CONNECTION", "x"), ("CONTENT-LENGTH", "1"), ("CONTENT-TYPE", "text/html")), link),
        WebReply(401, (("WWW-Authenticate", 'Basic realm="x"'),), answers.ACCESS_ERROR),
    )[kind]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TRAPS), st.integers(0, 3)), max_size=8), st.sampled_from(TRAPS))
def test_web_requests_read_and_nothing_else_wherever_they_are_led(pages: list[tuple[str, int]], trap: str):
    for spec in protocols.ALL:
        if not isinstance(spec, WebSpec):
            continue
        dialogues = [spec.dialogue("192.0.2.1", 80)]
        if spec.follow is not None:
            dialogues.append(spec.follow("192.0.2.1", 80, trap))
        for dialogue in dialogues:
            left = iter(pages)
            asked: list[WebAsk] = []
            try:
                said = next(dialogue)
                while True:
                    if isinstance(said, Fact):
                        said = next(dialogue)
                    else:
                        asked.append(said)
                        turn = next(left, None)
                        said = dialogue.send(page(*turn) if turn is not None else None)
            except StopIteration:
                pass
            for ask in asked:
                assert not PATHS.search(unquote(ask.path))
                assert not any(name.lower() in {"authorization", "cookie"} for name, _ in ask.headers)
                if ask.method == "POST":
                    assert POSTS[spec.name].fullmatch(ask.body)
                else:
                    assert ask.method in {"GET", "HEAD"}
                    assert ask.body == b""


def test_every_spoken_protocol_is_held_here():
    assert {spec.name for spec in named(DatagramSpec)} == {*DATAGRAMS, "mdns"}
    assert {spec.name for spec in named(StreamSpec)} == set(STREAMS)
    assert {spec.name for spec in named(NameSpec)} == {"llmnr"}


def test_the_tables_would_notice():
    inquiry = next(iter(protocols.sadp.SPEC.encode(uuid.uuid4())))
    assert not DATAGRAMS["sadp"].fullmatch(inquiry.replace(b">inquiry<", b">update<"))
    assert not DATAGRAMS["dhip"].fullmatch(discoveries.DHIP_QUESTION.replace(b"search", b"setConf"))
    assert not STREAMS["dvrip"].fullmatch(b"\xa0\x00" + discoveries.DVRIP_QUESTION[2:])
    assert converse(protocols.dvrip.SPEC.dialogue("192.0.2.1", 37777), [])[1] == [discoveries.DVRIP_QUESTION]
    assert COMMANDS.search("DHDiscover.setConfig")
    assert not COMMANDS.search("DHDiscover.search")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_source_holds_a_forbidden_command(source: Path):
    text = source.read_text(encoding="utf-8")
    assert COMMANDS.search(text) is None
    if source.parent.name not in {"protocols", "transports", "engine"}:
        return
    for node in ast.walk(ast.parse(text)):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str):
            assert value.lower() not in WORDS
            assert "<Types>" not in value or "<Types>{types}</Types>" in value
            if re.fullmatch(r"(?:[0-9A-Fa-f]{2}){4,}", value):
                assert not BINARY.match(value)
        elif isinstance(value, bytes) and not value.isascii():
            assert not BINARY.match(value.hex()) or discoveries.LEGACY_QUESTION.startswith(value)
