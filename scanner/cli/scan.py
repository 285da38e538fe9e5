"""``coveredscan scan``: discover, probe, identify, judge, report."""

from __future__ import annotations

from typing import Annotated

import typer

from scanner.cli.asking import Asking
from scanner.cli.failure import Failure
from scanner.cli.grouped import grouped
from scanner.cli.options import Fail_on, Fingerprints, Keeping, Law, Printing
from scanner.cli.storing import open_scans_unless


@grouped
def scan(
    *,
    asking: Asking,
    printing: Printing,
    law: Law,
    fail_on: Fail_on = None,
    keeping: Keeping,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the last scan (of these targets) that did not come to its end.")
    ] = False,
    max_time: Annotated[
        str | None, typer.Option("--max-time", metavar="TIME", help="Stop in order after 45m, 2h…; --resume goes on.")
    ] = None,
    gone_after: Annotated[
        int, typer.Option("--gone-after", metavar="N", min=1, help="Scans that must miss a device before it is gone.")
    ] = 3,
    transcripts: Annotated[
        bool, typer.Option("--keep-transcripts", help="Store the raw answers too, up to 64 MiB a scan.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress.")] = False,
    fingerprints: Fingerprints = None,
) -> int:
    """Scan targets: find devices, name their makers, flag what is covered."""
    import asyncio

    from scanner.cli.config import sinks
    from scanner.cli.duration import parse_duration
    from scanner.cli.job import Job
    from scanner.cli.resuming import find_unfinished, restored_request
    from scanner.cli.verdicts import parse_threshold
    from scanner.outbox.sinks import address

    if not asking.named and not resume:
        raise Failure("no target: name an address, a network such as 192.168.1.0/24, an interface, or local")
    threshold = parse_threshold(fail_on)
    if keeping.no_store and resume:
        raise Failure("--resume needs the store that --no-store does without")
    if keeping.no_store and threshold is not None and threshold.new:
        raise Failure(f"--fail-on {fail_on} needs the store that --no-store does without")
    seconds = None if max_time is None else parse_duration(max_time, "--max-time")
    judging, request, receivers = law.judging(fingerprints), asking.request(), sinks()
    with printing.open(live=True) as outputs, open_scans_unless(keeping.no_store, keeping.db) as store:
        job = Job(
            request,
            judging,
            outputs,
            store,
            yes=asking.yes,
            quiet=quiet or printing.form == "jsonl",
            site=keeping.site,
            gone_after=gone_after,
            transcripts=transcripts,
            max_time=seconds,
            notify=lambda changes: address(receivers, changes),
            parameters={"policy": law.policy},
        )
        if resume and store is not None:
            job.resumed = found, _ = find_unfinished(store, asking.named)
            job.request, job.site = restored_request(found, request), found.site
        asyncio.run(job.run())
        job.report()
        if receivers and store is not None:
            from scanner.cli.delivering import deliver_due

            deliver_due(store, receivers)
    return job.exit_code(threshold)
