"""Which TCP ports are tried: named profiles with a reason per port, and the syntax of ``--ports``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MAX_PORT: Final = 65_535

CAMERA: Final[Mapping[int, str]] = {
    80: "HTTP of nearly every camera and recorder; also ONVIF, and DHIP on some Dahua units (rroller/dahua)",
    443: "HTTPS; some Dahua recorders redirect port 80 to it (rroller/dahua)",
    554: "RTSP, RFC 2326",
    8000: "Hikvision SDK and ``CommandPort`` of a SADP answer (cameronnewman/hikvision-tooling); HTTP of many others",
    37777: "Dahua DVIP, ``Port`` of a DHDiscover answer (rroller/dahua)",
    8080: "HTTP, alternative; factory setting of many recorders",
    8443: "HTTPS, alternative; Hikvision ``SDKOverTLSPort`` of a SADP answer",
    34567: "Xiongmai NetSurveillance command port (zip11/webpage)",
    8899: "ONVIF of Xiongmai units (zip11/webpage)",
    8554: "RTSP, alternative (IANA rtsp-alt)",
    35000: "Lorex units made by Dahua: DVIP, at times beside 554 alone (rroller/dahua)",
    81: "HTTP behind port forwarding: second device of a site",
    82: "HTTP behind port forwarding: third device of a site",
    83: "HTTP behind port forwarding: fourth device of a site",
    84: "HTTP behind port forwarding: fifth device of a site",
    85: "HTTP behind port forwarding: sixth device of a site",
    88: "``HttpPort`` of some Hikvision units' SADP answers; HTTP of Foscam cameras",
    8001: "second recorder behind port forwarding of the Hikvision SDK port",
    8081: "HTTP, alternative; second device behind forwarding of 8080",
    8086: "HTTP stream server of Imou cameras",
    5000: "DHIP over TCP on Dahua door stations (rroller/dahua); HTTP of other recorders",
    2020: "ONVIF of TP-Link Tapo cameras (JurajNyiri/HomeAssistant-Tapo-Control)",
    7001: "HTTP and HTTPS of Network Optix video servers and their labels",
    7681: "WebSocket service of Hikvision units (``Security/adminAccesses`` of ISAPI)",
    9000: "Reolink's own protocol (QuantumEntangledAndy/neolink)",
    9010: "EZVIZ local command port (RenierM26/pyEzvizApi)",
    9020: "EZVIZ local stream port (RenierM26/pyEzvizApi)",
    10554: "RTSP of VStarcam and relabelled cameras; port forwarding of 554",
    37778: "Dahua DVIP over TLS",
    322: "RTSP over TLS: SRTP service of Hikvision units (``Security/adminAccesses`` of ISAPI); IANA rtsps",
    6036: "data port of TVT recorders sold as Viewtron and others",
    49152: "first port a UPnP library takes for its device description; open on Dahua recorders",
    21: "FTP banner",
    22: "SSH banner",
    23: "Telnet banner: old units name themselves before the login (rapid7/recog xml/telnet_banners.xml)",
}
"""Port → why it is tried; the likeliest first."""

PROFILES: Final[Mapping[str, Mapping[int, str]]] = {"camera": CAMERA}


class PortError(ValueError):
    """A ``--ports`` value that cannot be used; the text is one line: what is wrong, what to write."""


def parse(text: str) -> tuple[int, ...]:
    """Return the ports of a comma list of numbers, ranges (``8000-8010``) and profile names, in order, each once.

    Raises PortError.
    """
    found: dict[int, None] = {}
    for part in text.split(","):
        word = part.strip()
        if word in PROFILES:
            found.update(dict.fromkeys(PROFILES[word]))
            continue
        first, dash, last = word.partition("-")
        low = _number(first, word)
        high = _number(last, word) if dash else low
        if low > high:
            raise PortError(f"{word}: the range runs backwards: write {high}-{low}")
        found.update(dict.fromkeys(range(low, high + 1)))
    return tuple(found)


def _number(text: str, word: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal()):
        raise PortError(f"{word or 'an empty part'}: write ports as 80,443,8000-8010 or {', '.join(PROFILES)}")
    # Leading zeros aside, five digits are enough; int() of a megabyte of digits would take a while.
    digits = text.lstrip("0") or "0"
    if len(digits) > len(str(MAX_PORT)) or not 1 <= int(digits) <= MAX_PORT:
        raise PortError(f"{text}: there is no such port: ports run from 1 to {MAX_PORT}")
    return int(digits)
