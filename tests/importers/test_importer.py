import gzip
import io
import json
import lzma
from datetime import UTC, datetime

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import importers
from scanner.importers import ALL, BadPart, Given, Unreadable, recognise
from scanner.importers.importer import normal, observe, read_host, read_instant, read_port, read_seconds
from scanner.model.dialogue import Fact
from scanner.model.observation import Field
from scanner.model.signature import FieldRule
from tests.importers import packets
from tests.importers.test_nmap_xml import SCAN

LINE = json.dumps({"host": "10.0.0.5", "field": "http.server", "value": "App-webs/"}).encode() + b"\n"


def read(raw: bytes, kind=None):
    return list(importers.read(io.BytesIO(raw), Given("x"), kind))


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


def test_what_somebody_says_of_another_is_hearsay():
    heard = observe("10.0.0.1", Fact(Field("link.mac"), "x", "10.0.0.5"), "arp", carrier="udp", port=1)
    assert (heard.subject.address, heard.subject.port, heard.provenance.reporter) == ("10.0.0.5", None, "10.0.0.1")
    own = observe("10.0.0.1", Fact(Field("link.mac"), "x"), "arp", port=1)
    assert (own.subject.port, own.provenance.reporter) == (1, None)


def test_values_come_to_normal_form_by_the_rules():
    rules = {"sadp.mac": FieldRule(emits="sadp", group="g", about="", normalize="mac")}.get
    kept, changed, dropped = (
        normal(observe("h", Fact(Field(field), value), "x"), rules)
        for field, value in (("own.field", "A-B"), ("sadp.mac", "58-50-ED-1F-E3-85"), ("sadp.mac", "none"))
    )
    assert kept is not None
    assert kept.value == "A-B"
    assert changed is not None
    assert changed.value == "58:50:ed:1f:e3:85"
    assert dropped is None


def test_addresses_ports_and_times():
    assert (read_host(" 2001:DB8::5 "), read_host("gate"), read_host("10.0.0.05")) == ("2001:db8::5", None, None)
    assert [read_port(value) for value in (80, "80", 65536, "x", True, None, -1, "9" * 99)] == [80, 80] + [None] * 6
    assert read_seconds("1700000000") == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert [read_seconds(value) for value in ("x", 1e99, None, float("nan"))] == [None] * 4
    assert read_instant("2026-11-20T02:00:00") == datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert [read_instant(value) for value in ("x", 4, "0001-01-01T00:00:00+14:00")] == [None] * 3
