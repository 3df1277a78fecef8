from pathlib import Path

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.retrieval.vocabulary import Vocabulary
from support.build import make_document

AGREEMENTS = Path(__file__).parents[2] / "evaluation" / "agreements"
FILLER = (
    "The Borrower shall give each notice under this agreement in writing and send it to the"
    " address that the party concerned has named last, by courier or by registered post. "
)


@pytest.fixture(scope="session")
def credit():
    return load_schema("credit_facility")


@pytest.fixture(scope="session")
def vocabulary(credit):
    return Vocabulary(credit.groups)


@pytest.fixture(scope="session")
def long_agreement():
    """An agreement of our own with so much boilerplate around it that reading it all is a waste."""
    text = (AGREEMENTS / "dev_06_us_term_loan_b_sofr.txt").read_text("utf-8")
    parts = text.split("\n\n")
    boilerplate = "\n\n".join(f"{n}. NOTICES\n\n{FILLER * 4}" for n in range(100, 240))
    middle = len(parts) // 2
    return make_document("\n\n".join([*parts[:middle], boilerplate, *parts[middle:]]))
