"""The probability of the token that a value begins with."""

from __future__ import annotations

import json
import math

import pytest
from factsheet_service.engines.vllm.likelihood import Token, value_probabilities


def tokens(*parts):
    """Tokens of text with their probability; text alone is certain."""
    pairs = [(part, 1.0) if isinstance(part, str) else part for part in parts]
    return [Token(text.encode(), math.log(probability)) for text, probability in pairs]


def text_of(found):
    return b"".join(token.text for token in found).decode()


def test_each_row_has_the_probability_of_its_values_first_token():
    found = tokens(
        '[["spread_pct", "A", "',
        ("2", 0.5),
        ('.25%", 3], ["x", "", "', 0.9),
        ("Yes", 0.25),
        '", 4]]',
    )
    assert value_probabilities(text_of(found), found) == pytest.approx((0.5, 0.25))


def test_a_token_may_hold_the_quotation_mark_and_the_value_both():
    found = tokens('[["spread_pct", "A",', (' "2.25', 0.5), '%", 3]]')
    assert value_probabilities(text_of(found), found) == pytest.approx((0.5,))


def test_tokens_may_split_a_character():
    whole = '[["x", "Société", "é", 1]]'.encode()
    cut = whole.index("é".encode(), whole.rindex(b'"', 0, -6) - 3)
    found = [Token(whole[: cut + 1], math.log(0.5)), Token(whole[cut + 1 :], 0.0)]
    assert value_probabilities(whole.decode(), found) == pytest.approx((0.5,))


def test_what_stands_before_the_answer_is_passed_over():
    found = tokens("<think>2</think>\n", '[["x", "", "', ("2", 0.5), '", 1]]')
    assert value_probabilities('[["x", "", "2", 1]]', found) == pytest.approx((0.5,))


def test_quotes_and_brackets_inside_strings_mislead_nobody():
    row = ["x", 'a "b", [c]', "v", 1]
    text = json.dumps([row, row])
    at = text.index('"v"') + 1
    found = tokens(text[:at], ("v", 0.5), text[at + 1 :])
    assert value_probabilities(text, found) == pytest.approx((0.5, 1.0))


def test_an_empty_answer_has_none():
    assert value_probabilities("[]", tokens("[]")) == ()


def test_tokens_of_something_else_tell_nothing():
    assert value_probabilities('[["x", "", "2", 1]]', tokens("[]")) == (None,)
