r"""What a virtual device answers to what it is asked, as one readable text file per service.

A transcript is UTF-8 text. Empty lines and lines that begin with ``#`` say nothing to the server; the first comment
lines name the public source (``# source: …``) and what was redacted or completed (``# note: …``).

``>> QUESTION`` begins an exchange (several in a row share one answer); the lines after it are the answer:

=========== =======================================================================================================
``<< text``  the text and CRLF
``<| text``  the text and nothing else
``<x 0a ff`` bytes in hex; ``{le16}`` and ``{le32}`` stand for the length of everything in the lines after this one
``<+ text``  only in DNS transcripts: a record of the additional section
=========== =======================================================================================================

One blank after the mark belongs to the mark. In text, ``\r \n \t \\`` are escapes, and these words in braces are filled
in when the answer is sent: ``{host}`` the device's address, ``{port:N}`` the port that stands for its port N,
``{authority:N}`` address and port as in a URL (the port left out when it is 80 or 443), ``{cseq}`` the CSeq header
asked with, ``{id}`` the MessageID or Uuid asked with, ``{length}`` bytes after the first empty line.

How a question reads depends on the kind of service:

- ``http``: ``METHOD PATH [OPERATION]``. The method ``*`` is any method, a path that ends with ``*`` any that begins so,
  and a path without ``?`` matches with any query; the operation is an element that the body must hold (SOAP). HEAD is
  answered as GET, without the body.
- ``rtsp``: ``METHOD``, or ``*``.
- ``stream``: ``connect`` (sent before anything is asked), ``hex a0 01 ..`` (the request begins with these bytes, ``..``
  being any one), ``text WORDS`` (the request holds them) or ``*``.
- ``datagram``: as ``stream``, without ``connect``. Every exchange that matches is answered, each with one datagram;
  those of ``*`` only when no other does.
- ``dns``: ``NAME TYPE``. The answer's lines are records as in a zone file.

The first exchange that matches answers, so the general ones stand last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

Kind = Literal["http", "rtsp", "stream", "datagram", "dns"]

_ANSWERS = ("<<", "<|", "<x", "<+")
_SLOT = re.compile(r"\{(host|cseq|id|length|port:\d+|authority:\d+)\}")
_UNKNOWN_SLOT = re.compile(r"\{[a-z]+\d*(?::\d+)?\}")
_ESCAPE = re.compile(r"\\(.?)")
_ESCAPES = {"r": "\r", "n": "\n", "t": "\t", "\\": "\\"}
_WIDTHS = {"{le16}": 2, "{le32}": 4}


class TranscriptError(ValueError):
    """A transcript or device file that cannot be used; the text names the file and says what is wrong."""


class Line(msgspec.Struct, frozen=True):
    """One line of an answer."""

    mark: str
    """``<<``, ``<|``, ``<x`` or ``<+``."""
    text: str
    """What follows the mark, as written."""


class Exchange(msgspec.Struct, frozen=True):
    """Questions and the one answer they get."""

    questions: tuple[str, ...]
    answer: tuple[Line, ...]

    def render(self, slots: Mapping[str, str]) -> bytes:
        """The answer's bytes with ``slots`` (``host``, ``port:80`` …) filled in; one that is not given stays empty."""
        _, _, body = self._join(slots).partition(b"\r\n\r\n")
        return self._join({**slots, "length": str(len(body))})

    def _join(self, slots: Mapping[str, str]) -> bytes:
        payload = b""
        for line in reversed(self.answer):
            payload = _encode(line, slots, len(payload)) + payload
        return payload


class Transcript(msgspec.Struct, frozen=True):
    """One service's exchanges, in the order of the file."""

    sources: tuple[str, ...]
    exchanges: tuple[Exchange, ...]

    def web(self, method: str, target: str, body: bytes) -> Exchange | None:
        """The exchange for one HTTP request; None when the transcript is silent about it."""
        asked = "GET" if method == "HEAD" else method
        for exchange in self.exchanges:
            for question in exchange.questions:
                wanted, path, *operation = question.split()
                if (
                    wanted in ("*", asked)
                    and _reaches(path, target)
                    and all(re.search(rb"[<:]" + word.encode() + rb"[\s/>]", body) for word in operation)
                ):
                    return exchange
        return None

    def method(self, method: str) -> Exchange | None:
        """The exchange for one RTSP request."""
        for exchange in self.exchanges:
            if any(question in ("*", method) for question in exchange.questions):
                return exchange
        return None

    def octets(self, request: bytes) -> Iterator[Exchange]:
        """The exchanges whose pattern ``request`` meets; those of ``*`` only when there is no other."""
        named = [e for e in self.exchanges if any(_meets(q, request) for q in e.questions)]
        yield from named or [e for e in self.exchanges if "*" in e.questions]

    def greeting(self) -> Exchange | None:
        """What the service sends before it is asked."""
        return next((e for e in self.exchanges if "connect" in e.questions), None)

    def records(self, name: str, kind: str) -> Exchange | None:
        """The exchange for one DNS question; ``kind`` is as in ``PTR``, and ``ANY`` matches all."""
        for exchange in self.exchanges:
            for question in exchange.questions:
                wanted, _, record = question.rpartition(" ")
                if wanted.rstrip(".").lower() == name.rstrip(".").lower() and kind in (record, "ANY"):
                    return exchange
        return None


def parse(text: str, kind: Kind, name: str) -> Transcript:
    """A transcript from its file's ``text``; ``name`` is the file as errors call it. Raises ``TranscriptError``."""
    rows = text.splitlines()
    sources = tuple(row.removeprefix("# source:").strip() for row in rows if row.startswith("# source:"))
    if not sources:
        raise TranscriptError(f"{name}: no '# source:' line; name where the answers were published")
    exchanges = tuple(_read_exchanges(rows, kind, name))
    if not exchanges:
        raise TranscriptError(f"{name}: no exchange in it")
    return Transcript(sources, exchanges)


def _read_exchanges(rows: list[str], kind: Kind, name: str) -> Iterator[Exchange]:
    questions: list[str] = []
    answer: list[Line] = []
    for number, row in enumerate(rows, 1):
        where = f"{name}:{number}"
        mark = row[:2]
        if mark == ">>":
            if answer:
                yield Exchange(tuple(questions), tuple(answer))
                questions, answer = [], []
            questions.append(_check_question(row[2:].strip(), kind, where))
        elif mark in _ANSWERS:
            if not questions:
                raise TranscriptError(f"{where}: an answer before any question; begin the exchange with '>> …'")
            answer.append(_check_answer(Line(mark, row[2:].removeprefix(" ")), kind, where))
            if "{length}" in row and Line("<<", "") in answer:
                raise TranscriptError(f"{where}: {{length}} counts the body and so cannot stand in it")
        elif row.strip() and not row.startswith("#"):
            raise TranscriptError(f"{where}: begin the line with '#', '>>', '<<', '<|', '<x' or '<+'")
    if questions:
        yield Exchange(tuple(questions), tuple(answer))


def _check_question(question: str, kind: Kind, where: str) -> str:
    words = question.split()
    readable = {
        "http": len(words) in (2, 3),
        "rtsp": len(words) == 1,
        "stream": question in ("*", "connect") or words[:1] in (["hex"], ["text"]),
        "datagram": question == "*" or words[:1] in (["hex"], ["text"]),
        "dns": len(words) >= 2,  # noqa: PLR2004 - a name and a type
    }[kind]
    if not readable:
        raise TranscriptError(f"{where}: '{question}' is not a question of a {kind} service")
    if words[0] == "hex":
        _prefix(question, where)
    elif words[0] == "text":
        _unescape(question, where)
    return question


def _check_answer(line: Line, kind: Kind, where: str) -> Line:
    if (line.mark == "<+") > (kind == "dns"):
        raise TranscriptError(f"{where}: '<+' has a meaning in dns transcripts only")
    if line.mark == "<x":
        _parts(line.text, where)
    elif kind != "dns":
        rest = _SLOT.sub("", _unescape(line.text, where))
        if unknown := _UNKNOWN_SLOT.search(rest):
            raise TranscriptError(f"{where}: nothing fills in {unknown.group()}")
    return line


def _encode(line: Line, slots: Mapping[str, str], following: int) -> bytes:
    if line.mark == "<x":
        return b"".join(
            part if isinstance(part, bytes) else following.to_bytes(part, "little") for part in _parts(line.text, "")
        )
    text = fill(_unescape(line.text, ""), slots)
    return text.encode() + (b"\r\n" if line.mark == "<<" else b"")


def ports(transcript: Transcript) -> frozenset[int]:
    """The device ports that the answers speak of in ``{port:N}`` and ``{authority:N}``."""
    slots = (_SLOT.findall(line.text) for exchange in transcript.exchanges for line in exchange.answer)
    return frozenset(int(name.partition(":")[2]) for names in slots for name in names if ":" in name)


def fill(text: str, slots: Mapping[str, str]) -> str:
    """``text`` with its slots filled in, escapes left alone (DNS records, names in certificates)."""
    return _SLOT.sub(lambda slot: slots.get(slot.group(1), ""), text)


def _unescape(text: str, where: str) -> str:
    def one(escape: re.Match[str]) -> str:
        word = escape.group(1)
        if word not in _ESCAPES:
            raise TranscriptError(f"{where}: '\\{word}' is no escape; write a backslash as '\\\\'")
        return _ESCAPES[word]

    return _ESCAPE.sub(one, text)


def _parts(text: str, where: str) -> tuple[bytes | int, ...]:
    """Bytes, or the width in bytes of a length to fill in."""
    parts: list[bytes | int] = []
    for word in text.split():
        if word in _WIDTHS:
            parts.append(_WIDTHS[word])
            continue
        try:
            parts.append(bytes.fromhex(word))
        except ValueError as error:
            raise TranscriptError(f"{where}: '{word}' is not hex") from error
    return tuple(parts)


def _reaches(path: str, target: str) -> bool:
    if path.endswith("*"):
        return target.startswith(path.removesuffix("*"))
    return path in (target, target.partition("?")[0])


def _prefix(question: str, where: str) -> tuple[int | None, ...]:
    try:
        return tuple(None if word == ".." else int(word, 16) for word in question.split()[1:])
    except ValueError as error:
        raise TranscriptError(f"{where}: '{question}' is not hex, one byte a word") from error


def _meets(question: str, request: bytes) -> bool:
    if question.startswith("hex "):
        prefix = _prefix(question, "")
        return len(request) >= len(prefix) and all(
            want is None or want == got for want, got in zip(prefix, request, strict=False)
        )
    if question.startswith("text "):
        return _unescape(question.removeprefix("text "), "").encode() in request
    return False
