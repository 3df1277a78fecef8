"""Extensions of a schema: further fields that a run asks for by name."""

import pytest
from factsheet_schemas import SchemaError, load_schema, shipped_schemas
from factsheet_schemas.catalog import SHIPPED
from factsheet_schemas.extensions import extended, extensions_in, parted
from factsheet_schemas.lexicon import load_lexicon

NAME = "credit_facility+covenant_tests"
PLAIN, EXTENDED = load_schema("credit_facility"), load_schema(NAME)


def test_a_schema_without_the_plus_has_none_of_the_fields():
    assert "default_b_dscr" not in PLAIN.by_key
    assert len(PLAIN.by_key) == 72


def test_an_extension_adds_its_group_behind_all_others():
    assert EXTENDED.groups[:-1] == PLAIN.groups
    assert EXTENDED.groups[-1].key == "covenant_tests"


def test_the_version_names_the_extension_and_the_name_stays():
    assert EXTENDED.name == PLAIN.name
    assert EXTENDED.version == f"{PLAIN.version}+covenant_tests"


def test_ladders_get_further_rungs():
    ladders = {ladder.metric: ladder for ladder in EXTENDED.ladders}
    dscr = [rung.consequence for rung in ladders["Backward-looking DSCR"].rungs]
    assert dscr == ["lock-up", "cash sweep", "default"]
    assert [rung.field for rung in ladders["PLCR"].rungs] == ["lockup_plcr", "default_plcr"]


def test_an_extensions_lexicon_adds_to_the_schemas():
    plain, more = load_lexicon("credit_facility", PLAIN), load_lexicon(NAME, EXTENDED)
    assert more.fields.keys() > plain.fields.keys()
    assert more.fields["lockup_b_dscr"] == plain.fields["lockup_b_dscr"]


def test_an_unknown_extension_is_refused_with_those_there_are():
    with pytest.raises(
        SchemaError, match=r"no extension 'esg' of credit_facility: .*covenant_tests"
    ):
        load_schema("credit_facility+esg")


def test_a_schema_without_extensions_says_so(tmp_path):
    (tmp_path / "schema.toml").write_text("name = 'x'")
    with pytest.raises(SchemaError, match="there are none"):
        load_schema(f"{tmp_path}+esg")


def test_a_plus_in_a_path_that_exists_is_part_of_it(tmp_path):
    folder = tmp_path / "a+b"
    folder.mkdir()
    assert parted(str(folder)) == (str(folder), ())


def test_what_is_extended_stays_as_it_was():
    data = {"version": "1", "groups": [1]}
    assert extended(data, {"more": {"groups": [2]}})["groups"] == [1, 2]
    assert data["groups"] == [1]


@pytest.mark.parametrize("name", shipped_schemas())
def test_what_else_stands_beside_a_schema_is_no_extension(name):
    for extension in extensions_in(SHIPPED / name):
        assert load_schema(f"{name}+{extension}").name
