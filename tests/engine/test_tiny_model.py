"""The model that stands in for a real one counts about as many tokens as real ones do."""

from __future__ import annotations

from engine.agreements import TEXTS
from engine.counting import token_counts


def test_its_tokenizer_counts_within_a_tenth_of_a_real_one(vllm, tiny_model):
    counts = token_counts(vllm, tiny_model, TEXTS)

    assert 0.9 <= sum(counts["tiny"]) / sum(counts["tekken"]) <= 1.1
