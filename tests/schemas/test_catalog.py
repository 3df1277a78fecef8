"""Finding, loading and refusing schemas."""

from __future__ import annotations

import copy

import pytest
from factsheet_schemas import SchemaError, load_schema, offered_schemas, shipped_schemas
from factsheet_schemas.catalog import parse_schema

SMALL = {
    "name": "small",
    "version": "1",
    "title": "Small",
    "subject": {"kind": "folder", "label": "paper"},
    "entities": [
        {
            "key": "row",
            "label": "row",
            "plural": "rows",
            "name_field": "title",
            "description": "a row",
            "unnamed": "Row",
        }
    ],
    "groups": [
        {
            "key": "main",
            "title": "Main",
            "fields": [
                {"key": "title", "label": "Title", "type": "text", "scope": "row"},
                {
                    "key": "color",
                    "label": "Color",
                    "type": "enum",
                    "scope": "row",
                    "options": [{"value": "red"}],
                },
            ],
        }
    ],
}


def test_the_credit_facility_schema_is_shipped():
    assert "credit_facility" in shipped_schemas()


def test_a_shipped_schema_is_offered_with_each_of_its_extensions():
    assert {"credit_facility", "credit_facility+covenant_tests"} <= set(offered_schemas())
    assert all(load_schema(name) for name in offered_schemas())


def test_a_schema_in_a_folder_is_read_and_checked(tmp_path):
    (tmp_path / "schema.toml").write_text('name = "small"\nversion = "1"\n', "utf-8")
    with pytest.raises(SchemaError, match="title: Field required"):
        load_schema(str(tmp_path))


def test_an_unknown_name_is_refused_with_what_is_shipped():
    with pytest.raises(SchemaError, match=r"no schema 'nonsense'.*credit_facility"):
        load_schema("nonsense")


def test_text_that_is_no_toml_is_refused_with_its_path(tmp_path):
    (tmp_path / "schema.toml").write_text("name = \n", "utf-8")
    with pytest.raises(SchemaError, match=r"schema\.toml: not valid TOML"):
        load_schema(str(tmp_path))


def set_at(data: dict, path: tuple, value: object) -> dict:
    broken = copy.deepcopy(data)
    place = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return broken


FIRST = ("groups", 0, "fields", 0)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ((*FIRST, "key"), "color", "field key 'color' stands twice"),
        ((*FIRST, "label"), "Color", "field label 'Color' stands twice"),
        ((*FIRST, "type"), "word", "groups.0.fields.0.type"),
        ((*FIRST, "typ"), "text", "groups.0.fields.0.typ: Extra inputs are not permitted"),
        ((*FIRST, "options"), [{"value": "a"}], "field 'title': options go with type enum"),
        ((*FIRST, "max_chars"), 2, "groups.0.fields.0.max_chars"),
        (("entities", 0, "name_field"), "nothing", "name_field 'nothing' is no field of its scope"),
        (("groups", 0, "merge_with"), "gone", "group 'main' merges with 'gone'"),
        (
            (*FIRST, "applies_if"),
            {"field": "gone", "values": ["Yes"]},
            "field 'title' applies_if names field 'gone'",
        ),
        (
            ("quotients",),
            [{"field": "title", "numerator": "gone", "denominator": "color"}],
            "quotient 'title' names field 'gone'",
        ),
        (
            ("rules",),
            [{"kind": "exclusive", "number": 3, "fields": ["gone"], "message": "m"}],
            "rule 3 names field 'gone'",
        ),
        (
            ("roles",),
            [{"key": "fee", "label": "Fee", "precedence": 1, "governs": ["gone"]}],
            "role 'fee' names field 'gone'",
        ),
        (("anchors",), [{"field": "gone", "phrases": ["x"]}], "anchor names field 'gone'"),
    ],
)
def test_a_broken_schema_is_refused_with_the_key_that_is_wrong(path, value, message):
    with pytest.raises(SchemaError) as refused:
        parse_schema(set_at(SMALL, path, value), "small")
    assert message in str(refused.value)


def test_the_error_names_the_schema():
    with pytest.raises(SchemaError, match="schema mine:"):
        parse_schema({}, "mine")


def test_an_unbroken_small_schema_is_accepted():
    assert parse_schema(SMALL, "small").by_key["color"].options[0].value == "red"
