"""What was read from a company's files, by their content; typed failures too.

<company>/reads/<sha256>-<key>-<documents>-<members>    what a file gave
          members/<sha256>/<sha256>      the bytes of files inside a file, by the hashes of both
.reads/<sha256>-<key>/<documents>-<members>-<company>   that a company of the tenant read it

``key`` says by which readers and within which limits. All of it can be read again from the
originals, so where a part is missing, a file counts as not read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from factsheet_service.core.document import Document

from .files import Files
from .saved_documents import Unusable, packed, unpacked

READS = "reads"
MEMBERS = "members"
SHARED = ".reads"
_READ = re.compile(rf"{READS}/([0-9a-f]{{64}})-([0-9a-z.]+)-(\d+)-(\d+)")
_SHARED = re.compile(rf"{SHARED}/([0-9a-f]{{64}})-([0-9a-z.]+)/(\d+)-(\d+)-(.+)")


@dataclass(frozen=True, slots=True)
class Reading:
    """That a file was read, and what it gave."""

    sha256: str
    key: str
    num_documents: int
    num_members: int  # files inside it whose bytes are kept

    @property
    def path(self) -> str:
        """What it is called below the company."""
        return f"{READS}/{self.sha256}-{self.key}-{self.num_documents}-{self.num_members}"

    def shared(self, company: str) -> str:
        """What tells the tenant's other companies of it."""
        told = f"{self.num_documents}-{self.num_members}-{company}"
        return f"{SHARED}/{self.sha256}-{self.key}/{told}"


class Readings:
    """What was read of one company."""

    def __init__(self, tenant: Files, company: str) -> None:
        """``tenant`` are the files of all companies that may know of each other's reading."""
        self._tenant = tenant
        self._files = tenant.below(company)
        self._company = company

    def counts(self) -> dict[str, int]:
        """How many documents each file gave, by SHA-256."""
        found = map(_reading_of, self._files.sizes(READS))
        return {one.sha256: one.num_documents for one in found if one}

    def members(self) -> dict[str, str]:
        """Where in the company the bytes of files inside others are kept, by SHA-256."""
        return {path.rpartition("/")[2]: path for path in self._files.sizes(MEMBERS)}

    def known(self, hashes: Collection[str], key: str) -> dict[str, tuple[Document, ...]]:
        """What was read of files by ``key``, as far as all of it is kept."""
        whole = [one for one in self._whole() if one.key == key and one.sha256 in hashes]
        return self._loaded(whole)

    def latest(self, hashes: Collection[str], key: str) -> dict[str, tuple[Document, ...]]:
        """What was read of files, by ``key`` if it was, else by another."""
        ranked = sorted(self._whole(), key=lambda one: (one.key == key, one.key))
        best = {one.sha256: one for one in ranked if one.sha256 in hashes}
        return self._loaded(best.values())

    def keep(
        self, sha256: str, key: str, documents: Sequence[Document], members: Mapping[str, Path]
    ) -> Reading:
        """Keep what a file gave: itself first, then the files inside it, with their bytes."""
        reading = Reading(sha256, key, len(documents), len(members))
        if members:  # before the reading, which says that they are there
            self._files.put({f"{MEMBERS}/{sha256}/{one}": path for one, path in members.items()})
        self._tenant.put(
            {
                f"{self._company}/{reading.path}": packed(documents),
                reading.shared(self._company): b"",
            }
        )
        return reading

    def borrow(self, hashes: Iterable[str], key: str) -> list[Reading]:
        """Take over what other companies of the tenant have read; what there was."""
        told = self._tenant.sizes(*(f"{SHARED}/{sha256}-{key}" for sha256 in hashes))
        owners = {
            one.sha256: (company, one)
            for company, one in _shared_of(told)
            if company != self._company
        }
        folders = (f"{company}/{MEMBERS}/{sha256}" for sha256, (company, _) in owners.items())
        inside = self._tenant.sizes(*folders)
        readings = [f"{company}/{one.path}" for company, one in owners.values()]
        try:
            for paths in (inside, readings):  # in the order in which they are kept
                self._tenant.copy({path: self._own(path) for path in paths})
        except FileNotFoundError:  # forgotten meanwhile: they are read again
            return []
        self._tenant.put({one.shared(self._company): b"" for _, one in owners.values()})
        return [one for _, one in owners.values()]

    def forget(self, readings: Iterable[Reading]) -> None:
        """Forget what some files gave."""
        for one in readings:
            members = self._files.sizes(f"{MEMBERS}/{one.sha256}")
            self._tenant.delete([one.shared(self._company)])
            self._files.delete([one.path, *members])

    def forget_but(self, hashes: Collection[str]) -> None:
        """Forget what was read of other files than those."""
        paths = self._files.sizes(READS, MEMBERS)
        readings = [one for one in map(_reading_of, paths) if one and one.sha256 not in hashes]
        self._tenant.delete(one.shared(self._company) for one in readings)
        members = [path for path in paths if _container(path) not in (None, *hashes)]
        self._files.delete([*(one.path for one in readings), *members])

    def _whole(self) -> list[Reading]:
        """The readings whose files inside are all kept."""
        paths = self._files.sizes(READS, MEMBERS)
        num_members = Counter(map(_container, paths))
        found = map(_reading_of, paths)
        return [one for one in found if one and num_members[one.sha256] >= one.num_members]

    def _loaded(self, readings: Iterable[Reading]) -> dict[str, tuple[Document, ...]]:
        """The documents of those readings that are there and can be used."""
        of_path = {one.path: one.sha256 for one in readings}
        found = {}
        for path, content in self._files.read(of_path).items():
            with suppress(Unusable):
                found[of_path[path]] = unpacked(content)
        return found

    def _own(self, path: str) -> str:
        return f"{self._company}/{path.partition('/')[2]}"


def _reading_of(path: str) -> Reading | None:
    told = _READ.fullmatch(path)
    return Reading(told[1], told[2], int(told[3]), int(told[4])) if told else None


def _shared_of(paths: Iterable[str]) -> Iterator[tuple[str, Reading]]:
    """Companies, and what they have read."""
    for told in filter(None, map(_SHARED.fullmatch, paths)):
        yield told[5], Reading(told[1], told[2], int(told[3]), int(told[4]))


def _container(path: str) -> str | None:
    """The file in which a member stood; None for what is no member."""
    folder, _, rest = path.partition("/")
    return rest.partition("/")[0] if folder == MEMBERS else None
