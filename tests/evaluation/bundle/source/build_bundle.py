"""Builds the documents of the bundle from their sources, as the example company's are built.

    python build_bundle.py

Needs fpdf2, python-docx and openpyxl, see examples/credit_facility/README.md. The dates inside the
files are fixed: a rebuild gives the same text, and the gold quotes stay true.
"""

import shutil
import sys
from datetime import datetime
from pathlib import Path

SOURCE = Path(__file__).parent
TARGET = SOURCE.parent / "documents"
sys.path.insert(0, str(SOURCE.parents[3] / "examples" / "credit_facility" / "source"))

import to_docx  # noqa: E402 - found by the line above
import to_pdf  # noqa: E402
import to_xlsx  # noqa: E402
from build import freeze_zip  # noqa: E402
from markup import Block, read  # noqa: E402

PDFS = {
    "term_sheet": ("Term_Sheet_2020-11-05.pdf", datetime(2020, 11, 5)),
    "agreement": ("Facilities_Agreement_2021-03-12.pdf", datetime(2021, 3, 12)),
    "confirmation": ("Swap_Confirmation_2021-03-19.pdf", datetime(2021, 3, 19)),
    "amendment_2": ("Amendment_No2_2023-11-15.pdf", datetime(2023, 11, 15)),
    "restatement": ("Restated_Agreement_2025-05-20.pdf", datetime(2025, 5, 20)),
}
WORDS = {
    "amendment_1": ("Amendment_No1_2022-06-02.docx", datetime(2022, 6, 2)),
    "draft_amendment": ("Amendment_No3_2025-10-09.docx", datetime(2025, 10, 9)),
}
MODELLED = datetime(2021, 2, 26)


def main() -> None:
    """Build every document."""
    TARGET.mkdir(exist_ok=True)
    for name, (file, date) in PDFS.items():
        look = to_pdf.Look(
            title=file.split("_20")[0].replace("_", " "),
            header="Sallowmere solar farm",
            date=date,
            has_cover=name in ("agreement", "restatement"),
        )
        to_pdf.write(blocks(name), look, TARGET / file)
    for name, (file, date) in WORDS.items():
        to_docx.write(
            blocks(name), "Amendment Agreement", "Sallowmere solar farm", date, TARGET / file
        )
        freeze_zip(TARGET / file, date)
    to_xlsx.write(blocks("model"), MODELLED, TARGET / "Base_Case_2021-02-26.xlsx")
    freeze_zip(TARGET / "Base_Case_2021-02-26.xlsx", MODELLED)
    shutil.copyfile(SOURCE / "fee_letter.md", TARGET / "Fee_Letter_2021-03-12.txt")


def blocks(name: str) -> list[Block]:
    """The blocks of one source."""
    return read([SOURCE / f"{name}.md"])


if __name__ == "__main__":
    main()
