"""A user's own JSON Schema with everything that one may have, and what it is read from."""

from factsheet_schemas.own import compile_schema

LOAN = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Loan",
    "type": "object",
    "required": ["borrower"],
    "properties": {
        "borrower": {"type": "string", "description": "Legal name of the borrower"},
        "lenders": {"type": "array", "items": {"type": "string", "description": "name of a bank"}},
        "limit": {
            "type": "object",
            "required": ["amount", "currency"],
            "properties": {
                "amount": {"anyOf": [{"type": "number"}, {"type": "null"}]},
                "currency": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            },
        },
        "terms": {
            "type": "object",
            "properties": {
                "kind": {"enum": ["term", "revolving", None], "x-owner": "credit"},
                "signed": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
                "secured": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
                "purpose": {"type": "string"},
                "version": {"const": 2},
            },
        },
        "tranches": {"type": "array", "items": {"$ref": "#/$defs/Tranche"}},
    },
    "$defs": {
        "Tranche": {
            "title": "Tranche",
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string"},
                "margin": {"type": "number", "description": "percent per annum"},
                "fees": {"type": "array", "items": {"$ref": "#/$defs/Fee"}},
            },
        },
        "Fee": {
            "title": "Fee",
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "rate": {"type": "number", "description": "percent"},
            },
        },
    },
}

TEXT = """Alpha Ltd is the borrower.
Bank One and Bank Two are lenders.

The limit is EUR 250m.

It is a term loan signed on 3 May 2024.

Tranche A bears 2.25 per cent.

Tranche B bears 3.25 per cent.

Bank Three is a lender.

The loan is there to buy a ship, and for nothing else whatsoever.
"""

SCRIPT = {
    "Alpha": [("borrower", (), "Alpha Ltd")],
    "Bank One": [("lenders", (), "Bank One; Bank Two")],
    "Bank Three": [("lenders", (), "Bank Three")],
    "EUR 250m": [("limit", (), "EUR 250m")],
    "term loan": [("terms_kind", (), "term"), ("signed", (), "3 May 2024")],
    "Tranche A": [("detect", (), "Tranche A"), ("margin", ("Tranche A",), "2.25%")],
    "Tranche B": [("detect", (), "Tranche B"), ("margin", ("Tranche B",), "3.25%")],
    "to buy": [("purpose", (), "the purchase of a vessel")],
}
"""For ``ScriptedEngine``: what is found where; the purpose in other words than the text's."""


def own_loan():
    """The compiled schema."""
    return compile_schema("loan", LOAN)


def with_properties(**properties):
    """A schema with these properties only."""
    return compile_schema("x", {"type": "object", "properties": properties})
