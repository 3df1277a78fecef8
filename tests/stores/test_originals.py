import pytest
from factsheet_service.core.errors import UsageError
from factsheet_service.stores.originals import (
    Original,
    escaped,
    original_of,
    source_name,
    standing,
    unescaped,
)

NAMES = [
    "a.txt",
    "deal/a.txt",
    ".hidden",
    "é ü.pdf",
    "100%25 %2F [d]*?#&+=@~.pdf",
    "契約" * 60,
    "~",
]


def original(name, number=1, token="00"):
    return Original(name, "a" * 64, number, token, 5)


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_file_tells_its_name(name):
    assert unescaped(escaped(name)) == name
    assert original_of(original(name, 12, "beef").key, 5) == original(name, 12, "beef")


@pytest.mark.parametrize("name", [*NAMES, "x" * 59 + "..", "x" * 60 + "..", "x" * 58 + "../b"])
def test_no_part_of_a_stored_name_leads_elsewhere_or_is_too_long(name):
    parts = original(name).key.split("/")
    assert not {"", ".", ".."} & set(parts)
    assert not any(part.startswith(".") for part in parts)
    assert all(len(part.encode()) <= 255 for part in parts)


def test_stores_that_give_signs_a_meaning_see_none():
    assert not set("*?[]#%&+=@ \\:\"'<>|{}^`") & set(
        escaped("*?[]#&+=@ \\:\"'<>|{}^`").replace("%", "")
    )


@pytest.mark.parametrize(
    "key", ["files/x", "files/" + "a" * 64, "company", "files/" + "a" * 64 + "-x-0/a"]
)
def test_what_is_no_original_is_passed_by(key):
    assert original_of(key, 0) is None


@pytest.mark.parametrize(
    ("numbers", "stands"),
    [([(1, "a")], (1, "a")), ([(2, "a"), (10, "a")], (10, "a")), ([(2, "b"), (2, "a")], (2, "b"))],
)
def test_the_file_that_was_given_last_stands(numbers, stands):
    listed = [original("x", number, token) for number, token in numbers]
    assert standing(listed) == (original("x", *stands),)
    assert standing(reversed(listed)) == standing(listed)


@pytest.mark.parametrize("name", ["", ".", "../a", "/a", "a/../../b", "a\\b", "a\x00b", "x" * 2000])
def test_names_that_point_elsewhere_are_refused(name):
    with pytest.raises(UsageError, match="cannot name a file"):
        source_name(name)


@pytest.mark.parametrize(
    ("name", "kept"), [("./a", "a"), ("a//b", "a/b"), ("契" * 255, "契" * 255)]
)
def test_names_are_kept_as_relative_paths(name, kept):
    assert source_name(name) == kept
