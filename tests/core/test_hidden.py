from dataclasses import replace

import pytest
from factsheet_service.core.lines import fold, seen
from factsheet_service.stores import saved_documents
from support.build import make_document

DOCUMENT = replace(make_document("0123456789"), hidden=((2, 4), (6, 8)))


@pytest.mark.parametrize(
    ("span", "is_hidden"),
    [
        ((0, 2), False),
        ((0, 3), True),
        ((3, 9), True),
        ((4, 6), False),
        ((7, 8), True),
        ((8, 10), False),
    ],
    ids=str,
)
def test_a_stretch_is_hidden_where_any_of_it_is(span, is_hidden):
    assert DOCUMENT.is_hidden(*span) is is_hidden


def test_what_is_seen_in_another_order_counts_as_hidden():
    document = make_document("The Margin is \u202e52.2\u202c per cent.")
    assert document.is_hidden(0, 20)
    assert not document.is_hidden(0, 13)


@pytest.mark.parametrize(
    ("span", "shown"),
    [((0, 10), "014589"), ((3, 7), "45"), ((2, 4), ""), ((0, 2), "01"), ((7, 9), "8")],
    ids=str,
)
def test_what_is_seen_of_a_stretch(span, shown):
    assert DOCUMENT.seen(*span) == shown


def test_hidden_stretches_are_kept():
    assert saved_documents.unpacked(saved_documents.packed([DOCUMENT])) == (DOCUMENT,)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("lim\u200bit", "limit"),
        ("a\U000e0041\U000e0042b", "ab"),
        ("a\ufe0fb\U000e0101", "ab"),
        ("\u202e52.2\u202c", "52.2"),
        ("Änderung – 5 €", "Änderung – 5 €"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_leaves_no_mark_is_not_shown(text, shown):
    assert seen(text) == shown == fold(f" {text} ")
