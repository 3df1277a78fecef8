"""EML: the message as one text, its attachments as files of their own."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart

from factsheet_service.documents.child import File
from factsheet_service.documents.frames import Frame, PageText
from factsheet_service.documents.limits import ReadLimits

from .html import html_text
from .members import in_pieces
from .text import decode, tidy

_SHOWN_HEADERS = ("From", "To", "Cc", "Date", "Subject")


def read(file: File, _limits: ReadLimits) -> Iterator[Frame]:
    """The headers people see, the body, then the attachments."""
    message = message_from_bytes(file.content, policy=policy.default)
    yield PageText(
        message_text({name: str(message[name] or "") for name in _SHOWN_HEADERS}, _body(message))
    )
    for number, part in enumerate(message.iter_attachments(), 1):
        yield from in_pieces(_name(part, number), _content(part))


def message_text(headers: dict[str, str], body: str) -> str:
    """A message as one text: header lines, a blank line, the body."""
    head = "\n".join(
        f"{name}: {' '.join(value.split())}" for name, value in headers.items() if value
    )
    return f"{head}\n\n{tidy(body).strip()}".strip()


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    content = _text(part)
    return html_text(content) if part.get_content_type() == "text/html" else content


def _text(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):  # a charset that does not exist, or a lie
        payload = part.get_payload(decode=True)
        return decode(payload)[0] if isinstance(payload, bytes) else ""


def _name(part: MIMEPart, number: int) -> str:
    extension = mimetypes.guess_extension(part.get_content_type()) or ".bin"
    if part.get_content_type() == "message/rfc822":
        extension = ".eml"
    return part.get_filename() or f"attachment-{number}{extension}"


def _content(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    inner = part.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else None
    return first.as_bytes() if isinstance(first, EmailMessage) else b""
