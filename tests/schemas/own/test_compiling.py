import json

import pytest
from factsheet_schemas import FieldType, SchemaError
from factsheet_schemas.own import compile_schema, read_own_schema
from support.own import LOAN, own_loan, with_properties

NAME = {"type": "string", "maxLength": 40}


def fields(own):
    return {spec.key: spec for spec in own.schema.fields()}


def test_nested_objects_become_groups_of_fields_of_the_whole():
    own = own_loan()
    assert {spec.scope for spec in own.schema.groups[0].fields} == {"deal"}
    assert {"borrower", "lenders", "limit", "terms_kind", "secured", "purpose"} <= fields(
        own
    ).keys()


def test_an_array_of_objects_becomes_rows_and_one_inside_rows_within_those():
    tranche, fee = own_loan().schema.entities
    assert (tranche.key, tranche.label, tranche.parent) == ("tranches", "Tranche", None)
    assert (fee.key, fee.name_field, fee.parent) == ("fees", "fee_name", "tranches")
    assert fields(own_loan())["margin"].scope == "tranches"


def test_a_schema_without_arrays_of_objects_has_no_rows():
    assert with_properties(name=NAME).schema.entities == ()


def test_an_array_of_scalars_is_a_field_with_many_values():
    lenders = fields(own_loan())["lenders"]
    assert (lenders.type, lenders.is_many) == (FieldType.TEXT, True)


def test_a_number_and_the_currency_beside_it_are_one_amount():
    own = own_loan()
    assert fields(own)["limit"].type is FieldType.AMOUNT
    assert own.keys[("limit", "amount")] == "limit"
    assert not [key for key in fields(own) if "currency" in key]


def test_a_count_beside_a_currency_and_a_name_is_no_amount():
    own = with_properties(name=NAME, currency={"type": "string"}, days={"type": "integer"})
    assert fields(own)["days"].type is FieldType.INTEGER


def test_a_constant_is_not_asked_for():
    assert "version" not in fields(own_loan())


def test_names_that_say_nothing_by_themselves_take_their_objects_with_them():
    inner = {"type": "object", "properties": {"name": NAME, "city": NAME}}
    own = with_properties(agent=inner, arranger=inner)
    assert set(fields(own)) == {"agent_name", "agent_city", "arranger_name", "arranger_city"}
    assert fields(own)["agent_name"].label == "Agent Name"


def test_keys_are_short_and_unique_whatever_the_names():
    own = with_properties(**{"a-b": NAME, "a_b": NAME, "Größe": NAME, "金額": NAME, "x" * 99: NAME})
    assert len(fields(own)) == 5
    assert {"a_b", "a_b_2", "grosse"} & set(fields(own)) >= {"a_b", "a_b_2"}
    assert max(map(len, fields(own))) == 64


def test_groups_stay_small():
    own = with_properties(**{f"name_{n}": NAME for n in range(23)})
    assert [len(group.fields) for group in own.schema.groups] == [8, 8, 7]


def test_how_a_date_is_to_be_written_is_not_asked_of_the_reader():
    words = "When it ends. If relative, calculate the date. Return in YYYY-MM-DD format."
    own = with_properties(ends={"type": "string", "description": words})
    assert fields(own)["ends"].description == "When it ends."


def test_long_descriptions_end_with_a_sentence():
    words = "The first says what it is and goes on for some time to say it, at length. " * 5
    description = fields(with_properties(x={"type": "string", "description": words}))[
        "x"
    ].description
    assert len(description) <= 240
    assert description.endswith("length.")


def test_unknown_keywords_are_ignored():
    note = {"x-a": 1, "evaluation_config": "fuzzy", "$comment": "c", "default": "d", "title": "T"}
    assert fields(with_properties(name={**NAME, **note}))["name"].label == "T"


def test_examples_become_hints():
    own = with_properties(law={"type": "string", "examples": ["England"], "description": "Its law"})
    assert fields(own)["law"].description == "Its law (for example England)"


def test_dates_can_be_counted_from_by_their_names_and_the_agreements_own_by_the_usual_ones():
    day = {"type": "string", "format": "date"}
    first, second = with_properties(agreement_date=day, delivery_date=day).schema.anchors
    assert {"Agreement date", "date of this Agreement", "Closing Date"} <= set(first.phrases)
    assert (second.field, second.phrases) == ("delivery_date", ("Delivery date",))


def test_the_version_is_of_the_content():
    assert own_loan().version == own_loan().version
    assert own_loan().version != with_properties(name=NAME).version
    assert own_loan().reference == f"loan@{own_loan().version}"


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ({"type": "object"}, "at x: an object without 'properties'.*name each property"),
        (
            {"type": "object", "additionalProperties": {"type": "string"}},
            "at x: 'additionalProperties' as a map.*array of objects",
        ),
        ({"type": "object", "patternProperties": {}}, "at x: 'patternProperties'"),
        ({"type": "array"}, "at x: an array of anything.*'items'"),
        ({"type": "array", "prefixItems": [NAME]}, "at x: 'prefixItems'"),
        ({"type": "array", "items": [NAME]}, "at x: an array of a fixed form"),
        ({"type": "array", "items": {"type": "array", "items": NAME}}, "at x: an array of arrays"),
        ({"type": "array", "items": {"type": "boolean"}}, "at x: an array of booleans"),
        (
            {"type": "array", "items": {"type": "object", "properties": {"y": {"not": {}}}}},
            r"at x\[\]\.y: 'not'",
        ),
        (
            {
                "type": "array",
                "items": {"type": "object", "properties": {"y": {"type": "array", "items": NAME}}},
            },
            "at x: an array of objects without a scalar.*give each a name",
        ),
        ({"oneOf": [{"type": "object"}, {"type": "object"}]}, "at x: 'oneOf' of several objects"),
        ({"if": {}, "then": {}}, "at x: 'if'"),
    ],
)
def test_what_is_not_supported_is_refused_with_its_place_and_a_remedy(node, message):
    with pytest.raises(SchemaError, match=message):
        with_properties(x=node)


def test_a_recursive_schema_is_refused():
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/N"}}}
    recursive = {"type": "object", "properties": {"n": {"$ref": "#/$defs/N"}}, "$defs": {"N": node}}
    with pytest.raises(SchemaError, match=r"at n\.next: a schema that contains itself"):
        compile_schema("x", recursive)


def test_a_root_that_is_no_object_is_refused():
    with pytest.raises(SchemaError, match=r"at the root: .*make the root an object"):
        compile_schema("x", {"type": "array", "items": NAME})


def test_a_file_is_called_by_its_title_or_by_its_name(tmp_path):
    titled, plain = tmp_path / "a.json", tmp_path / "My schema.json"
    titled.write_text(json.dumps(LOAN))
    plain.write_text(json.dumps({"type": "object", "properties": {"name": NAME}}))
    assert read_own_schema(titled).name == "loan"
    assert read_own_schema(plain).name == "my_schema"


def test_a_file_that_is_no_json_is_refused_by_name(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("{")
    with pytest.raises(SchemaError, match=r"a\.json: not valid JSON"):
        read_own_schema(path)
