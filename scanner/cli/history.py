"""``history``, ``show``, ``diff``: what past scans found, and what changed between them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.failure import EXIT_FOUND, Failure
from scanner.cli.judging import Judging
from scanner.cli.options import Database_url, Fingerprints
from scanner.cli.storing import open_scans

if TYPE_CHECKING:
    from scanner.matching.changes import Device, Look, Sighting
    from scanner.model.finding import Summary
    from scanner.store import Scan, Store

Site = Annotated[str | None, typer.Option("--site", metavar="NAME", help="Of this site alone.")]
Json = Annotated[bool, typer.Option("--json", help="JSON lines instead of text.")]


def history(
    *,
    site: Site = None,
    limit: Annotated[int, typer.Option("-n", "--limit", metavar="N", min=1, help="At most so many.")] = 50,
    machine: Json = False,
    db: Database_url = None,
) -> int:
    """List stored scans, the newest first."""
    import msgspec

    with open_scans(db) as store:
        shown = 0
        for scan, summary in store.summaries():
            if site is not None and scan.site != site:
                continue
            shown += 1
            if shown > limit:
                break
            if machine:
                record = {
                    **msgspec.structs.asdict(scan),
                    "state": _state(scan),
                    "hosts": summary.hosts if summary else None,
                    "verdicts": summary.verdicts if summary else None,
                }
                sys.stdout.buffer.write(msgspec.json.encode(record) + b"\n")
            else:
                sys.stdout.write(_line(scan, summary) + "\n")
        sys.stdout.flush()
    return 0


def show(
    what: Annotated[
        str | None, typer.Argument(metavar="[SCAN|HOST]", help="A scan's id (default: the last), or an address.")
    ] = None,
    *,
    form: Annotated[str, typer.Option("-f", "--format", metavar="NAME", help="table, jsonl, json or csv.")] = "table",
    machine: Json = False,
    db: Database_url = None,
    fingerprints: Fingerprints = None,
) -> int:
    """Show a stored scan as it was judged when it was made, or all that is known of one host over time."""
    from scanner.cli.outputs import context_for, format_named, print_report
    from scanner.store import StoreError

    with open_scans(db) as store:
        devices = [] if what is None else _named(store, what)
        if what is None:
            chosen = store.latest()
        elif devices:
            for device in devices:
                _show_device(store, device, machine=machine)
            return 0
        else:
            try:
                chosen = store.scan(what)
            except StoreError as error:
                raise Failure(f"{error}, and no device of that address is known") from error
        if chosen is None:
            raise Failure("no scan is stored yet; run `coveredscan scan TARGET…` first")
        judging = Judging(fingerprints, "us-federal", None, None)
        findings = list(store.findings(chosen.id))
        print_report(
            format_named("jsonl" if machine else form), findings, context_for(store.summary(chosen.id), judging)
        )
    return 0


def diff(
    first: Annotated[str | None, typer.Argument(metavar="[A]", help="A scan's id (default: the last but one).")] = None,
    second: Annotated[
        str | None, typer.Argument(metavar="[B]", help="A scan's id (default: the last of the same targets as A).")
    ] = None,
    *,
    site: Site = None,
    fail_on: Annotated[
        str | None,
        typer.Option("--fail-on", metavar="LEVEL", help="Exit 10 when B has a verdict at or above; new-LEVEL: newly."),
    ] = None,
    machine: Json = False,
    db: Database_url = None,
) -> int:
    """Tell what is different between two scans (default: the last two of the same targets)."""
    import msgspec

    from scanner.cli.verdicts import parse_threshold
    from scanner.matching.changes import compare
    from scanner.reports.changes import sentences, summarise

    threshold = parse_threshold(fail_on)
    with open_scans(db) as store:
        before, after = _two(store, first, second, site)
        was, now = _look(store, before), _look(store, after)
        seen_before, seen_after = _sightings(store, before), _sightings(store, after)
    outcome = compare(seen_before, seen_after, was, now)
    if machine:
        for change in outcome.changes:
            sys.stdout.buffer.write(msgspec.json.encode(change) + b"\n")
        sys.stdout.flush()
    else:
        sys.stdout.write(f"{_line(before, None)}\n{_line(after, None)}\n{summarise(outcome.changes)}\n")
        sys.stdout.writelines(sentences(outcome.changes))
        for scan in (before, after):
            if not scan.complete:
                sys.stdout.write(f"scan {scan.id} did not reach all it was to: what it missed is not told as gone\n")
    if threshold is not None and threshold.met((each.finding for each in seen_after), outcome.changes):
        return EXIT_FOUND
    return 0


def _two(store: Store, first: str | None, second: str | None, site: str | None) -> tuple[Scan, Scan]:
    ended = [scan for scan in store.scans(site) if scan.ended_at is not None]
    after = store.scan(second) if second is not None else None
    before = store.scan(first) if first is not None else None
    if after is None:
        like = (scan for scan in ended if before is None or (_same(scan, before) and scan.id > before.id))
        after = next(like, None)
    if after is not None and before is None:
        before = next((scan for scan in ended if _same(scan, after) and scan.id < after.id), None)
    if before is None or after is None:
        raise Failure("there are no two finished scans of the same targets yet: nothing to compare")
    for scan in (before, after):
        if scan.ended_at is None:
            raise Failure(f"scan {scan.id} did not come to its end: `coveredscan scan --resume` goes on with it")
    return before, after


def _same(scan: Scan, other: Scan) -> bool:
    return (scan.targets, scan.site) == (other.targets, other.site)


def _look(store: Store, scan: Scan) -> Look:
    from scanner.matching.changes import Look

    assert scan.ended_at is not None  # checked in _two
    done, summary = store.done(scan.id), store.summary(scan.id)
    partial = summary is not None and bool(summary.coverage.read)
    return Look(scan.id, scan.site, scan.ended_at, {*done.alive, *done.silent}.__contains__, partial=partial)


def _sightings(store: Store, scan: Scan) -> list[Sighting]:
    from scanner.matching.changes import Sighting

    return [Sighting(each.finding, each.identities) for each in store.judged(scan.id)]


def _named(store: Store, text: str) -> list[Device]:
    return [device for device in store.devices() if text == device.id or text in device.addresses]


def _show_device(store: Store, device: Device, *, machine: bool) -> None:
    import msgspec

    from scanner.matching.changes import worst
    from scanner.reports.changes import sentence
    from scanner.reports.inert import terminal

    changes = store.changes(device=device.id)
    if machine:
        sys.stdout.buffer.write(msgspec.json.encode({"device": device, "changes": changes}) + b"\n")
        sys.stdout.buffer.flush()
        return
    told = [f"{slot}: {terminal(value)}" for slot, value in device.known.items()]
    told += [f"{kind}: {terminal(value)}" for kind, value in device.identities]
    told += [f"{measure}: {verdict}" for measure, verdict in device.verdicts.items()]
    state = "gone" if device.gone else f"missed by {device.missed} scans since" if device.missed else "there"
    sys.stdout.write(
        f"{' '.join(device.addresses)}  {worst(device.verdicts)}  device {device.id}\n"
        f"first seen {device.first_seen:%Y-%m-%d %H:%M}Z, last seen {device.last_seen:%Y-%m-%d %H:%M}Z, {state}\n"
    )
    sys.stdout.writelines(f"  {line}\n" for line in told)
    sys.stdout.writelines(f"{change.at:%Y-%m-%d %H:%M}Z  {sentence(change)}\n" for change in changes)


def _state(scan: Scan) -> str:
    if scan.ended_at is None:
        return "unfinished"
    return "complete" if scan.complete else "interrupted" if scan.interrupted else "incomplete"


def _line(scan: Scan, summary: Summary | None) -> str:
    from scanner.model.measure import LEVELS

    found = ""
    if summary is not None:
        counts = [f"{summary.verdicts[level]} {level}" for level in reversed(LEVELS) if summary.verdicts.get(level)]
        found = f"{summary.hosts} devices" + (f" ({', '.join(counts)})" if counts else "") + "  "
    where = f"{scan.site}: " if scan.site else ""
    return f"{scan.id}  {scan.started_at:%Y-%m-%d %H:%M}Z  {_state(scan):11}  {found}{where}{' '.join(scan.targets)}"
