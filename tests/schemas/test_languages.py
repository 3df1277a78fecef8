"""Further languages of a lexicon, each in a file of its own."""

from factsheet_schemas import load_schema, schema_folder
from factsheet_schemas.extensions import extensions_in
from factsheet_schemas.languages import language_files, with_language
from factsheet_schemas.lexicon import load_lexicon

FOLDER = schema_folder("credit_facility")


def test_a_language_adds_to_lists_and_alternatives_and_finders():
    data = {
        "entity": {"heads": ["loans?"], "promise": "agrees to lend"},
        "fields": {"limit": [{"kind": "label"}]},
    }
    added = {
        "entity": {"heads": ["préstamos?"], "promise": "concede", "within": "dentro"},
        "fields": {"limit": [{"kind": "pattern"}], "margin": [{"kind": "label"}]},
    }
    assert with_language(data, added) == {
        "entity": {
            "heads": ["loans?", "préstamos?"],
            "promise": "agrees to lend|concede",
            "within": "dentro",
        },
        "fields": {
            "limit": [{"kind": "label"}, {"kind": "pattern"}],
            "margin": [{"kind": "label"}],
        },
    }


def test_kinds_of_entities_get_further_words_by_their_key():
    data = {"entity": {"kinds": [{"key": "term", "names": "term"}]}}
    added = {
        "entity": {
            "kinds": [
                {"key": "term", "names": "plazo", "own": "x"},
                {"key": "bond", "names": "bono"},
            ]
        }
    }
    assert with_language(data, added)["entity"]["kinds"] == [
        {"key": "term", "names": "term|plazo", "own": "x"},
        {"key": "bond", "names": "bono"},
    ]


def test_what_is_added_to_stays_as_it_was():
    data = {"entity": {"heads": ["loans?"]}}
    with_language(data, {"entity": {"heads": ["kredite?"]}})
    assert data == {"entity": {"heads": ["loans?"]}}


def test_the_lexicon_has_all_its_languages():
    lexicon = load_lexicon("credit_facility", load_schema("credit_facility"))
    assert {"loans?", "darlehen"} <= set(lexicon.entity.heads)


def test_a_language_is_no_extension():
    assert [path.name for path in language_files(FOLDER)] == [
        "lexicon.de.toml",
        "lexicon.es.toml",
        "lexicon.fr.toml",
    ]
    assert extensions_in(FOLDER) == ("covenant_tests",)


def test_a_map_of_gold_columns_is_no_extension():
    assert extensions_in(schema_folder("motor_adaptation")) == ()
