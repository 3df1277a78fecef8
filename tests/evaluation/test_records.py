"""Which record a gold file is about."""

from __future__ import annotations

import pytest
from factsheet_schemas import DocumentRecord
from factsheet_service.core.errors import UsageError
from factsheet_service.evaluation.records import read_record, record_of
from support.scoring import gold, record


def of_document(name):
    document = DocumentRecord(id=name, name=name, sha256="0", media_type="text/plain", status="ok")
    return record().model_copy(update={"documents": (document,)})


def test_the_record_of_the_golds_document_is_taken():
    mine, other = of_document("a.txt"), of_document("b.txt")
    assert record_of(gold(), [other, mine], is_only=False) is mine


def test_one_record_and_one_gold_belong_together():
    only = of_document("renamed.txt")
    assert record_of(gold(), [only], is_only=True) is only


def test_a_record_of_other_documents_is_not_taken_among_several():
    with pytest.raises(UsageError, match="none of the records"):
        record_of(gold(), [of_document("b.txt")], is_only=False)


def test_a_record_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "run.json"
    path.write_text(of_document("a.txt").model_dump_json(), "utf-8")
    assert read_record(path) == of_document("a.txt")


@pytest.mark.parametrize("text", ["{}", "no json"])
def test_a_file_that_is_no_record_is_refused(tmp_path, text):
    path = tmp_path / "run.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match="no record of ours"):
        read_record(path)
