"""Tables with a column or a row per tranche."""

import pytest

TRANCHES = """
"Facility A Commitment" means the commitment to lend under Facility A.

"Facility B Commitment" means the commitment to lend under Facility B.

"""
TOTALS = {"kind": "columns", "rows": "total"}


async def by_tranche(ask, lexicon, text, field="limit"):
    rows = [row for row in await ask(text, lexicon) if row.field == field]
    return {name: row.value for row in rows for name in row.facilities}


@pytest.mark.parametrize(
    "table",
    [
        "Lender   Facility A (EUR)   Facility B (EUR)\nOne   100,000   10,000\nTotal   300,000   20,000\n",
        "Lender | Facility A (EUR) | Facility B (EUR)\nOne | 100,000 | 10,000\nTotal | 300,000 | 20,000\n",
        "Lender   Facility A   Facility B\nOne   EUR 100,000   EUR 10,000\n"
        "Total   EUR 300,000   EUR 20,000\n",
        "Lender   Facility A (EUR)   Facility B (EUR)   Total\nTotal   300,000   20,000   320,000\n",
    ],
    ids=["spaces", "bars", "currency beside", "a column of sums"],
)
async def test_a_row_of_sums_gives_each_column_to_its_tranche(ask, lexicon_of, table):
    assert await by_tranche(ask, lexicon_of(limit=[TOTALS]), TRANCHES + table) == {
        "Facility A": "EUR 300,000",
        "Facility B": "EUR 20,000",
    }


async def test_a_row_with_a_figure_too_few_gives_none(ask, lexicon_of):
    table = "Lender   Facility A (EUR)   Facility B (EUR)\nTotal   300,000\n"
    assert await by_tranche(ask, lexicon_of(limit=[TOTALS]), TRANCHES + table) == {}


ROWS = """          Amount (EUR)     Due date            Margin
Facility A   30,000,000.00    24 November 2020    1.38 % p.a.
Facility B   35,000,000.00    24 November 2022    1.94 % p.a.
"""


async def test_a_row_per_tranche_is_read_under_its_heads(ask, lexicon_of):
    lexicon = lexicon_of(
        limit=[{"kind": "rows", "head": "amount"}],
        maturity=[{"kind": "rows", "head": "due"}],
        margin=[{"kind": "rows", "head": "margin"}],
    )
    text = TRANCHES + ROWS
    assert await by_tranche(ask, lexicon, text) == {
        "Facility A": "EUR 30,000,000",
        "Facility B": "EUR 35,000,000",
    }
    assert (await by_tranche(ask, lexicon, text, "maturity"))["Facility B"] == "2022-11-24"
    assert (await by_tranche(ask, lexicon, text, "margin"))["Facility A"] == "1.38%"
