"""DHCP messages, byte by byte as RFC 2131 section 2 lays them out."""

from __future__ import annotations

from tests.importers import packets

message = packets.dhcp

REQUEST = message(
    options=((50, bytes((10, 0, 0, 5))), (60, b"udhcp 1.20.2"), (12, b"cam-5"), (55, bytes((1, 3, 6, 12)))),
)
ACK = message(operation=2, kind=5, your="10.0.0.5", options=((54, bytes((10, 0, 0, 1))), (51, b"\0\0\x0e\x10")))
INFORM = message(kind=8, client="10.0.0.5", options=((60, b"dvr"), (81, b"\x00\xff\xffcam.example.com")))
MESSAGES = (REQUEST, ACK, INFORM)
