"""Bytes to facts and back, without a socket; one file per protocol, one line per protocol here."""

from __future__ import annotations

from typing import Final

from scanner.model.dialogue import Spec
from scanner.protocols import (
    arp,
    banner,
    dahua_legacy,
    dhip,
    dvrip,
    hik_sdk,
    http,
    mdns,
    netbios,
    onvif,
    rtsp,
    sadp,
    sip,
    ssdp,
    tls,
    upnp,
    ws_discovery,
)

ALL: Final[tuple[Spec, ...]] = (
    arp.SPEC,
    banner.SPEC,
    dahua_legacy.SPEC,
    dhip.SPEC,
    dvrip.SPEC,
    hik_sdk.SPEC,
    http.SPEC,
    mdns.SPEC,
    netbios.SPEC,
    onvif.SPEC,
    rtsp.SPEC,
    sadp.SPEC,
    sip.SPEC,
    ssdp.SPEC,
    tls.SPEC,
    upnp.SPEC,
    ws_discovery.SPEC,
)
"""Every protocol; a test holds that no module of this folder is missing."""
