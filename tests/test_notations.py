"""One fact in the notations of many programs: what it proves must not depend on who wrote it down.

Every value of ``corpus/`` and every example of a signature that names a maker under section 889 is written anew in each
way in which some tool writes such a field, and judged again.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from tests.judging import finding, maker, rank, shipped, verdict

MAKERS = {"hikvision", "dahua", "huawei", "zte", "hytera"}
CORPUS = Path(__file__).parent / "corpus"

Facts = tuple[tuple[str, str], ...]
Rewrite = Callable[[str], str | None]
"""Returns None where the notation does not apply to the value."""


@cache
def positives() -> tuple[tuple[str, str, Facts], ...]:
    """(field, value, facts beside it) of all that is known to show one of the makers, each once."""
    known = shipped()
    found: dict[tuple[str, str, Facts], None] = {}
    for signature in known.signatures:
        if signature.status != "retired" and known.origins[signature.id].maker in MAKERS:
            for example in signature.examples:
                for field in (example.field,) if example.field else signature.fields:
                    if example.value is not None and "<" not in field and may_stand(field, example.value):
                        found[field, example.value, tuple(example.also.items())] = None
    for file in sorted(CORPUS.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found[row["field"], row["value"], ()] = None
    return tuple(found)


def may_stand(field: str, value: str) -> bool:
    """Whether an example that names no field is one of ``field``: a scope is a URI."""
    return field != "wsd.scope" or "://" in value


@cache
def judged(facts: Facts) -> tuple[int, str]:
    one = finding(facts)
    return rank(verdict(one)), maker(one) or ""


# What stands around any value


def label(name: str, between: str = ": ") -> Rewrite:
    return lambda value: None if "\n" in value else f"{name}{between}{value}"


def json_member(name: str) -> Rewrite:
    return lambda value: f'"{name}": {json.dumps(value)},'


def element(name: str) -> Rewrite:
    return lambda value: f"<{name}>{html.escape(value)}</{name}>"


ANY: dict[str, Rewrite] = {
    "blanks": lambda value: f"  {value} \t",
    "a line end": lambda value: f"{value}\r\n",
    "a byte order mark": lambda value: f"\ufeff{value}",
    "a trailing NUL": lambda value: f"{value}\x00",
    "non-breaking spaces": lambda value: value.replace(" ", "\u00a0") + "\u00a0",
}
TEXT: dict[str, Rewrite] = {
    "double quotes": lambda value: None if '"' in value else f'"{value}"',
    "JSON's quotes": lambda value: None if value.isdecimal() else json.dumps(value),
    "HTML entities": lambda value: html.escape(value) if html.escape(value) != value else None,
}


# Hardware addresses


def spelled(separator: str, width: int = 2, case: Callable[[str], str] = str.lower) -> Rewrite:
    def rewrite(value: str) -> str:
        digits = re.sub(r"[^0-9a-f]", "", value.lower())
        return case(separator.join(digits[at : at + width] for at in range(0, len(digits), width)))

    return rewrite


def short(value: str) -> str:
    return ":".join(f"{int(octet, 16):x}" for octet in spelled(":")(value).split(":"))  # type: ignore[union-attr]


MAC: dict[str, Rewrite] = {
    "colons": spelled(":"),
    "upper case with hyphens": spelled("-", case=str.upper),
    "fours with dots": spelled(".", 4),
    "fours with hyphens": spelled("-", 4),
    "bare": spelled(""),
    "bare and upper case": spelled("", case=str.upper),
    "single digits": short,
    "0x": lambda value: f"0x{spelled('')(value)}",
    "its registrant behind": lambda value: f"{spelled(':', case=str.upper)(value)} (Some Registrant Co.,Ltd.)",
    "nmap's line": lambda value: f"MAC Address: {spelled(':', case=str.upper)(value)} (Unknown)",
    "arp -a": lambda value: f"? (192.0.2.7) at {short(value)} on en0 ifscope [ethernet]",
    "arp of Linux": lambda value: f"camera (192.0.2.7) at {spelled(':')(value)} [ether] on eth0",
    "ip neighbour": lambda value: f"192.0.2.7 dev eth0 lladdr {spelled(':')(value)} REACHABLE",
    "Hex-STRING": lambda value: f"Hex-STRING: {spelled(' ', case=str.upper)(value)} ",
}


# SNMP


def arcs(before: str, start: str = "1.3.6.1.4.1.") -> Rewrite:
    return lambda value: before + value.removeprefix(start) if value.startswith(start) else None


OBJECT: dict[str, Rewrite] = {
    "a leading dot": arcs(".1.3.6.1.4.1."),
    "iso": arcs("iso.3.6.1.4.1."),
    "the module": arcs("SNMPv2-SMI::enterprises."),
    "the name": arcs("enterprises."),
    "the name with a dot": arcs(".iso.org.dod.internet.private.enterprises."),
    "OID:": arcs("OID: .1.3.6.1.4.1."),
    "OID: iso": arcs("OID: iso.3.6.1.4.1."),
    "OID: and the module": arcs("OID: SNMPv2-SMI::enterprises."),
    "a whole line": arcs("SNMPv2-MIB::sysObjectID.0 = OID: SNMPv2-SMI::enterprises."),
    "a whole line in digits": arcs(".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1."),
}
SNMP: dict[str, Rewrite] = {
    "STRING:": lambda value: f"STRING: {value}",
    "STRING: and quotes": lambda value: f'STRING: "{value}"' if '"' not in value else None,
    "quotes": lambda value: f'"{value}"' if '"' not in value else None,
    "Hex-STRING": lambda value: f"Hex-STRING: {value.encode().hex(' ').upper()} " if len(value) > 3 else None,
    "a whole line": lambda value: f"SNMPv2-MIB::sysDescr.0 = STRING: {value}",
    "a whole line in digits": lambda value: f'.1.3.6.1.2.1.1.1.0 = STRING: "{value}"' if '"' not in value else None,
    "iso": lambda value: f'iso.3.6.1.2.1.1.1.0 = STRING: "{value}"' if '"' not in value else None,
}


# Distinguished names

PART = re.compile(r"(?:^|,\s*|/)(CN|O|OU|C|ST|L|emailAddress)\s?=\s?((?:\\.|[^,/\\=])*(?=$|,|/))")
LONG = {
    "CN": "commonName",
    "O": "organizationName",
    "OU": "organizationalUnitName",
    "C": "countryName",
    "ST": "stateOrProvinceName",
    "L": "localityName",
    "emailAddress": "emailAddress",
}
Parts = list[tuple[str, str]]


def parts(value: str) -> Parts | None:
    found = [(one[1], re.sub(r"\\(.)", r"\1", one[2])) for one in PART.finditer(value)]
    return found if "".join(f",{a}={b}" for a, b in found)[1:].replace(" ", "") == value.replace(" ", "") else None


def named(write: Callable[[Parts], str]) -> Rewrite:
    def rewrite(value: str) -> str | None:
        found = parts(value)
        return write(found) if found else None

    return rewrite


def upward(found: Parts) -> Parts:
    """From the country to the name."""
    return found if found[0][0] in {"C", "ST"} else found[::-1]


def escaped(text: str) -> str:
    return text.replace(",", "\\,")


def quoted(text: str) -> str:
    return f'"{text}"' if "," in text else text


NAME: dict[str, Rewrite] = {
    "OpenSSL's old line": named(lambda found: "".join(f"/{a}={b}" for a, b in upward(found))),
    "OpenSSL's line": named(lambda found: ", ".join(f"{a} = {quoted(b)}" for a, b in upward(found))),
    "RFC 4514": named(lambda found: ",".join(f"{a}={escaped(b)}" for a, b in upward(found)[::-1])),
    "RFC 4514 the other way": named(lambda found: ",".join(f"{a}={escaped(b)}" for a, b in upward(found))),
    "with blanks": named(lambda found: ", ".join(f"{a}={escaped(b)}" for a, b in upward(found)[::-1])),
    "nmap": named(lambda found: "/".join(f"{LONG[a]}={b}" for a, b in upward(found)[::-1])),
    "long names": named(lambda found: ", ".join(f"{LONG[a]}={b}" for a, b in upward(found))),
    "an address of mail": named(
        lambda found: ",".join(f"{a}={escaped(b)}" for a, b in [("emailAddress", "a@example.org"), *found])
    ),
    "an address of mail at the end": named(
        lambda found: "".join(f"/{a}={b}" for a, b in upward(found)) + "/emailAddress=a@example.org"
    ),
    "several values": named(lambda found: "+".join(f"{a}={escaped(b)}" for a, b in upward(found)[::-1])),
    "semicolons": named(lambda found: "; ".join(f"{a}={b}" for a, b in upward(found))),
    "S for the state": named(
        lambda found: ", ".join(f"{'S' if a == 'ST' else a}={quoted(b)}" for a, b in upward(found)[::-1])
    ),
    "lines": named(lambda found: "\n".join(f"{a}={b}" for a, b in upward(found))),
}


# Challenges

PARAMETER = re.compile(r'([A-Za-z]+)=(?:"([^"]*)"|([^", ]+))')
Challenge = tuple[str, list[tuple[str, str]]]


def challenge(value: str) -> Challenge | None:
    scheme, _, rest = value.partition(" ")
    found = [(one[1], one[3] if one[2] is None else one[2]) for one in PARAMETER.finditer(rest)]
    return (scheme, found) if found and scheme in {"Basic", "Digest"} else None


def written(scheme: str, found: list[tuple[str, str]], quotes: str = '"', between: str = ", ") -> str:
    return f"{scheme} " + between.join(f"{name}={quotes}{text}{quotes}" for name, text in found)


def challenged(write: Callable[[str, list[tuple[str, str]]], str | None]) -> Rewrite:
    def rewrite(value: str) -> str | None:
        found = challenge(value)
        return None if found is None else write(*found)

    return rewrite


NO_NONCE = "no nonce"
NONCE_ALONE = re.compile(r"Login to FrontGate|DS-[0-9A-F]{8}|[0-9a-fX]{12,32}")
"""Realms that need not show anybody: there it is the nonce that does, or its place."""


def without_nonce(scheme: str, found: list[tuple[str, str]]) -> str | None:
    left = [one for one in found if one[0] not in {"nonce", "opaque", "cnonce"}]
    alone = any(NONCE_ALONE.fullmatch(text) for _, text in left)
    return None if alone or len(left) == len(found) else written(scheme, left)


def elsewhere(value: str) -> str:
    """The same challenge of a device that somebody else named."""
    return re.sub(r'realm="[^"]*"', 'realm="Some place"', value)


def realm_at(place: int) -> Callable[[str, list[tuple[str, str]]], str]:
    def write(scheme: str, found: list[tuple[str, str]]) -> str:
        left = [one for one in found if one[0] != "realm"]
        at = len(left) if place < 0 else min(place, len(left))
        return written(scheme, [*left[:at], *(one for one in found if one[0] == "realm"), *left[at:]])

    return write


def beside(text: str) -> Rewrite:
    return lambda value: None if challenge(value) is None else text.format(value)


CHALLENGE: dict[str, Rewrite] = {
    "the header": label("WWW-Authenticate"),
    "the header in lower case": label("www-authenticate", ":"),
    "the header in JSON": json_member("Www-Authenticate"),
    "no blanks": challenged(lambda scheme, found: written(scheme, found, between=",")),
    "blanks around": challenged(lambda scheme, found: written(scheme, found, between=" , ")),
    "single quotes": challenged(lambda scheme, found: written(scheme, found, "'")),
    "no quotes": challenged(lambda scheme, found: written(scheme, found, "")),
    "no quotes and no commas": challenged(lambda scheme, found: written(scheme, found, "", " ")),
    "escaped quotes": lambda value: value.replace('"', '\\"'),
    "entities": lambda value: value.replace('"', "&quot;"),
    "numbered entities": lambda value: value.replace('"', "&#34;"),
    "JSON": json.dumps,
    "a scheme in lower case": challenged(lambda scheme, found: written(scheme.lower(), found)),
    "the realm first": challenged(realm_at(0)),
    "the realm second": challenged(realm_at(1)),
    "the realm last": challenged(realm_at(-1)),
    NO_NONCE: challenged(without_nonce),
    "no scheme": challenged(lambda _, found: written("", found).strip()),
    "another scheme behind": beside('{}, Basic realm="/"'),
    "another scheme before": beside('Basic realm="/", {}'),
    "another scheme on a line": beside('Basic realm="/"\r\n{}'),
    "another scheme on a line of JSON": beside('Basic realm="/"\\r\\n{}'),
}


# Descriptions, scopes

LINE = re.compile(r"[a-z]=")


def described(end: str) -> Rewrite:
    def rewrite(value: str) -> str:
        line = value if LINE.match(value) else f"a={value}"
        return end.join(("v=0", "o=- 1 1 IN IP4 192.0.2.1", line, "t=0 0", "m=video 0 RTP/AVP 96", ""))

    return rewrite


SDP: dict[str, Rewrite] = {
    "whole with CRLF": described("\r\n"),
    "whole with LF": described("\n"),
    "whole as in JSON": described("\\r\\n"),
    "whole with LF as in JSON": described("\\n"),
}
OTHERS = ("onvif://www.onvif.org/type/ptz", "onvif://www.onvif.org/location/city/x")


def listed(between: str) -> Rewrite:
    return lambda value: between.join((OTHERS[0], value, OTHERS[1], ""))


def decoded(value: str) -> str | None:
    return unquote(value) if unquote(value) != value else None


SCOPE: dict[str, Rewrite] = {
    "a list": listed(" "),
    "lines": listed("\n"),
    "lines and blanks": listed(" \r\n   "),
    "commas": listed(","),
    "lines as in JSON": listed("\\n"),
    "JSON": lambda value: json.dumps([OTHERS[0], value]),
    "decoded": decoded,
    "decoded in a list": lambda value: listed(" ")(unquote(value)),
    "encoded": lambda value: quote(unquote(value), safe="/:"),
    "wholly encoded": lambda value: quote(value, safe=""),
    "an element": lambda value: f"<d:Scopes>{html.escape(value)} {OTHERS[0]}</d:Scopes>",
    "its name": lambda value: f"Scopes: {OTHERS[0]} {value}",
}


# Pictures, services, greetings, titles

HASH: dict[str, Rewrite] = {
    "unsigned": lambda value: str(int(value) % (1 << 32)),
    "as a filter": lambda value: f"http.favicon.hash:{value}",
    "as a filter with quotes": lambda value: f'http.favicon.hash:"{value}"',
    "its name": lambda value: f"mmh3: {value}",
}
DIGEST: dict[str, Rewrite] = {"upper case": str.upper, "its name": lambda value: f"md5:{value}"}


def dns_escaped(value: str) -> str:
    return re.sub(r"[ .()\\]", lambda one: "\\." if one[0] == "." else f"\\{ord(one[0]):03d}", value)


INSTANCE: dict[str, Rewrite] = {
    "escaped": dns_escaped,
    "with its service": lambda value: f"{value}._http._tcp.local",
    "with its service and a dot": lambda value: f"{value}._http._tcp.local.",
    "escaped with its service": lambda value: f"{dns_escaped(value)}._http._tcp.local.",
    "a trailing dot": lambda value: f"{value}.",
}
SERVICE: dict[str, Rewrite] = {
    "no dot": lambda value: value.rstrip("."),
    "a dot": lambda value: value.rstrip(".") + ".",
    "no domain": lambda value: value.rstrip(".").removesuffix(".local"),
    "with an instance": lambda value: f"A camera.{value}",
}
TXT: dict[str, Rewrite] = {
    "quotes": lambda value: f'"{value}"',
    "a list": lambda value: f'"path=/" "{value}"',
    "lines": lambda value: f"path=/\n{value}",
}
GREETING: dict[str, Rewrite] = {
    "a line end": lambda value: f"{value}\r\n",
    "an escaped line end": lambda value: value.replace("\r", "\\r").replace("\n", "\\n") + "\\r\\n",
    "a line end in hex": lambda value: value.replace("\r", "\\x0D").replace("\n", "\\x0A") + "\\x0D\\x0A",
    "options before": lambda value: f"\xff\xfd\x18\xff\xfd\x20\xff\xfb\x01\xff\xfb\x03{value}",
    "options before, in hex": lambda value: f"\\xff\\xfd\\x18\\xff\\xfb\\x01{value}",
    "options before, replaced": lambda value: f"\ufffd\ufffd\x18\ufffd\ufffd\x01{value}",
    "quotes": json.dumps,
}
TITLE: dict[str, Rewrite] = {
    "an element": element("title"),
    "an element in upper case": element("TITLE"),
    "lines": lambda value: f"\r\n\t{value}\r\n",
    "folded": lambda value: value.replace(" ", "\n   ") if " " in value else None,
    "entities": lambda value: "".join(f"&#{ord(one)};" if one in " -&" else one for one in value),
}


def called(*names: str) -> dict[str, Rewrite]:
    """A header or member under each of ``names``."""
    return {
        f"{kind} {name}": rewrite
        for name in names
        for kind, rewrite in {
            "header": label(name),
            "line": label(name, "="),
            "JSON": json_member(name),
            "element": element(name),
        }.items()
    }


OF_FIELD: dict[str, dict[str, Rewrite]] = {
    "link.mac": MAC,
    "sadp.mac": MAC,
    "dhip.mac": MAC,
    "onvif.mac": MAC,
    "snmp.sysobjectid": OBJECT,
    "snmp.sysdescr": SNMP,
    "snmp.sysname": SNMP,
    "lldp.system_description": SNMP,
    "tls.subject": NAME | {"with its name": label("subject", "="), "as in a report": label("Subject")},
    "tls.issuer": NAME | {"with its name": label("issuer", "="), "as in a report": label("Issuer")},
    "http.www_authenticate": CHALLENGE,
    "rtsp.www_authenticate": CHALLENGE,
    "rtsp.sdp": SDP,
    "wsd.scope": SCOPE,
    "http.favicon.mmh3": HASH,
    "http.favicon.md5": DIGEST,
    "tls.jarm": {"upper case": str.upper},
    "mdns.instance": INSTANCE,
    "mdns.service": SERVICE,
    "mdns.txt": TXT,
    "telnet.banner": GREETING,
    "ftp.banner": GREETING,
    "ssh.banner": GREETING,
    "http.title": TITLE | TEXT,
    "http.server": called("Server", "server") | TEXT,
    "rtsp.server": called("Server") | TEXT,
    "rtsp.public": called("Public"),
    "http.location": called("Location") | TEXT,
    "http.x_powered_by": called("X-Powered-By"),
    "http.set_cookie": {
        "header": label("Set-Cookie"),
        "a pair": lambda value: value if "=" in value else f"{value}=1",
        "attributes": lambda value: f"{value}{'' if '=' in value else '=1'}; path=/; HttpOnly",
    },
    "ssdp.server": called("SERVER") | TEXT,
    "ssdp.st": called("ST", "NT"),
    "ssdp.usn": called("USN"),
    "ssdp.location": called("LOCATION"),
    "sip.user_agent": called("User-Agent"),
    "upnp.manufacturer": called("manufacturer") | TEXT,
    "upnp.model_name": called("modelName") | TEXT,
    "upnp.model_number": called("modelNumber") | TEXT,
    "upnp.friendly_name": called("friendlyName"),
    "upnp.serial": called("serialNumber"),
    "onvif.manufacturer": called("Manufacturer", "tds:Manufacturer") | TEXT,
    "onvif.model": called("Model", "tds:Model") | TEXT,
    "onvif.firmware": called("FirmwareVersion", "tds:FirmwareVersion") | TEXT,
    "onvif.serial": called("SerialNumber", "tds:SerialNumber") | TEXT,
    "onvif.hardware_id": called("HardwareId", "tds:HardwareId") | TEXT,
    "isapi.model": called("model") | TEXT,
    "isapi.firmware": called("firmwareVersion") | TEXT,
    "isapi.serial": called("serialNumber") | TEXT,
    "isapi.device_type": called("deviceType") | TEXT,
    "isapi.manufacturer": called("manufacturer") | TEXT,
    "sadp.device_description": called("DeviceDescription") | TEXT,
    "sadp.serial": called("DeviceSN") | TEXT,
    "sadp.software_version": called("SoftwareVersion") | TEXT,
    "dhip.vendor": called("Vendor") | TEXT,
    "dhip.device_type": called("DeviceType") | TEXT,
    "dhip.device_class": called("DeviceClass") | TEXT,
    "dhip.serial": called("SerialNo") | TEXT,
    "dhip.version": called("Version") | TEXT,
    "dvrip.realm": called("Realm") | TEXT,
    "dahua.device_type": called("deviceType", "table.MagicBox.deviceType") | TEXT,
    "dahua.vendor": called("vendor") | TEXT,
    "dahua.version": called("version") | TEXT,
    "dahua.serial": called("serialNumber", "sn") | TEXT,
    "dahua.update_serial": called("updateSerial") | TEXT,
    "cwmp.manufacturer": called("Manufacturer") | TEXT,
    "dhcp.vendor_class": called("Vendor-Class-Identifier", "vendor_class") | TEXT,
    "dhcp.hostname": called("Hostname", "Host-Name") | TEXT,
    "cdp.platform": called("Platform") | TEXT,
    "name.netbios": TEXT,
}


def cells() -> Iterator[tuple[str, str]]:
    fields = sorted({field for field, _, _ in positives()})
    for field in fields:
        for notation in {**ANY, **OF_FIELD.get(field, {})}:
            yield field, notation


def lost(field: str, notation: str) -> list[tuple[str, str, tuple[int, str], tuple[int, str]]]:
    """The values of ``field`` that prove less, or another maker, in that notation."""
    rewrite = {**ANY, **OF_FIELD.get(field, {})}[notation]
    found = []
    for other, value, also in positives():
        if other != field:
            continue
        before = judged(((field, value), *also))
        text = rewrite(value)
        if text is None or before[1] not in MAKERS:
            continue
        if notation == NO_NONCE and judged(((field, elsewhere(value)), *also)) >= before:
            continue  # not the realm shows the maker, but how its challenge is built
        after = judged(((field, text), *also))
        if after[0] < before[0] or after[1] != before[1]:
            found.append((value, text, before, after))
    return found


@pytest.mark.parametrize("field", sorted({field for field, _ in cells()}))
def test_what_a_value_proves_does_not_depend_on_its_notation(field: str):
    notations = [notation for of, notation in cells() if of == field]
    assert {notation: missed for notation in notations if (missed := lost(field, notation))} == {}
