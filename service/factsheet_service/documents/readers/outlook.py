"""MSG (Outlook): subject, sender, body and attachments out of the OLE container."""

from __future__ import annotations

from collections.abc import Iterator

import olefile

from factsheet_service.documents.child import File
from factsheet_service.documents.errors import Unreadable
from factsheet_service.documents.frames import Frame, LostMember, Note, PageText
from factsheet_service.documents.limits import ReadLimits

from .html import html_text
from .mail import message_text
from .members import in_pieces

# Property ids of [MS-OXPROPS]; a stream's name ends in the id and the type.
_SUBJECT, _SENDER, _SENDER_SMTP, _TO, _CC = "0037", "0C1A", "5D01", "0E04", "0E03"
_BODY, _HTML, _RTF = "1000", "1013", "1009"
_DATA, _LONG_NAME, _SHORT_NAME = "3701", "3707", "3704"
_UNICODE, _EIGHT_BIT, _BINARY = "001F", "001E", "0102"
_ATTACHMENT = "__attach_version1.0_"


def read(file: File, _limits: ReadLimits) -> Iterator[Frame]:
    """The message as one text, then its attachments. Raises Unreadable."""
    try:
        with olefile.OleFileIO(file.content) as ole:
            yield from _read(ole)
    except OSError as error:
        raise Unreadable(f"broken MSG: {error}") from error


def _read(ole: olefile.OleFileIO) -> Iterator[Frame]:
    sender = " ".join(part for part in (_text(ole, _SENDER), _text(ole, _SENDER_SMTP)) if part)
    headers = {
        "From": sender,
        "To": _text(ole, _TO),
        "Cc": _text(ole, _CC),
        "Subject": _text(ole, _SUBJECT),
    }
    body = _body(ole)
    yield PageText(message_text(headers, body))
    if not body and _stream(ole, _RTF, _BINARY) is not None:
        yield Note("the message's body is RTF only and was not read")
    for folder in sorted({path[0] for path in ole.listdir() if path[0].startswith(_ATTACHMENT)}):
        yield from _attachment(ole, folder)


def _body(ole: olefile.OleFileIO) -> str:
    if plain := _text(ole, _BODY):
        return plain
    html = _stream(ole, _HTML, _BINARY)
    return html_text(html) if html else html_text(_text(ole, _HTML))


def _attachment(ole: olefile.OleFileIO, folder: str) -> Iterator[Frame]:
    name = _text(ole, _LONG_NAME, folder) or _text(ole, _SHORT_NAME, folder) or f"{folder}.bin"
    content = _stream(ole, _DATA, _BINARY, folder)
    if content is None:  # a message or an OLE object inside the message
        yield LostMember(name, Unreadable.status, "an embedded Outlook item; save it by itself")
    else:
        yield from in_pieces(name, content)


def _text(ole: olefile.OleFileIO, property_id: str, folder: str = "") -> str:
    content = _stream(ole, property_id, _UNICODE, folder)
    if content is not None:
        return content.decode("utf-16-le", "replace").rstrip("\x00")
    return (
        (_stream(ole, property_id, _EIGHT_BIT, folder) or b"")
        .decode("cp1252", "replace")
        .rstrip("\x00")
    )


def _stream(ole: olefile.OleFileIO, property_id: str, kind: str, folder: str = "") -> bytes | None:
    path = [*([folder] if folder else []), f"__substg1.0_{property_id}{kind}"]
    if not ole.exists(path):
        return None
    content: bytes = ole.openstream(path).read()
    return content
