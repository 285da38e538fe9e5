import pytest

from scanner.database.rules import entities
from tests.database.folder import copy
from tests.database.rules.plant import COMPANIES, RELATIONS, caught, codes, problems

PLANTED = {
    "duplicate company": ("EN001", COMPANIES, 'id = "borg"', 'id = "acme"'),
    "unknown holder": ("EN002", "entities/brands.toml", 'holder = "borg"', 'holder = "bjorg"'),
    "unknown company of a line": ("EN002", "entities/product_lines.toml", 'company = "acme"', 'company = "acne"'),
    "unknown brand of a company": ("EN002", COMPANIES, 'brand = "borgcam"', 'brand = "borgcams"'),
    "unknown subject": ("EN002", RELATIONS, 'subject = "acme"', 'subject = "acne"'),
    "unknown object": ("EN002", RELATIONS, 'object = "borg"', 'object = "bjorg"'),
    "company where a brand belongs": ("EN002", RELATIONS, 'object = "borgcam"', 'object = "borg"'),
    "tied to itself": ("EN002", RELATIONS, 'object = "borg"', 'object = "acme"'),
    "entity without source": ("EN003", COMPANIES, 'sources = ["acme-manual"]', ""),
    "unknown source of a relation": ("EN003", RELATIONS, 'sources = ["acme-manual"]', 'sources = ["acme-book"]'),
    "unknown source of a dispute": ("EN003", RELATIONS, 'source = "closed-manual"', 'source = "lost-manual"'),
    "relation ends before it begins": ("EN004", RELATIONS, "on = 2018-02-06", "on = 2024-02-06"),
    "registrant not in the registry": ("EN005", COMPANIES, '"ACME COLTD"', '"ACME GmbH"'),
    "registrant of two": ("EN006", COMPANIES, '["Borg Inc"]', '["Borg Inc", "ACME CO LTD"]'),
    "country in words": ("EN007", COMPANIES, 'country = "US"', 'country = "USA"'),
    "entity id in capitals": ("EN008", COMPANIES, 'id = "acme"', 'id = "Acme"'),
    "seller without brand": ("EN009", COMPANIES, 'brand = "borgcam"\n', ""),
    "maker with a brand": ("EN009", COMPANIES, "seller_only = true\n", ""),
    "share missing": ("EN010", RELATIONS, 'share = "some"\n', ""),
    "share of a company": ("EN010", RELATIONS, 'kind = "owns"', 'kind = "owns"\nshare = "all"'),
    "day and window": ("EN011", RELATIONS, "on = 2018-02-06", "on = 2018-02-06, between = [2018-02-06, 2018-02-07]"),
    "window in reverse": ("EN011", RELATIONS, "[2022-12-15, 2023-02-28]", "[2023-02-28, 2022-12-15]"),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED.values(), ids=list(PLANTED))
def test_planted_faults_are_caught(tmp_path, fault):
    assert fault[0] in caught(tmp_path, fault)


def test_every_explained_code_is_planted():
    assert codes(PLANTED) >= set(entities.EXPLANATIONS)


def test_an_end_whose_day_is_not_known(tmp_path):
    assert problems(copy(tmp_path, (RELATIONS, "between = [2022-12-15, 2023-02-28], ", ""))) == []
