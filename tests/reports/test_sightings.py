from datetime import timedelta

import msgspec

from scanner.reports.sightings import gather
from tests.reports.samples import LTS, SEEN, piece


def test_one_value_is_one_sighting_whatever_it_says_and_wherever():
    first = piece("http.server", "App-webs/", "hikvision", signature="a")
    evidence = (
        piece("http.server", "App-webs/", "camera", slot="device_class", strength="weak", signature="b"),
        first,
        msgspec.structs.replace(first, port=443, observed_at=SEEN - timedelta(minutes=1)),
    )
    (seen,) = gather(evidence)
    assert seen.ports == (80, 443)
    assert seen.first == SEEN - timedelta(minutes=1)
    assert [(each.slot, each.strength) for each in seen.pieces] == [
        ("manufacturer", "strong"),
        ("device_class", "weak"),
    ]


def test_hearsay_stands_apart():
    own = piece("http.title", "x", "hikvision")
    assert [seen.reporter for seen in gather((own, msgspec.structs.replace(own, reporter="192.0.2.1")))] == [
        None,
        "192.0.2.1",
    ]


def test_nothing_is_lost():
    assert sum(len(seen.pieces) for seen in gather(LTS.evidence)) == len(LTS.evidence)
    assert [seen.field for seen in gather(LTS.evidence)] == [each.field for each in LTS.evidence]
    assert gather(()) == []


def test_a_sighting_without_time_or_port():
    bare = msgspec.structs.replace(LTS.evidence[0], port=None, observed_at=None)
    (seen,) = gather((bare,))
    assert (seen.first, seen.ports) == (None, ())
