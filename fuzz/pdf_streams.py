"""PDFs whose streams unpack without end, or ask for more work than they are long."""

from __future__ import annotations

import zlib

from .packing import lzw_zeros, zlibbed
from .pdf_writer import PAGE, SHOWN, one_page, stream

_FOUR_GIB = 2**32
_FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] "
_FLATE = b"/Filter /FlateDecode"


def flate_bomb() -> bytes:
    """Contents of four gigabytes of spaces."""
    return one_page(stream(zlibbed(b" ", _FOUR_GIB), _FLATE))


def double_flate_bomb() -> bytes:
    """The same packed twice: some kilobytes."""
    packed = zlib.compress(zlibbed(b" ", _FOUR_GIB), 9)
    return one_page(stream(packed, b"/Filter [/FlateDecode /FlateDecode]"))


def thousand_filters() -> bytes:
    """Contents that a thousand filters are to be undone on."""
    names = b"/ASCIIHexDecode " * 1000
    return one_page(stream(SHOWN.hex().encode() + b">", b"/Filter [%s]" % names))


def run_length_bomb(num_runs: int = 2**21) -> bytes:
    """Runs of 128 spaces, a quarter of a gigabyte of them."""
    return one_page(stream(b"\x81 " * num_runs + b"\x80", b"/Filter /RunLengthDecode"))


def lzw_bomb(num_codes: int = 500_000) -> bytes:
    """Codes that stand for ever longer stretches of nothing."""
    return one_page(stream(lzw_zeros(num_codes), b"/Filter /LZWDecode"))


def predictor_bomb() -> bytes:
    """A predictor whose rows are two billion columns wide."""
    parameters = (
        b"/DecodeParms << /Predictor 15 /Colors 32 /BitsPerComponent 16 /Columns 2147483647 >>"
    )
    return one_page(stream(zlib.compress(SHOWN), _FLATE + parameters))


def laughing_forms(levels: int = 10) -> bytes:
    """Forms that draw the next one ten times, ten levels deep."""
    drawn = b"/X Do " * 10
    changed = {
        6 + n: stream(drawn, _FORM + b"/Resources << /XObject << /X %d 0 R >> >>" % (7 + n))
        for n in range(levels)
    }
    changed[6 + levels] = stream(SHOWN, _FORM + b"/Resources << /Font << /F 5 0 R >> >>")
    changed[3] = PAGE.replace(b"/Font <<", b"/XObject << /X 6 0 R >> /Font <<")
    return one_page(stream(drawn), changed)


def form_in_itself() -> bytes:
    """A form that draws itself."""
    entries = _FORM + b"/Resources << /XObject << /X 6 0 R >> >>"
    page = PAGE.replace(b"/Font <<", b"/XObject << /X 6 0 R >> /Font <<")
    return one_page(stream(b"/X Do"), {6: stream(b"/X Do", entries), 3: page})


def font_in_itself() -> bytes:
    """A font whose glyph is written in the same font."""
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] "
        b"/CharProcs << /a 6 0 R >> /Encoding << /Differences [97 /a] >> /FirstChar 97 "
        b"/LastChar 97 /Widths [9] /Resources << /Font << /F 5 0 R >> >> >>"
    )
    glyph = b"9 0 d0 BT /F 1 Tf (aaaaaaaaaa) Tj ET"
    return one_page(stream(b"BT /F 1 Tf (a) Tj ET"), {5: font, 6: stream(glyph)})


def many_operators(num: int = 3_000_000) -> bytes:
    """A page of millions of path operators."""
    packed = zlib.compress(b"0 0 m 1 1 l S " * (num // 3), 9)
    return one_page(stream(packed, _FLATE))


def many_glyphs(num: int = 8_000_000) -> bytes:
    """A page that shows millions of characters on one spot."""
    shown = b"BT /F 1 Tf " + b"(%s) Tj " % (b"a" * 30_000) * (num // 30_000) + b"ET"
    return one_page(stream(zlib.compress(shown, 9), _FLATE))


def nested_arrays(depth: int = 200_000) -> bytes:
    """Contents that open 200,000 arrays."""
    return one_page(stream(b"[" * depth + b"]" * depth + b" TJ " + SHOWN))


def saved_states(num: int = 2_000_000) -> bytes:
    """Contents that save the graphics state and never restore it."""
    return one_page(stream(zlib.compress(b"q " * num, 9), _FLATE))


def inline_image() -> bytes:
    """A picture in the contents that says it is 60,000 pixels square and has no end."""
    image = b"BI /W 60000 /H 60000 /BPC 8 /CS /RGB ID " + b"x" * 1000
    return one_page(stream(image))


def huge_image() -> bytes:
    """A picture of ten billion pixels that is packed in nothing."""
    entries = (
        b"/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /BitsPerComponent 8 "
        b"/ColorSpace /DeviceRGB " + _FLATE
    )
    page = PAGE.replace(b"/Font <<", b"/XObject << /X 6 0 R >> /Font <<")
    contents = stream(b"600 0 0 700 0 0 cm /X Do")
    return one_page(contents, {6: stream(zlibbed(b"\0", 2**30), entries), 3: page})


def to_unicode_bomb(num: int = 400_000) -> bytes:
    """A font whose every code stands for a long text."""
    text = b"0041" * 500
    ranges = b"1 beginbfrange <0000> <FFFF> <%s> endbfrange " % text * (num // 65_536 + 1)
    table = b"/CIDInit /ProcSet findresource begin begincmap " + ranges * 20 + b"endcmap end"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    shown = b"BT /F 1 Tf (%s) Tj ET" % (b"a" * 100_000)
    changed = {5: font, 6: stream(zlib.compress(table, 9), _FLATE)}
    return one_page(stream(zlib.compress(shown, 9), _FLATE), changed)


def wide_widths(num: int = 5_000_000) -> bytes:
    """A font whose list of widths is megabytes long and names two billion glyphs."""
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H "
        b"/DescendantFonts [6 0 R] >>"
    )
    widths = b"0 2147483647 500 " + b"1 [500] " * (num // 8)
    below = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /W [%s] >>" % widths
    return one_page(stream(SHOWN), {5: font, 6: below})
