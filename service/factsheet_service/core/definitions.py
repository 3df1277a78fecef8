"""Defined terms of documents, and which of them a definition is made of."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from .document import Document

LONGEST_BODY = 1500  # characters of a definition that are searched for terms
LONGEST_SENTENCE = 600  # that are shown
MOST_USES = 4  # terms that a definition is said to be made of: the rarest
Span = tuple[int, int]

_DEFINED = re.compile(
    r"[\"“„](?P<term>[A-ZÀ-Þ0-9][^\"“”„\n]{1,80})[\"”“](?:\s*\([^)]{0,80}\))?,?"
    r"(?:\s+(?:in\s+relation\s+to|with\s+respect\s+to|for|as\s+of|on|at)\b[^\"“”.;]{0,140}?)?"
    r"[\s:]+(?:shall\s+)?(?:means?|mean|have\s+the\s+meaning|has\s+the\s+meaning|is|be|refers?"
    r"|significa|significará|désigne|signifie|bedeutet|bezeichnet|betekent|indica|oznacza)\b"
)
_CAPITALS = re.compile(r"[A-ZÀ-Þ][\w.&/'’-]*(?:\s+(?:of\s+|and\s+|to\s+)?[A-ZÀ-Þ][\w.&/'’-]*)*")
_NEXT_PARAGRAPH = re.compile(  # which is no item of a list, no row and no going on
    r"\n[ \t]*\n(?![ \t]*[(|a-zà-ÿ•–-])|\n[ \t]*(?:SECTION|ARTICLE|CLAUSE|Section|Article|Clause)?"
    r"[ \t]*\d{1,2}(?:\.\d{1,2})*\.?[ \t]+[A-ZÀ-Þ]"
)
_END = re.compile(r"[.;](?=\s*(?:$|\n|[\"“„A-ZÀ-Þ]))", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and the stretch of a document that defines it, from the term on."""

    term: str
    document: Document
    span: Span

    @property
    def sentence(self) -> Span:
        """The part to show: up to the end of its sentence."""
        start, limit = self.span[0], min(self.span[1], self.span[0] + LONGEST_SENTENCE)
        end = _END.search(self.document.text, start + len(self.term), limit)
        shown = self.document.text[start : end.end() if end else limit].rstrip()
        return start, start + len(shown)


def definitions_in(document: Document) -> tuple[Definition, ...]:
    """All definitions of a document, in the order of its text."""
    text = document.text
    found = list(_DEFINED.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return tuple(
        Definition(_squeezed(match["term"]), document, (match.start(), _end_of(text, match, end)))
        for match, end in zip(found, ends, strict=False)
    )


def _end_of(text: str, match: re.Match[str], following: int) -> int:
    """Where a definition's stretch ends, before the definition ``following``."""
    limit = min(following, match.start() + LONGEST_BODY)
    next_paragraph = _NEXT_PARAGRAPH.search(text, match.end(), limit)
    return next_paragraph.start() if next_paragraph else limit


@dataclass(frozen=True)
class Glossary:
    """The defined terms of some documents; what an earlier one defines goes first."""

    documents: Sequence[Document]

    @cached_property
    def _by_document(self) -> dict[str, tuple[Definition, ...]]:
        return {document.id: definitions_in(document) for document in self.documents}

    @cached_property
    def _by_term(self) -> dict[str, tuple[Definition, ...]]:
        found: dict[str, list[Definition]] = defaultdict(list)
        for definitions in self._by_document.values():
            for one in definitions:
                found[_key(one.term)].append(one)
        return {key: tuple(definitions) for key, definitions in found.items()}

    @cached_property
    def _counts(self) -> Counter[str]:
        """How often the texts name each term: what is named everywhere explains nothing."""
        texts = (document.text for document in self.documents)
        return Counter(_key(name) for text in texts for name in self._named(text, (0, len(text))))

    def of(self, term: str, document: Document) -> Definition | None:
        """The definition of a term, or of its singular or plural: the document's own goes first."""
        found = self._by_term.get(_key(term), ())
        own = (one for one in found if one.document.id == document.id)
        return next(own, found[0] if found else None)

    def around(self, document: Document, offset: int) -> Definition | None:
        """The definition in whose stretch the offset stands."""
        definitions = self._by_document.get(document.id, ())
        index = bisect_right([one.span[0] for one in definitions], offset) - 1
        found = definitions[index] if index >= 0 else None
        return found if found and offset < found.span[1] else None

    def terms_in(self, document: Document, span: Span, but_not: str = "") -> tuple[str, ...]:
        """The rarest defined terms that a stretch names, in the order of their first naming."""
        named = dict.fromkeys(map(_key, self._named(document.text, span)))
        named.pop(_key(but_not), None)
        rarest = sorted(named, key=lambda key: self._counts[key])[:MOST_USES]
        return tuple(self._by_term[key][0].term for key in named if key in rarest)

    def _named(self, text: str, span: Span) -> Iterator[str]:
        """Defined terms of a stretch, the longest at each place."""
        for match in _CAPITALS.finditer(text, *span):
            words = match.group().split()
            while words:
                size = self._longest(words)
                if size:
                    yield " ".join(words[:size])
                words = words[size or 1 :]

    def _longest(self, words: list[str]) -> int:
        """How many of the first words make a defined term."""
        sizes = range(len(words), 0, -1)
        return next((n for n in sizes if _key(" ".join(words[:n])) in self._by_term), 0)


def _squeezed(term: str) -> str:
    return " ".join(term.split())


def _key(term: str) -> str:
    folded = _squeezed(term).casefold().rstrip(".,")
    return folded[:-1] if folded.endswith("s") and not folded.endswith("ss") else folded
