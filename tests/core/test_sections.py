"""Where a document speaks of one row alone, and where of other works."""

from __future__ import annotations

from factsheet_schemas import load_schema
from factsheet_service.core.sections import sections_of

PAPERS = load_schema("motor_adaptation")
LONG = "All participants reached with the right hand and held a stylus on a digitizing tablet."


def names_at(text: str, words: str) -> tuple[str, ...]:
    return sections_of(text, PAPERS).names_at(text.index(words))


def test_a_section_speaks_of_its_experiment_up_to_the_next():
    text = (
        f"Methods\n{LONG}\nExperiment 1. Twelve people took part.\nExperiment 2. Nine did.\n"
        "Data analysis. We used t-tests."
    )

    assert names_at(text, "All participants") == ()
    assert names_at(text, "Twelve") == ("Experiment 1",)
    assert names_at(text, "Nine") == ("Experiment 2",)
    assert names_at(text, "t-tests") == ()


def test_a_sentence_that_goes_on_in_a_new_line_opens_no_section():
    text = f"Methods\n{LONG[:-1]} in\nExperiment 1. The second one used a mouse."

    assert names_at(text, "a mouse") == ()


def test_a_heading_may_be_numbered_and_name_several():
    text = "2.1 Experiments 1 and 3-4: tablet\nThey used a tablet.\n2.2 Exp. 2 Methods\nA mouse."

    assert names_at(text, "a tablet") == ("Experiments 1", "Experiments 3", "Experiments 4")
    assert names_at(text, "A mouse") == ("Exp 2",)


def test_references_are_set_aside_up_to_what_follows_them():
    text = "Results\nFine.\n\nReferences\n1. Smith, A. (2004).\n\nAcknowledgements\nWe thank B."
    found = sections_of(text, PAPERS)

    assert not found.is_aside(text.index("Fine"))
    assert found.is_aside(text.index("Smith"))
    assert not found.is_aside(text.index("We thank"))


def test_the_word_references_in_a_sentence_sets_nothing_aside():
    text = "Methods\nSubjects used visual\nreferences to aim.\nThen they reached."

    assert sections_of(text, PAPERS).aside == ()


def test_a_schema_without_sections_has_none():
    text = "Facility A: a term loan.\nReferences\nNone."

    assert sections_of(text, load_schema("credit_facility")).of_rows == ()
    assert sections_of(text, load_schema("credit_facility")).aside == ()
