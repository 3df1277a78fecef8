import time
from dataclasses import replace

import pytest
from factsheet_schemas import SchemaError
from factsheet_schemas.own import compile_schema
from factsheet_service.core.own_answers import answered, refuse_broken
from support.own import own_loan
from support.records import absent, make_record, present


def answer(own, **deal):
    return answered(own, make_record(deal=deal, facilities=())).answer


def test_an_answer_that_has_all_that_is_required_validates():
    found = answer(own_loan(), borrower=present("Alpha Ltd"), purpose=present("ships"))
    assert found.is_valid
    assert found.problems == ()


def test_a_leaf_that_may_be_left_out_but_not_be_null_is_told_of_too():
    found = answer(own_loan(), borrower=present("Alpha Ltd"), purpose=absent())
    assert found.is_valid
    assert [(one.pointer, one.message) for one in found.problems] == [
        ("/terms/purpose", "NOT_FOUND")
    ]


def test_a_missing_leaf_is_told_once_with_the_reason():
    found = answer(own_loan(), borrower=absent(windows_asked=3), purpose=present("ships"))
    assert not found.is_valid
    assert [(one.pointer, one.message) for one in found.problems] == [
        ("/borrower", "NOT_FOUND in 3 windows")
    ]


def test_a_value_that_breaks_a_constraint_is_kept_and_told():
    json_schema = {"type": "object", "properties": {"code": {"type": "string", "maxLength": 3}}}
    found = answer(compile_schema("x", json_schema), code=present("ABCD"))
    assert found.value == {"code": "ABCD"}
    assert not found.is_valid
    assert [one.pointer for one in found.problems] == ["/code"]


def test_a_leaf_leads_to_its_cell():
    record = answered(own_loan(), make_record(deal={"borrower": present("A")}, facilities=()))
    assert record.cell("/borrower").value == "A"
    assert record.cell("/nothing") is None


def test_what_is_no_json_schema_is_refused_with_the_place():
    with pytest.raises(SchemaError, match=r"not a JSON Schema: /properties/a/type: "):
        refuse_broken({"properties": {"a": {"type": "strnig"}}})


@pytest.mark.parametrize("elsewhere", ["http://127.0.0.1:9/schema.json", "#/$defs/Nothing"])
def test_a_reference_out_of_the_schema_is_told_and_never_fetched(elsewhere, monkeypatch):
    fetched = []
    monkeypatch.setattr("urllib.request.urlopen", lambda url, *_, **__: fetched.append(url))
    names = {"type": "array", "items": {"type": "string"}, "contains": {"$ref": elsewhere}}
    own = compile_schema("x", {"type": "object", "properties": {"names": names}})
    found = answer(own, names=present(["Alpha Ltd"]))
    assert fetched == []
    assert found.value == {"names": ["Alpha Ltd"]}
    assert not found.is_valid
    assert elsewhere.lstrip("#") in found.problems[0].message


DIALECT = "https://json-schema.org/draft/2020-12/schema"


def coded(pattern, **more):
    return {
        "type": "object",
        "$schema": DIALECT,
        "properties": {"code": {"type": "string", "pattern": pattern, **more}},
    }


@pytest.mark.parametrize(
    ("pattern", "is_valid"), [("^A[BC]+$", True), ("^B", False), (r"\p{Lu}{4}", True)]
)
def test_a_pattern_of_the_users_is_checked(pattern, is_valid):
    found = answer(compile_schema("x", coded(pattern)), code=present("ABCC"))
    assert found.is_valid is is_valid
    assert all("does not match" in one.message for one in found.problems)


@pytest.mark.parametrize("more", [{}, {"$schema": DIALECT}], ids=["plain", "its own dialect"])
def test_a_pattern_without_end_is_given_up(more):
    json_schema = coded("^(a|a)*$", **more)
    own = compile_schema("x", coded("^a"))
    own = replace(own, json_schema=json_schema)
    started = time.process_time()
    found = answer(own, code=present("a" * 60 + "b"))
    assert [one.pointer for one in found.problems] == ["/code"]
    assert "takes too long" in found.problems[0].message
    assert not found.is_valid
    assert time.process_time() - started < 5


def test_a_pattern_of_another_dialect_is_told():
    own = replace(compile_schema("x", coded("^a")), json_schema=coded("(?<a"))
    (problem,) = answer(own, code=present("ab")).problems
    assert "not checked against the pattern" in problem.message


def test_a_value_called_like_a_keyword_is_data():
    own = compile_schema("x", coded("^a"))
    json_schema = {"type": "object", "properties": {"code": {"const": {"$schema": "x"}}}}
    assert not answer(replace(own, json_schema=json_schema), code=present("ab")).is_valid
