"""Lets an installed nmap do the sweep, through python-nmap."""

from __future__ import annotations

import asyncio
import ipaddress
import os
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Final

from scanner.transports.link import privileged

BATCH: Final = 256
"""Addresses of one run: python-nmap holds a run's whole XML, 15 KB for each address that answers."""
PATIENCE: Final = 300
"""Seconds for one run beyond ten times what its packets take; nmap is then killed, its results are lost."""
MAX_KNOCKS: Final = 16
"""Ports tried to find out whether an address is alive; nmap sends one packet to each."""

Network = IPv4Network | IPv6Network


class NmapFailed(RuntimeError):  # noqa: N818 - an outcome, told to the operator in one line
    """nmap ran and could not do it; the message is nmap's own."""


class NmapMissing(NmapFailed):
    """There is no nmap on this machine."""


async def sweep(
    targets: Sequence[str],
    ports: Sequence[int],
    *,
    exclude: Sequence[str],
    rate: float = 300.0,
    discover: bool = True,
) -> AsyncGenerator[tuple[str, int], None]:
    """Yield (address, port) of each open TCP port, a batch of BATCH addresses at a time.

    ``targets`` and ``exclude`` are addresses and networks; anything else is a ValueError. ``rate`` is nmap's most
    packets a second. With ``discover`` only addresses that give a sign of life are asked for their ports. As root with
    half-open connections, else with full ones. Raises NmapMissing and NmapFailed. A run under way when the iterator is
    closed goes on in its thread to its end.
    """
    networks = [ipaddress.ip_network(target, strict=False) for target in targets]
    excluded = [ipaddress.ip_network(one, strict=False) for one in exclude]
    scanner = await asyncio.to_thread(_scanner)
    for batch in _batches(networks):
        arguments = _arguments(batch, ports, excluded, rate, discover=discover)
        patience = PATIENCE + int(10 * BATCH * len(ports) / rate)
        found = await asyncio.to_thread(_scan, scanner, batch, ports, arguments, patience)
        for pair in found:
            yield pair


def _scanner() -> Any:
    import nmap  # noqa: PLC0415 - starts a process at once

    try:
        return nmap.PortScanner()
    except nmap.PortScannerError as error:
        raise NmapMissing("nmap is not installed: apt-get install nmap") from error


def _scan(
    scanner: Any, batch: Sequence[Network], ports: Sequence[int], arguments: str, patience: int
) -> list[tuple[str, int]]:
    import nmap  # noqa: PLC0415

    try:
        told = scanner.scan(" ".join(map(str, batch)), ",".join(map(str, ports)), arguments=arguments, timeout=patience)
    except nmap.PortScannerTimeout as error:
        raise NmapFailed(f"nmap took more than {patience} s") from error
    except nmap.PortScannerError as error:
        raise NmapFailed(str(error.value).strip().strip("'\"")) from error
    return [
        (address, port)
        for address, host in told["scan"].items()
        for port, state in host.get("tcp", {}).items()
        if state["state"] == "open"
    ]


def _batches(networks: Iterable[Network]) -> Iterator[tuple[Network, ...]]:
    """Networks of one family, BATCH addresses or fewer at a time, lazily."""
    batch: list[Network] = []
    size = 0
    for network in networks:
        for piece in _pieces(network):
            if batch and (size + piece.num_addresses > BATCH or batch[0].version != piece.version):
                yield tuple(batch)
                batch, size = [], 0
            batch.append(piece)
            size += piece.num_addresses
    if batch:
        yield tuple(batch)


def _pieces(network: Network) -> Iterator[Network]:
    if network.num_addresses <= BATCH:
        yield network
    else:
        yield from network.subnets(new_prefix=network.max_prefixlen - (BATCH - 1).bit_length())


def _arguments(
    batch: Sequence[Network], ports: Sequence[int], excluded: Iterable[Network], rate: float, *, discover: bool
) -> str:
    half_open = privileged() and hasattr(os, "geteuid") and os.geteuid() == 0
    words = ["-n", "--open", "-sS" if half_open else "-sT", "--max-rate", f"{rate:g}"]
    if discover:
        words += ["-PE"] if half_open else []
        words += [f"-PS{','.join(map(str, ports[:MAX_KNOCKS]))}"]
    else:
        words.append("-Pn")
    if batch[0].version == 6:  # noqa: PLR2004 - the protocol's own name
        words.append("-6")
    barred = [str(one) for one in excluded if any(_overlap(one, piece) for piece in batch)]
    if barred:
        words += ["--exclude", ",".join(barred)]
    return " ".join(words)


def _overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)
