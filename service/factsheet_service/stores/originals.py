"""The files of a company as given, each stored once under the hash of its content.

``<sha256>-<number>-<token>/<name>`` is one file: the bytes, and in its own name all else that is
known of it. So a file comes, goes or takes another's place in one step, whoever else writes: of
those of one name the highest number stands, and the others are on their way out. No two names
share bytes, or removing one could take them from an upload under way; and no two uploads share
a token, so that what one process deletes is never what another has just put.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from factsheet_service.core.errors import TooMuch, UsageError

from .files import Content, Files

FOLDER = "files"
MAX_NAME_BYTES = 780  # of its stored form: S3 allows 1,024 for all of the path
_PART_CHARS = 60  # a part of a path may have 255 bytes, a character four
_KEY = re.compile(r"([0-9a-f]{64})-(\d+)-([0-9a-f]+)/(.+)")
_MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Original:
    """A file as given."""

    name: str  # path inside the company's folder
    sha256: str
    number: int  # from 1; how often the name was given
    token: str
    num_bytes: int

    @property
    def key(self) -> str:
        """What it is called in the store, below the company."""
        return f"{FOLDER}/{self.sha256}-{self.number:06}-{self.token}/{escaped(self.name)}"


@dataclass(frozen=True, slots=True)
class Added:
    """What became of files that were given."""

    hashes: Mapping[str, str]  # SHA-256 by name, of all of them
    fresh: tuple[Original, ...]  # those that were not there before
    replaced: tuple[str, ...]  # names that had other content before


@dataclass(frozen=True, slots=True)
class CompanyLimits:
    """How much one company may hold."""

    max_files: int | None = None
    max_bytes: int | None = None


class Originals:
    """The originals of one company."""

    def __init__(self, files: Files, limits: CompanyLimits) -> None:
        """``files`` are the company's."""
        self._files = files
        self._limits = limits

    def all(self) -> tuple[Original, ...]:
        """Those that stand, sorted by name."""
        return standing(self._listed())

    def add(self, contents: Mapping[str, Content]) -> Added:
        """Keep files by their names, in place of those of the same names.

        Raises:
            UsageError: a name is no plain relative path.
            TooMuch: the company would hold more than it may; nothing was kept.
        """
        contents = {source_name(name): content for name, content in contents.items()}
        listed = self._listed()
        hashes = {name: _hash(content) for name, content in contents.items()}
        known = {one.name: one.sha256 for one in standing(listed)}
        fresh = tuple(
            _fresh(name, sha256, contents[name], listed)
            for name, sha256 in hashes.items()
            if known.get(name) != sha256
        )
        refuse_too_much(listed, fresh, self._limits)
        self._files.put({one.key: contents[one.name] for one in fresh})
        replaced = tuple(one.name for one in fresh if one.name in known)
        self._files.delete(one.key for one in listed if one.name in replaced)
        return Added(hashes, fresh, replaced)

    def remove(self, name: str) -> None:
        """Forget a file. Raises KeyError where there is none of that name."""
        versions = sorted((o for o in self._listed() if o.name == name), key=_rank)
        if not versions:
            raise KeyError(name)
        # The one that stands goes last, or an older one would stand after a crash.
        self._files.delete(one.key for one in versions[:-1])
        self._files.delete([versions[-1].key])

    def _listed(self) -> tuple[Original, ...]:
        found = (original_of(key, size) for key, size in self._files.sizes(FOLDER).items())
        return tuple(one for one in found if one)


def original_of(key: str, num_bytes: int) -> Original | None:
    """What the name of a stored file tells; None where it is of another kind."""
    told = _KEY.fullmatch(key.removeprefix(f"{FOLDER}/"))
    if told is None:
        return None
    sha256, number, token, name = told.groups()
    return Original(unescaped(name), sha256, int(number), token, num_bytes)


def standing(listed: Iterable[Original]) -> tuple[Original, ...]:
    """Of each name the file that was given last, sorted by name."""
    last = {one.name: one for one in sorted(listed, key=_rank)}
    return tuple(last[name] for name in sorted(last))


def refuse_too_much(
    listed: Iterable[Original], fresh: Iterable[Original], limits: CompanyLimits
) -> None:
    """Raises TooMuch if the company would hold more than it may with fresh files."""
    after = {one.name: one.num_bytes for one in (*standing(listed), *fresh)}
    if limits.max_files is not None and len(after) > limits.max_files:
        raise TooMuch(
            f"the company would have {len(after)} files, and may have {limits.max_files}: "
            "delete some first"
        )
    if limits.max_bytes is not None and sum(after.values()) > limits.max_bytes:
        raise TooMuch(
            f"the company's files would take {sum(after.values()) / _MEBIBYTE:.1f} MB, and may "
            f"take {limits.max_bytes / _MEBIBYTE:g}: delete some first"
        )


def source_name(name: str) -> str:
    """The name as a relative path. Raises UsageError where it points elsewhere or is too long."""
    path = PurePosixPath(name)
    is_plain = name.isprintable() and "\\" not in name
    if not is_plain or path.is_absolute() or ".." in path.parts or not path.name:
        raise UsageError(f"{name!r} cannot name a file: give a relative path without '..'")
    if len(escaped(str(path)).encode()) > MAX_NAME_BYTES:
        raise UsageError(f"{name!r} cannot name a file: it is too long")
    return str(path)


def escaped(name: str) -> str:
    """A file's name as a path in the store: no sign in it that means something to a store."""
    plain = "".join(c if c.isalnum() or c in "._-" else _percent(c) for c in name)
    plain = f"%2E{plain[1:]}" if plain.startswith(".") else plain
    parts = [plain[at : at + _PART_CHARS] for at in range(0, len(plain), _PART_CHARS)]
    return "/~".join(parts)  # a part is never "..", nor hidden


def unescaped(path: str) -> str:
    """The name behind ``escaped``."""
    return unquote(path.replace("/~", ""))


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def _rank(original: Original) -> tuple[int, str]:
    return original.number, original.token


def _fresh(name: str, sha256: str, content: Content, listed: Iterable[Original]) -> Original:
    number = max((one.number for one in listed if one.name == name), default=0) + 1
    return Original(name, sha256, number, secrets.token_hex(4), _size(content))


def _hash(content: Content) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size(content: Content) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size
