"""SADP: how equipment of Hikvision's make is searched for, whatever its label and whatever subnet it believes to be on.

Port, group and questions: MatrixEditor/hiktools hiktools/sadp/client.py and cameronnewman/hikvision-tooling
internal/sadp/commands.go. Of the protocol's questions only the two that read are here: nothing can be set.
"""

from __future__ import annotations

import html
import re
import struct
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from itertools import islice
from typing import Final
from uuid import UUID, uuid5

from scanner.model.dialogue import DatagramSpec, Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols._text import clean, read_text

DESCRIPTION: Final = Field("sadp.device_description")
DEVICE_TYPE: Final = Field("sadp.device_type")
SERIAL: Final = Field("sadp.serial")
VERSION: Final = Field("sadp.software_version")
MAC: Final = Field("sadp.mac")
OEM_CODE: Final = Field("sadp.oem_code")
OEM_INFO: Final = Field("sadp.oem_info")
ACTIVATED: Final = Field("sadp.activated")
ADDRESS: Final = Field("sadp.address")
HTTP_PORT: Final = Field("sadp.http_port")
COMMAND_PORT: Final = Field("sadp.command_port")

MAX_SIZE: Final = 16_384
"""Bytes of one answer: four times the longest real ones, which carry a Salt and a key."""
MAX_ELEMENTS: Final = 256
"""Elements of one answer: real ones have up to 60."""

_PROBE: Final = '<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>{uuid}</Uuid><Types>{types}</Types></Probe>'
_TYPES: Final = ("inquiry", "inquiry_v32")
_ROOT: Final = re.compile(r"<(ProbeMatch|Hello|Probe)[\s>]", re.IGNORECASE)
_ELEMENT: Final = re.compile(r"<([A-Za-z0-9_]{1,40})>([^<]{0,1024})</\1>")
_FIELDS: Final = (
    ("DeviceDescription", DESCRIPTION),
    ("DeviceType", DEVICE_TYPE),
    ("DeviceSN", SERIAL),
    ("SoftwareVersion", VERSION),
    ("MAC", MAC),
    ("OEMCode", OEM_CODE),
    ("DetailOEMCode", OEM_CODE),
    ("OEMInfo", OEM_INFO),
    ("IPv4Address", ADDRESS),
    ("HttpPort", HTTP_PORT),
    ("CommandPort", COMMAND_PORT),
)
_BOOLEANS: Final = {"true": "true", "1": "true", "false": "false", "flase": "false", "0": "false"}
"""What devices write → what it means; ``flase`` is real (UniversalScanner/Hikvision.selftest)."""

_HEADER: Final = struct.Struct("!BBBBIBBBBH6s4s6s4s4s")
_ANSWER: Final = struct.Struct("48s4s4s4s4s48s48s48s")
_MARK: Final = (0x21, 6, 4)
_INQUIRY_RESPONSE: Final = 4
_MAX_PORT: Final = 0xFFFF


def encode(token: UUID) -> tuple[bytes, ...]:
    """Return the two inquiries, the plain one and the later ``inquiry_v32``, with ids of their own.

    The first has ``token`` as its id, the other one derived from it (RFC 9562 version 5), in the upper-case form that
    newer firmware insists on.
    """
    ids = (token, uuid5(token, _TYPES[1]))
    return tuple(
        _PROBE.format(uuid=str(uuid).upper(), types=types).encode("ascii")
        for uuid, types in zip(ids, _TYPES, strict=True)
    )


def decode(datagram: bytes) -> Iterator[Fact]:
    """Yield what a ProbeMatch or Hello says; nothing for a Probe, ours or another's. Malformed when it is none of them.

    Read element by element, not as XML: answers have bytes before and after the document, stop short, and hold
    characters that XML forbids. ``sadp.activated`` is ``true`` or ``false`` whatever the spelling.
    """
    if len(datagram) > MAX_SIZE:
        raise Malformed("too large for SADP")
    text = read_text(datagram)
    root = _ROOT.search(text)
    if root is None:
        raise Malformed("no ProbeMatch, Hello or Probe")
    if root[1].lower() == "probe":
        return
    said: dict[str, str] = {}
    for element in islice(_ELEMENT.finditer(text, root.end()), MAX_ELEMENTS):
        said.setdefault(element[1], clean(html.unescape(element[2])))
    yield from _facts(said)


def decode_frame(payload: bytes) -> Iterator[Fact]:
    """Yield the same facts from the link-layer form of the protocol, EtherType 0x8033; ``payload`` is the frame's.

    Only the answer to an inquiry says something, as far as it is there. Malformed when it is not of this protocol.
    Layout: MatrixEditor/hiktools hiktools/csadp/model.py; public captures 15462199339 and 15065988351.
    """
    if len(payload) < _HEADER.size:
        raise Malformed("too short for SADP")
    mark, _, _, _, _, hardware, protocol, kind, _, _, mac, address, _, _, _ = _HEADER.unpack_from(payload)
    if (mark, hardware, protocol) != _MARK:
        raise Malformed("not SADP")
    if kind != _INQUIRY_RESPONSE:
        return
    body = payload[_HEADER.size :][: _ANSWER.size].ljust(_ANSWER.size, b"\0")
    serial, device_type, port, _, _, version, _, _ = _ANSWER.unpack(body)
    # The sources do not say in which byte order the numbers are; a port tells, for it has but two bytes.
    order: Final = "big" if int.from_bytes(port, "big") <= _MAX_PORT else "little"
    claimed = IPv4Address(address)
    yield from _facts(
        {
            "DeviceType": str(int.from_bytes(device_type, order) or ""),
            "DeviceSN": _read_name(serial),
            "SoftwareVersion": _read_name(version),
            "MAC": mac.hex("-"),
            "IPv4Address": "" if claimed.is_unspecified else str(claimed),
            "CommandPort": str(int.from_bytes(port, order) or ""),
        }
    )


def _read_name(raw: bytes) -> str:
    return clean(read_text(raw.partition(b"\0")[0]))


def _facts(said: Mapping[str, str]) -> Iterator[Fact]:
    yield from (Fact(field, said[name]) for name, field in _FIELDS if said.get(name))
    if activated := said.get("Activated"):
        yield Fact(ACTIVATED, _BOOLEANS.get(activated.lower(), activated))


SPEC = DatagramSpec(
    name="sadp",
    fields=(
        DESCRIPTION, DEVICE_TYPE, SERIAL, VERSION, MAC, OEM_CODE, OEM_INFO, ACTIVATED, ADDRESS, HTTP_PORT, COMMAND_PORT,
    ),
    port=37020,
    groups=("239.255.255.250",),
    encode=encode,
    decode=decode,
    broadcast=True,
    source_port=37020,
    about="Equipment of Hikvision's make: model, serial number, firmware, whether it has been set up.",
)  # fmt: skip
