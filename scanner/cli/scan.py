"""``coveredscan scan``: discover, probe, identify, judge, report."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.failure import EXIT_FOUND, EXIT_INCOMPLETE, EXIT_INTERRUPTED, Failure
from scanner.cli.options import Database_url, Day, Fingerprints, Judging, Policy, Use, open_scans
from scanner.version import __version__

if TYPE_CHECKING:
    from datetime import datetime

    from scanner.cli.outputs import ReportFile
    from scanner.engine.events import Event
    from scanner.engine.request import Request
    from scanner.engine.scope import Scope
    from scanner.model.finding import Coverage, Finding, Summary
    from scanner.model.measure import VerdictLevel
    from scanner.model.observation import Observation
    from scanner.model.outcome import Outcome
    from scanner.reports import Format
    from scanner.store import Store

ASK_ABOVE = 1 << 20
"""Addresses a scan may have before it asks whether that was meant: a /12 takes hours at the default rate."""
STORE_BATCH = 2000
"""Observations held back before they are written: one transaction a device would cost more than the probes."""


def scan(
    targets: Annotated[
        list[str] | None,
        typer.Argument(metavar="TARGET…", help="Address, CIDR, range, hostname, IPv6, interface, or local."),
    ] = None,
    *,
    input_list: Annotated[
        list[str] | None, typer.Option("-iL", "--targets", metavar="FILE", help="Read targets from a file; - is stdin.")
    ] = None,
    ports: Annotated[
        str, typer.Option("-p", "--ports", metavar="LIST", help="TCP ports, such as 80,443,8000-8010 or camera,9999.")
    ] = "camera",
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", metavar="TARGETS", help="Never contact these; absolute.")
    ] = None,
    exclude_file: Annotated[
        list[str] | None, typer.Option("--exclude-file", metavar="FILE", help="Never contact what this file lists.")
    ] = None,
    allow_public: Annotated[bool, typer.Option("--allow-public", help="Also scan public address space.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask about a very large scope.")] = False,
    engine: Annotated[str, typer.Option("--engine", metavar="builtin|nmap", help="Who finds open ports.")] = "builtin",
    interface: Annotated[
        list[str] | None, typer.Option("-i", "--interface", metavar="NAME", help="Ask groups on this interface only.")
    ] = None,
    discovery: Annotated[
        str, typer.Option("--discovery", metavar="NAMES", help="Discovery protocols: all, none, or ws_discovery,arp,….")
    ] = "all",
    rate: Annotated[
        float, typer.Option("--rate", metavar="N", help="Connection attempts and questions a second, in all.")
    ] = 1000.0,
    timeout: Annotated[float, typer.Option("--timeout", metavar="S", help="Seconds to wait for a connection.")] = 3.0,
    credentials: Annotated[
        Path | None, typer.Option("--credentials", metavar="FILE", help="TOML: accounts for authenticated ONVIF reads.")
    ] = None,
    form: Annotated[
        str, typer.Option("-f", "--format", metavar="NAME", help="What to print: table, jsonl, json or csv.")
    ] = "table",
    output: Annotated[
        list[Path] | None,
        typer.Option("-o", "--output", metavar="FILE", help="Also write a report; format by extension."),
    ] = None,
    policy: Policy = "us-federal",
    day: Day = None,
    use: Use = None,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", metavar="LEVEL", help="Exit 10 when a verdict is at or above LEVEL.")
    ] = None,
    no_store: Annotated[bool, typer.Option("--no-store", help="Do not keep the scan.")] = False,
    db: Database_url = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress.")] = False,
    fingerprints: Fingerprints = None,
) -> int:
    """Scan targets: find devices, name their makers, flag what is covered."""
    import asyncio

    from scanner.cli.outputs import format_named, open_reports
    from scanner.cli.verdicts import parse_level

    if not targets and not input_list:
        raise Failure("no target: name an address, a network such as 192.168.1.0/24, an interface, or local")
    level = parse_level(fail_on)
    form_chosen = format_named(form)
    judging = Judging(fingerprints, policy, day, use)
    request = _request(
        targets=tuple(targets or ()),
        files=tuple(input_list or ()),
        exclude=tuple(exclude or ()),
        exclude_files=tuple(exclude_file or ()),
        ports=ports,
        engine=engine,
        allow_public=allow_public,
        rate=rate,
        timeout=timeout,
        interfaces=tuple(interface or ()),
        discovery=discovery,
        credentials=credentials,
    )
    job = Job(request, judging, yes=yes, quiet=quiet or form == "jsonl", stream=form == "jsonl")
    job.reports = open_reports(output or ())
    try:
        with _kept(db, no_store=no_store) as job.store:
            asyncio.run(job.run())
            job.report(form_chosen)
    finally:
        for file in job.reports:
            file.abandon()
    return job.exit_code(level)


@contextmanager
def _kept(db: str | None, *, no_store: bool) -> Iterator[Store | None]:
    if no_store:
        yield None
    else:
        with open_scans(db) as store:
            yield store


def _request(
    *,
    targets: tuple[str, ...],
    files: tuple[str, ...],
    exclude: tuple[str, ...],
    exclude_files: tuple[str, ...],
    ports: str,
    engine: str,
    allow_public: bool,
    rate: float,
    timeout: float,
    interfaces: tuple[str, ...],
    discovery: str,
    credentials: Path | None,
) -> Request:
    from scanner.engine.credentials import CredentialError, Credentials, load
    from scanner.engine.ports import PortError, parse
    from scanner.engine.request import Request
    from scanner.transports.limits import Limits

    if engine not in {"builtin", "nmap"}:
        raise Failure(f"--engine {engine}: there is none of that name; use builtin or nmap")
    if timeout <= 0:
        raise Failure(f"--timeout {timeout:g}: must be above zero")
    try:
        accounts = load(credentials) if credentials is not None else Credentials()
        for warning in accounts.warnings:
            sys.stderr.write(f"coveredscan: {warning}\n")
        return Request(
            targets=targets,
            files=files,
            exclude=exclude,
            exclude_files=exclude_files,
            ports=parse(ports),
            engine="nmap" if engine == "nmap" else "builtin",
            allow_public=allow_public,
            rate=rate,
            limits=Limits(connect=timeout),
            interfaces=interfaces,
            discovery=_discoveries(discovery),
            credentials=accounts,
        )
    except PortError as error:
        raise Failure(f"--ports: {error}") from error
    except CredentialError as error:
        raise Failure(str(error)) from error
    except ValueError as error:
        raise Failure(f"--rate {rate:g}: {error}") from error


def _discoveries(text: str) -> tuple[str, ...] | None:
    from scanner.model.dialogue import DatagramSpec
    from scanner.protocols import ALL

    if text == "all":
        return None
    wanted = () if text == "none" else tuple(text.split(","))
    known = ["arp", *(spec.name for spec in ALL if isinstance(spec, DatagramSpec))]
    for name in wanted:
        if name not in known:
            raise Failure(f"--discovery {name}: there is none of that name; use all, none, or of {', '.join(known)}")
    return wanted


@dataclass
class Job:
    """One scan from start to report: what the engine says goes to the store, to the judge and to the screen."""

    request: Request
    judging: Judging
    yes: bool = False
    quiet: bool = False
    stream: bool = False
    store: Store | None = None
    reports: list[ReportFile] = field(default_factory=list)
    summary: Summary | None = None
    findings: list[Finding] = field(default_factory=list)
    _waiting: tuple[list[Observation], list[Outcome]] = field(default_factory=lambda: ([], []))

    async def run(self) -> None:
        """Scan; afterwards ``findings`` and ``summary`` stand, also when the scan was interrupted."""
        from scanner.cli.interrupt import Interrupted, until_interrupted
        from scanner.cli.progress import Live
        from scanner.engine import clock
        from scanner.engine.scan import Scan
        from scanner.matching.gathering import Gathering

        self._gathering = Gathering()
        interrupted = False
        with Live(wanted=not self.quiet) as self._live:
            scan = Scan(self.request, self._take, rules=self.judging.database.rule_for)
            scope = await self._scope()
            started = clock.now()
            identity = self._begin(started)
            try:
                with _engine_failures():
                    coverage = await until_interrupted(scan.run(scope))
            except Interrupted:
                interrupted, coverage = True, scan.coverage()
        self._flush(0)
        self.findings = list(self.judging.judge.judge(self._gathering.all()))
        self.summary = self._summarise(identity, started, coverage, interrupted=interrupted)
        if self.store is not None:
            self.store.finish(self.summary, self.findings)

    def report(self, form: Format) -> None:
        """Print the report and write the files."""
        import msgspec

        from scanner.cli.outputs import context_for, print_report

        context = context_for(self.summary, self.judging)
        if self.stream:
            sys.stdout.buffer.write(msgspec.json.encode(self.summary) + b"\n")
            sys.stdout.buffer.flush()
        else:
            print_report(form, self.findings, context)
        for file in self.reports:
            file.finish(self.findings, context)
            sys.stderr.write(f"coveredscan: wrote {file.path}\n")

    def exit_code(self, level: VerdictLevel | None) -> int:
        """Return the documented code for how it went."""
        from scanner.cli.verdicts import meets

        assert self.summary is not None
        if self.summary.interrupted:
            return EXIT_INTERRUPTED
        if any(meets(finding, level) for finding in self.findings):
            return EXIT_FOUND
        return 0 if self.summary.complete else EXIT_INCOMPLETE

    async def _scope(self) -> Scope:
        from scanner.engine.scan import open_scope

        with _engine_failures():
            scope = await open_scope(self.request)
        count = scope.swept.count
        if count <= ASK_ABOVE or self.yes:
            return scope
        meant = f"the targets mean {count:,} addresses"
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise Failure(f"{meant}; add --yes if that is what you want")
        sys.stderr.write(f"coveredscan: {meant}; scan them all? [y/N] ")
        if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
            raise Failure(f"{meant}; not scanned")
        return scope

    def _begin(self, started: datetime) -> str:
        import msgspec

        parameters = {
            "ports": list(self.request.ports),
            "engine": self.request.engine,
            "exclude": list(self.request.exclude),
            "rate": self.request.rate,
            "policy": self.judging.policy,
        }
        targets = (*self.request.targets, *self.request.files)
        if self.store is None:
            return f"{started:%Y%m%dT%H%M%SZ}"
        return self.store.begin(
            targets=targets,
            parameters=msgspec.to_builtins(parameters),
            started_at=started,
            database=self.judging.database.version,
            program=__version__,
        )

    def _take(self, event: Event) -> None:
        from scanner.engine.events import HostDone, Progress
        from scanner.model.observation import Observation
        from scanner.model.outcome import Outcome

        if isinstance(event, Observation):
            self._gathering.add(event)
            self._waiting[0].append(event)
        elif isinstance(event, Outcome):
            self._waiting[1].append(event)
        elif isinstance(event, HostDone):
            self._tell(event.address)
        elif isinstance(event, Progress):
            self._live.show("scanning", event.visited + event.done, event.addresses + event.alive, event.alive)
        self._flush(STORE_BATCH)

    def _tell(self, address: str) -> None:
        import msgspec

        if not self.stream and not any(file.streams for file in self.reports):
            return
        for finding in self.judging.judge.judge(self._gathering.done(address)):
            line = msgspec.json.encode(finding) + b"\n"
            if self.stream:
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()
            for file in self.reports:
                file.stream(line)

    def _flush(self, least: int) -> None:
        observations, outcomes = self._waiting
        if self.store is None:
            outcomes.clear()
            observations.clear()
        elif len(observations) + len(outcomes) > least:
            self.store.add(observations, outcomes)
            observations.clear()
            outcomes.clear()

    def _summarise(self, identity: str, started: datetime, coverage: Coverage, *, interrupted: bool) -> Summary:
        from scanner.cli.verdicts import worst
        from scanner.engine import clock
        from scanner.model.finding import Summary

        verdicts: dict[str, int] = {}
        for finding in self.findings:
            verdicts[worst(finding)] = verdicts.get(worst(finding), 0) + 1
        return Summary(
            scan=identity,
            started_at=started,
            ended_at=clock.now(),
            complete=not interrupted and not coverage.not_reached,
            interrupted=interrupted,
            hosts=len(self.findings),
            verdicts=verdicts,
            coverage=coverage,
            targets=(*self.request.targets, *self.request.files),
            policy=self.judging.policy,
            date=self.judging.when.isoformat(),
            database=self.judging.database.version,
            program=__version__,
        )


@contextmanager
def _engine_failures() -> Iterator[None]:
    """What the operator can mend becomes a Failure."""
    from scanner.engine.scope import ScopeError
    from scanner.engine.targets import TargetError
    from scanner.transports.nmap import NmapMissing

    try:
        yield
    except (TargetError, ScopeError, NmapMissing) as error:
        raise Failure(str(error)) from error
