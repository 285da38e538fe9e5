"""Where the command line keeps what is neither configuration nor scans."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scanner.cli.failure import Failure


def state_folder() -> Path:
    """Return the folder of locks and of what jobs remember, made when it is not there."""
    import platformdirs

    folder = platformdirs.user_state_path("coveredscan", appauthor=False)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"{folder} cannot be made: {error.strerror}") from error
    return folder


@contextmanager
def alone(name: str, *, wait: float = 0) -> Iterator[bool]:
    """True inside ``with`` when nobody else holds the lock of that name; it goes with the process, however that ends.

    ``wait`` is how many seconds to wait for it.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(state_folder() / f"{name}.lock")
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


class Claim:
    """This process's hold on one scan: two must never write into it. It goes with the process, however that ends."""

    def __init__(self, scan: str) -> None:
        from filelock import FileLock

        self._lock = FileLock(state_folder() / f"scan-{scan}.lock")

    def take(self) -> bool:
        """Return whether nobody else on this machine holds it."""
        from filelock import Timeout

        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        """Let go."""
        Path(self._lock.lock_file).unlink(missing_ok=True)
        self._lock.release()


def jobs_path() -> Path:
    """Return the jobs file."""
    import platformdirs

    return platformdirs.user_config_path("coveredscan", appauthor=False) / "jobs.toml"
