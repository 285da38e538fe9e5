import os
import time
from datetime import date
from pathlib import Path

import pytest

from scanner.database.load import DataError, load, shipped
from scanner.model.entity import Bound
from scanner.model.observation import Field
from scanner.model.signature import FieldRule
from tests.database.folder import DATA, copy


def failure(root):
    with pytest.raises(DataError) as caught:
        load(root, cache=root.parent / "cache")
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_a_folder_becomes_a_database(tmp_path):
    database = load(DATA, cache=tmp_path)
    assert [row.id for row in database.signatures][:2] == ["acme-http-server", "acme-serial"]
    assert database.origins["borg-http-server"].file == "fingerprints/signatures/borg.toml"
    assert database.origins["borg-http-server"].maker == "borg"
    assert list(database.companies) == ["acme", "borg"]
    assert database.brands["borgcam"].holder == "borg"
    assert database.product_lines["acme-ac"].company == "acme"
    assert [row.id for row in database.relations] == ["acme-owns-borg", "acme-manufactures-for-borgcam"]
    assert database.relations[0].start == Bound(basis="announced", on=date(2018, 2, 6))
    assert database.measures["xx-act"].listing[0].company == "acme"
    assert database.sources["closed-manual"].licence == "GPL-3.0"
    assert database.version.startswith("2026-11-21.")


def test_object_identifiers_share_one_rule(tmp_path):
    database = load(DATA, cache=tmp_path)
    assert database.rule_for("snmp.oid.1.3.6.1.2.1.1.1.0") is database.fields[Field("snmp.oid.<OID>")]
    assert database.rule_for("snmp.oid.1") is not None
    assert database.rule_for("snmp.oid.") is None
    assert database.rule_for("snmp.oid.1.x") is None
    assert database.rule_for("http.server") == FieldRule(emits="http", group="web", about="Server response header.")
    assert database.rule_for("http.nothing") is None


def test_values_are_normalised_by_the_rule_of_their_field(tmp_path):
    database = load(DATA, cache=tmp_path)
    assert database.normalized("link.mac", "58-50-ED-1F-E3-85") == "58:50:ed:1f:e3:85"
    assert database.normalized("link.mac", "none") is None
    assert database.normalized("http.nothing", "x") is None


def test_an_empty_folder_is_an_empty_database(tmp_path):
    (tmp_path / "fingerprints" / "entities").mkdir(parents=True)
    (tmp_path / "fingerprints" / "entities" / "companies.toml").touch()
    database = load(tmp_path / "fingerprints", cache=tmp_path)
    assert database.signatures == ()
    assert database.companies == {}
    assert database.block_of("58:50:ed:1f:e3:85") is None


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(DataError, match="no such folder"):
        load(tmp_path / "nothing")


SIGNATURES = "signatures/acme.toml"
PLANTED = [
    (
        (SIGNATURES, "strength = ", "strenght = "),
        "fingerprints/signatures/acme.toml: signature 1 (acme-http-server): unknown key 'strenght': did you mean 'strength'?",
    ),
    (
        (SIGNATURES, '{ exact = ["Acme', '{ exatc = ["Acme'),
        "fingerprints/signatures/acme.toml: signature 1 (acme-http-server): unknown key 'exatc' in 'match': did you mean 'exact'?",
    ),
    ((SIGNATURES, '"strong"', '"sure"'), "'sure' is not allowed in 'strength': use one of conclusive, moderate, strong, weak"),
    ((SIGNATURES, "{ manufacturer =", "{ vendor ="), "'vendor' is not allowed in 'asserts': use one of brand, device_class"),
    ((SIGNATURES, "2026-11-20", '"2026-11-20"'), "Expected date, got str in 'added': write a date without quotes, as 2026-11-21"),
    ((SIGNATURES, "2026-11-20", "2026-11-20T10:00:00"), "write a date without quotes"),
    ((SIGNATURES, "2026-11-20", "2026-02-30"), "fingerprints/signatures/acme.toml: not TOML"),
    ((SIGNATURES, "2026-11-20", "2026-13-20"), "fingerprints/signatures/acme.toml: not TOML"),
    ((SIGNATURES, 'why = "The manual', 'why = 3 # "The manual'), "signature 1 (acme-http-server): Expected str, got int in 'why'"),
    ((SIGNATURES, 'field = "http.server"\n', ""), "signature 1 (acme-http-server): the key 'field' is missing: add it"),
    ((SIGNATURES, 'maker = "acme"\n', ""), "fingerprints/signatures/acme.toml: the key 'maker' is missing: add it"),
    ((SIGNATURES, 'id = "acme-serial"', 'id = "acme-http-server"'), "signature 2 (acme-http-server): the id is already used in"),
    ((SIGNATURES, 'id = "acme-old"', 'id = "borg-http-server"'), "signatures/borg.toml: signature 1 (borg-http-server): the id is already"),
    ((SIGNATURES, "[[signature]]", "[[signature]"), "fingerprints/signatures/acme.toml: not TOML"),
    (("fields.toml", 'group = "web"', 'gruop = "web"'), "fingerprints/fields.toml: [http.server]: unknown key 'gruop': did you mean 'group'?"),
    (("fields.toml", 'normalize = "mac"', 'normalize = "MAC"'), "[link.mac]: 'MAC' is not allowed in 'normalize': use one of decimal"),
    (("sources.toml", 'id = "closed-manual"', 'id = "acme-manual"'), "source 2 (acme-manual): the id is already used by source 1"),
    (("entities/companies.toml", 'id = "borg"', 'id = "acme"'), "company 2 (acme): the id is already used"),
    (("entities/relations.toml", 'basis = "announced"', 'basis = "rumour"'), "relation 1 (acme-owns-borg): 'rumour' is not allowed in 'from.basis'"),
    (("measures/xx-act.toml", 'company = "acme"', 'compny = "acme"'), "listing 1: unknown key 'compny': did you mean 'company'?"),
    (("measures/xx-act.toml", "checked = 2026-11-21\n", ""), "fingerprints/measures/xx-act.toml: the key 'checked' is missing: add it"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), PLANTED, ids=[text[-40:] for _, text in PLANTED])
def test_planted_faults_are_named_in_one_line(tmp_path, change, expected):
    assert expected in failure(copy(tmp_path, change))


def test_two_measures_with_one_id(tmp_path):
    root = copy(tmp_path)
    (root / "measures" / "yy.toml").write_bytes((root / "measures" / "xx-act.toml").read_bytes())
    assert "the id xx-act is already used in fingerprints/measures/xx-act.toml" in failure(root)


def test_files_nobody_reads_are_refused(tmp_path):
    root = copy(tmp_path)
    (root / "entities" / "company.toml").write_text('company = "x"')
    assert "fingerprints/entities/company.toml: no such data file is known" in failure(root)


def test_bytes_that_are_not_text(tmp_path):
    root = copy(tmp_path)
    (root / "sources.toml").write_bytes(b"# caf\xe9\n")
    assert "fingerprints/sources.toml: byte 5 is not UTF-8" in failure(root)


def test_very_deep_documents_are_refused(tmp_path):
    root = copy(tmp_path)
    (root / "sources.toml").write_text("source = " + "[" * 20000)
    assert "fingerprints/sources.toml: " in failure(root)


def kept(folder):
    return [path for path in folder.iterdir() if path.suffix == ".msgpack"]


def same(one, other):
    names = (
        "version",
        "fields",
        "sources",
        "signatures",
        "companies",
        "brands",
        "product_lines",
        "relations",
        "measures",
    )
    return all(getattr(one, name) == getattr(other, name) for name in names)


def test_the_cache_gives_back_what_was_parsed(tmp_path):
    parsed = load(DATA, cache=tmp_path)
    (path,) = kept(tmp_path)
    before = path.stat().st_mtime_ns
    assert same(load(DATA, cache=tmp_path), parsed)
    assert path.stat().st_mtime_ns == before


def test_the_cache_follows_every_change(tmp_path):
    root, cache = copy(tmp_path), tmp_path / "cache"
    first = load(root, cache=cache)
    path = root / "sources.toml"
    path.write_text(path.read_text().replace("Acme manual", "The manual!"))
    second = load(root, cache=cache)
    assert second.sources["acme-manual"].title == "The manual!"
    assert second.version != first.version
    (root / "signatures" / "borg.toml").unlink()
    assert "borg-http-server" not in load(root, cache=cache).origins
    assert len(kept(cache)) == 1


@pytest.mark.parametrize("garbage", [b"", b"\x00", b"\xc1\xff", b"\x82\xa5stamp\xa0\xa4rows\x90"])
def test_a_broken_cache_is_replaced(tmp_path, garbage):
    parsed = load(DATA, cache=tmp_path)
    (path,) = kept(tmp_path)
    good = path.read_bytes()
    path.write_bytes(garbage)
    assert same(load(DATA, cache=tmp_path), parsed)
    assert path.read_bytes() == good


def test_a_cache_that_somebody_else_wrote_is_not_trusted(tmp_path, monkeypatch):
    load(DATA, cache=tmp_path)
    (path,) = kept(tmp_path)
    inode = path.stat().st_ino
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    load(DATA, cache=tmp_path)
    assert path.stat().st_ino != inode


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").touch()
    assert load(DATA, cache=tmp_path / "file" / "cache").signatures


def test_nothing_is_left_beside_the_cache(tmp_path):
    load(DATA, cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_thousands_of_signatures_load_at_once_from_the_cache(tmp_path):
    root = copy(tmp_path)
    one = (root / "signatures" / "borg.toml").read_text().partition("[[signature]]")[2].partition("[[signature]]")[0]
    rows = "".join(f"[[signature]]{one}".replace("borg-http-server", f"many-{number}") for number in range(1000))
    (root / "signatures" / "many.toml").write_text(f'maker = "many"\n{rows}')
    load(root, cache=tmp_path / "cache")
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        assert len(load(root, cache=tmp_path / "cache").signatures) == 1006
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.06


def test_the_shipped_data_is_found(tmp_path):
    assert (shipped() / "fields.toml").is_file()
    assert load(cache=tmp_path).rule_for("http.server") is not None


def test_the_shipped_data_is_found_in_the_package_too(tmp_path, monkeypatch):
    (tmp_path / "scanner" / "fingerprints").mkdir(parents=True)
    monkeypatch.setattr("scanner.database.load.PACKAGE", tmp_path / "scanner")
    assert shipped() == tmp_path / "scanner" / "fingerprints"
    Path(tmp_path / "scanner" / "fingerprints").rmdir()
    assert shipped() == tmp_path / "fingerprints"
