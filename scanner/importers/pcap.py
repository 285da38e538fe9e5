"""Packet captures, as tcpdump, Wireshark and switches write them: pcap and pcapng."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from scanner.importers.frames import is_capture, read_frames
from scanner.importers.importer import Given, Importer, Item
from scanner.importers.traffic import Traffic


def recognise(head: bytes, name: str) -> bool:  # noqa: ARG001 - every importer takes it
    """True when the file begins as a capture does."""
    return is_capture(head)


def read(stream: BinaryIO, given: Given) -> Iterator[Item]:  # noqa: ARG001 - every importer takes it
    """Yield what the devices in the capture said, at the time each was first heard saying it.

    Raises Unreadable when the file is no capture.
    """
    return Traffic().read(read_frames(stream))


IMPORTER: Final = Importer("pcap", "Packet captures, pcap and pcapng.", recognise, read)
