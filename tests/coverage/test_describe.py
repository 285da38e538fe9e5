import pytest

from scanner.coverage.describe import describe
from scanner.coverage.relations import Ties
from scanner.model.entity import Brand, Company
from tests.coverage.shipped import database, day, ties

NOW = "2026-11-21"


def lines(name, when=NOW):
    return describe(name, day(when), ties(), database().relations, database().measures)


def test_nobody_of_that_name_gives_no_lines():
    assert lines("nobody at all") == []


@pytest.mark.parametrize("name", ["lorex", "LOREX", "Lorex Technology UK Limited"])
def test_a_company_is_found_by_id_name_or_alias(name):
    assert any(line.startswith("company Lorex (CA)") for line in lines(name))


def test_a_brand_is_told_with_its_makers():
    found = lines("annke")
    assert "brand Annke, sold by Annke" in found
    assert "├─ made by Hikvision: most of it, high confidence, on 2026-11-21: yes" in found
    assert "├─ made by Dahua: some of it, medium confidence, on 2026-11-21: unclear" in found


def test_a_brand_that_nobody_is_known_to_make_says_so():
    bare = Ties({"acme": Company("acme", "Acme")}, {"smb": Brand("smb", "Smb", "acme")}, ())
    assert describe("Smb", day(NOW), bare, (), {}) == ["brand Smb, sold by Acme", "├─ nobody is known to make it"]


def test_disputes_are_told():
    (line,) = [line for line in lines("lorex") if "tx-ag-2025-10-29" in line]
    assert line.endswith("not followed: 2012 is when FLIR bought Lorex")


def test_ties_are_answered_for_the_day():
    tie = "Dahua owns Lorex, 2018-02-06…2022-12-15/2023-02-28"
    assert f"├─ {tie}: on 2020-01-01: yes" in lines("lorex", "2020-01-01")
    assert f"├─ {tie}: on 2022-12-15: unclear" in lines("lorex", "2022-12-15")
    assert f"├─ {tie}: on {NOW}: no" in lines("lorex")


def test_lists_are_told_as_far_as_they_reach():
    found = "\n".join(lines("ezviz"))
    assert "us-ndaa-889 (procurement-ban) names Hikvision since 2018-08-13, only for public-safety" in found
    assert "us-bis-entity-list" not in found


def test_a_tie_that_has_yet_to_begin_reaches_nobody():
    assert "us-ndaa-889" not in "\n".join(lines("sepura", "2017-01-01"))
    assert "no list in the data reaches it on that day" in "\n".join(lines("bosch", "2017-01-01"))
