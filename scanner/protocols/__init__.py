"""Bytes to facts and back, without a socket; one file per protocol, one line per protocol here."""

from __future__ import annotations

from typing import Final

from scanner.model.dialogue import Spec
from scanner.protocols import (
    arp,
    banner,
    bosch,
    cdp,
    dahua_legacy,
    dhcp,
    dhip,
    dvrip,
    hanwha,
    hik_sdk,
    http,
    lldp,
    llmnr,
    mdns,
    ndp,
    netbios,
    onvif,
    rtsp,
    sadp,
    sip,
    snmp,
    ssdp,
    tls,
    upnp,
    vivotek,
    ws_discovery,
    xiongmai,
)

ALL: Final[tuple[Spec, ...]] = (
    arp.SPEC,
    banner.SPEC,
    bosch.SPEC,
    cdp.SPEC,
    dahua_legacy.SPEC,
    dhcp.SPEC,
    dhip.SPEC,
    dvrip.SPEC,
    hanwha.SPEC,
    hik_sdk.SPEC,
    http.SPEC,
    lldp.SPEC,
    llmnr.SPEC,
    mdns.SPEC,
    ndp.SPEC,
    netbios.SPEC,
    onvif.SPEC,
    rtsp.SPEC,
    sadp.SPEC,
    sip.SPEC,
    snmp.SPEC,
    ssdp.SPEC,
    tls.SPEC,
    upnp.SPEC,
    vivotek.SPEC,
    ws_discovery.SPEC,
    xiongmai.SPEC,
)
"""Every protocol; a test holds that no module of this folder is missing."""
