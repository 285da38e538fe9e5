from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.transports.permutation import MAX_SIZE, Permutation


@given(size=st.integers(1, 3000), key=st.integers(0, 2**64 - 1))
@settings(max_examples=100, deadline=None)
def test_everything_is_visited_once(size, key):
    order = Permutation(size, key).at(np.arange(size, dtype=np.uint64))
    assert sorted(order.tolist()) == list(range(size))


@given(size=st.integers(1, MAX_SIZE), key=st.integers(0, 2**64 - 1), data=st.data())
@settings(max_examples=100, deadline=None)
def test_the_order_runs_backwards_too(size, key, data):
    places = np.array(data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=20)), dtype=np.uint64)
    order = Permutation(size, key)
    there = order.at(places)
    assert (there < size).all()
    assert order.position(there).tolist() == places.tolist()


def test_no_subnet_gets_a_burst():
    order = Permutation(1 << 16, 7).at(np.arange(1000, dtype=np.uint64))
    # Of 256 subnets each gets about four of the first thousand.
    assert np.bincount((order >> np.uint64(8)).astype(int)).max() <= 16


def test_another_key_is_another_order():
    places = np.arange(1000, dtype=np.uint64)
    assert Permutation(1000, 1).at(places).tolist() != Permutation(1000, 2).at(places).tolist()


@pytest.mark.parametrize("size", [0, -1, MAX_SIZE + 1])
def test_sizes_that_cannot_be_are_refused(size):
    with pytest.raises(ValueError, match="size"):
        Permutation(size, 0)
