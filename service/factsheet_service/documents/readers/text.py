"""Plain text in the encodings that turn up: UTF-8, UTF-16 with its mark, Windows-1252."""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator

from factsheet_service.documents.child import File
from factsheet_service.documents.frames import Frame, Note, PageText
from factsheet_service.documents.limits import ReadLimits

from .cutting import cut_to


def read(file: File, limits: ReadLimits) -> Iterator[Frame]:
    """The text; form feeds divide it into pages where there are any."""
    text, note = decode(file.content)
    text = tidy(text)
    if "\f" in text:
        yield from _paged(text, limits.max_pages)
    else:
        yield PageText(text)
    if note:
        yield Note(note)


def _paged(text: str, max_pages: int) -> Iterator[Frame]:
    num_pages = text.count("\f") + 1
    if num_pages > max_pages:
        yield cut_to(max_pages, num_pages, "pages")
    pages = text.split("\f", max_pages)[:max_pages]
    yield from (PageText(page, number) for number, page in enumerate(pages, 1))


def decode(content: bytes) -> tuple[str, str | None]:
    """The text and, where the encoding had to be guessed, a note that says so."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", "replace"), None
    try:
        return content.removeprefix(BOM_UTF8).decode("utf-8"), None
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "not UTF-8; read as Windows-1252"


def tidy(text: str) -> str:
    """Line ends as ``\\n``; invisible characters that would split words are gone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate({0x00: None, 0xAD: None, 0x200B: None, 0xFEFF: None})
