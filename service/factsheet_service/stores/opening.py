"""Opens the store of files that the settings name."""

from __future__ import annotations

from pathlib import Path

from .files import Files
from .folder_files import FolderFiles

_FOLDER = "file://"


def open_files(url: str) -> Files:
    """The files of an address: ``s3://bucket/prefix`` or whatever fsspec knows, or ``file:///path``.

    Raises:
        UsageError: the address is none, or what it needs is not installed.
    """
    if url.startswith(_FOLDER):
        return FolderFiles(Path(url.removeprefix(_FOLDER)))
    from .remote_files import open_remote  # noqa: PLC0415 - most runs need no object store

    return open_remote(url)
