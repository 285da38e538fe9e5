from __future__ import annotations

from scanner.matching.hosts import group
from scanner.matching.match import Matcher
from scanner.matching.tally import tally
from scanner.model.signature import Match
from tests.matching.test_match import Data, signature
from tests.observations import seen


def test_right_and_wrong_are_counted_by_device():
    data = Data(
        signature("hikvision-x", Match(exact=("a",))),
        signature("hikvision-b", Match(exact=("a",)), asserts={"brand": "lts"}),
    )
    hosts = list(
        group(
            [seen(name, "http.server", "a", port=port) for name in ("one", "two", "three", "four") for port in (80, 81)]
        )
    )
    labelled = zip(hosts, ("hikvision", "ezviz", "axis", None), strict=True)
    assert tally(Matcher(data), labelled, {"ezviz": "hikvision"}) == {"hikvision-x": (2, 2)}


def test_a_device_that_shows_it_in_two_fields_counts_once():
    data = Data(signature("hikvision-x", Match(exact=("a",)), fields=("http.server", "http.title")))
    (host,) = group([seen("one", "http.server", "a"), seen("one", "http.title", "a")])
    assert len(list(Matcher(data).claims(host))) > 1
    assert tally(Matcher(data), [(host, "hikvision")], {}) == {"hikvision-x": (1, 0)}
