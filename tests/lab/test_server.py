import asyncio
import contextlib
import os
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import dns.message
import dns.rrset
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.lab.device import Behaviour, Certificate, Device, Service, Source, Truth, load_devices
from scanner.lab.server import Lab, LabError
from scanner.lab.transcript import Exchange, Kind, fill, parse

pytestmark = pytest.mark.loopback

OFFSET = 10_000
NETWORK = f"127.67.{os.getpid() % 250}"
"""An address block of this test run's own, so that a lab that is up elsewhere is no neighbour."""
DEVICES = tuple(
    msgspec.structs.replace(device, address=f"{NETWORK}.{number}") for number, device in enumerate(load_devices(), 1)
)
HTTP = (
    "# source: a public place\n"
    ">> GET /\n<< HTTP/1.1 200 OK\n<< Content-Length: {length}\n<< X-Case: kEpT\n<<\n<| body of {host}\n"
    ">> * *\n<< HTTP/1.1 404 Not Found\n<< content-length: 0\n<<\n"
)


def device(
    kind: Kind = "http", text: str = HTTP, *, behaviour: Behaviour = "answer", port: int = 8080, tls: bool = False
):
    certificate = Certificate(subject=("CN=x",)) if tls else None
    service = Service(port, kind, parse(text, kind, "t.txt"), certificate, None, behaviour)
    truth = Truth(device_class="camera", verdict="unknown-maker")
    return Device("d", "d", f"{NETWORK}.200", truth, (service,), (Source("a public place", "all"),))


def slots_of(one: Device) -> dict[str, str]:
    slots = {"host": one.address}
    for service in one.services:
        port = service.port + OFFSET if service.port < 1024 else service.port
        slots[f"port:{service.port}"] = str(port)
        slots[f"authority:{service.port}"] = f"{one.address}:{port}"
    return slots


def questions(service: Service) -> Iterator[tuple[bytes, str, Exchange]]:
    """For each question of a stream service: bytes that ask it, the CSeq in them, the exchange that must answer."""
    for exchange in service.transcript.exchanges:
        for question in exchange.questions:
            words = question.split()
            if service.kind == "http":
                method = words[0].replace("*", "GET")
                path = "/no/such/page" if words[1] == "*" else words[1].replace("*", "more")
                body = f"<e:Body><tds:{words[2]}/></e:Body>" if len(words) == 3 else ""
                head = (
                    f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
                )
                yield (head + body).encode(), "", exchange
            elif service.kind == "rtsp":
                method = words[0].replace("*", "DESCRIBE")
                yield f"{method} rtsp://x/ RTSP/1.0\r\nCSeq: 42\r\n\r\n".encode(), "42", exchange
            elif words[0] == "connect":
                yield b"", "", exchange
            elif words[0] == "hex":
                yield bytes.fromhex(" ".join(words[1:]).replace("..", "00")), "", exchange
            elif words[0] == "text":
                yield question.removeprefix("text ").encode(), "", exchange
            else:
                yield b"\x01" * 32, "", exchange


async def ask(address: str, port: int, request: bytes, size: int, *, tls: bool) -> bytes:
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    async with asyncio.timeout(5):
        reader, writer = await asyncio.open_connection(address, port, ssl=context)
        try:
            writer.write(request)
            return await reader.readexactly(size)
        except asyncio.IncompleteReadError as error:
            return error.partial
        finally:
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def ask_datagram(address: str, port: int, request: bytes, count: int = 1) -> list[bytes]:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.setblocking(False)
        asker.bind(("127.0.0.1", 0))
        await loop.sock_sendto(asker, request, (address, port))
        async with asyncio.timeout(5):
            return [(await loop.sock_recvfrom(asker, 65535))[0] for _ in range(count)]


def test_each_device_serves_exactly_what_its_transcripts_say():
    async def run() -> int:
        asked = 0
        async with Lab(DEVICES, offset=OFFSET) as lab:
            for one in DEVICES:
                slots = slots_of(one)
                for service in one.services:
                    if service.datagrams:
                        continue
                    for request, cseq, exchange in questions(service):
                        want = exchange.render({**slots, "cseq": cseq})
                        tls = service.certificate is not None
                        got = await ask(one.address, lab.port(service.port), request, len(want), tls=tls)
                        assert got == want, (one.id, service.port, request)
                        asked += 1
        return asked

    assert asyncio.run(run()) > 150


def test_each_device_answers_datagrams_as_its_transcripts_say():
    async def run() -> int:
        asked = 0
        async with Lab(DEVICES, offset=OFFSET) as lab:
            for one in DEVICES:
                for service in one.services:
                    if service.kind != "datagram":
                        continue
                    for exchange in service.transcript.exchanges:
                        for question in exchange.questions:
                            words = question.removeprefix("hex ").split()
                            request = (
                                bytes(int(word.replace(".", "0"), 16) for word in words)
                                if question.startswith("hex ")
                                else f"<MessageID>urn:uuid:1-2</MessageID>{question.removeprefix('text ')}".encode()
                            )
                            want = exchange.render({**slots_of(one), "id": "urn:uuid:1-2"})
                            assert await ask_datagram(one.address, lab.port(service.port), request) == [want]
                            asked += 1
        return asked

    assert asyncio.run(run()) > 20


def test_each_device_answers_dns_as_its_transcripts_say():
    async def run() -> int:
        asked = 0
        async with Lab(DEVICES, offset=OFFSET):
            for one in DEVICES:
                for service in one.services:
                    if service.kind != "dns":
                        continue
                    for exchange in service.transcript.exchanges:
                        name, kind = exchange.questions[0].split()
                        query = dns.message.make_query(name, kind)
                        (reply,) = await ask_datagram(one.address, service.port, query.to_wire())
                        got = dns.message.from_wire(reply)
                        records = {
                            (str(rrset.name), str(data)) for rrset in got.answer + got.additional for data in rrset
                        }
                        for line in exchange.answer:
                            name, ttl, rdclass, rdtype, data = fill(line.text, slots_of(one)).split(None, 4)
                            want = dns.rrset.from_text(name, int(ttl), rdclass, rdtype, data)
                            assert (str(want.name), str(want[0])) in records
                            asked += 1
        return asked

    assert asyncio.run(run()) > 10


def test_a_multicast_probe_is_answered_by_each_member_from_its_own_address():
    members = {d.address for d in DEVICES for s in d.services if s.port == 3702}

    async def run() -> set[str]:
        loop = asyncio.get_running_loop()
        async with Lab(DEVICES, offset=OFFSET) as lab:
            assert "239.255.255.250:3702" in lab.groups
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
                asker.setblocking(False)
                asker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
                await loop.sock_sendto(asker, b"<MessageID>urn:uuid:9</MessageID><Probe/>", ("239.255.255.250", 3702))
                heard: set[str] = set()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(5):
                        while not members <= heard:
                            payload, (address, _) = await loop.sock_recvfrom(asker, 65535)
                            assert b"urn:uuid:9" in payload
                            heard.add(address)
                return heard

    assert members <= asyncio.run(run())


def test_ports_and_addresses_tell_a_scan_where_to_ask():
    lab = Lab(DEVICES, offset=OFFSET)
    assert lab.addresses == tuple(one.address for one in DEVICES)
    assert {10021, 10080, 10443, 10554, 8000, 35000, 37777} <= set(lab.ports)
    assert 3702 not in lab.ports
    assert list(lab.ports) == sorted(lab.ports)
    assert {80, 443, 554} <= set(Lab(DEVICES, offset=0).ports)


def test_the_offset_follows_what_may_be_bound():
    async def run() -> tuple[int, bytes]:
        one = device(port=80)
        async with Lab([one]) as lab:
            return lab.offset, await ask(one.address, lab.port(80), b"GET / HTTP/1.0\r\n\r\n", 15, tls=False)

    offset, begin = asyncio.run(run())
    assert begin == b"HTTP/1.1 200 OK"
    assert offset in (0, OFFSET)
    assert (offset == 0) == may_bind_80()


def may_bind_80() -> bool:
    with socket.socket() as trial:
        try:
            trial.bind((f"{NETWORK}.201", 80))
        except PermissionError:
            return False
    return True


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_all_sockets_are_closed_on_exit():
    before = open_files()

    async def run() -> int:
        async with Lab(DEVICES, offset=OFFSET) as lab:
            reader, writer = await asyncio.open_connection(DEVICES[0].address, lab.port(80))
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            await reader.readexactly(15)
            during = open_files()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(DEVICES[0].address, lab.port(80))
        return during

    assert asyncio.run(run()) > before + 100
    assert open_files() == before


def test_a_taken_port_is_one_clear_error_and_leaves_nothing_open():
    one = device()
    first = msgspec.structs.replace(one, address=f"{NETWORK}.202")

    async def run() -> None:
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind((one.address, 8080))
            taken.listen()
            with pytest.raises(LabError, match=rf"{one.address} port 8080/tcp is taken"):
                async with Lab([first, one], offset=0):
                    pytest.fail("the lab is up on a taken port")
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection(first.address, 8080)

    asyncio.run(run())


def test_head_is_answered_without_the_body_and_the_connection_lives_on():
    async def run() -> bytes:
        one = device()
        async with Lab([one], offset=0) as lab:
            requests = b"HEAD / HTTP/1.1\r\n\r\nGET /x HTTP/1.1\r\n\r\nGET / HTTP/1.0\r\n\r\n"
            got = await ask(one.address, 8080, requests, 10_000, tls=False)
            assert [note.question.split()[1] for note in lab.asked] == [b"/", b"/x", b"/"]
            assert {(note.address, note.port, note.transport) for note in lab.asked} == {(one.address, 8080, "tcp")}
            return got

    body = f"body of {NETWORK}.200".encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nX-Case: kEpT\r\n\r\n" % len(body)
    assert asyncio.run(run()) == head + b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n" + head + body


def test_an_rtsp_cseq_is_echoed_and_zero_without_one():
    text = "# source: a public place\n>> *\n<< RTSP/1.0 200 OK\n<< CSeq: {cseq}\n<<\n"

    answers = b"".join(b"RTSP/1.0 200 OK\r\nCSeq: %s\r\n\r\n" % cseq for cseq in (b"31", b"42 OPTIONS", b"0"))

    async def run() -> bytes:
        one = device("rtsp", text)
        async with Lab([one], offset=0):
            requests = (
                b"OPTIONS * RTSP/1.0\r\ncseq: 31\r\n\r\nOPTIONS sip:nm SIP/2.0\r\nCSeq: 42 OPTIONS\r\n\r\nX\r\n\r\n"
            )
            return await ask(one.address, 8080, requests, len(answers), tls=False)

    assert asyncio.run(run()) == answers


def test_what_no_pattern_meets_is_heard_and_not_answered():
    async def run() -> list[bytes]:
        one = device("stream", "# source: a public place\n>> hex a0\n<| b0\n")
        async with Lab([one], offset=0) as lab:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await ask(one.address, 8080, b"GET / HTTP/1.1\r\n\r\n", 1, tls=False)
            return [note.question for note in lab.asked]

    assert asyncio.run(run()) == [b"GET / HTTP/1.1\r\n\r\n"]


@pytest.mark.parametrize("tls", [False, True])
def test_a_device_that_hangs_up(tls: bool):
    async def run() -> bytes:
        one = device(behaviour="close", tls=tls)
        async with Lab([one], offset=0):
            return await ask(one.address, 8080, b"", 1, tls=tls)

    try:
        assert asyncio.run(run()) == b""
    except ConnectionResetError:
        assert True


def test_a_device_that_says_nothing():
    async def run() -> None:
        one = device(behaviour="silent")
        async with Lab([one], offset=0):
            reader, writer = await asyncio.open_connection(one.address, 8080)
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await reader.read(1)
            writer.transport.abort()

    asyncio.run(run())


def test_a_device_that_drips():
    async def run() -> tuple[bytes, float]:
        one = device("stream", "# source: a public place\n>> connect\n<| 220\n", behaviour="drip")
        async with Lab([one], offset=0):
            start = time.monotonic()
            return await ask(one.address, 8080, b"", 3, tls=False), time.monotonic() - start

    answer, seconds = asyncio.run(run())
    assert answer == b"220"
    assert seconds >= 0.09


def test_a_device_that_never_stops():
    async def run() -> bytes:
        one = device(behaviour="endless")
        async with Lab([one], offset=0):
            return await ask(one.address, 8080, b"GET / HTTP/1.1\r\n\r\n", 3_000_000, tls=False)

    answer = asyncio.run(run())
    assert len(answer) == 3_000_000
    assert b"Content-Length" not in answer
    assert answer.endswith(b"AAAA")


def test_a_service_stays_up_whatever_it_is_sent():
    one = msgspec.structs.replace(
        device(),
        services=(
            device("http").services[0],
            device("http", port=8443, tls=True).services[0],
            device("rtsp", "# source: x\n>> OPTIONS\n<< RTSP/1.0 200 OK\n<<\n", port=8554).services[0],
            device("stream", "# source: x\n>> hex a0\n<| b0\n", port=8777).services[0],
        ),
    )

    @given(st.sampled_from([8080, 8443, 8554, 8777]), st.binary(max_size=3000))
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def throw(port: int, garbage: bytes) -> None:
        with socket.create_connection((one.address, port), timeout=5) as peer, contextlib.suppress(OSError):
            peer.sendall(garbage)

    async def run() -> bytes:
        async with Lab([one], offset=0):
            await asyncio.to_thread(throw)
            oversize = b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n"
            with contextlib.suppress(OSError):
                assert await ask(one.address, 8080, oversize, 1, tls=False) == b""
            return await ask(one.address, 8443, b"GET / HTTP/1.0\r\n\r\n", 15, tls=True)

    assert asyncio.run(run()) == b"HTTP/1.1 200 OK"
