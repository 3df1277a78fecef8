import pytest
from factsheet_schemas import Record
from factsheet_service.core.errors import UsageError
from factsheet_service.reports import FORMATS, render_record
from support.build import make_schema
from support.records import make_record


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_has_bytes_and_a_media_type(name):
    content, media_type = render_record(make_record(), make_schema(), name)
    assert content
    assert "/" in media_type


def test_json_is_the_record_itself():
    content, _ = render_record(make_record(), make_schema(), "json")
    assert Record.model_validate_json(content) == make_record()


def test_an_unknown_format_is_refused():
    with pytest.raises(UsageError, match="'pdf'"):
        render_record(make_record(), make_schema(), "pdf")
