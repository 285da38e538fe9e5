"""Bytes that strangers send: anything, and real answers cut short with junk behind."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st


def junk(max_size: int = 2048) -> st.SearchStrategy[bytes]:
    return st.binary(max_size=max_size)


@st.composite
def cut(draw: st.DrawFn, answers: Sequence[bytes]) -> bytes:
    """A real answer cut at any place, with junk appended."""
    answer = draw(st.sampled_from(answers))
    at = draw(st.integers(min_value=0, max_value=len(answer)))
    return answer[:at] + draw(st.binary(max_size=64))


@st.composite
def damaged(draw: st.DrawFn, answers: Sequence[bytes]) -> bytes:
    """A real answer with some bytes replaced."""
    answer = bytearray(draw(st.sampled_from(answers)))
    for _ in range(draw(st.integers(min_value=1, max_value=6))):
        answer[draw(st.integers(min_value=0, max_value=len(answer) - 1))] = draw(st.integers(0, 255))
    return bytes(answer)


def hostile(answers: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Everything a decoder has to live with."""
    return st.one_of(junk(), cut(answers), damaged(answers))
