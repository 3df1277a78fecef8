"""The flawless reader behind langextract's prompts: the same gold, in the form that it asks for.

langextract shows its examples as ``Q: text`` and ``A: answer`` and ends with the chunk as the last
``Q`` and an empty ``A``. Its answers name a class, the words of the chunk, and attributes.
"""

import json
import re
from collections.abc import Iterator

from engine import reading

_ASKED, _ANSWER, _EXAMPLES = "\nQ: ", "\nA:", "\nExamples\n"


def is_asked(user: str) -> bool:
    """Whether a prompt is langextract's."""
    return _EXAMPLES in user and user.rstrip().endswith(_ANSWER.strip())


def answer(user: str, books: list[dict]) -> str:
    """The JSON that a flawless model would answer."""
    chunk = user.rpartition(_ASKED)[2].rpartition(_ANSWER)[0]
    page = reading.Page("\n".join(f"{n} {line}" for n, line in enumerate(chunk.split("\n"), 1)))
    book = max(books, key=lambda one: reading.known(page, one))
    found = list(_found(chunk, page, book))
    return json.dumps({"extractions": found}, ensure_ascii=False, separators=(",", ":"))


def _found(chunk: str, page: reading.Page, book: dict) -> Iterator[dict]:
    for item in book["items"]:
        words = [_words(chunk, quote) for quote in item["quotes"]]
        if item["needs_all"] and not all(words):
            continue
        names = reading.names_for(page, item, [], book)
        if names is not None:
            for quote in _stated(item, words):
                attributes = {"value": item["value"], "facility": "; ".join(names)}
                yield {item["field"]: quote, f"{item['field']}_attributes": attributes}


def _stated(item: dict, words: list[str | None]) -> list[str]:
    """The words that state a value; of a schedule, or of a sum, once and not row by row."""
    found = list(dict.fromkeys(filter(None, words)))
    is_once = item["needs_all"] or item["field"].endswith("_schedule")
    return found[:1] if is_once else found


def _words(chunk: str, quote: str) -> str | None:
    """The quote as the chunk has it, whatever its white space."""
    pattern = r"\s+".join(map(re.escape, quote.split()))
    found = re.search(pattern, chunk) if pattern else None
    return found.group() if found else None
