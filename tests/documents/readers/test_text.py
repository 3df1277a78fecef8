import pytest
from factsheet_service.documents import ReadLimits
from factsheet_service.documents.readers.text import decode


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Fee: 5 €".encode(), "Fee: 5 €"),
        (b"\xef\xbb\xbf" + "5 €".encode(), "5 €"),
        ("5 €".encode("utf-16"), "5 €"),
        (b"\xfe\xff" + "5 €".encode("utf-16-be"), "5 €"),
        ("“5” €".encode("cp1252"), "“5” €"),
    ],
)
def test_encodings_that_turn_up_are_read(content: bytes, text: str) -> None:
    assert decode(content)[0] == text


async def test_line_ends_and_invisible_characters_are_tidied(read_files) -> None:
    (document,) = await read_files({"a.txt": "One\r\nTwo\rTer\xadm".encode()})
    assert document.text == "One\nTwo\nTerm"


async def test_form_feeds_divide_pages(read_files) -> None:
    (document,) = await read_files({"a.txt": b"One\n\fTwo"})
    assert [document.text[page.start : page.end] for page in document.pages] == ["One\n", "Two"]


async def test_a_guessed_encoding_is_told(read_files) -> None:
    (document,) = await read_files({"a.txt": "5 €".encode("cp1252")})
    assert document.reason == "not UTF-8; read as Windows-1252"


async def test_pages_beyond_the_limit_are_left_unread_and_told(read_files) -> None:
    (document,) = await read_files({"a.txt": b"A\fB\fC\fD"}, ReadLimits(max_pages=2))
    assert (document.text, len(document.pages), document.is_cut) == ("A\nB", 2, True)
    assert document.reason.startswith("only the first 2 of 4 pages were read")
