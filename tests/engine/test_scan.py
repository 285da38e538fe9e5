import asyncio
import json
import math
import os
import socket
import subprocess
import sys
from collections import Counter
from contextlib import asynccontextmanager
from ipaddress import IPv4Interface
from pathlib import Path

import pytest

from scanner.engine import scan as module
from scanner.engine.credentials import Credential, Credentials
from scanner.engine.events import Event, HostDone, Progress
from scanner.engine.request import Request
from scanner.engine.scan import Scan, open_scope
from scanner.engine.scope import ScopeError
from scanner.engine.targets import TargetError, literals
from scanner.model.dialogue import DatagramSpec, Fact, WebAsk, WebSpec
from scanner.model.finding import Coverage
from scanner.model.observation import Field, Observation
from scanner.model.outcome import Outcome
from scanner.protocols import rtsp
from scanner.transports import link as link_layer
from scanner.transports import multicast, nmap, onvif, sweep, udp
from scanner.transports.exchange import Exchange
from scanner.transports.interfaces import Interface
from scanner.transports.limits import Limits
from scanner.transports.mailbox import Datagram

pytestmark = pytest.mark.loopback

TCP_ESTABLISHED = 1
LIMITS = Limits(connect=1.5, quiet=0.3, deadline=3.0)
CAMERA, RECORDER, EXCLUDED, EMPTY = "127.66.1.1", "127.66.1.2", "127.66.1.3", "127.66.1.4"
WEB = b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
RTSP = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE\r\nServer: Recorder/1\r\n\r\n"


def rules(field):
    return None


def request(*targets, **options):
    return Request(
        **{
            "targets": targets,
            "never": (),
            "ports": (8080, 8554, 9999),
            "limits": LIMITS,
            "discovery": (),
            "rate": 100_000.0,
            **options,
        }
    )


def established(writer):
    """True unless the peer has closed already; the kernel knows before asyncio does."""
    return writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == TCP_ESTABLISHED


class Server:
    """Answers everything with the same bytes and counts what came."""

    def __init__(self, answer, hold=0.0):
        self.answer = answer
        self.hold = hold
        self.peers = set()
        self.most = 0
        self.total = 0

    async def __call__(self, reader, writer):
        self.total += 1
        self.peers.add(writer)
        self.most = max(self.most, sum(map(established, self.peers)))
        try:
            if await reader.read(4096):
                await asyncio.sleep(self.hold)
                writer.write(self.answer)
                await writer.drain()
        except OSError:
            pass
        finally:
            self.peers.remove(writer)
            writer.close()


@asynccontextmanager
async def serving(**servers):
    """Serve ``a1_8080=Server(…)`` on 127.66.1.1 port 8080."""
    running = []
    try:
        for name, server in servers.items():
            last, _, port = name[1:].partition("_")
            running.append(await asyncio.start_server(server, f"127.66.1.{last}", int(port)))
        yield
    finally:
        for one in running:
            one.close()


class Result:
    def __init__(self):
        self.events: list[Event] = []
        self.coverage = Coverage()
        self.last = Coverage()

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    def values(self, address):
        return {
            (one.subject.port, one.field, one.value)
            for one in self.of(Observation)
            if one.subject.address == address and one.provenance.reporter is None
        }

    def outcomes(self, address):
        return [(one.endpoint.port, one.probe, one.kind) for one in self.of(Outcome) if one.endpoint.address == address]


def scan(wanted, servers, **options):
    async def go():
        result = Result()
        async with serving(**servers):
            run = Scan(wanted, result.events.append, rules=rules, **options)
            result.coverage = await asyncio.wait_for(run.run(), 30)
            result.last = run.coverage()
        return result

    return asyncio.run(go())


def test_a_scan_tells_what_answers_and_ends_every_host():
    found = scan(
        request("127.66.1.1-4", exclude=(EXCLUDED,)),
        {"a1_8080": Server(WEB), "a2_8554": Server(RTSP), "a3_8080": Server(WEB)},
    )
    assert {(8080, "open.tcp", "8080"), (8080, "http.server", "App-webs/")} <= found.values(CAMERA)
    assert {(8554, "open.tcp", "8554"), (8554, "rtsp.server", "Recorder/1")} <= found.values(RECORDER)
    assert sorted(event.address for event in found.of(HostDone)) == [CAMERA, RECORDER, EMPTY]
    assert (9999, "connect", "refused") in found.outcomes(CAMERA)
    assert (8080, "http", "answered") in found.outcomes(CAMERA)
    assert (8554, "rtsp", "answered") in found.outcomes(RECORDER)
    assert all(one.provenance.observed_at.tzinfo for one in found.of(Observation))
    assert {one.provenance.source for one in found.of(Observation)} >= {"connect", "http", "rtsp"}


def test_coverage_counts_what_was_asked():
    found = scan(request("127.66.1.1-4", exclude=(EXCLUDED,)), {"a1_8080": Server(WEB)})
    coverage = found.coverage
    assert (coverage.addresses, coverage.excluded, coverage.alive) == (3, 1, 3)
    assert coverage.ports == (8080, 8554, 9999)
    assert coverage.outcomes["connect"] == {"answered": 1, "refused": 8}
    assert coverage.outcomes["http"] == {"answered": 1}
    assert coverage.not_reached == ()
    assert coverage == found.last
    assert found.of(Progress)[-1] == Progress(3, 3, 3, 3, found=3)


def test_every_emitted_outcome_is_counted():
    found = scan(request("127.66.1.1-2"), {"a1_8080": Server(WEB), "a2_9999": Server(b"")})
    told = Counter((one.probe, one.kind) for one in found.of(Outcome))
    assert told == {
        (probe, kind): count for probe, kinds in found.coverage.outcomes.items() for kind, count in kinds.items()
    }


def test_an_excluded_address_is_never_contacted():
    server = Server(WEB)
    found = scan(request("127.66.1.1-4", exclude=("127.66.1.3/32",)), {"a3_8080": server})
    assert server.total == 0
    assert not [event for event in found.of(Observation) if event.subject.address == EXCLUDED]


def test_the_never_scan_list_is_honoured(tmp_path):
    (tmp_path / "never-scan").write_text(f"{EXCLUDED}\n")
    server = Server(WEB)
    found = scan(request("127.66.1.3-4", never=(tmp_path / "never-scan",)), {"a3_8080": server})
    assert server.total == 0
    assert found.coverage.excluded == 1


@pytest.mark.parametrize("per_host", [1, 2])
def test_one_address_never_has_more_connections_than_allowed(per_host):
    shared = Server(WEB, hold=0.05)
    ports = range(20_080, 20_090)
    found = scan(request(CAMERA, ports=tuple(ports), per_host=per_host), {f"a1_{port}": shared for port in ports})
    assert shared.total > 2 * len(ports)
    assert shared.most <= per_host
    assert {port for port, field, _ in found.values(CAMERA) if field == "http.server"} == set(ports)


def test_a_host_that_told_nothing_is_asked_again():
    class Busy(Server):
        async def __call__(self, reader, writer):
            self.answer = WEB if self.total >= 4 else b""
            await super().__call__(reader, writer)

    def told(passes):
        values = scan(request(CAMERA, passes=passes), {"a1_8080": Busy(b"")}).values(CAMERA)
        return (8080, "http.server", "App-webs/") in values

    assert told(2)
    assert not told(1)


def test_a_cancelled_scan_still_tells_its_coverage():
    async def go():
        result = Result()
        run = Scan(request("127.66.0.0/16", rate=50.0), result.events.append, rules=rules)
        before = run.coverage()
        async with serving(a1_8080=Server(WEB)):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(run.run(), 0.5)
        return before, run.coverage()

    before, after = asyncio.run(go())
    assert before.not_reached == ("nothing was asked: the scan did not begin",)
    assert after.addresses == 65_536
    assert after.outcomes["connect"]["refused"] > 0
    assert after.not_reached == ("65,536 addresses: not reached, the scan was interrupted",)


def test_the_transcript_is_kept_and_named():
    kept: dict[str, bytes] = {}
    found = scan(request(CAMERA), {"a1_8080": Server(WEB)}, keep=kept.__setitem__)
    named = {one.provenance.transcript for one in found.of(Observation)} - {None}
    assert named == set(kept)
    assert any(raw.startswith(b"HTTP/1.1 200 OK") for raw in kept.values())


def test_what_emit_raises_ends_the_scan():
    def emit(event):
        raise BrokenPipeError("the reader has gone")

    async def go():
        async with serving(a1_8080=Server(WEB)):
            await Scan(request(CAMERA), emit, rules=rules).run()

    with pytest.raises(BrokenPipeError):
        asyncio.run(go())


def test_credentials_are_used_once_and_only_where_they_are_for(monkeypatch):
    asked = []

    async def read(endpoint, user, password, limits, *, tls):
        asked.append((endpoint.address, endpoint.port, user, password, tls))
        return Exchange((), "answered")

    monkeypatch.setattr(onvif, "read", read)
    body = (
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:d="http://www.onvif.org/ver10/device/wsdl">'
        b"<s:Body><d:GetDeviceInformationResponse><d:Manufacturer>Acme</d:Manufacturer><d:Model>C1</d:Model>"
        b"</d:GetDeviceInformationResponse></s:Body></s:Envelope>"
    )
    answer = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        % len(body)
    )
    servers = {f"a{last}_{port}": Server(answer + body) for last in (1, 2) for port in (8080, 9999)}
    credentials = Credentials((Credential(literals(CAMERA), "viewer", "secret"),))
    found = scan(request("127.66.1.1-2", credentials=credentials), servers)
    assert (8080, "onvif.model", "C1") in found.values(CAMERA)
    assert (8080, "onvif.model", "C1") in found.values(RECORDER)
    assert [(address, user, password) for address, _, user, password, _ in asked] == [(CAMERA, "viewer", "secret")]
    assert found.coverage.outcomes["onvif-read"] == {"answered": 1}


def test_nmap_replaces_the_sweep(monkeypatch):
    asked = []

    async def pairs(targets, ports, *, exclude, rate):
        asked.append((tuple(targets), tuple(ports)))
        yield CAMERA, 8080
        yield EXCLUDED, 8080

    monkeypatch.setattr(nmap, "sweep", pairs)
    found = scan(request("127.66.1.0/30", engine="nmap", exclude=(EXCLUDED,)), {"a1_8080": Server(WEB)})
    assert asked == [(("127.66.1.0/31", "127.66.1.2/32"), (8080, 8554, 9999))]
    assert (8080, "http.server", "App-webs/") in found.values(CAMERA)
    assert found.coverage.out_of_scope_answers == 1
    assert found.coverage.alive == 1


def test_a_missing_nmap_is_told_as_itself(monkeypatch):
    async def missing(targets, ports, *, exclude, rate):
        if targets:
            raise nmap.NmapMissing("nmap is not installed")
        yield CAMERA, 8080

    monkeypatch.setattr(nmap, "sweep", missing)
    with pytest.raises(nmap.NmapMissing):
        scan(request(CAMERA, engine="nmap"), {})


def test_silent_addresses_of_a_large_scope_get_the_first_ports_alone(monkeypatch):
    tried: Counter[str] = Counter()

    async def connect(endpoints, **limits):
        for endpoint in endpoints:
            tried[endpoint.address] += 1
            yield endpoint, "refused" if endpoint.address == CAMERA else "timed-out"

    monkeypatch.setattr(sweep, "connect", connect)
    ports = tuple(range(20_000, 20_020))
    found = scan(request("127.66.1.0/28", ports=ports, thorough=15), {})
    assert tried[CAMERA] == 20
    assert {tried[address] for address in tried if address != CAMERA} == {5}
    assert found.coverage.not_reached == (
        "15 addresses: silent, so tried on 5 of 20 ports, for the scope is too large for all",
    )
    tried.clear()
    assert scan(request("127.66.1.0/28", ports=ports, thorough=16), {}).coverage.not_reached == ()
    assert set(tried.values()) == {20}


@pytest.mark.parametrize("left", [False, True])
def test_a_host_that_had_to_be_spared_counts_as_reached_unless_it_was_left_alone(monkeypatch, left):
    line = f"{CAMERA} stopped answering while it was asked, and was asked more slowly"

    async def connect(endpoints, *, manners, **limits):
        for endpoint in endpoints:
            manners.spared[line] = None
            if left and endpoint.port > 20_000:
                manners._rests[CAMERA] = math.inf
                yield endpoint, "skipped"
            else:
                yield endpoint, "refused"

    monkeypatch.setattr(sweep, "connect", connect)
    found = scan(request(CAMERA, ports=(20_000, 20_001, 20_002)), {})
    assert found.coverage.spared == (line,)
    assert found.coverage.not_reached == (
        (f"{CAMERA} stopped answering while it was asked, and was left alone: 2 ports not tried",) if left else ()
    )


def test_many_ports_make_small_batches(monkeypatch):
    seen = []

    async def connect(endpoints, **limits):
        batch = list(endpoints)
        seen.append([(endpoint.address, endpoint.port) for endpoint in batch])
        for endpoint in batch:
            yield endpoint, "timed-out"

    monkeypatch.setattr(sweep, "connect", connect)
    monkeypatch.setattr(module, "PLACES", 20)
    scan(request("127.66.1.0/30", ports=tuple(range(20_000, 20_010)), passes=1), {})
    assert [len(batch) for batch in seen] == [10, 10, 10, 10], "two addresses at a time: five ports, then the others"
    assert seen[0][:3] == [("127.66.1.0", 20_000), ("127.66.1.1", 20_000), ("127.66.1.0", 20_001)]


@pytest.mark.parametrize("heard", [(), ("10.0.0.5", "10.0.0.200")])
def test_absent_neighbours_are_not_swept_unless_discovery_hears_them(monkeypatch, heard):
    tried: Counter[str] = Counter()

    async def connect(endpoints, **limits):
        for endpoint in endpoints:
            tried[endpoint.address] += 1
            yield endpoint, "timed-out"

    async def ask(groups, questions, **options):
        await asyncio.sleep(0.05)
        for address in heard:
            yield Datagram(address, 3702, b"C1", "eth0")

    async def ask_none(endpoints, questions, **options):
        for address in heard[:0]:
            yield Datagram(address, 3702, b"C1", None)

    def decode(payload):
        yield Fact(Field("x.model"), payload.decode())

    eth = Interface("eth0", 2, (IPv4Interface("10.0.0.7/24"),), loopback=False)
    monkeypatch.setattr(module, "interfaces", lambda: (eth,))
    monkeypatch.setattr(sweep, "connect", connect)
    monkeypatch.setattr(multicast, "ask", ask)
    monkeypatch.setattr(udp, "ask", ask_none)
    monkeypatch.setattr(link_layer, "privileged", lambda: False)
    monkeypatch.setattr(link_layer, "neighbours", lambda: {"10.0.0.254": "02:00:00:00:00:01"})
    specs = (DatagramSpec("wsd", (), 3702, ("239.255.255.250",), lambda token: (b"?",), decode),)
    ports = tuple(range(20_000, 20_020))
    found = scan(request("10.0.0.0/28", ports=ports, discovery=None, passes=1), {}, specs=specs)
    assert tried.pop("10.0.0.7") == 20, "this machine is no neighbour of itself"
    assert {address for address, times in tried.items() if times == 20} == set(heard[:1])
    assert {times for address, times in tried.items() if address not in heard} == {5}
    assert [event.address for event in found.of(HostDone)] == list(heard[:1])
    assert found.coverage.out_of_scope_answers == len(heard[1:])


def test_who_shows_life_late_is_questioned_when_its_ports_are_tried(monkeypatch):
    early = []
    hearing = asyncio.Event()

    async def connect(endpoints, **limits):
        for endpoint in endpoints:
            if endpoint.port == 20_010:  # of those that live; meanwhile another is heard of
                hearing.set()
                await asyncio.sleep(0.05)
            yield endpoint, "refused" if endpoint.address == "10.0.0.4" else "timed-out"

    async def ask(groups, questions, **options):
        await hearing.wait()
        yield Datagram("10.0.0.5", 3702, b"C1", "eth0")

    async def ask_none(endpoints, questions, **options):
        for _ in ():
            yield Datagram("", 3702, b"", None)

    class Sweeper(module._Sweeper):
        async def _probe_early(self, visit):
            early.append((visit.address, self._untried(visit)))
            await super()._probe_early(visit)

    eth = Interface("eth0", 2, (IPv4Interface("10.0.0.7/24"),), loopback=False)
    monkeypatch.setattr(module, "interfaces", lambda: (eth,))
    monkeypatch.setattr(module, "_Sweeper", Sweeper)
    monkeypatch.setattr(sweep, "connect", connect)
    monkeypatch.setattr(multicast, "ask", ask)
    monkeypatch.setattr(udp, "ask", ask_none)
    monkeypatch.setattr(link_layer, "privileged", lambda: False)
    monkeypatch.setattr(link_layer, "neighbours", dict)
    specs = (DatagramSpec("wsd", (), 3702, ("239.255.255.250",), lambda token: (b"?",), lambda payload: iter(())),)
    ports = tuple(range(20_000, 20_020))
    found = scan(request("10.0.0.0/28", ports=ports, discovery=None, passes=1, thorough=1), {}, specs=specs)
    assert early == [("10.0.0.4", [])]
    tried = {outcome.endpoint.port for outcome in found.of(Outcome) if outcome.endpoint.address == "10.0.0.5"}
    assert tried >= set(ports), "each of its ports has an outcome"


def test_a_probe_with_a_bug_costs_its_own_answer_alone():
    def broken(address, port):
        if address:
            raise ZeroDivisionError("bug")
        yield WebAsk()

    specs = (WebSpec("http", (), lambda raw: iter(()), broken), rtsp.SPEC)
    found = scan(request(CAMERA), {"a1_8080": Server(WEB), "a1_8554": Server(RTSP)}, specs=specs)
    assert (8554, "rtsp.server", "Recorder/1") in found.values(CAMERA)
    assert found.coverage.not_reached == ("internal error in http: ZeroDivisionError: bug",)
    assert found.coverage.outcomes["http"] == {"skipped": 1}


def scope(**options):
    return asyncio.run(open_scope(request(**options)))


def test_a_scope_is_opened_from_expressions_and_files(tmp_path):
    (tmp_path / "targets").write_text("127.66.1.1-3\n")
    (tmp_path / "exclude").write_text("127.66.1.2\n")
    found = scope(files=(str(tmp_path / "targets"),), exclude_files=(str(tmp_path / "exclude"),))
    assert list(found.swept) == ["127.66.1.1", "127.66.1.3"]


def test_shards_make_up_the_targets_and_keep_the_exclusions():
    shards = [scope(targets=("127.66.1.0/28",), exclude=("127.66.1.9",), shard=(number, 3)) for number in (1, 2, 3)]
    assert [one.addresses for one in shards] == [5, 4, 6]
    every = [address for one in shards for address in one.swept]
    assert every == list(scope(targets=("127.66.1.0/28",), exclude=("127.66.1.9",)).swept)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({}, TargetError, "no target given"),
        ({"targets": ("8.8.8.8",)}, ScopeError, "public address space: --allow-public lifts that"),
        ({"targets": (CAMERA,), "exclude": (CAMERA,)}, ScopeError, "all are excluded"),
        ({"targets": ("127.66.1.1/24",)}, TargetError, "host bits"),
        ({"targets": (CAMERA,), "exclude": ("127.66.1.1/24",)}, TargetError, "host bits"),
    ],
)
def test_a_scope_that_cannot_be_is_one_clear_line(options, error, message):
    with pytest.raises(error) as caught:
        scope(**options)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_interfaces_and_protocols_are_refused():
    with pytest.raises(ScopeError, match="no-such0: no such interface"):
        scan(request(CAMERA, interfaces=("no-such0",)), {})
    with pytest.raises(ValueError, match="gopher: no such discovery protocol"):
        scan(request(CAMERA, discovery=("gopher",)), {})


# A whole link, in network namespaces of our own.

DEVICE = r"""
import http.server, re, socket, struct, threading

ENVELOPE = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:t="http://www.onvif.org/ver10/device/wsdl"><s:Body>%s</s:Body></s:Envelope>'
)
MATCH = ENVELOPE % (
    '<d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:5</a:Address></a:EndpointReference>'
    '<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/Acme</d:Scopes>'
    '<d:XAddrs>http://10.98.0.2:18899/onvif/device_service</d:XAddrs></d:ProbeMatch></d:ProbeMatches>'
)
INFORMATION = ENVELOPE % (
    '<t:GetDeviceInformationResponse><t:Manufacturer>Acme</t:Manufacturer><t:Model>C1</t:Model></t:GetDeviceInformationResponse>'
)

class Onvif(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(404)
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = INFORMATION.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words):
        pass

def accept(server):
    while True:
        server.accept()[0].close()
        print("the excluded address was contacted", flush=True)

server = http.server.ThreadingHTTPServer(("10.98.0.2", 18899), Onvif)
threading.Thread(target=server.serve_forever, daemon=True).start()
excluded = socket.create_server(("10.98.0.3", 80))
threading.Thread(target=accept, args=(excluded,), daemon=True).start()
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("", 3702))
sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.255.255.250") + socket.inet_aton("10.98.0.2"))
print("ready", flush=True)
while True:
    data, peer = sock.recvfrom(65536)
    sock.sendto(MATCH.encode(), peer)
"""

SCANNER = r"""
import asyncio, json, sys
from scanner.engine.request import Request
from scanner.engine.scan import HostDone, Scan
from scanner.model.observation import Field, Observation

events = []
request = Request(("scan0",), exclude=("10.98.0.3",), never=(), wait=1.0, discovery=tuple(sys.argv[1:]), passes=1)
coverage = asyncio.run(Scan(request, events.append, rules=lambda field: None).run())
print(json.dumps({
    "seen": [[one.subject.address, one.subject.port, one.field, one.value] for one in events if isinstance(one, Observation)],
    "done": [one.address for one in events if isinstance(one, HostDone)],
    "outcomes": coverage.outcomes, "not_reached": coverage.not_reached, "addresses": coverage.addresses,
}))
"""


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def link():
    """Namespaces of a scanner (scan0, 10.98.0.1/24) and of a device (10.98.0.2 and .3), and a cable between them."""
    scanner_side, device_side = (f"cs-engine-{os.getpid()}-{name}" for name in ("scanner", "device"))
    try:
        ip("netns", "add", scanner_side)
        ip("netns", "add", device_side)
        ip("link", "add", "scan0", "netns", scanner_side, "type", "veth", "peer", "name", "dev0", "netns", device_side)
        ip("-n", device_side, "link", "set", "dev0", "address", "02:00:00:00:00:02")
        for side, name, addresses in (
            (scanner_side, "scan0", ("10.98.0.1/24",)),
            (device_side, "dev0", ("10.98.0.2/24", "10.98.0.3/24")),
        ):
            for address in addresses:
                ip("-n", side, "address", "add", address, "dev", name)
            ip("-n", side, "link", "set", "lo", "up")
            ip("-n", side, "link", "set", name, "up")
        yield scanner_side, device_side
    finally:
        for side in (scanner_side, device_side):
            subprocess.run(["ip", "netns", "delete", side], check=False, capture_output=True)


@pytest.mark.root
@pytest.mark.slow
@pytest.mark.parametrize("discovery", [("ws_discovery", "arp"), ("ws_discovery",)])
def test_a_device_on_the_link_is_found_by_its_own_words(link, discovery):
    scanner_side, device_side = link
    run = ["ip", "netns", "exec"]
    with subprocess.Popen(
        [*run, device_side, sys.executable, "-c", DEVICE], stdout=subprocess.PIPE, text=True
    ) as device:
        assert device.stdout is not None
        try:
            assert device.stdout.readline() == "ready\n"
            scan = subprocess.run(
                [*run, scanner_side, sys.executable, "-c", SCANNER, *discovery],
                capture_output=True, text=True, timeout=60, check=False, env={"PYTHONPATH": str(Path.cwd())},
            )  # fmt: skip
        finally:
            device.kill()
        assert device.stdout.read() == ""
    assert scan.returncode == 0, scan.stderr
    found = json.loads(scan.stdout)
    seen = [tuple(one) for one in found["seen"]]
    assert ("10.98.0.2", 3702, "wsd.xaddr", "http://10.98.0.2:18899/onvif/device_service") in seen
    assert ("10.98.0.2", 18899, "onvif.model", "C1") in seen
    assert ("10.98.0.2", 18899, "open.tcp", "18899") in seen
    assert ("10.98.0.2", None, "link.mac", "02:00:00:00:00:02") in seen
    assert not [one for one in seen if one[0] == "10.98.0.3"]
    assert sorted(found["done"]) == ["10.98.0.1", "10.98.0.2"]
    assert found["not_reached"] == []
    # Silent neighbours are known to be absent, so they are not tried on every port.
    assert found["outcomes"]["connect"].get("timed-out", 0) < 252 * 6
