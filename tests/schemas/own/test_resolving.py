import pytest
from factsheet_schemas import SchemaError
from factsheet_schemas.own.resolving import Root, resolve

ROOT = {
    "$defs": {
        "Bank": {"type": "string", "description": "a bank"},
        "A/B": {"type": "integer"},
        "Node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}},
    }
}


def resolved(node):
    return resolve(node, Root(ROOT), ("here",))


def test_a_reference_is_replaced_and_words_beside_it_win():
    found = resolved({"$ref": "#/$defs/Bank", "description": "the agent"})
    assert found.node == {"type": "string", "description": "the agent"}


def test_a_pointer_is_unescaped():
    assert resolved({"$ref": "#/$defs/A~1B"}).node == {"type": "integer"}


@pytest.mark.parametrize(
    "node",
    [
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"oneOf": [{"type": "null"}, {"type": "string"}]},
        {"type": ["string", "null"]},
        {"anyOf": [{"$ref": "#/$defs/Bank"}, {"const": None}]},
    ],
)
def test_null_beside_a_type_makes_it_optional(node):
    found = resolved(node)
    assert found.is_nullable
    assert found.node["type"] == "string"


def test_null_in_an_enum_makes_it_optional():
    found = resolved({"enum": ["a", None]})
    assert found.is_nullable
    assert found.node["enum"] == ["a"]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([{"type": "integer"}, {"type": "number"}], {"type": "number"}),
        ([{"type": "number"}, {"type": "string"}], {"type": "number"}),
        ([{"type": "string"}, {"type": "integer"}], {"type": "string"}),
        ([{"const": "a"}, {"enum": ["b", "c"]}], {"enum": ["a", "b", "c"]}),
    ],
)
def test_scalars_beside_each_other_become_one(members, expected):
    assert resolved({"anyOf": members}).node == expected


def test_a_single_composition_is_what_it_holds():
    found = resolved({"allOf": [{"$ref": "#/$defs/Bank"}], "title": "Agent"})
    assert found.node == {"type": "string", "description": "a bank", "title": "Agent"}


def test_a_reference_within_itself_is_refused_where_it_is_met_again():
    first = resolved({"$ref": "#/$defs/Node"})
    with pytest.raises(SchemaError, match="at next: a schema that contains itself"):
        resolve(first.node["properties"]["next"], Root(ROOT), ("next",), first.seen)


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ({"$ref": "other.json#/X"}, "copy what it names"),
        ({"$ref": "#/$defs/Nobody"}, "names nothing in this file"),
        ({"oneOf": [{"type": "object"}, {"type": "string"}]}, "one object"),
        ({"allOf": [{"type": "string"}, {"minLength": 2}]}, "merge them"),
        ({"type": ["string", "object"]}, "choose one type"),
        ({"anyOf": [{"type": "boolean"}, {"type": "integer"}]}, "choose one type"),
        ({"anyOf": []}, "say the type"),
        ({"not": {"type": "string"}}, "leave it out"),
        (True, "say its type"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place_and_a_remedy(node, message):
    with pytest.raises(SchemaError, match=f"at here: .*{message}"):
        resolved(node)


def test_references_that_double_at_every_level_are_refused():
    twice = {
        f"A{level}": {
            "anyOf": [{"$ref": f"#/$defs/A{level + 1}"}, {"$ref": f"#/$defs/A{level + 1}"}]
        }
        for level in range(20)
    }
    root = Root({"$defs": {**twice, "A20": {"type": "string"}}})
    with pytest.raises(SchemaError, match="flatten them"):
        resolve({"$ref": "#/$defs/A0"}, root, ("here",))
