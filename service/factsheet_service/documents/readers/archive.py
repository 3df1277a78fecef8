"""ZIP: its files, unpacked in a stream so that a bomb is noticed and not held."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath

from factsheet_service.documents.child import File
from factsheet_service.documents.errors import Encrypted, Unreadable
from factsheet_service.documents.frames import PIECE_BYTES, Frame, LostMember, Member
from factsheet_service.documents.limits import ReadLimits, too_large

_IS_ENCRYPTED = 0x1
# What unpacking a file that was made to break it throws
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
)
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


def read(file: File, limits: ReadLimits) -> Iterator[Frame]:
    """Every file inside, or why it could not be had. Raises Encrypted, Unreadable."""
    try:
        archive = zipfile.ZipFile(BytesIO(file.content))
    except (zipfile.BadZipFile, ValueError) as error:
        raise Unreadable(f"broken ZIP: {error}") from error
    members = [info for info in archive.infolist() if not _is_litter(info)]
    if not members:
        raise Unreadable("the ZIP holds no files")
    if all(info.flag_bits & _IS_ENCRYPTED for info in members):
        raise Encrypted
    for info in members:
        yield from _member(archive, info, limits)


def _is_litter(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename)
    return info.is_dir() or "__MACOSX" in path.parts or path.name.lower() in _LITTER


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: ReadLimits) -> Iterator[Frame]:
    if info.flag_bits & _IS_ENCRYPTED:
        yield LostMember(info.filename, Encrypted.status, str(Encrypted()))
        return
    try:
        yield from _unpack(archive, info, limits)
    except (Unreadable, *_BROKEN) as error:
        yield LostMember(info.filename, Unreadable.status, f"could not be unpacked: {error}")


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: ReadLimits) -> Iterator[Frame]:
    num_bytes = 0
    with archive.open(info) as stream:
        while piece := stream.read(PIECE_BYTES):
            num_bytes += len(piece)
            if num_bytes > limits.max_bytes:
                raise Unreadable(too_large(limits))
            yield Member(info.filename, piece, is_last=False)
    yield Member(info.filename, b"", is_last=True)
