"""The calls of the original's way of asking."""

from __future__ import annotations

import math

ORIGINAL_CHUNK_TOKENS = 1600  # chunks of 2,000 tokens that overlap by 400
ORIGINAL_CHUNKS_PER_CALL = 3


def original_calls(
    facilities: int, groups: int, section_passes: int, verification_calls: int, deep: int
) -> int:
    """Calls of the original pipeline: detection, then every facility by itself.

    ``1 + facilities x (groups x (1 + section_passes) + verification_calls + deep)``, where ``deep``
    counts the fields per facility that are asked one by one.
    """
    return 1 + facilities * (groups * (1 + section_passes) + verification_calls + deep)


def original_section_passes(document_tokens: int) -> int:
    """The section passes with which the original would have read everything."""
    return section_passes_of(math.ceil(document_tokens / ORIGINAL_CHUNK_TOKENS))


def section_passes_of(chunks: int) -> int:
    """Section passes per group that cover so many chunks."""
    return math.ceil(chunks / ORIGINAL_CHUNKS_PER_CALL)
