"""How equipment built on Xiongmai's boards, sold under very many labels, is searched for.

Question and answer: NeiroNx/python-dvr DeviceManager.py; public captures 10087480338 and 56358386337. The protocol
also sets addresses and logs in; of its messages only the search is here.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Final
from uuid import UUID

from scanner.model.dialogue import DatagramSpec, Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols._text import clean, read_text

SERIAL: Final = Field("xiongmai.serial")
PRODUCT: Final = Field("xiongmai.product")
VERSION: Final = Field("xiongmai.version")
MAC: Final = Field("xiongmai.mac")
ADDRESS: Final = Field("xiongmai.address")

MAX_SIZE: Final = 8192
"""Bytes of one answer: ten times the longest real one."""

_HEADER: Final = struct.Struct("<BBHIIHHI")
_MARK: Final = 0xFF
_SEARCH: Final = 1530
_READER: Final = json.JSONDecoder(strict=False)
_ADDRESS: Final = re.compile(r"0x[0-9A-Fa-f]{8}")
_FIELDS: Final = (("SN", SERIAL), ("Pid", PRODUCT), ("Version", VERSION), ("MAC", MAC))


def encode(token: UUID) -> tuple[bytes, ...]:  # noqa: ARG001 - real clients send no id
    """Return the search, the same whatever the token."""
    return (_HEADER.pack(_MARK, 0, 0, 0, 0, 0, _SEARCH, 0),)


def decode(datagram: bytes) -> Iterator[Fact]:
    """Yield what a device says of itself; nothing for a search. Malformed when it is no message of this protocol."""
    if not _HEADER.size <= len(datagram) <= MAX_SIZE or datagram[0] != _MARK:
        raise Malformed("no message of this protocol")
    body = datagram[_HEADER.size :].replace(b"\0", b"").strip()
    if not body:
        return
    try:
        message, _ = _READER.raw_decode(read_text(body))
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {type(error).__name__}") from error
    device = message.get("NetWork.NetCommon") if isinstance(message, dict) else None
    if not isinstance(device, dict):
        raise Malformed("no device in it")
    for name, field in _FIELDS:
        value = device.get(name)
        if isinstance(value, str) and (text := clean(value)):
            yield Fact(field, text)
    address = device.get("HostIP")
    if isinstance(address, str) and _ADDRESS.fullmatch(address):
        # Written as a number whose lowest byte is the address's first.
        yield Fact(ADDRESS, str(IPv4Address(int(address, 16).to_bytes(4, "little"))))


SPEC = DatagramSpec(
    name="xiongmai",
    fields=(SERIAL, PRODUCT, VERSION, MAC, ADDRESS),
    port=34569,
    groups=(),
    encode=encode,
    decode=decode,
    broadcast=True,
    source_port=34569,
    about="Equipment on Xiongmai's boards: serial number, firmware, hardware address.",
)
