import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from factsheet_schemas import DocumentStatus
from factsheet_service.core.document import Source
from factsheet_service.core.progress import Event, FileRead, StageAdvanced, silent
from factsheet_service.documents import ReadLimits, Slots, read_documents

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"
HOSTILE = DATA / "hostile_pdfs"


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="the hostile PDFs are not beside the repository")
async def test_every_hostile_pdf_ends_typed_within_its_limits(make_source) -> None:
    paths = sorted(HOSTILE.rglob("*.pdf"))
    sources = [make_source(str(path.relative_to(HOSTILE)), path.read_bytes()) for path in paths]
    documents = await read_documents(sources, ReadLimits(), silent)
    assert [d.name for d in documents] == sorted(source.name for source in sources)
    assert all(document.reason for document in documents if document.status != "ok")
    counts = {s: sum(d.status is s for d in documents) for s in DocumentStatus}
    assert len(documents) == 50
    assert counts[DocumentStatus.ENCRYPTED] == 10
    assert counts[DocumentStatus.UNREADABLE] == 3
    assert counts[DocumentStatus.NEEDS_OCR] >= 8


async def test_a_file_that_cannot_be_read_takes_no_other_with_it(read_files) -> None:
    documents = await read_files({"a.pdf": b"%PDF-1.7 broken", "b.txt": b"Facility A"})
    assert [d.status for d in documents] == [DocumentStatus.UNREADABLE, DocumentStatus.OK]
    assert documents[1].text == "Facility A"


async def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    source = Source("gone.pdf", "0" * 64, tmp_path / "gone")
    (document,) = await read_documents([source], ReadLimits(), silent)
    assert document.reason == "cannot be opened: No such file or directory"


async def test_a_file_above_the_size_limit_is_not_read(read_files) -> None:
    (document,) = await read_files({"a.txt": b"x" * (2**20 + 1)}, ReadLimits(max_bytes=2**20))
    assert document.reason == (
        "larger than 1 MB: split the file, or have FACTSHEET_MAX_FILE_MB raised"
    )


async def test_the_same_bytes_twice_are_read_once_and_count_once(read_files) -> None:
    one, two = await read_files({"b.txt": b"Facility A", "a.txt": b"Facility A"})
    assert (one.name, one.duplicate_of) == ("a.txt", None)
    assert (two.name, two.duplicate_of) == ("b.txt", one.id)
    assert two.text == "Facility A"


async def test_known_documents_are_not_read_again(make_source: Callable[..., Source]) -> None:
    source = make_source("a.txt", b"Facility A")
    (known,) = await read_documents([source], ReadLimits(), silent)
    source.path.unlink()
    again = await read_documents([source], ReadLimits(), silent, {source.sha256: [known]})
    assert again == (known,)


async def test_each_file_is_told_when_it_is_read(make_source: Callable[..., Source]) -> None:
    events: list[Event] = []
    sources = [make_source("a.txt", b"A"), make_source("b.txt", b"")]
    await read_documents(sources, ReadLimits(parallel=1), events.append)
    read = [event for event in events if isinstance(event, FileRead)]
    assert FileRead("b.txt", "unreadable", "the file is empty", 0) in read
    assert events[-1] == StageAdvanced("ingest", 2, 2)


async def test_the_order_given_does_not_matter(make_source: Callable[..., Source]) -> None:
    sources = [make_source(name, text) for name, text in [("b", b"B"), ("a", b"A"), ("c", b"A")]]
    forward = await read_documents(sources, ReadLimits(), silent)
    assert await read_documents(sources[::-1], ReadLimits(), silent) == forward


async def test_a_pdf_that_pdfium_refuses_is_read_by_the_second_reader(read_files, make_pdf) -> None:
    late_header = b"X-Junk: junk\n" * 300 + make_pdf(["Facility A"], ["Facility B"])
    (document,) = await read_files({"a.pdf": late_header})
    assert document.status is DocumentStatus.OK
    assert document.text == "Facility A\nFacility B"
    assert "second PDF reader" in (document.reason or "")


async def test_readings_that_share_slots_wait_for_each_other(make_source, reader_starts) -> None:
    slots, limits = Slots(1), ReadLimits(parallel=9)
    held, free = make_source("held.txt", b"Facility A"), make_source("free.txt", b"Facility B")
    async with slots.here():
        waiting = asyncio.create_task(read_documents([held], limits, silent, slots=slots))
        await read_documents([free], limits, silent)
        assert reader_starts == ["free.txt"]
    await waiting
    assert reader_starts == ["free.txt", "held.txt"]
