"""For people who write reports: findings by maker and measure as Markdown, from a template that can be replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from scanner.model.entity import Answer
from scanner.model.finding import Finding
from scanner.reports.context import Context, Format, FormatMissing
from scanner.reports.groups import Device, devices, grouped, meaning, references
from scanner.reports.inert import code, markup, terminal
from scanner.reports.statement import NOTICE, state

if TYPE_CHECKING:
    from jinja2 import Template

SETTLED: Final[Mapping[Answer, str]] = {"yes": "Met", "no": "Not met", "unclear": "To be settled"}
"""How people say what became of a condition."""
MAX_TEXT: Final = 400
"""Characters of one value: a finding is read by people, and the evidence list has the whole."""
_PIECE: Final = 500
"""Template pieces written together."""


def render(findings: Iterable[Finding], context: Context) -> Iterator[str]:
    """Yield the findings; ``context.templates["markdown"]`` goes before the template that came along.

    Templates are Jinja's, and see what ``values`` returns; whatever they print is text and never markup, and with
    ``| code`` a code span. Raises FormatMissing for a template that cannot be used.
    """
    from jinja2 import TemplateError  # noqa: PLC0415 - only this format pays for it

    try:
        stream = _template(context).stream(**values(findings, context))
        stream.enable_buffering(_PIECE)
        yield from stream
    except TemplateError as error:
        raise FormatMissing(f"the Markdown template cannot be used: {terminal(str(error), MAX_TEXT)}") from error


def values(findings: Iterable[Finding], context: Context) -> dict[str, Any]:
    """Return what a template sees: ``groups``, ``unknown``, ``said``, ``facts``, ``notice``, ``context`` and more."""
    listed = devices(findings, context)
    return {
        "context": context,
        "facts": facts(context),
        "groups": grouped(listed, context),
        "meaning": meaning,
        "notice": NOTICE,
        "references": lambda law: references(law, context),
        "said": state([device.row for device in listed], context),
        "settled": SETTLED,
        "unknown": undetermined(listed),
    }


def facts(context: Context) -> list[tuple[str, str]]:
    """Return what stands at the head of a report for people, name and value. Callers make the values inert."""
    summary = context.summary
    told = [
        ("Policy", context.judged_by),
        ("Verdicts for", context.judged_for),
        ("Signature database", context.database_version),
    ]
    if summary is not None:
        told += [
            ("Targets", ", ".join(summary.targets)),
            ("Scanned", f"{summary.started_at:%Y-%m-%d %H:%M} to {summary.ended_at:%Y-%m-%d %H:%M} UTC"),
            ("Scan", summary.scan),
        ]
    return [(name, value) for name, value in told if value]


def undetermined(listed: Iterable[Device]) -> list[Device]:
    """Return the devices that nobody can name."""
    return [device for device in listed if device.row.level == "undetermined"]


def _template(context: Context) -> Template:
    from jinja2 import StrictUndefined  # noqa: PLC0415 - only this format pays for it
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415 - likewise

    environment = SandboxedEnvironment(
        autoescape=False,  # what is printed becomes Markdown's text, not HTML's, in finalize
        finalize=_text,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["code"] = lambda value: _Code(code(str(value), MAX_TEXT))
    own = context.templates.get("markdown")
    shipped = resources.files("scanner.reports") / "templates" / "findings.md.j2"
    return environment.from_string(own.decode("utf-8", "replace") if own is not None else shipped.read_text("utf-8"))


class _Code(str):
    """A code span: inert already."""

    __slots__ = ()


def _text(value: object) -> object:
    return value if isinstance(value, _Code) else markup(str(value), MAX_TEXT * 10)


FORMAT: Final = Format("markdown", (".md", ".markdown"), "text/markdown", render, "Findings in Markdown")
