from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.matching.hosts import MAX_SHARED, OWN_MACS, group, group_sorted, is_hearsay, merge, port_of
from tests.observations import seen

SERIAL = "DS-2CD2012-I20150201CCWR501088621"


def test_one_address_one_host_in_order_of_first_appearance():
    hosts = list(merge([seen("10.0.0.9", "http.server", "a"), seen("10.0.0.1", "http.server", "b")]))
    assert [host.key for host in hosts] == ["10.0.0.9", "10.0.0.1"]


def test_the_same_serial_joins_two_addresses():
    hosts = list(merge([seen("10.0.0.9", "onvif.serial", SERIAL), seen("fe80::1", "sadp.serial", SERIAL.lower())]))
    assert [host.addresses for host in hosts] == [("10.0.0.9", "fe80::1")]


def test_the_endpoint_uuid_joins_whatever_its_urn_form():
    hosts = list(
        merge([seen("10.0.0.9", "wsd.endpoint", "urn:uuid:AB-1"), seen("10.0.0.8", "wsd.endpoint", "uuid:ab-1")])
    )
    assert len(hosts) == 1


def test_a_placeholder_serial_joins_nothing():
    hosts = list(merge([seen("10.0.0.9", "onvif.serial", "000000000"), seen("10.0.0.8", "onvif.serial", "000000000")]))
    assert len(hosts) == 2


def test_an_identity_on_many_addresses_joins_nothing():
    everywhere = [seen(f"10.0.0.{n}", "link.mac", "00:00:5e:00:01:01") for n in range(MAX_SHARED + 1)]
    assert len(list(merge(everywhere))) == MAX_SHARED + 1


def test_hearsay_joins_nothing():
    hosts = list(
        merge(
            [
                seen("10.0.0.9", "link.mac", "44:19:b6:00:00:01"),
                seen("10.0.0.8", "link.mac", "44:19:b6:00:00:01", reporter="10.0.0.1"),
            ]
        )
    )
    assert len(hosts) == 2
    assert is_hearsay(hosts[1].observations[0])


def test_a_factory_tls_key_joins_only_the_two_families_of_one_device():
    key = "ab" * 32
    pair = [seen("10.0.0.9", "tls.key", key), seen("fd00::9", "tls.key", key)]
    assert len(list(merge(pair))) == 1
    assert len(list(merge([*pair, seen("10.0.0.10", "tls.key", key)]))) == 3


def test_two_serials_on_two_forwarded_ports_are_two_devices():
    hosts = list(
        merge(
            [
                seen("192.0.2.1", "onvif.serial", "AAAAAA1234", port=80),
                seen("192.0.2.1", "onvif.serial", "BBBBBB5678", port=81),
                seen("192.0.2.1", "http.server", "one", port=80),
                seen("192.0.2.1", "http.server", "two", port=81),
                seen("192.0.2.1", "open.tcp", "81"),
                seen("192.0.2.1", "link.mac", "44:19:b6:00:00:01"),
            ]
        )
    )
    assert [host.key for host in hosts] == ["192.0.2.1", "192.0.2.1:81"]
    assert {o.value for o in hosts[1].observations} == {"BBBBBB5678", "two", "81"}


def test_two_spellings_of_a_serial_in_different_protocols_do_not_split():
    hosts = list(
        merge(
            [
                seen("192.0.2.1", "onvif.serial", SERIAL, port=80),
                seen("192.0.2.1", "upnp.serial", "501088621", port=49152),
            ]
        )
    )
    assert len(hosts) == 1


def test_the_link_names_the_mac_before_the_device_does():
    host = next(
        merge(
            [
                seen("10.0.0.9", "sadp.mac", "44:19:b6:00:00:02"),
                seen("10.0.0.9", "link.mac", "44:19:b6:00:00:01"),
            ]
        )
    )
    assert host.mac == "44:19:b6:00:00:01"


@pytest.mark.parametrize("field", OWN_MACS)
def test_what_a_device_says_of_its_own_mac_stands_where_the_link_is_silent(field):
    (host,) = merge([seen("10.0.0.9", field, "44:19:b6:00:00:02"), seen("10.0.0.9", "http.server", "x")])
    assert host.mac == "44:19:b6:00:00:02"


def test_every_field_that_is_a_devices_own_mac_counts():
    fields = tomllib.loads((Path(__file__).parents[2] / "fingerprints" / "fields.toml").read_text(encoding="utf-8"))
    assert {name for name, rule in fields.items() if rule.get("normalize") == "mac"} == {"link.mac", *OWN_MACS}


def test_repetition_is_dropped():
    host = next(merge([seen("10.0.0.9", "http.server", "a"), seen("10.0.0.9", "http.server", "a")]))
    assert len(host.observations) == 1


SOME = st.lists(
    st.builds(
        seen,
        st.sampled_from(("10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00::1")),
        st.sampled_from(("onvif.serial", "link.mac", "wsd.endpoint", "tls.key", "http.server")),
        st.sampled_from(("aa:bb:cc:00:00:01", "SERIAL123", "SERIAL456")),
        port=st.sampled_from((None, 80, 81)),
    ),
    max_size=12,
)


@given(SOME)
def test_every_observation_ends_in_exactly_one_host(observations):
    hosts = list(merge(observations))
    assert sorted(repr(o) for h in hosts for o in h.observations) == sorted({repr(o) for o in observations})


@settings(max_examples=300)
@given(SOME)
@example(
    [
        seen("10.0.0.1", "onvif.serial", "aa:bb:cc:00:00:01"),
        seen("10.0.0.1", "onvif.serial", "aa:bb:cc:00:00:01", port=80),
        seen("10.0.0.1", "onvif.serial", "SERIAL123", port=81),
        seen("10.0.0.2", "onvif.serial", "aa:bb:cc:00:00:01"),
    ]
)
def test_which_addresses_are_one_device_does_not_depend_on_order(observations):
    shuffled = list(observations)
    random.Random(1).shuffle(shuffled)
    one = {frozenset(a.partition(":8")[0] for a in host.addresses) for host in merge(observations)}
    other = {frozenset(a.partition(":8")[0] for a in host.addresses) for host in merge(shuffled)}
    assert one == other


@given(SOME)
def test_sorted_grouping_agrees_with_grouping(observations):
    in_order = sorted(observations, key=lambda o: o.subject.address)
    assert list(group_sorted(in_order)) == list(group(in_order))


@pytest.mark.parametrize(
    ("value", "port"),
    [("80", 80), (" 80/tcp open", 80), ("\ufeff080", 80), ("80.0", None), ("http", None), ("", None), ("123456", None)],
)
def test_an_open_port_may_have_its_carrier_beside_it(value, port):
    assert port_of(value) == port
