import pytest

GRID = """"Loan" means the loan.

"Applicable Rate" means the percentage below:

Level | Leverage | Commitment Fee | Eurodollar Rate + | Base Rate +
1 | below 1.00 | 0.20% | 1.25% | 0.25%
2 | below 2.00 | 0.25% | 1.50% | 0.50%
3 | otherwise | 0.30% | 1.75% | 0.75%
"""
COLUMNS = ["commitment fee", "eurodollar", "base rate", "letters? of credit"]


def grid(column, **more):
    return {
        "kind": "grid",
        "terms": ["applicable rate"],
        "column": column,
        "columns": COLUMNS,
        **more,
    }


async def read(ask, lexicon, text, field="margin"):
    return next((row for row in await ask(text, lexicon) if row.field == field), None)


async def test_a_column_is_found_by_its_head_and_its_highest_level_chosen(ask, lexicon_of):
    assert (await read(ask, lexicon_of(margin=[grid("eurodollar")]), GRID)).value == "1.75%"
    assert (await read(ask, lexicon_of(fee=[grid("commitment fee")]), GRID, "fee")).value == "0.3%"


async def test_all_levels_are_kept_as_steps_with_the_rule(ask, lexicon_of):
    row = await read(ask, lexicon_of(margin=[grid("eurodollar")]), GRID)
    assert [step["value"] for step in row.qualifiers["steps"]] == [1.25, 1.5, 1.75]
    assert row.qualifiers["rule"] == "highest level"


async def test_the_level_in_force_at_closing_wins(ask, lexicon_of):
    text = GRID + "The rate shall be set at Level 1 until the first test date.\n"
    closing = r"set at level (?P<level>\d) until"
    row = await read(ask, lexicon_of(margin=[grid("eurodollar", closing=[closing])]), text)
    assert (row.value, row.qualifiers["rule"]) == ("1.25%", "level at closing")


async def test_heads_joined_by_a_slash_share_a_column(ask, lexicon_of):
    text = GRID.replace("Eurodollar Rate + |", "Eurodollar Rate + / Letter of Credit Fees |")
    row = await read(ask, lexicon_of(fee=[grid("letters? of credit")]), text, "fee")
    assert row.value == "1.75%"


async def test_a_grid_whose_heads_do_not_match_its_columns_gives_no_row(ask, lexicon_of):
    text = GRID.replace("Fee | Eurodollar Rate + | Base Rate +", "Fee, Eurodollar Rate +")
    assert await read(ask, lexicon_of(margin=[grid("eurodollar")]), text) is None


async def test_a_grid_that_lies_on_its_side_is_read_by_its_rows(ask, lexicon_of):
    text = """"Loan" means the loan.

"Applicable Rate" means the rate below:

Utilization below 25% above 25% above 50%
Eurodollar Loans 1.500% 1.750% 2.000%
Base Rate Loans 0.500% 0.750% 1.000%
Commitment Fee 0.375% 0.375% 0.500%
"""
    lexicon = lexicon_of(margin=[grid("eurodollar")], fee=[grid("commitment fee")])
    assert (await read(ask, lexicon, text)).value == "2%"
    assert (await read(ask, lexicon, text, "fee")).value == "0.5%"


async def test_a_value_belongs_to_the_tranche_named_right_behind_it(ask, lexicon_of):
    text = """The Bank agrees to make a loan of up to $15,000,000 (the "Term Commitment").

The Bank agrees to make loans of up to $30,000,000 (the "Revolving Commitment").

Interest is LIBOR plus 2.75% for the Term Commitment and 2.25% for the Revolving Commitment.
"""
    finder = {"kind": "pattern", "regex": "(?P<value>[0-9.]+%)", "requires": ["interest is"]}
    rows = await ask(text, lexicon_of(margin=[finder]))
    assert {(row.facilities, row.value) for row in rows if row.field == "margin"} == {
        (("Term Commitment",), "2.75%"),
        (("Revolving Commitment",), "2.25%"),
    }


TRANCHES = """
"Facility A Commitment" means the commitment to lend under Facility A.

"Facility B Commitment" means the commitment to lend under Facility B.

"""


@pytest.mark.parametrize(
    "table",
    [
        "Leverage | Facility A | Facility B\nabove 3 | 2.25% | 2.75%\nbelow 3 | 2.00% | 2.50%\n",
        "Facility | Close to 2020 | After 2020\nFacility A | 2.25% | 2.50%\n"
        "Facility B | 2.75% | 3.00%\n",
    ],
    ids=["columns", "rows and periods"],
)
async def test_figures_of_a_grid_go_to_the_tranches_of_its_heads(ask, lexicon_of, table):
    text = f'{TRANCHES}"Margin" means the rate below:\n\n{table}'
    finder = grid("eurodollar", terms=["margin"], by_entity=True)
    rows = [row for row in await ask(text, lexicon_of(margin=[finder])) if row.field == "margin"]
    assert {name: row.value for row in rows for name in row.facilities} == {
        "Facility A": "2.25%",
        "Facility B": "2.75%",
    }


async def test_a_level_is_at_closing_where_a_grid_lies_on_its_side(ask, lexicon_of):
    text = """"Loan" means the loan.

"Applicable Rate" means the rate below. On the Closing Date Category 2 applies:

Utilization Category 1 Category 2 Category 3
Eurodollar Loans 1.500% 1.750% 2.000%
Base Rate Loans 0.500% 0.750% 1.000%
"""
    closing = r"closing date category (?P<level>\d)"
    row = await read(ask, lexicon_of(margin=[grid("eurodollar", closing=[closing])]), text)
    assert (row.value, row.qualifiers["rule"]) == ("1.75%", "level at closing")
