from datetime import date

import pytest

from scanner.database.load import load
from scanner.database.rules.row import is_id, is_reversed, place, unlisted
from tests.database.folder import DATA
from tests.database.rules.plant import NO_CACHE

DAY, NEXT = date(2026, 11, 21), date(2026, 11, 22)


@pytest.mark.parametrize("text", ["acme", "acme-http-server", "3r-global", "a-1"])
def test_ids(text):
    assert is_id(text)


@pytest.mark.parametrize("text", ["", "Acme", "acme_x", "-acme", "acme-", "a--b", "acme x", "acme\n", "akmé"])
def test_what_is_no_id(text):
    assert not is_id(text)


def test_sources_that_are_not_listed():
    assert list(unlisted(["acme-book", "acme-manual"], load(DATA, cache=NO_CACHE))) == ["acme-book"]


@pytest.mark.parametrize(
    ("start", "until", "expected"),
    [(NEXT, DAY, True), (DAY, DAY, False), (DAY, NEXT, False), (None, DAY, False), (NEXT, None, False)],
)
def test_periods_that_end_before_they_begin(start, until, expected):
    assert is_reversed(start, until) is expected


def test_a_signature_has_a_place():
    assert place(load(DATA, cache=NO_CACHE), "acme-serial") == "fingerprints/signatures/acme.toml: acme-serial"
