import hashlib
import itertools
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from factsheet_service.core.document import Document, Source
from factsheet_service.core.progress import silent
from factsheet_service.documents import ReadLimits, read_documents, reading
from factsheet_service.documents.sandbox import run_reader
from fpdf import FPDF
from PIL import Image

_SECTOR, _SMALL_SECTOR, _SMALL = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


@pytest.fixture
def make_source(tmp_path: Path) -> Callable[[str, bytes], Source]:
    """A file of a company, kept under its hash."""

    def make(name: str, content: bytes) -> Source:
        sha256 = hashlib.sha256(content).hexdigest()
        (tmp_path / sha256).write_bytes(content)
        return Source(name, sha256, tmp_path / sha256)

    return make


@pytest.fixture
def read_files(make_source):
    """Read files given by name and content."""

    async def read(files: dict[str, bytes], limits: ReadLimits | None = None) -> list[Document]:
        sources = [make_source(name, content) for name, content in files.items()]
        return list(await read_documents(sources, limits or ReadLimits(), silent))

    return read


@pytest.fixture
def reader_starts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files for which a reading process is started."""
    started: list[str] = []

    async def counted(job, path, take):
        started.append(job.name)
        return await run_reader(job, path, take)

    monkeypatch.setattr(reading, "run_reader", counted)
    return started


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    """A PDF whose pages hold the given lines."""

    def make(*pages: Sequence[str], password: str | None = None) -> bytes:
        pdf = FPDF()
        pdf.set_font("Helvetica", size=11)
        for lines in pages:
            pdf.add_page()
            for line in lines:
                pdf.cell(text=line, new_x="LMARGIN", new_y="NEXT")
        if password:
            pdf.set_encryption(owner_password=password, user_password=password)
        return bytes(pdf.output())

    return make


@pytest.fixture
def make_compound() -> Callable[[dict[str, bytes]], bytes]:
    """An OLE compound file (as Outlook and old Office write) with the given streams."""
    return _compound


def _compound(streams: dict[str, bytes]) -> bytes:
    """[MS-CFB] version 3; storages one level deep, siblings as a list and not as a tree."""
    small, large, fat, small_fat = bytearray(), bytearray(), [], []
    entries = [["Root Entry", 5, _FREE, _END, 0]]
    top: list[int] = []
    inside: dict[str, list[int]] = {}
    for path, content in sorted(streams.items()):
        *folder, name = path.split("/")
        if folder and folder[0] not in inside:
            inside[folder[0]] = []
            top.append(len(entries))
            entries.append([folder[0], 1, _FREE, 0, 0])
        if len(content) < _SMALL:
            start = _allocate(small, small_fat, content, _SMALL_SECTOR)
        else:
            start = _allocate(large, fat, content, _SECTOR)
        (inside[folder[0]] if folder else top).append(len(entries))
        entries.append([name, 2, _FREE, start if content else _END, len(content)])
    entries[0][3:] = [_allocate(large, fat, bytes(small), _SECTOR), len(small)]
    return _file(entries, top, inside, large, fat, small_fat)


def _allocate(space: bytearray, table: list[int], content: bytes, size: int) -> int:
    start, count = len(table), -(-len(content) // size)
    table.extend([*range(start + 1, start + count), _END][:count])
    space.extend(content.ljust(count * size, b"\x00"))
    return start


def _file(entries, top, inside, large, fat, small_fat) -> bytes:
    right = {}
    for siblings in (top, *inside.values()):
        right.update(itertools.pairwise(siblings))
    child = {0: top[0]} | {
        i: inside[entry[0]][0] for i, entry in enumerate(entries) if entry[1] == 1
    }
    directory = b"".join(
        _entry(entry, right.get(i, _FREE), child.get(i, _FREE)) for i, entry in enumerate(entries)
    )
    directory_start = _allocate(large, fat, directory, _SECTOR)
    table = struct.pack(f"<{len(small_fat)}I", *small_fat)
    table = table.ljust(-(-len(table) // _SECTOR) * _SECTOR, b"\xff")
    small_start = _allocate(large, fat, table, _SECTOR)
    fat_start = len(fat)
    fat.append(_FAT)
    assert len(fat) <= _SECTOR // 4
    large.extend(struct.pack(f"<{len(fat)}I", *fat).ljust(_SECTOR, b"\xff"))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, directory_start, 0, _SMALL, small_start, 1, _END, 0)
    return head + struct.pack("<109I", fat_start, *[_FREE] * 108) + bytes(large)


def _entry(entry, right: int, child: int) -> bytes:
    name, kind, _, start, size = entry
    encoded = (name + "\x00").encode("utf-16-le")
    head = encoded.ljust(64, b"\x00") + struct.pack("<HBB", len(encoded), kind, 1)
    return (
        head + struct.pack("<3I", _FREE, right, child) + bytes(36) + struct.pack("<IQ", start, size)
    )


@pytest.fixture
def make_scan() -> Callable[..., bytes]:
    """A PDF whose pages are pictures (True) or text (False), with a stamp on each picture."""

    def make(is_scanned: Sequence[bool], stamp: str = "") -> bytes:
        pdf = FPDF()
        pdf.set_font("Helvetica", size=11)
        for scanned in is_scanned:
            pdf.add_page()
            if scanned:
                pdf.image(Image.new("L", (60, 80), 128), x=5, y=5, w=200, h=280)
            if text := stamp if scanned else "The Borrower shall repay the Loans. " * 3:
                pdf.cell(text=text)
        return bytes(pdf.output())

    return make
