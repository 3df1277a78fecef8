import json

import pytest

from chaos.reader import Said, key_of, kind_of, said

WINDOW = (
    "1 FACILITIES\n2 Facility A is a term loan facility of EUR 20,000,000.\n3 x is the Borrower."
)
SOUND, GARBAGE, CUT = "00000002", "00000000", "00000001"  # remainders of nine


def body(kind, *keys, window=WINDOW):
    items = {"prefixItems": [{"enum": list(keys)}]}
    form = {"name": kind, "schema": {"items": items}}
    chat = [{"content": "system"}, {"content": f"{window}\n\nQuestion: which?"}]
    return {"messages": chat, "response_format": {"json_schema": form}}


def test_it_reads_what_is_asked_and_cites_its_line():
    answer = said(body("group", "credit_limit", "borrower_name"), SOUND)
    assert json.loads(answer.content) == [
        ["credit_limit", "Facility A", "EUR 20,000,000", 2],
        ["borrower_name", "", "x", 3],
    ]


def test_it_detects_facilities_by_their_names():
    answer = said(body("detect", "facility_name"), SOUND)
    assert json.loads(answer.content) == [["facility_name", "", "Facility A", 2]]


def test_it_objects_to_no_claim():
    assert said(body("verify", "1", "2"), SOUND) == Said("[]")


def test_by_its_hash_an_answer_is_garbage_or_cut_off():
    asked = body("group", "credit_limit")
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(said(asked, GARBAGE).content)
    assert said(asked, CUT).finish_reason == "length"


def test_probes_are_answered_by_the_smallest_row():
    assert said(body("probe", "kobalt"), GARBAGE) == Said('[["kobalt", "", "", 1]]')
    assert kind_of(body("probe", "kobalt")) == kind_of({}) == "probe"


def test_priority_and_salt_make_no_other_key():
    asked = body("group", "credit_limit")
    assert key_of(asked) == key_of(asked | {"priority": 7, "cache_salt": "s"})
    assert key_of(asked) != key_of(asked | {"seed": 1})
