import pytest

from scanner.database.fault import DataError
from scanner.database.load import load
from tests.database.folder import copy


def failure(root):
    with pytest.raises(DataError) as caught:
        load(root, cache=root.parent / "cache")
    text = str(caught.value)
    assert "\n" not in text
    return text


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
    ((SIGNATURES, 'field = "http.server"\n', ""), "signature 1 (acme-http-server): give field, or fields, one of them"),
    ((SIGNATURES, 'maker = "acme"\n', ""), "fingerprints/signatures/acme.toml: the key 'maker' is missing: add it"),
    ((SIGNATURES, 'id = "acme-serial"', 'id = "acme-http-server"'), "signature 2 (acme-http-server): the id acme-http-server is already used in"),
    ((SIGNATURES, 'id = "acme-old"', 'id = "borg-http-server"'), "signatures/borg.toml: signature 1 (borg-http-server): the id borg-http-server is already"),
    ((SIGNATURES, "[[signature]]", "[[signature]"), "fingerprints/signatures/acme.toml: not TOML"),
    (("fields.toml", 'group = "web"', 'gruop = "web"'), "fingerprints/fields.toml: [http.server]: unknown key 'gruop': did you mean 'group'?"),
    (("fields.toml", 'normalize = "mac"', 'normalize = "MAC"'), "[link.mac]: 'MAC' is not allowed in 'normalize': use one of decimal"),
    (("fields.toml", 'group = "web"', 'group = "web"\nlike = "http.servr"'), "[http.server]: like 'http.servr': no such field"),
    (("fields.toml", 'group = "web"', 'group = "web"\nlike = "link.mac"'), "[http.server]: like 'link.mac': its normal form is another"),
    (("fields.toml", 'group = "web"', 'group = "web"\nparts = [{ behind = ["a/"], like = "http.servr" }]'), "[http.server]: like 'http.servr': no such field"),
    (("fields.toml", 'group = "web"', 'group = "web"\nparts = [{ behind = ["A/"], like = "http.title" }]'), "[http.server]: behind 'A/': write it in small letters"),
    (("fields.toml", 'group = "web"', 'group = "web"\nparts = [{ behind = [""], like = "http.title" }]'), "[http.server]: behind '': write it in small letters, one at least"),
    (("fields.toml", 'group = "web"', 'group = "web"\nhearsay = [""]'), "[http.server]: hearsay '': write an object's number with a dot at its end"),
    (("fields.toml", 'group = "web"', 'group = "web"\nhearsay = ["1.0.8802"]'), "[http.server]: hearsay '1.0.8802': write an object's number with a dot at its end"),
    (("fields.toml", 'group = "web"', 'group = "web"\nhedge = "(?&acme)"'), "fields.toml: [http.server]: hedge: (?&acme) is not in grammar.toml: name one that is"),
    (("fields.toml", 'group = "web"', 'group = "web"\nplain = "["'), "fields.toml: [http.server]: plain: not a regular expression RE2 accepts"),
    (("fields.toml", 'group = "web"', 'group = "web"\nhedge = "("'), "fields.toml: [http.server]: hedge: not a regular expression RE2 accepts"),
    (("sets.toml", '"http.title"', '"http.tilte"'), "fingerprints/sets.toml: told: 'http.tilte': no such field: name one of fields.toml"),
    (("sets.toml", "told =", '"http.title" ='), "fingerprints/sets.toml: http.title: a field has that name: choose another"),
    (("sets.toml", '["http.title", "device.serial"]', "[]"), "fingerprints/sets.toml: told: it has no field: name some of fields.toml"),
    (("sources.toml", 'id = "closed-manual"', 'id = "acme-manual"'), "source 2 (acme-manual): the id is already used by source 1"),
    (("entities/companies.toml", 'id = "borg"', 'id = "acme"'), "company 2 (acme): the id is already used"),
    (("entities/relations.toml", 'basis = "announced"', 'basis = "rumour"'), "relation 1 (acme-owns-borg): 'rumour' is not allowed in 'from.basis'"),
    (("measures/xx-act.toml", 'company = "acme"', 'compny = "acme"'), "listing 1: unknown key 'compny': did you mean 'company'?"),
    (("measures/xx-act.toml", "checked = 2026-11-21\n", ""), "fingerprints/measures/xx-act.toml: the key 'checked' is missing: add it"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), PLANTED, ids=[text[-40:] for _, text in PLANTED])
def test_planted_faults_are_named_in_one_line(tmp_path, change, expected):
    assert expected in failure(copy(tmp_path, change))


def test_bytes_that_are_not_text(tmp_path):
    root = copy(tmp_path)
    (root / "sources.toml").write_bytes(b"# caf\xe9\n")
    assert "fingerprints/sources.toml: byte 5 is not UTF-8" in failure(root)


def test_very_deep_documents_are_refused(tmp_path):
    root = copy(tmp_path)
    (root / "sources.toml").write_text("source = " + "[" * 20000)
    assert "fingerprints/sources.toml: " in failure(root)
