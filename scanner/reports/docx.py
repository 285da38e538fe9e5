"""For people who write reports: findings by maker and measure as a Word document, in the operator's own template.

A template is any DOCX file. Its styles, headers and footers are kept; the findings come where a paragraph reads
``{{ findings }}``, else at its end.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from scanner.model.finding import Finding
from scanner.reports.archive import repack
from scanner.reports.context import Context, Format, FormatMissing
from scanner.reports.groups import Group, devices, grouped, meaning, references
from scanner.reports.inert import terminal
from scanner.reports.markdown import MAX_TEXT, SETTLED, facts, undetermined
from scanner.reports.statement import NOTICE, state

if TYPE_CHECKING:
    from docx.document import Document

MARKER: Final = "{{ findings }}"
"""The paragraph of a template that the findings replace."""
_NONE: Final = "None among these devices."
_TABLE: Final = "Table Grid"
_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SMALL: Final = '<w:sz w:val="17"/>'
"""Letters of tables, in half points: an address has to stay on one line."""
_CHUNK: Final = 1 << 16


def render(findings: Iterable[Finding], context: Context) -> Iterator[bytes]:
    """Yield the document; ``context.templates["docx"]`` goes before an empty one.

    Raises FormatMissing for a template that is no DOCX file.
    """
    document = _opened(context)
    before = list(document.element.body)
    _Writer(document).write(findings, context)
    _place(document, before)
    document.core_properties.title = "Covered equipment: findings"
    document.core_properties.created = document.core_properties.modified = context.moment
    file = io.BytesIO()
    document.save(file)
    data = repack(file.getvalue(), context.moment)
    for start in range(0, len(data), _CHUNK):
        yield data[start : start + _CHUNK]


def _opened(context: Context) -> Document:
    from docx import Document  # noqa: PLC0415 - only this format pays for it
    from docx.shared import Cm  # noqa: PLC0415 - likewise

    own = context.templates.get("docx")
    if own is None:
        document = Document()
        for section in document.sections:
            section.left_margin = section.right_margin = Cm(2)
        return document
    try:
        return Document(io.BytesIO(own))
    except Exception as error:
        # What is no DOCX file fails in as many ways as there are parts to it.
        raise FormatMissing(f"the DOCX template cannot be used: {terminal(str(error), MAX_TEXT)}") from error


def _place(document: Document, before: Sequence[Any]) -> None:
    """Move what was added to where the marker stands, and take the marker away."""
    marked = next((each for each in document.paragraphs if each.text.strip() == MARKER), None)
    if marked is None:
        return
    known = set(before)
    for element in [each for each in document.element.body if each not in known]:
        marked._p.addprevious(element)  # noqa: SLF001 - python-docx has no other way to move a paragraph
    marked._p.getparent().remove(marked._p)  # noqa: SLF001 - likewise


class _Writer:
    """Adds inert text to the end of a document, in its styles where it has them."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._styles = {style.name for style in document.styles}

    def write(self, findings: Iterable[Finding], context: Context) -> None:
        listed = devices(findings, context)
        made = grouped(listed, context)
        said = state([device.row for device in listed], context)
        self._heading("Covered equipment: findings", 1)
        self._text(said.result)
        self._table(("What", "Value"), facts(context), (1, 3))
        self._heading("Findings", 2)
        overview = [
            (str(number), each.name, each.citation, each.level, str(len(each.affected)))
            for number, each in enumerate(made, 1)
        ]
        if not made:
            self._text(_NONE)
        self._table(("No.", "Maker", "Measure", "Verdict", "Devices"), overview, (2, 6, 8, 4, 3))
        for number, group in enumerate(made, 1):
            self._group(number, group, context)
        self._heading("Not determined", 2)
        unknown = undetermined(listed)
        self._text("Nothing seen says who made these. That is not a clearance." if unknown else _NONE)
        lines = [(each.row.address, each.identity.text, " ".join(each.row.finding.open_ports)) for each in unknown]
        self._table(("Address", "Known by", "Open ports"), lines)
        self._heading("Reached, and not reached", 2)
        self._list(said.reached)
        self._text(NOTICE)

    def _group(self, number: int, group: Group, context: Context) -> None:
        self._heading(f"{number}. {group.title}", 2)
        self._text(f"Verdict: {group.level}. {meaning(group.level)}")
        self._list(group.reasons)
        self._heading("Affected devices", 3)
        lines = (
            (each.row.address, each.row.model, each.identity.text, each.verdict.verdict, "; ".join(each.seen))
            for each in group.affected
        )
        self._table(("Address", "Model", "Known by", "Verdict", "Evidence"), lines, (5, 5, 6, 4, 10))
        self._heading("Obligation", 3)
        if group.law is None:
            self._text(f"The measure {group.measure} is not in the data at hand.")
        else:
            self._text(f"{group.law.title} ({group.law.citation}). {group.law.statement}")
            self._list(group.provisions)
            self._text(group.law.obligation)
        if group.conditions:
            self._heading("To be settled", 3)
            self._list(f"{SETTLED[each.met]}: {each.text}" for each in group.conditions)
        self._heading("Remediation", 3)
        self._text(group.remediation)
        if group.law is not None:
            self._heading("References", 3)
            self._list(f"{title}, {where}" for title, where in references(group.law, context))
            self._text(f"The data was compared with these on {group.law.checked}.")

    def _heading(self, text: str, level: int) -> None:
        self._document.add_paragraph(terminal(text, MAX_TEXT), self._style(f"Heading {level}"))

    def _text(self, text: str) -> None:
        if text:
            self._document.add_paragraph(terminal(text))

    def _list(self, texts: Iterable[str]) -> None:
        for text in texts:
            self._document.add_paragraph(terminal(text, MAX_TEXT * 10), self._style("List Bullet"))

    def _table(self, head: Sequence[str], lines: Iterable[Sequence[str]], shares: Sequence[int] = ()) -> None:
        """Add a table, its columns as wide as their ``shares``; none without lines.

        Rows are written as XML, for python-docx takes a second for a hundred.
        """
        from docx.oxml.parser import parse_xml  # noqa: PLC0415 - only this format pays for it

        rows = "".join(_row(line) for line in lines)
        if not rows:
            return
        table = self._document.add_table(0, len(head), self._style(_TABLE))
        whole = sum(column.width or 0 for column in table.columns)
        for column, share in zip(table.columns, shares, strict=False):
            column.width = whole * share // sum(shares)
        heading = _row(head, "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>", "<w:b/>")
        for row in list(parse_xml(f'<w:tbl xmlns:w="{_WORD}">{heading}{rows}</w:tbl>'.encode())):
            table._tbl.append(row)  # noqa: SLF001 - python-docx has no other way to add a row that is made already
        self._document.add_paragraph()

    def _style(self, name: str) -> str | None:
        return name if name in self._styles else None


def _row(texts: Sequence[str], about: str = "<w:trPr><w:cantSplit/></w:trPr>", letters: str = "") -> str:
    shown = (escape(terminal(text, MAX_TEXT)) for text in texts)
    cells = "".join(
        f'<w:tc><w:p><w:r><w:rPr>{letters}{_SMALL}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:tc>'
        for text in shown
    )
    return f"<w:tr>{about}{cells}</w:tr>"


FORMAT: Final = Format(
    "docx", (".docx",), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", render
)
