"""Brings a folder that an earlier version kept up to date, once.

That version kept of each company ``sources.json`` (name to SHA-256), ``blobs/<sha256>``,
``documents.jsonl.gz`` (all that was read) and ``vectors.sqlite``; records lie where they lay. What
is old goes when all of it stands anew, so bringing up to date may break off anywhere and is taken
up again when the folder is opened next.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from factsheet_service.core.document import Document
from factsheet_service.core.errors import StoreUnavailable

from .company import MARK
from .folder_files import FolderFiles
from .originals import Original
from .readings import Readings
from .saved_documents import Unusable, read_with_version
from .workspace import CACHE, COMPANIES

LAYOUT = ".layout"
_VERSION = b"2"
_TOKEN = "00000000"  # the same however often it is brought up to date
_VECTORS = ("vectors.sqlite-wal", "vectors.sqlite-shm", "vectors.sqlite")  # the last brings it over

KeyOf = Callable[[str], str]
"""The key of what a version of the readers read within the limits that there were."""


def bring_up_to_date(root: Path, key_of: KeyOf) -> None:
    """Have a working folder as this version keeps it; cheap where it is so.

    Raises StoreUnavailable where the folder cannot be written; all that was there is there still.
    """
    if not root.is_dir() or (root / LAYOUT).exists():
        return
    try:
        if any(_old_companies(root)):
            _move_all(root, key_of)
        FolderFiles(root).put({LAYOUT: _VERSION})
    except OSError as error:
        raise StoreUnavailable(f"{error.filename or root}: {error.strerror or error}") from error
    except StoreUnavailable:
        if any(_old_companies(root)):  # else it can be read as it is
            raise


def _move_all(root: Path, key_of: KeyOf) -> None:
    with (root / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # processes that start together take turns
        for folder in _old_companies(root):
            _move(folder, key_of)


def _old_companies(root: Path) -> Iterator[Path]:
    tenants = [path for path in root.iterdir() if path.name.startswith("@") and path.is_dir()]
    for home in (root, *tenants):
        yield from (path for path in sorted(home.iterdir()) if (path / "blobs").is_dir())


def _move(folder: Path, key_of: KeyOf) -> None:
    sources = _sources(folder)
    files = FolderFiles(folder.parent)
    files.put(
        {
            f"{folder.name}/{Original(name, blob.name, 1, _TOKEN, 0).key}": blob
            for name, blob in sources.items()
        }
    )
    version, documents = _documents(folder)
    readings = Readings(files, folder.name)
    for blob in set(sources.values()):
        _keep(readings, blob, key_of(version), documents)
    _move_vectors(folder, folder.parent / CACHE / folder.name)
    files.put({f"{COMPANIES}/{folder.name}": b"", f"{folder.name}/{MARK}": b""})
    for name in ("documents.jsonl.gz", "sources.json", ".lock"):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "blobs")


def _sources(folder: Path) -> dict[str, Path]:
    """Where each file's bytes lie, by its name."""
    with contextlib.suppress(FileNotFoundError):
        index = json.loads((folder / "sources.json").read_bytes())
        blobs = {name: folder / "blobs" / sha256 for name, sha256 in index.items()}
        return {name: blob for name, blob in blobs.items() if blob.is_file()}
    return {}


def _documents(folder: Path) -> tuple[str, tuple[Document, ...]]:
    with contextlib.suppress(FileNotFoundError, Unusable):
        return read_with_version((folder / "documents.jsonl.gz").read_bytes())
    return "", ()


def _keep(readings: Readings, blob: Path, key: str, documents: Sequence[Document]) -> None:
    """Keep what one file gave: itself, and the files inside it."""
    own = next((one for one in documents if one.sha256 == blob.name), None)
    if own is None:
        return
    inside = [one for one in documents if one.name.startswith(f"{own.name}/")]
    places = {one.sha256: blob.parent / one.sha256 for one in inside}
    members = {sha256: place for sha256, place in places.items() if place.is_file()}
    readings.keep(blob.name, key, [own, *inside], members)


def _move_vectors(folder: Path, home: Path) -> None:
    for name in _VECTORS:
        if (folder / name).exists():
            home.mkdir(parents=True, exist_ok=True)
            (folder / name).replace(home / name)
