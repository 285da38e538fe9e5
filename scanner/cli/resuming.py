"""Which scan ``--resume`` goes on with, and what of it stays as it was."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.cli.asking import need_privilege
from scanner.cli.failure import Failure
from scanner.cli.options import Law, Printing

if TYPE_CHECKING:
    import datetime as dt

    from scanner.cli.places import Claim
    from scanner.engine.request import Request
    from scanner.store import Scan, Store

_CHANGEABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "speed": ("rate", "subnet_rate", "host_rate"),
    "rate": ("rate",),
    "timeout": ("limits",),
    "engine": ("engine",),
    "interface": ("interfaces",),
    "allow_public": ("allow_public",),
}
"""Options that may change in the middle of a scan → what of the request they say."""
_SETTLED: Final = {"ports": "-p", "discovery": "--discovery", "shard": "--shard", "sample": "--sample"}
"""What the addresses that are done were asked by: part of the request, and the option for it."""


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a scan beside what it asks: all that a scan keeps when it is resumed."""

    printing: Printing
    law: Law
    fail_on: str | None
    gone_after: int
    transcripts: bool
    fingerprints: Path | None

    def stored(self, day: dt.date) -> dict[str, Any]:
        """Return it as it is stored with the scan: with the day that is judged for, and paths that hold anywhere."""
        policy = self.law.policy
        options = _Options(
            policy=str(Path(policy).absolute()) if policy.endswith(".toml") else policy,
            day=day.isoformat(),
            use=self.law.use,
            form=self.printing.form,
            output=[str(path.absolute()) for path in self.printing.output or ()],
            fail_on=self.fail_on,
            gone_after=self.gone_after,
            transcripts=self.transcripts,
            fingerprints=None if self.fingerprints is None else str(self.fingerprints.absolute()),
        )
        told: dict[str, Any] = msgspec.to_builtins(options)
        return told

    def resumed(self, scan: Scan, given: Container[str]) -> Wanted:
        """Return what the scan was begun with, save for the options that are ``given`` on the command line now."""
        stored = scan.parameters.get("options")
        if stored is None:
            return self
        try:
            old = msgspec.convert(stored, _Options)
        except msgspec.ValidationError as error:
            raise _unknown(scan, error) from error
        output = [Path(path) for path in old.output]
        return Wanted(
            Printing(
                self.printing.form if "form" in given else old.form,
                self.printing.output if "output" in given else output,
            ),
            Law(
                self.law.policy if "policy" in given else old.policy,
                self.law.day if "day" in given else old.day,
                self.law.use if "use" in given else old.use,
            ),
            self.fail_on if "fail_on" in given else old.fail_on,
            self.gone_after if "gone_after" in given else old.gone_after,
            self.transcripts or old.transcripts,
            self.fingerprints if "fingerprints" in given or old.fingerprints is None else Path(old.fingerprints),
        )


class _Options(msgspec.Struct, frozen=True):
    """The options of Wanted, by the names of their parameters."""

    policy: str
    day: str
    use: list[str] | None
    form: str
    output: list[str]
    fail_on: str | None
    gone_after: int
    transcripts: bool
    fingerprints: str | None


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


def restored_request(scan: Scan, request: Request, given: Container[str]) -> tuple[Request, list[str]]:
    """Return the scan's request, and a line for each option that is ``given`` now and cannot be followed any more.

    Of ``request``, which is made of the options that are given now, count those that may change in the middle, the
    credentials, and further exclusions: what was excluded once stays so.
    """
    from scanner.ledger.parameters import ParameterError, restored

    if "-" in scan.parameters["request"].get("files", ()):
        raise Failure(f"--resume: scan {scan.id} read its targets from standard input, which is not stored")
    try:
        old = restored(scan.parameters["request"], request)
    except ParameterError as error:
        raise _unknown(scan, error) from error
    told = [
        f"{option} is not followed: a scan that is resumed asks all its addresses the same"
        for name, option in _SETTLED.items()
        if name in given and getattr(request, name) != getattr(old, name)
    ]
    changed = {part: getattr(request, part) for name, parts in _CHANGEABLE.items() if name in given for part in parts}
    changed["exclude"] = tuple(dict.fromkeys((*old.exclude, *request.exclude)))
    changed["exclude_files"] = tuple(dict.fromkeys((*old.exclude_files, *request.exclude_files)))
    merged = msgspec.structs.replace(old, **changed)
    if merged.engine == "raw":
        need_privilege()
    return merged, told


def _unknown(scan: Scan, error: Exception) -> Failure:
    return Failure(f"--resume: scan {scan.id} is of a program whose parameters are unknown: {error}")
