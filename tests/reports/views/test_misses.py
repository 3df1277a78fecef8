from factsheet_schemas import Status
from factsheet_service.reports.views.misses import misses
from support.build import make_document, make_schema
from support.records import absent, make_evidence, make_record, present

SCHEMA = make_schema()
AGREEMENT = make_document(
    "The parties agree to be bound by all of this.\n\n"
    "The spread over the base rate is to be agreed from time to time.\n\n"
    "Nothing else is said of any price in this paper at all."
)


def found(documents=(AGREEMENT,), **cells):
    base = make_record()
    row = base.facilities[0].model_copy(update={"fields": cells})
    record = base.model_copy(update={"facilities": (row,), "deal": {}})
    return misses(record, SCHEMA, documents)


def test_a_miss_has_the_lines_that_come_nearest_and_the_windows_that_were_read():
    (miss,) = found(margin=absent(windows_asked=18))
    assert (miss.row, miss.label, miss.windows_asked) == ("Facility A", "Margin", 18)
    assert [near.quote for near in miss.near] == [
        "The spread over the base rate is to be agreed from time to time."
    ]


def test_a_line_with_one_word_of_a_longer_name_is_no_near_miss():
    (miss,) = found(signed=absent())
    assert miss.near == ()


def test_what_was_found_or_not_asked_is_no_miss():
    assert found(margin=present(2.0), hedged=absent(Status.NOT_ASKED)) == ()


def test_what_is_possibly_there_shows_its_own_lines():
    own = make_evidence("a margin may apply")
    (miss,) = found(margin=absent(Status.POSSIBLY_PRESENT, evidence=(own,)))
    assert miss.near == (own,)


def test_without_texts_there_are_no_near_misses():
    (miss,) = found(documents=(), margin=absent())
    assert miss.near == ()
