import asyncio
import json
import os
import socket
import subprocess
import sys
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from scanner.engine.events import Event, HostDone, Progress
from scanner.engine.request import Request
from scanner.engine.scan import Scan, open_scope
from scanner.engine.scope import ScopeError
from scanner.engine.targets import TargetError
from scanner.model.finding import Coverage
from scanner.model.observation import Observation
from scanner.model.outcome import Outcome
from scanner.transports.limits import Limits

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
