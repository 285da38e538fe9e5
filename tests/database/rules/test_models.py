import pytest

from scanner.database.rules import models
from tests.database.rules.plant import BORG, MODELS, RELATIONS, caught, codes

PLANTED = {
    "models of one maker in two places": ("MD001", MODELS, 'maker = "acme"', 'maker = "borg"'),
    "two rows of one id": ("MD001", MODELS, 'id = "acme-borgcam-two"', 'id = "acme-borgcam-one"'),
    "unknown maker of models": ("MD002", MODELS, 'maker = "acme"', 'maker = "acne"'),
    "unknown brand of a model": ("MD002", MODELS, 'brand = "borgcam"', 'brand = "bjorgcam"'),
    "models of a label it does not make": ("MD003", RELATIONS, 'kind = "manufactures-for"', 'kind = "affiliate-of"'),
    "no original": ("MD004", MODELS, 'original = ["AC-1234"]', "original = []"),
    "model without source": ("MD005", MODELS, 'sources = ["acme-manual"]', "sources = []"),
    "unknown source of a model": ("MD005", MODELS, 'sources = ["acme-manual"]', 'sources = ["acme-book"]'),
    "model without example": ("MD006", MODELS, 'examples = ["BC-1"]\n', ""),
    "example of another model": ("MD006", MODELS, 'examples = ["BC-1"]', 'examples = ["BC-3"]'),
    "one name, two originals": ("MD007", MODELS, 'prefix = ["BC-2"]', 'prefix = ["BC-"]'),
    "label that nothing names": ("MD008", BORG, 'asserts = { brand = "borgcam" }', 'asserts = { manufacturer = "borg" }'),
    "label in small letters": ("FP018", MODELS, 'exact = ["BC-1"]', 'exact = ["bc-1"]'),
    "label that is not RE2": ("FP017", MODELS, 'exact = ["BC-1"]', 'regex = "BC(?=-)1"'),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED.values(), ids=list(PLANTED))
def test_planted_faults_are_caught(tmp_path, fault):
    assert fault[0] in caught(tmp_path, fault)


def test_every_explained_code_is_planted():
    assert codes(PLANTED) >= set(models.EXPLANATIONS)
