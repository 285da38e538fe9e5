"""``coveredscan doctor``: what this machine can and cannot do, and how to mend it."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Annotated

import typer

from scanner.cli.failure import EXIT_INCOMPLETE


def doctor(
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 when anything is missing.")] = False,
) -> int:
    """Check privileges, nmap, interfaces, multicast, descriptors, the data and the store."""
    checks = [*_programs(), *_privileges(), *_network(), *_limits(), *_data()]
    for good, what, mend in checks:
        sys.stdout.write(f"{'ok  ' if good else 'lack'}  {what}\n")
        if not good and mend:
            sys.stdout.write(f"      {mend}\n")
    return EXIT_INCOMPLETE if strict and not all(good for good, _, _ in checks) else 0


Check = tuple[bool, str, str]


def _programs() -> list[Check]:
    from scanner.version import __version__

    python = f"Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    nmap = shutil.which("nmap")
    return [
        (True, f"coveredscan {__version__} on {python}", ""),
        (
            nmap is not None,
            f"nmap ({nmap})" if nmap else "nmap is not installed: --engine nmap cannot be used",
            "on Debian: apt-get install nmap",
        ),
    ]


def _privileges() -> list[Check]:
    from scanner.transports.link import privileged

    raw = privileged()
    return [
        (
            raw,
            "raw frames: ARP sweeps of the local link"
            if raw
            else "no right to raw frames: no ARP, the neighbour table is read",
            "run as root, or give the interpreter CAP_NET_RAW; scans work without it",
        )
    ]


def _network() -> list[Check]:
    from scanner.transports.interfaces import interfaces

    found = [interface for interface in interfaces() if not interface.loopback]
    checks: list[Check] = [
        (True, f"interface {each.name}: {', '.join(str(address) for address in each.addresses)}", "") for each in found
    ]
    if not found:
        checks.append(
            (False, "no interface but loopback: nothing but this machine can be scanned", "connect a network")
        )
    return checks


def _limits() -> list[Check]:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = 1024
    return [
        (
            soft >= enough,
            f"open files: {soft} (at most {hard})",
            f"ulimit -n {min(hard, 4096)} makes large sweeps faster",
        ),
        (
            os.environ.get("http_proxy", "") == "",
            "no proxy in the environment",
            "proxies are ignored: devices are asked directly",
        ),
    ]


def _data() -> list[Check]:
    from scanner.cli.failure import Failure
    from scanner.cli.judging import load_database
    from scanner.cli.storing import open_scans

    checks: list[Check] = []
    try:
        database = load_database(None)
    except Failure as failure:
        checks.append((False, str(failure), "reinstall, or name another folder with --fingerprints"))
    else:
        checks.append(
            (
                True,
                f"data {database.version}: {len(database.signatures)} signatures, {len(database.measures)} measures",
                "",
            )
        )
    try:
        with open_scans(None) as store:
            checks.append((True, f"store {store.location}", ""))
    except Failure as failure:
        checks.append((False, str(failure), "use --db, or --no-store"))
    return checks
