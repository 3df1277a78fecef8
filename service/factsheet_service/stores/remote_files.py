"""Files in an object store, through fsspec: what one machine puts, all others see at once.

Stands on what S3, Google Cloud Storage and Azure promise: an object is put as a whole, and every
read and every list after that shows it.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs

from factsheet_service.core.errors import StoreUnavailable, UsageError

from .files import Content

_SIDE_BY_SIDE = 16
_UNCACHED = {"use_listings_cache": False, "skip_instance_cache": True}

One = TypeVar("One")
Found = TypeVar("Found")


class RemoteFiles:
    """Files below ``root`` of a file system of fsspec."""

    def __init__(
        self, fs: AbstractFileSystem, root: str, failures: tuple[type[Exception], ...]
    ) -> None:
        """``failures`` are what the file system raises where it fails."""
        self._fs = fs
        self._root = root.rstrip("/")
        self._failures = failures

    def below(self, folder: str) -> RemoteFiles:
        """The files below a folder, by their names inside it."""
        return RemoteFiles(self._fs, self._path(folder), self._failures)

    def put(self, contents: Mapping[str, Content]) -> None:
        """Keep files, each in place of the one of its name; all are durable on return."""

        def put(name: str) -> None:
            content, path = contents[name], self._path(name)
            if isinstance(content, bytes):
                self._fs.pipe_file(path, content)
            else:
                self._fs.put_file(str(content), path)  # in pieces, if it is big

        with self._said():
            _side_by_side(put, contents)

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """The contents of those files that there are."""

        def read(name: str) -> tuple[str, bytes | None]:
            with contextlib.suppress(FileNotFoundError):
                return name, self._fs.cat_file(self._path(name))
            return name, None

        with self._said():
            found = _side_by_side(read, names)
        return {name: content for name, content in found if content is not None}

    def exists(self, name: str) -> bool:
        """Whether there is a file of that name."""
        with self._said():
            return bool(self._fs.exists(self._path(name)))

    def local(self, name: str, scratch: Path) -> Path:
        """A copy of a file in ``scratch``. Raises FileNotFoundError where there is none."""
        path = scratch / uuid.uuid4().hex
        with self._said():
            self._fs.get_file(self._path(name), str(path))
        return path

    def copy(self, names: Mapping[str, str]) -> None:
        """Keep files under other names too. Raises FileNotFoundError where one is not there."""

        def copy(name: str) -> None:
            self._fs.cp_file(self._path(name), self._path(names[name]))

        with self._said():
            _side_by_side(copy, names)

    def delete(self, names: Iterable[str]) -> None:
        """Forget files; those that are not there are passed by."""

        # One by one: a request for many says in its reply alone which of them failed.
        def delete(name: str) -> None:
            with contextlib.suppress(FileNotFoundError):
                self._fs.rm_file(self._path(name))

        with self._said():
            _side_by_side(delete, names)

    def sizes(self, *folders: str) -> dict[str, int]:
        """The files below folders, at any depth, with their sizes in bytes."""

        def sizes(folder: str) -> dict[str, Any]:
            with contextlib.suppress(FileNotFoundError):
                found: dict[str, Any] = self._fs.find(self._path(folder), detail=True)
                return found
            return {}

        with self._said():
            listed = _side_by_side(sizes, folders)
        return {
            path.removeprefix(f"{self._root}/"): info["size"]
            for found in listed
            for path, info in found.items()
        }

    def folders(self) -> tuple[str, ...]:
        """The names of the folders at the top that hold a file, sorted."""
        with self._said():
            try:
                listed = self._fs.ls(self._root, detail=True)
            except FileNotFoundError:
                return ()
        return tuple(
            sorted(
                info["name"].rstrip("/").rpartition("/")[2]
                for info in listed
                if info["type"] == "directory"
            )
        )

    def erase(self, *folders: str) -> None:
        """Forget all below folders."""
        self.delete(self.sizes(*folders))

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        """Say that the store fails, and how. Raises StoreUnavailable."""
        try:
            yield
        except FileNotFoundError:
            raise
        except self._failures as error:
            raise StoreUnavailable(f"{self._root}: {type(error).__name__}: {error}") from error


def open_remote(url: str) -> RemoteFiles:
    """The files of an address that fsspec knows.

    Raises:
        UsageError: there is no such kind of address, or what it needs is not installed.
    """
    kind = url.partition("://")[0]
    try:
        fs, root = url_to_fs(url, **_UNCACHED)
    except (ImportError, ValueError) as error:
        raise UsageError(f"{kind}://: {error} (for s3:// install factsheet[s3])") from error
    return RemoteFiles(fs, root, (OSError, *_foreign(kind)))


def _foreign(kind: str) -> tuple[type[Exception], ...]:
    """What a store's library raises where it cannot be reached, besides OSError."""
    if kind not in ("s3", "s3a"):
        return ()
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - only where s3 is used

    return (BotoCoreError,)


def _side_by_side(ask: Callable[[One], Found], all_of: Iterable[One]) -> list[Found]:
    """Ask about each, several at a time; all are asked, then the first error is raised."""
    asked = list(all_of)
    if len(asked) < 2:
        return [ask(one) for one in asked]
    with ThreadPoolExecutor(min(_SIDE_BY_SIDE, len(asked)), "files") as pool:
        futures = [pool.submit(ask, one) for one in asked]
    return [future.result() for future in futures]
