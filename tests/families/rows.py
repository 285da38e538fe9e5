"""A row is one series in one field; its values are as devices give them, named and nameless."""

from __future__ import annotations

import msgspec


class Series(msgspec.Struct, frozen=True):
    """Values of one series in one field, and how far each of them alone must reach."""

    name: str
    maker: str
    field: str
    values: tuple[str, ...]
    least: str = "likely"


class Others(msgspec.Struct, frozen=True):
    """Values of somebody else in one field, and how far each of them may reach at most."""

    name: str
    field: str
    values: tuple[str, ...]
    most: str = "review"


def each(name: str, makes: str, fields: str, *values: str, least: str = "likely") -> list[Series]:
    """One row per field of ``fields``, which stand there apart by blanks."""
    return [Series(name, makes, field, values, least) for field in fields.split()]


def others(name: str, fields: str, *values: str, most: str = "review") -> list[Others]:
    return [Others(name, field, values, most) for field in fields.split()]


SAID = {
    "ssh.banner": "SSH-2.0-{}",
    "telnet.banner": "{} login:",
    "ftp.banner": "220 {} FTP service ready.",
    "http.www_authenticate": 'Basic realm="{}"',
    "tls.subject": "CN={}",
    "tls.issuer": "CN={}",
}
"""How a model stands in a field, where it is not all of the value."""


def models(  # noqa: PLR0917 - one row of a table
    name: str, makes: str, fields: str, among: str, least: str, between: str | None = None
) -> list[Series]:
    """One row per field, each model as it stands there; ``between`` is what parts the models, blanks by default."""
    return [
        Series(name, makes, field, tuple(SAID.get(field, "{}").format(model) for model in among.split(between)), least)
        for field in fields.split()
    ]
