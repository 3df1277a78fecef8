"""What the API needs of the parts behind it; the CLI calls the same functions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

from factsheet_schemas import ExtractOptions, Record, Schema

from factsheet_service.core.document import Document
from factsheet_service.core.progress import Progress

Render = Callable[[Record, Schema, str], tuple[bytes, str]]
"""Writes a record in a format (csv, xlsx): its bytes and their media type."""

Check = Callable[[], Awaitable[None]]
"""Returns if the engine answers, else raises EngineUnavailable."""


class Source(Protocol):
    """A file as it was given; one archive may hold several documents."""

    @property
    def name(self) -> str:
        """The file's name inside the company."""
        ...


class CompanyFolder(Protocol):
    """One company's sources, documents and records on disk."""

    @property
    def name(self) -> str:
        """The company's id."""
        ...

    def add_source(self, name: str, content: bytes | Path) -> str:
        """Store a file, replacing one of the same name; its SHA-256."""
        ...

    def remove_source(self, name: str) -> None:
        """Forget a file; reading again forgets its documents. Raises UsageError."""
        ...

    def sources(self) -> Sequence[Source]:
        """All files, sorted by name."""
        ...

    def documents(self) -> Sequence[Document]:
        """What has been read."""
        ...

    def runs(self) -> Sequence[str]:
        """Ids of the records, oldest first."""
        ...

    def record(self, run_id: str | None = None) -> Record:
        """The record of a run."""
        ...


class Workspace(Protocol):
    """All companies."""

    def companies(self) -> Sequence[str]:
        """Their names."""
        ...

    def company(self, name: str) -> CompanyFolder:
        """One that exists. Raises UnknownCompany."""
        ...

    def create(self, name: str) -> CompanyFolder:
        """One that exists from now on."""
        ...


class Operations(Protocol):
    """The two operations that take time; both tell progress in the event loop's thread."""

    @property
    def workspace(self) -> Workspace:
        """Where the companies are kept."""
        ...

    async def read(self, company: str, progress: Progress) -> Sequence[Document]:
        """Read the sources that were not read yet; all documents. Raises UnknownCompany."""
        ...

    async def extract(self, company: str, options: ExtractOptions, progress: Progress) -> Record:
        """Make and save a record; run again after a kill, it continues."""
        ...
