"""Messages on their way from the outbox to those who are to be told."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from scanner.cli.failure import EXIT_INCOMPLETE, Failure
from scanner.cli.options import Database_url
from scanner.cli.storing import open_scans

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.outbox.delivery import Message
    from scanner.outbox.sinks import File, Sink
    from scanner.store import Store


_MOST: Final = 1000
"""Lines of a listing."""


def outbox(
    *,
    deliver: Annotated[bool, typer.Option("--deliver", help="Try what is due now.")] = False,
    forget: Annotated[
        list[str] | None,
        typer.Option(
            "--forget",
            metavar="NUMBER|SINK",
            help="Give up one message, or all of a sink; printed as JSON lines. May be repeated.",
        ),
    ] = None,
    db: Database_url = None,
) -> int:
    """List, deliver or give up what is still to be delivered; exit 3 when some is left."""
    from scanner.cli.config import sinks
    from scanner.reports.inert import terminal

    with open_scans(db) as store:
        known = sinks()
        if forget:
            give_up(store, forget)
        if deliver:
            deliver_due(store, known)
        left = [] if forget else store.outbox.waiting(limit=_MOST)
        count = store.outbox.count()
    for message in left:
        trouble = message.trouble or "not tried yet"
        if message.sink not in known:
            trouble = f"no [sink.{message.sink}] in the configuration: add it, or --forget {message.sink}"
        sys.stdout.write(f"{message.id}  {message.sink}  {message.attempts} attempts  {terminal(trouble, 200)}\n")
    if forget or count > len(left):
        sys.stderr.write(f"coveredscan: {count - len(left)} more still to be delivered\n")
    return EXIT_INCOMPLETE if count else 0


def give_up(store: Store, names: list[str]) -> None:
    """Print the messages that ``names`` name, by sink or number, and forget them. Raises Failure for one unknown."""
    for name in names:
        if not store.outbox.named(name):
            raise Failure(f"--forget {name}: no message of this number and none for this sink; outbox lists them")
    for name in names:
        while part := store.outbox.named(name):
            sys.stdout.writelines(f"{message.body}\n" for message in part)
            # What was printed must have arrived before it is gone from here.
            sys.stdout.flush()
            for message in part:
                store.outbox.taken(message.id)


def deliver_due(store: Store, sinks: Mapping[str, Sink]) -> dict[str, str]:
    """Try what is due, one program at a time; tell each trouble once on stderr; return sink → trouble."""
    from scanner.cli.places import alone
    from scanner.engine.clock import now
    from scanner.outbox.delivery import deliver
    from scanner.store import StoreError

    try:
        with alone(lock_of(store)) as here, store.outbox.alone() as anywhere:
            if not (here and anywhere):
                return {}
            troubles = deliver(store.outbox, sinks, lambda name, message: send(name, sinks[name], message), now)
    except StoreError as error:
        # The scan is kept and told; that its messages wait must not make a failure of it.
        sys.stderr.write(f"coveredscan: {error}; what is not delivered is kept and tried again\n")
        return {}
    for name, trouble in troubles.items():
        sys.stderr.write(f"coveredscan: sink {name}: {trouble}; what is not taken is kept and tried again\n")
    return troubles


def lock_of(store: Store) -> str:
    """Return the name of the lock that whoever delivers from this store holds."""
    import hashlib

    return f"outbox-{hashlib.sha256(store.location.encode('utf-8', 'replace')).hexdigest()[:16]}"


def send(name: str, sink: Sink, message: Message) -> str | None:
    """Send one message; return None when it was taken, else why not."""
    import msgspec

    from scanner.model.change import Change
    from scanner.outbox import sinks as kinds
    from scanner.reports.changes import sentences, summarise

    try:
        if isinstance(sink, kinds.Webhook):
            return _post(name, sink, message)
        if isinstance(sink, kinds.Syslog):
            from scanner.reports.syslog import of_change
            from scanner.transports.syslog import send as send_line

            return send_line(sink.address, of_change(msgspec.json.decode(message.body, type=Change)))
        if isinstance(sink, kinds.File):
            return append(sink, message.body)
        changes = msgspec.json.decode(message.body, type=list[Change])
        title, text = f"coveredscan: {summarise(changes)}", "".join(sentences(changes))
        if isinstance(sink, kinds.Mail):
            from scanner.transports.mail import send as send_mail
            from scanner.transports.mail import write

            return send_mail(
                sink.server,
                sink.port,
                write(sink.sender, sink.to, title, text),
                security=sink.security,
                user=sink.user,
                password=kinds.secret(name, sink),
                timeout=sink.timeout,
            )
        from scanner.transports.notices import send as send_notice

        return send_notice(kinds.secret(name, sink) or "", title, text)
    except (kinds.SinkError, msgspec.DecodeError) as error:
        return str(error)


def _post(name: str, sink: object, message: Message) -> str | None:
    import msgspec

    from scanner.engine.clock import now
    from scanner.model.change import Change
    from scanner.outbox.sinks import Webhook, secret
    from scanner.transports.webhook import post

    assert isinstance(sink, Webhook)
    change = msgspec.json.decode(message.body, type=Change)
    return post(
        sink.url,
        message.body.encode(),
        identity=change.id,
        timestamp=int(now().timestamp()),
        secret=secret(name, sink),
        timeout=sink.timeout,
    )


def append(sink: File, line: str) -> str | None:
    """Append one line, flushed to the disk, changing the file for a new one when it is full."""
    import os

    path = Path(sink.path)
    try:
        if path.exists() and path.stat().st_size + len(line) > sink.most:
            for number in range(sink.keep, 0, -1):
                older = path.with_name(f"{path.name}.{number}")
                if older.exists():
                    if number == sink.keep:
                        older.unlink()
                    else:
                        older.replace(path.with_name(f"{path.name}.{number + 1}"))
            if sink.keep:
                path.replace(path.with_name(f"{path.name}.1"))
            else:
                path.unlink()
        with path.open("ab") as stream:
            stream.write(line.encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        return f"{path} cannot be written: {error.strerror}"
    return None
