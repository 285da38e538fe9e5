"""Bytes to facts and back, without a socket; one file per protocol, one line per protocol here."""

from __future__ import annotations

from typing import Final

from scanner.model.dialogue import Spec
from scanner.protocols import arp, banner, http, mdns, onvif, rtsp, tls, ws_discovery

ALL: Final[tuple[Spec, ...]] = (
    arp.SPEC,
    banner.SPEC,
    http.SPEC,
    mdns.SPEC,
    onvif.SPEC,
    rtsp.SPEC,
    tls.SPEC,
    ws_discovery.SPEC,
)
"""Every protocol; a test holds that no module of this folder is missing."""
