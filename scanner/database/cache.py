"""Keeps parsed rows between runs: TOML takes tenths of a second for what MessagePack does in milliseconds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import platformdirs

from scanner.version import __version__

LAYOUT: Final = 6
"""Raised when what is kept changes without a change of version."""

T = TypeVar("T")


class _Kept(msgspec.Struct, frozen=True):
    stamp: str
    rows: msgspec.Raw


def place(root: Path, folder: Path | None) -> Path:
    """Return the file that keeps the rows of ``root`` under ``folder`` (None: the user's cache folder)."""
    folder = Path(platformdirs.user_cache_dir("coveredscan", appauthor=False)) if folder is None else folder
    return folder / f"database-{hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]}.msgpack"


def stamp(root: Path, files: Iterable[Path]) -> str:
    """Return a text that changes with the program, and with the name, size or time of any file. Raises OSError."""
    parts = [__version__, str(LAYOUT)]
    for path in files:
        status = path.stat()
        parts.append(f"{path.relative_to(root).as_posix()} {status.st_mtime_ns} {status.st_size}")
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def recall(path: Path, stamped: str, shape: type[T]) -> T | None:
    """Return what was kept under that stamp; None when there is nothing, or nothing of this user's that can be read."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_uid != os.geteuid():
                return None
            raw = file.read()
        kept = msgspec.msgpack.decode(raw, type=_Kept)
        return msgspec.msgpack.decode(kept.rows, type=shape) if kept.stamp == stamped else None
    except (OSError, msgspec.MsgspecError):
        return None


def keep(path: Path, stamped: str, rows: Any) -> None:
    """Keep ``rows``: written beside and renamed, so that a reader never sees half a file. Failing to is no error."""
    import tempfile  # noqa: PLC0415 - most runs only read

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.msgpack.encode(_Kept(stamped, msgspec.Raw(msgspec.msgpack.encode(rows)))))
        Path(beside).replace(path)
    except OSError:
        Path(beside).unlink(missing_ok=True)
