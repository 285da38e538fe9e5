"""What servers say over a TCP connection that was overheard: responses cut out of the stream, facts read from them."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Final, Protocol

import msgspec

from scanner.model.dialogue import Fact, Malformed, StreamSpec, WebReply, WebSpec
from scanner.protocols import ALL, banner, http, rtsp, tls
from scanner.protocols._message import MAX_BODY, MAX_HEAD, read_reply

Tell = Callable[[str, Iterable[Fact]], None]
"""Takes the protocol's name and the facts; reading them may raise Malformed."""

MAX_REQUESTS: Final = 64
"""Requests waiting for their responses on one connection: browsers pipeline none, scanners a few."""
MAX_STREAM: Final = 65_536
"""Bytes of one conversation in a protocol without messages that we can divide: the cap of one probe."""
MAX_RTSP: Final = 16
"""RTSP replies read of one connection: what tells the device is in the first few."""
MAX_REMEMBERED: Final = 16_384
"""Bytes of a response whose facts are remembered: the 512 last take 8 MiB at most."""
ENOUGH: Final = 6
"""Bytes by which every protocol is told from the others."""

_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n")
_STATUS: Final = re.compile(rb"HTTP/[0-9.]+ +([0-9]{3})")
_LENGTH: Final = re.compile(rb"(?im)^content-length[ \t]*:[ \t]*([0-9]{1,15})[ \t]*\r?$")
_CHUNKED: Final = re.compile(rb"(?im)^transfer-encoding[ \t]*:[^\r\n]*chunked")
_CHUNK_LINE: Final = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[^\n]{0,256}\n")
_REQUEST: Final = re.compile(
    rb"(?:^|\r?\n\r?\n)(GET|HEAD|POST|PUT|OPTIONS|DELETE|CONNECT|SUBSCRIBE) (\S{1,2048}) HTTP/1"
)
_MARKUP: Final = (b"<", b"{")
_PAGE: Final = re.compile(rb"(?i)<!doctype\s+html|<html")
_NO_BODY: Final = frozenset({204, 304})
_CUT_AWAY: Final = frozenset({http.FAVICON_MD5, http.FAVICON_MMH3})
"""Hashes of the whole body: of a part they are another icon's."""
_HANDSHAKE: Final = 22
_CERTIFICATE: Final = 11
_SERVER_HELLO: Final = 2

_WEB: Final = tuple(spec for spec in ALL if isinstance(spec, WebSpec) and spec.name != http.SPEC.name)
_OWN: Final = frozenset({rtsp.SPEC.name, banner.SPEC.name})
_BY_PORT: Final = {
    port: spec for spec in ALL if isinstance(spec, StreamSpec) and spec.name not in _OWN for port in spec.ports
}


class Request(msgspec.Struct, frozen=True):
    """What was asked for, as far as it matters for the answer."""

    method: str
    path: str


class Requests:
    """The client's side of one connection: its HTTP requests, in order, until they are answered."""

    __slots__ = ("_next", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[Request] = deque(maxlen=MAX_REQUESTS)
        self._next: int | None = None

    def push(self, sequence: int, payload: bytes) -> None:
        """Take one segment; a repeated one counts once."""
        if self._next is not None and (sequence - self._next) % (1 << 32) >= 1 << 31:
            return
        self._next = (sequence + len(payload)) % (1 << 32)
        for method, path in _REQUEST.findall(payload):
            self.waiting.append(Request(method.decode("ascii"), path.decode("latin-1")))


class Speech(Protocol):
    """One server's side of one connection."""

    def read(self, data: bytearray, *, ended: bool) -> bool:
        """Use up what of ``data`` can be read, all that is ever to come when ``ended``; False: no more is wanted."""


def begin(data: bytes | bytearray, source: int, target: int, requests: Requests | None, tell: Tell) -> Speech | None:
    """Return who reads a stream that begins with ``data`` (ENOUGH bytes or its end), None when nobody does.

    ``source`` and ``target`` are the ports; ``requests`` is the other side, where it was heard.
    """
    if data.startswith(b"HTTP/"):
        return Web(tell, requests)
    if data.startswith(b"RTSP/"):
        return Rtsp(tell)
    if data.startswith(b"\x16\x03") and data[5:6] == bytes((_SERVER_HELLO,)):
        return Tls(tell)
    if source in banner.SPEC.ports or (data.startswith(b"SSH-") and source < target):
        return Banner(tell)
    spec = _BY_PORT.get(source)
    return None if spec is None else Whole(spec, tell)


class Web:
    """HTTP responses, divided by RFC 9112 section 6."""

    def __init__(self, tell: Tell, requests: Requests | None) -> None:
        self._tell = tell
        self._requests = requests
        self._head = 0
        self._total: int | None = None
        self._chunked = False
        self._chunk = 0
        self._skip = 0

    def read(self, data: bytearray, *, ended: bool) -> bool:
        """See Speech; a body beyond MAX_BODY is told as far as that, and passed over."""
        while True:
            if self._skip:
                count = min(self._skip, len(data))
                del data[:count]
                self._skip -= count
            if self._skip or not data:
                return not ended
            if not self._head and not self._begin(data):
                return self._wait(data, ended=ended)
            body = len(data) - self._head
            if self._chunked and self._total is None:
                self._find_last_chunk(data)
            if self._total is not None and len(data) >= self._total:
                self._finish(data, self._total, whole=True)
            elif body >= MAX_BODY:
                total = self._total
                self._skip = total - len(data) if total is not None else 0
                self._finish(data, len(data), whole=False)
                if total is None:
                    return False
            else:
                return self._wait(data, ended=ended)

    def _begin(self, data: bytearray) -> bool:
        """Read the head; False when it is not whole."""
        found = _END_OF_HEAD.search(data, 0, MAX_HEAD)
        status = _STATUS.match(data)
        if found is None or status is None:
            return False
        head, code = bytes(data[: found.end()]), int(status[1])
        self._head, self._chunked, self._chunk = found.end(), False, found.end()
        length = _LENGTH.search(head)
        if code < 200 or code in _NO_BODY or self._method() == "HEAD":  # noqa: PLR2004 - interim responses
            self._total = self._head
        elif _CHUNKED.search(head):
            self._chunked, self._total = True, None
        else:
            self._total = self._head + int(length[1]) if length else None
        return True

    def _method(self) -> str:
        return self._requests.waiting[0].method if self._requests is not None and self._requests.waiting else ""

    def _find_last_chunk(self, data: bytearray) -> None:
        while True:
            line = _CHUNK_LINE.match(data, self._chunk)
            if line is None:
                return
            size = int(line[1], 16)
            after = line.end() + size
            if not size:
                # Trailers end with a blank line; without any, that line is at hand.
                end = data.find(b"\n", line.end())
                self._total = end + 1 if end >= 0 else None
                return
            if len(data) < after + 2:
                return
            self._chunk = after + (2 if data[after : after + 2] == b"\r\n" else 1)

    def _wait(self, data: bytearray, *, ended: bool) -> bool:
        if not self._head:
            # Of a head that is cut not even the names of the headers are evidence.
            return not ended and len(data) < MAX_HEAD and data.startswith(b"HTTP/"[: len(data)])
        if not ended:
            return True
        # A body without a length ends with the connection.
        self._finish(data, len(data), whole=self._total is None and not self._chunked)
        return False

    def _finish(self, data: bytearray, count: int, *, whole: bool) -> None:
        raw = bytes(data[:count])
        del data[:count]
        interim = self._head and raw[:12].split(b" ")[-1].startswith(b"1")
        self._head, self._total = 0, None
        if interim:
            return
        request = self._requests.waiting.popleft() if self._requests is not None and self._requests.waiting else None
        tell_response(self._tell, raw, request, whole=whole)


def tell_response(tell: Tell, raw: bytes, request: Request | None, *, whole: bool) -> None:
    """Tell the facts of one HTTP response, by every web protocol that can read it.

    A response that came through a proxy is nobody's we know; the answer to a POST is read as a message, not as a page.
    """
    if request is not None and "://" in request.path.partition("?")[0]:
        return
    is_message = request is not None and request.method == "POST"
    path = request.path if request is not None else ""
    read = _read_again if len(raw) <= MAX_REMEMBERED else _read
    for name, facts in read(raw, path, is_message, whole):
        tell(name, facts)


def _read(raw: bytes, path: str, is_message: bool, whole: bool) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    """Return (protocol, facts) of one response, by every web protocol that can read it."""
    try:
        reply = msgspec.structs.replace(read_reply(raw), path=path)
    except Malformed:
        return ()
    told = [] if is_message else [(http.SPEC.name, tuple(_page_facts(reply, whole=whole)))]
    start = reply.body[:512].lstrip(b"\xef\xbb\xbf\r\n\t \0")
    if is_message or (start.startswith(_MARKUP) and not _PAGE.search(start)):
        told += [(spec.name, tuple(_up_to_fault(spec.decode(raw)))) for spec in _WEB]
    return tuple(told)


# Devices of one make send the same pages, and what polls a device reads the same page all day.
_read_again: Final = lru_cache(maxsize=512)(_read)


def _up_to_fault(facts: Iterable[Fact]) -> Iterator[Fact]:
    with suppress(Malformed):
        yield from facts


def _page_facts(reply: WebReply, *, whole: bool) -> Iterator[Fact]:
    for fact in http.facts(reply):
        if fact.field == http.STATUS and reply.path != "/":
            continue
        if whole or fact.field not in _CUT_AWAY:
            yield fact


def _message_length(raw: bytes) -> int | None:
    """Return the length of the message that ``raw`` begins with, None while its head is not whole."""
    found = _END_OF_HEAD.search(raw, 0, MAX_HEAD)
    if found is None:
        return None
    length = _LENGTH.search(raw, 0, found.end())
    return found.end() + (int(length[1]) if length else 0)


class Rtsp:
    """RTSP replies; the media that may follow on the same connection is not read."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._replies = 0

    def read(self, data: bytearray, *, ended: bool) -> bool:
        """See Speech; at most MAX_RTSP replies."""
        while self._replies < MAX_RTSP:
            blank = len(data) - len(data.lstrip(b"\r\n"))
            del data[:blank]
            if not data:
                return not ended
            if not data.startswith(b"RTSP/"[: len(data)]):
                return False
            raw = bytes(data[:MAX_STREAM])
            length = _message_length(raw)
            if (length is None or len(raw) < length) and not ended and len(data) < MAX_STREAM:
                return True
            count = len(raw) if length is None else min(length, len(raw))
            self._tell(rtsp.SPEC.name, rtsp.decode(raw[:count]))
            del data[:count]
            self._replies += 1
        return False


class Tls:
    """The certificate of a TLS handshake up to version 1.2; later ones encrypt it. RFC 5246 section 7.4.2."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._messages = bytearray()

    def read(self, data: bytearray, *, ended: bool) -> bool:
        """See Speech; done with the first certificate, or where encryption begins."""
        while len(data) >= 5:  # noqa: PLR2004 - the record header
            length = int.from_bytes(data[3:5], "big")
            if data[0] != _HANDSHAKE:
                return False
            if len(data) < 5 + length:
                break
            self._messages += data[5 : 5 + length]
            del data[: 5 + length]
            if self._find_certificate() or len(self._messages) > 2 * tls.MAX_CERTIFICATE:
                return False
        return not ended

    def _find_certificate(self) -> bool:
        messages, at = self._messages, 0
        while at + 4 <= len(messages):
            end = at + 4 + int.from_bytes(messages[at + 1 : at + 4], "big")
            if end > len(messages):
                return False
            if messages[at] == _CERTIFICATE:
                first = int.from_bytes(messages[at + 7 : at + 10], "big")
                self._tell(tls.SPEC.name, tls.facts(bytes(messages[at + 10 : min(at + 10 + first, end)])))
                return True
            at = end
        return False


class Banner:
    """The first words of a server that speaks first."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def read(self, data: bytearray, *, ended: bool) -> bool:
        """See Speech; done with the first line of FTP and SSH, at the end of Telnet or at the banner's cap."""
        # Telnet's login prompt has no line end, and its first line is often blank.
        whole = b"\n" in data and data.startswith((b"SSH-", b"220", b"120", b"421", b"530"))
        if not ended and not whole and len(data) < banner.MAX_BANNER:
            return True
        self._tell(banner.SPEC.name, banner.decode(bytes(data[: banner.MAX_BANNER])))
        return False


class Whole:
    """A protocol known by its port, read as one piece when the connection ends."""

    def __init__(self, spec: StreamSpec, tell: Tell) -> None:
        self._spec = spec
        self._tell = tell

    def read(self, data: bytearray, *, ended: bool) -> bool:
        """See Speech; done at MAX_STREAM bytes."""
        if not ended and len(data) < MAX_STREAM:
            return True
        self._tell(self._spec.name, self._spec.decode(bytes(data[:MAX_STREAM])))
        return False
