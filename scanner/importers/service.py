"""One port of one host, as another scanner's record tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import msgspec

from scanner.importers.importer import DNS_NAME, OPEN_TCP, OPEN_UDP, observe
from scanner.importers.json_values import as_list, as_text
from scanner.model.dialogue import Fact, Malformed
from scanner.model.observation import Carrier, Field, Observation

MAX_NAMES: Final = 16
"""Names of one address that are told."""
JARM: Final = Field("tls.jarm")


class Service(msgspec.Struct, frozen=True):
    """Where something answered, when, and who recorded it."""

    source: str
    address: str
    carrier: Carrier | None = None
    port: int | None = None
    at: datetime | None = None

    def is_open(self) -> Iterator[Observation]:
        """Yield that the port is open, where there is one."""
        if self.port is not None:
            yield from self.tell((Fact(OPEN_UDP if self.carrier == "udp" else OPEN_TCP, str(self.port)),))

    def tell(self, facts: Iterable[Fact]) -> Iterator[Observation]:
        """Yield what the service showed, up to where it is malformed."""
        try:
            for fact in facts:
                yield observe(self.address, fact, self.source, carrier=self.carrier, port=self.port, at=self.at)
        except Malformed:
            return

    def is_named(self, names: object) -> Iterator[Observation]:
        """Yield the host's names, where ``names`` is a list of them."""
        for name in as_list(names)[:MAX_NAMES]:
            if as_text(name):
                yield observe(self.address, Fact(DNS_NAME, as_text(name)), self.source, at=self.at)


def read_jarm(value: object) -> Iterator[Fact]:
    """Yield a JARM fingerprint; one of zeros is of a server that did not answer."""
    text = as_text(value)
    if text.strip("0"):
        yield Fact(JARM, text)
