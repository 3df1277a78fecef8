"""The flawless reader says what stands in its prompt, and nothing else."""

from __future__ import annotations

import json

from engine import reading


def item(field, value, *quotes, names=(), **more):
    plain = {"needs_all": False, "is_table": False, "sources": quotes, "terms": ("",) * len(quotes)}
    return {"field": field, "names": list(names), "value": value, "quotes": quotes, **plain, **more}


FEE = "The fee is the Applicable Margin."
MARGIN = '"Applicable Margin" means 2 per cent.'
DERIVED = item("fee", "2%", FEE, MARGIN, needs_all=True, terms=("", "Applicable Margin"))


def rows(page, asked, *items, facility="", decoys=()):
    book = {"rows": [["Facility A", "Facility A Loans"]], "decoys": list(decoys), "items": items}
    lines = "\n".join(f"{number} {line}" for number, line in enumerate(page, 1))
    return json.loads(reading.answer(f"{lines}\n\n{asked}", [book]))


def of(*keys, behind=""):
    return f"Question: the rows that the lines state of {', '.join(keys)}.{behind}"


def test_a_value_is_given_at_each_place_of_its_quote():
    found = rows(
        ["The rate is 2 %.", "More.", "The rate is 2 %."],
        of("rate"),
        item("rate", "2%", "rate is 2 %"),
    )
    assert found == [["rate", "", "2%", 1], ["rate", "", "2%", 3]]


def test_the_marks_between_cells_are_no_part_of_a_quote():
    assert rows(["Until 2026 | 1.95"], of("rate"), item("rate", "1.95%", "Until 2026 1.95"))


def test_a_value_of_a_facility_that_the_page_does_not_name_is_not_given():
    named = item("rate", "2%", "rate is 2 %", names=["Facility A"])
    other = item("rate", "2%", "none", names=["Facility B"])
    page = ["The rate is 2 %."]
    book = {"rows": [["Facility A"], ["Facility B"]], "decoys": [], "items": [named, other]}
    assert reading.answer(f"1 {page[0]}\n\n{of('rate')}", [book]) == "[]"


def test_a_derived_value_is_given_where_all_its_quotes_stand():
    assert rows([FEE, MARGIN], of("fee"), DERIVED) == [["fee", "", "2%", 1, 2]]


def test_where_only_a_part_of_it_stands_it_is_said_what_that_points_to():
    assert rows([FEE], of("fee"), DERIVED) == [["fee", "", "see Applicable Margin", 1]]


def test_what_is_pointed_to_alone_says_nothing():
    assert rows([MARGIN], of("fee"), DERIVED) == []


def test_lines_that_the_question_quotes_count_as_standing_there():
    asked = of("fee", behind=f"\nElsewhere the document points here:\n> {FEE}")
    assert rows([MARGIN], asked, DERIVED) == [["fee", "", "2%", 1]]


def test_a_table_is_cited_from_its_first_to_its_last_row():
    plan = item("plan", "table", "June 2030 40%", "June 2032 20%", is_table=True)
    page = ["June 2030 40%", "June 2031 40%", "June 2032 20%"]
    assert rows(page, of("plan"), plan) == [["plan", "", "table", 1, 2, 3]]


def test_what_may_pass_for_a_facility_is_seen():
    asked = 'Question: which facilities do the lines name? One row each:\n["name", "its other names'
    found = rows(["The Swingline is one."], asked, decoys=[["Swingline"]])
    assert found == [["name", "", "Swingline", 1]]
