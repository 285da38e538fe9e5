"""Which scan ``--resume`` goes on with, and what of it stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.cli.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.cli.places import Claim
    from scanner.engine.request import Request
    from scanner.store import Scan, Store


def find_unfinished(store: Store, targets: Sequence[str]) -> tuple[Scan, Claim]:
    """Return the newest scan, of these targets if any are named, that did not come to its end, and the hold on it."""
    unfinished = [
        scan
        for scan in store.scans()
        if (scan.ended_at is None or scan.interrupted)
        and "request" in scan.parameters
        and tuple(targets) in ((), scan.targets)
    ]
    if not unfinished:
        raise Failure("--resume: no stored scan of these targets is unfinished")
    for scan in unfinished:
        claim = claimed(scan.id)
        if claim is not None:
            return scan, claim
    raise Failure(f"--resume: scan {unfinished[0].id} is running")


def claimed(scan: str) -> Claim | None:
    """Return this process's hold on the scan, None when another process has it."""
    from scanner.cli.places import Claim

    claim = Claim(scan)
    return claim if claim.take() else None


def restored_request(scan: Scan, request: Request) -> Request:
    """Return the scan's request, with the credentials of ``request``."""
    from scanner.ledger.parameters import ParameterError, restored

    if "-" in scan.parameters["request"].get("files", ()):
        raise Failure(f"--resume: scan {scan.id} read its targets from standard input, which is not stored")
    try:
        return restored(scan.parameters["request"], request)
    except ParameterError as error:
        raise Failure(f"--resume: scan {scan.id} is of a program whose parameters are unknown: {error}") from error
