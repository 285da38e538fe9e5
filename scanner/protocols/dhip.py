"""DHIP discovery: how equipment of Dahua's make is searched for, whatever its label.

Framing and question: mcw0/DahuaConsole net.py; the bytes sent are those of a real client (public capture 139996060).
The protocol also sets addresses and first passwords; of its methods only the search is here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from scanner.model.dialogue import DatagramSpec, Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols._text import clean, read_text

VENDOR: Final = Field("dhip.vendor")
MANUFACTURER: Final = Field("dhip.manufacturer")
DEVICE_TYPE: Final = Field("dhip.device_type")
DEVICE_CLASS: Final = Field("dhip.device_class")
SERIAL: Final = Field("dhip.serial")
VERSION: Final = Field("dhip.version")
MAC: Final = Field("dhip.mac")
INIT: Final = Field("dhip.init")
ADDRESS: Final = Field("dhip.address")
HTTP_PORT: Final = Field("dhip.http_port")
PORT: Final = Field("dhip.port")

MAX_SIZE: Final = 16_384
"""Bytes of one answer: ten times the longest real one."""

_SEARCH: Final = b'{ "method" : "DHDiscover.search", "params" : { "mac" : "", "uni" : 1 } }\n'
_LENGTH: Final = len(_SEARCH).to_bytes(4, "little") + bytes(4)
_QUESTION: Final = b"\x20\0\0\0DHIP" + bytes(8) + _LENGTH + _LENGTH + _SEARCH
_ANSWER: Final = "client.notifyDevInfo"
_START: Final = re.compile(rb'\{\s*"[A-Za-z]')
_READER: Final = json.JSONDecoder(strict=False)
_FIELDS: Final = (
    ("Vendor", VENDOR),
    ("Manufacturer", MANUFACTURER),
    ("DeviceType", DEVICE_TYPE),
    ("DeviceClass", DEVICE_CLASS),
    ("SerialNo", SERIAL),
    ("Version", VERSION),
    ("Init", INIT),
    ("HttpPort", HTTP_PORT),
    ("Port", PORT),
)


def encode(token: UUID) -> tuple[bytes, ...]:  # noqa: ARG001 - real clients send no id, and devices are strict
    """Return the search, the same whatever the token."""
    return (_QUESTION,)


def decode(datagram: bytes) -> Iterator[Fact]:
    """Yield what a device says of itself; nothing for a search, ours or another's. Malformed when there is no JSON.

    Headers differ in length and bodies end in line ends, NULs or junk, so the message is what begins at the first
    brace that opens an object (rroller/dahua custom_components/dahua/discovery.py); a length may look like a brace.
    """
    start = _START.search(datagram)
    if start is None or len(datagram) > MAX_SIZE:
        raise Malformed("no DHIP message")
    try:
        message, _ = _READER.raw_decode(read_text(datagram[start.start() :]))
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {type(error).__name__}") from error
    if message.get("method") != _ANSWER:
        return
    device = _table(_table(message, "params"), "deviceInfo")
    said = [(MAC, message.get("mac")), *((field, device.get(name)) for name, field in _FIELDS)]
    said.append((ADDRESS, _table(device, "IPv4Address").get("IPAddress")))
    for field, value in said:
        text = clean(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if text:
            yield Fact(field, text)


def _table(parent: dict[str, Any], name: str) -> dict[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


SPEC = DatagramSpec(
    name="dhip",
    fields=(
        VENDOR, MANUFACTURER, DEVICE_TYPE, DEVICE_CLASS, SERIAL, VERSION, MAC, INIT, ADDRESS, HTTP_PORT, PORT,
    ),
    port=37810,
    groups=("239.255.255.251",),
    encode=encode,
    decode=decode,
    broadcast=True,
    about="Equipment of Dahua's make: vendor, model, serial number, firmware, whether it has been set up.",
)  # fmt: skip
