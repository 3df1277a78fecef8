import json

import pytest
from factsheet_schemas import Record
from factsheet_schemas.record import OwnAnswer
from factsheet_service.core.errors import UsageError
from factsheet_service.reports import OF_EVERY_SCHEMA, render_record
from support.build import make_schema
from support.records import make_record


@pytest.mark.parametrize("name", OF_EVERY_SCHEMA)
def test_each_format_has_bytes_and_a_media_type(name):
    content, media_type = render_record(make_record(), make_schema(), name)
    assert content
    assert "/" in media_type


def test_json_is_the_record_itself():
    content, _ = render_record(make_record(), make_schema(), "json")
    assert Record.model_validate_json(content) == make_record()


def test_own_is_the_answer_in_its_users_shape():
    answer = OwnAnswer(value={"name": "Größe AS"}, is_valid=True)
    content, _ = render_record(make_record(answer=answer), make_schema(), "own")
    assert json.loads(content) == {"name": "Größe AS"}


def test_own_is_refused_where_there_is_no_such_answer():
    with pytest.raises(UsageError, match="JSON Schema"):
        render_record(make_record(), make_schema(), "own")


def test_an_unknown_format_is_refused():
    with pytest.raises(UsageError, match="'pdf'"):
        render_record(make_record(), make_schema(), "pdf")
