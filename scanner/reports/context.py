"""What a report is given beside the findings, and what a format is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from scanner.model.entity import Company
from scanner.model.finding import Finding, Summary
from scanner.model.measure import Measure, VerdictLevel
from scanner.model.observation import Observation
from scanner.model.signature import Signature, Source


class Context(NamedTuple):
    """Everything a report may say that is not in a finding."""

    summary: Summary | None = None
    """None when the findings do not come from a scan; nothing is then said of what was reached."""
    database_version: str = ""
    measures: Mapping[str, Measure] = {}
    companies: Mapping[str, Company] = {}
    signatures: Mapping[str, Signature] = {}
    """By every id that evidence may cite: how a value was matched, and why that tells the maker."""
    sources: Mapping[str, Source] = {}
    """By id: what measures and signatures cite."""
    width: int = 100
    """Columns of the terminal."""
    colour: bool = False
    policy: str = ""
    """What the verdicts go by; empty when the summary alone knows."""
    day: str = ""
    """The day the verdicts are for, as ``2026-11-21``; empty when the summary alone knows."""
    only: tuple[VerdictLevel, ...] = ()
    """Highest verdicts that are shown, when others are left out."""
    left_out: int = 0
    """Devices that are left out because of ``only``."""
    notes: tuple[str, ...] = ()
    """Sentences on how the report was made, such as that it is redacted."""
    observations: Sequence[Observation] = ()
    """What the findings were judged from, where it is at hand."""
    templates: Mapping[str, bytes] = {}
    """By format: the operator's own template, in place of the one that came along."""

    @property
    def judged_by(self) -> str:
        """The policy behind the verdicts; empty when nobody knows."""
        return self.policy or (self.summary.policy if self.summary else "")

    @property
    def judged_for(self) -> str:
        """The day the verdicts are for; empty when nobody knows."""
        return self.day or (self.summary.date if self.summary else "")

    @property
    def moment(self) -> datetime:
        """When what is reported came to its end; without a scan the day it is judged for, and 1970 without either.

        Formats that must bear a time bear this one: reports have no clock, so that the same input gives the same bytes.
        """
        if self.summary is not None:
            return self.summary.ended_at.astimezone(UTC)
        try:
            return datetime.fromisoformat(self.day).replace(tzinfo=UTC)
        except ValueError:
            return datetime(1970, 1, 1, tzinfo=UTC)


class Format(NamedTuple):
    """One way to write findings down."""

    name: str
    extensions: tuple[str, ...]
    """Ends of file names, with the dot, the usual one first; of two that fit a name, the longer one counts."""
    media_type: str
    render: Callable[[Iterable[Finding], Context], Iterator[str] | Iterator[bytes]]
    """Yields the report piece by piece, as text or as bytes; same findings and context, same bytes.

    May raise FormatMissing before the first piece.
    """
    title: str
    """What it is called among people, in a few words."""

    def encode(self, findings: Iterable[Finding], context: Context) -> Iterator[bytes]:
        """Yield the report as bytes, text in UTF-8. Raises FormatMissing where a format's library is not installed."""
        for piece in self.render(findings, context):
            yield piece if isinstance(piece, bytes) else piece.encode("utf-8", "replace")


class FormatMissing(RuntimeError):  # noqa: N818 - it says what is missing
    """A format's library is not installed, or its template is of no use. Its text is one line that says what to do."""
