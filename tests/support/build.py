"""Small documents, schemas and windows for tests."""

import hashlib

from factsheet_schemas import DocumentStatus, Evidence, Schema
from factsheet_service.core.document import Document, Page, Window
from factsheet_service.core.reconcile.evidence import evidence
from factsheet_service.core.windows import cut_windows

SCHEMA = {
    "name": "loans",
    "version": "1",
    "title": "Loans",
    "subject": {"kind": "folder", "label": "company"},
    "entities": [
        {
            "key": "facility",
            "label": "facility",
            "plural": "facilities",
            "name_field": "name",
            "description": "a tranche with a commitment of its own",
            "unnamed": "Primary Facility",
            "generic_words": ["facility", "loan", "commitment", "the"],
            "synonyms": {"rcf": "revolving"},
        }
    ],
    "groups": [
        {
            "key": "basics",
            "title": "Basics",
            "fields": [
                {"key": "borrower", "label": "Borrower", "type": "text", "scope": "deal"},
                {"key": "name", "label": "Facility name", "type": "text", "scope": "facility"},
                {
                    "key": "limit",
                    "label": "Limit",
                    "type": "amount",
                    "scope": "facility",
                    "aliases": ["commitment"],
                },
                {"key": "signed", "label": "Signing date", "type": "date", "scope": "deal"},
                {"key": "matures", "label": "Maturity", "type": "date", "scope": "facility"},
            ],
        },
        {
            "key": "prices",
            "title": "Pricing",
            "merge_with": "basics",
            "fields": [
                {
                    "key": "margin",
                    "label": "Margin",
                    "type": "percent",
                    "scope": "facility",
                    "aliases": ["spread"],
                },
                {"key": "hedged", "label": "Hedged?", "type": "yes_no", "scope": "facility"},
                {
                    "key": "hedge_rate",
                    "label": "Hedge rate",
                    "type": "percent",
                    "scope": "facility",
                    "applies_if": {"field": "hedged", "values": ["Yes"]},
                },
                {
                    "key": "hedge_notional",
                    "label": "Notional",
                    "type": "amount",
                    "scope": "facility",
                },
                {"key": "hedge_share", "label": "Share", "type": "percent", "scope": "facility"},
            ],
        },
    ],
    "roles": [
        {
            "key": "amendment",
            "label": "Amendment",
            "precedence": 60,
            "amends": True,
            "title_patterns": ["amendment agreement"],
            "change_patterns": ["shall be replaced"],
        },
        {
            "key": "term_sheet",
            "label": "Term sheet",
            "precedence": 20,
            "is_binding": False,
            "title_patterns": ["term sheet"],
        },
        {
            "key": "agreement",
            "label": "Agreement",
            "precedence": 50,
            "title_patterns": ["facilities agreement"],
        },
    ],
    "rules": [
        {
            "kind": "implies",
            "number": 2,
            "fields": ["hedge_rate", "hedge_notional"],
            "then": {"field": "hedged", "values": ["Yes"]},
            "message": "hedge details were found",
        },
        {
            "kind": "requires",
            "number": 3,
            "when": {"field": "hedged", "values": ["Yes"]},
            "fields": ["hedge_rate", "hedge_notional"],
            "message": "hedged, but without details",
        },
        {
            "kind": "ordered",
            "number": 12,
            "first": "signed",
            "second": "matures",
            "message": "matures before it begins",
        },
    ],
    "quotients": [{"field": "hedge_share", "numerator": "hedge_notional", "denominator": "limit"}],
    "anchors": [{"field": "signed", "phrases": ["Signing Date"]}],
}


def make_schema(**changes: object) -> Schema:
    """The small loan schema, changed at its top level."""
    return Schema.model_validate({**SCHEMA, **changes})


def make_document(text: str, name: str = "agreement.txt") -> Document:
    """A document of one page that was read without trouble."""
    digest = hashlib.sha256((name + text).encode()).hexdigest()
    pages = (Page(1, 0, len(text)),)
    return Document(
        digest[:16], name, digest, "text/plain", DocumentStatus.OK, text=text, pages=pages
    )


def make_window(text: str, name: str = "agreement.txt") -> Window:
    """The only window of a short document."""
    (window,) = cut_windows(make_document(text, name), 10_000)
    return window


def cite(document: Document, words: str) -> Evidence:
    """Evidence at the first place of some words in a document."""
    start = document.text.index(words)
    return evidence(document, (start, start + len(words)))
