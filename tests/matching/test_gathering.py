from __future__ import annotations

from scanner.matching.gathering import Gathering
from tests.observations import seen

SERIAL = "DS-2CD2012-I20150201CCWR501088621"


def test_a_device_of_one_address_is_whole_when_that_address_is_done():
    gathering = Gathering()
    gathering.add(seen("10.0.0.1", "http.server", "a"))
    gathering.add(seen("10.0.0.2", "http.server", "b"))
    assert [o.value for o in gathering.done("10.0.0.1")] == ["a"]


def test_a_device_of_two_addresses_waits_for_both():
    gathering = Gathering()
    gathering.add(seen("10.0.0.1", "onvif.serial", SERIAL))
    gathering.add(seen("fe80::1", "onvif.serial", SERIAL))
    assert gathering.done("10.0.0.1") == ()
    assert {o.subject.address for o in gathering.done("fe80::1")} == {"10.0.0.1", "fe80::1"}


def test_a_late_identity_hands_the_joined_device_out_again():
    gathering = Gathering()
    gathering.add(seen("10.0.0.1", "onvif.serial", SERIAL))
    assert len(gathering.done("10.0.0.1")) == 1
    gathering.add(seen("10.0.0.2", "onvif.serial", SERIAL))
    assert len(gathering.done("10.0.0.2")) == 2


def test_an_address_that_told_nothing_is_no_device():
    assert Gathering().done("10.0.0.1") == ()


def test_everything_is_kept():
    gathering = Gathering()
    for n in range(3):
        gathering.add(seen(f"10.0.0.{n}", "http.server", str(n)))
    assert [o.value for o in gathering.all()] == ["0", "1", "2"]
