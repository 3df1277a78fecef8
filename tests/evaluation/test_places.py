from factsheet_schemas import Evidence
from factsheet_service.evaluation.places import placed
from support.build import make_document
from support.records import make_record, present

DOCUMENT = make_document("The margin is 2.25 per cent.")


def at(start, end, quote, page=1):
    evidence = Evidence(
        document=DOCUMENT.id, document_name="a", page=page, start=start, end=end, quote=quote
    )
    record = make_record(deal={"x": present(1, evidence=(evidence,))}, facilities=())
    return placed(record, (DOCUMENT,))


def test_evidence_is_placed_where_its_words_and_page_are_right():
    assert (at(4, 10, "margin").num_all, at(4, 10, "margin").num_placed) == (1, 1)


def test_other_words_or_another_page_are_not():
    assert at(4, 10, "limits").num_placed == 0
    assert at(4, 10, "margin", page=2).num_placed == 0
