"""Sets blocks as a PDF in the core Times font: no font file to ship, the same text everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace
from markup import Block

_LEFT_MM = 25
_INDENT_MM = 12
_TOC_LINES_PER_PAGE = 36


@dataclass(frozen=True)
class Look:
    """What differs between the documents: their running title, size and fixed date."""

    title: str
    header: str
    date: datetime
    size_pt: float = 10.5
    leading: float = 1.32
    has_cover: bool = True


class _Page(FPDF):
    """A4 pages with a running header and a page number, as a signed agreement has them."""

    def __init__(self, look: Look) -> None:
        super().__init__(format="A4")
        self.look = look
        self.set_margins(_LEFT_MM, 26, _LEFT_MM)
        self.set_auto_page_break(True, margin=25)
        self.set_title(look.title)
        self.set_creation_date(look.date)
        self.set_producer("fpdf2")

    def header(self) -> None:
        """Print the running title, except on the cover."""
        if self.page_no() > 1 or not self.look.has_cover:
            self.set_y(12)
            self.set_font("Times", "I", 8.5)
            self.cell(0, 5, self.look.header, align="R")
            self.set_y(26)

    def footer(self) -> None:
        """Print the page number, except on the cover."""
        if self.page_no() > 1 or not self.look.has_cover:
            self.set_y(-17)
            self.set_font("Times", "", 9)
            self.cell(0, 5, f"- {self.page_no()} -", align="C")


def write(blocks: list[Block], look: Look, path: Path) -> int:
    """Write the PDF and return its number of pages.

    It is set twice: the first pass learns on which page each heading falls, the second prints
    the contents.
    """
    draft = _Setter(look, _titles(blocks))
    draft.set_all(blocks)
    final = _Setter(look, draft.headings)
    final.set_all(blocks)
    final.pdf.output(str(path))
    return final.pdf.page_no()


def _titles(blocks: list[Block]) -> list[tuple[str, int]]:
    return [(block.text, 0) for block in blocks if block.kind in ("part", "clause")]


class _Setter:
    """Sets one block after another and remembers where the headings fell."""

    def __init__(self, look: Look, contents: list[tuple[str, int]]) -> None:
        self.pdf = _Page(look)
        self.look = look
        self.contents = contents
        self.headings: list[tuple[str, int]] = []
        self.line_mm = look.size_pt * 0.3528 * look.leading

    def set_all(self, blocks: list[Block]) -> None:
        """Set the whole document; every kind of block has a method of its name."""
        self.pdf.add_page()
        for number, block in enumerate(blocks):
            self._keep_with_table(block, blocks[number + 1 : number + 3])
            getattr(self, f"_set_{block.kind}")(block)

    def _text(
        self, text: str, x_mm: float, style: str = "", align: str = "J", gap_mm: float = 2.0
    ) -> None:
        self.pdf.set_font("Times", style, self.look.size_pt)
        self._keep_together(text, x_mm)
        self.pdf.set_x(x_mm)
        width_mm = self.pdf.w - _LEFT_MM - x_mm
        self.pdf.multi_cell(
            width_mm,
            self.line_mm,
            text,
            align=align,
            markdown=True,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        self.pdf.ln(gap_mm)

    def _keep_together(self, text: str, x_mm: float) -> None:
        """Start a new page rather than split a paragraph: no quote runs across a page foot."""
        width_mm = self.pdf.w - _LEFT_MM - x_mm
        height_mm = self.pdf.multi_cell(
            width_mm, self.line_mm, text, dry_run=True, output="HEIGHT", markdown=True
        )
        self._need(cast(float, height_mm))

    def _keep_with_table(self, block: Block, following: list[Block]) -> None:
        """Keep the words that introduce a table, and the heading above them, on its page."""
        is_heading = block.kind in ("clause", "subclause")
        near = following if is_heading else following[:1]
        if block.kind != "table" and any(later.kind == "table" for later in near):
            self._need((15 if is_heading else 11) * self.line_mm)

    def _need(self, height_mm: float) -> None:
        if self.pdf.y + height_mm > self.pdf.page_break_trigger:
            self.pdf.add_page()

    def _remember(self, text: str) -> None:
        self.headings.append((text, self.pdf.page_no()))

    def _set_part(self, block: Block) -> None:
        if self.pdf.y > 40:
            self.pdf.add_page()
        self._remember(block.text)
        self._text(f"**{block.text}**", _LEFT_MM, align="C", gap_mm=5)

    def _set_clause(self, block: Block) -> None:
        self._need(5 * self.line_mm)
        self._remember(block.text)
        self.pdf.ln(2)
        self._text(f"**{block.text}**", _LEFT_MM, align="L", gap_mm=2.5)

    def _set_subclause(self, block: Block) -> None:
        self._need(4 * self.line_mm)
        self._text(f"**{block.text}**", _LEFT_MM, align="L")

    def _set_centre(self, block: Block) -> None:
        self._text(block.text, _LEFT_MM, align="C", gap_mm=4)

    def _set_paragraph(self, block: Block) -> None:
        self._text(block.text, _LEFT_MM + _INDENT_MM)

    def _set_item(self, block: Block) -> None:
        label_x_mm = _LEFT_MM + _INDENT_MM * block.level
        self.pdf.set_font("Times", "", self.look.size_pt)
        self._keep_together(block.text, label_x_mm + _INDENT_MM)
        self.pdf.set_x(label_x_mm)
        self.pdf.cell(_INDENT_MM, self.line_mm, block.label)
        self._text(block.text, label_x_mm + _INDENT_MM)

    def _set_table(self, block: Block) -> None:
        self.pdf.set_font("Times", "", self.look.size_pt - 1)
        self._need(6 * self.line_mm)
        with self.pdf.table(
            col_widths=block.widths if len(block.widths) == len(block.rows[0]) else None,
            text_align="LEFT",
            line_height=self.line_mm,
            padding=1,
            headings_style=FontFace(emphasis="BOLD", fill_color=(232, 236, 240)),
            markdown=True,
        ) as table:
            for cells in block.rows:
                table.row(cells)
        self.pdf.ln(4)

    def _set_page(self, _: Block) -> None:
        self.pdf.add_page()

    def _set_toc(self, _: Block) -> None:
        self._text("**CONTENTS**", _LEFT_MM, align="C", gap_mm=4)
        for number, (title, page) in enumerate(self.contents):
            if number and number % _TOC_LINES_PER_PAGE == 0:
                self.pdf.add_page()
            self._contents_line(title, page)
        self.pdf.add_page()

    def _contents_line(self, title: str, page: int) -> None:
        self.pdf.set_font("Times", "", self.look.size_pt)
        room_mm = self.pdf.epw - 12 - self.pdf.get_string_width(title)
        dots = " " + "." * int(room_mm / self.pdf.get_string_width(".") - 3)
        self.pdf.cell(self.pdf.epw - 12, 6, title + dots)
        self.pdf.cell(12, 6, str(page), align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
