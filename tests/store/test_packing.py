import zlib
from contextlib import suppress

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.store import packing
from scanner.store.packing import Done, Seen, Unreadable, encode, pack, unpack

SEEN = Seen(observations=(Observation(Endpoint("a", "tcp", 1), Field("f"), "v", Provenance("s")),))


def test_what_is_packed_comes_back():
    assert unpack(pack(SEEN), Seen) == SEEN
    assert unpack(pack(Done(("a",), ("b",))), Done) == Done(("a",), ("b",))
    assert unpack(pack(b"\x00\xff"), bytes) == b"\x00\xff"


def test_a_thousand_alike_take_little_room():
    many = Seen(observations=SEEN.observations * 1000)
    assert len(pack(many)) < len(encode(many)) / 50


def test_lone_surrogates_become_question_marks():
    assert encode(["a\udc80"]) == b'["a?"]'


def test_what_older_programs_packed_is_read():
    assert unpack(zlib.compress(encode(SEEN)), Seen) == SEEN


ANY = st.binary(max_size=60)


@given(ANY | ANY.map(zlib.compress) | ANY.map(zstandard.compress) | ANY.map(zstandard.FRAME_HEADER.__add__))
@settings(max_examples=100, deadline=None)
def test_whatever_is_damaged_is_unreadable(packed):
    seen = None
    with suppress(Unreadable):
        seen = unpack(packed, Seen)
    if seen is not None:
        text = zstandard.decompress(packed) if packed.startswith(zstandard.FRAME_HEADER) else zlib.decompress(packed)
        assert text.strip().startswith(b"{")


@pytest.mark.parametrize("compress", [zlib.compress, zstandard.compress])
def test_a_piece_cannot_fill_the_memory(monkeypatch, compress):
    monkeypatch.setattr(packing, "MAX_UNPACKED", 1000)
    with pytest.raises(Unreadable, match="too large"):
        unpack(compress(b" " * 2000), Seen)
    with pytest.raises(Unreadable):
        unpack(compress(encode(SEEN))[:-4], Seen)


def test_a_frame_that_does_not_tell_its_size_is_refused():
    unsized = zstandard.ZstdCompressor(write_content_size=False).compress(encode(SEEN))
    with pytest.raises(Unreadable, match="too large"):
        unpack(unsized, Seen)
