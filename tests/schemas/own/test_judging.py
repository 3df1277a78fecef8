import pytest
from factsheet_schemas import FieldType, SchemaError
from factsheet_schemas.own.judging import judge, words_of
from factsheet_schemas.own.shape import Form


@pytest.mark.parametrize(
    ("name", "node", "type_", "form"),
    [
        ("borrower", {"type": "string"}, "text", Form.TEXT),
        ("purpose", {"type": "string"}, "passage", Form.TEXT),
        (
            "agent",
            {"type": "string", "description": "The institution that acts"},
            "text",
            Form.TEXT,
        ),
        ("authorizedOfficerDefinition", {"type": "string"}, "passage", Form.TEXT),
        ("whatever", {"type": "string"}, "passage", Form.TEXT),
        ("whatever", {"type": "string", "maxLength": 40}, "text", Form.TEXT),
        ("name", {"type": "string", "maxLength": 4000}, "passage", Form.TEXT),
        ("link", {"type": "string", "format": "uri"}, "text", Form.TEXT),
        ("signed", {"type": "string", "format": "date"}, "date", Form.DATE),
        ("signed", {"type": "string", "format": "date-time"}, "date", Form.DATE),
        ("signed", {"type": "string", "description": "As YYYY-MM-DD"}, "date", Form.DATE),
        ("maturity_date", {"type": "string"}, "date", Form.DATE),
        ("currency", {"type": "string"}, "currency", Form.TEXT),
        ("ccy", {"type": "string", "description": "ISO 4217 code"}, "currency", Form.TEXT),
        ("seat", {"type": "string", "description": "ISO 3166-1 alpha-2"}, "country", Form.TEXT),
        ("secured", {"type": "boolean"}, "yes_no", Form.BOOLEAN),
        ("year_of_issue", {"type": "integer"}, "year", Form.INTEGER),
        ("num_lenders", {"type": "integer", "description": "of the loan"}, "integer", Form.INTEGER),
        ("spread_bps", {"type": "integer"}, "percent", Form.BASIS_POINTS),
        ("margin", {"type": "number"}, "percent", Form.NUMBER),
        (
            "share",
            {"type": "number", "description": "in percent", "maximum": 1},
            "percent",
            Form.FRACTION,
        ),
        ("leverage_ratio", {"type": "number"}, "ratio", Form.NUMBER),
        ("loan_amount", {"type": "number"}, "amount", Form.AMOUNT),
        ("height", {"type": "number", "description": "in metres"}, "number", Form.NUMBER),
        ("kind", {"enum": ["term", "revolving"]}, "enum", Form.OPTION),
        ("currency", {"enum": ["EUR", "USD"]}, "currency", Form.OPTION),
        ("is_it", {"enum": [True, False]}, "yes_no", Form.BOOLEAN),
    ],
)
def test_a_scalar_is_asked_for_as_its_type_and_words_say(name, node, type_, form):
    judged = judge(name, node, (name,))
    assert (judged.type, judged.form) == (FieldType(type_), form)


@pytest.mark.parametrize(
    ("node", "pattern"),
    [
        ({"format": "date"}, "%Y-%m-%d"),
        ({"format": "date-time"}, "%Y-%m-%dT00:00:00Z"),
        ({"description": "as MM/YYYY"}, "%m/%Y"),
        ({"description": "as DD.MM.YYYY"}, "%d.%m.%Y"),
        ({}, ""),
    ],
)
def test_a_date_is_written_as_its_format_or_description_says(node, pattern):
    assert judge("closing_date", {"type": "string", **node}, ()).pattern == pattern


def test_options_keep_the_value_that_the_schema_has_for_them():
    assert judge("level", {"enum": [1, 2.5, "x"]}, ()).options == {"1": 1, "2.5": 2.5, "x": "x"}


def test_a_scalar_without_a_type_is_refused():
    with pytest.raises(SchemaError, match=r"at terms\.x: a schema without a type"):
        judge("x", {"description": "anything"}, ("terms", "x"))


def test_names_are_cut_into_words():
    assert words_of("maturityDate_ofLCFacility") == ["maturity", "date", "of", "lc", "facility"]
