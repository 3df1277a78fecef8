"""Sets the example paper in two columns, as journals print them, with hyphens at line ends.

    python build.py [FILE]

The date inside the file is fixed: a rebuild gives the same text, and the gold quotes stay true.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from fpdf import FPDF

SOURCE = Path(__file__).parent
PAPER = SOURCE.parent / "papers" / "vanhecke_2023.pdf"
RUNNING_TITLE = "Vanhecke et al. - Gradual onset and re-aiming"
JOURNAL = "J. Imagined Motor Sci. 12, 101-112 (2023)"
PRINTED = datetime(2023, 5, 4, 12, 0)
_SIZE_PT = 9.5
_HYPHENATED_CHARS = 11  # words of this length or more may be broken at a line's end
_BREAK_AFTER_CHARS = 5
_STYLES = {"#": ("B", 16.0), "##": ("B", 11.0), "###": ("BI", _SIZE_PT), "^": ("", _SIZE_PT)}


class _Page(FPDF):
    """A4 pages with a running title above and the journal and page number below."""

    def header(self) -> None:
        """Print the running title, except on the first page."""
        if self.page_no() > 1:
            self.set_y(10)
            self.set_font("Times", "I", 8)
            self.cell(0, 4, RUNNING_TITLE, align="R")
            self.set_y(18)

    def footer(self) -> None:
        """Print the journal and the page number."""
        self.set_y(-14)
        self.set_font("Times", "", 8)
        self.cell(0, 4, f"{JOURNAL}    {self.page_no() + 100}", align="C")


def main(path: Path) -> None:
    """Set the paper and print its number of pages."""
    text = (SOURCE / "paper.md").read_text("utf-8")
    head, _, body = text.partition("@columns\n")
    pdf = _Page(format="A4")
    pdf.set_margins(18, 18, 18)
    pdf.set_auto_page_break(True, margin=18)
    pdf.set_title("Gradual onset spares implicit adaptation but delays re-aiming")
    pdf.set_creation_date(PRINTED)
    pdf.set_producer("fpdf2")
    pdf.add_page()
    for style, size_pt, words in _paragraphs(head):
        pdf.set_font("Times", style, size_pt)
        pdf.multi_cell(0, size_pt * 0.45, words, align="C", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(1)
    pdf.ln(3)
    with pdf.text_columns(ncols=2, gutter=7, text_align="J", line_height=1.15) as columns:
        for style, size_pt, words in _paragraphs(body):
            with columns.paragraph(bottom_margin=1.6) as paragraph:
                pdf.set_font("Times", style, size_pt)
                paragraph.write(words if style else _with_soft_hyphens(words))
    pdf.output(str(path))
    print("pages:", pdf.page_no())


def _paragraphs(text: str) -> Iterator[tuple[str, float, str]]:
    """Style, size and words of each paragraph; one line of the source is one."""
    for line in filter(None, map(str.strip, text.splitlines())):
        mark, _, rest = line.partition(" ")
        style, size_pt = _STYLES.get(mark, ("", _SIZE_PT))
        yield style, size_pt, rest if mark in _STYLES else line


def _with_soft_hyphens(words: str) -> str:
    """Long words with a place where they may be broken."""
    return " ".join(_breakable(word) for word in words.split(" "))


def _breakable(word: str) -> str:
    is_long = len(word) >= _HYPHENATED_CHARS and word.isalpha()
    at = _BREAK_AFTER_CHARS
    return f"{word[:at]}\u00ad{word[at:]}" if is_long else word


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PAPER)
