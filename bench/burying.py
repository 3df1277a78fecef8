"""Short agreements made as long as filed ones: with other agreements' text without evidence between
their paragraphs, so that passages are judged which nothing was fitted on."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from factsheet_service.core.document import Document, Page
from factsheet_service.core.windows import cut_windows, estimate_tokens

from bench.companies import Company
from bench.quotes import Quoted

BLOCK_TOKENS = 800  # of another agreement, that stay together
ADDED_TOKENS = 30_000


def blocks_without_evidence(company: Company, found: Sequence[Quoted]) -> Iterator[str]:
    """What a company's documents say in windows that none of its quotes touches."""
    places = (place for one in found for quote in one.quotes for place in quote)
    evidence = {(place.document, line) for place in places for line in place.lines}
    for document in (one for one in company.documents if one.is_read):
        for window in cut_windows(document, BLOCK_TOKENS):
            if not any((document.id, line.start) in evidence for line in window.lines):
                yield window.text


def buried(company: Company, blocks: Sequence[str], seed: int) -> Company:
    """The company with its first document's text among as many blocks as make it long."""
    chance = random.Random(seed)
    first, *others = company.documents
    start = chance.randrange(len(blocks))
    added = _some([*blocks[start:], *blocks[:start]])
    pieces = first.text.split("\n\n")
    for block in added:  # behind the opening, which stays one
        pieces.insert(chance.randrange(len(pieces) // 10 + 1, len(pieces) + 1), block)
    return replace(company, documents=(_with_text(first, "\n\n".join(pieces)), *others))


def _some(blocks: Sequence[str]) -> list[str]:
    taken: list[str] = []
    while blocks and sum(map(estimate_tokens, taken)) < ADDED_TOKENS:
        taken.append(blocks[0])
        blocks = blocks[1:]
    return taken


def _with_text(document: Document, text: str) -> Document:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    pages = (Page(1, 0, len(text)),)
    return replace(document, id=sha256[:16], sha256=sha256, text=text, pages=pages)
