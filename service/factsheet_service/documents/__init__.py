"""Reading a company's files: each in a process of its own, under limits, to a typed outcome.

The names below are imported when first used: the reading process starts from this package too, and
is started for every file, so it must not pay for the wire types.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .boxes import locate
    from .limits import ReadLimits
    from .reading import assembled, read_documents, reading_key
    from .slots import Slots

__all__ = ["ReadLimits", "Slots", "assembled", "locate", "read_documents", "reading_key"]

_HOMES = {
    "ReadLimits": "limits",
    "Slots": "slots",
    "assembled": "reading",
    "locate": "boxes",
    "read_documents": "reading",
    "reading_key": "reading",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
