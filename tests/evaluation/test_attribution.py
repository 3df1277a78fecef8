"""Spread, maturity, limit and fees stand in the row of the tranche that the words are about."""

from __future__ import annotations

import json

import pytest
from engine.gold_sets import SCHEMA, beside, traces_of
from factsheet_schemas import ExtractOptions

NAMES = ("Facility A", "Facility B", "Revolving Facility")
LIMITS = (120_000_000, 60_000_000, 25_000_000)
MATURITIES = ("2031-06-30", "2033-06-30", "2030-12-31")
SPREADS = (2.25, 2.75, 2.0)
FEES = (1.5, 1.75, 1.0)
UNDRAWN = 35.0  # per cent of the Margin, of the Revolving Facility alone

PROSE = """\
FACILITIES AGREEMENT dated 30 June 2024

1. DEFINITIONS

"Facility A Commitment" means EUR 120,000,000.

"Facility B Commitment" means EUR 60,000,000.

"Revolving Facility Commitment" means EUR 25,000,000.

"Margin" means:

(a) in relation to any Facility A Loan, 2.25 per cent. per annum;

(b) in relation to any Facility B Loan, 2.75 per cent. per annum; and

(c) in relation to any Revolving Facility Loan, 2.00 per cent. per annum.

"Termination Date" means:

(a) in relation to Facility A, 30 June 2031;

(b) in relation to Facility B, 30 June 2033; and

(c) in relation to the Revolving Facility, 31 December 2030.

2. FEES

The Borrower shall pay an arrangement fee of 1.50 per cent. flat of the Facility A Commitment.

The Borrower shall pay an arrangement fee of 1.75 per cent. flat of the Facility B Commitment.

The Borrower shall pay an arrangement fee of 1.00 per cent. flat of the Revolving Facility Commitment.

The commitment fee is 35 per cent. of the Margin on the undrawn part of the Revolving Facility.
"""
GRID = """\
FACILITIES AGREEMENT dated 30 June 2024

1. THE FACILITIES

The terms of the Facilities are these, and each Lender makes its part of them available.

Term | Facility A | Facility B | Revolving Facility
Commitment | EUR 120,000,000 | EUR 60,000,000 | EUR 25,000,000
Final maturity | 30 June 2031 | 30 June 2033 | 31 December 2030
Margin | 2.25% | 2.75% | 2.00%
Arrangement fee | 1.50% | 1.75% | 1.00%
Commitment fee | none | none | 35% of the Margin
"""
COLUMNS = """\
FACILITIES AGREEMENT dated 30 June 2024

SCHEDULE 2 - THE FACILITIES

Tranche              Commitment         Final maturity      Margin     Arrangement fee    Commitment fee
Facility A           EUR 120,000,000    30 June 2031        2.25%      1.50%              -
Facility B           EUR 60,000,000     30 June 2033        2.75%      1.75%              -
Revolving Facility   EUR 25,000,000     31 December 2030    2.00%      1.00%              35% of the Margin
"""
TEXTS = {"prose": PROSE, "grid": GRID, "columns": COLUMNS}


def line_of(text, *words):
    """The only line that has all the words."""
    (found,) = [line for line in text.splitlines() if all(word in line for word in words)]
    return found


def gold_of(form, text):
    """The rows' answers, each with the line that states it."""
    return {
        "document": f"{form}.txt",
        "deal": {},
        "facilities": [dict(cells_of(form, text, number)) for number in range(len(NAMES))],
        "unscored": {
            key: "not about tranches"
            for key in SCHEMA.by_key
            if key not in {key for key, _, _ in SAID} | {"facility_name", "commitment_fee_pct"}
        },
    }


SAID = (
    ("credit_limit", [{"amount": one, "currency": "EUR"} for one in LIMITS], "Commitment"),
    ("maturity_date", MATURITIES, "maturity"),
    ("spread_pct", SPREADS, "Margin"),
    ("upfront_fee_pct", FEES, "Arrangement fee"),
)
WRITTEN = {
    "credit_limit": ("EUR 120,000,000", "EUR 60,000,000", "EUR 25,000,000"),
    "maturity_date": ("30 June 2031", "30 June 2033", "31 December 2030"),
    "spread_pct": ("2.25", "2.75", "2.00"),
    "upfront_fee_pct": ("1.50", "1.75", "1.00"),
}


def cells_of(form, text, number):
    name = NAMES[number]
    yield "facility_name", {"value": name, "quote": name}
    for key, values, label in SAID:
        words = (f"{label} |",) if form == "grid" else (WRITTEN[key][number],)
        yield key, {"value": values[number], "quote": line_of(text, *words)}
    if name == "Revolving Facility":
        quote = line_of(text, "35")
        yield "commitment_fee_pct", {"value": UNDRAWN, "basis": "of_margin", "quote": quote}


@pytest.fixture(params=TEXTS)
def company(request, tmp_path):
    """An agreement that states its terms in one form, with its gold beside it."""
    text, path = TEXTS[request.param], tmp_path / f"{request.param}.gold.json"
    (tmp_path / f"{request.param}.txt").write_text(text, "utf-8")
    path.write_text(json.dumps(gold_of(request.param, text)), "utf-8")
    return beside(path)


async def test_every_value_lands_on_its_own_tranche(company):
    (found,) = await traces_of(company, ExtractOptions(engine="vllm"))

    assert len(found.fates) == 4 * len(NAMES) + len(NAMES) + 1
    assert [fate for fate in found.fates if fate.stage != "kept"] == []
    assert found.invented == ()
