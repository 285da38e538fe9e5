"""``schedule``, ``run``, ``daemon``: named scans that run by themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scanner.cli.failure import EXIT_INCOMPLETE, Failure
from scanner.cli.options import Database_url
from scanner.cli.storing import open_scans

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from scanner.outbox.jobs import Job

app = typer.Typer(
    help="Named scans that run by themselves: one TOML file, systemd units or a cron line.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[str, typer.Argument(metavar="NAME")]
DELIVER_FOR = 2 * 3600
"""Seconds that a scheduled run goes on trying those who are to be told."""
_SLEEP = 30.0


@app.command("add")
def add(
    name: Name,
    targets: Annotated[list[str], typer.Argument(metavar="TARGET…")],
    *,
    every: Annotated[str, typer.Option("--every", metavar="TIME", help="'Mon 03:00', 'daily 03:00', 'hourly:15'.")],
    tz: Annotated[str, typer.Option("--tz", metavar="ZONE", help="Such as Europe/Berlin.")] = "UTC",
    option: Annotated[
        list[str] | None, typer.Option("--option", metavar="WORD", help="A further word for `scan`; repeatable.")
    ] = None,
    grace: Annotated[str, typer.Option("--grace", metavar="TIME", help="A missed run is caught up so long.")] = "12h",
    max_time: Annotated[str | None, typer.Option("--max-time", metavar="TIME", help="Stop in order after.")] = None,
    blackout: Annotated[
        list[str] | None, typer.Option("--blackout", metavar="WINDOW", help="'Mon-Fri 08:00-18:00'; repeatable.")
    ] = None,
    folder: Annotated[str, typer.Option("--folder", metavar="DIR", help="Each run leaves a JSON lines file.")] = "",
    keep: Annotated[int, typer.Option("--keep", metavar="N", min=1, help="Such files that are kept.")] = 30,
    units: Annotated[Path | None, typer.Option("--units", metavar="DIR", help="Write systemd units here.")] = None,
    cron: Annotated[bool, typer.Option("--cron", help="Print a line for crontab.")] = False,
) -> int:
    """Keep a job, and write what makes it run."""
    import getpass

    import tomlkit

    from scanner.cli.duration import parse_duration
    from scanner.cli.places import state_folder
    from scanner.outbox.jobs import JobError, cron_line, parse, service, timer

    row: dict[str, Any] = {
        "targets": list(targets),
        "every": every,
        "tz": tz,
        "grace": parse_duration(grace, "--grace"),
    }
    row |= {"options": list(option)} if option else {}
    row |= {"blackout": list(blackout)} if blackout else {}
    row |= {"max_time": parse_duration(max_time, "--max-time")} if max_time else {}
    row |= {"folder": str(Path(folder).absolute()), "keep": keep} if folder else {}
    try:
        job = parse({name: row})[name]
    except JobError as error:
        raise Failure(str(error)) from error
    with _jobs_document() as document:
        table: Any = document.setdefault("job", tomlkit.table(is_super_table=True))
        table[name] = row
    command = shutil.which("coveredscan") or str(Path(sys.executable).with_name("coveredscan"))
    if units is not None:
        from scanner.store.sqlite import default_path

        writable = [str(default_path().parent), str(state_folder()), *filter(None, [job.folder])]
        for place in writable:
            Path(place).mkdir(parents=True, exist_ok=True)
        _write(
            units / f"coveredscan-{name}.service",
            service(name, command, user=getpass.getuser(), writable=tuple(writable)),
        )
        _write(units / f"coveredscan-{name}.timer", timer(name, job))
        sys.stdout.write(f"systemctl enable --now coveredscan-{name}.timer\n")
    if cron:
        sys.stdout.write(cron_line(name, job, command))
    return 0


@app.command("list")
def listing() -> int:
    """List the jobs, with when each last ran and is next due."""
    from scanner.engine.clock import now

    for name, job in _jobs().items():
        last = _last_run(name)
        told = f"{last:%Y-%m-%d %H:%M}Z" if last else "never"
        due = job.times.next(now(), job.zone)
        sys.stdout.write(
            f"{name}  {job.every} {job.tz}  last {told}  next {due:%Y-%m-%d %H:%M}Z  {' '.join(job.targets)}\n"
        )
    return 0


@app.command("remove")
def remove(name: Name) -> int:
    """Forget a job; its units, if any, are for `systemctl disable`."""
    with _jobs_document() as document:
        table: Any = document.get("job", {})
        if name not in table:
            raise Failure(f"{name}: there is no job of that name")
        del table[name]
    return 0


def run(
    name: Name,
    *,
    scheduled: Annotated[
        bool, typer.Option("--scheduled", help="Only when it is due: not twice, not too late, not in a blackout.")
    ] = False,
    db: Database_url = None,
) -> int:
    """Run a job now; what its timer calls."""
    from scanner.cli.places import alone
    from scanner.engine.clock import now

    job = _job(name)
    with alone(f"run-{name}") as mine:
        if not mine:
            sys.stderr.write(f"coveredscan: job {name} is running already\n")
            return 0 if scheduled else EXIT_INCOMPLETE
        if scheduled:
            objection = _objection(name, job, now())
            if objection is not None:
                sys.stderr.write(f"coveredscan: job {name}: {objection}\n")
                return 0
        # Two scans at once would double the rate on the network.
        with alone("run", wait=job.grace) as first:
            if not first:
                raise Failure(f"job {name}: another job ran for all of the grace period", EXIT_INCOMPLETE)
            return _run(name, job, db, patient=scheduled)


def daemon() -> int:
    """Run the jobs at their times until ended, where there is neither systemd nor cron."""
    import signal
    from datetime import UTC
    from threading import Event

    from apscheduler.schedulers.background import BackgroundScheduler

    from scanner.engine.clock import now

    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    runner = Runner()
    scheduler = BackgroundScheduler(timezone=UTC)
    # A minute's rhythm and the jobs' own memory: a missed run, a changed jobs file and summer time need nothing more.
    scheduler.add_job(
        runner.tick,
        "interval",
        minutes=1,
        next_run_time=now(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    sys.stderr.write(f"coveredscan: {len(_jobs())} jobs; Ctrl-C ends\n")
    scheduler.start()
    ended.wait()
    runner.stop()
    scheduler.shutdown(wait=True)
    return 0


class Runner:
    """Runs what is due, one job at a time, each as a process of its own."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def tick(self) -> None:
        """Run every job that is due, then deliver what waits."""
        from scanner.engine.clock import now

        try:
            jobs = _jobs()
        except Failure as failure:
            sys.stderr.write(f"coveredscan: {failure}\n")
            return
        for name, job in jobs.items():
            if _objection(name, job, now()) is None:
                self._run("run", "--scheduled", name)
        self._run("outbox", "--deliver")

    def stop(self) -> None:
        """End what runs, in order, and begin nothing more."""
        self._stopped = True
        if self._child is not None:
            self._child.terminate()

    def _run(self, *words: str) -> None:
        if not self._stopped:
            command = [sys.executable, "-m", "scanner.cli.main", *words]
            self._child = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
            self._child.wait()


def _run(name: str, job: Job, db: str | None, *, patient: bool) -> int:
    from scanner.cli.main import main
    from scanner.engine.clock import now
    from scanner.outbox.times import seconds_left

    started = now()
    left = seconds_left(job.blackouts, started, job.zone)
    times = [seconds for seconds in (job.max_time or None, left) if seconds is not None]
    words = ["scan", *job.targets, *job.options, "--quiet"]
    if times:
        words += ["--max-time", str(max(int(min(times)), 1))]
    if db is not None:
        words += ["--db", db]
    if job.folder:
        words += ["-o", str(Path(job.folder) / f"{name}-{started:%Y%m%dT%H%M%SZ}.jsonl")]
    with open_scans(db) as store:
        newest = next((scan for scan in store.scans() if scan.targets == job.targets), None)
    if newest is not None and (newest.ended_at is None or newest.interrupted):
        words.append("--resume")
    _remember(name, started)
    code = main(words)
    _rotate(name, job)
    _prune(db)
    if patient:
        _deliver_patiently(db)
    return code


def _prune(db: str | None) -> None:
    """Delete what the configuration keeps no longer."""
    from datetime import timedelta

    from scanner.cli.config import retention
    from scanner.engine.clock import now

    kept = retention()
    if kept.seconds is None and kept.scans is None:
        return
    before = None if kept.seconds is None else now() - timedelta(seconds=kept.seconds)
    with open_scans(db) as store:
        store.upkeep.prune(before=before, keep=kept.scans, compact=False)


def _deliver_patiently(db: str | None) -> None:
    import time

    from scanner.cli.config import sinks
    from scanner.cli.delivering import deliver_due

    receivers = sinks()
    end = time.monotonic() + DELIVER_FOR
    while receivers and time.monotonic() < end:
        with open_scans(db) as store:
            deliver_due(store, receivers)
            if not any(message.sink in receivers for message in store.outbox.waiting()):
                return
        time.sleep(_SLEEP)


def _rotate(name: str, job: Job) -> None:
    """Delete the oldest of the job's files; names sort by time."""
    if job.folder:
        stamp = "[0-9]" * 8 + "T" + "[0-9]" * 6 + "Z"
        for old in sorted(Path(job.folder).glob(f"{name}-{stamp}.jsonl"))[: -job.keep]:
            old.unlink(missing_ok=True)


def _objection(name: str, job: Job, now: datetime) -> str | None:
    """Return why the job is not to be run by itself now, None when it is."""
    from scanner.outbox.times import blackout_until

    due = job.times.last(now, job.zone)
    last = _last_run(name)
    # A run in the future was written by a clock that has gone back since.
    if last is not None and due <= last <= now:
        return f"has run since {due:%Y-%m-%d %H:%M}Z, when it was due"
    late = (now - due).total_seconds()
    if late > job.grace:
        return f"was due {due:%Y-%m-%d %H:%M}Z, which is longer ago than its grace period"
    until = blackout_until(job.blackouts, now, job.zone)
    if until is not None:
        return f"lies in a blackout until {until:%Y-%m-%d %H:%M %Z}"
    return None


def _job(name: str) -> Job:
    jobs = _jobs()
    if name not in jobs:
        raise Failure(f"{name}: there is no job of that name; `coveredscan schedule list` lists them")
    return jobs[name]


def _jobs() -> dict[str, Job]:
    import tomllib

    from scanner.cli.places import jobs_path
    from scanner.outbox.jobs import JobError, parse

    path = jobs_path()
    try:
        return parse(tomllib.loads(path.read_text(encoding="utf-8")).get("job", {}))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, JobError) as error:
        raise Failure(f"{path}: {error}") from error


@contextmanager
def _jobs_document() -> Iterator[Any]:
    """The jobs file, its comments kept; written back, whole, at the end."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    from scanner.cli.places import jobs_path

    path = jobs_path()
    _jobs()  # one that cannot be read is never written over
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8") if path.exists() else "")
    except TOMLKitError as error:
        raise Failure(f"{path}: {error}") from error
    yield document
    _write(path, tomlkit.dumps(document))


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror}") from error
    sys.stderr.write(f"coveredscan: wrote {path}\n")


def _last_run(name: str) -> datetime | None:
    from datetime import datetime

    from scanner.cli.places import state_folder

    try:
        return datetime.fromisoformat((state_folder() / f"job-{name}.last").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _remember(name: str, started: datetime) -> None:
    from scanner.cli.places import state_folder

    path = state_folder() / f"job-{name}.last"
    beside = path.with_name(f"{path.name}.partial")
    beside.write_text(started.isoformat(), encoding="ascii")
    beside.replace(path)
