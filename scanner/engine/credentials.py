"""The operator's own credentials for reading devices: a TOML file of who gets which.

.. code-block:: toml

    [[credential]]
    for = "10.0.0.0/24, 10.0.1.5"
    user = "viewer"
    password_env = "CAMERA_PASSWORD"   # or password_file = "secret.txt", beside this file

    [[snmp]]
    for = "10.0.0.1"
    version = "2c"
    community_env = "ROUTER_COMMUNITY"   # or community_file

    [[snmp]]
    for = "10.0.0.2"
    version = "3"
    user = "viewer"
    auth = "sha256"                      # md5 sha sha224 sha256 sha384 sha512; left out: not authenticated
    auth_password_env = "SWITCH_AUTH"    # or auth_password_file
    privacy = "aes"                      # des 3des aes aes192 aes256; left out: not encrypted
    privacy_password_env = "SWITCH_PRIVACY"   # or privacy_password_file

Secrets are never written in the file itself, never guessed, and sent to no address that no entry names.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import msgspec

from scanner.engine.ranges import Ranges, read_address
from scanner.engine.targets import TargetError, literals
from scanner.transports.snmp import Auth, Community, Privacy, User

MAX_FILE: Final = 1_048_576
"""Bytes of a credentials or password file: thousands of entries; more is the wrong file."""
MIN_SNMP_PASSWORD: Final = 8
"""Characters: RFC 3414 section 11.2; agents refuse shorter ones."""

_BARE_SECRET: Final = re.compile("unknown field `(password|community|auth_password|privacy_password)`")


class CredentialError(ValueError):
    """A credentials file that cannot be used; the text is one line: file, entry, what to do."""


class Credential(msgspec.Struct, frozen=True):
    """One account and the addresses it is for."""

    addresses: Ranges
    user: str
    password: str

    def __repr__(self) -> str:
        return f"Credential({self.addresses!r}, {self.user!r}, ***)"


class SnmpAccess(msgspec.Struct, frozen=True):
    """One SNMP community or user and the addresses it is for."""

    addresses: Ranges
    account: Community | User


class Credentials(msgspec.Struct, frozen=True):
    """The accounts of one file, in its order."""

    entries: tuple[Credential, ...] = ()
    snmp: tuple[SnmpAccess, ...] = ()
    warnings: tuple[str, ...] = ()
    """For people: one line per file that others on this machine can read."""

    def find(self, address: str) -> Credential | None:
        """Return the first account that is for ``address``, or None."""
        known = read_address(address)
        if known is None:
            return None
        return next((entry for entry in self.entries if known in entry.addresses), None)

    def find_snmp(self, address: str) -> Community | User | None:
        """Return the first SNMP account that is for ``address``, or None."""
        known = read_address(address)
        if known is None:
            return None
        return next((entry.account for entry in self.snmp if known in entry.addresses), None)


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"addresses": "for"}):
    addresses: str
    user: str
    password_env: str | None = None
    password_file: str | None = None


class _SnmpEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"addresses": "for"}):
    addresses: str
    version: Literal["2c", "3"]
    community_env: str | None = None
    community_file: str | None = None
    user: str | None = None
    auth: Auth | None = None
    auth_password_env: str | None = None
    auth_password_file: str | None = None
    privacy: Privacy | None = None
    privacy_password_env: str | None = None
    privacy_password_file: str | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    credential: tuple[_Entry, ...] = ()
    snmp: tuple[_SnmpEntry, ...] = ()


def load(path: Path, environment: Mapping[str, str] | None = None) -> Credentials:
    """Return the accounts of the file at ``path``.

    ``environment`` (None: the process's own) is where ``password_env`` is looked up. Raises CredentialError.
    """
    secrets = _Secrets(path, os.environ if environment is None else environment)
    text = secrets.read(path)
    try:
        file = msgspec.toml.decode(text, type=_File)
    except msgspec.ValidationError as error:
        bare = _BARE_SECRET.search(str(error))
        hint = f"secrets are not kept here: write {bare[1]}_env or {bare[1]}_file" if bare else "see the manual"
        raise CredentialError(f"{path}: {error}: {hint}") from error
    except msgspec.DecodeError as error:
        raise CredentialError(f"{path}: is not TOML ({error}): correct that line") from error
    if not file.credential and not file.snmp:
        raise CredentialError(f"{path}: has no [[credential]] and no [[snmp]]: write one, or leave the file out")
    found = []
    for number, entry in enumerate(file.credential, 1):
        where = f"{path}: credential {number}"
        password = secrets.find(where, "password", entry.password_env, entry.password_file)
        found.append(Credential(_addresses(entry.addresses, where), entry.user, password))
    accesses = []
    for number, access in enumerate(file.snmp, 1):
        where = f"{path}: snmp {number}"
        accesses.append(SnmpAccess(_addresses(access.addresses, where), _account(access, where, secrets)))
    return Credentials(tuple(found), tuple(accesses), tuple(secrets.warnings))


def _addresses(text: str, where: str) -> Ranges:
    try:
        return literals(text)
    except TargetError as error:
        raise CredentialError(f"{where}: for: {error}") from error


def _account(entry: _SnmpEntry, where: str, secrets: _Secrets) -> Community | User:
    of_user = (entry.user, entry.auth, entry.auth_password_env, entry.auth_password_file)
    of_privacy = (entry.privacy, entry.privacy_password_env, entry.privacy_password_file)
    if entry.version == "2c":
        if any(value is not None for value in of_user + of_privacy):
            raise CredentialError(f"{where}: version 2c has a community and no user: write version 3, or take it out")
        return Community(secrets.find(where, "community", entry.community_env, entry.community_file))
    if entry.community_env is not None or entry.community_file is not None:
        raise CredentialError(f"{where}: version 3 has a user and no community: write version 2c, or take it out")
    if not entry.user:
        raise CredentialError(f"{where}: version 3 needs a user")
    if entry.privacy is not None and entry.auth is None:
        raise CredentialError(f"{where}: privacy needs auth: RFC 3414 knows no encryption without authentication")
    passwords = {"auth_password": "", "privacy_password": ""}
    for name, used, variable, file in (
        ("auth_password", entry.auth, entry.auth_password_env, entry.auth_password_file),
        ("privacy_password", entry.privacy, entry.privacy_password_env, entry.privacy_password_file),
    ):
        if used is not None:
            passwords[name] = secrets.find(where, name, variable, file)
            if len(passwords[name]) < MIN_SNMP_PASSWORD:
                raise CredentialError(f"{where}: {name} is shorter than {MIN_SNMP_PASSWORD} characters: is it right?")
        elif variable is not None or file is not None:
            raise CredentialError(f"{where}: {name} without {name.partition('_')[0]}: say which algorithm it is for")
    return User(entry.user, entry.auth, passwords["auth_password"], entry.privacy, passwords["privacy_password"])


class _Secrets:
    """Where the file at ``path`` has its secrets from."""

    def __init__(self, path: Path, variables: Mapping[str, str]) -> None:
        self.warnings: list[str] = []
        self._path = path
        self._variables = variables

    def find(self, where: str, name: str, variable: str | None, file: str | None) -> str:
        """Return the secret called ``name`` of the entry ``where``."""
        if variable is not None and file is None:
            if variable not in self._variables:
                raise CredentialError(f"{where}: the environment variable {variable} is not set: set it first")
            return self._variables[variable]
        if file is None or variable is not None:
            raise CredentialError(f"{where}: give one of {name}_env and {name}_file")
        return self.read(self._path.parent / file).rstrip("\r\n")

    def read(self, file: Path) -> str:
        """Return the text of ``file``; warn when everybody may read it."""
        try:
            with file.open("rb") as stream:
                mode = os.fstat(stream.fileno()).st_mode
                raw = stream.read(MAX_FILE + 1)
        except OSError as error:
            named = "" if file == self._path else f" (named in {self._path})"
            raise CredentialError(f"{file}: cannot be read{named}: {error.strerror}") from error
        if len(raw) > MAX_FILE:
            raise CredentialError(f"{file}: is larger than {MAX_FILE:,} bytes: is it the right file?")
        if sys.platform != "win32" and mode & (stat.S_IROTH | stat.S_IWOTH):
            self.warnings.append(f"{file}: every user of this machine can read it: chmod 600 {file}")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise CredentialError(f"{file}: is not text in UTF-8") from error
