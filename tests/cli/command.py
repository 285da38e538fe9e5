"""Runs the command as a process, with folders of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).parents[2]
ONE_LAB = FileLock(Path(tempfile.gettempdir()) / f"coveredscan-lab-{os.getuid()}.lock")
"""Held by whoever raises the lab at its own addresses: there is room for one."""
CAMERA = (
    b'{"host":"10.0.0.5","field":"http.server","value":"App-webs/","port":80,"observed_at":"2026-11-20T02:00:00Z"}\n'
    b'{"host":"10.0.0.5","field":"rtsp.www_authenticate","value":"Digest realm=\\"IP Camera(C2183)\\"","port":554}\n'
)


class Command:
    """``coveredscan`` with its data, cache and configuration folders inside ``home``."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            **os.environ,
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_STATE_HOME": str(home / "state"),
            "COLUMNS": "100",
            "NO_COLOR": "1",
        }
        self.environment.pop("COVEREDSCAN_DB", None)

    def words(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "scanner.cli.main", *arguments]

    def __call__(
        self, *arguments: str, stdin: bytes = b"", timeout: float = 60, cwd: Path = ROOT
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            self.words(*arguments),
            input=stdin,
            capture_output=True,
            timeout=timeout,
            check=False,
            cwd=cwd,
            env={**self.environment, "PYTHONPATH": str(ROOT)},
        )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.words(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=self.environment
        )


def one_line(stderr: bytes) -> str:
    """The one line of a failure, held to be one and no traceback."""
    lines = stderr.decode().splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("coveredscan: ")
    assert "Traceback" not in lines[0]
    return lines[0].removeprefix("coveredscan: ")
