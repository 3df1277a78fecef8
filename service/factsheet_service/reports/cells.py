"""What one value looks like in a report, and which value a row shows."""

from __future__ import annotations

import re

from factsheet_schemas import Evidence, FacilityRecord, FieldSpec, FieldValue, Record, Status

from factsheet_service.core.normalise import render

NOT_ASKED = FieldValue(status=Status.NOT_ASKED)
WORD_OF_STATUS = {
    Status.POSSIBLY_PRESENT: "NOT_FOUND",  # not to be relied on, so not shown as a value
    Status.NOT_FOUND: "NOT_FOUND",
    Status.NOT_APPLICABLE: "N/A",
    Status.NOT_ASKED: "NOT_EXTRACTED",
    Status.FAILED: "EXTRACTION_ERROR",
}
NUMBER = re.compile(r"[-+]?\d[\d,]*(\.\d+)? ?[%x]?")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def value_in(record: Record, facility: FacilityRecord | None, spec: FieldSpec) -> FieldValue:
    """The row's own value, else that of the row it lies within, else the deal's."""
    lineage = record.lineage(facility) if facility else ()
    held = (row.fields[spec.key] for row in lineage if spec.key in row.fields)
    return next(held, record.deal.get(spec.key, NOT_ASKED))


def shown(spec: FieldSpec, value: FieldValue) -> str:
    """The value as analysts write it; empty if there is none, whatever its status.

    A percentage of something else says of what: ``35.00% of margin``.
    """
    if value.value is None:
        return ""
    basis = value.qualifiers.basis or ""
    of_what = f" {basis.replace('_', ' ')}" if basis.startswith("of_") else ""
    return render(spec, value.value) + of_what


def sheet_text(spec: FieldSpec, value: FieldValue) -> str:
    """The cell of a sheet: the value if it is present, else the word for its status."""
    if value.status is Status.PRESENT:
        return shown(spec, value)
    return WORD_OF_STATUS[value.status]


def place(evidence: Evidence, width: int | None = None) -> str:
    """Where evidence stands: ``Facilities_Agreement.pdf p. 12`` or a sheet's range.

    At most ``width`` characters: the document's name is cut in its middle.
    """
    page = "" if evidence.page is None else f" p. {evidence.page}"
    where = f" {evidence.place}" if evidence.place else page
    name = evidence.document_name
    room = len(name) if width is None else max(width - len(where), 3)
    if len(name) > room:
        name = f"{name[: room // 2]}…{name[len(name) - (room - room // 2 - 1) :]}"
    return name + where


def inert(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would run it as a formula.

    Signed numbers stay numbers. The rule is OWASP's on CSV injection.
    """
    is_formula = text.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def one_line(text: str) -> str:
    """The text with all white space folded to single spaces."""
    return " ".join(text.split())


def shortened(text: str, width: int) -> str:
    """At most ``width`` characters of the folded text, an ellipsis at a cut."""
    folded = one_line(text)
    return folded if len(folded) <= width else folded[: width - 1].rstrip() + "…"
