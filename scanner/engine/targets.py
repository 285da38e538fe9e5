"""Target expressions → sets of addresses, without listing them out.

Understood: ``10.0.0.5`` · ``10.0.0.0/24`` · ``10.0.0.1-50`` · ``10.0.0.1-10.0.1.5`` · ``10.0.0-3.1-254`` ·
``camera.example`` · ``fd00::5`` · ``fd00::/120`` · ``fd00::1-fd00::9`` · an interface's name (its on-link networks) ·
``local`` (those of every interface but loopback) · any of these joined by commas.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from itertools import product
from pathlib import Path
from typing import Final, TextIO

import msgspec

from scanner.engine.ranges import Ranges, Span, read_address, single, span
from scanner.transports.interfaces import Interface

MAX_SWEPT_IPV6: Final = 65_536
"""Addresses of one IPv6 expression: a larger network cannot be swept in a useful time, so it is surely a mistake."""
MAX_PIECES: Final = 65_536
"""Spans that one octet range may break into: ``10.0-255.0-255.1-254`` just fits, and memory stays flat."""

_IPV4_ONLY = re.compile(r"[0-9./*-]+")
_NAME = re.compile(
    r"(?=.{1,253}\.?\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?",
    re.IGNORECASE,
)
_BYTE: Final = 255

Resolve = Callable[[str], Awaitable[tuple[str, ...]]]


class TargetError(ValueError):
    """A target that cannot be used; the text is one line: where, what, and what to do."""


class Word(msgspec.Struct, frozen=True):
    """One target expression and where it was written."""

    text: str
    where: str = ""
    """``file:line``, or empty when it came from the command line."""

    def error(self, problem: str) -> TargetError:
        """Return the error that names this word."""
        return TargetError(f"{self.where}: {self.text}: {problem}" if self.where else f"{self.text}: {problem}")


class Targets(msgspec.Struct, frozen=True):
    """What the operator pointed at."""

    ranges: Ranges
    """Every address to be swept, each counted once."""
    on_link: Ranges = Ranges()
    """IPv6 networks of named interfaces: too large to sweep, but what discovery finds there is in scope."""
    zones: frozenset[str] = frozenset()
    """The interfaces named, by ``local`` too: a link-local address is in scope on these alone."""


def split(expressions: Iterable[str], where: str = "") -> Iterator[Word]:
    """Yield the words of ``expressions``, comma lists taken apart."""
    for expression in expressions:
        for part in expression.split(","):
            if text := part.strip():
                yield Word(text, where)


def read(path: str, stdin: TextIO | None = None) -> Iterator[Word]:
    """Yield the words of a target file, one or more to a line, ``#`` starting a comment; ``-`` reads standard input.

    Raises TargetError when the file cannot be read.
    """
    name = "stdin" if path == "-" else path
    try:
        if path == "-":
            yield from _lines(stdin or sys.stdin, name)
        else:
            with Path(path).open(encoding="utf-8-sig") as lines:
                yield from _lines(lines, name)
    except OSError as error:
        raise TargetError(f"{name}: cannot be read ({error.strerror}): check the path and its permissions") from error
    except UnicodeDecodeError as error:
        raise TargetError(f"{name}: is not text in UTF-8: give a file with one target a line") from error


async def expand(
    words: Iterable[Word], *, resolve: Resolve, interfaces: Callable[[], tuple[Interface, ...]], swept: bool = True
) -> Targets:
    """Return the addresses that ``words`` stand for.

    ``swept=False`` lifts the limits of what can be swept: for exclusions. Raises TargetError on the first bad word.
    """
    spans: list[Span] = []
    on_link: list[Span] = []
    zones: set[str] = set()
    known: dict[str, tuple[Interface, ...]] | None = None
    for word in words:
        found = _literal(word, swept=swept)
        if found is not None:
            spans += found
            continue
        if known is None:
            present = interfaces()
            known = {interface.name: (interface,) for interface in present}
            known["local"] = tuple(interface for interface in present if not interface.loopback)
        if word.text in known:
            _add_networks(word, known[word.text], spans, on_link, swept=swept)
            zones.update(interface.name for interface in known[word.text])
        else:
            spans += await _named(word, resolve)
    return Targets(Ranges(spans), Ranges(on_link), frozenset(zones))


def literals(text: str, where: str = "") -> Ranges:
    """Return the addresses of a comma list of addresses, networks and ranges; no name is looked up.

    Raises TargetError for anything else.
    """
    spans: list[Span] = []
    for word in split([text], where):
        found = _literal(word, swept=False)
        if found is None:
            raise word.error("is not an address, network or range: names are not taken here")
        spans += found
    if not spans:
        raise Word(text or '""', where).error("no address given: write an address, network or range")
    return Ranges(spans)


def _lines(lines: TextIO, name: str) -> Iterator[Word]:
    for number, line in enumerate(lines, 1):
        yield from split(line.partition("#")[0].split(), f"{name}:{number}")


def _literal(word: Word, *, swept: bool) -> list[Span] | None:
    """Return the spans of an expression made of digits, None when it is a name."""
    text = word.text
    if "://" in text:
        raise word.error("is a URL: give the host's address or name alone")
    if ":" in text:
        return [_ipv6(word, swept=swept)]
    if not _IPV4_ONLY.fullmatch(text):
        return None
    if "/" in text:
        return [_ipv4_network(word)]
    head, dash, tail = text.partition("-")
    if dash and head.count(".") == 3 and tail.count(".") == 3:  # noqa: PLR2004 - dots of a whole address
        return [_between(word, _ipv4(word, head), _ipv4(word, tail))]
    return _octets(word)


def _ipv4(word: Word, text: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except ValueError:
        raise word.error(f"{text} is not an IPv4 address: four numbers from 0 to 255, no leading zeros") from None


def _between(word: Word, first: IPv4Address | IPv6Address, last: IPv4Address | IPv6Address) -> Span:
    if int(first) > int(last):
        raise word.error(f"the range runs backwards: write {last}-{first}")
    return Span(first.version, int(first), int(last))


def _ipv4_network(word: Word) -> Span:
    head, _, tail = word.text.partition("/")
    address = _ipv4(word, head)
    if not tail.isdecimal() or int(tail) > 32:  # noqa: PLR2004 - bits of an IPv4 address
        raise word.error(f"/{tail} is not a network size: give 0 to 32, such as {address}/24")
    network = IPv4Network((address, int(tail)), strict=False)
    if network.network_address != address:
        raise word.error(f"has host bits set: write {network} for the network, {address} for the one address")
    return span(network)


def _octets(word: Word) -> list[Span]:
    parts = word.text.split(".")
    if len(parts) != 4:  # noqa: PLR2004 - octets of an IPv4 address
        raise word.error("is not an IPv4 address or range: write 10.0.0.5, 10.0.0.0/24 or 10.0.0.1-50")
    bounds = [_octet(word, part) for part in parts]
    # A full octet joins what lies right of it to one span, if that is full too.
    whole = 4
    while whole > 1 and bounds[whole - 1] == (0, _BYTE):
        whole -= 1
    loops, (low, high) = bounds[: whole - 1], bounds[whole - 1]
    pieces = 1
    for first, last in loops:
        pieces *= last - first + 1
    if pieces > MAX_PIECES:
        raise word.error(f"breaks into {pieces:,} pieces, more than {MAX_PIECES:,}: write networks such as 10.0.0.0/8")
    below = 8 * (4 - whole)
    found = []
    for heads in product(*(range(first, last + 1) for first, last in loops)):
        base = int.from_bytes(bytes(heads), "big") << 8
        found.append(Span(4, (base + low) << below, ((base + high + 1) << below) - 1))
    return found


def _octet(word: Word, text: str) -> tuple[int, int]:
    head, dash, tail = text.partition("-")
    bounds = []
    for number in (head, tail) if dash else (head, head):
        if not number.isdecimal() or (len(number) > 1 and number[0] == "0") or int(number) > _BYTE:
            raise word.error(f"{number or 'an empty part'} is not a number from 0 to 255 without leading zeros")
        bounds.append(int(number))
    if bounds[0] > bounds[1]:
        raise word.error(f"the range runs backwards: write {bounds[1]}-{bounds[0]}")
    return bounds[0], bounds[1]


def _ipv6(word: Word, *, swept: bool) -> Span:
    head, slash, size = word.text.partition("/")
    first_text, dash, last_text = head.partition("-")
    try:
        first = IPv6Address(first_text)
        last = IPv6Address(last_text) if dash else first
    except ValueError:
        problem = "is not an IPv6 address"
        if re.fullmatch(r"[^:]+:\d+", word.text):
            problem = "has a port: give the address alone, and ports with --ports"
        raise word.error(problem if "port" in problem else f"{problem}: write fd00::5 or fd00::/120") from None
    found = _between(word, first, last)
    if slash:
        if dash or not size.isdecimal() or int(size) > 128:  # noqa: PLR2004 - bits of an IPv6 address
            raise word.error(f"/{size} is not a network size here: give an address and 0 to 128")
        network = IPv6Network((int(first), int(size)), strict=False)
        if int(network.network_address) != int(first):
            raise word.error(f"has host bits set: write {network} for the network, {first} for the one address")
        found = span(network)
    mapped = read_address(str(first))
    if isinstance(mapped, IPv4Address):
        if found.first != found.last:
            raise word.error("is IPv4 written as IPv6: write the network as IPv4")
        return single(mapped)
    if swept and first.is_link_local:
        raise word.error("is link-local, which means nothing without its link: give the interface's name instead")
    if swept and found.last - found.first >= MAX_SWEPT_IPV6:
        raise word.error(
            f"has more than {MAX_SWEPT_IPV6:,} addresses: give a /112 or smaller, or an interface for discovery alone"
        )
    return found


def _add_networks(
    word: Word, chosen: tuple[Interface, ...], spans: list[Span], on_link: list[Span], *, swept: bool
) -> None:
    networks = [address.network for interface in chosen for address in interface.addresses]
    if not networks:
        raise word.error("has no address, so no network to scan: bring it up, or give a network")
    for network in networks:
        whole = span(network)
        if network.version == 6 and whole.last - whole.first >= MAX_SWEPT_IPV6:  # noqa: PLR2004 - the IP version
            on_link.append(whole)
        elif network.version == 4 and network.prefixlen < 31 and swept:  # noqa: PLR2004 - /31 has no broadcast address
            spans.append(Span(4, whole.first + 1, whole.last - 1))
        else:
            spans.append(whole)


async def _named(word: Word, resolve: Resolve) -> list[Span]:
    try:
        name = word.text.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    if not _NAME.fullmatch(name):
        hint = (
            "a name takes no network size"
            if "/" in word.text
            else "write an address, network, range, name or interface"
        )
        raise word.error(f"is not a target: {hint}")
    try:
        found = await resolve(name)
    except OSError:
        found = ()
    addresses = [address for text in found if (address := read_address(text)) is not None]
    if not addresses:
        raise word.error("is neither an interface of this machine nor a name that resolves: check the spelling")
    return [single(address) for address in addresses]
