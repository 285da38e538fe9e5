import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.importers.streams import MAX_LATER, Stream


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_order_with_repetitions_and_overlaps_gives_the_same_bytes(data):
    sent = data.draw(st.binary(min_size=1, max_size=300))
    start = data.draw(st.sampled_from([0, 1000, (1 << 32) - 20]))
    cuts = sorted({0, len(sent), *data.draw(st.lists(st.integers(0, len(sent)), max_size=8))})
    pieces = list(itertools.pairwise(cuts))
    pieces += data.draw(st.lists(st.sampled_from(pieces), max_size=4))
    pieces += [(max(begin - 3, 0), end) for begin, end in data.draw(st.lists(st.sampled_from(pieces), max_size=3))]
    stream = Stream(start)
    for begin, end in data.draw(st.permutations(pieces)):
        stream.push((start + begin) % (1 << 32), sent[begin:end])
    assert bytes(stream.data) == sent
    assert not stream.lost
    assert stream.size == len(sent)


def test_a_hole_is_lost_after_many_segments():
    stream = Stream(0)
    for number in range(MAX_LATER + 1):
        assert not stream.push(10 + number, b"x")
    assert stream.lost
    assert not stream.data


def test_a_segment_from_far_ahead_is_another_connection():
    stream = Stream(0)
    stream.push(1 << 30, b"x")
    assert stream.lost
    assert stream.size == 0
