"""``coveredscan scan``: discover, probe, identify, judge, report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
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
    from scanner.cli.places import Claim
    from scanner.cli.verdicts import Threshold
    from scanner.engine.events import Event
    from scanner.engine.request import Request
    from scanner.engine.scope import Scope
    from scanner.model.change import Change
    from scanner.model.finding import Coverage, Finding, Summary
    from scanner.model.host import Host
    from scanner.model.observation import Observation
    from scanner.reports import Format
    from scanner.store import Done, Store

ASK_ABOVE = 1 << 20
"""Addresses a scan may have before it asks whether that was meant: a /12 takes hours at the default rate."""

_NOT_KEPT = {"credentials", "never"}
"""Of a request: secrets are never stored, and which addresses are never to be scanned each run reads anew."""


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
    engine: Annotated[
        str, typer.Option("--engine", metavar="builtin|raw|nmap", help="Who finds open ports; raw needs root.")
    ] = "builtin",
    interface: Annotated[
        list[str] | None, typer.Option("-i", "--interface", metavar="NAME", help="Ask groups on this interface only.")
    ] = None,
    discovery: Annotated[
        str, typer.Option("--discovery", metavar="NAMES", help="Discovery protocols: all, none, or ws_discovery,arp,….")
    ] = "all",
    speed: Annotated[
        str, typer.Option("--speed", metavar="gentle|normal|fast", help="What may be asked of net, subnet and device.")
    ] = "gentle",
    rate: Annotated[
        float | None, typer.Option("--rate", metavar="N", help="Questions a second, in all, instead of the speed's.")
    ] = None,
    shard: Annotated[
        str, typer.Option("--shard", metavar="I/N", help="Take part I of N of the targets; run the others elsewhere.")
    ] = "1/1",
    sample: Annotated[
        bool, typer.Option("--sample", help="Ask a few of each /24 first, with --engine raw; empty ones no more.")
    ] = False,
    timeout: Annotated[float, typer.Option("--timeout", metavar="S", help="Seconds to wait for a connection.")] = 3.0,
    credentials: Annotated[
        Path | None, typer.Option("--credentials", metavar="FILE", help="TOML: accounts for ONVIF and SNMP reads.")
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
    site: Annotated[
        str, typer.Option("--site", metavar="NAME", help="Where this is; devices are remembered site by site.")
    ] = "",
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

    from scanner.cli.duration import parse_duration
    from scanner.cli.outputs import format_named, open_reports
    from scanner.cli.verdicts import parse_threshold

    if not targets and not input_list and not resume:
        raise Failure("no target: name an address, a network such as 192.168.1.0/24, an interface, or local")
    if resume and no_store:
        raise Failure("--resume needs the store that --no-store does without")
    threshold = parse_threshold(fail_on)
    if threshold is not None and threshold.new and no_store:
        raise Failure(f"--fail-on {fail_on} needs the store that --no-store does without")
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
        speed=speed,
        rate=rate,
        shard=shard,
        sample=sample,
        timeout=timeout,
        interfaces=tuple(interface or ()),
        discovery=discovery,
        credentials=credentials,
    )
    job = Job(request, judging, yes=yes, quiet=quiet or form == "jsonl", stream=form == "jsonl")
    from scanner.cli.config import sinks

    receivers = sinks()
    if receivers:
        from scanner.outbox.sinks import address

        job.notify = lambda changes: address(receivers, changes)
    job.site, job.gone_after, job.transcripts = site, gone_after, transcripts
    job.max_time = None if max_time is None else parse_duration(max_time, "--max-time")
    job.reports = open_reports(output or ())
    try:
        with _kept(db, no_store=no_store) as job.store:
            if resume:
                job.resume((*(targets or ()), *(input_list or ())))
            asyncio.run(job.run())
            job.report(form_chosen)
            if receivers and job.store is not None:
                from scanner.cli.delivering import deliver_due

                deliver_due(job.store, receivers)
    finally:
        for file in job.reports:
            file.abandon()
    return job.exit_code(threshold)


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
    speed: str,
    rate: float | None,
    shard: str,
    sample: bool,
    timeout: float,
    interfaces: tuple[str, ...],
    discovery: str,
    credentials: Path | None,
) -> Request:
    from scanner.engine.credentials import CredentialError, Credentials, load
    from scanner.engine.ports import PortError, parse
    from scanner.engine.request import Request
    from scanner.engine.speeds import SPEEDS
    from scanner.transports.limits import Limits

    if engine not in {"builtin", "raw", "nmap"}:
        raise Failure(f"--engine {engine}: there is none of that name; use builtin, raw or nmap")
    if engine == "raw":
        _need_privilege()
    if speed not in SPEEDS:
        raise Failure(f"--speed {speed}: there is none of that name; use {', '.join(SPEEDS)}")
    if rate is not None and not rate > 0:
        raise Failure(f"--rate {rate:g}: rate must be above zero")
    chosen = SPEEDS[speed]
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
            engine="nmap" if engine == "nmap" else "raw" if engine == "raw" else "builtin",
            allow_public=allow_public,
            rate=chosen.rate if rate is None else rate,
            subnet_rate=chosen.per_subnet,
            host_rate=chosen.per_host,
            shard=_shard(shard),
            sample=sample,
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
        raise Failure(str(error)) from error


def _need_privilege() -> None:
    from scanner.transports.privilege import privileged

    if not privileged():
        raise Failure("--engine raw: needs root or CAP_NET_RAW; builtin needs neither")


def _shard(text: str) -> tuple[int, int]:
    number, slash, parts = text.partition("/")
    if not (slash and number.isdecimal() and parts.isdecimal() and 1 <= int(number) <= int(parts)):
        raise Failure(f"--shard {text}: write the part and how many there are, as 2/4")
    return int(number), int(parts)


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
    site: str = ""
    gone_after: int = 3
    transcripts: bool = False
    max_time: float | None = None
    """Seconds after which the scan stops in order."""
    notify: Callable[[Sequence[Change]], Iterable[tuple[str, str]]] = lambda _: ()
    """Takes what changed, returns (sink, body) of what is to be delivered."""
    reports: list[ReportFile] = field(default_factory=list)
    summary: Summary | None = None
    findings: list[Finding] = field(default_factory=list)
    changes: tuple[Change, ...] = ()
    _claim: Claim | None = None
    _resumed: str | None = None
    _before: Done | None = None
    _out_of_time: bool = False

    def resume(self, targets: tuple[str, ...]) -> None:
        """Go on with the newest scan, of these targets if any are named, that did not come to its end."""
        import msgspec

        from scanner.engine.request import Request

        assert self.store is not None
        unfinished = [
            scan
            for scan in self.store.scans()
            if (scan.ended_at is None or scan.interrupted) and targets in ((), scan.targets)
        ]
        if not unfinished:
            raise Failure("--resume: no stored scan of these targets is unfinished")
        found = next((scan for scan in unfinished if self._claimed(scan.id)), None)
        if found is None:
            raise Failure(f"--resume: scan {unfinished[0].id} is running")
        if "-" in found.parameters.get("request", {}).get("files", ["-"]):
            raise Failure(f"--resume: scan {found.id} read its targets from standard input, which is not stored")
        kept = [field for field in msgspec.structs.fields(Request) if field.name not in _NOT_KEPT]
        try:
            kind = msgspec.defstruct("Kept", [(field.name, field.type) for field in kept], forbid_unknown_fields=True)
            request = msgspec.structs.asdict(msgspec.convert(found.parameters["request"], kind))
        except msgspec.ValidationError as error:
            raise Failure(f"--resume: scan {found.id} is of a program whose parameters are unknown: {error}") from error
        self.request = msgspec.structs.replace(self.request, **request)
        self.site = found.site
        self.store.resume(found.id)
        self._resumed = found.id
        self._before = self.store.done(found.id)
        count = len(self._before.alive) + len(self._before.silent)
        sys.stderr.write(f"coveredscan: going on with scan {found.id}: {count:,} addresses are done\n")

    async def run(self) -> None:
        """Scan; afterwards ``findings`` and ``summary`` stand, also when the scan was interrupted."""
        import asyncio

        from scanner.cli.interrupt import Interrupted, until_interrupted
        from scanner.cli.keeping import Keeping
        from scanner.cli.progress import Live
        from scanner.engine import clock
        from scanner.engine.scan import Scan
        from scanner.engine.tally import join
        from scanner.matching.gathering import Gathering

        self._gathering = Gathering()
        interrupted = False
        with Live(wanted=not self.quiet) as self._live:
            keep = self.store.keep if self.store is not None and self.transcripts else None
            self._scan = scan = Scan(self.request, self._take, rules=self.judging.database.rule_for, keep=keep)
            scope = await self._scope()
            started = clock.now()
            identity = self._begin(started)
            self._keeping = Keeping(self.store)
            self._recall()
            try:
                with _engine_failures():
                    async with asyncio.timeout(self.max_time):
                        coverage = await until_interrupted(scan.run(scope))
            except Interrupted:
                interrupted, coverage = True, scan.coverage()
            except TimeoutError:
                interrupted = self._out_of_time = True
                coverage = scan.coverage()
                sys.stderr.write("coveredscan: the time is up; `coveredscan scan --resume` goes on from here\n")
        if self._before is not None and self._before.coverage is not None:
            coverage = join(self._before.coverage, len(self._before.alive), coverage)
        known: dict[str, tuple[tuple[str, str], ...]] = {}
        self.findings = list(self.judging.judge.judge(self._gathering.all(), lambda seen: _hosts(seen, known)))
        ended = clock.now()
        self._end(lambda: self._summarise(identity, started, ended, coverage, interrupted=interrupted), known)

    def _end(self, summary: Callable[[], Summary], known: dict[str, tuple[tuple[str, str], ...]]) -> None:
        from scanner.store import Ending

        ending = Ending(known, self.gone_after, self.notify)
        self.changes = self._keeping.finish(summary, self.findings, ending, self._scan.coverage)
        self.summary = summary()
        if self._claim is not None:
            self._claim.release()

    def _recall(self) -> None:
        """Take in what the interrupted run saw."""
        if self._resumed is None or self._before is None or self.store is None:
            return
        for observation in self.store.observations(self._resumed):
            self._gathering.add(observation)
        for address in self._before.alive:
            self._tell(address)

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

    def exit_code(self, threshold: Threshold | None) -> int:
        """Return the documented code for how it went."""
        assert self.summary is not None
        if self.summary.interrupted and not self._out_of_time:
            return EXIT_INTERRUPTED
        if threshold is not None and threshold.met(self.findings, self.changes):
            return EXIT_FOUND
        return 0 if self.summary.complete else EXIT_INCOMPLETE

    async def _scope(self) -> Scope:
        from scanner.engine.scan import open_scope

        done = () if self._before is None else (*self._before.alive, *self._before.silent)
        with _engine_failures():
            scope = await open_scope(self.request, done)
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

        if self.store is None:
            return f"{started:%Y%m%dT%H%M%SZ}"
        if self._resumed is not None:
            return self._resumed
        asked = {name: each for name, each in msgspec.structs.asdict(self.request).items() if name not in _NOT_KEPT}
        request = msgspec.to_builtins(asked)
        identity = self.store.begin(
            targets=(*self.request.targets, *self.request.files),
            parameters={"request": request, "policy": self.judging.policy},
            started_at=started,
            database=self.judging.database.version,
            program=__version__,
            site=self.site,
        )
        # Where no state can be kept, a scan runs all the same; it is only not guarded against a second --resume.
        with suppress(Failure, OSError):
            self._claimed(identity)
        return identity

    def _claimed(self, scan: str) -> bool:
        """Return whether this process alone may write into the scan."""
        from scanner.cli.places import Claim

        claim = Claim(scan)
        if not claim.take():
            return False
        self._claim = claim
        return True

    def _take(self, event: Event) -> None:
        from scanner.engine.events import HostDone, Progress
        from scanner.model.observation import Observation
        from scanner.model.outcome import Outcome

        if isinstance(event, Observation):
            self._gathering.add(event)
            self._keeping.see(event)
        elif isinstance(event, Outcome):
            self._keeping.see(event)
        elif isinstance(event, HostDone):
            self._tell(event.address)
            self._keeping.settle(event.address)
        elif isinstance(event, Progress):
            self._live.show(
                event.stage or "scanning", event.visited + event.done, event.addresses + event.alive, event.alive
            )
        self._keeping.write(self._scan.coverage)

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

    def _summarise(
        self, identity: str, started: datetime, ended: datetime, coverage: Coverage, *, interrupted: bool
    ) -> Summary:
        from scanner.cli.verdicts import worst
        from scanner.model.finding import Summary

        verdicts: dict[str, int] = {}
        for finding in self.findings:
            verdicts[worst(finding)] = verdicts.get(worst(finding), 0) + 1
        return Summary(
            scan=identity,
            started_at=started,
            ended_at=ended,
            complete=not interrupted and not coverage.not_reached and self._keeping.trouble is None,
            interrupted=interrupted,
            hosts=len(self.findings),
            verdicts=verdicts,
            coverage=coverage,
            targets=(*self.request.targets, *self.request.files),
            errors=() if self._keeping.trouble is None else (self._keeping.trouble,),
            site=self.site,
            policy=self.judging.policy,
            date=self.judging.when.isoformat(),
            database=self.judging.database.version,
            program=__version__,
        )


def _hosts(observations: Iterable[Observation], known: dict[str, tuple[tuple[str, str], ...]]) -> Iterator[Host]:
    """Yield the hosts, and note what each is known by over time."""
    from scanner.matching.changes import known_by
    from scanner.matching.hosts import merge

    for host in merge(observations):
        known[host.key] = known_by(host)
        yield host


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
