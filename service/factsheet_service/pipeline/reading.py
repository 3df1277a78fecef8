"""A company's documents: what was read is kept by content, and only what is new is read."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from factsheet_schemas import DocumentRecord

from factsheet_service.core.document import Document, Source
from factsheet_service.core.progress import Progress
from factsheet_service.documents import (
    ReadLimits,
    Slots,
    assembled,
    read_documents,
    reading_key,
)
from factsheet_service.stores.company import CompanyFolder
from factsheet_service.stores.originals import Original

from .recording import document_record

MAX_LISTINGS = 4096  # companies whose documents are known without a look at what was read


class Reader:
    """Reads companies within limits, each file once."""

    def __init__(self, limits: ReadLimits) -> None:
        self._limits = limits
        self._key = reading_key(limits)
        self._slots = Slots(limits.parallel)
        self._listings = Listings()

    async def read(self, folder: CompanyFolder, progress: Progress) -> tuple[Document, ...]:
        """All documents of a company; failures are kept like texts.

        Raises UnknownCompany if the company is erased meanwhile.
        """
        sources = await asyncio.to_thread(folder.sources)
        return (await self._read(folder, sources, progress))[0]

    async def listed(
        self, folder: CompanyFolder, of: str, progress: Progress
    ) -> tuple[DocumentRecord, ...]:
        """What ``read`` gives, without the texts; one look into the store where nothing is new.

        ``of`` names the company among those of all tenants.
        """
        sources = await asyncio.to_thread(folder.sources)
        listing = self._listings.get(of, sources)
        if listing is None:
            documents, is_lasting = await self._read(folder, sources, progress)
            listing = tuple(map(document_record, documents))
            if is_lasting:
                self._listings.put(of, sources, listing)
        return listing

    def kept(self, folder: CompanyFolder) -> tuple[Document, ...]:
        """What was read before of the files that are there, by whichever readers."""
        sources = folder.sources()
        found = folder.latest({one.sha256 for one in sources}, self._key)
        return assembled(sources, found)

    async def _read(
        self, folder: CompanyFolder, sources: Sequence[Original], progress: Progress
    ) -> tuple[tuple[Document, ...], bool]:
        """The documents, and whether all of it is kept."""
        place = {one.sha256: one.key for one in sources}
        known = await asyncio.to_thread(folder.known, place.keys(), self._key)
        kept = set(known)

        async def fetch(source: Source, scratch: Path) -> Path:
            return await asyncio.to_thread(folder.files.local, place[source.sha256], scratch)

        async def keep(
            source: Source, documents: Sequence[Document], members: Mapping[str, Path]
        ) -> None:
            await asyncio.to_thread(
                folder.keep_reading, source.sha256, self._key, documents, members
            )
            kept.add(source.sha256)

        files = [Source(one.name, one.sha256, Path(one.key)) for one in sources]
        documents = await read_documents(
            files, self._limits, progress, known, fetch, keep, self._slots
        )
        if kept > known.keys():
            await asyncio.to_thread(_tidy, folder, kept)
        return documents, kept >= place.keys()


def _tidy(folder: CompanyFolder, kept: Collection[str]) -> None:
    """Forget what was kept of files that were removed while they were read."""
    if not {one.sha256 for one in folder.sources()}.issuperset(kept):
        folder.tidy()


class Listings:
    """The documents of companies without their texts, while the files are the same."""

    def __init__(self, most: int = MAX_LISTINGS) -> None:
        self._most = most
        self._known: OrderedDict[str, tuple[Sequence[Original], tuple[DocumentRecord, ...]]] = (
            OrderedDict()
        )

    def get(self, of: str, sources: Sequence[Original]) -> tuple[DocumentRecord, ...] | None:
        """The documents of a company that has these files, if they are known."""
        files, listing = self._known.get(of, ((), None))
        if files != sources:
            return None
        self._known.move_to_end(of)
        return listing

    def put(
        self, of: str, sources: Sequence[Original], listing: tuple[DocumentRecord, ...]
    ) -> None:
        """Know the documents of a company; of the longest unasked it is forgotten."""
        self._known[of] = (sources, listing)
        self._known.move_to_end(of)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
