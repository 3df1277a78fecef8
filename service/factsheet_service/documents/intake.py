"""Gathering one file's frames into a Document and the files that stood inside it."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from factsheet_schemas import DocumentStatus

from factsheet_service.core.document import Cell, Document, Page, Source

from .errors import Unreadable
from .frames import Ended, Frame, Kind, LostMember, Member, Note, PageText
from .kinds import UNKNOWN, ZIP
from .limits import MEBIBYTE, ReadLimits, remedy

_CONTAINER_JOINT = "/"


@dataclass(slots=True)
class Allowance:
    """What may still come out of one top-level file, at all depths together."""

    limits: ReadLimits
    num_members: int = 0
    num_bytes: int = 0
    seconds: float = 0  # of reading, added up
    read: dict[str, asyncio.Future[list[Document]]] = field(default_factory=dict)  # by SHA-256

    def check_time(self) -> None:
        """Raises Unreadable where the files before have taken all the time there is."""
        if self.seconds > self.limits.max_container_s:
            most = f"{self.limits.max_container_s:g} s"
            raise Unreadable(
                f"not read: the files beside it took more than {most}: {remedy('max_container_s')}"
            )

    def take(self, frame: Member) -> None:
        """Count a piece of a file. Raises Unreadable where it is too much."""
        self.num_bytes += len(frame.content)
        self.num_members += frame.is_last
        if self.num_members > self.limits.max_members:
            held = f"holds more than {self.limits.max_members} files"
            raise Unreadable(f"{held}: {remedy('max_members')}")
        if self.num_bytes > self.limits.max_unpacked_bytes:
            size = self.limits.max_unpacked_bytes // MEBIBYTE
            raise Unreadable(f"unpacks to more than {size} MB: {remedy('max_unpacked_bytes')}")


@dataclass(slots=True)
class Intake:
    """One file while it is being read; ``take`` is what the sandbox calls."""

    source: Source
    folder: Path  # where the files inside are put, each under its SHA-256
    allowance: Allowance
    depth: int
    media_type: str = UNKNOWN
    members: list[Source] = field(default_factory=list)
    lost: list[Document] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _pages: list[Page] = field(default_factory=list)
    _cells: list[Cell] = field(default_factory=list)
    _hidden: list[tuple[int, int]] = field(default_factory=list)
    _notes: list[str] = field(default_factory=list)
    _is_cut: bool = False
    _unpacking: _Unpacking | None = None

    def take(self, frame: Frame) -> None:
        """Add a frame. Raises Unreadable where a container holds too much."""
        match frame:
            case Kind(media_type):
                self.media_type = media_type
            case PageText():
                self._take_page(frame)
            case Note(text, is_cut):
                self._notes.append(text)
                self._is_cut = self._is_cut or is_cut
            case Member():
                self._take_member(frame)
            case LostMember():
                self._discard_part()
                self.lost.append(self._lost_document(frame))

    def _take_page(self, page: PageText) -> None:
        if self._parts:
            self._append("\n" if page.label is None else "\n\n")
        start = self._length
        self._append(page.text)
        if page.number is not None:
            self._pages.append(Page(page.number, start, self._length, page.label))
        self._cells += (
            Cell(cell.place, start + cell.start, start + cell.end, cell.raw) for cell in page.cells
        )
        self._hidden += ((start + low, start + high) for low, high in page.hidden)

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _take_member(self, frame: Member) -> None:
        if self.depth >= self.allowance.limits.max_depth:
            raise Unreadable(f"files inside files, more than {self.depth} deep")
        self.allowance.take(frame)
        self._unpacking = self._unpacking or _Unpacking(self.folder)
        self._unpacking.write(frame.content)
        if frame.is_last:
            name = self.source.name + _CONTAINER_JOINT + neutral_name(frame.name)
            self.members.append(self._unpacking.finish(name))
            self._unpacking = None

    def _remarks(self, text: str) -> list[str]:
        if self.media_type == ZIP:
            return [*self._notes, f"holds {len(self.members) + len(self.lost)} files"]
        return [*self._notes, *(["holds no text"] if not text.strip() else [])]

    def _discard_part(self) -> None:
        """Forget a file whose end never came."""
        if self._unpacking:
            self._unpacking.discard()
        self._unpacking = None

    def _lost_document(self, frame: LostMember) -> Document:
        name = self.source.name + _CONTAINER_JOINT + neutral_name(frame.name)
        sha256 = hashlib.sha256(f"{self.source.sha256}/{frame.name}".encode()).hexdigest()
        status = DocumentStatus(frame.status)
        return Document(sha256[:16], name, sha256, UNKNOWN, status, frame.reason)

    def document(self, ended: Ended) -> Document:
        """What was read; of a container that is nothing but its files, that it was opened."""
        status = DocumentStatus(ended.status)
        self._discard_part()
        is_kept = status is not DocumentStatus.UNREADABLE
        text = "".join(self._parts) if is_kept else ""
        reason = "; ".join(self._remarks(text)) if status is DocumentStatus.OK else ended.reason
        return Document(
            id=self.source.sha256[:16],
            name=self.source.name,
            sha256=self.source.sha256,
            media_type=self.media_type,
            status=status,
            reason=reason or None,
            text=text,
            pages=tuple(self._pages) if is_kept else (),
            cells=tuple(self._cells) if is_kept else (),
            hidden=tuple(self._hidden) if is_kept else (),
            is_cut=self._is_cut and is_kept,
        )


class _Unpacking:
    """A file inside a file on its way to disk, named by its content when it is complete."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hash = hashlib.sha256()
        handle, name = tempfile.mkstemp(dir=folder, prefix=".part-")
        self._path = Path(name)
        self._file = os.fdopen(handle, "wb")

    def write(self, content: bytes) -> None:
        """Add a piece."""
        self._hash.update(content)
        self._file.write(content)

    def finish(self, name: str) -> Source:
        """Give the file its name."""
        self._file.close()
        sha256 = self._hash.hexdigest()
        path = self._path.replace(self._folder / sha256)
        return Source(name, sha256, path)

    def discard(self) -> None:
        """Forget a file that broke off."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def neutral_name(name: str) -> str:
    """A member's path without anything that leaves its container: roots, drives, ``..``."""
    parts = PureWindowsPath(name.replace("/", "\\")).parts
    kept = [
        "".join(c for c in part if c.isprintable())
        for part in parts
        if "\\" not in part and part != ".."
    ]
    return _CONTAINER_JOINT.join(part for part in kept if part) or "unnamed"
