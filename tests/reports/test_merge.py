from datetime import timedelta

import msgspec

from scanner.model.finding import Identification
from scanner.reports.merge import merge, merge_summaries
from tests.reports.samples import AXIS, FINDINGS, LOREX, LTS, SEEN, SUMMARY, UNKNOWN


def at(finding, address, **more):
    return msgspec.structs.replace(finding, host=address, addresses=(address,), **more)


def test_a_device_that_moved_is_one_device_as_it_was_seen_last():
    moved = at(LTS, "192.0.2.77", last_seen=SEEN + timedelta(days=1))
    assert merge([[LTS, AXIS], [moved]]) == [moved, AXIS]
    assert merge([[moved], [LTS]]) == [moved]


def test_of_two_seen_at_the_same_time_the_later_file_stands():
    renamed = msgspec.structs.replace(LTS, open_ports=("80/tcp",))
    assert merge([[LTS], [renamed]]) == [renamed]


def test_a_known_maker_is_not_forgotten_when_a_device_is_silent_later():
    silent = msgspec.structs.replace(
        LTS, identification=Identification(), last_seen=SEEN + timedelta(days=1), evidence=()
    )
    assert merge([[LTS], [silent]]) == [LTS]


def test_one_address_and_two_makers_are_two_devices():
    assert len(merge([[LOREX], [at(AXIS, LOREX.host, mac=None)]])) == 2
    assert merge([[LOREX], [at(UNKNOWN, LOREX.host)]]) == [LOREX]


def test_what_devices_of_one_batch_share_joins_nothing():
    clones = [LTS, at(LTS, "192.0.2.11")]
    assert merge([clones]) == clones
    assert merge([clones, [LTS]]) == [*clones, LTS]
    assert merge([[LTS], clones]) == [LTS, *clones]


def test_the_same_twice_is_the_same():
    assert merge([FINDINGS, FINDINGS]) == list(FINDINGS)
    assert merge([]) == []


def test_summaries_add_up():
    other = msgspec.structs.replace(
        SUMMARY, scan="01jb", targets=("192.0.2.0/24", "198.51.100.0/24"), complete=True, interrupted=True,
        started_at=SUMMARY.started_at + timedelta(days=1), ended_at=SUMMARY.ended_at + timedelta(days=1), errors=("no",),
    )  # fmt: skip
    both = merge_summaries([SUMMARY, other])
    assert both is not None
    assert (both.scan, both.complete, both.interrupted) == ("01ja 01jb", False, True)
    assert (both.started_at, both.ended_at) == (SUMMARY.started_at, other.ended_at)
    assert both.targets == ("192.0.2.0/24", "198.51.100.0/24")
    assert both.coverage.addresses == 508
    assert both.coverage.outcomes["connect"] == {"timed-out": 1400}
    assert both.coverage.not_reached == SUMMARY.coverage.not_reached
    assert both.errors == ("no",)


def test_one_summary_is_itself_and_none_is_none():
    assert merge_summaries([SUMMARY]) is SUMMARY
    assert merge_summaries([]) is None
