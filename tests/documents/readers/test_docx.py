from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from factsheet_schemas import DocumentStatus


@pytest.fixture
def document():
    return docx.Document()


def packed(document) -> bytes:
    target = BytesIO()
    document.save(target)
    return target.getvalue()


async def test_paragraphs_and_tables_keep_the_order_of_the_body(read_files, document) -> None:
    document.add_paragraph("Before")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((c for row in table.rows for c in row.cells), "abcd", strict=True):
        cell.text = text
    document.add_paragraph("After\tthe table")
    (read,) = await read_files({"a.docx": packed(document)})
    assert read.status is DocumentStatus.OK
    assert read.text == "Before\n\na | b\nc | d\n\nAfter\tthe table"
    assert read.pages == ()


async def test_a_merged_cell_stands_once(read_files, document) -> None:
    table = document.add_table(rows=1, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Wide"
    table.cell(0, 2).text = "end"
    (read,) = await read_files({"a.docx": packed(document)})
    assert read.text == "Wide | end"


async def test_tracked_changes_read_as_accepted(read_files, document) -> None:
    paragraph = document.add_paragraph("Margin ")._p
    w = nsdecls("w")
    paragraph.append(parse_xml(f"<w:del {w}><w:r><w:delText>2.25%</w:delText></w:r></w:del>"))
    paragraph.append(parse_xml(f"<w:ins {w}><w:r><w:t>2.50%</w:t></w:r></w:ins>"))
    (read,) = await read_files({"a.docx": packed(document)})
    assert read.text == "Margin 2.50%"
    assert "tracked changes" in (read.reason or "")


async def test_content_controls_and_links_are_read(read_files, document) -> None:
    w = nsdecls("w")
    control = f"<w:sdt {w}><w:sdtContent><w:p><w:hyperlink><w:r><w:t>Linked</w:t></w:r>"
    document.element.body.insert(
        0, parse_xml(control + "</w:hyperlink></w:p></w:sdtContent></w:sdt>")
    )
    (read,) = await read_files({"a.docx": packed(document)})
    assert read.text == "Linked"


async def test_a_broken_docx_is_unreadable(read_files, document) -> None:
    (read,) = await read_files({"a.docx": packed(document)[:2000]})
    assert read.status is DocumentStatus.UNREADABLE
