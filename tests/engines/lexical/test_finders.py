import pytest

LOAN = '"Loan" means the loan made under this Agreement.\n\n'


async def found(ask, lexicon_of, field, text, *finders):
    rows = await ask(LOAN + text, lexicon_of(**{field: list(finders)}))
    return [row.value for row in rows if row.field == field]


async def test_a_definition_gives_the_value_of_its_field_type(ask, lexicon_of):
    finder = {"kind": "definition", "terms": ["commitment fee rate"]}
    text = '"Commitment Fee Rate": .375% per annum.\n'
    assert await found(ask, lexicon_of, "fee", text, finder) == ["0.375%"]


async def test_a_definition_is_followed_through_the_terms_it_names(ask, lexicon_of):
    finder = {"kind": "definition", "terms": ["final date"], "follow": 1}
    text = '"Final Date" means the Expiry Date.\n\n"Expiry Date" means 30 June 2030.\n'
    assert await found(ask, lexicon_of, "maturity", text, finder) == ["2030-06-30"]


async def test_a_date_is_counted_from_its_anchor_and_cites_both(ask, lexicon_of):
    signed = {"kind": "pattern", "regex": "agreement is dated (?P<value>[^.]+)"}
    maturity = {"kind": "definition", "terms": ["maturity date"]}
    text = (
        "This Agreement is dated April 6, 2023.\n\n"
        '"Closing Date" means the date of this Agreement.\n\n'
        '"Maturity Date" means the third anniversary of the Closing Date.\n'
    )
    rows = await ask(LOAN + text, lexicon_of(signed=[signed], maturity=[maturity]))
    row = next(row for row in rows if row.field == "maturity")
    assert row.value == "2026-04-06"
    assert row.qualifiers == {"anchor": "Closing Date", "offset": "P3Y"}
    cited = [(LOAN + text)[start:end] for start, end in row.spans]
    assert cited[0].endswith("third anniversary of the Closing Date")
    assert "April 6, 2023" in cited[1]


async def test_a_date_counted_from_an_event_without_date_gives_no_row(ask, lexicon_of):
    finder = {"kind": "definition", "terms": ["maturity date"]}
    text = '"Maturity Date" means the fifth anniversary of the Conversion Date.\n'
    assert await found(ask, lexicon_of, "maturity", text, finder) == []


async def test_an_inline_definition_takes_the_value_before_it(ask, lexicon_of):
    finder = {"kind": "definition", "terms": ["maturity date"]}
    text = 'It was signed on 1 May 2005 and shall be paid on May 1, 2012 (the "Maturity Date").\n'
    assert await found(ask, lexicon_of, "maturity", text, finder) == ["2012-05-01"]


async def test_a_pattern_respects_what_it_requires_and_forbids(ask, lexicon_of):
    finder = {
        "kind": "pattern",
        "regex": r"fee of (?P<value>[0-9.]+%)",
        "requires": ["undrawn"],
        "forbids": ["waived"],
    }
    text = (
        "A fee of 1.00% is due.\n\nA fee of 0.40% on undrawn sums is due.\n\n"
        "A fee of 0.60% on undrawn sums is waived.\n"
    )
    assert await found(ask, lexicon_of, "fee", text, finder) == ["0.4%"]


async def test_no_fee_and_unspecified_fee_give_no_row(ask, lexicon_of):
    finder = {
        "kind": "pattern",
        "regex": r"commitment fee[^.]{0,60}?(?P<value>[0-9.]+%|not specified)",
        "forbids": ["no commitment fee"],
    }
    text = "No commitment fee exceeds 0.50%.\n\nThe commitment fee is not specified.\n"
    assert await found(ask, lexicon_of, "fee", text, finder) == []


async def test_a_pattern_can_say_what_its_figure_is_a_share_of(ask, lexicon_of):
    finder = {
        "kind": "pattern",
        "regex": "(?P<value>[0-9]+ per cent[.]) of the applicable Margin",
        "written": "{} of margin",
    }
    text = "A fee at the rate of 40 per cent. of the applicable Margin.\n"
    assert await found(ask, lexicon_of, "fee", text, finder) == ["40% of margin"]


async def test_presence_means_its_value_unless_the_document_says_otherwise(ask, lexicon_of):
    several = {"kind": "presence", "regex": "several lenders"}
    one = {"kind": "presence", "regex": '"lender"', "unless": '"lenders"', "value": "No"}
    assert await found(ask, lexicon_of, "syndicated", "The several lenders.\n", several) == ["Yes"]
    assert await found(ask, lexicon_of, "syndicated", 'A bank ("Lender").\n', several, one) == [
        "No"
    ]
    both = 'A bank ("Lender") and banks ("Lenders").\n'
    assert await found(ask, lexicon_of, "syndicated", both, several, one) == []


async def test_a_clause_is_the_sentence_of_its_match(ask, lexicon_of):
    finder = {"kind": "clause", "regex": "agrees to make"}
    text = "Terms apply. The Bank agrees to make one advance of U.S. dollars. Notice is due.\n"
    assert await found(ask, lexicon_of, "drawing", text, finder) == [
        "The Bank agrees to make one advance of U.S. dollars."
    ]


@pytest.mark.parametrize(
    "text",
    [
        'between ACME WIDGETS, INC., a Delaware corporation (the "Borrower"), and the Bank.\n',
        '"Borrower" means ACME WIDGETS, INC., a Delaware corporation.\n',
        "CREDIT AGREEMENT among ACME WIDGETS, INC., as Borrower, and the Bank.\n",
        '(1) ACME WIDGETS, INC., a company incorporated in Norway with number 912 (the "Borrower");\n',
    ],
)
async def test_a_party_is_known_by_its_role(ask, lexicon_of, text):
    finder = {"kind": "party", "roles": ["borrower"]}
    assert await found(ask, lexicon_of, "lender", text, finder) == ["ACME WIDGETS, INC."]


async def test_parties_that_bear_a_role_together_are_joined(ask, lexicon_of):
    finder = {"kind": "party", "roles": ["borrower"]}
    text = (
        "It is between ALPHA, INC., a Florida corporation; and BETA, LTD., a Florida partnership "
        '(collectively, the "Borrower").\n'
    )
    assert await found(ask, lexicon_of, "lender", text, finder) == ["ALPHA, INC.; BETA, LTD."]


async def test_a_value_can_be_that_of_another_field(ask, lexicon_of):
    margin = {"kind": "definition", "terms": ["margin"]}
    same = {"kind": "same_as", "regex": "fee equal to the Margin", "field": "margin"}
    text = '"Margin" means 1.75%.\n\nThe Borrower pays a fee equal to the Margin.\n'
    rows = await ask(LOAN + text, lexicon_of(margin=[margin], copied_fee=[same]))
    row = next(row for row in rows if row.field == "copied_fee")
    assert row.value == "1.75%"
    assert len(row.spans) == 2


async def test_tenors_are_a_set(ask, lexicon_of):
    finder = {"kind": "definition", "terms": ["interest period"]}
    text = '"Interest Period" means one week or one, two, three or six months.\n'
    assert await found(ask, lexicon_of, "tenor", text, finder) == ["1W, 1M, 2M, 3M, 6M"]


async def test_a_label_row_gives_its_value(ask, lexicon_of):
    finder = {"kind": "label", "labels": ["final maturity"]}
    text = "Final Maturity | 31 December 2038\n"
    assert await found(ask, lexicon_of, "maturity", text, finder) == ["2038-12-31"]


async def test_a_name_does_not_run_over_a_blank_line(ask, lexicon_of):
    finder = {"kind": "party", "roles": ["borrower"]}
    text = "The Parent\n\nACME WIDGETS, INC., as Borrower\n"
    assert await found(ask, lexicon_of, "lender", text, finder) == ["ACME WIDGETS, INC."]


async def test_a_negation_wins_by_its_score(ask, lexicon_of):
    yes = {"kind": "presence", "regex": "excess cash flow", "score": 0.7}
    no = {
        "kind": "presence",
        "regex": "no obligation to prepay[^.]+excess cash flow",
        "value": "No",
        "score": 0.8,
    }
    text = "There is no obligation to prepay the Loan out of excess cash flow.\n"
    assert await found(ask, lexicon_of, "syndicated", text, yes, no) == ["No"]


TWO = """
"Facility A Commitment" means the commitment to lend under Facility A.

"Facility B Commitment" means the commitment to lend under Facility B.

"""


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("Facility A bears 2.00%.\n", {"Facility A", "Facility B"}),
        ("Facility A bears 2.00%. The limit of Facility B is $100.\n", {"Facility A"}),
    ],
    ids=["nothing else", "what excludes it"],
)
async def test_an_only_value_is_shared_by_those_without_one(ask, lexicon_of, text, shared):
    lexicon = lexicon_of(
        limit=[{"kind": "pattern", "regex": "limit of .{0,20}"}],
        margin=[
            {"kind": "pattern", "regex": "bears (?P<value>[0-9.]+%)"},
            {"kind": "shared", "without": "limit", "score": 0.6},
        ],
    )
    rows = [row for row in await ask(TWO + text, lexicon) if row.field == "margin"]
    assert {
        name for row in rows for name in row.facilities or ("Facility A", "Facility B")
    } == shared
