from ipaddress import IPv4Address, ip_network
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.engine.ranges import Ranges, Span, read_address, span

SMALL = st.builds(
    lambda version, first, size: Span(version, first, first + size),
    st.sampled_from([4, 6]),
    st.integers(0, 60),
    st.integers(0, 12),
)
SETS = st.lists(SMALL, max_size=8)


def members(spans):
    return {(version, number) for version, first, last in spans for number in range(first, last + 1)}


@settings(max_examples=100, deadline=None)
@given(SETS, SETS)
def test_set_arithmetic_equals_that_of_plain_sets(left, right):
    a, b = Ranges(left), Ranges(right)
    assert members((a | b).spans()) == members(left) | members(right)
    assert members((a - b).spans()) == members(left) - members(right)
    assert members((a & b).spans()) == members(left) & members(right)
    assert (a | b).count == len(members(left) | members(right))


@settings(max_examples=100, deadline=None)
@given(SETS, st.integers(0, 80))
def test_membership_equals_that_of_a_plain_set(spans, number):
    assert (IPv4Address(number) in Ranges(spans)) == ((4, number) in members(spans))


@settings(max_examples=50, deadline=None)
@given(SETS)
def test_spans_are_sorted_and_apart_and_networks_cover_them(spans):
    ranges = Ranges(spans)
    found = list(ranges.spans())
    assert found == sorted(found)
    assert all(a.version != b.version or a.last + 1 < b.first for a, b in pairwise(found))
    assert Ranges(span(network) for network in ranges.networks()) == ranges


def test_a_huge_set_is_counted_and_visited_without_being_listed():
    ranges = Ranges([span(ip_network("10.0.0.0/8")), span(ip_network("fd00::/64"))])
    assert ranges.count == 2**24 + 2**64
    assert list(islice(ranges, 2)) == ["10.0.0.0", "10.0.0.1"]
    assert len(list(ranges.spans())) == 2


def test_an_empty_set_is_false_and_equal_to_another():
    assert not Ranges()
    assert Ranges() == Ranges([]) != Ranges([Span(4, 1, 1)])
    assert hash(Ranges()) == hash(Ranges([]))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::FFFF:0a00:0001", "10.0.0.1"),
        ("FE80::1%eth0", "fe80::1%eth0"),
        ("fd00:0::5", "fd00::5"),
        ("010.0.0.1", None),
        ("10.0.0", None),
        ("", None),
        ("camera", None),
    ],
)
def test_addresses_are_read_to_their_canonical_form(text, found):
    address = read_address(text)
    assert (None if address is None else str(address)) == found


@settings(max_examples=100, deadline=None)
@given(SETS, st.integers(1, 20))
def test_pieces_make_up_the_whole_in_order(spans, size):
    ranges = Ranges(spans)
    pieces = list(ranges.pieces(size))
    assert Ranges(one for piece in pieces for one in piece.spans()) == ranges
    assert [piece.count for piece in pieces[:-1]] == [size] * (len(pieces) - 1)
    assert [text for piece in pieces for text in piece] == list(ranges)


@settings(max_examples=100, deadline=None)
@given(SETS, st.integers(1, 9))
def test_parts_are_even_and_make_up_the_whole(spans, parts):
    ranges = Ranges(spans)
    found = [ranges.part(number, parts) for number in range(1, parts + 1)]
    assert [text for part in found for text in part] == list(ranges)
    counts = [part.count for part in found]
    assert max(counts) - min(counts) <= 1
