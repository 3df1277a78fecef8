"""Values that other tools put into a data base of experiments, and that are none."""

from __future__ import annotations

import pytest
from factsheet_schemas import Origin, Status, load_schema
from factsheet_service.core.questions import Row
from factsheet_service.core.reconcile.assemble import Sources, assemble
from factsheet_service.core.reconcile.candidates import candidate
from factsheet_service.core.reconcile.cells import Asked
from factsheet_service.core.reconcile.names import Mention
from support.build import make_window

SCHEMA = load_schema("motor_adaptation")
LINES = (
    "Learning to reach anew",
    "A. Lindqvist and B. Okafor, 2021",
    "Methods",
    "A total of 40 right-handed subjects aged 18-30 years took part, as in Smith (2014).",
    "Experiment 1. Twenty people (12 women) moved a cursor with a mouse. The cursor was visible.",
    "Targets appeared in random order. The rotation of 30 degrees was switched on suddenly.",
    "Feedback was given online. Nothing was said of a delay of endpoint feedback.",
    "Experiment 2. Twenty others moved a stylus on a tablet. A visuomotor rotation of 45 degrees"
    " was introduced abruptly.",
    "References",
    "1. Smith, C. A rotation of 90 degrees abruptly introduced. J. Physiol. 19, 20-35 (2014).",
)
PAPER = make_window("\n\n".join(LINES), "paper.pdf")


def lines_with(words: str) -> tuple[int, ...]:
    return tuple(line.number for line in PAPER.lines if words in line.text)


def mention(name: str) -> Mention:
    line = PAPER.lines[lines_with(name)[0] - 1]
    return Mention(name, (), PAPER.document, ((line.start, line.end),), 1.0, "experiment")


def sheet(*answers: tuple[str, str, str]):
    """The sheet from answers given as field, value, and words of the lines cited; no row named."""
    found = [
        candidate(
            SCHEMA.by_key[key],
            (),
            Row(key, (), value, lines_with(words)[:1]),
            PAPER,
            Origin.SWEEP,
        )
        for key, value, words in answers
    ]
    mentions = [mention("Experiment 1"), mention("Experiment 2")]
    return assemble(Sources(found, mentions, {}, lambda spec: Asked(1, 1)), SCHEMA)


def values(made, key: str) -> list[object]:
    """A field's values in the deal, or in each row of its kind."""
    scope = SCHEMA.by_key[key].scope
    cells = [made.deal] if scope == "deal" else [c for f, c in made.rows if f.entity == scope]
    return [c[key].value if c[key].status is Status.PRESENT else None for c in cells]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("year", "19", "J. Physiol."),  # half a year out of a pattern's inner group
        ("year", "20", "J. Physiol."),
        ("year", "2014", "J. Physiol."),  # of a work that is cited
        ("authors", "Smith, C.", "J. Physiol."),
        ("title", "Not specified in the methods section", "Methods"),
        ("authors", "right-handed subjects", "A total of 40"),
    ],
)
def test_nothing_of_the_paper_itself(key, value, words):
    assert values(sheet((key, value, words)), key) == [None]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("cursor_visible", "No", "The cursor was visible"),
        ("cursor_visible", "false", "The cursor was visible"),
        ("gender_distribution", "35", "12 women"),  # half a pair
        ("age_mean", "18", "aged 18-30 years"),  # an end of a range
        ("age_mean", "18-30", "aged 18-30 years"),
        ("feedback_delay_ms", "Online", "given online"),
        ("feedback_delay_ms", "endpoint", "endpoint feedback"),
        ("force_field_type", "visuomotor rotation", "A visuomotor rotation"),
        ("force_field_type", "curl", "A visuomotor rotation"),
        ("perturbation_schedule", "random", "in random order"),
        ("perturbation_schedule", "random_perturbation", "in random order"),
        ("rotation_magnitude_deg", "90 degrees", "J. Physiol."),  # of a work that is cited
        ("rotation_magnitude_deg", "450 degrees", "The rotation of 30 degrees"),
        ("population_type", "right-handed subjects", "A total of 40"),
    ],
)
def test_nothing_of_any_experiment(key, value, words):
    assert values(sheet((key, value, words)), key) == [None, None]


@pytest.mark.parametrize("written", ["suddenly", "sudden", "abruptly", "abrupt"])
def test_words_for_an_option_become_the_option(written):
    made = sheet(("perturbation_schedule", written, "switched on suddenly"))

    assert values(made, "perturbation_schedule") == [["abrupt"], None]


def test_experiments_told_apart_by_their_sections_have_values_of_their_own():
    made = sheet(
        ("rotation_magnitude_deg", "30 degrees", "The rotation of 30 degrees"),
        ("rotation_magnitude_deg", "45 degrees", "A visuomotor rotation of 45"),
        ("equipment_manipulandum_type", "mouse", "with a mouse"),
        ("equipment_manipulandum_type", "graphics_tablet", "on a tablet"),
    )

    assert values(made, "rotation_magnitude_deg") == [[30.0], [45.0]]
    assert values(made, "equipment_manipulandum_type") == ["mouse", "graphics_tablet"]


def test_what_the_paper_says_once_holds_for_all_experiments():
    made = sheet(("handedness", "right-handed", "A total of 40"))

    assert values(made, "handedness") == ["right-handed", "right-handed"]


def test_the_papers_participants_are_no_experiments():
    made = sheet(("n_paper", "40", "A total of 40"), ("n_total", "20", "Twenty people"))

    assert values(made, "n_paper") == [40]
    assert values(made, "n_total") == [20, None]


def test_a_mean_outside_the_range_is_a_conflict():
    made = sheet(("age_mean", "40", "A total of 40"), ("age_range", "18-30 years", "A total of 40"))

    assert {one.message for one in made.conflicts} == {
        "The mean age lies outside the range of ages."
    }
