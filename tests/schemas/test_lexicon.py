import pytest
from factsheet_schemas import SchemaError, load_schema
from factsheet_schemas.lexicon import load_lexicon, parse_lexicon
from support.lexical import ENTITY, loans


def parse(data):
    return parse_lexicon(data, loans(), "test")


def finder(**more):
    return {"kind": "pattern", "regex": "x", **more}


def test_a_regular_expression_that_does_not_compile_is_refused_with_its_place():
    with pytest.raises(SchemaError, match=r"fields\.margin\.0.*not a regular expression.*\(x"):
        parse({"fields": {"margin": [finder(regex="(x")]}})


def test_a_field_that_the_schema_lacks_is_refused():
    with pytest.raises(SchemaError, match=r"fields\.colour: schema loans has no such field"):
        parse({"fields": {"colour": [finder()]}})


def test_a_reference_to_a_field_that_the_schema_lacks_is_refused():
    same = {"kind": "same_as", "regex": "x", "field": "colour"}
    with pytest.raises(SchemaError, match="colour"):
        parse({"fields": {"margin": [same]}})


def test_an_unknown_kind_of_finder_is_refused():
    with pytest.raises(SchemaError, match="magic"):
        parse({"fields": {"margin": [{"kind": "magic"}]}})


def test_a_kind_of_entity_that_is_not_declared_is_refused():
    with pytest.raises(SchemaError, match=r"margin.*only names bond.*revolving, term"):
        parse({"entity": ENTITY, "fields": {"margin": [finder(only=["bond"])]}})


def test_words_stand_for_their_pattern_in_others():
    lexicon = parse(
        {
            "words": {"pct": "<<number>>%", "number": "[0-9]+"},
            "fields": {"margin": [finder(regex="<<pct>>")]},
        }
    )
    assert lexicon.fields["margin"][0].regex == "[0-9]+%"


def test_an_unknown_word_is_refused():
    with pytest.raises(SchemaError, match="<<pct>> is not among the words"):
        parse({"fields": {"margin": [finder(regex="<<pct>>")]}})


def test_words_that_stand_for_each_other_are_refused():
    with pytest.raises(SchemaError, match="circle"):
        parse({"words": {"a": "<<b>>", "b": "<<a>>"}})


def test_the_shipped_lexicon_fits_its_schema():
    lexicon = load_lexicon("credit_facility", load_schema("credit_facility"))
    assert {"credit_limit", "maturity_date", "spread_pct"} <= lexicon.fields.keys()


def test_a_schema_without_lexicon_has_an_empty_one(tmp_path):
    (tmp_path / "schema.toml").write_text("")
    assert load_lexicon(str(tmp_path), loans()).fields == {}
