"""LLDP and CDP messages, byte by byte as IEEE 802.1AB clause 8 and tcpdump's print-cdp.c lay them out."""

from __future__ import annotations


def lldp(*elements: tuple[int, bytes], lifetime: int = 120) -> bytes:
    first = (
        (1, b"\x04\x58\x50\xed\x1f\xe3\x85"),
        (2, b"\x03\x58\x50\xed\x1f\xe3\x85"),
        (3, lifetime.to_bytes(2, "big")),
    )
    return b"".join(
        (kind << 9 | len(value)).to_bytes(2, "big") + value for kind, value in (*first, *elements, (0, b""))
    )


def cdp(*elements: tuple[int, bytes], lifetime: int = 180) -> bytes:
    head = bytes((2, lifetime, 0, 0))
    return head + b"".join(
        kind.to_bytes(2, "big") + (len(value) + 4).to_bytes(2, "big") + value for kind, value in elements
    )


ADDRESS = b"\x05\x01\x0a\x00\x00\x05\x02\x00\x00\x00\x01\x00"
LLDP_CAMERA = lldp((5, b"axis-accc8e000001"), (6, b"AXIS M1014\nNetwork Camera"), (8, ADDRESS))
LLDP = (
    LLDP_CAMERA,
    lldp((5, b"switch")),
    lldp((8, b"\x11\x02" + bytes.fromhex("20010db8") + bytes(11) + b"\x05\x02" + bytes(5))),
)
CDP_ADDRESSES = b"\0\0\0\x01\x01\x01\xcc\x00\x04\x0a\0\0\x05"
CDP_PHONE = cdp((1, b"SEP5850ED1FE385"), (2, CDP_ADDRESSES), (5, b"1.2\0"), (6, b"Cisco IP Phone 7960"))
CDP = (CDP_PHONE, cdp((1, b"sw"), (0x16, CDP_ADDRESSES), (2, b"\0\0\0\0")))
