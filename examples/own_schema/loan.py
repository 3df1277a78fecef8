"""The same questions as a Pydantic model: python examples/own_schema/loan.py URL FILE..."""

import sys
from datetime import date
from enum import StrEnum

from factsheet import Client
from pydantic import BaseModel, Field


class Kind(StrEnum):
    TERM = "term loan"
    REVOLVING = "revolving"
    LETTER_OF_CREDIT = "letter of credit"


class Commitment(BaseModel):
    amount: float | None
    currency: str | None


class Facility(BaseModel):
    name: str
    kind: Kind | None
    commitment: Commitment
    maturity_date: str | None = Field(description="When it must be repaid; MM/YYYY")
    margin: float | None = Field(description="Percent per annum over the base rate")


class Loan(BaseModel):
    borrower: str = Field(description="Legal name of the borrower")
    agreement_date: date | None
    governing_law: str | None = Field(description="The law that governs the agreement")
    purpose: str | None = Field(description="What the loans may be used for")
    lead_arrangers: list[str] = Field(description="Banks that arrange the loan")
    facilities: list[Facility] = Field(
        description="The tranches of the loan, each with a commitment of its own"
    )


def main(url: str, *files: str) -> None:
    with Client(url) as fs:
        fs.upload("example", *files)
        found = fs.extract("example", schema=Loan)
    print(found.value or found.record.answer)
    for problem in found.problems:
        print(problem.pointer, problem.message)
    for place in found.evidence("/facilities/0/margin"):
        print(f"{place.document_name} p. {place.page}: {place.quote}")


if __name__ == "__main__":
    main(*sys.argv[1:])
