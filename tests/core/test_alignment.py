"""Quotes written from memory, and where they stand."""

from __future__ import annotations

import random
import re
import time
from difflib import SequenceMatcher

import pytest
from engine.gold_sets import AGREEMENTS
from factsheet_service.core.alignment import Aligner
from hypothesis import given
from hypothesis import strategies as st

NUM_CHARS, NUM_QUOTES = 120_000, 70
TEXT = (
    "The Margin on Facility A is 2.25 per cent. per annum.\n"
    "The Margin on\nFacility B is 3.00 per cent. per annum until Completion."
)


@pytest.fixture(scope="module")
def long_text():
    texts = [path.read_text("utf-8") for path in sorted(AGREEMENTS.glob("dev_*.txt"))]
    return "\n\n".join(texts)[:NUM_CHARS]


def garbled(words, rng):
    """The words, of each twelve two with their letters mixed up."""
    words = list(words)
    for start in range(0, len(words) - 11, 12):
        for at in rng.sample(range(start, start + 12), 2):
            words[at] = "".join(rng.sample(words[at], len(words[at]))) + rng.choice("qxz")
    return " ".join(words)


def quotes_of(text, rng):
    """Garbled quotes of whole dozens of words, with the stretches that they are of."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    for _ in range(NUM_QUOTES):
        num = rng.choice((12, 24, 36))
        at = rng.randrange(len(words) - num)
        cut = [text[start:end] for start, end in words[at : at + num]]
        yield garbled(cut, rng), (words[at][0], words[at + num - 1][1])


def covered(found, true):
    if found is None:
        return 0.0
    return max(0, min(found[1], true[1]) - max(found[0], true[0])) / (true[1] - true[0])


def test_nearly_all_of_a_garbled_quotes_stretch_is_found(long_text):
    aligner = Aligner(long_text)
    shares = [covered(aligner.find(q), true) for q, true in quotes_of(long_text, random.Random(7))]
    assert sum(share >= 0.95 for share in shares) >= 0.95 * NUM_QUOTES
    assert sum(shares) / NUM_QUOTES >= 0.95


def test_quotes_of_another_agreement_are_rejected(long_text):
    near, far = Aligner(long_text[:60_000]), long_text[70_000:]
    rng, words = random.Random(3), far.split()
    places = [rng.randrange(len(words) - 30) for _ in range(NUM_QUOTES)]
    found = [near.find(" ".join(words[at : at + 30])) for at in places]
    assert sum(one is not None for one in found) <= 1  # wording that both agreements have


def test_seventy_quotes_cost_less_than_a_few_searches_for_the_longest_piece_of_one(long_text):
    quotes = [quote for quote, _ in quotes_of(long_text, random.Random(5))]
    started = time.process_time()
    aligner = Aligner(long_text)
    assert any(aligner.find(quote) for quote in quotes)
    ours = time.process_time() - started

    started = time.process_time()
    SequenceMatcher(None, quotes[0], long_text, autojunk=False).find_longest_match()
    one = time.process_time() - started
    assert ours < 10 * max(one, 0.02)


@pytest.mark.parametrize(
    "quote",
    [
        "the margin on Facility B is 3.00 per cent per annum",
        "“The Margin on Facility B is 3.00 per cent. p.a. until Completion.”",
        "The Margin for Facility B is 3.00 per cent. per annum until",
    ],
)
def test_case_marks_lines_and_a_word_do_not_matter(quote):
    start, end = Aligner(TEXT).find(quote)
    assert "Facility B is 3.00 per cent. per annum" in " ".join(TEXT[start:end].split())
    assert "Facility A" not in TEXT[start:end]


def test_words_left_out_part_a_quote_in_stretches():
    spans = Aligner(TEXT).find_all("The Margin on Facility A ... per annum until Completion.")
    assert [TEXT[start:end] for start, end in spans] == [
        "The Margin on Facility A",
        "per annum until Completion",
    ]


def test_a_quote_of_which_one_part_stands_nowhere_is_rejected():
    assert Aligner(TEXT).find_all("The Margin on Facility A ... shall never be paid at all") == ()


@pytest.mark.parametrize("quote", ["", "...", "Facility C", "Hedging is not provided for here"])
def test_what_stands_nowhere_is_rejected(quote):
    assert Aligner(TEXT).find_all(quote) == ()


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_quote_is_found_inside_any_text_or_not_at_all(quote, text):
    for start, end in Aligner(text).find_all(quote):
        assert 0 <= start < end <= len(text)
