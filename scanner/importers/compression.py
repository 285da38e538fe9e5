"""Compressed files read as they are: gzip, Zstandard and xz, told by content, against bombs."""

from __future__ import annotations

import io
import lzma
import zlib
from collections.abc import Callable
from typing import BinaryIO, Final, NamedTuple, Protocol, cast

from scanner.importers.importer import Unreadable

MAX_RATIO: Final = 400
"""Bytes out for each byte in: captures and scanner output shrink 5 to 60 times, a gzip bomb a thousand times."""
FREE: Final = 64 << 20
"""Bytes out before the ratio counts: short files of one repeated line are no bombs."""
MAX_WINDOW: Final = 128 << 20
"""Bytes of memory a stream may ask its decoder for: the most that ``zstd --long`` and ``xz -9`` ask by default."""

_CHUNK: Final = 1 << 20


class _Decoder(Protocol):
    """The part of zlib's, lzma's and zstandard's decompressors that is used."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def _gzip() -> _Decoder:
    return cast("_Decoder", zlib.decompressobj(zlib.MAX_WBITS | 16))


def _xz() -> _Decoder:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_WINDOW)


def _zstd() -> _Decoder:
    import zstandard  # noqa: PLC0415 - only such files need it

    return cast("_Decoder", zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).decompressobj())


class _Kind(NamedTuple):
    magic: bytes
    name: str
    make: Callable[[], _Decoder]
    piece: int
    """Bytes fed to the decoder at a time: at its worst ratio some 32 MiB come out; the last are lost with a fault."""


_KINDS: Final = (
    _Kind(b"\x1f\x8b", "gzip", _gzip, 1024),
    _Kind(b"\xfd7zXZ\x00", "xz", _xz, 2048),
    _Kind(b"\x28\xb5\x2f\xfd", "zstd", _zstd, 1024),
)


def open_plain(stream: BinaryIO) -> io.BufferedReader:
    """Return ``stream`` decompressed when its first bytes say that it is compressed, else as it is; both can ``peek``.

    Reading ends where a compressed stream breaks off, see ``fault_of``; it raises Unreadable when it grows like a bomb.
    """
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(_Plain(stream), _CHUNK)
    head = buffered.peek(8)[:8]
    for kind in _KINDS:
        if head.startswith(kind.magic):
            return io.BufferedReader(_Inflated(buffered, kind), _CHUNK)
    return buffered


def fault_of(stream: io.BufferedReader) -> str | None:
    """Return why what ``open_plain`` returned ended early, None when it did not."""
    return stream.raw.fault if isinstance(stream.raw, _Inflated) else None


class _Plain(io.RawIOBase):
    """Makes any binary file one that can be buffered."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, room: object) -> int:
        view = memoryview(room).cast("B")  # type: ignore[arg-type]  # a buffer, as io gives it
        data = self._stream.read(len(view))
        view[: len(data)] = data
        return len(data)


class _Inflated(io.RawIOBase):
    def __init__(self, stream: io.BufferedReader, kind: _Kind) -> None:
        self._stream = stream
        self._kind = kind
        self._decoder = kind.make()
        self._ready = memoryview(b"")
        self._began = False
        self._in = 0
        self._out = 0
        self.fault: str | None = None
        """Why there is no more, when that is not the end; what came before it was good."""

    def readable(self) -> bool:
        return True

    def readinto(self, room: object) -> int:
        while not self._ready:
            if not self._fill():
                return 0
        view = memoryview(room).cast("B")  # type: ignore[arg-type]  # a buffer, as io gives it
        count = min(len(view), len(self._ready))
        view[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _fill(self) -> bool:
        """Decompress one piece; False at the end of the file, or where it is damaged."""
        if self.fault is not None:
            return False
        data = self._decoder.unused_data if self._decoder.eof else b""
        if self._decoder.eof:
            # Archives may be several streams one after the other, padded with zeros.
            self._decoder, self._began = self._kind.make(), False
            data = data.lstrip(b"\0")
        if not data:
            data = self._stream.read(self._kind.piece)
            self._in += len(data)
        if not data:
            if self._began:
                self.fault = f"the {self._kind.name} stream breaks off after {self._in} bytes"
            return False
        self._began = True
        try:
            out = self._decoder.decompress(data)
        except Exception as error:
            # zstandard's own exception is known by its name: the module is loaded only where it is used.
            if not isinstance(error, (zlib.error, lzma.LZMAError)) and type(error).__name__ != "ZstdError":
                raise
            self.fault = f"the {self._kind.name} stream is damaged near byte {self._in}: {error}"
            return False
        self._out += len(out)
        if self._out > FREE and self._out > MAX_RATIO * self._in:
            raise Unreadable(
                f"{self._in} bytes of {self._kind.name} became {self._out}: more than {MAX_RATIO} times, refused"
            )
        self._ready = memoryview(out)
        return True
