"""What a device said, out of what the program that noted it wrote around it.

One fact comes in many notations: a header with or without its name, a distinguished name in three orders, an object
number with a leading dot, a challenge taken apart by a library. Signatures are written for what the device said; here
it is found, once for all of them. What was seen stays beside it, for evidence, and because a signature may mean it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from scanner.model.signature import FieldRule, Notation

MAX_PIECES: Final = 64
"""Pieces taken of one value: a description has a few dozen lines, a device a dozen scopes."""
MAX_WRAPS: Final = 6
"""Wrappings taken off one value: a quoted, escaped, labelled element in an answer has five."""
MAX_CHALLENGES: Final = 8
"""Challenges read in one value: a server offers two or three schemes."""
MAX_COLONS: Final = 3
"""Signs in a value that may end its name: one of a prefix, two of a module, one more."""
MAX_WORDS_AROUND: Final = 3
"""Times that words around a name are taken off: a protocol's, then a greeting, then a question."""
MAX_TAIL: Final = 64
"""Characters at the end of a line in which such words are looked for."""
MAX_LABEL: Final = 80
"""Characters of a name before a value: object names of SNMP with their module are the longest."""

_NEXT_URI: Final = re.compile(r"[\s,;|\"'\[\]]+(?=[A-Za-z][A-Za-z0-9+.-]*://)")
_AROUND_URI: Final = "\"',;|[] \t\r\n"
"""What other programs put between and around the members of a list."""
_TAG: Final = re.compile(r"<[^<>]{0,400}>")
_ESCAPED_ENDS: Final = re.compile(r"(?:\\r)?\\n|\\r")
_ENCODED_URI: Final = re.compile(r"(?i)[a-z]+%3A%2F%2F")
_ANSWER: Final = re.compile(r"(?is)\s*(?:[{\[]|<(?!!doctype|html|!--)).{0,4000}\Z")
"""An object in JSON or a document in XML that says a few things about one device, not a page."""
_NEXT_TEXT: Final = re.compile(r'"\s*,?\s*"')


def pieces(rule: FieldRule, value: str) -> list[str]:
    """Return what ``value`` holds, each by itself, as the rule of its field says; MAX_PIECES and one more at most."""
    if rule.pieces == "lines":
        text = _ESCAPED_ENDS.sub("\n", value) if "\\" in value else value
        if "\n" in text or "\r" in text:
            lines = [line for line in text.splitlines() if line.strip()][:MAX_PIECES]
            # An answer is one, however it is broken into lines; a page is not.
            return [*lines, " ".join(text.split())] if rule.notation == "page" and _ANSWER.match(text) else lines
        if rule.notation == "dns" and text.count('"') > 2:  # noqa: PLR2004 - one text has two
            return [one.strip(_AROUND_URI) for one in _NEXT_TEXT.split(text)][:MAX_PIECES]
    elif rule.pieces == "uris":
        if "%" in value and _ENCODED_URI.search(value):
            value = unquote(value)
        if "\\" in value:
            value = _ESCAPED_ENDS.sub("\n", value).replace("\\/", "/")
        if "<" in value:
            value = _TAG.sub(" ", value)
        if "://" in value:
            return [uri.strip(_AROUND_URI) for uri in _NEXT_URI.split(value.strip(_AROUND_URI))][:MAX_PIECES]
    return [value]


def spellings(field: str, rule: FieldRule, value: str) -> tuple[str, ...]:
    """Return what ``value`` of ``field`` says without its notation, the plainest first; nothing when it is plain."""
    if rule.notation in {"verbatim", "page"}:
        plain = _written_out(value)
        told = dict.fromkeys((plain, _MEMBER.sub(_as_element, plain)) if rule.notation == "page" else (plain,))
        told.pop(value, None)
        return tuple(told)
    if rule.notation == "challenge" and _is_usual(value):
        return ()
    bare = value
    if _WRAPPED.search(value) is not None:
        bare = _unwrapped(value, _labels(field, rule.called), rule.notation)
    read = _READERS.get(rule.notation)
    if read is None:
        return () if bare == value else (bare,)
    told = dict.fromkeys((*read(bare), bare))
    told.pop(value, None)
    return tuple(told)


# What stands around any value

_WRAPPED: Final = re.compile(r"[=:\\<>&\"'{\ufeff\n\r\t]")
"""Without one of these a value has nothing around it."""
_ELEMENT: Final = re.compile(r"<(?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,60})(?:\s[^<>]*)?>([^<>]*)</")
_ENTITY: Final = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_ESCAPE: Final = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|([rnt\"'/]))")
_ESCAPES: Final = {"r": "\r", "n": "\n", "t": "\t"}
_SNMP: Final = re.compile(
    r"(?s)(?:\.?(?:[A-Za-z][\w-]*::|iso\.|1\.)[\w.\"-]{1,400}\s*=\s*)?"
    r"(?:(OID|STRING|Hex-STRING|INTEGER|Gauge32|Counter32|Counter64|IpAddress|Timeticks|Opaque|BITS):\s?)?(.*)"
)
_AFTER_LABEL: Final = re.compile(r"[:=]|\s(?=\")")
_PART_OF_NAME: Final = re.compile(r"[.:]")
_OBJECT: Final = msgspec.json.Decoder(dict[str, Any])
_QUOTES: Final = "\"'"


@cache
def _labels(field: str, called: tuple[str, ...]) -> frozenset[str]:
    """The names under which other programs note ``field``."""
    return frozenset(_squashed(name) for name in (field.rpartition(".")[2], *called))


def _squashed(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


def _unwrapped(value: str, labels: frozenset[str], notation: Notation) -> str:
    for _ in range(MAX_WRAPS):
        inner = _unwrap(value.strip().removeprefix("\ufeff").strip(), labels, notation)
        if inner == value:
            break
        value = inner
    return value


def _unwrap(text: str, labels: frozenset[str], notation: Notation) -> str:
    """``text`` without its outermost wrapping; itself when it has none."""
    told = _element(text, labels)
    if told is None and text.startswith("{"):
        told = _member(text, labels)
    if told is None and notation in {"snmp", "object"}:
        told = _object(text)
    if told is None:
        told = _labelled(text, labels)
    if told is None:
        told = _quoted(text)
    return _written_out(text) if told is None else told


def _element(text: str, labels: frozenset[str]) -> str | None:
    if "<" not in text:
        return None
    return next((one[2].strip() for one in _ELEMENT.finditer(text) if _is_one(one[1], labels)), None)


def _object(text: str) -> str | None:
    shape = _SNMP.fullmatch(text)
    if shape is None or not shape.start(2):
        return None
    return _octets(shape[2]) if shape[1] == "Hex-STRING" else shape[2].strip()


def _quoted(text: str) -> str | None:
    """What stands between a pair of quotes, and maybe the comma of a list behind it."""
    text = text.rstrip(", ;")
    if len(text) < len('""') or text[0] not in _QUOTES or text[-1] != text[0] or text[-2] == "\\":
        return None
    inside = text[1:-1]
    return None if text[0] in inside.replace("\\" + text[0], "") else inside


def _written_out(text: str) -> str:
    """What was escaped, in itself."""
    if "\\" in text:
        text = _ESCAPE.sub(_escaped, text)
    if "&" in text:
        text = _ENTITY.sub(lambda one: html.unescape(one[0]), text)
    return text


def _member(text: str, labels: frozenset[str]) -> str | None:
    try:
        known = _OBJECT.decode(text)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        return None
    return next((str(told) for name, told in known.items() if _is_one(name, labels)), None)


def _labelled(text: str, labels: frozenset[str]) -> str | None:
    """What stands behind one of ``labels`` in ``text``, or in the first of its lines that has one."""
    lines = text.splitlines() if "\n" in text else (text,)
    for line in lines[:MAX_PIECES]:
        for end in islice(_AFTER_LABEL.finditer(line, 0, MAX_LABEL), MAX_COLONS):
            if _is_one(line[: end.start()], labels):
                return line[end.end() :].strip()
    return None


def _is_one(name: str, labels: frozenset[str]) -> bool:
    """Whether a name, or what stands in it behind its last point or colon, is one of ``labels``."""
    name = name.removeprefix("set ")  # as dhcpd.leases(5) notes a variable
    return _squashed(name) in labels or _squashed(_PART_OF_NAME.split(name)[-1]) in labels


def _escaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _ESCAPES.get(found[3], found[3])


def _octets(text: str) -> str:
    """The text that net-snmp printed as octets in hex, because one of them is no letter; ``text`` when it is none."""
    try:
        return bytes.fromhex(text).decode("utf-8").strip("\x00")
    except ValueError:
        return text


# Pages, and what interfaces answer

_MEMBER: Final = re.compile(
    r"(?:\"([A-Za-z]\w{0,60})\"|'([A-Za-z]\w{0,60})')\s{0,4}:\s{0,4}(?:\"([^\"]{0,400})\"|'([^']{0,400})'|(-?[\d.]{1,40}))"
)


def _as_element(found: re.Match[str]) -> str:
    """A member of an object as the element that an interface in XML answers, and that a library made it of."""
    name, told = found[1] or found[2], next(one for one in found.group(3, 4, 5) if one is not None)
    return f"<{name}>{told}</{name}>"


# Challenges

_SCHEME: Final = re.compile(r"(?i)(?:^|[\s,;:])(Basic|Digest|Bearer|NTLM|Negotiate)\s*$")
_PARAMETER: Final = re.compile(r"(?:^|(?<=[\s,;]))([A-Za-z][A-Za-z-]{1,20})\s*=\s*(?:\"([^\"]*)\"|'([^']*)')?")
_USUAL: Final = re.compile(r"(?:Basic|Digest) realm=\"[^\"]*\"(?:, [A-Za-z]+=(?:\"[^\"]*\"|[A-Za-z0-9]+))*")


def _is_usual(value: str) -> bool:
    """Whether a challenge is written as ``_challenges`` would."""
    return _USUAL.fullmatch(value) is not None and "qop=" not in value


def _challenges(value: str) -> Iterator[str]:
    """Each challenge as most devices write it, in their orders."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    scheme = ""
    matches = list(_PARAMETER.finditer(value))
    for number, one in enumerate(matches):
        before = value[matches[number - 1].end() if number else 0 : one.start()]
        named = _SCHEME.search(before)
        if named is not None or not found:
            scheme = named[1].capitalize() if named is not None else ""
            found.append((scheme, []))
        text = one[2] if one[2] is not None else one[3]
        if text is None:
            after = value[one.end() : matches[number + 1].start() if number + 1 < len(matches) else len(value)]
            text = _SCHEME.sub("", after).strip(" \t\r\n,;\"'")
        found[-1][1].append((one[1], text))
    if not found and '"' not in value:
        found.append(("", [("realm", value.strip())]))
    for scheme, parameters in found[:MAX_CHALLENGES]:
        for order in _orders(parameters):
            written = ", ".join(f'{name}="{text}"' for name, text in order)
            if not scheme:
                yield written
            usual = "Digest" if any(name.lower() == "nonce" for name, _ in order) else "Basic"
            yield f"{scheme or usual} {written}"


def _orders(parameters: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """As they stand, with the realm first, with it behind what protection is offered: so nearly all devices write."""
    yield parameters
    rest = [one for one in parameters if one[0].lower() not in {"realm", "qop"}]
    realm, offered = ([one for one in parameters if one[0].lower() == name][:1] for name in ("realm", "qop"))
    if realm and parameters[0] != realm[0]:
        yield [*realm, *(one for one in parameters if one not in realm)]
    if realm and offered and parameters[:2] != [*offered, *realm]:
        yield [*offered, *realm, *rest]


# Distinguished names

_ATTRIBUTES: Final[Mapping[str, str]] = {
    "commonname": "CN",
    "cn": "CN",
    "countryname": "C",
    "country": "C",
    "c": "C",
    "stateorprovincename": "ST",
    "stateorprovince": "ST",
    "st": "ST",
    "s": "ST",
    "localityname": "L",
    "locality": "L",
    "l": "L",
    "organizationname": "O",
    "organization": "O",
    "o": "O",
    "organizationalunitname": "OU",
    "organizationalunit": "OU",
    "ou": "OU",
    "emailaddress": "emailAddress",
    "email": "emailAddress",
    "e": "emailAddress",
    "serialnumber": "serialNumber",
    "2.5.4.3": "CN",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
}
_ATTRIBUTE: Final = re.compile(r"(?:^|(?<=[,/;+\n]))\s{0,8}([A-Za-z][A-Za-z]{0,30}|2\.5\.4\.\d{1,2})\s{0,4}=\s{0,8}")
_NAME: Final = re.compile(r"(?:[A-Z]{1,2}=[^\\,/;+=\"\n]+)(?:,[A-Z]{1,2}=[^\\,/;+=\"\n]+)*")
_QUOTED_PAIR: Final = re.compile(r"\\([,+\"\\<>;=/# ])")


def _names(value: str) -> Iterator[str]:
    """The name most specific first, parts by commas, nothing escaped."""
    if _NAME.fullmatch(value) and not value.startswith("C="):
        return
    starts = [one for one in _ATTRIBUTE.finditer(value) if one[1].lower() in _ATTRIBUTES]
    parts = []
    for number, one in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(value)
        text = value[one.end() : end].strip().rstrip("/;+" if number + 1 == len(starts) else ",/;+").strip()
        if len(text) > 1 and text[0] == text[-1] == '"':
            text = text[1:-1]
        parts.append((_ATTRIBUTES[one[1].lower()], _QUOTED_PAIR.sub(r"\1", text)))
    if len(parts) > 1 and parts[0][0] in {"C", "ST"}:
        parts.reverse()
    if parts:
        yield ",".join(f"{name}={text}" for name, text in parts)


# Numbers of objects

_ARCS: Final = re.compile(
    r"(?i)\.?(?:(1\.3\.6\.1)|(iso(?:\.org\.dod\.internet|\.3\.6\.1))|((?:[\w-]+::)?(?:private\.)?enterprises))"
    r"((?:\.\d+|\.private|\.enterprises|\.mgmt)*)(?:\s.*|\.)?"
)


def _objects(value: str) -> Iterator[str]:
    """The number in digits, without a leading dot."""
    shape = _ARCS.fullmatch(value)
    if shape is not None:
        start = "1.3.6.1.4.1" if shape[3] is not None else "1.3.6.1"
        yield start + shape[4].lower().replace(".private", ".4").replace(".enterprises", ".1").replace(".mgmt", ".2")


# Scopes, names of services, greetings, cookies


def _scopes(value: str) -> Iterator[str]:
    """With blanks and letters written out, and with them percent-encoded."""
    if "%" in value:
        yield unquote(value)
    if " " in value:
        yield value.replace(" ", "%20")


_DNS_ESCAPE: Final = re.compile(r"\\(?:(\d{3})|(.))")
_BROWSED: Final = re.compile(r"[=+]\s+\S+\s+IPv[46]\s+(\S.{0,80}?)\s{2,}\S.*")
"""A row of avahi-browse(1): a new or resolved service, interface, protocol, name, service, domain."""
_INSTANCE: Final = re.compile(r"(.+)\._[A-Za-z0-9-]{1,63}\._(?:tcp|udp)(?:\.local)?\.?")
_SERVICE: Final = re.compile(r"(?:.+\.)?(_[A-Za-z0-9-]{1,63}\._(?:tcp|udp))(?:\.local)?\.?")


def _services(value: str) -> Iterator[str]:
    """An instance without its service, a service without an instance and with its domain; nothing escaped."""
    if (row := _BROWSED.fullmatch(value)) is not None:
        value = row[1]
    if "\\" in value:
        value = _DNS_ESCAPE.sub(lambda one: chr(int(one[1]) % 256) if one[1] else one[2], value)
    if "._" in value or value.startswith("_"):
        if (named := _INSTANCE.fullmatch(value)) is not None:
            yield named[1]
        if (service := _SERVICE.fullmatch(value)) is not None:
            yield f"{service[1]}.local"
            yield f"{service[1]}.local."
    yield value.removesuffix(".")


_OPTIONS: Final = re.compile(
    r"\xff(?:[\xfb-\xfe].|\xfa[^\xff]*\xff\xf0|[\xf0-\xf9])|\ufffd{1,2}[\x01\x03\x18\x1f-\x27]"
)


def _greetings(value: str) -> Iterator[str]:
    """Without the bytes of Telnet options, and as one line."""
    plain = _OPTIONS.sub("", value)
    yield plain
    line = " ".join(plain.replace("\x00", " ").split())
    if "\n" in plain.strip() or "\r" in plain.strip():
        yield line
    yield _without(line, _BEFORE_GREETED, _AFTER_GREETED)


def _cookies(value: str) -> Iterator[str]:
    """The pair without its attributes, and its name alone."""
    pair, _, attributes = value.partition(";")
    if attributes:
        yield pair.strip()
    name, equals, _ = pair.partition("=")
    if equals:
        yield name.strip()


def _titles(value: str) -> Iterator[str]:
    """On one line; and without what the page is for."""
    line = " ".join(value.split())
    yield line
    yield _without(line, _BEFORE_TITLED, _AFTER_TITLED)


def _without(line: str, before: re.Pattern[str], after: re.Pattern[str]) -> str:
    """What is left of ``line`` without the words around a name; itself when nothing is."""
    text = line
    for _ in range(MAX_WORDS_AROUND):
        start, end = before.match(text), after.search(text, max(0, len(text) - MAX_TAIL))
        inner = text[start.end() if start else 0 : end.start() if end else len(text)].strip(_AROUND_NAME)
        if inner in {"", text}:
            break
        text = inner
    return text


_AROUND_NAME: Final = " \t|*#=<>[]»"
_RULE: Final = r"\s*[\s|:»>·\u2013\u2014-]\s*"
_PURPOSE: Final = (
    r"(?:(?:web[ -]?)?(?:log[ -]?in|sign[ -]?in)(?: (?:page|screen|form))?"
    r"|web(?:[ -]?(?:ui|gui|server|service|interface|client|viewer|manager|management|configuration|console|portal))?"
    r"|home(?: page)?|start(?: page)?|index|status|(?:device )?(?:management|configuration|administration|settings)"
    r"|登录|登陆|首页|anmeld(?:en|ung)|connexion|iniciar sesión|acceso|accedi|вход|logowanie|přihlášení|giriş)"
)
"""What a device's page is for, as its title says beside its name."""
_BEFORE_TITLED: Final = re.compile(rf"(?i)(?:{_PURPOSE}{_RULE}|welcome to\s)")
_AFTER_TITLED: Final = re.compile(rf"(?i){_RULE}{_PURPOSE}$")
_BEFORE_GREETED: Final = re.compile(r"(?i)SSH-[12]\.\d{1,2}-|220[ -]\s*|welcome(?: to)?\s")
_AFTER_GREETED: Final = re.compile(
    r"(?i)(?:\s(?:(?:ftp|telnet|ssh) )?(?:server|service)?\s?(?:is )?ready\.?"
    r"|\s?(?:log ?in|user ?name|password|account)\s?:)\s*$"
)


_READERS: Final[Mapping[Notation, Callable[[str], Iterator[str]]]] = {
    "challenge": _challenges,
    "name": _names,
    "object": _objects,
    "scope": _scopes,
    "dns": _services,
    "greeting": _greetings,
    "cookie": _cookies,
    "title": _titles,
}
