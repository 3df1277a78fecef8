"""Reading papers without a model: sections of experiments, zones, lists of values, the front."""

from __future__ import annotations

import pytest
from factsheet_schemas import load_schema
from factsheet_schemas.errors import SchemaError
from factsheet_schemas.lexicon import Lexicon, load_lexicon, parse_lexicon
from factsheet_service.core.questions import Kind

PAPERS = load_schema("motor_adaptation")
FRONT = """\
RESEARCH ARTICLE
Learning to reach
in a turning world
Anna B. Lindqvist1, Obi Okafor2 & Jo de la Cruz1,2
1Department of Psychology, University of Testing
"""
METHODS = """
Introduction
Others used a rotation of 90 degrees.

Methods
Participants reached with a stylus on a tablet.

Experiment 1. A rotation of 30 degrees was imposed. Another group met a rotation of 45 degrees.

Experiment 2. A rotation of 60 degrees was imposed abruptly. It was gradually taken away.

Results
After a rotation of 15 degrees little was learned.

References
1. Bee, A. A rotation of 20 degrees was imposed. J. Test. 3, 1-9 (1999).
"""
ROTATION = {
    "kind": "collect",
    "regex": r"rotation of (?P<value>\d+ degrees)",
    "zone": "methods",
    "score": 0.8,
}
ZONES = [{"key": "methods", "title": "methods", "until": "results"}]


def lexicon(**fields: dict[str, object]) -> Lexicon:
    data = {"zones": ZONES, "fields": {key: [one] for key, one in fields.items()}}
    return parse_lexicon(data, PAPERS, "test")


async def values(ask, key: str, text: str, words: Lexicon) -> set[tuple[str, tuple[str, ...]]]:
    rows = await ask(text, words, other=PAPERS)
    return {(row.value, row.facilities) for row in rows if row.field == key}


async def test_each_experiment_has_all_values_of_its_own_section(ask):
    found = await values(
        ask, "rotation_magnitude_deg", METHODS, lexicon(rotation_magnitude_deg=ROTATION)
    )

    assert found == {("30; 45", ("Experiment 1",)), ("60", ("Experiment 2",))}


async def test_a_document_without_the_zone_is_read_as_a_whole_but_for_its_references(ask):
    text = METHODS.replace("\nMethods\n", "\nWhat we did\n")
    words = lexicon(rotation_magnitude_deg=ROTATION)
    rows = await ask(text, words, other=PAPERS)
    written = "; ".join(row.value for row in rows if row.field == "rotation_magnitude_deg")

    assert "15" not in written  # what a section says goes before what stands elsewhere
    assert "20" not in written


async def test_options_are_collected_from_their_words(ask):
    finder = {"kind": "collect", "zone": "methods", "score": 0.8}
    found = await values(
        ask, "perturbation_schedule", METHODS, lexicon(perturbation_schedule=finder)
    )

    assert found == {("abrupt; gradual", ("Experiment 2",))}


async def test_an_option_inside_another_ones_words_is_not_collected(ask):
    text = METHODS.replace("It was", "It was counter-clockwise, and it was")
    finder = {"kind": "collect", "zone": "methods", "score": 0.8}
    found = await values(ask, "rotation_direction", text, lexicon(rotation_direction=finder))

    assert found == {("CCW", ("Experiment 2",))}


async def test_experiments_are_named_as_their_sections_are(ask):
    rows = await ask(METHODS, lexicon(), Kind.DETECT, PAPERS)

    assert {row.value for row in rows} == {"Experiment 1", "Experiment 2"}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("title", "Learning to reach in a turning world"),
        ("authors", "Anna B. Lindqvist; Obi Okafor; Jo de la Cruz"),
    ],
)
async def test_the_front_has_title_and_authors(ask, part, value):
    words = lexicon(**{part: {"kind": "front", "part": part, "score": 0.8}})

    assert await values(ask, part, FRONT + METHODS, words) == {(value, ())}


async def test_a_text_without_a_line_of_authors_has_no_front(ask):
    words = lexicon(title={"kind": "front", "part": "title", "score": 0.8})

    assert await values(ask, "title", METHODS, words) == set()


@pytest.mark.parametrize(
    ("key", "regex", "text", "value"),
    [
        ("feedback_delay_ms", "feedback[^.]*", "Methods\nThe feedback came after 2 s.", "2000"),
        ("feedback_delay_ms", "feedback[^.]*", "Methods\nThe feedback was immediate.", "0"),
        ("age_range", "aged[^.]*", "Methods\nAdults aged 18-34 years.", "18-34"),
        ("age_mean", "aged[^.]*", "Methods\nAdults aged 18-34 years, mean 22 years.", "22"),
        ("n_total", "[^.]*people", "Methods\nTwenty-four people.", "24"),
        (
            "gender_distribution",
            r"\d+ women[^.]*",
            "Methods\nIn all 12 women and 8 men.",
            "12 female; 8 male",
        ),
    ],
)
async def test_numbers_are_found_in_the_fields_unit(ask, key, regex, text, value):
    words = lexicon(**{key: {"kind": "pattern", "regex": regex, "score": 0.8}})

    assert await values(ask, key, text, words) == {(value, ())}


def test_a_finder_of_an_unknown_zone_is_refused():
    with pytest.raises(SchemaError, match="no zone 'results'"):
        lexicon(rotation_magnitude_deg={**ROTATION, "zone": "results"})


async def test_the_shipped_words_tell_experiments_apart(ask):
    rows = await ask(METHODS, load_lexicon("motor_adaptation", PAPERS), other=PAPERS)
    found = {(row.value, row.facilities) for row in rows if row.field == "rotation_magnitude_deg"}

    assert found == {("30; 45", ("Experiment 1",)), ("60", ("Experiment 2",))}


GROUPS = """\
Methods
Experiment 1. In the early group (n = 12) training was short. The early group rested.

Experiment 2. The late group (n = 9) rested longer.

Results
Another lab tested the odd group (n = 99).
"""
NAMED = {"entity": "group", "regex": r"the (?P<name>\w+ group) \(n = (?P<group_n>\d+)\)"}


def inner(**changes: object) -> Lexicon:
    return parse_lexicon({"zones": ZONES, "inner": [{**NAMED, **changes}]}, PAPERS, "test")


async def test_groups_are_named_behind_the_experiment_in_whose_section_they_stand(ask):
    rows = await ask(GROUPS, inner(zone="methods"), Kind.DETECT, PAPERS)

    assert [row.value for row in rows if row.field == "group_name"] == [
        "Experiment 1 > early group",
        "Experiment 2 > late group",
    ]


async def test_what_stands_beside_a_groups_name_is_its_value(ask):
    assert await values(ask, "group_n", GROUPS, inner(zone="methods")) == {
        ("12", ("Experiment 1 > early group",)),
        ("9", ("Experiment 2 > late group",)),
    }


async def test_a_name_that_is_too_rare_counts_for_no_row(ask):
    rows = await ask(GROUPS, inner(regex=r"the (?P<name>\w+ group)", least=2), Kind.DETECT, PAPERS)

    assert {row.value for row in rows if row.field == "group_name"} == {
        "Experiment 1 > early group"
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"entity": "experiment"},
        {"entity": "nowhere"},
        {"regex": r"the (?P<year>\w+) group"},
        {"regex": "the group"},
    ],
)
def test_inner_rows_of_no_such_kind_or_field_are_refused(changes):
    with pytest.raises(SchemaError, match="inner"):
        inner(**changes)


async def test_what_a_section_says_goes_before_what_is_said_of_all(ask):
    text = METHODS.replace(
        "Participants reached", "A rotation of 25 degrees was usual. Participants reached"
    )
    words = lexicon(rotation_magnitude_deg={**ROTATION, "kind": "pattern"})
    rows = await ask(text, words, other=PAPERS)
    sure = {row.value for row in rows if row.field == "rotation_magnitude_deg" and row.score > 0.5}

    assert "25" not in sure


async def test_a_journals_own_line_is_no_part_of_the_title(ask):
    words = lexicon(title={"kind": "front", "part": "title", "score": 0.8})
    text = f"J Test 118: 1622-1636, 2017.\n{FRONT}{METHODS}"

    assert await values(ask, "title", text, words) == {("Learning to reach in a turning world", ())}
