from ipaddress import IPv4Address

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.finding import Named
from scanner.reports.kinds import LABELS, MAX_LABEL, VARIOUS, Place, kinds, places
from scanner.reports.rows import rows
from tests.reports.samples import AXIS, COMPANIES, FINDINGS, LTS


def listed(*findings):
    return rows(findings, COMPANIES)


def alike(finding, *hosts):
    return [msgspec.structs.replace(finding, host=host) for host in hosts]


def modelled(model):
    named = msgspec.structs.replace(LTS.identification, model=Named(model, model, "probable"))
    return msgspec.structs.replace(LTS, identification=named)


def test_the_worst_kinds_come_first_then_those_with_most_devices():
    found = kinds(listed(*alike(AXIS, "10.0.0.1", "10.0.0.2", "10.0.0.3"), modelled("B"), *alike(LTS, "10.0.0.4", "x")))
    assert [(each.level, each.maker, each.model, len(each.rows)) for each in found] == [
        ("covered", "Hikvision", "LTN8704-P4", 2),
        ("covered", "Hikvision", "B", 1),
        ("not-covered", "Axis Communications AB", "P3245-LV", 3),
    ]
    assert [place.hosts for place in found[0].places] == ["10.0.0.4", "x"]


def test_behind_the_first_kinds_only_verdict_and_maker_are_told_apart():
    found = kinds(listed(*(modelled(f"M{n}") for n in range(9)), *FINDINGS), 3)
    assert sum(len(each.rows) for each in found) == 13
    assert [(each.level, each.model, len(each.rows)) for each in found[3:]] == [
        ("covered", VARIOUS, 7),
        ("likely", VARIOUS, 1),
        ("undetermined", VARIOUS, 1),
        ("not-covered", VARIOUS, 1),
    ]


def test_places_in_words():
    found = places(["10.0.0.1", "10.0.0.3", "10.0.0.2", "10.0.1.255", "10.0.0.2", "fe80::1", "fe80::2", "gate"], 9)
    assert found == [
        Place("10.0.0.0/24", "10.0.0.1-3", 4),
        Place("10.0.1.0/24", "10.0.1.255", 1),
        Place("fe80::/64", "fe80::1, fe80::2", 2),
        Place("", "gate", 1),
    ]


def test_no_more_places_and_labels_than_fit():
    found = places([f"10.0.{n}.1" for n in range(20)], 4)
    assert [place.devices for place in found] == [1, 1, 1, 17]
    assert found[-1].hosts == "and 17 more"
    labels = [f"gate {n}{'W' * 100}" for n in range(LABELS + 5)]
    assert [place.devices for place in places(labels, 4)] == [LABELS, 5]
    assert places(labels, 4)[1].hosts.startswith(f"{labels[LABELS][:MAX_LABEL]}, gate ")


@given(st.sets(st.integers(0, 1000), max_size=60))
@settings(max_examples=50, deadline=None)
def test_every_address_is_in_its_place_once(numbers):
    start = IPv4Address("10.0.0.0")
    said = []
    for place in places((str(start + number) for number in numbers), 100):
        prefix, _, last = place.hosts.rpartition(".")
        for part in last.split(", "):
            first, _, end = part.partition("-")
            said += [f"{prefix}.{n}" for n in range(int(first), int(end or first) + 1)]
    assert sorted(said) == sorted(str(start + number) for number in numbers)
