import pytest

from scanner.database.load import load
from scanner.database.rules import clashes
from tests.database.folder import DATA
from tests.database.rules.plant import BORG, NO_CACHE, caught, codes, problems

PLANTED = {
    "another manufacturer's example": ("FP014", BORG, 'prefix = ["Borg/"]', 'prefix = ["Borg/", "Acme-"]'),
    "refuted elsewhere": ("FP014", BORG, '["Vision"] }\nasserts = { brand = "borgcam" }', '["Vision", "g/"] }\nrefutes = { manufacturer = "borg" }'),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED.values(), ids=list(PLANTED))
def test_planted_faults_are_caught(tmp_path, fault):
    assert fault[0] in caught(tmp_path, fault)


def test_every_explained_code_is_planted():
    assert codes(PLANTED) >= set(clashes.EXPLANATIONS)


def test_a_brand_does_not_clash_with_a_manufacturer():
    database = load(DATA, cache=NO_CACHE)
    assert database.origins["borg-label-server"].maker == "borg"
    assert [problem for problem in problems(DATA) if problem.code == "FP014"] == []
