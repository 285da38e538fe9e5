import pytest

from scanner.database.rules import examples
from tests.database.rules.plant import ACME, BORG, caught, codes

PLANTED = {
    "field of an example": ("FP003", ACME, 'why = "a bare model"', 'why = "a bare model", field = "link.mac"'),
    "field without example": ("FP010", ACME, '{ value = "Acme camera 5" }, ', ""),
    "example of one field does not match": ("FP012", ACME, 'value = "acme camera", field', 'value = "acme cam", field'),
    "example in no field's normal form": ("FP018", ACME, '"Acme camera 5"', '"Acme camera 5 "'),
    "counterexample matches in one field": ("FP015", ACME, 'value = "camera 5"', 'value = "acme camera 5"'),
    "no example": ("FP010", BORG, 'examples = [{ value = "Borg/1.0" }]\n', ""),
    "no counterexample": ("FP011", ACME, 'counterexamples = [{ value = "Webs", why = "an unrelated server" }]\n', ""),
    "example does not match": ("FP012", ACME, 'value = "Acme-Webs", from', 'value = "Acme-Web", from'),
    "example without its condition": ("FP012", ACME, 'value = "index", also = { "http.server" = "Acme-Webs" }', 'value = "index"'),
    "example with another condition": ("FP012", ACME, '"http.server" = "Acme-Webs"', '"http.server" = "Nobody"'),
    "captures differ": ("FP013", ACME, 'manufactured = "20260102"', 'manufactured = "20260103"'),
    "captures left out": ("FP013", ACME, ', captures = { model = "AC-1234", manufactured = "20260102" }', ""),
    "counterexample matches": ("FP015", ACME, '[{ value = "Webs", why', '[{ value = "Acme-Webs ", why'),
    "counterexample with its condition matches": ("FP015", ACME, '{ "http.server" = "Webs" }', '{ "http.server" = "Acme!" }'),
    "example not in normal form": ("FP018", ACME, 'value = "AC-1234-20260102"', 'value = "AC-1234-20260102 "'),
    "value and hex": ("FP019", BORG, '{ value = "Borg/1.0" }', '{ value = "Borg/1.0", hex = "00" }'),
    "hex that is none": ("FP019", BORG, '{ value = "Borg/1.0" }', '{ hex = "0g" }'),
    "counterexample without value": ("FP019", BORG, '{ value = "Visor", why', "{ why"),
    "unknown source of an example": ("FP020", ACME, 'from = "acme-manual"', 'from = "acme-book"'),
    "long quote": ("FP021", BORG, '{ value = "Borg/1.0" }', f'{{ value = "Borg/{"1" * 300}", from = "closed-manual" }}'),
    "synthetic but stable": ("FP022", ACME, 'from = "acme-manual"', 'from = "synthetic"'),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED.values(), ids=list(PLANTED))
def test_planted_faults_are_caught(tmp_path, fault):
    assert fault[0] in caught(tmp_path, fault)


def test_every_explained_code_is_planted():
    assert codes(PLANTED) >= set(examples.EXPLANATIONS)
