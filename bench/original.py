"""The shape of the original pipeline: what it asked, how often, and behind which contexts.

One company costs ``1 + facilities x (groups x (1 + section passes) + verification + deep)`` calls.
Every facility is asked by itself; per group once behind the best three chunks by BM25, then behind
three chunks per section pass, in the order of the document; deep extraction asks field by field.
Instructions stand before the context. Answers are objects with every key, whose length is forced
here: 350 tokens of a group, 120 of a deep question, 400 of a verification. Its chunks have 2,000
tokens and overlap by 400.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from factsheet_schemas import DocumentStatus, FieldSpec, Group, Schema
from factsheet_service.core.cost import original_calls
from factsheet_service.core.document import Document, Page
from factsheet_service.core.retrieval import WindowIndex, field_query, group_query
from factsheet_service.core.windows import CHARS_PER_TOKEN, cut_windows

CHUNK_CHARS = int(2000 * CHARS_PER_TOKEN)
STEP_CHARS = int(1600 * CHARS_PER_TOKEN)
CHUNKS_PER_CALL = 3
GROUP_TOKENS, DEEP_TOKENS, VERIFY_TOKENS = 350, 120, 400
CAPPED_PASSES, CAPPED_DEEP = 2, 25
_WHOLE = 10**6  # tokens of a window that takes a chunk as it is

_SYSTEM = "You are a credit analyst who reads loan documentation and answers in JSON."
_RULES = """\
Extract the fields below for the facility "{facility}" from the excerpts of its documents.

Instructions
- Use nothing but the excerpts. Do not guess and do not compute.
- A company may have several facilities: answer for the named one alone.
- Give for every field its value, how sure you are (HIGH, MEDIUM or LOW) and the words of the \
excerpt that state it. If the excerpts do not state a field, its value is NOT_FOUND.
- Percentages with the % sign, amounts in thousands with their currency, dates as MM/YYYY.
- Answer with a single JSON object that has every key below, and with nothing else: no comment, no \
code fence, no text before or after it.

Fields
{fields}

Form of the answer
{form}

Excerpts
{context}"""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the original."""

    kind: str
    prompt: str
    output_tokens: int

    def body(self, model: str) -> dict[str, Any]:
        """As a chat completion whose answer has exactly the length of the original's."""
        return {
            "model": model,
            "messages": [
                {"role": "system", "content": _SYSTEM},
                {"role": "user", "content": self.prompt},
            ],
            "temperature": 0,
            "max_completion_tokens": self.output_tokens,
            "min_tokens": self.output_tokens,
            "ignore_eos": True,
        }


class Original:
    """The original's calls over some documents."""

    def __init__(self, documents: Sequence[Document], schema: Schema) -> None:
        self._schema = schema
        self._chunks = [chunk for one in documents for chunk in chunks(one.text)]
        windows = [window for one in self._chunks for window in cut_windows(_page(one), _WHOLE)[:1]]
        self._index = WindowIndex(windows)

    @property
    def all_passes(self) -> int:
        """Section passes with which every group has read every chunk."""
        return math.ceil(len(self._chunks) / CHUNKS_PER_CALL)

    @property
    def num_fields(self) -> int:
        """Fields that deep extraction could ask of each facility."""
        return len(list(self._schema.fields()))

    def num_calls(self, facilities: int, section_passes: int, deep: int) -> int:
        """Calls of a company with so many facilities."""
        return original_calls(facilities, len(self._schema.groups), section_passes, 1, deep)

    def calls(self, facility: str, section_passes: int, deep: int) -> list[Call]:
        """All calls for one facility, in the original's order."""
        return [
            *(
                one
                for group in self._schema.groups
                for one in self._group(facility, group, section_passes)
            ),
            self._call(
                "verify", facility, list(self._schema.fields()), self._best("")[:2], VERIFY_TOKENS
            ),
            *self._deep(facility, deep),
        ]

    def _group(self, facility: str, group: Group, section_passes: int) -> Iterator[Call]:
        contexts = [self._best(group_query(group)), *self._passes(section_passes)]
        for context in contexts:
            yield self._call("group", facility, group.fields, context, GROUP_TOKENS)

    def _passes(self, number: int) -> Iterator[list[str]]:
        for start in range(0, min(number, self.all_passes) * CHUNKS_PER_CALL, CHUNKS_PER_CALL):
            yield self._chunks[start : start + CHUNKS_PER_CALL]

    def _deep(self, facility: str, number: int) -> Iterator[Call]:
        for field in list(self._schema.fields())[:number]:
            yield self._call("deep", facility, [field], self._best(field_query(field)), DEEP_TOKENS)

    def _best(self, query: str) -> list[str]:
        """The best chunks for a query; the first ones where no word matches."""
        ranked = self._index.ranked(query) or range(len(self._chunks))
        return [self._chunks[number] for number in ranked[:CHUNKS_PER_CALL]]

    def _call(
        self,
        kind: str,
        facility: str,
        fields: Sequence[FieldSpec],
        context: Sequence[str],
        output_tokens: int,
    ) -> Call:
        prompt = _RULES.format(
            facility=facility,
            fields="\n".join(map(_described, fields)),
            form=_form(fields),
            context="\n\n---\n\n".join(context),
        )
        return Call(kind, prompt, output_tokens)


def spread(calls: Sequence[Call], wanted: int) -> list[Call]:
    """At most so many calls, evenly over all of them."""
    if wanted >= len(calls):
        return list(calls)
    return [calls[number * len(calls) // wanted] for number in range(wanted)]


def chunks(text: str) -> list[str]:
    """A text in overlapping stretches of about 2,000 tokens."""
    starts = range(0, max(len(text) - (CHUNK_CHARS - STEP_CHARS), 1), STEP_CHARS)
    found = (text[start : start + CHUNK_CHARS] for start in starts)
    return [chunk for chunk in found if chunk.strip()]


def _described(field: FieldSpec) -> str:
    names = ", ".join((field.label, *field.aliases))
    options = " | ".join(option.value for option in field.options)
    parts = (names, field.description, f"one of {options}" if options else "")
    return f"- {field.key} ({field.type.value}): {'; '.join(filter(None, parts))}"


def _form(fields: Sequence[FieldSpec]) -> str:
    keys = (f'  "{f.key}": {{"value": "", "confidence": "", "evidence": ""}}' for f in fields)
    return "{\n" + ",\n".join(keys) + "\n}"


def _page(text: str) -> Document:
    digest = hashlib.sha256(text.encode()).hexdigest()
    page = (Page(1, 0, len(text)),)
    return Document(
        digest[:16], "chunk", digest, "text/plain", DocumentStatus.OK, text=text, pages=page
    )
