import pytest
from factsheet_service.core.reconcile.names import (
    Mention,
    defines,
    is_misnamed,
    merge_mentions,
    name_key,
    resolve,
    stands_in,
)
from support.build import make_document, make_schema

ENTITY = make_schema().entity
DOCUMENT = make_document("Facility A and Facility B")


def rows(*mentions):
    return merge_mentions(
        [Mention(name, tuple(others), DOCUMENT, ((0, 1),)) for name, *others in mentions], ENTITY
    )


def names(*mentions):
    return [row.name for row in rows(*mentions)]


def test_spellings_of_one_name_are_one_row():
    assert names(["Facility A"], ["the Facility A Loans"], ["FACILITY A"]) == ["Facility A"]


def test_names_whose_letters_differ_are_never_joined():
    assert names(["Facility A", "Facility B"], ["Facility B"]) == ["Facility A", "Facility B"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Term Loan A", "Term Loan A1"),
        ("Tranche 1", "Tranche 2"),
        ("Series 2015 Notes", "Series 2016 Notes"),
    ],
)
def test_numbers_tell_sisters_apart(one, other):
    assert names([one], [other]) == [one, other]


def test_years_tell_sisters_apart_that_are_named_together():
    mentions = ["Series 2015 Notes", "Series 2016 Notes"], ["Series 2016 Notes"]
    assert names(*mentions) == ["Series 2015 Notes", "Series 2016 Notes"]


def test_sisters_are_not_joined_by_a_name_for_both():
    found = names(["Term Loans", "Facility A", "Facility B"], ["Facility A"], ["Facility B"])
    assert {"Facility A", "Facility B"} <= set(found)


def test_another_name_for_a_row_joins_it():
    found = rows(["Revolving Facility", "Working Capital Facility"], ["Working Capital Facility"])
    assert [(row.name, row.aliases) for row in found] == [
        ("Revolving Facility", ("Working Capital Facility",))
    ]


def test_another_name_that_two_rows_claim_joins_neither():
    found = names(["Facility A", "Term Loan"], ["Facility B", "Term Loan"], ["Term Loan"])
    assert {"Facility A", "Facility B"} <= set(found)


def test_a_generic_name_stands_only_where_no_other_does():
    assert names(["the Loan"]) == ["the Loan"]
    assert names(["the Loan"], ["Facility A"]) == ["Facility A"]


def test_synonyms_mean_the_same():
    assert name_key("RCF", ENTITY) == name_key("Revolving Facility", ENTITY)


def test_a_plural_covers_all_its_rows():
    both = rows(["Term Facility A"], ["Term Facility B"], ["Revolving Facility"])
    assert [row.name for row in resolve("Term Facilities", both, ENTITY)] == [
        "Term Facility A",
        "Term Facility B",
    ]


def test_a_name_that_fits_no_row_resolves_to_none_of_several():
    both = rows(["Facility A"], ["Facility B"])
    assert resolve("Bridge Loan", both, ENTITY) == ()


def test_any_name_means_the_only_row():
    assert [row.name for row in resolve("Bridge Loan", rows(["Facility A"]), ENTITY)] == [
        "Facility A"
    ]


def test_the_only_row_is_not_meant_by_a_sister_that_has_none():
    assert resolve("Facility B", rows(["Facility A"]), ENTITY) == ()


def test_a_name_without_a_word_stands_nowhere():
    assert not stands_in("—", "Facility A — EUR 40,000,000", ENTITY)


def test_another_name_joins_its_row_though_a_generic_name_claims_it_too():
    found = names(["Term Loan", "Agreement"], ["the Loan", "Agreement"], ["Agreement"])
    assert found == ["Term Loan"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("(each such loan, a “Term Loan”)", True),
        ('"Term Loans" means the loans', True),
        ("the Term Loans", False),
        ('"Term Loan Facility" means', False),
    ],
)
def test_a_name_in_quotation_marks_is_defined_there(source, expected):
    assert defines("Term Loans", source) is expected


@pytest.mark.parametrize(
    ("source", "is_so"),
    [
        ("in relation to any Facility B Loan, 3.75 per cent.", True),
        ("the Facility B Loans", True),
        ("in relation to any RCF Loan, or to any Facility B Loan", False),
        ("the Revolving Facility, as for Facility B", False),
        ("in relation to any Loan, 3.75 per cent.", False),
        ("paragraph B of the Schedule", False),
    ],
)
def test_words_misname_a_row_that_call_another_by_its_name_and_not_this_one(source, is_so):
    found = rows(["Facility B"], ["Revolving Facility"])
    assert is_misnamed(found[1], found, source, ENTITY) is is_so


def meant(name, *mentions):
    return [row.name for row in resolve(name, rows(*mentions), ENTITY)]


def test_one_loan_is_the_row_that_is_called_a_loan():
    both = (["Rupee Term Loan"], ["BG Facility"])
    assert meant("the Loan", *both) == ["Rupee Term Loan"]
    assert meant("the Loans", *both) == ["Rupee Term Loan", "BG Facility"]


def test_one_loan_of_several_that_are_called_so_is_each_of_them():
    both = (["Term Loan A"], ["Term Loan B"])
    assert meant("the Loan", *both) == ["Term Loan A", "Term Loan B"]


LOANS = make_document(
    '"Loan" or "Loans" means a loan under the Revolving Facility. "Loan" is short.'
)


def test_generic_words_that_are_defined_as_an_own_name_of_one_row_mean_it():
    found = merge_mentions(
        [
            Mention("Revolving Facility", ("Loans",), LOANS, ((0, 1),)),
            Mention("Equipment Facility", ("Commitments",), LOANS, ((0, 1),)),
        ],
        ENTITY,
    )
    assert [row.name for row in resolve("Loans", found, ENTITY)] == ["Revolving Facility"]
    assert len(resolve("Commitments", found, ENTITY)) == 2
