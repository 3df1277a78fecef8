"""Writing a PDF object by object, with whatever it should not say."""

from __future__ import annotations

from collections.abc import Mapping

PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
    b"/Resources << /Font << /F 5 0 R >> >> >>"
)
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
SHOWN = b"BT /F 12 Tf 72 700 Td (The Borrower shall repay the Facility A Loans.) Tj ET"


def pdf(objects: Mapping[int, bytes], trailer: bytes = b"", head: bytes = b"%PDF-1.7\n") -> bytes:
    """A file of these objects with a true table of references; object 1 is the catalog."""
    body = bytearray(head)
    places = {}
    for number, content in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    size = max(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n" % size
    free = b"0000000000 65535 f \n"
    body += b"".join(
        b"%010d 00000 n \n" % places[n] if n in places else free for n in range(1, size)
    )
    body += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (size, trailer)
    return bytes(body + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object with its true length."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def one_page(contents: bytes, changed: Mapping[int, bytes] | None = None) -> bytes:
    """A page with object 4 as its contents; ``changed`` replaces or adds objects.

    1 is the catalog, 2 the root of the pages, 3 the page, 5 the font.
    """
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: PAGE,
        4: contents,
        5: FONT,
    }
    return pdf(objects | dict(changed or {}))
