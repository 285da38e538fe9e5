"""A PostgreSQL server of the tests' own: in a folder, on a Unix socket, ended by its id."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOUND = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
MISSING = None if FOUND else "PostgreSQL is not installed: apt-get install postgresql"


class Server:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._data = folder / "data"
        self._names = 0
        self._process: subprocess.Popen[bytes] | None = None
        # The server refuses to run as root.
        self._user = "nobody" if os.geteuid() == 0 else None

    def make(self) -> None:
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        subprocess.run(
            [FOUND[-1], "-D", self._data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, capture_output=True, timeout=60, user=self._user, cwd=self.folder,
        )  # fmt: skip

    def start(self) -> None:
        words: list[str | Path] = [FOUND[-1].with_name("postgres"), "-D", self._data, "-k", self.folder, "-h", "", "-F"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                words, stdout=log, stderr=log, user=self._user, cwd=self.folder, env={"PATH": os.defpath}
            )
        end = time.monotonic() + 30
        while subprocess.run(self._psql("SELECT 1"), capture_output=True, check=False).returncode:
            assert time.monotonic() < end, (self.folder / "log").read_text()
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            # SIGINT: end now, dropping connections.
            self._process.send_signal(2)
            self._process.wait(30)
            self._process = None

    def database(self) -> str:
        """A new, empty database; returns its URL."""
        self._names += 1
        name = f"scans{self._names}"
        subprocess.run(self._psql(f"CREATE DATABASE {name}"), check=True, capture_output=True)
        return f"postgresql://tester@/{name}?host={self.folder}"

    def _psql(self, statement: str) -> list[str]:
        return ["psql", "-h", str(self.folder), "-U", "tester", "-d", "postgres", "-qc", statement]


@contextmanager
def serve() -> Iterator[Server]:
    # Not below pytest's own folder: nobody else may enter that, and socket names must be short.
    folder = Path(tempfile.mkdtemp(prefix="cs-pg-"))
    server = Server(folder)
    try:
        assert pwd.getpwuid(os.geteuid())
        server.make()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
