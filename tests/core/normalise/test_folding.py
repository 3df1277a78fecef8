"""Folding of text."""

from __future__ import annotations

import pytest
from factsheet_service.core.normalise import fold, fold_name, is_no_answer


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Société  Générale, S.A.", "societe generale sa"),
        ("Straße", "strasse"),
        ("No. 2 at 1.25x", "no 2 at 1.25x"),
        ("Borrower’s", "borrowers"),
        ("złoty", "zloty"),
    ],
)
def test_case_accents_and_marks_are_folded(text, folded):
    assert fold(text) == folded


def test_a_name_that_is_only_a_legal_form_is_kept():
    assert fold_name("Co., Ltd.") == "co ltd"


@pytest.mark.parametrize("text", ["€", "0", "No", "Nil Industries plc", "Not Specified Holdings"])
def test_what_says_something_is_an_answer(text):
    assert not is_no_answer(text)
