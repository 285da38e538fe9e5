"""``coveredscan scan``: discover, probe, identify, judge, report."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer

from scanner.cli.asking import Asking
from scanner.cli.failure import Failure
from scanner.cli.grouped import grouped
from scanner.cli.options import Fail_on, Fingerprints, Keeping, Law, Printing
from scanner.cli.storing import open_scans


@grouped
def scan(
    context: typer.Context,
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
    from scanner.cli.job import Job, tell
    from scanner.cli.resuming import Wanted, find_unfinished, restored_request
    from scanner.cli.verdicts import parse_threshold
    from scanner.outbox.sinks import address

    if not asking.named and not resume:
        raise Failure("no target: name an address, a network such as 192.168.1.0/24, an interface, or local")
    if keeping.no_store and resume:
        raise Failure("--resume needs the store that --no-store does without")
    seconds = None if max_time is None else parse_duration(max_time, "--max-time")
    request, receivers = asking.request(), sinks()
    wanted = Wanted(printing, law, fail_on, gone_after, transcripts, fingerprints)
    with ExitStack() as stack:
        store = found = None
        site = keeping.site
        if resume:
            store = stack.enter_context(open_scans(keeping.db))
            found = find_unfinished(store, asking.named)
            given = _given(context)
            request, refused = restored_request(found[0], request, given)
            wanted, site = wanted.resumed(found[0], given), found[0].site
            for line in refused:
                tell(line)
        threshold = parse_threshold(wanted.fail_on)
        if keeping.no_store and threshold is not None and threshold.new:
            raise Failure(f"--fail-on {fail_on} needs the store that --no-store does without")
        judging = wanted.law.judging(wanted.fingerprints)
        if found is not None and found[0].database != judging.database.version:
            tell(f"the scan was begun with data {found[0].database}; it is judged by {judging.database.version}")
        outputs = stack.enter_context(wanted.printing.open(live=True))
        if store is None and not keeping.no_store:
            store = stack.enter_context(open_scans(keeping.db))
        job = Job(
            request,
            judging,
            outputs,
            store,
            found,
            yes=asking.yes,
            quiet=quiet or wanted.printing.form == "jsonl",
            site=site,
            gone_after=wanted.gone_after,
            transcripts=wanted.transcripts,
            max_time=seconds,
            notify=lambda changes: address(receivers, changes),
            parameters={"options": wanted.stored(judging.when)},
        )
        asyncio.run(job.run())
        job.report()
        if receivers and store is not None:
            from scanner.cli.delivering import deliver_due

            deliver_due(store, receivers)
    return job.exit_code(threshold)


def _given(context: typer.Context) -> set[str]:
    """Return the names of the parameters that stand on the command line."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return {name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE"}
