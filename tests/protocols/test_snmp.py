from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.dialogue import Fact, Malformed
from scanner.model.observation import Field
from scanner.protocols import snmp
from tests import strategies
from tests.drive import decoded
from tests.protocols import recordings


def told(recording: bytes) -> set[tuple[str, str, str | None]]:
    return {(fact.field, fact.value, fact.subject) for fact in snmp.decode(recording)}


def test_a_camera_tells_its_model_where_its_object_id_is_empty():
    assert told(recordings.HIKVISION_CAMERA) == {
        ("snmp.oid.1.3.6.1.4.1.39165.1.1.0", "DS-2CD2185FWD-I", None),
        ("snmp.oid.1.3.6.1.4.1.39165.1.3.0", "V5.5.3 build 171025", None),
        ("snmp.oid.1.3.6.1.4.1.39165.1.6.0", "Hikvision", None),
    }


def test_recorders_tell_what_their_signatures_read():
    assert told(recordings.HIKVISION_RECORDER) == {
        ("snmp.sysdescr", "Hikvision company products", None),
        ("snmp.sysobjectid", "1.3.6.1.4.1.50001", None),
        ("snmp.oid.1.3.6.1.4.1.50001.1.3", "0820160719AARR624053979WCVU", None),
        ("snmp.oid.1.3.6.1.4.1.50001.1.100", "2", None),
    }
    assert ("snmp.sysobjectid", "1.3.6.1.4.1.1004849.3.2.10", None) in told(recordings.DAHUA_RECORDER)
    assert ("snmp.oid.1.3.6.1.4.1.1004849.2.1.2.4.0", "2M00D2APAZTL62J", None) in told(recordings.DAHUA_RECORDER)


def test_a_router_tells_the_hardware_addresses_of_others():
    about_others = {fact for fact in told(recordings.ROUTER) if fact[2] is not None}
    assert about_others == {
        ("link.mac", "28:57:be:01:02:03", "10.0.2.15"),
        ("link.mac", "28:57:be:01:02:04", "10.0.2.18"),
        ("link.mac", "28:57:be:01:02:05", "fd00::5"),
    }


def test_a_switch_tells_ports_and_neighbours():
    about_others = {fact for fact in told(recordings.SWITCH) if fact[2] is not None}
    assert about_others == {
        ("link.port", "gi1/0/7", "28:57:be:01:02:03"),
        ("link.port", "port 8", "28:57:be:01:02:04"),
        ("lldp.system_name", "axis-accc8e000001", "10.0.2.21"),
        ("lldp.system_description", "AXIS M3045-V Network Camera", "10.0.2.21"),
        ("lldp.system_description", "IP camera", "28:57:be:01:02:04"),
        ("lldp.system_name", "upstairs", "10.0.2.99"),
        ("cdp.device", "SEP001122334455", "10.0.2.22"),
        ("cdp.version", "Version 1.0", "10.0.2.22"),
        ("cdp.platform", "Phone 7960", "10.0.2.22"),
    }


@given(st.binary(min_size=6, max_size=6), st.ip_addresses(v=4))
def test_any_row_of_an_arp_table_is_its_address_and_hardware_address(mac: bytes, address):
    row = f"{snmp.ARP}.1.{address}|4x|{mac.hex()}".encode()
    expected = [Fact(Field("link.mac"), mac.hex(":"), str(address))]
    usable = any(mac) and not mac[0] & 1 and not (address.is_multicast or address.is_unspecified or address.is_loopback)
    assert list(snmp.decode(row)) == (expected if usable else [])


@pytest.mark.parametrize(
    "line",
    [
        b"1.3.6", b"1.3.6|4", b"1.3.6|x|a", b"1..6|4|a", b"a.b|4|c", b"1.3|4x|zz", b"|4|a", b"1.99999999999|4|a",
        b"1." * 600 + b"1|4|a", "1.3|4x|\N{FULLWIDTH DIGIT ONE}".encode(),
    ],
)  # fmt: skip
def test_what_is_no_object_is_malformed(line: bytes):
    with pytest.raises(Malformed):
        list(snmp.decode(line))


def test_a_recording_without_end_is_malformed():
    with pytest.raises(Malformed, match="more than"):
        list(snmp.decode(b"1.3|4|\n" * (snmp.MAX_OBJECTS + 1)))


@settings(max_examples=100, deadline=None)
@given(strategies.hostile(recordings.ALL))
def test_any_bytes_give_facts_or_malformed(raw: bytes):
    decoded(snmp.decode, raw, snmp.SPEC.fields)
