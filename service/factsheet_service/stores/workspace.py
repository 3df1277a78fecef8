"""A folder on disk with one folder per company: originals, texts, answers, records.

A tenant's companies lie together in <root>/@<tenant>; those of no tenant in <root> itself.

<root>/<company>/sources.json         name -> SHA-256 of every file given
                 blobs/<sha256>       the files' bytes
                 documents.jsonl.gz   what was read from them
                 runs/000001-<id>.json  the records, oldest first
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import IO

from factsheet_schemas import Record

from factsheet_service.core.document import Document, Source
from factsheet_service.core.errors import UnknownCompany, UsageError

from . import saved_documents
from .files import locked, replacing
from .vectors import VectorLog

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_MAX_SOURCE_NAME = 1024
_COPY_BYTES = 2**20


class Workspace:
    """All companies under one folder, which is made when the first company is."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def of(self, tenant: str) -> Workspace:
        """A tenant's own companies; "" is who runs the service alone. Raises UsageError."""
        return Workspace(self.root / f"@{_checked(tenant, 'tenant')}") if tenant else self

    def companies(self) -> tuple[str, ...]:
        """Names of all companies, sorted."""
        if not self.root.is_dir():
            return ()
        return tuple(sorted(path.name for path in self.root.iterdir() if _is_company(path)))

    def company(self, name: str) -> CompanyFolder:
        """A company that exists. Raises UnknownCompany, and UsageError for an impossible name."""
        path = self.root / _checked(name, "company")
        if not _is_company(path):
            raise UnknownCompany(f"no company {name!r}")
        return CompanyFolder(path)

    def create(self, name: str) -> CompanyFolder:
        """A company, made if it does not exist. Raises UsageError for an impossible name."""
        path = self.root / _checked(name, "company")
        for folder in ("blobs", "runs"):
            (path / folder).mkdir(parents=True, exist_ok=True)
        return CompanyFolder(path)

    def erase(self, name: str) -> None:
        """Forget a company and all that is kept of it. Raises UnknownCompany, UsageError."""
        shutil.rmtree(self.company(name).path)

    def erase_all(self) -> None:
        """Forget all companies and schemas; those of other tenants stay."""
        for name in self.companies():
            self.erase(name)
        shutil.rmtree(self.root / ".schemas", ignore_errors=True)


class CompanyFolder:
    """What is kept of one company. Changes are atomic and durable when a method returns."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.path = path
        self.blobs = path / "blobs"  # originals, and files found inside them, by SHA-256

    def add_source(self, name: str, content: bytes | Path) -> str:
        """Keep a file under its name, in place of another of that name; returns its SHA-256.

        Raises:
            UsageError: the name is no plain relative path.
        """
        name = _source_name(name)
        sha256 = self._keep(content)
        with locked(self._lock_file):
            self._write_index({**self._index(), name: sha256})
        return sha256

    def remove_source(self, name: str) -> None:
        """Forget a file, and its bytes if no other name has the same. Raises UsageError."""
        with locked(self._lock_file):
            index = self._index()
            if name not in index:
                raise UsageError(f"company {self.name!r} has no file {name!r}")
            sha256 = index.pop(name)
            self._write_index(index)
            if sha256 not in index.values():
                self.blob(sha256).unlink(missing_ok=True)

    def sources(self) -> tuple[Source, ...]:
        """All files, sorted by name."""
        return tuple(
            Source(name, sha256, self.blob(sha256))
            for name, sha256 in sorted(self._index().items())
        )

    def blob(self, sha256: str) -> Path:
        """Where the bytes with this hash are kept."""
        return self.blobs / sha256

    def save_documents(self, documents: Iterable[Document], reader_version: str = "") -> None:
        """Keep what was read, typed failures too, in place of what was kept before."""
        saved_documents.save(self._documents_file, documents, reader_version)

    def documents(self, reader_version: str | None = None) -> tuple[Document, ...]:
        """What was read; with a version given, only if that version of the readers read it."""
        return saved_documents.load(self._documents_file, reader_version)

    def save_record(self, record: Record) -> None:
        """Keep a run's record; the same run again replaces it."""
        run_id = _checked(record.run.id, "run")
        with locked(self._lock_file):
            path = self._runs().get(run_id) or self._next_run_file(run_id)
            with replacing(path) as file:
                file.write(record.model_dump_json().encode())

    def runs(self) -> tuple[str, ...]:
        """Ids of the runs kept, oldest first."""
        return tuple(self._runs())

    def record(self, run_id: str | None = None) -> Record:
        """A run's record, by default the latest's. Raises UsageError where there is none."""
        runs = self._runs()
        if not runs:
            raise UsageError(f"company {self.name!r} has no run yet")
        path = runs.get(run_id or next(reversed(runs)))
        if path is None:
            raise UsageError(f"company {self.name!r} has no run {run_id!r}")
        return Record.model_validate_json(path.read_bytes())

    def erase_record(self, run_id: str) -> None:
        """Forget a run's record, if it is kept."""
        with locked(self._lock_file):
            if path := self._runs().get(run_id):
                path.unlink(missing_ok=True)

    def open_vectors(self) -> VectorLog:
        """The vectors of passages; whoever opens them closes them."""
        return VectorLog(self.path / "vectors.sqlite")

    @property
    def _lock_file(self) -> Path:
        return self.path / ".lock"

    @property
    def _documents_file(self) -> Path:
        return self.path / "documents.jsonl.gz"

    @property
    def _index_file(self) -> Path:
        return self.path / "sources.json"

    def _index(self) -> dict[str, str]:
        if not self._index_file.exists():
            return {}
        index: dict[str, str] = json.loads(self._index_file.read_bytes())
        return index

    def _write_index(self, index: dict[str, str]) -> None:
        with replacing(self._index_file) as file:
            file.write(json.dumps(index, sort_keys=True, indent=1).encode())

    def _keep(self, content: bytes | Path) -> str:
        sha256 = _hash(content)
        if not self.blob(sha256).exists():
            with replacing(self.blob(sha256)) as file:
                _copy(content, file)
        return sha256

    def _runs(self) -> dict[str, Path]:
        """Paths of the records by run id, oldest first."""
        return {path.stem.partition("-")[2]: path for path in sorted(self._runs_folder.iterdir())}

    @property
    def _runs_folder(self) -> Path:
        return self.path / "runs"

    def _next_run_file(self, run_id: str) -> Path:
        numbers = [int(path.stem.partition("-")[0]) for path in self._runs().values()]
        return self._runs_folder / f"{max(numbers, default=0) + 1:06}-{run_id}.json"


def _is_company(path: Path) -> bool:
    return _NAME.fullmatch(path.name) is not None and (path / "blobs").is_dir()


def _checked(name: str, what: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot name a {what}: letters, digits, '_', '.' and '-', at most 64, "
            "the first a letter or digit"
        )
    return name


def _source_name(name: str) -> str:
    """The name as a relative path. Raises UsageError where it points elsewhere."""
    path = PurePosixPath(name)
    is_plain = name.isprintable() and "\\" not in name and len(name) <= _MAX_SOURCE_NAME
    if not is_plain or path.is_absolute() or ".." in path.parts or not path.name:
        raise UsageError(f"{name!r} cannot name a file: give a relative path without '..'")
    return str(path)


def _hash(content: bytes | Path) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(content: bytes | Path, target: IO[bytes]) -> None:
    if isinstance(content, bytes):
        target.write(content)
        return
    with content.open("rb") as source:
        while piece := source.read(_COPY_BYTES):
            target.write(piece)
