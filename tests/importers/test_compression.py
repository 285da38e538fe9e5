import gzip
import io
import lzma

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.importers.compression import FREE, fault_of, open_plain
from scanner.importers.importer import Unreadable

PACKERS = {"gzip": gzip.compress, "xz": lzma.compress, "zstd": zstandard.compress}


def drain(stream: io.BufferedReader) -> None:
    while stream.read(1 << 20):
        pass


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
@settings(max_examples=30, deadline=None)
@given(data=st.binary(max_size=5000))
def test_what_was_packed_comes_back(pack, data: bytes):
    assert open_plain(io.BytesIO(pack(data))).read() == data


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_several_streams_are_one_file(pack):
    assert open_plain(io.BytesIO(pack(b"one,") + pack(b"two"))).read() == b"one,two"


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300).filter(lambda raw: raw[:1] not in (b"\x1f", b"\xfd", b"\x28")))
def test_a_plain_file_stays_as_it_is(data: bytes):
    assert open_plain(io.BytesIO(data)).read() == data


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_a_cut_stream_gives_what_it_holds_then_says_so(pack):
    data = b"".join(b"%d " % number for number in range(400_000))
    stream = open_plain(io.BytesIO(pack(data)[:-100]))
    got = stream.read()
    assert data.startswith(got)
    assert len(got) > len(data) // 2
    assert "breaks off after" in (fault_of(stream) or "")


def test_of_a_damaged_file_all_but_the_last_piece_is_given():
    data = b"".join(b"%d " % number for number in range(40_000))
    packed = bytearray(gzip.compress(data))
    packed[-6] ^= 0xFF
    stream = open_plain(io.BytesIO(bytes(packed)))
    got = stream.read()
    assert data.startswith(got)
    assert len(got) > len(data) * 0.9
    assert "is damaged near byte" in (fault_of(stream) or "")


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_a_bomb_is_refused(pack):
    stream = open_plain(io.BytesIO(pack(bytes(FREE * 3))))
    with pytest.raises(Unreadable, match="refused"):
        drain(stream)


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
@settings(max_examples=30, deadline=None)
@given(at=st.integers(0, 10_000), junk=st.binary(min_size=1, max_size=20))
def test_a_damaged_stream_raises_nothing_else(pack, at: int, junk: bytes):
    packed = bytearray(pack(b"all work and no play " * 50))
    at %= len(packed)
    packed[at : at + len(junk)] = junk
    try:
        open_plain(io.BytesIO(bytes(packed))).read()
    except Unreadable:
        return
