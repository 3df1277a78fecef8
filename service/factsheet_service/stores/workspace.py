"""All companies: a folder each, on this machine or in an object store that many share.

A tenant's companies lie together in <root>/@<tenant>; those of no tenant in <root> itself.

<root>/.companies/<company>    which there are, to be listed
       <company>/company       that it exists
                 files/        as given: ``originals``
                 reads/, members/   what was read from them: ``readings``
                 runs/         the records: ``records``
       .reads/                 who has read what: ``readings``
       .schemas/               users' own: ``own_schemas``
       .cache/<company>/       vectors, always on this machine
"""

from __future__ import annotations

import shutil
from pathlib import Path

from factsheet_service.core.errors import UnknownCompany

from .company import MARK, CompanyFolder
from .files import Files
from .folder_files import FolderFiles
from .names import checked, is_name
from .originals import FOLDER as ORIGINALS
from .originals import CompanyLimits
from .own_schemas import FOLDER as SCHEMAS
from .readings import MEMBERS, READS, SHARED, Readings
from .records import FOLDER as RUNS
from .vectors import VectorLog

COMPANIES = ".companies"
CACHE = ".cache"
_PARTS = (ORIGINALS, READS, MEMBERS, RUNS)


class Workspace:
    """The companies of one tenant, or of nobody in particular."""

    def __init__(
        self, root: Path, files: Files | None = None, limits: CompanyLimits | None = None
    ) -> None:
        """``root`` is a folder of this machine, made when it is needed; ``files`` may lie
        elsewhere. ``limits`` say how much one company may hold."""
        self.root = root
        self.files: Files = files or FolderFiles(root)
        self._is_remote = files is not None
        self._limits = limits

    def of(self, tenant: str) -> Workspace:
        """A tenant's own companies; "" is who runs the service alone. Raises UsageError."""
        if not tenant:
            return self
        folder = f"@{checked(tenant, 'tenant')}"
        files = self.files.below(folder) if self._is_remote else None
        return Workspace(self.root / folder, files, self._limits)

    def companies(self) -> tuple[str, ...]:
        """Names of all companies, sorted."""
        listed = {path.rpartition("/")[2] for path in self.files.sizes(COMPANIES)}
        return tuple(name for name in self.files.folders() if name in listed)

    def company(self, name: str) -> CompanyFolder:
        """A company that exists. Raises UnknownCompany, and UsageError for an impossible name."""
        folder = self._folder(name)
        if not folder.files.exists(MARK):
            raise UnknownCompany(f"no company {name!r}")
        return folder

    def create(self, name: str) -> CompanyFolder:
        """A company, made if it does not exist. Raises UsageError for an impossible name."""
        folder = self._folder(name)
        if not folder.files.exists(MARK):
            self._clear(folder)
            listing = f"{COMPANIES}/{name}"
            self.files.put({listing: b""})
            folder.files.put({MARK: b""})
            if not self.files.exists(listing):  # who erased the name just now took it too
                self.files.put({listing: b""})
        return folder

    def erase(self, name: str) -> None:
        """Forget a company and all that is kept of it; also what an erasing that broke off left.

        Raises:
            UnknownCompany: nothing is kept under that name.
            UsageError: no company can be called so.
        """
        folder = self._folder(name)
        if not self._is_kept(folder):
            raise UnknownCompany(f"no company {name!r}")
        self.files.delete([f"{COMPANIES}/{name}"])
        folder.files.delete([MARK])  # before the rest: see MARK
        Readings(self.files, name).forget_but(())
        self.files.erase(*(f"{name}/{part}" for part in _PARTS))
        self._forget_vectors(name)

    def erase_all(self) -> None:
        """Forget all companies and schemas; those of other tenants stay."""
        for name in filter(is_name, self.files.folders()):
            if self._is_kept(self._folder(name)):  # else it is another's folder
                self.erase(name)
        self.files.erase(COMPANIES, SHARED, SCHEMAS)

    def open_vectors(self, name: str) -> VectorLog:
        """The vectors of a company's passages; whoever opens them closes them.

        They lie on this machine, so those of companies that were erased elsewhere go now.
        """
        folder = self._vectors / checked(name, "company")
        folder.mkdir(parents=True, exist_ok=True)
        for gone in {path.name for path in self._vectors.iterdir()} - {*self.companies(), name}:
            self._forget_vectors(gone)
        return VectorLog(folder / "vectors.sqlite")

    @property
    def _vectors(self) -> Path:
        return self.root / CACHE

    def _folder(self, name: str) -> CompanyFolder:
        return CompanyFolder(self.files, checked(name, "company"), self._limits)

    def _clear(self, folder: CompanyFolder) -> None:
        """Take away what an erasing that broke off left, before the name is used again.

        Listed before the mark is looked for once more: so nothing is taken that another process,
        which has made the company meanwhile, put into it.
        """
        left = folder.files.sizes(*_PARTS)
        if left and not folder.files.exists(MARK):
            Readings(self.files, folder.name).forget_but(())
            folder.files.delete(left)

    def _is_kept(self, folder: CompanyFolder) -> bool:
        """Whether it is a company's folder, or what an erasing has left of one."""
        return folder.files.exists(MARK) or bool(folder.files.sizes(*_PARTS))

    def _forget_vectors(self, name: str) -> None:
        shutil.rmtree(self._vectors / name, ignore_errors=True)
