from factsheet_service.core.windows import estimate_tokens
from support.build import make_document

from bench.burying import ADDED_TOKENS, blocks_without_evidence, buried
from bench.companies import Company
from bench.quotes import quoted

CLAUSE = "Each notice under this agreement is given in writing and sent by post to the Agent. "
LIMIT = "The Limit under Facility A is EUR 5,000,000 in all."


def company(text, *quotes):
    item = {"field": "limit", "needs_all": False, "quotes": list(quotes)}
    return Company("one", (make_document(text),), ({"items": [item]},))


LONG = company("\n\n".join(f"{n}. {CLAUSE * 30}" for n in range(9)) + f"\n\n{LIMIT}", LIMIT)
SHORT = company(
    f"AGREEMENT\n\n{CLAUSE}\n\nThe Margin is 2 per cent.\n\n{CLAUSE}", "The Margin is 2"
)


def blocks():
    return list(blocks_without_evidence(LONG, quoted(LONG)))


def test_blocks_hold_no_evidence():
    text = "\n".join(blocks())
    assert "each notice" in text.casefold()
    assert "Facility A" not in text


def test_a_short_agreement_becomes_long_and_keeps_its_paragraphs():
    deep = buried(SHORT, blocks() * 20, seed=1)
    text = deep.documents[0].text
    assert estimate_tokens(text) > ADDED_TOKENS
    assert text.startswith("AGREEMENT")
    assert len(quoted(deep)) == 1


def test_the_same_seed_buries_in_the_same_way():
    one, two = (buried(SHORT, blocks(), seed=3).documents[0].id for _ in range(2))
    assert one == two
