LIMIT = {"kind": "definition", "terms": ["commitment"]}
MATURITY = {"kind": "definition", "terms": ["maturity date"]}
ROWS = {"kind": "schedule", "regex": "shall repay", "whole": "limit", "end": "maturity"}
TERMS = '"Commitment" means $100,000,000.\n\n"Maturity Date" means March 31, 2003.\n\n'


async def schedule(ask, lexicon_of, text, **finder):
    lexicon = lexicon_of(limit=[LIMIT], maturity=[MATURITY], rows=[{**ROWS, **finder}])
    return [row.value for row in await ask(TERMS + text, lexicon) if row.field == "rows"]


async def test_rows_of_date_and_percentage(ask, lexicon_of):
    text = "It shall repay as follows:\n30 June 2022 2.50%\n31 December 2022 97.50%\n"
    assert await schedule(ask, lexicon_of, text) == ["2022-06 2.5%; 2022-12 97.5%"]


async def test_amounts_become_shares_of_the_whole_and_the_last_row_is_dated_by_a_term(
    ask, lexicon_of
):
    text = (
        "It shall repay as follows:\nJune 30, 2001 $20,000,000\nJune 30, 2002 $30,000,000\n"
        "Maturity Date $50,000,000\n"
    )
    assert await schedule(ask, lexicon_of, text) == ["2001-06 20%; 2002-06 30%; 2003-03 50%"]


async def test_regular_instalments_run_to_the_end_with_the_rest_at_last(ask, lexicon_of):
    text = (
        "The Borrower shall repay $25,000,000 quarterly from June 30, 2002, and the balance "
        "at the end.\n"
    )
    assert await schedule(ask, lexicon_of, text) == [
        "2002-06 25%; 2002-09 25%; 2002-12 25%; 2003-03 25%"
    ]


async def test_all_at_one_date_of_another_field(ask, lexicon_of):
    whole = {"kind": "whole", "regex": "repaid in full on the Maturity Date", "date": "maturity"}
    lexicon = lexicon_of(limit=[LIMIT], maturity=[MATURITY], rows=[whole])
    rows = await ask(f"{TERMS}Loans are repaid in full on the Maturity Date.\n", lexicon)
    assert [row.value for row in rows if row.field == "rows"] == ["2003-03 100%"]


async def test_a_period_of_instalments_is_spread_over_its_quarters(ask, lexicon_of):
    text = (
        "It shall repay as follows:\nJune 30, 2001 through December 31, 2001 $20,000,000\n"
        "June 30, 2002 $40,000,000\n"
    )
    assert await schedule(ask, lexicon_of, text) == [
        "2001-06 20%; 2001-09 20%; 2001-12 20%; 2002-06 40%"
    ]


async def test_dates_in_two_columns_are_put_in_order(ask, lexicon_of):
    text = (
        "It shall repay as follows: Date Amount Date Amount June 30, 2001 $20,000,000 "
        "June 30, 2002 $30,000,000 December 31, 2001 $25,000,000 December 31, 2002 $25,000,000\n"
    )
    assert await schedule(ask, lexicon_of, text) == [
        "2001-06 20%; 2001-12 25%; 2002-06 30%; 2002-12 25%"
    ]
