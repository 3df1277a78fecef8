"""Quotes garbled by seed: where they are found, that is inside the text, and soon."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from random import Random

from factsheet_schemas import DocumentStatus
from factsheet_service.core.alignment import aligner_of
from factsheet_service.core.document import Document, Page, Window
from factsheet_service.core.windows import cut_windows

from .texts import mutated_text

MOST_SECONDS = 5
_CLAUSES = (
    "The Margin on Facility A is 2.25 per cent. per annum until the Conversion Date.",
    "“Final Maturity Date” means the date falling five years after the date of this Agreement.",
    "Each Lender’s share is set out in Part II (The Original Lenders) of Schedule 1.",
    "The Borrower shall repay the Facility A Loans in instalments (see Clause 6.1).",
    "Level I | 2.25% | 3.0x",
)


def window_of(text: str) -> Window:
    """The only window of a short text."""
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    pages = (Page(1, 0, len(text)),)
    status = DocumentStatus.OK
    document = Document(digest[:16], "a.txt", digest, "text/plain", status, text=text, pages=pages)
    return cut_windows(document, 100_000)[0]


def tried(seeds: Iterable[int]) -> Iterator[str | None]:
    """What went wrong with each seed; None where nothing did."""
    for seed in seeds:
        chance = Random(seed)
        text = mutated_text("\n\n".join(chance.choices(_CLAUSES, k=200)), seed)
        start = chance.randrange(len(text))
        quote = mutated_text(text[start : start + 300], seed + 1)
        started = time.monotonic()
        found = aligner_of(text).find_all(quote)
        seconds = time.monotonic() - started
        if seconds > MOST_SECONDS:
            yield f"quote {seed}: took {seconds:.1f} s"
        else:
            bad = [span for span in found if not 0 <= span[0] < span[1] <= len(text)]
            yield f"quote {seed}: found at {bad}" if bad else None
