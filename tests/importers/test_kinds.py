import gzip
import io
import json
import lzma

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.importers import kinds
from scanner.importers.importer import BadPart, Given, Unreadable
from scanner.importers.kinds import ALL, recognise
from tests.importers import packets
from tests.importers.test_nmap_xml import SCAN

LINE = json.dumps({"host": "10.0.0.5", "field": "http.server", "value": "App-webs/"}).encode() + b"\n"


def read(raw: bytes, kind=None):
    return list(kinds.read(io.BytesIO(raw), Given("x"), kind))


def test_every_kind_has_a_name_of_its_own_and_says_what_it_is():
    assert len({importer.name for importer in ALL}) == len(ALL)
    assert all(importer.about.endswith(".") for importer in ALL)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress, zstandard.compress])
@pytest.mark.parametrize("raw", [LINE, SCAN, packets.pcap([packets.arp("10.0.0.5", b"\x58\x50\xed\0\0\1")])])
def test_compressed_files_are_read_as_they_are(pack, raw):
    assert next(item.subject.address for item in read(pack(raw))) == "10.0.0.5"


def test_a_cut_archive_gives_what_it_holds_and_says_so():
    lines = b"".join(LINE.replace(b"0.5", b"0.%d" % number) for number in range(250)) * 200
    *found, bad = read(gzip.compress(lines)[:-200])
    assert found
    assert isinstance(bad, BadPart)
    assert bad.where == "its end"


def test_a_small_cut_archive_loses_only_its_end():
    *found, inside, bad = read(gzip.compress(SCAN)[:-300])
    assert [item.subject.address for item in found]
    assert isinstance(inside, BadPart)
    assert inside.where.startswith("line ")
    assert isinstance(bad, BadPart)
    assert (bad.where, "breaks off" in bad.reason) == ("its end", True)


@pytest.mark.parametrize("raw", [b"", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_unreadable(raw):
    with pytest.raises(Unreadable, match="it is empty"):
        read(raw)


@pytest.mark.parametrize("raw", [b"\x00" * 100, b"PK\x03\x04", b"<html></html>", b"hello\nworld\n", b'{"a": 1}', b"[]"])
def test_a_file_of_no_known_kind_is_unreadable(raw):
    with pytest.raises(Unreadable, match="no kind we know"):
        read(raw)


def test_a_kind_can_be_forced():
    (kind,) = [importer for importer in ALL if importer.name == "inventory"]
    with pytest.raises(Unreadable, match="no column is the host's"):
        read(LINE, kind)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_recognising_never_fails(raw):
    assert recognise(raw, "x") is None or recognise(raw, "x") in ALL
