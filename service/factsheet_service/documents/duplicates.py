"""Which documents stand for others: the same bytes, the same text, an OCR'd copy."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from factsheet_schemas import DocumentStatus

from factsheet_service.core.document import Document

from .kinds import DOCX, HTML, PDF

_PREFERRED = {PDF: 0, DOCX: 1, HTML: 2}  # a PDF has pages and boxes to show
_SHINGLE_WORDS = 5
_OVERLAP = 0.8  # share of a text's shingles that the kept one has too
_OCR_GAIN = 1.2  # a partly scanned original has so much less text than its OCR'd copy
_MOST_ALIKE = 8  # more of one name are not compared, which could take for ever
_NUMBER = re.compile(r"\d[\d.,]*")


def mark_duplicates(documents: Iterable[Document]) -> tuple[Document, ...]:
    """All documents sorted by name, those that another stands for with ``duplicate_of``.

    The outcome does not depend on the order given. Two versions that differ in a number are no
    duplicates, however alike.
    """
    ordered = sorted(documents, key=lambda document: (document.name, document.sha256))
    stand_ins = _stand_ins(ordered)
    kept = _Kept()
    marked: list[Document] = []
    for document in sorted(ordered, key=lambda d: _preference(d, stand_ins)):
        text = _Text(document, _fingerprint(document))
        original = kept.original(text)
        if original is None:
            kept.add(text)
        marked.append(replace(document, duplicate_of=original.id if original else None))
    return tuple(sorted(marked, key=lambda document: (document.name, document.sha256)))


def _stand_ins(documents: Sequence[Document]) -> frozenset[str]:
    """Names of the OCR'd copies that are to be read in place of their originals."""
    by_name = {document.name.casefold(): document for document in documents}
    return frozenset(
        copy.name
        for copy in documents
        if (original := by_name.get(_ocr_original(copy.name) or ""))
        and copy.status is DocumentStatus.OK
        and (
            original.status is not DocumentStatus.OK
            or len(copy.text) > _OCR_GAIN * len(original.text)
        )
    )


def _preference(document: Document, stand_ins: frozenset[str]) -> tuple[object, ...]:
    is_copy = _ocr_original(document.name) is not None and document.name not in stand_ins
    return (
        document.name not in stand_ins,
        document.status is not DocumentStatus.OK,
        is_copy,
        _PREFERRED.get(document.media_type, len(_PREFERRED)),
        len(document.name),
        document.name,
    )


def _ocr_original(name: str) -> str | None:
    """``x.pdf`` for ``x.ocr.pdf``."""
    path = PurePosixPath(name.casefold())
    if len(path.suffixes) < 2 or path.suffixes[-2] != ".ocr":
        return None
    return str(path.with_name(path.name.removesuffix(f".ocr{path.suffix}") + path.suffix))


@dataclass(frozen=True, slots=True)
class _Text:
    document: Document
    fingerprint: str | None


class _Kept:
    """The texts kept so far, found by what makes another the same."""

    def __init__(self) -> None:
        self._texts: list[_Text] = []
        self._by_key: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)

    def add(self, text: _Text) -> None:
        """Keep a text."""
        for key in _likeness(text):
            if len(self._by_key[key]) < _MOST_ALIKE:
                self._by_key[key].append(len(self._texts))
        self._texts.append(text)

    def original(self, text: _Text) -> Document | None:
        """The first one that stands for the text."""
        alike = {index for key in _likeness(text) for index in self._by_key.get(key, ())}
        others = (self._texts[index] for index in sorted(alike))
        return next((other.document for other in others if _same(other, text)), None)


def _likeness(text: _Text) -> list[tuple[str, ...]]:
    """What two texts must have in common, one of these at least, to be the same."""
    name = text.document.name.casefold()
    path = PurePosixPath(name)
    keys: list[tuple[str, ...]] = [
        ("bytes", text.document.sha256),
        ("name", _ocr_original(name) or name),
    ]
    if text.fingerprint is not None:
        keys += [("letters", text.fingerprint), ("stem", str(path.parent), path.stem)]
    return keys


def _same(kept: _Text, other: _Text) -> bool:
    one, two = kept.document, other.document
    if one.sha256 == two.sha256 or _are_ocr_pair(one.name, two.name):
        return True
    if kept.fingerprint is None or other.fingerprint is None:
        return False
    if kept.fingerprint == other.fingerprint:
        return True
    return _same_stem(one.name, two.name) and _holds_all_of(one.text, two.text)


def _are_ocr_pair(one: str, other: str) -> bool:
    return _ocr_original(one) == other.casefold() or _ocr_original(other) == one.casefold()


def _same_stem(one: str, other: str) -> bool:
    a, b = PurePosixPath(one.casefold()), PurePosixPath(other.casefold())
    return a.parent == b.parent and a.stem == b.stem


def _fingerprint(document: Document) -> str | None:
    """A hash of the text's letters and digits; None where nothing was read."""
    if document.status is not DocumentStatus.OK:
        return None
    letters = "".join(char for char in document.text.casefold() if char.isalnum())
    return hashlib.sha256(letters.encode("utf-8", "replace")).hexdigest() if letters else None


def _holds_all_of(kept: str, other: str) -> bool:
    """Whether ``kept`` has the wording of ``other``, and every number in it."""
    wording = _shingles(other)
    if not wording or len(_shingles(kept) & wording) < _OVERLAP * len(wording):
        return False
    return set(_NUMBER.findall(other)) <= set(_NUMBER.findall(kept))


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + _SHINGLE_WORDS]) for i in range(len(words) - _SHINGLE_WORDS + 1)}
