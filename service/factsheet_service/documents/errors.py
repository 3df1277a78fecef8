"""How the reading of a file ends when it does not end well; the message is the reason.

ReadingError
├── Unreadable
├── Encrypted
└── NeedsOcr
"""

from __future__ import annotations

from .frames import Status


class ReadingError(Exception):
    """The file could not be read."""

    status: Status = "unreadable"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class Unreadable(ReadingError):
    """The file is broken or of no supported type."""


class Encrypted(ReadingError):
    """password-protected"""

    status = "encrypted"


class NeedsOcr(ReadingError):
    """The file shows pictures of text."""

    status = "needs_ocr"
