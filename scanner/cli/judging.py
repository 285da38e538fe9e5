"""By what is judged: the data, the law and the day that a command was told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli.failure import Failure

if TYPE_CHECKING:
    from scanner.database.load import Database
    from scanner.ledger.ledger import Terms
    from scanner.model.measure import Measure
    from scanner.pipeline import Judge


class Judging:
    """A database, a question and the measures of a policy, ready to judge."""

    def __init__(self, fingerprints: Path | None, policy: str, day: str | None, use: list[str] | None) -> None:
        from scanner.coverage.assess import Question
        from scanner.pipeline import Judge

        self.database: Database = load_database(fingerprints)
        self.when = parse_day(day)
        self.policy = policy
        self.measures: tuple[Measure, ...] = measures_of(policy, self.database)
        question = Question(when=self.when, use=tuple(use) if use else None)
        self.judge: Judge = Judge(self.database, question, self.measures)

    @property
    def terms(self) -> Terms:
        """What a scan that is judged by this says of it."""
        from scanner.ledger.ledger import Terms

        return Terms(self.judge, self.policy, self.when, self.database.version)


def load_database(fingerprints: Path | None) -> Database:
    """Return the data; Failure when it has a fault."""
    from scanner.database.load import DataError, load

    try:
        return load(fingerprints)
    except DataError as error:
        raise Failure(str(error)) from error


def measures_of(policy: str, database: Database) -> tuple[Measure, ...]:
    """Return the measures that the named policy, or the operator's own policy file, consists of."""
    from scanner.coverage.policies import PolicyError, read, select
    from scanner.coverage.relations import Ties

    try:
        if not policy.endswith(".toml"):
            return select(policy, database.measures)
        text = Path(policy).read_bytes()
        return (read(text, Ties(database.companies, database.brands, database.relations)),)
    except PolicyError as error:
        raise Failure(f"--policy {policy}: {error}") from error
    except OSError as error:
        raise Failure(f"--policy {policy} cannot be read: {error.strerror}") from error


def parse_day(day: str | None) -> dt.date:
    """Return the day meant; today in the local time zone when none is given."""
    from scanner.engine.clock import now

    if day is None:
        return now().astimezone().date()
    try:
        return dt.date.fromisoformat(day)
    except ValueError as error:
        raise Failure(f"--date {day}: not a date; write it as 2026-11-21") from error
