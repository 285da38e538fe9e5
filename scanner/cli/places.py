"""Where the command line keeps what is neither configuration nor scans."""

from __future__ import annotations

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


def jobs_path() -> Path:
    """Return the jobs file."""
    import platformdirs

    return platformdirs.user_config_path("coveredscan", appauthor=False) / "jobs.toml"
