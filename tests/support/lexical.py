"""A small schema with the words of loans, and documents cut into windows."""

from __future__ import annotations

import hashlib
import re

from factsheet_schemas import DocumentStatus, Schema
from factsheet_schemas.catalog import parse_schema
from factsheet_service.core.document import Document, Line, Page, Window

LINES_PER_WINDOW = 40


def field(key: str, kind: str, scope: str = "loan", **more: object) -> dict[str, object]:
    return {"key": key, "label": key.replace("_", " "), "type": kind, "scope": scope, **more}


FIELDS = [
    field("lender", "text", "deal"),
    field("name", "text"),
    field("kind", "enum", options=[{"value": "Term"}, {"value": "Revolving"}]),
    field("limit", "amount"),
    field("signed", "date", aliases=["closing date"]),
    field("maturity", "date"),
    field("margin", "percent"),
    field("fee", "percent"),
    field("copied_fee", "percent"),
    field("floor", "percent"),
    field("syndicated", "yes_no", "deal"),
    field("tenor", "tenor_set"),
    field("drawing", "clause"),
    field("rows", "schedule"),
]


def loans() -> Schema:
    data = {
        "name": "loans",
        "version": "1",
        "title": "Loans",
        "subject": {"kind": "folder", "label": "company"},
        "entities": [
            {
                "key": "loan",
                "label": "loan",
                "plural": "loans",
                "name_field": "name",
                "description": "a tranche",
                "unnamed": "The loan",
            }
        ],
        "groups": [{"key": "all", "title": "All", "fields": FIELDS}],
        "anchors": [
            {"field": "signed", "phrases": ["date of this Agreement", "Closing Date"]},
            {"field": "maturity", "phrases": ["Maturity Date"]},
        ],
    }
    return parse_schema(data, "test")


ENTITY = {
    "heads": ["facilit(?:y|ies)", "lines? of credit", "loans?", "commitments?"],
    "followers": ["lenders?"],
    "fillers": ["term", "loan", "credit", "tranche", "facility"],
    "leads": ["total", "aggregate", "the"],
    "designated": ["(?-i:Facility [A-Z])(?= |$)"],
    "excluded": ["swing", "letters? of credit", "incremental", "existing", "eurodollar"],
    "committed": "(?:commitments?|facility)$",
    "promise": "agrees? to make|make available",
    "single": ["facility", "loans?", "commitments?"],
    "kinds": [
        {"key": "revolving", "names": "revolv", "context": "reborrow"},
        {"key": "term", "names": "term|facility [ab]", "context": "term loan"},
    ],
}


def document_of(text: str) -> Document:
    sha = hashlib.sha256(text.encode()).hexdigest()
    return Document(
        id=sha[:16],
        name="a.txt",
        sha256=sha,
        media_type="text/plain",
        status=DocumentStatus.OK,
        text=text,
        pages=(Page(1, 0, len(text)),),
    )


def windows_of(document: Document) -> list[Window]:
    found = list(re.finditer(r"[^\n]*\S[^\n]*", document.text))
    windows = []
    for first in range(0, len(found), LINES_PER_WINDOW):
        lines = tuple(
            Line(number, match.start(), match.end(), match.group())
            for number, match in enumerate(found[first : first + LINES_PER_WINDOW], start=1)
        )
        windows.append(Window(document, len(windows), (), None, lines, 100))
    return windows
