import asyncio
from dataclasses import replace

from factsheet_schemas import Box, ExtractOptions
from factsheet_service.core.document import Page
from factsheet_service.core.progress import silent
from factsheet_service.pipeline.boxes import PDF, with_boxes
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from support.build import make_document, make_schema
from support.scripted import ScriptedEngine

TEXT = "Norrvind AS borrows\nunder this Agreement.\n" + "The Agent gives notice. " * 9
BREAK = TEXT.index("under")
PAGES = (Page(1, 0, BREAK), Page(2, BREAK, len(TEXT)))
DOCUMENT = replace(make_document(TEXT, "a.pdf"), media_type=PDF, pages=PAGES)
SCRIPT = {"Norrvind": [("borrower", (), "Norrvind AS")]}


def located(document=DOCUMENT):
    """The borrower's evidence, with boxes that say which page span was looked up."""
    asked = []

    async def locate(sha256, spans):
        asked.append((sha256, list(spans)))
        return [(Box(page=page, x0=start, y0=0, x1=end, y1=1),) for page, start, end in spans]

    async def run():
        job = Job("norrvind", (document,), make_schema(), ExtractOptions())
        record = await extract(job, ScriptedEngine(SCRIPT), silent)
        return await with_boxes(record, [document], locate)

    record = asyncio.run(run())
    return record.deal["borrower"].evidence[0], asked


def test_a_quote_over_a_page_break_has_boxes_on_both_pages():
    evidence, _ = located()
    assert [(b.page, b.x0) for b in evidence.boxes] == [(1, 0), (2, 0)]


def test_offsets_are_counted_from_the_start_of_each_page():
    evidence, _ = located()
    assert evidence.boxes[0].x1 == BREAK
    assert evidence.boxes[1].x1 == evidence.end - BREAK


def test_a_document_is_opened_once_for_all_its_quotes():
    _, asked = located()
    assert [sha256 for sha256, _ in asked] == [DOCUMENT.sha256]


def test_only_pdfs_have_boxes():
    evidence, asked = located(replace(DOCUMENT, media_type="text/plain"))
    assert (evidence.boxes, asked) == ((), [])
