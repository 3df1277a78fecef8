"""Files in a folder of this machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from factsheet_service.core.errors import StoreUnavailable

from .files import Content

_PART = ".part-"
_COPY_BYTES = 2**20
_ABSENT = (FileNotFoundError, NotADirectoryError)
_TRIES = 10  # of a write whose folder is erased under it, or an erasing that is written into


class FolderFiles:
    """Files below ``root``, which is made when the first is put."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def below(self, folder: str) -> FolderFiles:
        """The files below a folder, by their names inside it."""
        return FolderFiles(self.root / folder)

    def put(self, contents: Mapping[str, Content]) -> None:
        """Keep files, each in place of the one of its name; all are durable on return."""
        with _said():
            made: set[Path] = set()
            for name, content in contents.items():
                made |= _put(self.root / name, content)
            for folder in made:
                _sync(folder.parent)

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """The contents of those files that there are."""
        found = {}
        with _said():
            for name in names:
                with contextlib.suppress(*_ABSENT):
                    found[name] = (self.root / name).read_bytes()
        return found

    def exists(self, name: str) -> bool:
        """Whether there is a file of that name."""
        with _said():
            return (self.root / name).is_file()

    def local(self, name: str, scratch: Path) -> Path:
        """Where a file lies. Raises FileNotFoundError where there is none."""
        path = self.root / name
        if not self.exists(name):
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return path

    def copy(self, names: Mapping[str, str]) -> None:
        """Keep files under other names too. Raises FileNotFoundError where one is not there."""
        missing = [name for name in names if not self.exists(name)]
        self.put({new: self.root / old for old, new in names.items() if old not in missing})
        if missing:
            raise FileNotFoundError(2, "No such file or directory", missing[0])

    def delete(self, names: Iterable[str]) -> None:
        """Forget files; those that are not there are passed by."""
        with _said():
            paths = [self.root / name for name in names]
            for path in paths:
                with contextlib.suppress(*_ABSENT):
                    path.unlink()
            for folder in {path.parent for path in paths} - {self.root}:
                with contextlib.suppress(OSError):  # it holds others, or is gone
                    folder.rmdir()

    def sizes(self, *folders: str) -> dict[str, int]:
        """The files below folders, at any depth, with their sizes in bytes."""
        with _said():
            return {
                entry.path.removeprefix(f"{self.root}{os.sep}"): size
                for folder in folders
                for entry, size in _below(self.root / folder)
            }

    def folders(self) -> tuple[str, ...]:
        """The names of the folders at the top, sorted."""
        with _said():
            if not self.root.is_dir():
                return ()
            return tuple(sorted(path.name for path in self.root.iterdir() if path.is_dir()))

    def erase(self, *folders: str) -> None:
        """Forget all below folders, and the folder around them if it is empty then."""
        with _said():
            for folder in folders:
                _remove(self.root / folder)
                with contextlib.suppress(OSError):  # it holds others, or is gone
                    (self.root / folder).parent.rmdir()


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write; it takes the place of ``path`` when the block ends without an error."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=_PART)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync(path.parent)
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def _said() -> Iterator[None]:
    """Say which file could not be had and why. Raises StoreUnavailable."""
    try:
        yield
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise StoreUnavailable(f"{place}{error.strerror or error}") from error


def _put(path: Path, content: Content) -> set[Path]:
    """Write a file; the folders that were made for it."""
    for _ in range(_TRIES - 1):
        with contextlib.suppress(FileNotFoundError):  # its folder was erased under it
            return _written(path, content)
    return _written(path, content)


def _written(path: Path, content: Content) -> set[Path]:
    made = {folder for folder in path.parents if not folder.exists()}
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        _copy(content, file)
    return made


def _remove(folder: Path) -> None:
    for _ in range(_TRIES - 1):
        with contextlib.suppress(OSError):  # written into meanwhile, or removed by another too
            shutil.rmtree(folder)
        if not folder.exists():
            return _sync(folder.parent)
    return shutil.rmtree(folder)


def _copy(content: Content, target: IO[bytes]) -> None:
    if isinstance(content, bytes):
        target.write(content)
        return
    with content.open("rb") as source:
        shutil.copyfileobj(source, target, _COPY_BYTES)


def _sync(folder: Path) -> None:
    """Make names in a folder durable; one that is erased meanwhile has none."""
    with contextlib.suppress(FileNotFoundError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _below(folder: Path) -> Iterator[tuple[os.DirEntry[str], int]]:
    """All files below a folder that are whole, with their sizes."""
    try:
        entries = list(os.scandir(folder))
    except _ABSENT:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _below(Path(entry.path))
        elif not entry.name.startswith(_PART):
            with contextlib.suppress(FileNotFoundError):  # forgotten meanwhile
                yield entry, entry.stat().st_size
