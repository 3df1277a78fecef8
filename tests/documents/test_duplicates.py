import hashlib
from itertools import permutations

from factsheet_schemas import DocumentStatus
from factsheet_service.core.document import Document
from factsheet_service.documents.duplicates import mark_duplicates
from factsheet_service.documents.kinds import DOCX, PDF

TERMS = " ".join(
    f"Clause {n}: the Borrower shall repay Loan number {n} on time." for n in range(60)
)


def document(name: str, text: str = "", media_type: str = PDF, **fields) -> Document:
    sha256 = hashlib.sha256((name + text).encode()).hexdigest()
    status = fields.pop("status", DocumentStatus.OK)
    return Document(sha256[:16], name, sha256, media_type, status, text=text, **fields)


def kept(*documents: Document) -> list[str]:
    return [d.name for d in mark_duplicates(documents) if d.duplicate_of is None]


def test_an_ocr_copy_stands_in_where_the_original_needs_ocr() -> None:
    scan = document("x.pdf", status=DocumentStatus.NEEDS_OCR)
    assert kept(scan, document("x.ocr.pdf", TERMS)) == ["x.ocr.pdf"]


def test_an_ocr_copy_counts_not_where_the_original_is_read() -> None:
    assert kept(document("x.pdf", TERMS), document("x.ocr.pdf", TERMS + " l")) == ["x.pdf"]


def test_an_ocr_copy_stands_in_where_the_original_is_partly_scanned() -> None:
    assert kept(document("x.pdf", TERMS[:500]), document("x.ocr.pdf", TERMS)) == ["x.ocr.pdf"]


def test_the_duplicate_names_the_one_that_stands_for_it() -> None:
    copy, original = mark_duplicates([document("x.pdf", TERMS), document("x.ocr.pdf", TERMS)])
    assert copy.duplicate_of == original.id


def test_the_same_text_in_another_file_counts_once() -> None:
    assert kept(document("b.pdf", TERMS), document("a.pdf", TERMS.upper() + "\n")) == ["a.pdf"]


def test_a_pdf_stands_for_the_word_file_of_its_name() -> None:
    word = document("a.docx", TERMS, DOCX)
    assert kept(word, document("a.pdf", "Page 1 " + TERMS)) == ["a.pdf"]


def test_a_word_file_with_another_number_is_no_duplicate() -> None:
    word = document("a.docx", TERMS + " The Margin is 2.75%.", DOCX)
    assert kept(word, document("a.pdf", TERMS + " The Margin is 2.25%.")) == ["a.docx", "a.pdf"]


def test_files_without_text_are_no_duplicates_of_each_other() -> None:
    assert kept(document("a.pdf"), document("b.pdf")) == ["a.pdf", "b.pdf"]


def test_the_outcome_does_not_depend_on_the_order() -> None:
    documents = [
        document("x.pdf", TERMS),
        document("x.ocr.pdf", TERMS + " l"),
        document("x.docx", TERMS, DOCX),
        document("y.pdf", "Other"),
    ]
    outcomes = {mark_duplicates(order) for order in permutations(documents)}
    assert len(outcomes) == 1


def test_thousands_of_documents_are_told_apart_without_comparing_each_with_each() -> None:
    documents = [document(f"{n}.txt", f"Facility {n}") for n in range(20_000)]
    assert len(kept(*documents, document("copy.pdf", "Facility 7"))) == 20_000


def test_a_text_is_compared_with_few_of_its_name() -> None:
    documents = [document(f"x.{n}", f"{TERMS} {n}") for n in range(1000, 1200)]
    assert len(kept(*documents)) == 200
