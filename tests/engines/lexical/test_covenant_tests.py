"""The extension of covenant tests: a default level is no lock-up level."""

import pytest
from factsheet_schemas import ExtractOptions, Status
from factsheet_service.composition import build_operations
from factsheet_service.settings import AppSettings

TEXT = """CREDIT AGREEMENT dated 14 March 2024

The Borrower shall make no Distribution if the Historic DSCR is below 1.15:1.

The Borrower shall ensure that the Historic DSCR is at no time less than 1.05:1.

It is an Event of Default if the LLCR falls below 1.10:1.
"""


async def record_of(text, tmp_path, schema):
    (tmp_path / "agreement.txt").write_text(text)
    operations = build_operations(AppSettings(work=tmp_path / "work"))
    await operations.ingest("a", [tmp_path / "agreement.txt"])
    return await operations.extract("a", ExtractOptions(schema=schema))


async def test_levels_of_default_and_lock_up_are_told_apart(tmp_path):
    record = await record_of(TEXT, tmp_path, "credit_facility+covenant_tests")
    found = {
        key: record.deal[key].value for key in ("lockup_b_dscr", "default_b_dscr", "default_llcr")
    }
    assert found == {"lockup_b_dscr": 1.15, "default_b_dscr": 1.05, "default_llcr": 1.1}
    assert record.deal["default_f_dscr"].status is Status.NOT_FOUND


async def test_without_the_extension_none_of_it_is_in_the_record(tmp_path):
    record = await record_of(TEXT, tmp_path, "credit_facility")
    assert "default_b_dscr" not in record.deal


@pytest.mark.parametrize("field", ["lockup_b_dscr", "default_b_dscr"])
async def test_both_are_shown_by_their_own_sentence(tmp_path, field):
    record = await record_of(TEXT, tmp_path, "credit_facility+covenant_tests")
    words = {"lockup_b_dscr": "1.15", "default_b_dscr": "1.05"}
    assert words[field] in record.deal[field].evidence[0].quote
