"""What is kept of one company: files as given, what was read from them, the records of runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from factsheet_schemas import Record

from factsheet_service.core.document import Document
from factsheet_service.core.errors import UnknownCompany, UsageError

from .files import Content, Files
from .names import checked
from .originals import Added, CompanyLimits, Original, Originals
from .readings import Reading, Readings
from .records import Records

MARK = "company"
"""The file that says that there is a company of this name.

Who erases takes it away first and all the rest after that; who writes looks for it afterwards. So
either the eraser finds what was written, or the writer finds the mark gone and takes it back.
"""


class CompanyFolder:
    """A company's files. Changes are whole, and durable when a method returns."""

    def __init__(self, tenant: Files, name: str, limits: CompanyLimits | None = None) -> None:
        """``tenant`` are the files in which the company has a folder."""
        self.name = name
        self.files = tenant.below(name)
        self._originals = Originals(self.files, limits or CompanyLimits())
        self._readings = Readings(tenant, name)
        self._records = Records(self.files)

    def add_sources(self, contents: Mapping[str, Content]) -> Added:
        """Keep files under their names, in place of those of the same names.

        Raises:
            UsageError: a name is no plain relative path.
            TooMuch: the company would hold more than it may; nothing was kept.
            UnknownCompany: it was erased meanwhile.
        """
        added = self._originals.add(contents)
        self._refuse_erased([one.key for one in added.fresh])
        if added.replaced:
            self.tidy()
        return added

    def add_source(self, name: str, content: Content) -> str:
        """Keep one file, as ``add_sources`` does; gives its SHA-256."""
        return next(iter(self.add_sources({name: content}).hashes.values()))

    def remove_source(self, name: str) -> None:
        """Forget a file and what was read from it. Raises UsageError."""
        try:
            self._originals.remove(name)
        except KeyError as error:
            raise UsageError(f"company {self.name!r} has no file {name!r}") from error
        self.tidy()

    def tidy(self) -> None:
        """Forget what was read of files that are not there any more."""
        self._readings.forget_but({one.sha256 for one in self.sources()})

    def sources(self) -> tuple[Original, ...]:
        """All files, sorted by name."""
        return self._originals.all()

    def places(self) -> dict[str, str]:
        """Where the bytes of files, and of files inside them, are kept in ``files``, by SHA-256."""
        return self._readings.members() | {one.sha256: one.key for one in self.sources()}

    def known(self, hashes: Collection[str], key: str) -> dict[str, tuple[Document, ...]]:
        """What was read of files by the readers and limits that ``key`` stands for.

        Also in other companies of the tenant. Raises UnknownCompany if this one was erased
        meanwhile.
        """
        found = self._readings.known(hashes, key)
        missing = [sha256 for sha256 in hashes if sha256 not in found]
        if missing and (borrowed := self._readings.borrow(missing, key)):
            self._refuse_erased(readings=borrowed)
            found |= self._readings.known([one.sha256 for one in borrowed], key)
        return found

    def latest(self, hashes: Collection[str], key: str) -> dict[str, tuple[Document, ...]]:
        """What was read of files, as ``key`` says where there is such, else in another way."""
        return self._readings.latest(hashes, key)

    def keep_reading(
        self, sha256: str, key: str, documents: Sequence[Document], members: Mapping[str, Path]
    ) -> None:
        """Keep what a file gave, typed failures too: itself first, then what stood inside it.

        Raises UnknownCompany if the company was erased meanwhile.
        """
        reading = self._readings.keep(sha256, key, documents, members)
        self._refuse_erased(readings=[reading])

    def num_documents(self) -> int:
        """How many documents were read of the files that are there."""
        counts = self._readings.counts()
        return sum(counts.get(one.sha256, 0) for one in self.sources())

    def save_record(self, record: Record) -> None:
        """Keep a run's record; the same run again replaces it.

        Raises UnknownCompany if the company was erased meanwhile.
        """
        checked(record.run.id, "run")
        self._refuse_erased([self._records.save(record)])

    def runs(self) -> tuple[str, ...]:
        """Ids of the runs kept, oldest first."""
        return self._records.ids()

    def record(self, run_id: str | None = None) -> Record:
        """A run's record, by default the latest's. Raises UsageError where there is none."""
        record = self._records.get(run_id)
        if record is None:
            what = f"no run {run_id!r}" if run_id else "no run yet"
            raise UsageError(f"company {self.name!r} has {what}")
        return record

    def erase_record(self, run_id: str) -> None:
        """Forget a run's record, if it is kept."""
        self._records.erase(run_id)

    def _refuse_erased(self, put: Iterable[str] = (), readings: Iterable[Reading] = ()) -> None:
        """Take back what was put into a company that is gone. Raises UnknownCompany."""
        if not self.files.exists(MARK):
            self.files.delete(put)
            self._readings.forget(readings)
            raise UnknownCompany(f"company {self.name!r} was erased meanwhile")
