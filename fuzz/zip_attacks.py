"""ZIPs that unpack without end, overlap, nest, or name what lies outside."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from .packing import deflated

_FOUR_GIB = 2**32
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")


def zipped(files: Mapping[str, bytes]) -> bytes:
    """An honest ZIP."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


@dataclass(frozen=True, slots=True)
class Packed:
    """A deflate stream, and what the archive says of it."""

    stream: bytes
    num_bytes: int
    checksum: int = 0


def raw_zip(files: Mapping[str, Packed]) -> bytes:
    """An archive that says of its files what it is told to."""
    body, directory = bytearray(), bytearray()
    for name, file in files.items():
        directory += _central(name, file, len(body))
        body += _local(name, file) + file.stream
    return bytes(body + directory) + _end(len(files), len(directory), len(body))


def _local(name: str, file: Packed) -> bytes:
    raw = name.encode()
    sizes = (file.checksum, len(file.stream), file.num_bytes, len(raw), 0)
    return _LOCAL.pack(b"PK\3\4", 20, 0x800, 8, 0, 0, *sizes) + raw


def _central(name: str, file: Packed, offset: int) -> bytes:
    raw = name.encode()
    sizes = (file.checksum, len(file.stream), file.num_bytes, len(raw), 0, 0, 0, 0, 0, offset)
    return _CENTRAL.pack(b"PK\1\2", 20, 20, 0x800, 8, 0, 0, *sizes) + raw


def _end(num: int, directory: int, offset: int) -> bytes:
    return _END.pack(b"PK\5\6", 0, 0, num & 0xFFFF, num & 0xFFFF, directory, offset, 0)


def zip_bomb() -> bytes:
    """A text of nearly four gigabytes."""
    return raw_zip({"a.txt": Packed(deflated(b" ", _FOUR_GIB - 2**20), _FOUR_GIB - 2**20)})


def lying_zip_bomb() -> bytes:
    """The same, which says that it is ten bytes long."""
    return raw_zip({"a.txt": Packed(deflated(b" ", _FOUR_GIB - 2**20), 10)})


def overlapping_zip(num: int = 30_000) -> bytes:
    """A directory of thousands of files that are all the same stretch of the archive."""
    file = Packed(deflated(b" ", 64 * 2**20), 64 * 2**20)
    body = _local("a.txt", file) + file.stream
    directory = _central("a.txt", file, 0) * num
    return body + directory + _end(num, len(directory), len(body))


def nested_zips(depth: int = 4, width: int = 10) -> bytes:
    """Ten files, each of them ten files, four levels deep: ten thousand in all."""
    content = zipped({"a.txt": b"Facility A"})
    for _ in range(depth):
        content = zipped({f"{n}.zip": content + b" " * n for n in range(width)})
    return content


def deep_zips(depth: int = 100) -> bytes:
    """One ZIP within another, a hundred times."""
    content = zipped({"a.txt": b"Facility A"})
    for _ in range(depth):
        content = zipped({"in.zip": content})
    return content


def many_files(num: int = 60_000) -> bytes:
    """More files than are taken from one archive."""
    return zipped({f"{n}.txt": b"" for n in range(num)})


def outside_names() -> bytes:
    """Names that lead out of the folder, to devices, or are no names at all."""
    names = ["../../etc/cron.d/a.txt", "/etc/passwd.txt", "C:\\Windows\\a.txt"]
    names += ["\\\\host\\a.txt", "a/../../b.txt", "..", "con.txt", "a\nb.txt"]
    names += ["\u202etxt.exe", "x" * 5000, "./.", "-rf"]
    return zipped({name: b"Facility A %d" % n for n, name in enumerate(names)})


def links() -> bytes:
    """Symbolic links to files of the machine."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, place in (("passwd.txt", "/etc/passwd"), ("self.txt", "/proc/self/environ")):
            link = zipfile.ZipInfo(name)
            link.create_system = 3  # Unix
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, place)
    return target.getvalue()


def broken_directory() -> bytes:
    """A directory that points behind the file's end."""
    whole = zipped({"a.txt": b"Facility A"})
    return whole[:-6] + struct.pack("<I", 2**31) + whole[-2:]
