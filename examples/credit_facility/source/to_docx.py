"""Sets blocks as a Word document."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from markup import Block

_HEADING_STYLES = {"part": "Heading 1", "clause": "Heading 1", "subclause": "Heading 2"}


def write(blocks: list[Block], title: str, header: str, date: datetime, path: Path) -> None:
    """Write the blocks as DOCX, with the date fixed so that a rebuild gives the same file."""
    document = Document()
    _set_properties(document, title, date)
    _set_page(document, header)
    for block in blocks:
        _add(document, block)
    document.save(str(path))


def _set_properties(document: WordDocument, title: str, date: datetime) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    properties.created = properties.modified = date


def _set_page(document: WordDocument, header: str) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(11)
    style.paragraph_format.space_after = Pt(7)
    for name in _HEADING_STYLES.values():
        _set_heading_style(document, name)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.header.paragraphs[0].text = header
    section.header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _add_page_number(section.footer.paragraphs[0])


def _set_heading_style(document: WordDocument, name: str) -> None:
    font = document.styles[name].font
    font.name, font.size, font.color.rgb = "Times New Roman", Pt(11), RGBColor(0, 0, 0)


def _add_page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _add(document: WordDocument, block: Block) -> None:
    if block.kind == "table":
        _add_table(document, block)
    elif block.kind == "page":
        document.add_page_break()
    else:
        _add_text(document, block)


def _add_text(document: WordDocument, block: Block) -> None:
    style = _HEADING_STYLES.get(block.kind)
    paragraph = document.add_paragraph(style=style)
    if block.kind == "item":
        paragraph.paragraph_format.left_indent = Cm(1.2 * (block.level + 1))
        paragraph.paragraph_format.first_line_indent = Cm(-1.2)
    if block.kind in ("part", "centre"):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    text = f"{block.label}\t{block.text}" if block.label else block.text
    _add_runs(paragraph, f"**{text}**" if style else text)


def _add_runs(paragraph: Paragraph, text: str) -> None:
    for number, words in enumerate(re.split(r"\*\*", text)):
        if words:
            paragraph.add_run(words).bold = number % 2 == 1


def _add_table(document: WordDocument, block: Block) -> None:
    table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
    for number, cells in enumerate(block.rows):
        row = table.add_row()
        for cell, words in zip(row.cells, cells, strict=True):
            _add_runs(cell.paragraphs[0], f"**{words}**" if number == 0 else words)
    document.add_paragraph()
