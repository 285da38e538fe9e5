import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.finding import Named
from scanner.reports.identity import Identity, identities, make_uuid, steadiest
from tests.reports.samples import AXIS, FINDINGS, LTS, attacked


def known(finding, *, serial=None, **more):
    named = Named(serial, serial, "probable") if serial is not None else None
    who = msgspec.structs.replace(finding.identification, serial=named)
    return msgspec.structs.replace(finding, identification=who, **more)


def test_the_steadiest_thing_known():
    everything = known(LTS, serial="ds7604-1234567", endpoint="8f2c11a0-0000-1000-8000-244845000001")
    assert identities([everything]) == [Identity("serial", "DS7604-1234567")]
    assert identities([known(everything)]) == [Identity("endpoint", "8f2c11a0-0000-1000-8000-244845000001")]
    assert identities([LTS]) == [Identity("mac", "24:48:45:00:00:01")]
    assert identities([known(LTS, mac=None)]) == [Identity("address", "192.0.2.10")]


@pytest.mark.parametrize("placeholder", ["1", "00000000", "0101010101", "none"])
def test_placeholders_are_no_serial_numbers(placeholder):
    assert identities([known(LTS, serial=placeholder)]) == identities([LTS])


def test_what_two_devices_share_names_neither():
    twins = [known(LTS, serial="CLONE123456"), known(AXIS, serial="CLONE123456")]
    assert identities(twins) == identities([LTS, AXIS])


def test_by_itself_a_device_has_its_steadiest_identity():
    assert [steadiest(each) for each in FINDINGS] == identities(FINDINGS)


def test_an_address_that_moves_changes_nothing():
    moved = msgspec.structs.replace(LTS, host="192.0.2.77", addresses=("192.0.2.77",))
    assert identities([moved])[0].digest("us-ndaa-889") == identities([LTS])[0].digest("us-ndaa-889")


def test_no_two_are_equal_even_when_nothing_tells_them_apart():
    assert len(set(identities([LTS] * 3 + list(FINDINGS)))) == 3 + len(FINDINGS)


def test_identifiers_are_for_ever():
    assert make_uuid("mac", "24:48:45:00:00:01") == "1668fbb3-cebf-5a22-b66d-62b81adde816"
    assert identities([LTS])[0].uuid() == make_uuid("mac", "24:48:45:00:00:01")
    assert identities([LTS])[0].text == "hardware address 24:48:45:00:00:01"


@given(st.lists(st.text(st.characters(), max_size=8), max_size=4), st.lists(st.text(st.characters(), max_size=8)))
@settings(max_examples=100, deadline=None)
def test_other_names_have_other_identifiers(one, other):
    assert (make_uuid(*one) == make_uuid(*other)) == (one == other)


@given(st.lists(st.text(st.characters(), max_size=12), max_size=6))
@settings(max_examples=100, deadline=None)
def test_whatever_devices_say_every_one_has_an_identity(texts):
    found = identities(attacked(text)[0] for text in texts)
    assert len(set(found)) == len(texts)
