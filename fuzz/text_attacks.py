"""HTML, mail, Outlook messages and plain text that are too long, too deep or not what they say."""

from __future__ import annotations

import random
import struct

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def nested_html(depth: int = 300_000) -> bytes:
    """Blocks within each other."""
    return b"<html><body>" + b"<div>" * depth + b"Facility A" + b"</div>" * depth


def nested_tables_html(depth: int = 5_000) -> bytes:
    """Tables within each other's cells."""
    return b"<html><body>" + b"<table><tr><td>" * depth + b"Facility A"


def many_tags_html(num: int = 1_000_000) -> bytes:
    """A page of tags and nothing else."""
    return b"<html><body>" + b"<p><b>" * num


def many_attributes_html(num: int = 500_000) -> bytes:
    """A tag with half a million attributes."""
    names = b" ".join(b"a%d=1" % n for n in range(num))
    return b"<html><body><p " + names + b">Facility A"


def laughing_html() -> bytes:
    """A billion laughs, which HTML does not know."""
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return b'<!DOCTYPE html [<!ENTITY l0 "A">' + entities + b"]><html><body>&l9; Facility A"


def long_line(num: int = 60 * 2**20) -> bytes:
    """A text of one line of sixty megabytes."""
    return b"a" * num


def many_lines(num: int = 4_000_000) -> bytes:
    """A text of nothing but line ends."""
    return b"\n" * num


def many_pages_text(num: int = 4_000_000) -> bytes:
    """A text of millions of pages without a word."""
    return b"Facility A" + b"\f" * num


def many_marks(num: int = 2_000_000) -> bytes:
    """Brackets, quotes and digits that belong to nothing."""
    pick = random.Random(3)
    return "".join(pick.choices("()[]{}\"'0123456789.,%§ \n", k=num)).encode()


def nested_mail(depth: int = 10_000) -> bytes:
    """Parts within parts."""
    lines = [b"From: a@example.com", b"MIME-Version: 1.0"]
    for n in range(depth):
        lines += [b'Content-Type: multipart/mixed; boundary="b%d"' % n, b"", b"--b%d" % n]
    return b"\r\n".join([*lines, b"Content-Type: text/plain", b"", b"Facility A"])


def forwarded_mail(depth: int = 10_000) -> bytes:
    """A message forwarded within a message."""
    head = b"From: a@example.com\r\nContent-Type: message/rfc822\r\n\r\n"
    return head * depth + b"From: b@example.com\r\n\r\nFacility A"


def many_attachments_mail(num: int = 10_000) -> bytes:
    """A message with more attachments than are taken."""
    head = b"From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
    part = b"--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nFacility A\r\n"
    return head + b'boundary="b"\r\n\r\n' + part * num + b"--b--\r\n"


def long_headers_mail(num: int = 200_000) -> bytes:
    """Headers of encoded words without end."""
    word = b"=?utf-8?b?RmFjaWxpdHk=?= "
    head = b"From: a@example.com\r\nTo: " + b"<@" * num
    return head + b"\r\nSubject: " + word * num + b"\r\n\r\nA"


def garbage_msg(num: int = 2**20) -> bytes:
    """The mark of an OLE file and then noise."""
    return _OLE + random.Random(2).randbytes(num)


def looping_msg() -> bytes:
    """An OLE file whose every sector is followed by itself."""
    head = _OLE + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, 1, 2**31, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", *range(128))
    return head + table + bytes(512) * 8
