"""The operator's own credentials for reading devices: a TOML file of who gets which.

.. code-block:: toml

    [[credential]]
    for = "10.0.0.0/24, 10.0.1.5"
    user = "viewer"
    password_env = "CAMERA_PASSWORD"   # or password_file = "secret.txt", beside this file

Passwords are never written in the file itself, never guessed, and sent to no address that no entry names.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from scanner.engine.ranges import Ranges, read_address
from scanner.engine.targets import TargetError, literals

MAX_FILE: Final = 1_048_576
"""Bytes of a credentials or password file: thousands of entries; more is the wrong file."""


class CredentialError(ValueError):
    """A credentials file that cannot be used; the text is one line: file, entry, what to do."""


class Credential(msgspec.Struct, frozen=True):
    """One account and the addresses it is for."""

    addresses: Ranges
    user: str
    password: str

    def __repr__(self) -> str:
        return f"Credential({self.addresses!r}, {self.user!r}, ***)"


class Credentials(msgspec.Struct, frozen=True):
    """The accounts of one file, in its order."""

    entries: tuple[Credential, ...] = ()
    warnings: tuple[str, ...] = ()
    """For people: one line per file that others on this machine can read."""

    def find(self, address: str) -> Credential | None:
        """Return the first account that is for ``address``, or None."""
        known = read_address(address)
        if known is None:
            return None
        return next((entry for entry in self.entries if known in entry.addresses), None)


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"addresses": "for"}):
    addresses: str
    user: str
    password_env: str | None = None
    password_file: str | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    credential: tuple[_Entry, ...]


def load(path: Path, environment: Mapping[str, str] | None = None) -> Credentials:
    """Return the accounts of the file at ``path``.

    ``environment`` (None: the process's own) is where ``password_env`` is looked up. Raises CredentialError.
    """
    variables = os.environ if environment is None else environment
    warnings: list[str] = []
    text = _read(path, path, warnings)
    try:
        entries = msgspec.toml.decode(text, type=_File).credential
    except msgspec.ValidationError as error:
        hint = "passwords come from password_env or password_file" if "`password`" in str(error) else "see the manual"
        raise CredentialError(f"{path}: {error}: {hint}") from error
    except msgspec.DecodeError as error:
        raise CredentialError(f"{path}: is not TOML ({error}): correct that line") from error
    found = []
    for number, entry in enumerate(entries, 1):
        where = f"{path}: credential {number}"
        try:
            addresses = literals(entry.addresses)
        except TargetError as error:
            raise CredentialError(f"{where}: for: {error}") from error
        found.append(Credential(addresses, entry.user, _password(entry, where, path, variables, warnings)))
    return Credentials(tuple(found), tuple(warnings))


def _password(entry: _Entry, where: str, path: Path, variables: Mapping[str, str], warnings: list[str]) -> str:
    if (entry.password_env is None) == (entry.password_file is None):
        raise CredentialError(f"{where}: give one of password_env and password_file")
    if entry.password_env is not None:
        if entry.password_env not in variables:
            raise CredentialError(f"{where}: the environment variable {entry.password_env} is not set: set it first")
        return variables[entry.password_env]
    assert entry.password_file is not None  # one of the two is given
    return _read(path.parent / entry.password_file, path, warnings).rstrip("\r\n")


def _read(file: Path, path: Path, warnings: list[str]) -> str:
    """Return the text of ``file``, which ``path`` is or names; warn when everybody may read it."""
    try:
        with file.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            raw = stream.read(MAX_FILE + 1)
    except OSError as error:
        named = "" if file == path else f" (named in {path})"
        raise CredentialError(f"{file}: cannot be read{named}: {error.strerror}") from error
    if len(raw) > MAX_FILE:
        raise CredentialError(f"{file}: is larger than {MAX_FILE:,} bytes: is it the right file?")
    if sys.platform != "win32" and mode & (stat.S_IROTH | stat.S_IWOTH):
        warnings.append(f"{file}: every user of this machine can read it: chmod 600 {file}")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CredentialError(f"{file}: is not text in UTF-8") from error
