"""Streams that are small as they stand and large when unpacked, made without being large."""

from __future__ import annotations

import struct
import zlib

_PIECE_BYTES = 2**20
_ADLER = 65521  # RFC 1950, section 8.2


def deflated(char: bytes, num_bytes: int) -> bytes:
    """One byte repeated, as a raw deflate stream (RFC 1951); whole mebibytes."""
    return packed_part(char * _PIECE_BYTES) * (num_bytes // _PIECE_BYTES) + packed_whole(b"")


def packed_part(content: bytes) -> bytes:
    """The beginning of a raw deflate stream, which others may follow."""
    # A full flush leaves a piece that stands by itself, and may be repeated.
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)


def packed_whole(content: bytes) -> bytes:
    """A raw deflate stream to its end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def zlibbed(char: bytes, num_bytes: int) -> bytes:
    """The same with the header and the checksum that a PDF's Flate filter wants (RFC 1950)."""
    return b"\x78\xda" + deflated(char, num_bytes) + _adler32(char[0], num_bytes)


def _adler32(value: int, num_bytes: int) -> bytes:
    """Of one value repeated, by the sums that define it."""
    low = (1 + value * num_bytes) % _ADLER
    high = (num_bytes + value * num_bytes * (num_bytes + 1) // 2) % _ADLER
    return struct.pack(">I", high << 16 | low)


def lzw_zeros(num_codes: int) -> bytes:
    """An LZW stream (PDF 32000-1, 7.4.4) whose every code stands for one zero more.

    The table is cleared before its codes would need 13 bits.
    """
    bits: list[str] = []
    while num_codes > 0:
        codes = [0, *range(258, 258 + min(num_codes, 3800))]
        bits.append(format(256, "09b") + "".join(map(_lzw_code, range(len(codes)), codes)))
        num_codes -= len(codes)
    text = "".join([*bits, format(257, "012b")])
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def _lzw_code(index: int, code: int) -> str:
    known = 258 + index  # entries of the table when this code is read
    width = 9 if known < 511 else 10 if known < 1023 else 11 if known < 2047 else 12
    return format(code, f"0{width}b")
