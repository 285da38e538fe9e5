from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanner.model.observation import MAX_VALUE, clip


@given(st.text(max_size=3 * MAX_VALUE))
def test_a_value_is_cut_on_a_character_boundary(value):
    cut = clip(value)
    assert len(cut.encode()) <= MAX_VALUE
    assert value.encode("utf-8", "replace").decode().startswith(cut)


def test_short_values_are_kept_and_long_ones_cut_to_the_byte():
    assert clip("App-webs/") == "App-webs/"
    assert clip("x" * 5000) == "x" * MAX_VALUE
    assert clip("é" * 5000) == "é" * (MAX_VALUE // 2)


def test_lone_surrogates_become_something_that_can_be_written():
    assert clip("a\ud800b").encode() == b"a?b"
