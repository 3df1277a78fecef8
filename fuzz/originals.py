"""The PDFs that are mutated: small ones of several makes, and those that are shipped."""

from __future__ import annotations

import zlib
from pathlib import Path

from fpdf import FPDF

from .pdf_structure import outline_loop, password_protected
from .pdf_writer import FONT, PAGE, SHOWN, one_page, pdf, stream

EXAMPLES = Path(__file__).parents[1] / "examples"
_SMALL_PER_LARGE = 8  # of what is mutated: a long agreement takes its time


def originals(folder: Path | None = None) -> tuple[bytes, ...]:
    """What seeds choose from; with a folder, its PDFs take the place of the shipped ones."""
    found = sorted((folder or EXAMPLES).rglob("*.pdf"))
    small = (_plain(), _set(), _packed(), _objects_in_stream(), outline_loop())
    small += (password_protected(), _mapped_font())
    return small * _SMALL_PER_LARGE + tuple(path.read_bytes() for path in found)


def _plain() -> bytes:
    return one_page(stream(SHOWN * 3))


def _packed() -> bytes:
    return one_page(stream(zlib.compress(SHOWN * 50), b"/Filter /FlateDecode"))


def _set() -> bytes:
    """Pages with a table, a link and bookmarks, as a library writes them."""
    file = FPDF()
    file.set_font("Helvetica", size=11)
    for number in range(3):
        file.add_page()
        file.start_section(f"Clause {number}")
        file.multi_cell(0, text="The Borrower shall repay the Facility A Loans. " * 8)
        with file.table() as table:
            for row in (("Level", "Margin"), ("I", "2.25%"), ("II", "2.50%")):
                table.row(row)
    return bytes(file.output())


def _objects_in_stream() -> bytes:
    """A file whose page and font stand in a stream of objects, found by a stream of references."""
    inner = (PAGE, FONT, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
    numbers, offset = [], 0
    for number, content in zip((3, 5, 2), inner, strict=True):
        numbers.append(b"%d %d" % (number, offset))
        offset += len(content) + 1
    head = b" ".join(numbers) + b" "
    held = zlib.compress(head + b"\n".join(inner))
    entries = b"/Type /ObjStm /N 3 /First %d /Filter /FlateDecode" % len(head)
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 4: stream(SHOWN), 6: stream(held, entries)}
    return _with_reference_stream(pdf(objects), {2: (6, 2), 3: (6, 0), 5: (6, 1)})


def _with_reference_stream(whole: bytes, inside: dict[int, tuple[int, int]]) -> bytes:
    """The objects of a file behind a stream of references in place of the table."""
    body = whole[: whole.rindex(b"xref\n0")]
    places = {number: body.index(b"\n%d 0 obj" % number) + 1 for number in (1, 4, 6)}
    rows = [b"\0" + bytes(5)]
    for number in range(1, 8):
        if number in inside:
            held_by, index = inside[number]
            rows.append(b"\2" + held_by.to_bytes(4, "big") + bytes([index]))
        else:
            rows.append(b"\1" + places.get(number, len(body)).to_bytes(4, "big") + b"\0")
    entries = b"/Type /XRef /Size 8 /W [1 4 1] /Root 1 0 R"
    table = b"7 0 obj\n%s\nendobj\n" % stream(b"".join(rows), entries)
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


def _mapped_font() -> bytes:
    """A font with a table of what its codes stand for, and widths of its own."""
    table = (
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> "
        b"endcodespacerange 2 beginbfrange <20> <7E> <0020> <80> <90> <0041> endbfrange "
        b"1 beginbfchar <A0> <00410042> endbfchar endcmap end"
    )
    font = (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /Arial /FirstChar 32 /LastChar 126 "
        b"/Widths [%s] /ToUnicode 6 0 R /Encoding /WinAnsiEncoding >>" % (b"500 " * 95)
    )
    return one_page(stream(SHOWN * 3), {5: font, 6: stream(table)})
