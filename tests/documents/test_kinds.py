import pytest
from factsheet_service.documents.errors import NeedsOcr, Unreadable
from factsheet_service.documents.kinds import EML, HTML, PDF, TEXT, detect


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"%PDF-1.7", "a.txt", PDF),
        (b"junk\n%PDF-1.7", "a", PDF),
        (b"<!DOCTYPE html><p>x", "a", HTML),
        (b"\xef\xbb\xbf\n <HTML>", "a.txt", HTML),
        (b"<p>x", "a.htm", HTML),
        (b"From: a@b.example\r\nSubject: x\r\n\r\nbody", "a", EML),
        (b"Borrower: A plc\n\nbody", "a.txt", TEXT),
        (b"a,b\n1,2", "a.csv", TEXT),
        ("Margin".encode("utf-16"), "a.txt", TEXT),
    ],
)
def test_first_bytes_come_before_the_extension(content: bytes, name: str, kind: str) -> None:
    assert detect(content, name) == kind


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"II*\x00", b"RIFF0000WEBP"]
)
def test_images_need_ocr(content: bytes) -> None:
    with pytest.raises(NeedsOcr, match="image"):
        detect(content, "a.pdf")


@pytest.mark.parametrize("content", [b"{\\rtf1", b"\x00\x01\x02\x03", b"\x7fELF\x02\x01\x01\x00"])
def test_the_reason_for_another_type_names_the_supported_ones(content: bytes) -> None:
    with pytest.raises(Unreadable, match="supported: PDF, DOCX, XLSX, HTML, EML, MSG, plain text"):
        detect(content, "a.bin")


def test_an_empty_file_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="empty"):
        detect(b"", "a.pdf")
