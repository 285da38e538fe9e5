import struct

import pytest

from scanner.database.fault import DataError
from scanner.database.listings import build, decode
from scanner.database.load import shipped
from scanner.database.registry import Registry

LISTINGS = """
[[listing]]
file = "old.csv"
form = "ieee-csv"
title = "Old"
where = "somewhere"
dated = 2020-01-01

[[listing]]
file = "new.json"
form = "oui-data"
title = "New"
where = "elsewhere"
dated = 2026-01-01
"""
OLD = """Registry,Assignment,Organization Name,Organization Address
MA-L,5850ED,Somebody,Street
MA-L,0010AA,IEEE Registration Authority,Street
MA-L,FCFCFC,"Gone, Inc.",Street
MA-L,FCFCFC,Twice,Street
MA-M,0010AAF,Borg  Inc,Street
IAB,40D855022,Digimerge Technology Inc,Street
"""
NEW = '{"5850ED": "Acme Co.\\nStreet", "0010AA": "IEEE Registration Authority", "FCFCFD": "Fresh", "0010AAF12": "Acme &amp; Sons"}'


def prepare(tmp_path, listings=LISTINGS, old=OLD, new=NEW):
    (tmp_path / "root" / "oui").mkdir(parents=True)
    (tmp_path / "root" / "oui" / "listings.toml").write_text(listings)
    (tmp_path / "old.csv").write_text(old)
    (tmp_path / "new.json").write_text(new)
    return tmp_path / "root", tmp_path


def test_each_registry_is_taken_whole_from_the_newest_listing(tmp_path):
    text = build(*prepare(tmp_path))
    assert text.decode().splitlines() == [
        "# IEEE registry of hardware address blocks: prefix (padded to 9 hex digits), bits, registrant; sorted.",
        "# MA-L: 3 blocks, 2026-01-01, New",
        "# MA-M: 1 blocks, 2020-01-01, Old",
        "# MA-S: 1 blocks, 2026-01-01, New",
        "# IAB: 1 blocks, 2020-01-01, Old",
        "0010AA000\t24\tIEEE Registration Authority",
        "0010AAF00\t28\tBorg Inc",
        "0010AAF12\t36\tAcme & Sons",
        "40D855022\t36\tDigimerge Technology Inc",
        "5850ED000\t24\tAcme Co.",
        "FCFCFD000\t24\tFresh",
    ]
    registry = Registry(text)
    found = [registry.find(mac) for mac in ("5850ed000001", "0010aaf99999", "fcfcfc000001")]
    assert [block and block.registrant for block in found] == ["Acme Co.", "Borg Inc", None]


def test_a_listing_that_lost_blocks_is_refused(tmp_path):
    with pytest.raises(
        DataError, match=r"new\.json: MA-L has 1 blocks where an older listing has 3: get the whole file"
    ):
        build(*prepare(tmp_path, new='{"5850ED": "Acme Co."}'))


@pytest.mark.parametrize(
    "new", ["", "[]", '{"5850": "x"}', '{"5850EG": "x"}', '{"5850ED": 3}', '{"5850ED": "x"', '{"5850\u0665D": "x"}']
)
def test_files_of_another_form_are_refused(tmp_path, new):
    with pytest.raises(DataError, match="is not of the form oui-data: get it from elsewhere"):
        build(*prepare(tmp_path, new=new))


def test_a_missing_file_says_where_to_get_it(tmp_path):
    root, folder = prepare(tmp_path)
    (folder / "new.json").unlink()
    with pytest.raises(DataError, match=r"new\.json: cannot be read: .*: get it from elsewhere"):
        build(root, folder)


def test_the_binary_table():
    names = b"Acme\nBorg\n"
    raw = struct.pack("<4sI4I", b"OUI1", 2, 0x0010AA, 0x5850ED, 5, 0) + names
    assert decode("aiooui", raw) == {("MA-L", "0010AA"): "Borg", ("MA-L", "5850ED"): "Acme"}


@pytest.mark.parametrize("raw", [b"", b"OUI2\x00\x00\x00\x00", b"OUI1\x09\x00\x00\x00", b"OUI1\xff\xff\xff\xff"])
def test_a_broken_binary_table(raw):
    with pytest.raises((ValueError, struct.error)):
        decode("aiooui", raw)


def test_a_listing_of_an_unknown_registry():
    with pytest.raises(ValueError, match="CID"):
        decode("ieee-csv", OLD.replace("IAB", "CID").encode())


def test_the_shipped_registry_names_its_listings():
    head = (shipped() / "oui" / "registry.tsv").read_text("utf-8").splitlines()[1:5]
    assert [line.split(":")[0] for line in head] == ["# MA-L", "# MA-M", "# MA-S", "# IAB"]
