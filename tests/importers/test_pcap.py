import io

from scanner.importers.importer import BadPart, Given
from scanner.importers.pcap import IMPORTER, read, recognise
from tests.importers import packets
from tests.importers.readings import read as read_all

MAC = bytes.fromhex("5850ed1fe385")
FRAMES = [packets.arp(f"10.0.0.{n}", MAC[:5] + bytes((n,))) for n in range(1, 6)]


def test_both_formats_give_the_same():
    first, second = (read_all(IMPORTER, raw) for raw in (packets.pcap(FRAMES), packets.pcapng(FRAMES)))
    assert first == second
    assert first[0] == ("10.0.0.1", None, "link.mac", "58:50:ed:1f:e3:01")


def test_it_is_told_by_its_content():
    assert recognise(packets.pcap([]), "notes.txt")
    assert recognise(packets.pcapng([]), "notes.txt")
    assert not recognise(b"<?xml", "x.pcap")


def test_a_cut_capture_gives_what_it_holds():
    *items, bad = read(io.BytesIO(packets.pcap(FRAMES)[:-10]), Given("x"))
    assert len(items) == 4
    assert isinstance(bad, BadPart)
