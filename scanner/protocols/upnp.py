"""UPnP device descriptions. UPnP Device Architecture 1.1, section 2.3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from scanner.model.dialogue import Fact, Malformed, WebAsk, WebDialogue, WebReply, WebSpec
from scanner.model.observation import Field
from scanner.protocols._message import read_reply
from scanner.protocols._text import fold
from scanner.protocols._xml import local_name, read_xml

DEVICE_TYPE: Final = Field("upnp.device_type")
FRIENDLY_NAME: Final = Field("upnp.friendly_name")
MANUFACTURER: Final = Field("upnp.manufacturer")
MODEL_NAME: Final = Field("upnp.model_name")
MODEL_NUMBER: Final = Field("upnp.model_number")
SERIAL: Final = Field("upnp.serial")
MAC: Final = Field("upnp.mac")

USUAL: Final = "/upnpdevicedesc.xml"
"""Where Hikvision's and related stacks keep it on the port of their web pages, announced or not (cameronnewman/
hikvision-tooling internal/cli/cli.go)."""

_PATH: Final = re.compile(r"(?:/[A-Za-z0-9_~:-][A-Za-z0-9._~:-]{0,120}){1,8}(?<=\.xml)", re.IGNORECASE)
"""Paths that are followed: a file of XML and no query, for anything else might be an action."""
_FIELDS: Final = (
    ("deviceType", DEVICE_TYPE),
    ("friendlyName", FRIENDLY_NAME),
    ("manufacturer", MANUFACTURER),
    ("modelName", MODEL_NAME),
    ("modelNumber", MODEL_NUMBER),
    ("serialNumber", SERIAL),
)
_OK: Final = 200
_HARDWARE: Final = re.compile(
    r"(?=[^a-f]*[a-f])[0-9a-f][02468ace](?:([:-]?)[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}", re.IGNORECASE
)
"""A serial number that is the hardware address of one device. It has a letter: twelve digits may be any number."""


def decode(raw: bytes) -> Iterator[Fact]:
    """Yield the facts of one raw HTTP response that holds a description; Malformed when it holds none."""
    yield from facts(read_reply(raw))


def facts(reply: WebReply) -> Iterator[Fact]:
    """Yield what a description says of the root device; devices inside it are parts, often of another's software.

    Malformed when the reply holds no description.
    """
    root = read_xml(reply.body).root
    device = next((part for part in root if local_name(part) == "device"), None)
    if reply.status != _OK or local_name(root) != "root" or device is None:
        raise Malformed("no device description")
    said: dict[str, str] = {}
    for part in device:
        said.setdefault(local_name(part), fold(part.text or ""))
    yield from (Fact(field, said[name]) for name, field in _FIELDS if said.get(name))
    if _HARDWARE.fullmatch(serial := said.get("serialNumber", "")):
        yield Fact(MAC, serial)


def ask(address: str, port: int) -> WebDialogue:
    """Ask for the description where it usually is; something else there is no error."""
    yield from follow(address, port, USUAL)


def follow(address: str, port: int, path: str) -> WebDialogue:  # noqa: ARG001 - every dialogue takes them
    """Ask for the description at the path that a device announced, unless it may be more than a file."""
    if not _PATH.fullmatch(path):
        return
    reply = yield WebAsk(path)
    if reply is not None:
        with suppress(Malformed):
            yield from facts(reply)


SPEC = WebSpec(
    name="upnp",
    fields=(DEVICE_TYPE, FRIENDLY_NAME, MANUFACTURER, MODEL_NAME, MODEL_NUMBER, SERIAL, MAC),
    decode=decode,
    dialogue=ask,
    follow=follow,
    about="Maker, model and serial number of a UPnP device description.",
)
