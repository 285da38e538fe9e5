"""How a protocol describes an exchange without owning a socket.

A protocol yields questions (``Ask``, ``WebAsk``) and ``Fact``s; whoever drives the generator
(a transport, a replay, a test) sends each question's answer back in. The counterpart that
waits, caps and times out lives in ``scanner/transports``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Literal
from uuid import UUID

import msgspec

from scanner.model.observation import Field


class Malformed(ValueError):  # noqa: N818 - it is the word of the vocabulary
    """The peer's bytes are not what the protocol says. The only exception a decoder raises."""


class Fact(msgspec.Struct, frozen=True, gc=False):
    """One field had one value, as read from an answer; subject and time are added by whoever drives."""

    field: Field
    value: str
    subject: str | None = None
    """Address the fact is about, when the answerer speaks of somebody else (hearsay)."""


class Ask(msgspec.Struct, frozen=True):
    """Send ``payload`` on the stream (nothing when empty), then read until the answer is whole.

    The answer ends at ``until``, at ``length(so_far)`` bytes when that is not None, at ``cap`` bytes,
    when the peer closes, or after the driver's quiet time; the driver sends back what it has, maybe ``b""``.
    """

    payload: bytes
    until: bytes | None = None
    length: Callable[[bytes], int | None] | None = None
    """Total length of the answer once its head is readable, else None."""
    cap: int = 65536


class WebAsk(msgspec.Struct, frozen=True):
    """One HTTP request to the endpoint's own address; the driver adds Host and User-Agent."""

    path: str = "/"
    method: Literal["GET", "HEAD", "POST"] = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    cap: int = 262144


class WebReply(msgspec.Struct, frozen=True):
    """One HTTP response as received: header order and letter case are evidence, so both are kept."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """At most ``WebAsk.cap`` bytes, content-encoding removed."""
    path: str = "/"
    """What was asked for."""
    scheme: Literal["http", "https"] = "http"


Dialogue = Generator[Ask | Fact, bytes, None]
WebDialogue = Generator[WebAsk | Fact, WebReply | None, None]
"""The driver sends None when the request failed; its outcome is recorded by the driver."""

Decode = Callable[[bytes], Iterator[Fact]]
"""Any bytes in; facts out, or Malformed raised (maybe after some facts). Never anything else."""


class StreamSpec(msgspec.Struct, frozen=True):
    """A protocol spoken over one TCP (or TLS) connection."""

    name: str
    fields: tuple[Field, ...]
    ports: tuple[int, ...]
    """Usual ports; an open port in no list is asked by every StreamSpec with ``guess``."""
    decode: Decode
    dialogue: Callable[[str, int], Dialogue]
    """Takes the peer's address and port."""
    guess: bool = False
    about: str = ""


class WebSpec(msgspec.Struct, frozen=True):
    """A protocol spoken as HTTP requests."""

    name: str
    fields: tuple[Field, ...]
    decode: Decode
    """Bytes of one raw HTTP response, head and body."""
    dialogue: Callable[[str, int], WebDialogue]
    about: str = ""
    follow: Callable[[str, int, str], WebDialogue] | None = None
    """As ``dialogue``, for a path that the device named itself; it decides whether such a path may be asked for."""


class DatagramSpec(msgspec.Struct, frozen=True):
    """A discovery protocol: one or more question datagrams, any number of answers."""

    name: str
    fields: tuple[Field, ...]
    port: int
    groups: tuple[str, ...]
    """Multicast groups (IPv4 and IPv6); empty when the protocol is only asked by unicast."""
    encode: Callable[[UUID], tuple[bytes, ...]]
    """All probe shapes of one round; the token makes them recognisable as ours."""
    decode: Decode
    broadcast: bool = False
    source_port: int | None = None
    """Also listen on this local port, where devices answer to the group instead of the asker."""
    about: str = ""


class NameSpec(msgspec.Struct, frozen=True):
    """A protocol in which a group is asked for the name of one address."""

    name: str
    fields: tuple[Field, ...]
    port: int
    groups: tuple[str, ...]
    """Multicast groups, at most one of IPv4 and one of IPv6: an address is asked about in its own family's."""
    encode: Callable[[UUID, str], bytes]
    """The question for the name of an address, which has no scope id."""
    decode: Decode
    """As any decode; each fact's subject is the address that was asked about."""
    about: str = ""


class RecordSpec(msgspec.Struct, frozen=True):
    """A protocol that a library speaks for us (or that is only overheard): decode alone."""

    name: str
    fields: tuple[Field, ...]
    decode: Decode
    about: str = ""


Spec = StreamSpec | WebSpec | DatagramSpec | NameSpec | RecordSpec
