"""What a file is: by its first bytes, then by what is inside, its extension only where text."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

import olefile

from .errors import Encrypted, NeedsOcr, Unreadable

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HTML = "text/html"
EML = "message/rfc822"
MSG = "application/vnd.ms-outlook"
TEXT = "text/plain"
ZIP = "application/zip"
UNKNOWN = "application/octet-stream"

SUPPORTED = "PDF, DOCX, XLSX, HTML, EML, MSG, plain text and ZIP"

_PDF_HEADER_WITHIN = 1024  # as readers of PDF allow
_PDF_HEADER_LATEST = 65536  # behind the mail or HTTP header that some downloads keep
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"\x00\x00\x00\x0cjP": "JPEG 2000",
}
_OLD_OFFICE = {
    "worddocument": "a Word 97-2003 file; save it as DOCX",
    "workbook": "an Excel 97-2003 file; save it as XLSX",
    "book": "an Excel 95 file; save it as XLSX",
    "powerpoint document": "a PowerPoint 97-2003 file; save it as PDF",
}
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.I | re.S
)
_HEADER = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n")
_MAIL_HEADER = re.compile(rb"^(?:from|received|return-path|mime-version|message-id):", re.I | re.M)


def detect(content: bytes, name: str) -> str:
    """The media type of a file that a reader exists for.

    Raises:
        NeedsOcr: it is an image. Encrypted: an office file with a password.
        Unreadable: it is empty, broken, or of another type; the reason names the supported ones.
    """
    if not content:
        raise Unreadable("the file is empty")
    extension = PurePosixPath(name).suffix.lower()
    if b"%PDF-" in content[: _PDF_HEADER_LATEST if extension == ".pdf" else _PDF_HEADER_WITHIN]:
        return PDF
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(content)
    if content.startswith(_OLE):
        return _compound(content)
    _refuse_images(content)
    return _textual(content, extension)


def _unsupported(what: str) -> Unreadable:
    return Unreadable(f"{what} (supported: {SUPPORTED})")


def _zipped(content: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError) as error:
        raise Unreadable(f"broken ZIP: {error}") from error
    if "[Content_Types].xml" not in names:
        if "mimetype" in names and "content.xml" in names:
            raise _unsupported("an OpenDocument file; save it as DOCX, XLSX or PDF")
        return ZIP
    for part, media_type in (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX)):
        if part in names:
            return media_type
    raise _unsupported("an Office file that is neither DOCX nor XLSX")


def _compound(content: bytes) -> str:
    try:
        with olefile.OleFileIO(content) as ole:
            names = {"/".join(path).lower() for path in ole.listdir()}
    except OSError as error:
        raise Unreadable(f"broken OLE file: {error}") from error
    if "encryptedpackage" in names:
        raise Encrypted
    if "__properties_version1.0" in names:
        return MSG
    raise _unsupported(
        next((said for part, said in _OLD_OFFICE.items() if part in names), "an OLE file")
    )


def _refuse_images(content: bytes) -> None:
    for magic, kind in _IMAGES.items():
        if content.startswith(magic):
            raise NeedsOcr(f"a {kind} image")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        raise NeedsOcr("a WebP image")
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypavif", b"ftypmif1"):
        raise NeedsOcr("a HEIF image")


def _textual(content: bytes, extension: str) -> str:
    if content.startswith(b"{\\rtf"):
        raise _unsupported("an RTF file; save it as DOCX or PDF")
    head = content[:8192].removeprefix(b"\xef\xbb\xbf")
    if extension == ".pdf":
        raise Unreadable("not a PDF, though its name says so")
    if _HTML_START.match(head) or extension in (".html", ".htm", ".xhtml"):
        return HTML
    header = _HEADER.match(head)
    if extension == ".eml" or (header and _MAIL_HEADER.search(header.group())):
        return EML
    if _is_binary(head):
        raise _unsupported("not a supported type of file")
    return TEXT


def _is_binary(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16 is full of zero bytes
        return False
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    return b"\x00" in head or controls > len(head) // 50
