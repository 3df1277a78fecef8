from factsheet_service.core.lines import split_lines
from support.build import make_document

from bench.companies import Company
from bench.quotes import quoted

TEXT = "The Limit is EUR 5,000,000.\nIt is lent once.\n\nSECTION 2\n\nThe Margin is\n2 per cent a year."


def company(*quotes):
    item = {"field": "limit", "needs_all": False, "quotes": list(quotes)}
    return Company("one", (make_document(TEXT),), ({"items": [item]},))


def line_starts(words):
    starts = [line.start for line in split_lines(TEXT)]
    return max(start for start in starts if start <= TEXT.index(words))


def test_a_quote_is_found_by_the_lines_that_it_touches_whatever_its_white_space():
    (found,) = quoted(company("The Margin is 2 per  cent"))
    ((place,),) = found.quotes
    assert place.lines == (line_starts("The Margin"),)


def test_every_place_of_a_quote_is_found():
    (found,) = quoted(company("The "))
    assert len(found.quotes[0]) == 2


def test_a_quote_that_stands_nowhere_is_no_evidence():
    assert quoted(company("The Fee is 3 per cent")) == ()
