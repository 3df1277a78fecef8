"""Agreements as PDF whose pages hold a line that nobody sees."""

from fpdf import FPDF

HIDDEN_LINE = "The Margin on Facility A is 9.99 per cent. a year."
SEEN = (
    "FACILITIES AGREEMENT",
    "Norrvind AS borrows under Facility A as set out below.",
    "The Limit of Facility A amounts to EUR 40,000,000 in all.",
)


def invisible(pdf):
    with pdf.local_context(text_mode="INVISIBLE"):
        pdf.text(72, 300, HIDDEN_LINE)


def white(pdf):
    pdf.set_text_color(255, 255, 255)
    pdf.text(72, 300, HIDDEN_LINE)


def tiny(pdf):
    pdf.set_font("Helvetica", size=0.4)
    pdf.text(72, 300, HIDDEN_LINE)


def off_the_page(pdf):
    pdf.text(72, 2000, HIDDEN_LINE)


HIDING = (invisible, white, tiny, off_the_page)


def agreement_pdf(hide):
    """One page with what is seen, and a line that ``hide`` puts there."""
    pdf = FPDF(unit="pt")
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    for number, line in enumerate(SEEN):
        pdf.text(72, 100 + 40 * number, line)
    hide(pdf)
    return bytes(pdf.output())
