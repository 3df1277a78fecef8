"""Where files are kept: a folder of this machine, or an object store that many machines share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

Content = bytes | Path
"""A file's bytes, or where they lie on this machine."""


class Files(Protocol):
    """Files by name, a relative path with ``/``; each is wholly there or not at all.

    There are no locks, and nothing is read to be written again: a file holds one fact, so any
    number of processes may write at once. What one call names is asked for side by side, so a
    call costs about one round trip. All raise StoreUnavailable where the store fails.
    """

    def below(self, folder: str) -> Files:
        """The files below a folder, by their names inside it."""
        ...

    def put(self, contents: Mapping[str, Content]) -> None:
        """Keep files, each in place of the one of its name; all are durable on return."""
        ...

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """The contents of those files that there are."""
        ...

    def exists(self, name: str) -> bool:
        """Whether there is a file of that name."""
        ...

    def local(self, name: str, scratch: Path) -> Path:
        """Where a file lies on this machine, copied into ``scratch`` if it has to be.

        Raises FileNotFoundError where there is none.
        """
        ...

    def copy(self, names: Mapping[str, str]) -> None:
        """Keep files under other names too, old name to new.

        Raises FileNotFoundError where one of them is not there; the others are copied.
        """
        ...

    def delete(self, names: Iterable[str]) -> None:
        """Forget files; those that are not there are passed by."""
        ...

    def sizes(self, *folders: str) -> dict[str, int]:
        """The files below folders, at any depth, with their sizes in bytes."""
        ...

    def folders(self) -> tuple[str, ...]:
        """The names of the folders at the top, sorted; a store may leave out empty ones."""
        ...

    def erase(self, *folders: str) -> None:
        """Forget all below folders, also what a put that broke off left there.

        What is put meanwhile may stay or go.
        """
        ...
