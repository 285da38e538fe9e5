"""Named scans that run by themselves: the jobs file, and what makes them run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from scanner.outbox.times import Blackout, Every, TimeError

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
GRACE: Final = 12 * 3600
"""Seconds after its time that a missed run is still caught up, unless the job says otherwise."""


class JobError(ValueError):
    """A job cannot run as it is written; the text is one line that says what to do."""


class Job(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One named scan: ``[job.NAME]``."""

    targets: tuple[str, ...]
    every: str
    tz: str = "UTC"
    options: tuple[str, ...] = ()
    """Further words for ``coveredscan scan``. No secrets: they would show in the process list."""
    grace: int = GRACE
    """Seconds after its time that a missed run is caught up, once."""
    max_time: int = 0
    """Seconds; 0: until it is done, or a blackout begins."""
    blackout: tuple[str, ...] = ()
    folder: str = ""
    """Where each run leaves a file of JSON lines; empty: nowhere."""
    keep: int = 30
    """Such files that are kept."""
    jitter: int = 300
    """Seconds that a systemd timer may be late, so that many sites do not report at one moment."""

    @property
    def times(self) -> Every:
        """When it is due."""
        return Every.parse(self.every)

    @property
    def zone(self) -> ZoneInfo:
        """Where its times are told."""
        return ZoneInfo(self.tz)

    @property
    def blackouts(self) -> tuple[Blackout, ...]:
        """When it may not run."""
        return tuple(Blackout.parse(text) for text in self.blackout)


def parse(table: Mapping[str, Any]) -> dict[str, Job]:
    """Return the jobs of a jobs file's ``job`` table. Raises JobError."""
    jobs: dict[str, Job] = {}
    for name, row in table.items():
        check_name(name)
        try:
            job = jobs[name] = msgspec.convert(row, Job)
            _ = job.times, job.blackouts
            _ = job.zone
        except (msgspec.ValidationError, TimeError) as error:
            raise JobError(f"[job.{name}]: {error}") from error
        except (OSError, ValueError, KeyError) as error:
            zone = row.get("tz")
            raise JobError(f"[job.{name}]: there is no time zone {zone!r}; write it as Europe/Berlin") from error
        if not job.targets:
            raise JobError(f"[job.{name}]: no targets")
    return jobs


def check_name(name: str) -> None:
    """JobError unless ``name`` can name a job, and so a systemd unit."""
    if _NAME.fullmatch(name) is None:
        raise JobError(f"{name!r}: a job's name is up to 40 of a-z, 0-9 and -, and begins with a letter or digit")


def service(name: str, command: str, *, user: str, writable: tuple[str, ...], readable: tuple[str, ...] = ()) -> str:
    """Return the systemd service that runs a job once, shut off from all it does not need.

    ``command`` is the program's absolute path; ``writable`` are the folders it may write, which must exist.
    """
    lines = [
        "[Unit]",
        f"Description=coveredscan job {name}",
        "Documentation=man:systemd.service(5)",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        "Type=oneshot",
        f"ExecStart={_quoted(command)} run --scheduled {name}",
        f"User={user}",
        # Found something (10), or not all was reached (3): it ran.
        "SuccessExitStatus=3 10",
        "Nice=10",
        "IOSchedulingClass=idle",
        "TimeoutStopSec=60",
        "KillSignal=SIGTERM",
        # ARP needs raw sockets, and nothing else is needed of root.
        "AmbientCapabilities=CAP_NET_RAW",
        "CapabilityBoundingSet=CAP_NET_RAW",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "ProtectHome=read-only",
        *(f"ReadWritePaths={_quoted(path)}" for path in writable),
        *(f"ReadOnlyPaths={_quoted(path)}" for path in readable),
        "PrivateTmp=yes",
        "PrivateDevices=yes",
        "ProtectKernelTunables=yes",
        "ProtectKernelModules=yes",
        "ProtectKernelLogs=yes",
        "ProtectControlGroups=yes",
        "ProtectClock=yes",
        "ProtectHostname=yes",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK AF_PACKET",
        "RestrictNamespaces=yes",
        "RestrictRealtime=yes",
        "RestrictSUIDSGID=yes",
        "LockPersonality=yes",
        "SystemCallArchitectures=native",
        "SystemCallFilter=@system-service",
        "SystemCallErrorNumber=EPERM",
        "UMask=0077",
    ]
    return "\n".join(lines) + "\n"


def timer(name: str, job: Job) -> str:
    """Return the systemd timer of a job: a run that was missed is caught up at the next start, once."""
    lines = [
        "[Unit]",
        f"Description=coveredscan job {name}, {job.every} {job.tz}",
        "",
        "[Timer]",
        f"OnCalendar={job.times.calendar(job.tz)}",
        f"RandomizedDelaySec={job.jitter}",
        "Persistent=yes",
        f"Unit=coveredscan-{name}.service",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return "\n".join(lines) + "\n"


def cron_line(name: str, job: Job, command: str) -> str:
    """Return two lines for a crontab: the time zone, and the run."""
    return f"CRON_TZ={job.tz}\n{job.times.cron()} {shlex.quote(command)} run --scheduled {name}\n"


def _quoted(text: str) -> str:
    """Return ``text`` as systemd reads one word."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text}"' if " " in text or "\\" in text else text
