"""For people who write reports: findings by maker and measure as a Word document, in the operator's own template.

A template is any DOCX file. Its styles, headers and footers are kept; the findings come where a paragraph reads
``{{ findings }}``, else at its end.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from scanner.model.finding import Finding
from scanner.reports.archive import repack
from scanner.reports.context import Context, Format, FormatMissing
from scanner.reports.groups import Group, devices, grouped, meaning, references
from scanner.reports.identity import Identity
from scanner.reports.inert import terminal
from scanner.reports.kinds import Kind, kinds
from scanner.reports.markdown import MAX_TEXT, SETTLED, facts, undetermined
from scanner.reports.statement import NOTICE, state

if TYPE_CHECKING:
    from docx.document import Document

MARKER: Final = "{{ findings }}"
"""The paragraph of a template that the findings replace."""
HOSTS: Final = 50
"""Devices listed one by one in one place; of more, those alike are drawn together: word processors take minutes to lay
out tables of thousands of lines."""
APPENDED: Final = 500
"""Devices in the appendix that lists the evidence of those drawn together."""
MAX_HOSTS: Final = 1400
"""Characters of the addresses in one subnet, and about of those in one line: all of an IPv4 one fit."""
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
        told: dict[frozenset[Identity], int] = {}
        for number, group in enumerate(made, 1):
            same = told.setdefault(frozenset(each.identity for each in group.affected), number)
            self._group(number, group, context, same)
        self._heading("Not determined", 2)
        unknown = undetermined(listed)
        self._text("Nothing seen says who made these. That is not a clearance." if unknown else _NONE)
        if len(unknown) > HOSTS:
            alike = kinds(each.row for each in unknown)
            self._kinds(alike)
            self._places(alike)
        else:
            lines = [(each.row.address, each.identity.text, " ".join(each.row.finding.open_ports)) for each in unknown]
            self._table(("Address", "Known by", "Open ports"), lines)
        self._heading("Reached, and not reached", 2)
        self._list(said.reached)
        self._append([group for group in made if len(group.affected) > HOSTS])
        self._text(NOTICE)

    def _group(self, number: int, group: Group, context: Context, same: int) -> None:
        """Add a finding; ``same`` is the first one that has the same devices."""
        self._heading(f"{number}. {group.title}", 2)
        self._text(f"Verdict: {group.level}. {meaning(group.level)}")
        self._list(group.reasons)
        self._heading("Affected devices", 3)
        if len(group.affected) > HOSTS:
            self._text(f"{len(group.affected)} devices, those alike together; their evidence is in the appendix.")
            self._kinds(group.kinds)
            if same == number:
                self._places(group.kinds)
            else:
                self._text(f"They are the devices of finding {same}, where their addresses stand.")
        else:
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

    def _kinds(self, made: Sequence[Kind]) -> None:
        lines = (
            (str(number), each.brand, each.model, each.device_class, each.level, str(len(each.rows)))
            for number, each in enumerate(made, 1)
        )
        self._table(("Kind", "Brand", "Model", "Class", "Verdict", "Devices"), lines, (2, 5, 8, 5, 5, 3))

    def _places(self, made: Sequence[Kind]) -> None:
        lines = ((str(number), line) for number, each in enumerate(made, 1) for line in _joined(each))
        self._table(("Kind", "Addresses"), lines, (2, 26), 2 * MAX_HOSTS)

    def _append(self, made: Iterable[Group]) -> None:
        """Add the evidence of those that were drawn together, each device once."""
        affected = {each.identity: each for group in made for each in group.affected}
        if not affected:
            return
        self._heading("Appendix: evidence", 2)
        if len(affected) > APPENDED:
            self._text(
                f"The first {APPENDED} of {len(affected)} devices; reports as .evidence.csv and .xlsx hold "
                "every piece of evidence of every device."
            )
        lines = (
            (each.row.address, each.row.model, each.identity.text, "; ".join(each.seen))
            for each in islice(affected.values(), APPENDED)
        )
        self._table(("Address", "Model", "Known by", "Evidence"), lines, (5, 5, 7, 12))

    def _heading(self, text: str, level: int) -> None:
        self._document.add_paragraph(terminal(text, MAX_TEXT), self._style(f"Heading {level}"))

    def _text(self, text: str) -> None:
        if text:
            self._document.add_paragraph(terminal(text))

    def _list(self, texts: Iterable[str]) -> None:
        for text in texts:
            self._document.add_paragraph(terminal(text, MAX_TEXT * 10), self._style("List Bullet"))

    def _table(
        self, head: Sequence[str], lines: Iterable[Sequence[str]], shares: Sequence[int] = (), longest: int = MAX_TEXT
    ) -> None:
        """Add a table, its columns as wide as their ``shares``, texts cut to ``longest``; none without lines.

        Rows are written as XML, for python-docx takes a second for a hundred.
        """
        from docx.oxml.parser import parse_xml  # noqa: PLC0415 - only this format pays for it

        rows = "".join(_row(line, longest=longest) for line in lines)
        if not rows:
            return
        table = self._document.add_table(0, len(head), self._style(_TABLE))
        whole = sum(column.width or 0 for column in table.columns)
        for column, share in zip(table.columns, shares, strict=False):
            column.width = whole * share // sum(shares)
        heading = _row(head, "<w:tblHeader/>", "<w:b/>")
        for row in list(parse_xml(f'<w:tbl xmlns:w="{_WORD}">{heading}{rows}</w:tbl>'.encode())):
            table._tbl.append(row)  # noqa: SLF001 - python-docx has no other way to add a row that is made already
        self._document.add_paragraph()

    def _style(self, name: str) -> str | None:
        return name if name in self._styles else None


def _joined(kind: Kind) -> Iterator[str]:
    """Yield where the devices of a kind are, in few lines: tables of thousands of them take minutes to lay out."""
    line = ""
    for place in kind.places:
        if len(line) > MAX_HOSTS:
            yield line
            line = ""
        line += f"{' · ' if line else ''}{terminal(place.hosts, MAX_HOSTS)}"
    yield line


def _row(texts: Sequence[str], about: str = "", letters: str = "", longest: int = MAX_TEXT) -> str:
    shown = (escape(terminal(text, longest)) for text in texts)
    cells = "".join(
        f'<w:tc><w:p><w:r><w:rPr>{letters}{_SMALL}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:tc>'
        for text in shown
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{about}</w:trPr>{cells}</w:tr>"


FORMAT: Final = Format(
    "docx",
    (".docx",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    render,
    "Findings as a Word document",
)
