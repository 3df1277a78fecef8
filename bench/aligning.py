"""Seconds to find garbled quotes in a long text, and how much of their stretches is found.

    .venv/bin/python -m bench.aligning FILE...

The files are put together and cut to 120,000 characters; of every twelve words of a quote two have
their letters mixed up.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from factsheet_service.core.alignment import Aligner

Span = tuple[int, int]
NUM_CHARS, NUM_QUOTES = 120_000, 70


def quotes_of(text: str, rng: random.Random) -> Iterator[tuple[str, Span]]:
    """Quotes of one to three dozen words, garbled, with the stretches that they are of."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    for _ in range(NUM_QUOTES):
        num = rng.choice((12, 24, 36))
        at = rng.randrange(len(words) - num)
        cut = [text[start:end] for start, end in words[at : at + num]]
        for dozen in range(0, num, 12):
            for one in rng.sample(range(dozen, dozen + 12), 2):
                cut[one] = "".join(rng.sample(cut[one], len(cut[one]))) + "q"
        yield " ".join(cut), (words[at][0], words[at + num - 1][1])


def covered(found: Span | None, true: Span) -> float:
    """The share of a stretch that was found."""
    if found is None:
        return 0.0
    return max(0, min(found[1], true[1]) - max(found[0], true[0])) / (true[1] - true[0])


def main(paths: list[str]) -> None:
    """Measure over the files' text."""
    text = "\n\n".join(Path(path).read_text("utf-8") for path in paths)[:NUM_CHARS]
    pairs = list(quotes_of(text, random.Random(1)))
    started = time.perf_counter()
    aligner = Aligner(text)
    found = [aligner.find(quote) for quote, _ in pairs]
    seconds = time.perf_counter() - started
    shares = [covered(one, true) for one, (_, true) in zip(found, pairs, strict=True)]
    print(f"{len(pairs)} quotes in {len(text):,} characters: {seconds:.2f} s")
    print(f"{sum(s >= 0.95 for s in shares)} found to 95 %; mean {sum(shares) / len(shares):.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
