import pytest
from factsheet_service.core.questions import Kind
from support.build import make_document, make_schema

from bench.accounts import EVERY, SWEEP, pooled
from bench.companies import Company
from bench.token_tables import part_table, table
from bench.tokens import counted

TEXT = "Facility A is a loan of EUR 250,000,000. The Margin on Facility A is 2.25 per cent. a year."
SCHEMA = make_schema()
BOOK = {
    "rows": [["Facility A"]],
    "decoys": [],
    "items": [
        {
            "field": "limit",
            "names": ["Facility A"],
            "value": "EUR 250,000,000",
            "quotes": ["a loan of EUR 250,000,000"],
            "terms": [""],
            "needs_all": False,
            "is_table": False,
            "is_core": True,
        },
    ],
}


def words(texts):
    return {text: len(text.split()) for text in texts}


@pytest.fixture(scope="module")
def account():
    company = Company("one", (make_document(TEXT),), (BOOK,))
    return counted(company, SCHEMA, words)


def test_every_question_of_the_sweep_is_counted(account):
    calls = {key: part.calls for key, part in account.parts.items() if key[0] == "sweep"}

    assert calls == {
        ("sweep", Kind.DETECT): 1,
        ("sweep", Kind.GROUP): len(SCHEMA.groups),
        ("sweep", Kind.VERIFY): 1,
    }


def test_an_empty_answer_is_counted_apart(account):
    part = account.parts["sweep", Kind.GROUP]

    assert (part.rows, part.empty, part.output_empty) == (1, 1, 2)


def test_a_window_is_paid_for_once_in_the_sweep(account):
    tails = [account.parts["sweep", kind] for kind in SWEEP]
    template = sum(part.calls for part in tails) * 14
    behind = sum(part.question for part in tails)

    assert account.uncached(SWEEP, ["sweep"]) == account.system + account.window + behind + template


def test_verification_comes_on_top(account):
    assert account.uncached(EVERY, ["sweep"]) > account.uncached(SWEEP, ["sweep"])


def test_values_are_counted_company_by_company(account):
    assert (account.values, pooled([account, account]).values) == (1, 2)


def test_the_system_prompt_is_counted_once_for_all_companies(account):
    assert pooled([account, account]).system == account.system


def test_the_tables_have_a_line_per_company_and_per_kind_of_question(account):
    assert len(table([account]).splitlines()) == 3
    assert len(part_table(account).splitlines()) == 2 + len(account.parts)
