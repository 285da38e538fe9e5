"""What people write: the name of a machine that says what it is for, the title of a page about a device, bar nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.judging import MEASURE, finding, maker, rank, shipped, verdict

LIKELY = rank("likely")
CHOSEN = ("mdns.instance", "mdns.host", "dhcp.hostname", "snmp.sysname", "name.dns")
"""Fields of names that owners choose, in whose examples models and makers stand by themselves."""


def factory_names() -> Iterator[tuple[str, str]]:
    """Field and value of each example of a host's name that makes a listed maker likely, or surer."""
    barred = {listing.company for listing in shipped().measures[MEASURE].listing}
    for row in shipped().signatures:
        if row.status == "retired" or row.also or row.asserts.get("manufacturer") not in barred:
            continue
        for example in row.examples:
            fields = [field for field in row.fields if field in CHOSEN and example.field in {None, field}]
            if fields and example.value is not None and rank(verdict(finding([(fields[0], example.value)]))) >= LIKELY:
                yield fields[0], example.value.partition(".")[0]


NAMES = sorted(set(factory_names()))


def test_there_are_names_of_every_listed_maker():
    said = {maker(finding([(field, name)])) for field, name in NAMES}
    assert {"hikvision", "dahua", "huawei", "zte", "hytera"} <= said
    assert len(NAMES) > 100


@pytest.mark.parametrize("use", ["backup", "monitor", "lab-pc26", "test-vm", "replacement", "config2", "nms", "client"])
def test_a_machine_named_after_another_is_not_barred(use):
    wrong = [(field, name) for field, name in NAMES if rank(verdict(finding([(field, f"{name}-{use}")]))) >= LIKELY]
    assert wrong == []


@pytest.mark.parametrize(
    "facts",
    [
        [("name.llmnr", "HUAWEI-LAB-PC26"), ("tls.subject", "CN=HUAWEI-LAB-PC26.edu.example.cn")],
        [("snmp.sysname", "rd985-monitor"), ("mdns.instance", "rd985-monitor._ssh._tcp.local.")],
        [("http.title", "Huawei HG8245 - Freifunk Wiki"), ("http.body_marker", "MediaWiki 1.39.4")],
        [("http.title", "Hytera PD785 handheld radio - Funkshop"), ("http.body_marker", "shopware")],
    ],
)
def test_what_people_say_in_two_places_is_said_by_people(facts):
    assert rank(verdict(finding(facts))) < LIKELY


@pytest.mark.parametrize("room", ["garage", "2", "front-door"])
def test_where_a_device_stands_takes_nothing_from_its_model(room):
    assert verdict(finding([("dhcp.hostname", f"DS-2CD2143G2-I-{room}")])) == "likely"


def own_titles() -> Iterator[str]:
    """Each example of a title that makes a listed maker likely, or surer."""
    for row in shipped().signatures:
        if row.status == "retired" or row.also or "http.title" not in row.fields:
            continue
        for example in row.examples:
            title = example.value if example.field in {None, "http.title"} else None
            if title is not None and rank(verdict(finding([("http.title", title)]))) >= LIKELY:
                yield title


TITLES = sorted(set(own_titles()))


def test_there_are_titles_of_every_listed_maker():
    said = {maker(finding([("http.title", title)])) for title in TITLES}
    assert {"hikvision", "dahua", "huawei", "zte", "hytera"} <= said
    assert len(TITLES) > 100


@pytest.mark.parametrize(
    "more",
    [
        "in Kiel",
        "Ersatzakku",
        "- YouTube",
        "| Reddit",
        "teardown",
        "won't connect",
        "firmware update 2023",
        "Help Center",
        "FAQ",
    ],
)
def test_a_page_about_a_device_is_not_barred(more):
    wrong = [title for title in TITLES if rank(verdict(finding([("http.title", f"{title} {more}")]))) >= LIKELY]
    assert wrong == []


@pytest.mark.parametrize("more", ["- Login", "| Home", "Web Management", "Wireless Gateway", "(192.168.1.1)", "登录"])
def test_what_a_page_is_for_takes_nothing_from_its_model(more):
    assert verdict(finding([("http.title", f"HG8245H {more}")])) == "likely"
