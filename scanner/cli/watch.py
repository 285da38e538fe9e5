"""``coveredscan watch``: listen on an interface, tell of devices as they speak, judge at the end. Nothing is sent."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.failure import EXIT_FOUND, EXIT_INCOMPLETE, EXIT_INTERRUPTED, Failure
from scanner.cli.grouped import grouped
from scanner.cli.options import Fail_on, Fingerprints, Keeping, Law, Printing
from scanner.version import __version__

if TYPE_CHECKING:
    from scanner.cli.judging import Judging
    from scanner.importers.frames import Frame
    from scanner.importers.pcapng import Writer
    from scanner.model.observation import Observation
    from scanner.transports.capture import Capture

MAX_HOSTS = 65_536
"""Addresses remembered: a /16; more on one link is somebody making them up."""
MAX_SEEN = 8192
"""Distinct observations of one address: some ten times what the most talkative device yields."""
TELLING = ("manufacturer", "brand", "model")
"""Slots of which a change is told while listening."""


@grouped
def watch(
    *,
    interface: Annotated[str, typer.Option("-i", "--interface", metavar="NAME", help="Listen on this interface.")],
    duration: Annotated[
        str | None, typer.Option("--for", metavar="TIME", help="Such as 30s, 10m or 2h (default: until Ctrl-C).")
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE.pcapng", help="Keep what was heard, to import it later.")
    ] = None,
    printing: Printing,
    law: Law,
    fail_on: Fail_on = None,
    keeping: Keeping,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Tell nothing until the end.")] = False,
    fingerprints: Fingerprints = None,
) -> int:
    """Listen only: devices are told of as they speak, and judged at the end. Needs root or CAP_NET_RAW."""
    from scanner.cli.duration import parse_duration
    from scanner.cli.job import tell
    from scanner.cli.outputs import context_for
    from scanner.cli.storing import open_scans_unless
    from scanner.cli.verdicts import meets, parse_level
    from scanner.ledger.ledger import Ledger
    from scanner.model.finding import Coverage
    from scanner.transports.capture import Capture, NoInterface
    from scanner.transports.link import NotPrivileged

    level, judging = parse_level(fail_on), law.judging(fingerprints)
    seconds = None if duration is None else parse_duration(duration, "--for")
    with ExitStack() as stack:
        try:
            capture = stack.enter_context(Capture(interface))
        except (NoInterface, NotPrivileged) as error:
            raise Failure(str(error)) from error
        writer = None
        if write is not None:
            from scanner.importers.pcapng import Writer

            try:
                writer = Writer(
                    stack.enter_context(write.open("wb")), interface, capture.link, f"coveredscan {__version__}"
                )
            except OSError as error:
                raise Failure(f"--write {write}: cannot be written: {error.strerror}") from error
        outputs = stack.enter_context(printing.open())
        store = stack.enter_context(open_scans_unless(keeping.no_store, keeping.db))
        ledger = Ledger(store, judging.terms, tell)
        listening = Listening(judging, capture, writer, seconds, ledger.take, quiet=quiet)
        ledger.reached = lambda: Coverage(
            addresses=len(ledger.findings),
            alive=len(ledger.findings),
            not_reached=(listening.trouble,) if listening.trouble else (),
            read=(interface,),
        )
        ledger.begin((interface,), {"watch": {"interface": interface, "for": seconds}}, keeping.site)
        listening.run()
        cut = listening.interrupted and seconds is not None
        summary = ledger.end(interrupted=cut)
        outputs.finish(ledger.findings, context_for(summary, judging))
        if listening.trouble:
            sys.stderr.write(f"coveredscan: {listening.trouble}\n")
        if cut:
            return EXIT_INTERRUPTED
    if any(meets(finding, level) for finding in ledger.findings):
        return EXIT_FOUND
    return EXIT_INCOMPLETE if listening.trouble else 0


class Listening:
    """One time of listening: frames go to the file, to the decoders, and what is new to the screen."""

    def __init__(
        self,
        judging: Judging,
        capture: Capture,
        writer: Writer | None,
        seconds: float | None,
        take: Callable[[Observation], None],
        *,
        quiet: bool,
    ) -> None:
        self._judging = judging
        self._capture = capture
        self._writer = writer
        self._seconds = seconds
        self._take = take
        self._quiet = quiet
        self._of: dict[str, dict[tuple[int | None, str, str, str | None], Observation]] = {}
        self._shown: dict[str, str] = {}
        self.interrupted = False
        self.trouble = ""

    def run(self) -> None:
        """Listen until the time is up, or Ctrl-C or SIGTERM; what is observed is handed on once."""
        import signal

        from scanner.importers.importer import BadPart, normal
        from scanner.importers.traffic import Traffic

        previous = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            for item in Traffic().read(self._frames()):
                told = None if isinstance(item, BadPart) else normal(item, self._judging.database.rule_for)
                if told is not None and self._is_new(told):
                    self._take(told)
                    self._tell(told.subject.address)
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
        lost = self._capture.lost()
        if lost and not self.trouble:
            self.trouble = f"{lost:,} frames came faster than they could be read, and were lost"

    def _is_new(self, told: Observation) -> bool:
        """Keep an observation; False when it is known already, or one too many."""
        address = told.subject.address
        if address not in self._of and len(self._of) >= MAX_HOSTS:
            self.trouble = f"more than {MAX_HOSTS:,} addresses spoke: the rest were not heard"
            return False
        seen = self._of.setdefault(address, {})
        key = (told.subject.port, told.field, told.value, told.provenance.reporter)
        if key in seen or len(seen) >= MAX_SEEN:
            return False
        seen[key] = told
        return True

    def _stop(self, *_: object) -> None:
        self.interrupted = True

    def _frames(self) -> Iterator[Frame]:
        import time

        from scanner.transports.capture import NoInterface

        end = None if self._seconds is None else time.monotonic() + self._seconds
        try:
            for frame in self._capture.frames():
                if self.interrupted or (end is not None and time.monotonic() >= end):
                    return
                if frame is not None:
                    self._keep(frame)
                    yield frame
        except NoInterface as error:
            self.trouble = str(error)

    def _keep(self, frame: Frame) -> None:
        if self._writer is None:
            return
        try:
            self._writer.write(frame)
        except OSError as error:
            self._writer = None
            self.trouble = f"--write ended early: {error.strerror}; listening went on"

    def _tell(self, address: str) -> None:
        """Show one line when what is known of an address has changed."""
        if self._quiet:
            return
        from scanner.reports.inert import terminal

        for finding in self._judging.judge.judge(self._of[address].values()):
            named = [(slot, getattr(finding.identification, slot)) for slot in TELLING]
            told = ", ".join(f"{slot} {value.name} ({value.tier})" for slot, value in named if value is not None)
            line = f"{finding.host}  {told or finding.mac or 'speaks'}"
            if self._shown.get(finding.host) != line:
                self._shown[finding.host] = line
                sys.stderr.write(f"{terminal(line, 200)}\n")
