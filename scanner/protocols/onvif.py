"""ONVIF device service without credentials: time, device information, services, scopes.

The access policy of the ONVIF Core Specification lets everybody read the time and the services; the rest is
read where a device leaves it open. At most four requests, nothing is set, no credentials are sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from scanner.model.dialogue import Fact, Malformed, WebAsk, WebDialogue, WebReply, WebSpec
from scanner.model.observation import Field
from scanner.protocols._message import challenges, read_reply
from scanner.protocols._soap import MAC, MODEL, SCOPE, XMLNS, read_body, scope_facts, vendor_namespaces
from scanner.protocols._text import clean, fold
from scanner.protocols._xml import Document, local_name, namespace, read_xml

MANUFACTURER: Final = Field("onvif.manufacturer")
FIRMWARE: Final = Field("onvif.firmware")
SERIAL: Final = Field("onvif.serial")
HARDWARE_ID: Final = Field("onvif.hardware_id")
SERVICE: Final = Field("onvif.service")
AUTHENTICATE: Final = Field("http.www_authenticate")

PATH: Final = "/onvif/device_service"
DEVICE: Final = "http://www.onvif.org/ver10/device/wsdl"

MAX_SERVICES: Final = 64
"""ONVIF defines about twenty services; vendors add a few."""

_ONVIF: Final = "http://www.onvif.org/"
_INFORMATION: Final = (
    ("Manufacturer", MANUFACTURER),
    ("Model", MODEL),
    ("FirmwareVersion", FIRMWARE),
    ("SerialNumber", SERIAL),
    ("HardwareId", HARDWARE_ID),
)
_ENVELOPE: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
    '<{name} xmlns="' + DEVICE + '">{content}</{name}>'
    "</s:Body></s:Envelope>"
)
_UNAUTHORIZED: Final = 401


def question(name: str, content: str = "") -> WebAsk:
    """Return the request for one operation of the device service, without credentials."""
    return WebAsk(
        path=PATH,
        method="POST",
        headers=(("Content-Type", f'application/soap+xml; charset=utf-8; action="{DEVICE}/{name}"'),),
        body=_ENVELOPE.format(name=name, content=content).encode("ascii"),
    )


def decode(raw: bytes) -> Iterator[Fact]:
    """Yield the facts of one raw HTTP response of the device service; Malformed when it is not one."""
    reply = read_reply(raw)
    yield from _challenge_facts(reply)
    if reply.status != _UNAUTHORIZED or reply.body:
        yield from facts(reply)


def facts(reply: WebReply) -> Iterator[Fact]:
    """Yield what one SOAP answer says; a fault names its service and namespaces. Malformed when it is no envelope."""
    document = read_xml(reply.body)
    body = read_body(document)
    yield from _service_facts(document, body)
    for part in body:
        name = local_name(part)
        if name == "GetDeviceInformationResponse":
            yield from _information_facts(part)
        elif name == "GetScopesResponse":
            scopes = ((item.text or "").strip() for item in part.iter() if local_name(item) == "ScopeItem")
            yield from scope_facts(scope for scope in scopes if scope)
    yield from vendor_namespaces(document)


def ask(address: str, port: int) -> WebDialogue:  # noqa: ARG001 - every dialogue takes them
    """Ask for the time; when ONVIF answers, for device information and services; scopes only where information is open.

    Something else that answers at that path is no error: there is no ONVIF, and nothing more is asked.
    """
    said: set[Fact] = set()
    is_open = False
    questions = [
        question("GetSystemDateAndTime"),
        question("GetDeviceInformation"),
        question("GetServices", "<IncludeCapability>false</IncludeCapability>"),
    ]
    for index, asked in enumerate(questions):
        reply = yield asked
        if reply is None:
            return
        told, is_soap = _told(reply)
        for fact in told:
            if fact not in said:
                said.add(fact)
                yield fact
        if not index and not is_soap:
            return
        is_open = is_open or any(fact.field == MANUFACTURER for fact in told)
    if is_open:
        reply = yield question("GetScopes")
        if reply is not None:
            yield from (fact for fact in _told(reply)[0] if fact not in said)


def _told(reply: WebReply) -> tuple[list[Fact], bool]:
    told = list(_challenge_facts(reply))
    try:
        told.extend(facts(reply))
    except Malformed:
        return told, False
    return told, True


def _challenge_facts(reply: WebReply) -> Iterator[Fact]:
    for name, value in reply.headers:
        if name.lower() == "www-authenticate":
            yield from (Fact(AUTHENTICATE, clean(challenge)) for challenge in challenges(clean(value)))


def _service_facts(document: Document, body: Element) -> Iterator[Fact]:
    spoken = {clean(namespace(part)) for part in body if namespace(part).startswith(_ONVIF)}
    if not spoken and any(local_name(part) == "Fault" for part in body):
        spoken = {DEVICE} if any(uri.startswith(_ONVIF) for _, uri in document.namespaces) else set()
    lists = (part for part in body if local_name(part) == "GetServicesResponse")
    listed = (clean(item.text or "") for part in lists for item in part.iter() if local_name(item) == "Namespace")
    services = dict.fromkeys((*sorted(spoken), *listed))
    yield from (Fact(SERVICE, service) for service in [service for service in services if service][:MAX_SERVICES])


def _information_facts(information: Element) -> Iterator[Fact]:
    texts = {local_name(part): fold(part.text or "") for part in information}
    yield from (Fact(field, texts[name]) for name, field in _INFORMATION if texts.get(name))


SPEC = WebSpec(
    name="onvif",
    fields=(MANUFACTURER, MODEL, FIRMWARE, SERIAL, HARDWARE_ID, SERVICE, XMLNS, SCOPE, MAC, AUTHENTICATE),
    decode=decode,
    dialogue=ask,
    about="ONVIF device service: what it tells without credentials.",
)
