"""The erring reader errs as often as it is told to, in the ways it is told to."""

from __future__ import annotations

import json

import pytest
from engine import breaking, checking, erring, inventing
from engine.dice import Dice
from engine.erring import Errors
from engine.gold_items import Book, Item
from factsheet_schemas import load_schema
from factsheet_service.core.questions import Claim, Kind, Question
from factsheet_service.engines.vllm import Prompts
from factsheet_service.engines.vllm.answers import Form
from pydantic import ValidationError
from support.build import make_window

SCHEMA = load_schema("credit_facility")
PROMPTS = Prompts(SCHEMA)
WINDOW = make_window(
    "The Margin on Facility A is 2.25 per cent. per annum.\n\n"
    "The Margin on Facility B is 3.50 per cent. per annum.\n\n"
    "Nothing in this Agreement is said of any cap of 9.75 per cent. on the rate."
)


def item(name, value, quote):
    return Item("spread_pct", (name,), value, (quote,), (quote,), ("",))


A = item("Facility A", "2.25%", "The Margin on Facility A is 2.25 per cent. per annum.")
B = item("Facility B", "3.5%", "The Margin on Facility B is 3.50 per cent. per annum.")
BOOKS = [Book((("Facility A",), ("Facility B",)), (), (A, B)).dump()]
ROW_A = ["spread_pct", ["Facility A"], "2.25%", [1]]
ROW_B = ["spread_pct", ["Facility B"], "3.5%", [2]]
FIELDS = tuple(SCHEMA.by_key[key] for key in ("spread_pct", "rate_cap_pct", "rate_floor_pct"))
SEEDS = range(200)


def rows(errors, *claims):
    question = Question(Kind.GROUP, "rates", FIELDS)
    if claims:
        question = Question(Kind.VERIFY, "verify", FIELDS, claims=claims)
    system, user = (message["content"] for message in PROMPTS.messages(WINDOW, question))
    return erring.erring_rows(system, user, BOOKS, errors)


def claim(names, value, line):
    return Claim(1, FIELDS[0], names, value, (line,))


def share(holds):
    return sum(map(holds, SEEDS)) / len(SEEDS)


def test_without_errors_it_is_flawless():
    assert rows(Errors()) == [ROW_A, ROW_B]


def test_it_errs_the_same_way_each_time():
    errors = Errors(misses=0.3, inventions=0.3, swaps=0.3, seed=4)
    assert rows(errors) == rows(errors)


def test_it_misses_rows_as_often_as_told():
    assert share(lambda seed: ROW_A not in rows(Errors(misses=0.2, seed=seed))) == pytest.approx(
        0.2, abs=0.08
    )


def test_it_gives_rows_to_another_facility_that_the_page_names():
    swapped = ["spread_pct", ["Facility B"], "2.25%", [1]]
    assert share(lambda seed: swapped in rows(Errors(swaps=0.2, seed=seed))) == pytest.approx(
        0.2, abs=0.08
    )


def invented(seed):
    return [row for row in rows(Errors(inventions=0.4, seed=seed)) if row not in (ROW_A, ROW_B)]


def test_it_invents_values_of_fields_that_the_window_does_not_state():
    assert {row[0] for seed in SEEDS for row in invented(seed)} == {
        "rate_cap_pct",
        "rate_floor_pct",
    }


def test_some_inventions_cite_a_line_with_their_value_and_some_one_without():
    found = [row for seed in SEEDS for row in invented(seed)]
    borne_out = [value[:-1] in WINDOW.lines[lines[0] - 1].text for _, _, value, lines in found]
    assert 0.1 < sum(borne_out) / len(borne_out) < 0.7


def test_the_kinds_of_fields_are_read_from_the_prompt():
    kinds = inventing.kinds_of(PROMPTS.system)
    assert {key: (kind.type, kind.options) for key, kind in kinds.items()} == {
        spec.key: (spec.type.value, tuple(option.value for option in spec.options))
        for spec in SCHEMA.fields()
    }


@pytest.mark.parametrize(
    ("asked", "row"),
    [
        (claim(("Facility B",), "2.25%", 1), ["1", ["Facility A"], "2.25%", [1]]),
        (claim(("Facility A",), "9.75%", 3), ["1", ["Facility A"], "2.25%", [1]]),
        (claim((), "2.25%", 1), ["1", ["Facility A"], "2.25%", [1]]),
        (claim(("Facility A",), "2.25%", 3), ["1", ["Facility A"], "2.25%", [1]]),
        (Claim(1, FIELDS[1], (), "9.75%", (3,)), ["1", [], "", []]),
    ],
    ids=["another's value", "wrong value", "of one, claimed of all", "wrong line", "invented"],
)
def test_verification_says_what_is_right_in_place_of_a_wrong_claim(asked, row):
    assert rows(Errors(), asked) == [row]


def test_verification_leaves_right_claims_alone():
    assert rows(Errors(), claim(("Facility A",), "2.25%", 1)) == []


def test_verification_overlooks_wrong_claims_as_often_as_told():
    wrong = claim(("Facility B",), "2.25%", 1)
    assert share(lambda seed: not rows(Errors(overlooked=0.2, seed=seed), wrong)) == pytest.approx(
        0.2, abs=0.08
    )


def test_verification_disputes_right_claims_as_often_as_told():
    right = claim(("Facility A",), "2.25%", 1)
    found = [rows(Errors(false_alarms=0.2, seed=seed), right) for seed in SEEDS]
    assert sum(map(bool, found)) / len(found) == pytest.approx(0.2, abs=0.08)
    assert {tuple(row[1]) for made in found for row in made} == {(), ("Facility B",)}


def test_a_claim_is_taken_apart_as_the_prompt_writes_it():
    asked = claim(("Facility A", "Facility B"), "a | b", 3)
    question = PROMPTS.question(Question(Kind.VERIFY, "verify", FIELDS, claims=(asked,)))
    (read,) = checking.claims(question)
    assert (read.number, read.names, read.value, read.lines) == (
        "1",
        ("Facility A", "Facility B"),
        "a | b",
        (3,),
    )


@pytest.mark.parametrize("way", breaking.WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("found", [[ROW_A, ROW_B], [ROW_A], []], ids=["two", "one", "none"])
def test_a_broken_answer_never_is_of_the_form(way, found):
    for seed in range(30):
        with pytest.raises(ValidationError):
            Form.model_validate_json(way(found, Dice(seed)))


def test_no_json_breaks_where_a_grammar_holds():
    system, user = (
        message["content"]
        for message in PROMPTS.messages(WINDOW, Question(Kind.GROUP, "rates", FIELDS))
    )
    answered = erring.answer(system, user, BOOKS, Errors(broken=1.0), has_grammar=True)
    assert json.loads(answered) == [breaking.flat(ROW_A), breaking.flat(ROW_B)]
