from __future__ import annotations

from scanner.matching.gathering import Gathering
from scanner.matching.hosts import MAX_SHARED
from tests.observations import seen

SERIAL = "DS-2CD2012-I20150201CCWR501088621"


def handed_out(gathering, address):
    """The addresses of each device."""
    return [{observation.subject.address for observation in device} for device in gathering.done(address)]


def test_a_device_of_one_address_is_whole_when_that_address_is_done():
    gathering = Gathering()
    gathering.add(seen("10.0.0.1", "http.server", "a"))
    gathering.add(seen("10.0.0.2", "http.server", "b"))
    assert handed_out(gathering, "10.0.0.1") == [{"10.0.0.1"}]


def test_a_device_of_two_addresses_waits_for_both():
    gathering = Gathering()
    gathering.add(seen("10.0.0.1", "onvif.serial", SERIAL))
    gathering.add(seen("fe80::1", "onvif.serial", SERIAL))
    assert handed_out(gathering, "10.0.0.1") == []
    assert handed_out(gathering, "fe80::1") == [{"10.0.0.1", "fe80::1"}]


def test_a_late_identity_hands_the_joined_device_out_again():
    gathering = Gathering()
    gathering.add(seen("10.0.0.1", "onvif.serial", SERIAL))
    assert handed_out(gathering, "10.0.0.1") == [{"10.0.0.1"}]
    gathering.add(seen("10.0.0.2", "onvif.serial", SERIAL))
    assert handed_out(gathering, "10.0.0.2") == [{"10.0.0.1", "10.0.0.2"}]


def test_an_identity_of_too_many_joins_none_of_them_and_tells_each_once_more():
    """As behind a router that answers for all addresses: hundreds of devices with one hardware address."""
    gathering = Gathering()
    told = []
    for n in range(100):
        gathering.add(seen(f"10.0.0.{n}", "link.mac", "00:00:5e:00:53:01"))
        told += handed_out(gathering, f"10.0.0.{n}")
    assert told[:MAX_SHARED] == [{f"10.0.0.{k}" for k in range(n + 1)} for n in range(MAX_SHARED)]
    assert sorted(map(sorted, told[MAX_SHARED:])) == sorted([f"10.0.0.{n}"] for n in range(100))


def test_an_address_that_told_nothing_is_no_device():
    assert handed_out(Gathering(), "10.0.0.1") == []


def test_everything_is_kept():
    gathering = Gathering()
    for n in range(3):
        gathering.add(seen(f"10.0.0.{n}", "http.server", str(n)))
    assert [o.value for o in gathering.all()] == ["0", "1", "2"]
