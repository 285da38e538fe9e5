from datetime import date

import pytest

from scanner.database.load import load
from scanner.database.rules.trial import trials, value_of
from scanner.model.signature import Condition, Counterexample, Example, Match, Signature
from tests.database.folder import DATA, copy
from tests.database.rules.plant import NO_CACHE


@pytest.fixture(scope="module")
def database():
    return load(DATA, cache=NO_CACHE)


def test_a_signature_is_tried_in_each_of_its_fields(database):
    tried = trials(database, database.cited()["acme-name"])
    assert {one.field: one.search("ACME CAMERA 5", {}) is not None for one in tried} == {
        "http.title": True,
        "device.serial": True,
        "http.server": True,
    }


def test_values_are_searched_in_their_normal_form(database):
    (one,) = trials(database, database.cited()["acme-serial"])
    assert one.search(" ac-1234-20260102 ", {}) == {"model": "AC-1234", "manufactured": "20260102"}
    assert one.search("AC-1234", {}) is None


def test_conditions_must_hold_too(database):
    (one,) = trials(database, database.cited()["acme-title-index"])
    assert one.search("index", {"http.server": "Acme-Webs"}) == {}
    assert one.search("index", {"http.server": "Webs"}) is None
    assert one.search("index", {}) is None


def row(*fields, also=()):
    return Signature(
        id="acme-x", match=Match(exact=("x",)), strength="weak", basis="corpus", status="experimental",
        added=date(2026, 11, 21), sources=(), why="x", fields=fields, also=also,
    )  # fmt: skip


def test_fields_that_are_not_known_are_left_out(database):
    assert [one.field for one in trials(database, row("no.field", "http.title"))] == ["http.title"]
    assert trials(database, row("http.title", also=(Condition("no.field", Match(exact=("y",))),))) == []


def test_an_example_may_stand_in_every_field_or_in_its_own(database):
    title, serial, server = trials(database, database.cited()["acme-name"])
    assert all(one.takes(Example(value="x")) for one in (title, serial, server))
    assert [one.field for one in (title, serial, server) if one.takes(Counterexample(why="x", field="http.title"))] == [
        "http.title"
    ]


LIKENED = """
["wsd.scope"]
emits = "ws_discovery"
group = "onvif"
notation = "scope"
about = "A scope."
parts = [{ behind = ["onvif://www.onvif.org/name/"], like = "http.server" }]
"""


def test_an_example_may_stand_in_a_field_that_is_like_its_own_when_it_says_so(tmp_path):
    root = copy(tmp_path, ("fields.toml", '["http.server"]', LIKENED + '\n["http.server"]'))
    database = load(root, cache=NO_CACHE)
    server, scope = trials(database, database.cited()["acme-http-server"])
    assert (server.field, scope.field) == ("http.server", "wsd.scope")
    assert scope.search("onvif://www.onvif.org/name/Acme%2DWebs", {}) == {}
    assert scope.search("Acme-Webs", {}) is scope.search("onvif://www.onvif.org/hardware/Acme-Webs", {}) is None
    assert not scope.takes(Example(value="x"))
    assert scope.takes(Example(value="x", field="wsd.scope"))


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        (Example(value="a"), "a"),
        (Example(hex="61 c3a9"), "aé"),
        (Example(value="a", hex="61"), None),
        (Example(hex="6"), None),
        (Example(hex="ff"), None),
        (Example(), None),
    ],
)
def test_the_text_of_an_example(example, expected):
    assert value_of(example) == expected
