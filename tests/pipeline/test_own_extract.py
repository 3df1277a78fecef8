"""Runs with a user's own schema: from the lines to the user's JSON."""

from factsheet_schemas import ExtractOptions
from factsheet_service.core.own_answers import answered
from factsheet_service.core.progress import silent
from factsheet_service.core.questions import Kind
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from factsheet_service.pipeline.schemas import Schemas
from factsheet_service.stores.folder_files import FolderFiles
from support.build import make_document
from support.own import SCRIPT, TEXT, own_loan, with_properties
from support.scripted import ScriptedEngine


async def run(own, text, script, **options):
    engine = ScriptedEngine(script)
    job = Job("a", (make_document(text),), own.schema, ExtractOptions(**options))
    return answered(own, await extract(job, engine, silent)), engine


def objects(**properties):
    return {"type": "array", "items": {"type": "object", "properties": properties}}


async def test_nested_objects_lists_and_rows_come_back_in_place():
    record, _ = await run(own_loan(), TEXT, SCRIPT)
    assert record.answer.is_valid
    assert record.answer.value["lenders"] == ["Bank One", "Bank Two", "Bank Three"]
    assert record.answer.value["tranches"] == [
        {"name": "Tranche A", "margin": 2.25, "fees": []},
        {"name": "Tranche B", "margin": 3.25, "fees": []},
    ]


async def test_rows_within_rows_are_told_apart_by_those_they_lie_within():
    text = "Tranche A has an Arrangement fee of 1 %.\n\nTranche B has an Arrangement fee of 2 %."
    script = {
        f"Tranche {name}": [
            ("detect", (), f"Tranche {name}"),
            ("fee_rate", (f"Tranche {name} > Arrangement fee",), f"{rate}%"),
        ]
        for name, rate in (("A", 1), ("B", 2))
    }

    class Detecting(ScriptedEngine):
        """Names the fees beside the tranches, each with its own field."""

        async def ask(self, window, question, priority=0):
            answer = await super().ask(window, question, priority)
            if question.kind is not Kind.DETECT:
                return answer
            rows = [
                type(row)("fee_name", (), f"{row.value} > Arrangement fee", row.lines)
                for row in answer.rows
            ]
            return type(answer)(rows=(*answer.rows, *rows), usage=answer.usage)

    own = own_loan()
    job = Job("a", (make_document(text),), own.schema, ExtractOptions())
    record = answered(own, await extract(job, Detecting(script), silent))
    assert record.answer.value["tranches"] == [
        {"name": "Tranche A", "fees": [{"name": "Arrangement fee", "rate": 1}]},
        {"name": "Tranche B", "fees": [{"name": "Arrangement fee", "rate": 2}]},
    ]
    assert record.cell("/tranches/1/fees/0/rate").evidence[0].quote.startswith("Tranche B")


async def test_rows_without_a_name_are_told_apart_by_their_dates():
    own = with_properties(
        instalments=objects(due={"type": "string", "format": "date"}, amount={"type": "number"})
    )
    text = "On 30 June 2026 EUR 100 is due.\n\nOn 31 December 2026 EUR 200 is due."
    script = {
        day: [("detect", (), day), ("instalment_amount", (day,), amount)]
        for day, amount in (("30 June 2026", "EUR 100"), ("31 December 2026", "EUR 200"))
    }
    record, _ = await run(own, text, script)
    assert record.answer.value["instalments"] == [
        {"due": "2026-06-30", "amount": 100},
        {"due": "2026-12-31", "amount": 200},
    ]


async def test_rows_told_apart_by_an_option_have_the_option():
    own = with_properties(
        covenants=objects(type={"enum": ["leverage", "coverage"]}, level={"type": "number"})
    )
    script = {"Leverage": [("detect", (), "Leverage"), ("level", ("Leverage",), "3.5")]}
    record, _ = await run(own, "Leverage must not exceed 3.5.", script)
    assert record.answer.value["covenants"] == [{"type": "leverage", "level": 3.5}]


async def test_a_schema_without_rows_asks_for_none():
    own = with_properties(borrower={"type": "string"})
    record, engine = await run(own, TEXT, SCRIPT)
    assert {question.kind for _, question in engine.asked} == {Kind.GROUP, Kind.VERIFY}
    assert record.facilities == ()
    assert record.answer.value == {"borrower": "Alpha Ltd"}


async def test_not_specified_is_null_and_not_false():
    own = with_properties(secured={"type": ["boolean", "null"]})
    record, _ = await run(own, TEXT, {"Alpha": [("secured", (), "not specified")]})
    assert record.answer.value == {"secured": None}
    record, _ = await run(own, TEXT, {"Alpha": [("secured", (), "No")]})
    assert record.answer.value == {"secured": False}


async def test_a_part_of_the_fields_can_be_asked_alone():
    record, _ = await run(own_loan(), TEXT, SCRIPT, fields=("borrower",))
    assert record.answer.value["borrower"] == "Alpha Ltd"
    assert record.answer.value["terms"]["signed"] is None


async def test_a_date_counted_from_the_agreements_own_is_computed():
    day = {"type": "string", "format": "date"}
    own = with_properties(agreement_date=day, maturity_date=day)
    text = (
        "CREDIT AGREEMENT dated as of April 6, 2023.\n\n"
        '"Closing Date" means the date of this Agreement.\n\n'
        '"Maturity Date" means the third anniversary of the Closing Date.'
    )
    script = {
        "dated as of": [("agreement_date", (), "April 6, 2023")],
        "third": [("maturity_date", (), "the third anniversary of the Closing Date")],
    }
    record, _ = await run(own, text, script)
    assert record.answer.value == {"agreement_date": "2023-04-06", "maturity_date": "2026-04-06"}
    assert record.cell("/maturity_date").derivation is not None


async def test_a_later_term_sheet_does_not_override_a_contract_in_a_users_own_schema_either(
    tmp_path,
):
    json_schema = {
        "type": "object",
        "properties": {"margin": {"type": "number", "description": "percent"}},
    }
    own = Schemas(FolderFiles(tmp_path)).register("mine", json_schema).own
    contract = make_document(
        "CREDIT AGREEMENT dated as of May 5, 2020.\n\nThe margin is 2 per cent.", "a.txt"
    )
    sheet = make_document("TERM SHEET dated June 6, 2021.\n\nThe margin is 3 per cent.", "z.txt")
    script = {f"margin is {n}": [("margin", (), f"{n}%")] for n in (2, 3)}
    job = Job("a", (contract, sheet), own.schema, ExtractOptions())
    record = answered(own, await extract(job, ScriptedEngine(script), silent))
    assert record.answer.value == {"margin": 2}
    assert [one.value for one in record.cell("/margin").alternatives] == [3]
