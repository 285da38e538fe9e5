from datetime import date
from pathlib import Path

import pytest

from scanner.database.fault import DataError
from scanner.database.load import load, shipped
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


def test_a_part_is_read_in_the_normal_form_of_the_field_that_reads_it(tmp_path):
    part = 'group = "web"\nparts = [{ behind = ["mac="], like = "link.mac" }]'
    database = load(copy(tmp_path, ("fields.toml", 'group = "web"', part)), cache=tmp_path / "cache")
    read = [(field, text) for field, _, text in database.readings("http.server", "mac=00408C123456")]
    assert read == [("http.server", "mac=00408C123456"), ("link.mac", "00:40:8c:12:34:56")]
    assert [field for field, _, _ in database.readings("http.server", "mac=none")] == ["http.server"]
    assert list(database.readings("http.servr", "mac=00408C123456")) == []


def test_an_empty_folder_is_an_empty_database(tmp_path):
    (tmp_path / "fingerprints" / "entities").mkdir(parents=True)
    (tmp_path / "fingerprints" / "entities" / "companies.toml").touch()
    database = load(tmp_path / "fingerprints", cache=tmp_path)
    assert database.signatures == ()
    assert database.companies == {}
    assert database.block_of("58:50:ed:1f:e3:85") is None


def test_the_folder_one_stands_in(tmp_path, monkeypatch):
    monkeypatch.chdir(copy(tmp_path))
    assert load(Path(), cache=tmp_path / "cache").folder == "fingerprints"


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(DataError, match="no such folder"):
        load(tmp_path / "nothing")


def test_two_measures_with_one_id(tmp_path):
    root = copy(tmp_path)
    (root / "measures" / "yy.toml").write_bytes((root / "measures" / "xx-act.toml").read_bytes())
    assert "the id xx-act is already used in fingerprints/measures/xx-act.toml" in failure(root)


def test_reasons_are_found_by_what_evidence_calls_them(tmp_path):
    reasons = load(DATA, cache=tmp_path).reasons()
    assert reasons["acme-serial"].why == "Model, then the day it was made."
    assert reasons["model:acme-borgcam-one"].sources == ("acme-manual",)
    assert reasons["acme-title-name"] is reasons["acme-name"], "what old findings cite is still known"


def test_a_set_stands_for_its_fields(tmp_path):
    database = load(DATA, cache=tmp_path)
    assert database.sets == {"told": ("http.title", "device.serial")}
    fields = {row.id: row.fields for row in database.signatures}
    assert fields["acme-name"] == ("http.title", "device.serial", "http.server")
    assert fields["acme-serial"] == ("device.serial",)


def test_a_set_may_name_the_sets_above_it(tmp_path):
    above = copy(
        tmp_path / "above", ("sets.toml", '"device.serial"]', '"device.serial"]\nmore = ["http.server", "told"]')
    )
    assert load(above, cache=tmp_path).sets["more"] == ("http.server", "http.title", "device.serial")
    below = copy(tmp_path / "below", ("sets.toml", "told =", 'more = ["http.server", "told"]\ntold ='))
    assert "more: 'told': no such field: name one of fields.toml, or a set above" in failure(below)


def test_models_of_one_maker_stand_in_one_file(tmp_path):
    root = copy(tmp_path)
    (root / "models" / "more.toml").write_text((root / "models" / "acme.toml").read_text())
    assert "another file has the models of acme" in failure(root)


def test_files_nobody_reads_are_refused(tmp_path):
    root = copy(tmp_path)
    (root / "entities" / "company.toml").write_text('company = "x"')
    assert "fingerprints/entities/company.toml: no such data file is known" in failure(root)


def test_what_was_loaded_once_is_not_parsed_again(tmp_path, monkeypatch):
    root = copy(tmp_path)
    first = load(root, cache=tmp_path / "cache")
    monkeypatch.setattr("tomllib.loads", lambda _: pytest.fail("parsed again"))
    assert load(root, cache=tmp_path / "cache").signatures == first.signatures


def test_the_shipped_data_is_found(tmp_path):
    assert (shipped() / "fields.toml").is_file()
    assert load(cache=tmp_path).rule_for("http.server") is not None


def test_the_shipped_data_is_found_in_the_package_too(tmp_path, monkeypatch):
    (tmp_path / "scanner" / "fingerprints").mkdir(parents=True)
    monkeypatch.setattr("scanner.database.load.PACKAGE", tmp_path / "scanner")
    assert shipped() == tmp_path / "scanner" / "fingerprints"
    Path(tmp_path / "scanner" / "fingerprints").rmdir()
    assert shipped() == tmp_path / "fingerprints"
