import pytest
from hypothesis import given, settings

from scanner.importers.importer import Unreadable
from scanner.importers.inventory import IMPORTER
from tests import strategies
from tests.importers.readings import items, read, recognised, survives

TABLE = b'Location;IP Address;MAC;Make;Model\r\ngate;10.0.0.5;58:50:ed:1f:e3:85;"Hikvision";DS-2CD\r\nhall;;;x;y\r\n'


def test_usual_headings_need_no_map():
    assert recognised(TABLE) == "inventory"
    assert read(IMPORTER, TABLE) == [
        ("10.0.0.5", None, "link.mac", "58:50:ed:1f:e3:85"), ("line 3", None, "bad", "no host")
    ]  # fmt: skip


def test_columns_are_mapped():
    columns = (("location", "host"), ("make", "onvif.manufacturer"), ("Model", "onvif.model"))
    assert read(IMPORTER, TABLE, columns=columns)[1:3] == [
        ("gate", None, "onvif.manufacturer", "Hikvision"), ("gate", None, "onvif.model", "DS-2CD")
    ]  # fmt: skip


def test_a_heading_may_name_its_field():
    assert read(IMPORTER, b"host,http.server\n10.0.0.5,App-webs/\n") == [("10.0.0.5", None, "http.server", "App-webs/")]


def test_an_inventory_is_hearsay():
    assert items(IMPORTER, TABLE)[0].provenance.reporter == "file.txt"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("raw", "columns", "reason"),
    [
        (TABLE, (("Room", "host"),), "no column 'room'; there are 'location'"),
        (b"a,b\n1,2\n", (), "no column is the host's"),
    ],
)
def test_a_table_without_its_columns_is_unreadable(raw, columns, reason):
    with pytest.raises(Unreadable, match=reason):
        read(IMPORTER, raw, columns=columns)


@settings(max_examples=100, deadline=None)
@given(strategies.hostile([TABLE]))
def test_any_bytes(raw: bytes):
    survives(IMPORTER, raw)
