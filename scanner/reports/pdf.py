"""For printers and case files: the HTML report as PDF, with the library WeasyPrint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NoReturn

from scanner.model.finding import Finding
from scanner.reports import html
from scanner.reports.context import Context, Format, FormatMissing
from scanner.reports.inert import terminal
from scanner.reports.markup import asset
from scanner.reports.texts import change

MISSING: Final = (
    "PDF needs WeasyPrint and Pango: pip install 'coveredscan[pdf]', and on Debian "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
SHEETS: Final = 50
"""Sheets that are laid out, of the worst kinds of devices: each is more than a page, a tenth of a second and 4 MB."""
LINES: Final = 500
"""Devices with a line each, some twenty pages; of more, those alike share one, for ten thousand would take a minute."""
MAX_TEXT: Final = 240
"""Characters of one text: where to break a word without spaces takes WeasyPrint minutes when it has thousands."""
_CHUNK: Final = 1 << 16


def render(findings: Iterable[Finding], context: Context) -> Iterator[bytes]:
    """Yield the HTML report laid out for A4; of many devices, those alike are drawn together (SHEETS, LINES).

    Nothing is loaded while it is made, whatever a device says, and texts are cut to MAX_TEXT characters. Raises
    FormatMissing without WeasyPrint or the system's Pango.
    """
    try:
        import weasyprint  # noqa: PLC0415 - only this format pays for it
    except (ModuleNotFoundError, OSError) as error:
        raise FormatMissing(MISSING) from error
    short = (change(finding, _cut) for finding in findings)
    told = context._replace(
        summary=change(context.summary, _cut),
        database_version=_cut(context.database_version),
        notes=change(context.notes, _cut),
    )
    page = "".join(html.write(short, told, sheets=SHEETS, lines=LINES))
    style = weasyprint.CSS(string=asset("pdf.css"), url_fetcher=_refuse)
    data: bytes = weasyprint.HTML(string=page, url_fetcher=_refuse).write_pdf(stylesheets=[style])
    for start in range(0, len(data), _CHUNK):
        yield data[start : start + _CHUNK]


def _cut(text: str) -> str:
    return terminal(text, MAX_TEXT)


def _refuse(url: str, *_: Any, **__: Any) -> NoReturn:
    raise ValueError(f"nothing is loaded: {url}")


FORMAT: Final = Format("pdf", (".pdf",), "application/pdf", render, "PDF report")
