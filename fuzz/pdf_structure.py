"""PDFs whose structure loops, nests, lies or breaks off."""

from __future__ import annotations

import random
import re

from .pdf_writer import FONT, PAGE, SHOWN, one_page, pdf, stream

_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"


def cyclic_pages() -> bytes:
    """A page tree whose node is its own child."""
    return one_page(stream(SHOWN), {2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"})


def deep_pages(depth: int = 50_000) -> bytes:
    """A page tree of one page below ``depth`` nodes."""
    first = 6
    nodes = {
        first + n: b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>"
        % (first + n - 1 if n else 2, first + n + 1 if n + 1 < depth else 3)
        for n in range(depth)
    }
    return one_page(
        stream(SHOWN), nodes | {2: b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % first}
    )


def million_pages(num_pages: int = 1_000_000) -> bytes:
    """One page object a million times."""
    kids = b"3 0 R " * num_pages
    root = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, num_pages)
    return one_page(stream(SHOWN), {2: root})


def false_count(count: int) -> bytes:
    """A page tree that says it holds another number of pages than its one."""
    return one_page(stream(SHOWN), {2: b"<< /Type /Pages /Kids [3 0 R] /Count %d >>" % count})


def huge_page() -> bytes:
    """A page of a size beyond all paper, with a picture on it."""
    box = b"[-1e30 -1e30 1e30 1e30]"
    return one_page(stream(SHOWN), {3: PAGE.replace(b"[0 0 612 792]", box)})


def prev_loop() -> bytes:
    """A table of references whose /Prev leads to itself."""
    whole = one_page(stream(SHOWN))
    start = int(re.findall(rb"startxref\n(\d+)", whole)[0])
    return whole.replace(b"/Root 1 0 R ", b"/Root 1 0 R /Prev %d" % start)


def prev_ring() -> bytes:
    """Two tables of references, each the other's /Prev."""
    whole = one_page(stream(SHOWN))
    first = int(re.findall(rb"startxref\n(\d+)", whole)[0])
    place = b"/Prev 0000000000"
    whole = whole.replace(b"/Root 1 0 R ", b"/Root 1 0 R " + place)
    second = len(whole)
    table = b"xref\n0 0\ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\n" % first
    whole = whole.replace(place, b"/Prev %010d" % second)
    return whole + table + b"startxref\n%d\n%%%%EOF\n" % second


def xref_stream_loop() -> bytes:
    """A stream of references that is its own /Prev, and says it holds billions of entries."""
    body = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    start = len(body)
    entries = b"/Type /XRef /Size 2147483647 /W [1 4 2] /Root 1 0 R /Prev %d" % start
    body += b"9 0 obj\n%s\nendobj\n" % stream(bytes(700), entries)
    return body + b"startxref\n%d\n%%%%EOF\n" % start


def object_stream_loop() -> bytes:
    """A stream of objects that extends itself and holds its own reference."""
    entries = b"/Type /ObjStm /N 1000000 /First 8 /Extends 6 0 R"
    return one_page(stream(SHOWN), {6: stream(b"6 0 7 0 6 0 R", entries), 1: b"6 0 R"})


def outline_loop() -> bytes:
    """Bookmarks that follow each other in a ring."""
    changed = {
        1: b"<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>",
        6: b"<< /Type /Outlines /First 7 0 R /Last 8 0 R /Count 2 >>",
        7: b"<< /Title (A) /Parent 6 0 R /Next 8 0 R /First 6 0 R >>",
        8: b"<< /Title (B) /Parent 6 0 R /Next 7 0 R >>",
    }
    return one_page(stream(SHOWN), changed)


def reference_loop() -> bytes:
    """Contents and length that are references in a ring."""
    return one_page(b"6 0 R", {6: b"7 0 R", 7: b"4 0 R", 3: PAGE})


def nested_objects(depth: int = 200_000) -> bytes:
    """Dictionaries and arrays within each other in the page itself."""
    nest = b"<< /A [" * depth + b"] >>" * depth
    return one_page(stream(SHOWN), {3: PAGE[:-2] + b"/X " + nest + b" >>"})


def false_length() -> bytes:
    """A stream that says it is two gigabytes long."""
    contents = stream(SHOWN).replace(b"/Length %d" % len(SHOWN), b"/Length 2147483647")
    return one_page(contents)


def truncated() -> bytes:
    """A file that breaks off in the middle of its page."""
    whole = one_page(stream(SHOWN * 1000))
    return whole[: len(whole) // 2]


def garbage(num_bytes: int = 2**20) -> bytes:
    """A head and then noise."""
    return b"%PDF-1.7\n" + random.Random(1).randbytes(num_bytes)


def unknown_encryption() -> bytes:
    """Encrypted by a handler that nobody knows."""
    locked = b"<< /Filter /Nobody /V 9 /R 9 /O (%s) /U (%s) /P -1 >>" % (b"o" * 32, b"u" * 32)
    objects = {1: _CATALOG, 2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 3: PAGE}
    objects |= {4: stream(SHOWN), 5: FONT, 6: locked}
    return pdf(objects, b"/Encrypt 6 0 R /ID [(a) (b)]")


def password_protected() -> bytes:
    """Encrypted with a password by the standard handler; its check fails for the empty one."""
    locked = b"<< /Filter /Standard /V 2 /R 3 /Length 128 /O <%s> /U <%s> /P -4 >>" % (
        b"ab" * 32,
        b"cd" * 32,
    )
    objects = {1: _CATALOG, 2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", 3: PAGE}
    objects |= {4: stream(SHOWN), 5: FONT, 6: locked}
    return pdf(objects, b"/Encrypt 6 0 R /ID [<00> <00>]")
