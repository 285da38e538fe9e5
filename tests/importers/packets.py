"""Packets and capture files, byte by byte, as devices and capture programs make them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_address

Packet = bytes
START = 1_700_000_000


def ethernet(kind: int, payload: bytes, *, tags: Sequence[int] = (), source: bytes = b"\x02\0\0\0\0\x01") -> bytes:
    stacked = b"".join(
        struct.pack("!HH", 0x88A8 if number < len(tags) - 1 else 0x8100, tag) for number, tag in enumerate(tags)
    )
    return b"\x02\0\0\0\0\x02" + source + stacked + struct.pack("!H", kind) + payload


def ip(source: str, target: str, kind: int, payload: bytes, *, offset: int = 0, options: bytes = b"") -> bytes:
    a, b = ip_address(source), ip_address(target)
    if a.version == 6:
        return struct.pack("!IHBB", 6 << 28, len(payload), kind, 64) + a.packed + b.packed + payload
    head = 20 + len(options)
    first = struct.pack("!BBHHHBB", 0x40 | head // 4, 0, head + len(payload), 7, offset, 64, kind)
    rest = a.packed + b.packed + options
    total = sum(struct.unpack(f"!{head // 2}H", first + bytes(2) + rest))
    checksum = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
    return first + struct.pack("!H", checksum) + rest + payload


def frame(source: str, target: str, kind: int, payload: bytes, **more: object) -> bytes:
    version = ip_address(source).version
    return ethernet(0x0800 if version == 4 else 0x86DD, ip(source, target, kind, payload), **more)  # type: ignore[arg-type]


def udp(source: str, sport: int, target: str, dport: int, payload: bytes, **more: object) -> bytes:
    return frame(source, target, 17, struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload, **more)


def tcp(  # noqa: PLR0917 - as a header has them
    source: str,
    sport: int,
    target: str,
    dport: int,
    sequence: int,
    payload: bytes = b"",
    flags: int = 0x18,
    **more: object,
) -> bytes:
    head = struct.pack("!HHIIBBHHH", sport, dport, sequence % (1 << 32), 0, 0x50, flags, 65535, 0, 0)
    return frame(source, target, 6, head + payload, **more)


def segments(data: bytes, size: int) -> Iterator[tuple[int, bytes]]:
    for at in range(0, len(data), size):
        yield at, data[at : at + size]


def conversation(
    client: str,
    server: str,
    port: int,
    exchanges: Iterable[tuple[bytes, bytes]],
    *,
    mss: int = 1460,
    close: bool = True,
    local: int = 40000,
    start: int = 1000,
) -> list[bytes]:
    """A whole TCP connection: handshake, each question and answer in segments of ``mss``, end."""
    packets = [
        tcp(client, local, server, port, start - 1, flags=0x02),
        tcp(server, port, client, local, start + 4999, flags=0x12),
        tcp(client, local, server, port, start, flags=0x10),
    ]
    asked, answered = start, start + 5000
    for question, answer in exchanges:
        for at, piece in segments(question, mss):
            packets.append(tcp(client, local, server, port, asked + at, piece))
        asked += len(question)
        for at, piece in segments(answer, mss):
            packets.append(tcp(server, port, client, local, answered + at, piece))
        answered += len(answer)
    if close:
        packets.append(tcp(server, port, client, local, answered, flags=0x11))
    return packets


def pcap(packets: Iterable[bytes], *, link: int = 1, order: str = "<", nano: bool = False) -> bytes:
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, link)]
    for number, packet in enumerate(packets):
        out.append(struct.pack(order + "IIII", START + number, 5, len(packet), len(packet)) + packet)
    return b"".join(out)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def pcapng(packets: Iterable[bytes], *, link: int = 1, order: str = "<", resolution: int = 6) -> bytes:
    out = [
        block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order),
        block(
            1, struct.pack(order + "HHI", link, 0, 0) + struct.pack(order + "HHB3x", 9, 1, resolution) + bytes(4), order
        ),
    ]
    for number, packet in enumerate(packets):
        ticks = (START + number) * 10**resolution
        head = struct.pack(order + "IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(packet), len(packet))
        out.append(block(6, head + packet, order))
    return b"".join(out)


def dhcp(
    *,
    operation: int = 1,
    kind: int = 3,
    mac: bytes = b"\x58\x50\xed\x1f\xe3\x85",
    client: str = "0.0.0.0",
    your: str = "0.0.0.0",
    options: Sequence[tuple[int, bytes]] = (),
) -> bytes:
    head = struct.pack("!BBBBIHH", operation, 1, 6, 0, 7, 0, 0)
    addresses = ip_address(client).packed + ip_address(your).packed + bytes(8)
    told = b"".join(bytes((code, len(value))) + value for code, value in ((53, bytes((kind,))), *options))
    return head + addresses + mac + bytes(10) + bytes(192) + b"\x63\x82\x53\x63" + told + b"\xff"


def arp(address: str, mac: bytes) -> bytes:
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 2) + mac + ip_address(address).packed + bytes(6) + bytes(4)
    return ethernet(0x0806, body, source=mac)


def http(
    body: bytes = b"<html><head><title>index</title></head></html>", *headers: str, status: str = "200 OK"
) -> bytes:
    length = (
        ()
        if any(h.lower().startswith(("transfer-encoding", "content-length")) for h in headers)
        else (f"Content-Length: {len(body)}",)
    )
    return "\r\n".join((f"HTTP/1.1 {status}", "Content-Type: text/html", *headers, *length, "", "")).encode() + body


def get(path: str = "/") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
