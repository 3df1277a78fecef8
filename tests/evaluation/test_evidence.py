"""Evidence that is what it says."""

from __future__ import annotations

import pytest
from factsheet_schemas import FieldValue, Status
from factsheet_service.evaluation.evidence import check_evidence
from support.scoring import DOCUMENT, cite, facility, present, record

TEXT = "The Margin is 2.25 per cent. per annum."
GOOD = cite(TEXT, "2.25 per cent.")


def test_a_verbatim_quote_passes():
    check = check_evidence(record(facility("A", margin=present(2.25, GOOD))), {DOCUMENT: TEXT})
    assert (check.num_present, check.share, check.failures) == (1, 1.0, ())


@pytest.mark.parametrize(
    "evidence",
    [
        (),
        (GOOD, GOOD.model_copy(update={"start": GOOD.start - 1})),
        (GOOD.model_copy(update={"quote": "2.25%"}),),
        (GOOD.model_copy(update={"document": "unknown"}),),
        (GOOD.model_copy(update={"start": 3, "end": 3, "quote": ""}),),
    ],
)
def test_no_evidence_or_any_that_is_not_verbatim_fails(evidence):
    check = check_evidence(record(facility("A", margin=present(2.25, *evidence))), {DOCUMENT: TEXT})
    assert check.failures == ("A: margin",)


def test_only_present_values_are_checked():
    possible = FieldValue(status=Status.POSSIBLY_PRESENT, value=2.25)
    assert check_evidence(record(margin=possible), {DOCUMENT: TEXT}).share is None
