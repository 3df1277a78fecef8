"""A Pydantic model or a JSON Schema of one's own, through a real server."""

import asyncio
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

import pytest
from factsheet import AsyncClient, Client, Extracted, InvalidRequest
from factsheet.own import of_model
from factsheet_schemas import Record
from pydantic import BaseModel, Field
from support.own import LOAN
from support.own_serving import agreement, operations, script
from support.records import make_record

__all__ = ["agreement", "operations", "script"]


class Kind(StrEnum):
    TERM = "term"
    REVOLVING = "revolving"


class Money(BaseModel):
    amount: Decimal
    currency: str


class Terms(BaseModel):
    kind: Kind | None = None
    signed: date | None = None
    secured: bool | None = None
    version: Literal[2] = 2


class Tranche(BaseModel):
    name: str
    margin: float | None = Field(default=None, description="percent per annum")


class Loan(BaseModel):
    """One loan."""

    borrower: str = Field(description="its legal name")
    lenders: list[str]
    limit: Money | None
    terms: Terms
    tranches: list[Tranche]


class Parent(BaseModel):
    guarantor: str
    borrower: str


class Tree(BaseModel):
    name: str
    branches: "list[Tree]"


def expected():
    return Loan(
        borrower="Alpha Ltd",
        lenders=["Bank One", "Bank Two", "Bank Three"],
        limit=Money(amount=Decimal(250_000_000), currency="EUR"),
        terms=Terms(kind=Kind.TERM, signed=date(2024, 5, 3)),
        tranches=[Tranche(name="Tranche A", margin=2.25), Tranche(name="Tranche B", margin=3.25)],
    )


async def in_thread(url, agreement, work):
    def run():
        with Client(url) as fs:
            fs.upload("acme", agreement)
            return work(fs)

    return await asyncio.to_thread(run)


async def test_a_model_comes_back_as_its_instance_with_evidence(url, agreement):
    found = await in_thread(url, agreement, lambda fs: fs.extract("acme", schema=Loan))
    assert isinstance(found, Extracted)
    assert found.value == expected()
    assert found.cell("/tranches/1/margin").evidence[0].quote.startswith("Tranche B bears")
    assert found.evidence("/lenders/2")[0].quote.startswith("Bank Three")
    assert found.cell("/limit/currency").evidence[0].quote == "The limit is EUR 250m."


async def test_the_async_client_gives_the_same(url, agreement):
    async with AsyncClient(url) as fs:
        await fs.upload("acme", agreement)
        found = await fs.extract("acme", schema=Loan)
    assert found.value == expected()


async def test_what_the_documents_do_not_say_is_never_made_up(url, agreement):
    found = await in_thread(url, agreement, lambda fs: fs.extract("acme", schema=Parent))
    assert found.value is None
    assert [one.pointer for one in found.problems] == ["/guarantor"]
    assert found.problems[0].message.startswith("NOT_FOUND")
    assert found.record.answer.value == {"borrower": "Alpha Ltd"}


async def test_a_json_schema_gives_a_record_with_its_answer(url, agreement):
    record = await in_thread(url, agreement, lambda fs: fs.extract("acme", schema=LOAN))
    assert isinstance(record, Record)
    assert record.answer.is_valid
    assert record.answer.value["borrower"] == "Alpha Ltd"


async def test_a_registered_schema_is_named_like_any_other(url, agreement):
    def run(fs):
        fs.register("mine", LOAN)
        return fs.json_schema("mine"), fs.extract("acme", schema="mine")

    given, record = await in_thread(url, agreement, run)
    assert given == LOAN
    assert record.run.schema_name == "mine"


async def test_a_model_that_cannot_be_asked_is_refused_with_the_place(url, agreement):
    with pytest.raises(InvalidRequest, match=r"at branches.*contains itself"):
        await in_thread(url, agreement, lambda fs: fs.extract("acme", schema=Tree))


async def test_what_is_no_schema_is_refused_here(url, agreement):
    with pytest.raises(TypeError, match="nor a Pydantic model"):
        await in_thread(url, agreement, lambda fs: fs.start("acme", schema=7))


def test_a_pointer_to_a_field_with_a_slash_in_its_name_is_one_of_rfc_6901():
    class Rates(BaseModel):
        per_year: float = Field(alias="p/a")

    told = of_model(make_record(), Rates)

    assert told.value is None
    assert [problem.pointer for problem in told.problems] == ["/p~1a"]
