"""The shipped schema of motor-adaptation experiments: its vocabularies do not overlap."""

from __future__ import annotations

from itertools import combinations

import pytest
from factsheet_schemas import FieldType, load_schema
from factsheet_service.core.normalise import NotAValue, agrees, normalise

SCHEMA = load_schema("motor_adaptation")
DEVICES = {o.value for o in SCHEMA.by_key["equipment_manipulandum_type"].options}


def options(key: str) -> set[str]:
    return {option.value for option in SCHEMA.by_key[key].options}


def test_groups_lie_within_experiments_within_a_paper():
    assert SCHEMA.subject.kind == "document"
    assert SCHEMA.ancestry("group") == ("group", "experiment", "deal")


def test_devices_are_no_environments():
    assert {"graphics_tablet", "mouse", "trackpad", "joystick"} <= DEVICES
    assert not DEVICES & options("environment")


def test_a_plane_is_no_frame_of_coordinates():
    assert "horizontal" in options("movement_plane")
    assert not options("movement_plane") & options("coordinate_frame")


def test_feedback_is_told_by_modality_moment_and_truth_apart():
    keys = ("feedback_modality", "feedback_timing", "feedback_veridicality")
    for one, other in combinations(keys, 2):
        assert not options(one) & options(other)


def test_instructions_are_no_measures_of_awareness():
    assert not options("instruction_given") & options("awareness_measure")


def test_a_rotation_is_no_kind_of_force_field():
    assert "visuomotor_rotation" in options("perturbation_class")
    assert "visuomotor_rotation" not in options("force_field_type")


def test_viscous_and_elastic_fields_have_units_of_their_own():
    assert SCHEMA.by_key["force_field_strength"].unit == "N.s/m"
    assert SCHEMA.by_key["force_field_stiffness"].unit == "N/m"


@pytest.mark.parametrize(
    "spec", [f for f in SCHEMA.fields() if f.type in (FieldType.ENUM, FieldType.ENUM_LIST)]
)
def test_no_word_stands_for_two_options_of_a_field(spec):
    words = [w.casefold() for o in spec.options for w in {o.value, *o.synonyms}]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        (
            "Ilse Vanhecke, Tomasz Brzozowy and Oluwaseun Adeyemi-Lund",
            ["Ilse Vanhecke", "Tomasz Brzozowy", "Oluwaseun Adeyemi-Lund"],
        ),
        (
            "Samuel D. McDougle 1 & Jordan A. Taylor2,3",
            ["Samuel D. McDougle", "Jordan A. Taylor"],
        ),
        ("Smith, A. B.; de la Cruz, J.", ["Smith, A. B.", "de la Cruz, J."]),
        ("R. Chris Miall; J.-P. O'Brien", ["R. Chris Miall", "J.-P. O'Brien"]),
    ],
)
def test_authors_are_read_without_what_marks_their_affiliation(written, authors):
    assert normalise(SCHEMA.by_key["authors"], written).value == authors


@pytest.mark.parametrize("written", ["right-handed subjects", "Right-handed subjects (n = 20)"])
def test_words_that_are_no_names_are_no_authors(written):
    with pytest.raises(NotAValue):
        normalise(SCHEMA.by_key["authors"], written)


def test_a_doi_is_the_same_with_and_without_its_resolver():
    spec = SCHEMA.by_key["doi_or_url"]
    for written in (
        "https://doi.org/10.1038/s41467-018-07941-0.",
        "doi:10.1038/s41467-018-07941-0",
    ):
        assert normalise(spec, written).value == "10.1038/s41467-018-07941-0"


def test_names_with_marks_behind_them_bear_authors_out():
    quote = "Samuel D. McDougle 1 & Jordan A. Taylor2,3"
    spec = SCHEMA.by_key["authors"]

    assert agrees(spec, ["Samuel D. McDougle", "Jordan A. Taylor"], quote)
    assert not agrees(spec, ["Samuel D. McDougle", "Jordan A. Tailor"], quote)
