import pytest

from scanner.database.rules import signatures
from tests.database.rules.plant import ACME, BORG, caught, codes

PLANTED = {
    "duplicate id": ("FP001", ACME, 'id = "acme-serial"', 'id = "acme-http-server"'),
    "another maker's id": ("FP002", ACME, 'id = "acme-serial"', 'id = "borg-serial"'),
    "id in capitals": ("FP002", ACME, 'id = "acme-serial"', 'id = "acme-Serial"'),
    "unknown field": ("FP003", ACME, 'field = "http.title"', 'field = "http.tilte"'),
    "unknown field of a condition": ("FP003", ACME, '[{ field = "http.server"', '[{ field = "http.serve"'),
    "unknown company": ("FP004", ACME, 'manufacturer = "acme"', 'manufacturer = "acmee"'),
    "unknown brand": ("FP004", BORG, 'brand = "borgcam"', 'brand = "borg"'),
    "unknown line": ("FP004", ACME, '"acme-ac"', '"acme-ad"'),
    "unknown device class": ("FP004", ACME, '"camera"', '"cameras"'),
    "says nothing": ("FP006", BORG, 'asserts = { brand = "borgcam" }', ""),
    "asserts and refutes": ("FP006", BORG, 'brand = "borgcam" }', 'brand = "borgcam" }\nrefutes = { brand = "borgcam" }'),
    "neither field nor fields": ("FP008", ACME, 'field = "http.title"\n', ""),
    "field and fields": ("FP008", ACME, 'field = "http.title"', 'field = "http.title"\nfields = ["http.server"]'),
    "unknown set": ("FP003", ACME, 'field = "http.title"', 'fields = ["tolt"]'),
    "the same said twice": ("FP009", BORG, 'contains = ["Vision"] }\nasserts = { brand = "borgcam" }\nstrength = "weak"', 'prefix = ["Borg/"] }\nasserts = { manufacturer = "borg" }\nstrength = "strong"'),
    "former id of another": ("FP001", ACME, 'id = "acme-serial"', 'id = "acme-serial"\nformerly = ["acme-http-server"]'),
    "former id used again": ("FP001", BORG, 'id = "borg-http-server"', 'id = "borg-http-server"\nformerly = ["borg-label-server"]'),
    "former id of another maker": ("FP002", ACME, 'id = "acme-serial"', 'id = "acme-serial"\nformerly = ["borg-serial"]'),
    "captures without group": ("FP016", ACME, 'captures = ["model", "manufactured"]', 'captures = ["model"]'),
    "captures an entity": ("FP016", ACME, 'captures = ["model", "manufactured"]', 'captures = ["brand"]'),
    "unknown source": ("FP020", ACME, 'sources = ["acme-manual"]', 'sources = ["acme-book"]'),
    "no source": ("FP020", ACME, 'sources = ["acme-manual"]', "sources = []"),
    "retired without reason": ("FP023", ACME, 'because = "Everybody\'s embedded server says so."\n', ""),
    "retired without day": ("FP023", ACME, "retired_on = 2026-11-19\n", ""),
    "in force with a reason": ("FP023", ACME, 'status = "retired"', 'status = "stable"'),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED.values(), ids=list(PLANTED))
def test_planted_faults_are_caught(tmp_path, fault):
    assert fault[0] in caught(tmp_path, fault)


def test_every_explained_code_is_planted():
    assert codes(PLANTED) >= set(signatures.EXPLANATIONS)
