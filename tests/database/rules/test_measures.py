import pytest

from scanner.database.rules import measures
from tests.database.folder import copy
from tests.database.rules.plant import ACT, caught, codes, problems

PLANTED = {
    "file not named by its id": ("MS001", ACT, 'id = "xx-act"', 'id = "yy-act"'),
    "two provisions of one id": ("MS001", ACT, "[[provision]]", '[[provision]]\nid="a"\nbinds="x"\nforbids="y"\n[[provision]]'),
    "unknown listed company": ("MS002", ACT, 'company = "acme"', 'company = "acne"'),
    "unknown listed brand": ("MS002", ACT, 'company = "acme"', 'brand = "acme"'),
    "listing of two": ("MS002", ACT, 'company = "acme"', 'company = "acme"\nbrand = "borgcam"'),
    "listing of nobody": ("MS002", ACT, 'company = "acme"\n', ""),
    "measure without source": ("MS003", ACT, 'sources = ["acme-manual"]', "sources = []"),
    "unknown source of a measure": ("MS003", ACT, 'sources = ["acme-manual"]', 'sources = ["acme-book"]'),
    "unknown source of a provision": ("MS003", ACT, 'binds = "everybody"', 'binds = "everybody"\nsources = ["acme-book"]'),
    "listing ends before it begins": ("MS004", ACT, "until = 2020-08-13", "until = 2017-08-13"),
    "provision ends before it begins": ("MS004", ACT, "effective = 2019-08-13", "effective = 2019-08-13\nuntil = 2018-01-01"),
    "checked before enacted": ("MS004", ACT, "checked = 2026-11-21", "checked = 2016-11-21"),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED.values(), ids=list(PLANTED))
def test_planted_faults_are_caught(tmp_path, fault):
    assert fault[0] in caught(tmp_path, fault)


def test_every_explained_code_is_planted():
    assert codes(PLANTED) | {"MS005"} >= set(measures.EXPLANATIONS)


def test_a_measure_that_says_nothing(tmp_path):
    root = copy(tmp_path)
    path = root / ACT
    path.write_text(path.read_text().partition("[[provision]]")[0])
    assert [problem.code for problem in problems(root)] == ["MS005"]


def test_a_listed_brand(tmp_path):
    assert problems(copy(tmp_path, (ACT, 'company = "acme"', 'brand = "borgcam"'))) == []
