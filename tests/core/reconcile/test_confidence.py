"""Each sign moves confidence the way it should, and nothing but signs moves it."""

from __future__ import annotations

import pytest
from factsheet_schemas import Level
from factsheet_schemas.record import Check, Grounding, SecondOpinion, Signs
from factsheet_service.core.reconcile.confidence import (
    WEIGHTS,
    confidence,
    features,
    inferred,
    level_of,
    names_field,
    weakest,
)
from support.build import make_schema
from support.records import present

FIELDS = make_schema().by_key
PLAIN = Signs(support=Grounding.STATED, names_field=True)


@pytest.mark.parametrize(
    "better",
    [
        {"windows": 3},
        {"verification": Check.CONFIRMED},
        {"second_opinion": SecondOpinion.AGREES},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_speaks_for_a_value_raises_confidence(better):
    assert confidence(PLAIN.model_copy(update=better)) > confidence(PLAIN)


@pytest.mark.parametrize(
    "worse",
    [
        {"support": Grounding.SHOWN},
        {"support": Grounding.COMPUTED},
        {"support": Grounding.IMPLIED},
        {"engine_score": 0.6},
        {"probability": 0.4},
        {"is_by_words": True},
        {"names_field": False},
        {"names_row": False},
        {"names_other_row": True},
        {"verification": Check.CORRECTED},
        {"second_opinion": SecondOpinion.DISPUTES},
        {"second_opinion": SecondOpinion.SILENT},
        {"recovered": True},
        {"rivals": 1},
        {"contradicted": True},
        {"is_binding": False},
    ],
    ids=lambda changes: "-".join(map(str, next(iter(changes.items())))),
)
def test_what_speaks_against_a_value_lowers_confidence(worse):
    assert confidence(PLAIN.model_copy(update=worse)) < confidence(PLAIN)


def test_every_sign_has_a_weight():
    assert features(Signs()).keys() == WEIGHTS.keys()


def test_a_sure_token_says_nothing_against_a_value():
    assert confidence(PLAIN.model_copy(update={"probability": 1.0})) == confidence(PLAIN)


def test_a_plain_statement_that_was_confirmed_is_high_and_a_disputed_judgement_is_not():
    plain = PLAIN.model_copy(
        update={"verification": Check.CONFIRMED, "second_opinion": SecondOpinion.AGREES}
    )
    doubtful = Signs(support=Grounding.SHOWN, second_opinion=SecondOpinion.DISPUTES, rivals=1)
    assert level_of(confidence(plain)) is Level.HIGH
    assert level_of(confidence(doubtful)) is not Level.HIGH


def test_a_computed_value_is_less_sure_than_what_it_is_computed_from():
    assert inferred(PLAIN, Grounding.COMPUTED)["confidence"] < confidence(PLAIN)


def test_a_chain_is_as_sure_as_its_weakest_source():
    doubtful = PLAIN.model_copy(update={"contradicted": True})
    cells = [present(1, signs=PLAIN), present(2, signs=doubtful), present(3)]
    assert weakest(cells) == doubtful


@pytest.mark.parametrize(
    ("key", "quote", "holds"),
    [
        ("margin", "The Spreads on all Loans are 2.25 per cent.", True),
        ("margin", "The fee is 2.25 per cent.", False),
        ("signed", "on the Signing Date, which is 28 June 2024", True),
        ("limit", "the Total Commitments of EUR 250,000,000", True),
    ],
)
def test_words_speak_of_a_field_by_its_label_or_another_name(key, quote, holds):
    assert names_field(FIELDS[key], [quote]) is holds
