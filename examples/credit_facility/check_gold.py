"""Checks that the gold of the example company is true to its documents.

    python check_gold.py [FOLDER]

Every quote must stand word for word in the document it names (white space folded), every document
must be there, and each of the 72 field ids must have exactly one place. Exits 1 and prints the
faults otherwise.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pypdfium2
from docx import Document
from docx.table import Table
from openpyxl import load_workbook

FOLDER = Path(__file__).parent
COMPANY = "kaarnavuori_wind"


def _ids(words: str) -> frozenset[str]:
    return frozenset(words.split())


KINDS = {"literal", "entailed", "derived", "clause"}
DEAL_FIELDS = _ids(
    """
    borrower_name senior_facility_name
    has_sponsor sponsor_name sponsor_ownership_pct has_holdco holdco_name
    sector_nace sector_aggregated project_country readiness readiness_year readiness_month
    completion_guarantee completion_guarantor dc_contractor_specified
    fixed_price_turnkey dc_contractor_name
    revenue_mitigant mitigant_type mitigant_guarantor mitigant_applied_to volume_constraint_type
    volume_covered_pct
    dsra covenants lockup_min_cash lockup_min_equity_reserve lockup_b_dscr lockup_f_dscr
    lockup_llcr lockup_icr lockup_net_debt_ebitda lockup_dividend_cover
    lockup_net_debt_rab lockup_debt_equity
    syndicated lender_of_interest_committed lender_share_pct
    """
)
FACILITY_FIELDS = _ids(
    """
    facility_name tranche_type currency credit_limit
    inception_date maturity_date expected_refinancing
    drawdown_schedule_text drawdown_schedule repayment_schedule_text repayment_schedule
    base_rate base_rate_tenor fixed_rate_pct spread_pct rate_floor_pct rate_cap_pct
    hedged hedge_type hedge_effective_date hedge_fixed_rate_pct hedge_maturity_date hedge_notional
    hedge_spread_pct hedge_pct
    cash_sweep sweep_structure sweep_predetermined_pct sweep_targeted_pct sweep_transmission_pct
    upfront_fee_pct commitment_fee_pct lc_fee_pct
    """
)
BEYOND_THE_72 = frozenset({"maintenance_covenants"})


def check(folder: Path = FOLDER) -> list[str]:
    """Return the faults of `folder`'s gold.json, none when it is sound."""
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    company = folder / COMPANY
    return [
        *_check_documents(gold, company),
        *check_places(gold),
        *check_quotes(gold, read_company(company)),
    ]


def _check_documents(gold: dict[str, Any], company: Path) -> Iterator[str]:
    present = {path.name for path in company.iterdir()}
    for name in sorted(present ^ set(gold["documents"])):
        yield f"{name}: in only one of the folder and the gold's list of documents"


def check_places(gold: dict[str, Any]) -> Iterator[str]:
    """Yield a fault for each field id that has no place, more than one, or the wrong scope."""
    places = _deal_places(gold)
    yield from _misplaced("deal", places, DEAL_FIELDS)
    yield from _misplaced("facility", _facility_places(gold), FACILITY_FIELDS)
    if len(DEAL_FIELDS | FACILITY_FIELDS) != 72:
        yield "the schema does not have 72 fields"


def _deal_places(gold: dict[str, Any]) -> Counter[str]:
    listed = [*gold["deal"], *gold["absent"]["deal"], *gold["unscored"]]
    return Counter(field for field in listed if field not in FACILITY_FIELDS | BEYOND_THE_72)


def _facility_places(gold: dict[str, Any]) -> Counter[str]:
    """A field that any facility values counts once: the facilities without it leave it out."""
    valued = {field for facility in gold["facilities"] for field in facility}
    unscored = [field for field in gold["unscored"] if field in FACILITY_FIELDS]
    return Counter([*valued, *gold["absent"]["facility"], *unscored])


def _misplaced(scope: str, places: Counter[str], fields: frozenset[str]) -> Iterator[str]:
    for field in sorted(fields | set(places)):
        if field not in fields:
            yield f"{scope}: {field} is no field of this scope"
        elif places[field] != 1:
            yield f"{scope}: {field} has {places[field]} places instead of one"


def check_quotes(gold: dict[str, Any], texts: dict[str, str]) -> Iterator[str]:
    """Yield a fault for each unknown kind and each quote that is not in its document."""
    for where, value in _values(gold):
        if value.get("kind") not in KINDS:
            yield f"{where}: unknown kind {value.get('kind')!r}"
        yield from _check_value(where, value, texts)


def _check_value(where: str, value: dict[str, Any], texts: dict[str, str]) -> Iterator[str]:
    text = texts.get(value["document"], "")
    for quote in [value["quote"], *value.get("quotes", [])]:
        if fold(quote) not in text:
            yield f"{where}: not in {value['document']}: {quote!r}"
    for former in value.get("superseded", []):
        yield from _check_value(f"{where} (superseded)", former, texts)


def _values(gold: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for scope in [gold["deal"], *gold["facilities"]]:
        name = scope["facility_name"]["value"] if "facility_name" in scope else "deal"
        for field, value in scope.items():
            yield f"{name}: {field}", value
            if field in BEYOND_THE_72:
                yield from (
                    (f"{name}: {field}: {entry['type']}", entry) for entry in value["value"]
                )


def read_company(company: Path) -> dict[str, str]:
    """Return the folded text of each document in the folder, by file name."""
    return {path.name: fold(_READERS[path.suffix](path)) for path in sorted(company.iterdir())}


def fold(text: str) -> str:
    """Fold white space: where a line breaks is no part of a quote."""
    return " ".join(text.split())


def _read_pdf(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def _read_docx(path: Path) -> str:
    """Paragraphs and tables in the order in which they stand in the document."""
    parts = Document(str(path)).iter_inner_content()
    return "\n".join(_table_text(part) if isinstance(part, Table) else part.text for part in parts)


def _table_text(table: Table) -> str:
    return "\n".join(" ".join(cell.text for cell in row.cells) for row in table.rows)


def _read_xlsx(path: Path) -> str:
    rows = (row for sheet in load_workbook(path) for row in sheet.iter_rows(values_only=True))
    return "\n".join(" ".join(str(cell) for cell in row if cell is not None) for row in rows)


def _read_eml(path: Path) -> str:
    return str(message_from_bytes(path.read_bytes(), policy=policy.default).get_content())


_READERS: dict[str, Callable[[Path], str]] = {
    ".pdf": _read_pdf,
    ".docx": _read_docx,
    ".xlsx": _read_xlsx,
    ".eml": _read_eml,
}


def main() -> int:
    """Print the faults; 0 when there are none."""
    faults = check(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    print("\n".join(faults) or "gold is sound")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
