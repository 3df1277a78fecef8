"""Builds the documents of the example company from their sources.

    python build.py [FOLDER]

The dates inside the files are fixed: a rebuild gives the same text, and the gold quotes stay true.
"""

from __future__ import annotations

import re
import shutil
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import to_docx
import to_pdf
import to_xlsx
from markup import read

SOURCE = Path(__file__).parent
COMPANY = SOURCE.parent / "kaarnavuori_wind"
AGREEMENT = to_pdf.Look(
    title="Facilities Agreement - Kaarnavuori Tuulivoima Oy",
    header="Kaarnavuori Wind Farm - Facilities Agreement",
    date=datetime(2024, 6, 28, 12, 0),
)
TERM_SHEET = to_pdf.Look(
    title="Indicative Term Sheet - Kaarnavuori Wind Farm",
    header="Kaarnavuori Wind Farm - Indicative Term Sheet - 9 February 2024",
    date=datetime(2024, 2, 9, 12, 0),
    size_pt=11,
    leading=1.45,
    has_cover=False,
)
AMENDED = datetime(2025, 3, 17, 12, 0)
MODELLED = datetime(2024, 5, 31, 12, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def main(company: Path) -> None:
    """Build every document into the company's folder and print the page counts."""
    company.mkdir(parents=True, exist_ok=True)
    agreement = read(sorted((SOURCE / "agreement").glob("*.md")))
    print(
        "agreement pages:",
        to_pdf.write(agreement, AGREEMENT, company / "Facilities_Agreement_2024-06-28.pdf"),
    )
    sheet = read([SOURCE / "term_sheet.md"])
    print(
        "term sheet pages:", to_pdf.write(sheet, TERM_SHEET, company / "Term_Sheet_2024-02-09.pdf")
    )
    _build_amendment(company / "Amendment_No1_2025-03-17.docx")
    _build_model(company / "Base_Case_Summary_2024-05.xlsx")
    shutil.copyfile(SOURCE / "covering_note.eml", company / "Covering_Note_2025-03-18.eml")


def _build_amendment(path: Path) -> None:
    blocks = read([SOURCE / "amendment.md"])
    header = "Kaarnavuori Wind Farm - First Amendment Agreement"
    to_docx.write(blocks, "First Amendment Agreement", header, AMENDED, path)
    freeze_zip(path, AMENDED)


def _build_model(path: Path) -> None:
    to_xlsx.write(read([SOURCE / "base_case.md"]), MODELLED, path)
    freeze_zip(path, MODELLED)


def freeze_zip(path: Path, date: datetime) -> None:
    """Rewrite an Office file with fixed dates; otherwise its bytes change with every build."""
    with zipfile.ZipFile(path) as old:
        entries = [
            (name, _freeze_modified(old.read(name), date)) for name in sorted(old.namelist())
        ]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in entries:
            info = zipfile.ZipInfo(name, date.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, data)


def _freeze_modified(data: bytes, date: datetime) -> bytes:
    """openpyxl writes the time of saving over the date it is given."""
    return _MODIFIED.sub(rb"\g<1>" + f"{date:%Y-%m-%dT%H:%M:%SZ}".encode(), data)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else COMPANY)
