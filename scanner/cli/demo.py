"""``coveredscan demo`` and ``lab up``: virtual devices on loopback, and a real scan of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from scanner.cli.failure import EXIT_INTERNAL, EXIT_INTERRUPTED, Failure
from scanner.cli.options import Database_url, Law
from scanner.cli.storing import open_scans_unless

if TYPE_CHECKING:
    from scanner.lab.device import Expectation
    from scanner.model.finding import Finding

lab_app = typer.Typer(
    help="Virtual devices on loopback, answering from published transcripts.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
COVERED_LEVELS = {"covered", "likely"}
SECONDS_TO_FALL = 5


@lab_app.command("up")
def up(
    *,
    machine: Annotated[
        bool, typer.Option("--json", help="Print one JSON line when up; end when standard input ends.")
    ] = False,
) -> int:
    """Raise the lab and keep it up until Ctrl-C."""
    import asyncio

    from scanner.cli.interrupt import Interrupted, until_interrupted
    from scanner.lab.server import LabError

    try:
        asyncio.run(until_interrupted(_serve(machine=machine)))
    except LabError as error:
        raise Failure(str(error)) from error
    except Interrupted:
        return 0 if machine else EXIT_INTERRUPTED
    return 0


@lab_app.command("list")
def listing() -> int:
    """List the virtual devices: address, what each one truly is, where its answers were published."""
    from scanner.lab.device import load_devices

    for device in load_devices():
        truth = device.truth
        sys.stdout.write(f"{device.address:12} {truth.manufacturer or '?':10} {truth.device_class:14} {device.name}\n")
        for source in device.sources:
            sys.stdout.write(f"{'':12} from {source.where}\n")
    return 0


def demo(
    *,
    folder: Annotated[
        Path, typer.Option("--into", metavar="DIR", help="Where report.html and report.jsonl are written.")
    ] = Path(),
    db: Database_url = None,
    no_store: Annotated[bool, typer.Option("--no-store", help="Do not keep the scan.")] = False,
) -> int:
    """Raise the lab, scan it over real sockets, print the table, write report.html and report.jsonl, take it down."""
    import asyncio

    from scanner.cli.job import Job
    from scanner.cli.outputs import Outputs, format_named, open_reports
    from scanner.engine.request import Request
    from scanner.engine.speeds import SPEEDS
    from scanner.lab.device import expectations

    if not folder.is_dir():
        raise Failure(f"--into {folder}: there is no such folder: make it, or name another")
    judging = Law().judging(None)
    with _lab() as raised:
        sys.stderr.write(f"coveredscan: {len(raised['addresses'])} virtual devices are up on loopback; scanning them\n")
        # Virtual devices on this very machine need no sparing.
        speed = SPEEDS["fast"]
        request = Request(
            targets=tuple(raised["addresses"]),
            ports=tuple(raised["ports"]),
            rate=speed.rate,
            subnet_rate=speed.per_subnet,
            host_rate=speed.per_host,
        )
        files = open_reports((folder / "report.html", folder / "report.jsonl"))
        with Outputs(format_named("table"), files) as outputs, open_scans_unless(no_store, db) as store:
            job = Job(request, judging, outputs, store)
            asyncio.run(job.run())
            job.report()
    code = job.exit_code(None)
    if code:
        return code
    wrong = list(disagreements(job.findings, expectations()))
    for line in wrong:
        sys.stderr.write(f"coveredscan: {line}\n")
    if wrong:
        return EXIT_INTERNAL
    sys.stderr.write(
        "coveredscan: every covered device of the lab was flagged and no other; none was taken for another\n"
    )
    return 0


def disagreements(findings: Iterable[Finding], expected: Mapping[str, Expectation]) -> Iterator[str]:
    """Yield one line for each lab device that was not found or not told for what it is."""
    found = {address: finding for finding in findings for address in finding.addresses}
    for address, expectation in expected.items():
        finding = found.get(address)
        if finding is None:
            yield f"{address} ({expectation.name}) was not found"
            continue
        who, level = finding.identification, finding.verdicts[0].verdict
        maker = who.manufacturer.value if who.manufacturer is not None else None
        brand = who.brand.value if who.brand is not None else None
        flagged = level in COVERED_LEVELS
        if flagged != (expectation.verdict == "covered-maker"):
            yield f"{address} ({expectation.name}) is {level}, expected {expectation.verdict}"
        if expectation.manufacturer is not None and maker != expectation.manufacturer:
            yield f"{address} ({expectation.name}) was made by {expectation.manufacturer}, found {maker}"
        if expectation.brand is not None and brand != expectation.brand:
            yield f"{address} ({expectation.name}) is sold as {expectation.brand}, found {brand}"


async def _serve(*, machine: bool) -> None:
    import asyncio

    from scanner.lab.device import load_devices
    from scanner.lab.server import Lab

    async with Lab(load_devices()) as lab:
        if machine:
            sys.stdout.buffer.write(msgspec.json.encode({"addresses": lab.addresses, "ports": lab.ports}) + b"\n")
            sys.stdout.buffer.flush()
            await asyncio.to_thread(sys.stdin.buffer.read)
            return
        ports = ",".join(str(port) for port in lab.ports)
        sys.stdout.write(f"{len(lab.addresses)} devices on {lab.addresses[0]} … {lab.addresses[-1]}; Ctrl-C ends\n")
        sys.stdout.write(f"coveredscan scan -p {ports} {' '.join(lab.addresses)}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


@contextmanager
def _lab() -> Iterator[dict[str, Any]]:
    """Raise the lab as a process of its own, so that the scan crosses real sockets between two programs."""
    import subprocess

    process = subprocess.Popen(
        [sys.executable, "-m", "scanner.cli.main", "lab", "up", "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        line = process.stdout.readline()
        if not line:
            told = process.stderr.read().decode("utf-8", "replace").strip()
            raise Failure(told.removeprefix("coveredscan: ") or "the lab did not come up", EXIT_INTERNAL)
        yield msgspec.json.decode(line)
    finally:
        with suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(SECONDS_TO_FALL)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        process.stderr.close()
