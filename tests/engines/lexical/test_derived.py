"""A schema without a lexicon, found by the names and types of its fields."""

import pytest
from factsheet_schemas import ExtractOptions, FieldType
from factsheet_schemas.own import compile_schema, fill
from factsheet_service.core.progress import silent
from factsheet_service.engines.lexical import LexicalEngine
from factsheet_service.engines.lexical.derived import derived_lexicon
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from support.build import make_document, make_schema
from support.own import own_loan, with_properties

CONTRACT = """SUPPLY AGREEMENT

dated as of 12 February 2021 between Nordbrink Pumps GmbH, as Supplier, and Havn Water AS, as
Customer.

"Contract Price" means EUR 1,250,000.

"Delivery Date" means 30 June 2022.

"Discount" means 2.5 per cent.

Warranty Period: 24 months

3.1 Use of Goods. The Customer shall use the goods for the treatment of drinking water and for no
other purpose whatsoever.

This Agreement shall be governed by and construed in accordance with the laws of the Kingdom of
Norway.
"""
STRING = {"type": "string"}
CASES = {
    "supplier": (STRING, "Nordbrink Pumps GmbH"),
    "contract_price": ({"type": "number"}, 1_250_000),
    "delivery_date": ({"type": "string", "format": "date"}, "2022-06-30"),
    "agreement_date": ({"type": "string", "format": "date"}, "2021-02-12"),
    "discount": ({"type": "number", "description": "in percent"}, 2.5),
    "warranty_period": (STRING, "24 months"),
    "governing_law": (STRING, "the Kingdom of Norway"),
}


async def answered(own, text=CONTRACT):
    engine = LexicalEngine(own.schema, derived_lexicon(own.schema), is_derived=True)
    job = Job("a", (make_document(text),), own.schema, ExtractOptions())
    record = await extract(job, engine, silent)
    return fill(own, record).value, record


@pytest.mark.parametrize("name", CASES)
async def test_a_field_is_found_by_its_name_and_type(name):
    node, expected = CASES[name]
    value, _ = await answered(with_properties(**{name: node}))
    assert value.get(name) == expected


@pytest.mark.parametrize(
    ("words", "law"),
    [
        ("is governed by English law.", "English law"),
        (
            "shall be governed by, and construed in accordance with, the law of the State of New York.",
            "the State of New York",
        ),
        ("is governed by law.", None),
    ],
)
async def test_the_law_that_governs_is_found_in_its_usual_words(words, law):
    own = with_properties(governing_law={"type": ["string", "null"]})
    value, _ = await answered(own, f"This Agreement {words}")
    assert value == {"governing_law": law}


async def test_text_behind_a_heading_is_cited():
    value, _ = await answered(with_properties(use_of_goods={"type": "string"}))
    assert value["use_of_goods"].startswith("The Customer shall use the goods")


async def test_a_list_has_those_who_are_named_one_by_one():
    text = (
        "Alpha Bank, N.A., as Lender\n\nBeta Bank plc, as a Lender\n\nthe Persons named as Lenders"
    )
    lenders = {"type": "array", "items": {"type": "string", "description": "name of a bank"}}
    value, _ = await answered(with_properties(lenders=lenders), text)
    assert value["lenders"] == ["Alpha Bank, N.A.", "Beta Bank plc"]


async def test_it_says_that_it_goes_by_names_and_types():
    _, record = await answered(with_properties(name=STRING))
    assert "by its fields' names and types alone" in record.warnings[0]


async def test_rows_and_all_else_that_a_schema_may_have_break_nothing():
    value, _ = await answered(own_loan())
    assert value["tranches"] == []


@pytest.mark.parametrize("type_", FieldType)
def test_every_type_of_field_has_a_lexicon(type_):
    schema = make_schema()
    has_options = type_ in (FieldType.ENUM, FieldType.ENUM_LIST, FieldType.TALLY)
    options = ({"value": "Contract"},) if has_options else ()
    field = {"key": "f", "label": "Some thing", "type": type_, "scope": "deal", "options": options}
    changed = {"key": "g", "title": "G", "fields": [field]}
    whole = [*(group.model_dump() for group in schema.groups), changed]
    lexicon = derived_lexicon(make_schema(groups=whole))
    assert "borrower" in lexicon.fields


def test_a_field_called_as_a_shipped_one_is_looked_for_as_that():
    own = compile_schema(
        "x",
        {"type": "object", "properties": {"margin": {"type": "number", "description": "percent"}}},
    )
    kinds = [finder.kind for finder in derived_lexicon(own.schema).fields["margin"]]
    assert len(kinds) > 1
