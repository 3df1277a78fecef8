import base64

import pytest
from factsheet_service.api.paging import cursor_of, page_of, position_in
from factsheet_service.core.errors import UsageError


@pytest.mark.parametrize("position", ["1", "a.txt\nid", "Å:ø", ""])
def test_a_cursor_leads_back_to_its_position(position):
    assert position_in("jobs", cursor_of("jobs", position)) == position


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "17",
        cursor_of("companies", "1"),
        base64.urlsafe_b64encode(b"jobs:1=").decode(),
        "A" * 5,
    ],
)
def test_other_cursors_are_refused(cursor):
    with pytest.raises(UsageError, match="cursor"):
        position_in("jobs", cursor)


def test_pages_go_through_all_without_gap_or_repeat():
    items, cursor, seen = [3, 1, 2, 5, 4], None, []
    while True:
        page, cursor = page_of(items, "things", cursor, 2, str)
        seen += page
        if cursor is None:
            break
    assert seen == [1, 2, 3, 4, 5]


def test_what_goes_and_comes_between_pages_moves_nothing_else():
    _, cursor = page_of(["a", "b", "c"], "things", None, 2, str)
    assert page_of(["a", "aa", "c", "d"], "things", cursor, 2, str) == (("c", "d"), None)
