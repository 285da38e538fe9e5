"""Authenticated ONVIF reads with onvif-zeep: device information, network interfaces, scopes. Nothing is ever set.

onvif-zeep brings ONVIF's service description, zeep writes and reads the messages; ``http`` carries them, so that they
reach the permitted endpoint alone and within the limits, whatever address or size the device answers with. Nothing
blocks, for zeep opens no connection.
"""

from __future__ import annotations

import asyncio
import copy
import datetime as dt
import functools
import importlib.metadata
import logging
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from scanner.model.dialogue import Fact, WebAsk, WebDialogue, WebReply
from scanner.model.permitted import Permitted
from scanner.protocols import onvif as protocol
from scanner.protocols._soap import MAC
from scanner.protocols._text import clean
from scanner.transports.exchange import Exchange
from scanner.transports.gate import Gate
from scanner.transports.http import Digest, Web
from scanner.transports.limits import Limits

CAP: Final = 65_536
"""Bytes of one answer: six times the longest seen, and what zeep reads in some milliseconds."""
MAX_INTERFACES: Final = 16
"""Network interfaces of one device that are told."""

_WSDL: Final = "wsdl/devicemgmt.wsdl"
_REFUSALS: Final = (401, 403)
_NOT_AUTHORIZED: Final = (b"NotAuthorized", b"FailedAuthentication", b"InvalidSecurity")
"""Fault codes: ONVIF Core Specification 5.9.2.1 (``ter:NotAuthorized``), WS-Security 12."""
_loading: Final = threading.Lock()


class OnvifUnavailable(RuntimeError):  # noqa: N818 - told to the operator in one line
    """onvif-zeep, or the service description it should bring, is not installed."""


async def read(
    endpoint: Permitted, user: str, password: str, limits: Limits, *, tls: bool, gate: Gate | None = None
) -> Exchange:
    """Read what the device tells ``user``; never raises for what the device or the network does.

    The credentials are used only when the device asks for them, as WS-UsernameToken digest with the device's own time
    or as HTTP digest where it demands that, never in clear text; when they are refused once, nothing more is asked,
    for a second try could lock the account: the exchange is then ``answered`` with reason ``credentials refused``.
    Raises OnvifUnavailable when the installation is broken.
    """
    client = await asyncio.to_thread(_client)
    device = _Device(client, user, password)
    async with Web(gate) as web:
        exchange = await web.converse(endpoint, _ask(device), limits, tls=tls)
    if device.problem is None or exchange.kind != "answered":
        return exchange
    return Exchange(exchange.facts, exchange.kind, device.problem, exchange.transcript)


def _ask(device: _Device) -> WebDialogue:
    reply = yield device.question("GetSystemDateAndTime")
    if reply is None:
        return
    device.set_clock(reply)
    said: set[Fact] = set()
    for name in ("GetDeviceInformation", "GetNetworkInterfaces", "GetScopes"):
        reply = yield from _call(device, name)
        if device.problem is not None:
            return
        if reply is not None:
            for fact in (*protocol.facts(reply), *device.addresses(name, reply)):
                if fact not in said:
                    said.add(fact)
                    yield fact


def _call(device: _Device, name: str) -> Generator[WebAsk | Fact, WebReply | None, WebReply | None]:
    """Ask, and once more with credentials when that is refused and they were not tried yet; None when not told."""
    ask = device.question(name)
    reply = yield ask
    if reply is None or not _refused(reply):
        return reply
    if device.authenticated:
        if not device.accepted:
            device.problem = "credentials refused"
        return None
    if not device.authenticate(ask, reply):
        return None
    reply = yield device.question(name)
    if reply is not None and _refused(reply):
        device.problem = "credentials refused"
        return None
    device.accepted = reply is not None
    return reply


def _refused(reply: WebReply) -> bool:
    return reply.status in _REFUSALS or any(code in reply.body for code in _NOT_AUTHORIZED)


class _Response(NamedTuple):
    """What zeep needs of a response."""

    status_code: int
    content: bytes
    headers: dict[str, str]
    encoding: str | None = None


class _Device:
    """One device: its credentials, its clock, its messages."""

    def __init__(self, client: Any, user: str, password: str) -> None:
        from onvif import SERVICES  # noqa: PLC0415 - a fifth of a second, and loaded by _client already

        service = SERVICES["devicemgmt"]
        binding = f"{{{service['ns']}}}{service['binding']}"
        self._client = copy.copy(client)
        self._service = self._client.create_service(binding, f"http://device{protocol.PATH}")
        self._binding = self._client.wsdl.bindings[binding]
        self._user = user
        self._password = password
        self._clock: tuple[dt.datetime, float] | None = None
        self._digest: Digest | None = None
        self.authenticated = False
        self.accepted = False
        self.problem: str | None = None

    def question(self, name: str) -> WebAsk:
        """Return the request for an operation without parameters, with the credentials once they are in use."""
        from zeep.wsdl.utils import etree_to_string  # noqa: PLC0415 - with _client

        token = self._client.wsse
        if token is not None and self._clock is not None:
            device_time, read_at = self._clock
            token.created = device_time + dt.timedelta(seconds=time.monotonic() - read_at)
        envelope = self._client.create_message(self._service, name)
        content = f'application/soap+xml; charset=utf-8; action="{protocol.DEVICE}/{name}"'
        body: bytes = etree_to_string(envelope)  # type: ignore[no-untyped-call]
        ask = WebAsk(protocol.PATH, "POST", (("Content-Type", content),), body, CAP)
        if self._digest is None:
            return ask
        return WebAsk(ask.path, ask.method, (*ask.headers, self._digest.header(ask)), ask.body, ask.cap)

    def authenticate(self, ask: WebAsk, refused: WebReply) -> bool:
        """Use the credentials from now on, in the way the refusal asks for; False when that would be clear text."""
        from zeep.wsse.username import UsernameToken  # noqa: PLC0415 - with _client

        challenged = any(name.lower() == "www-authenticate" for name, _ in refused.headers)
        if challenged and refused.status in _REFUSALS:
            digest = Digest(self._user, self._password)
            if not digest.accept(ask, refused):
                self.problem = "the device accepts passwords in clear text only"
                return False
            self._digest = digest
        else:
            self._client.wsse = UsernameToken(  # type: ignore[no-untyped-call]
                self._user, self._password, use_digest=True, zulu_timestamp=True
            )
        self.authenticated = True
        return True

    def set_clock(self, reply: WebReply) -> None:
        """Take the device's time, so that a device years in the past accepts our token."""
        told = self._parse("GetSystemDateAndTime", reply)
        try:
            date, at = told.UTCDateTime.Date, told.UTCDateTime.Time
            device_time = dt.datetime(
                date.Year, date.Month, date.Day, at.Hour, at.Minute, min(at.Second, 59), tzinfo=dt.UTC
            )
        except (AttributeError, TypeError, ValueError, OverflowError):
            return
        self._clock = (device_time, time.monotonic())

    def addresses(self, name: str, reply: WebReply) -> Iterator[Fact]:
        """Yield the hardware address of each network interface, when ``reply`` is about them."""
        if name != "GetNetworkInterfaces":
            return
        told = self._parse(name, reply)
        for interface in (told if isinstance(told, list) else [])[:MAX_INTERFACES]:
            mac = clean(str(getattr(getattr(interface, "Info", None), "HwAddress", None) or ""))
            if mac:
                yield Fact(MAC, mac.lower())

    def _parse(self, name: str, reply: WebReply) -> Any:
        headers = {"Content-Type": next((v for n, v in reply.headers if n.lower() == "content-type"), "text/xml")}
        try:
            return self._binding.process_reply(
                self._client, self._binding.get(name), _Response(reply.status, reply.body, headers)
            )
        except Exception:  # noqa: BLE001 - on hostile answers zeep and lxml raise whatever they stumble over
            return None


@functools.cache
def _load() -> Any:
    """Return zeep's client for the device service, parsed once (a tenth of a second) from local files."""
    description = _description()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        import onvif  # noqa: F401, PLC0415 - for what its import does to logging
        import zeep  # noqa: PLC0415
    except ImportError as error:
        raise OnvifUnavailable(
            f"onvif-zeep cannot be loaded ({error}): pip install --force-reinstall onvif-zeep"
        ) from error
    finally:
        # onvif calls logging.basicConfig as it is imported; how this program logs is not its business.
        root.handlers[:] = handlers
        root.setLevel(level)

    class Shelf(zeep.Transport):
        """Reads local files only: a service description must not send us elsewhere."""

        def _load_remote_data(self, url: str) -> bytes:
            raise OnvifUnavailable(f"the service description of onvif-zeep is incomplete: it refers to {url}")

    settings = zeep.Settings(strict=False)
    return zeep.Client(str(description), transport=Shelf(), settings=settings)  # type: ignore[no-untyped-call]


def _client() -> Any:
    with _loading:
        return _load()


def _description() -> Path:
    try:
        files = importlib.metadata.files("onvif-zeep") or []
    except importlib.metadata.PackageNotFoundError:
        raise OnvifUnavailable("onvif-zeep is not installed: pip install onvif-zeep") from None
    for file in files:
        if file.as_posix().endswith(_WSDL):
            path = Path(str(file.locate()))
            if path.is_file():
                return path
    raise OnvifUnavailable("onvif-zeep came without devicemgmt.wsdl: pip install --force-reinstall onvif-zeep")
