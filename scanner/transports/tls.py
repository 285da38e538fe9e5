"""Shakes hands for the certificate alone, with the standard library's TLS."""

from __future__ import annotations

from contextlib import aclosing

from scanner.model.dialogue import Fact, Malformed
from scanner.model.permitted import Permitted
from scanner.protocols import tls
from scanner.transports.exchange import Exchange
from scanner.transports.gate import Gate
from scanner.transports.limits import Limits
from scanner.transports.stream import Failed, connect


async def handshake(endpoint: Permitted, limits: Limits, gate: Gate | None = None) -> Exchange:
    """Return the facts of the leaf certificate, which is also the transcript (DER); nothing is verified.

    Protocols and ciphers long broken are accepted. Never raises for what the peer or the network does.
    """
    facts: list[Fact] = []
    try:
        stream = await connect(endpoint, limits, tls=True, gate=gate)
    except Failed as failed:
        return Exchange((), failed.kind, failed.reason)
    async with aclosing(stream):
        der = stream.certificate
    if der is None:
        return Exchange((), "tls-failed", "no certificate")
    try:
        facts.extend(tls.facts(der))
    except Malformed as malformed:
        return Exchange(tuple(facts), "malformed", str(malformed), der[: limits.cap])
    return Exchange(tuple(facts), "answered", None, der)
