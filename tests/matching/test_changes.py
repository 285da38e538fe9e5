from datetime import UTC, datetime, timedelta
from itertools import permutations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.matching.changes import Device, Look, Sighting, follow, is_new, known_by, pair
from scanner.matching.hosts import merge
from scanner.model.finding import Finding, Identification, Named
from scanner.model.measure import Verdict
from scanner.model.observation import Endpoint, Field, Observation, Provenance

START = datetime(2026, 11, 1, 3, tzinfo=UTC)


def sight(address, *identities, firmware="1.0", maker="hikvision", brand=None, model="X1", verdict="covered"):
    finding = Finding(
        host=address,
        addresses=(address,),
        mac=None,
        identification=Identification(
            manufacturer=Named(maker, maker, "confirmed") if maker else None,
            brand=Named(brand, brand, "probable") if brand else None,
            model=Named(model, model, "probable") if model else None,
            firmware=Named(firmware, firmware, "probable") if firmware else None,
        ),
        verdicts=(Verdict("us-ndaa-889", verdict, "procurement-ban", "why"),),
        evidence=(),
    )
    return Sighting(finding, identities)


class Site:
    """A site looked at day by day."""

    def __init__(self):
        self.known: dict[str, Device] = {}
        self.day = 0

    def look(self, *sightings, reached=None, gone_after=3, partial=False):
        self.day += 1
        look = Look(
            f"scan{self.day}", "", START + timedelta(days=self.day),
            (lambda _: True) if reached is None else (lambda address: address in reached), gone_after, partial,
        )  # fmt: skip
        after = follow(tuple(self.known.values()), sightings, look)
        self.known |= {device.id: device for device in after.devices}
        return [(change.kind, change.host, change.before, change.after) for change in after.changes]

    def kinds(self, *sightings, **options):
        return [(kind, host) for kind, host, _, _ in self.look(*sightings, **options)]


SERIAL, UUID, MAC, TLS = ("serial", "ABC123456"), ("endpoint", "u1"), ("mac", "00:00:5e:00:53:01"), ("tls", "k1")


@pytest.mark.parametrize("identity", [SERIAL, UUID, MAC, TLS])
def test_a_device_at_a_new_address_is_the_same(identity):
    site = Site()
    assert site.look(sight("10.0.0.1", identity)) == [("appeared", "10.0.0.1", None, "10.0.0.1")]
    assert site.look(sight("10.0.0.2", identity)) == [("moved", "10.0.0.2", "10.0.0.1", "10.0.0.2")]
    assert len(site.known) == 1


def test_a_replaced_device_is_a_new_one():
    site = Site()
    site.look(sight("10.0.0.1", SERIAL, MAC))
    assert site.kinds(sight("10.0.0.1", ("serial", "XYZ999999"), TLS)) == [("appeared", "10.0.0.1")]
    assert site.kinds(sight("10.0.0.1", ("serial", "XYZ999999"), TLS)) == []
    assert site.kinds(sight("10.0.0.1", ("serial", "XYZ999999"), TLS)) == [("gone", "10.0.0.1")]


def test_a_more_trusted_identity_outweighs_the_others():
    site = Site()
    site.look(sight("10.0.0.1", SERIAL, MAC))
    # The network part was moved to another device.
    assert site.kinds(sight("10.0.0.2", ("serial", "XYZ999999"), MAC)) == [("appeared", "10.0.0.2")]
    # A new network part in the same device.
    assert site.kinds(sight("10.0.0.1", SERIAL, ("mac", "00:00:5e:00:53:09"))) == []


def test_without_an_identity_the_address_stands_for_the_device():
    site = Site()
    site.look(sight("10.0.0.1"))
    assert site.look(sight("10.0.0.1")) == []
    assert site.look(sight("10.0.0.1", SERIAL)) == []
    assert site.kinds(sight("10.0.0.2", SERIAL)) == [("moved", "10.0.0.2")]
    assert site.kinds(sight("10.0.0.2", SERIAL), sight("10.0.0.1", maker="axis")) == [("appeared", "10.0.0.1")]


def test_another_maker_at_the_address_is_another_device():
    site = Site()
    site.look(sight("10.0.0.1"))
    assert site.kinds(sight("10.0.0.1", maker="axis", model="P1")) == [("appeared", "10.0.0.1")]


def test_firmware_labels_and_verdicts():
    site = Site()
    site.look(sight("10.0.0.1", SERIAL))
    assert site.look(sight("10.0.0.1", SERIAL, firmware="2.0")) == [("re-flashed", "10.0.0.1", "1.0", "2.0")]
    assert site.look(sight("10.0.0.1", SERIAL, firmware=None)) == []
    assert site.look(sight("10.0.0.1", SERIAL, firmware="2.0", brand="lts")) == []
    assert site.look(sight("10.0.0.1", SERIAL, firmware="2.0", brand="annke")) == [
        ("label-changed", "10.0.0.1", "lts", "annke")
    ]
    assert site.look(sight("10.0.0.1", SERIAL, firmware="2.0", brand="annke", verdict="review")) == [
        ("law-changed", "10.0.0.1", "covered", "review")
    ]
    assert site.look(sight("10.0.0.1", SERIAL, firmware="2.0", maker=None, verdict="undetermined")) == [
        ("verdict-changed", "10.0.0.1", "review", "undetermined")
    ]


def test_gone_after_scans_that_reached_it_and_back_again():
    site = Site()
    other = sight("10.0.0.9", ("serial", "OTHER1234"))
    site.look(sight("10.0.0.1", SERIAL), other)
    assert site.look(other) == []
    assert site.look(other, reached={"10.0.0.9"}) == []
    assert site.look(other) == []
    assert site.kinds(other) == [("gone", "10.0.0.1")]
    assert site.look(other) == []
    assert site.kinds(other, sight("10.0.0.5", SERIAL)) == [("returned", "10.0.0.5"), ("moved", "10.0.0.5")]


def test_seen_in_between_starts_the_count_again():
    site = Site()
    site.look(sight("10.0.0.1", SERIAL))
    for sightings in ([], [], [sight("10.0.0.1", SERIAL)], [], []):
        assert site.look(*sightings) == []
    assert site.kinds() == [("gone", "10.0.0.1")]


def test_a_network_that_falls_silent_is_not_gone():
    site = Site()
    near, far = sight("10.0.0.1", SERIAL), sight("10.0.0.2", ("serial", "OTHER1234"))
    elsewhere = sight("10.0.1.1", ("serial", "THIRD1234"))
    site.look(near, far, elsewhere)
    for _ in range(5):
        assert site.look(elsewhere) == []
    assert site.look(near, elsewhere, gone_after=1) == [("gone", "10.0.0.2", "10.0.0.2", None)]


def test_an_identity_that_several_share_says_nothing():
    site = Site()
    site.look(sight("10.0.0.1", TLS), sight("10.0.0.2", TLS))
    assert site.look(sight("10.0.0.1", TLS), sight("10.0.0.2", TLS)) == []
    assert site.kinds(sight("10.0.0.1", TLS), sight("10.0.0.3", TLS)) == [("appeared", "10.0.0.3")]


def test_two_that_swap_addresses():
    site = Site()
    one, two = ("serial", "AAA111111"), ("serial", "BBB222222")
    site.look(sight("10.0.0.1", one), sight("10.0.0.2", two))
    assert site.kinds(sight("10.0.0.1", two), sight("10.0.0.2", one)) == [("moved", "10.0.0.1"), ("moved", "10.0.0.2")]


def test_pairing_does_not_depend_on_order():
    site = Site()
    sightings = [sight(f"10.0.0.{n}", ("serial", f"SER00000{n}"), TLS) for n in range(3)]
    site.look(*sightings)
    for order in permutations(site.known.values()):
        same = pair(order, sightings)
        assert [same[position].addresses for position in range(3)] == [s.finding.addresses for s in sightings]


def test_what_a_host_is_known_by():
    def seen(field, value, port=None):
        return Observation(Endpoint("10.0.0.1", "tcp", port), Field(field), value, Provenance("test"))

    (host,) = merge(
        [seen("tls.key", "k"), seen("link.mac", "00:00:5e:00:53:01"), seen("wsd.endpoint", "urn:uuid:U"),
         seen("onvif.serial", "ds123456")]
    )  # fmt: skip
    assert known_by(host) == (
        ("serial", "DS123456"), ("endpoint", "u"), ("mac", "00:00:5e:00:53:01"), ("tls", "k"),
    )  # fmt: skip


addresses = st.integers(1, 6).map(lambda n: f"10.0.0.{n}")
identities = st.sampled_from([(), (SERIAL,), (UUID,), (MAC,), (TLS,), (SERIAL, MAC), (("serial", "OTHER1234"), MAC)])


@given(st.lists(st.lists(st.tuples(addresses, identities), max_size=5, unique_by=lambda each: each[0]), max_size=6))
@settings(max_examples=60, deadline=None)
def test_whatever_is_seen_each_device_is_one_and_a_quiet_day_changes_nothing(days):
    site = Site()
    for day in days:
        sightings = [sight(address, *some) for address, some in day]
        site.look(*sightings)
        seen = [device for device in site.known.values() if device.last_scan == f"scan{site.day}"]
        assert len(seen) == len(sightings)
        assert [kind for kind, _ in site.kinds(*sightings) if kind != "gone"] == []


def test_devices_are_stored_as_they_are():
    site = Site()
    site.look(sight("10.0.0.1", SERIAL))
    (device,) = site.known.values()
    assert msgspec.json.decode(msgspec.json.encode(device), type=Device) == device


def test_what_is_newly_covered():
    site = Site()
    first = [change for _, change in _looked(site, sight("10.0.0.1", SERIAL, verdict="likely"))]
    assert [is_new(change, "likely") for change in first] == [True]
    assert [is_new(change, "covered") for change in first] == [False]
    raised = [change for _, change in _looked(site, sight("10.0.0.2", SERIAL, verdict="covered"))]
    assert [(change.kind, is_new(change, "covered"), is_new(change, "likely")) for change in raised] == [
        ("moved", False, False),
        ("law-changed", True, False),
    ]


def _looked(site, *sightings):
    site.day += 1
    after = follow(tuple(site.known.values()), sightings, Look(f"s{site.day}", "", START, lambda _: True))
    site.known |= {device.id: device for device in after.devices}
    return [(change.kind, change) for change in after.changes]


def at(sighting, day):
    return msgspec.structs.replace(
        sighting, finding=msgspec.structs.replace(sighting.finding, last_seen=START + timedelta(days=day))
    )


def sure(sighting, tier):
    who = msgspec.structs.replace(
        sighting.finding.identification, manufacturer=Named("hikvision", "hikvision", tier) if tier else None
    )
    return msgspec.structs.replace(sighting, finding=msgspec.structs.replace(sighting.finding, identification=who))


def test_what_an_import_tells_less_surely_than_is_known_changes_nothing_but_the_address():
    site = Site()
    site.look(sight("10.0.0.1", MAC))
    table = sure(sight("10.0.0.2", MAC, maker=None, model=None, firmware=None, verdict="undetermined"), None)
    assert site.kinds(table, reached=(), partial=True) == [("moved", "10.0.0.2")]
    (device,) = site.known.values()
    assert (device.verdicts, device.known["model"]) == ({"us-ndaa-889": "covered"}, "X1")
    # The same told by a scan, which asked, is another verdict.
    assert site.kinds(table) == [("verdict-changed", "10.0.0.2")]
    # What an import knows as surely counts.
    assert site.kinds(sight("10.0.0.2", MAC), reached=(), partial=True) == [("verdict-changed", "10.0.0.2")]


def test_an_import_calls_nothing_gone():
    site = Site()
    site.look(sight("10.0.0.1", MAC), sight("10.0.0.7", UUID))
    for _ in range(4):
        assert site.look(sight("10.0.0.1", MAC), reached=(), partial=True) == []
    assert {device.missed for device in site.known.values()} == {0}


def test_an_old_capture_does_not_turn_back_what_is_known():
    site = Site()
    site.look(sight("10.0.0.1", MAC, firmware="2.0"))
    seen = next(iter(site.known.values())).last_seen
    assert site.look(at(sight("10.0.0.5", MAC, firmware="1.0"), -30), reached=(), partial=True) == []
    assert next(iter(site.known.values())).last_seen == seen
    # Of a device that was not known, it says when it was there; a clock ahead of time is not believed.
    site.look(at(sight("10.0.0.8", UUID), -30), at(sight("10.0.0.9", TLS), 9999), reached=(), partial=True)
    days = {device.addresses[0]: (device.last_seen - START).days for device in site.known.values()}
    assert days == {"10.0.0.1": 1, "10.0.0.8": -30, "10.0.0.9": 3}
