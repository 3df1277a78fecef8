"""Small records for tests of reports and commands."""

from factsheet_schemas import (
    DocumentRecord,
    DocumentStatus,
    Evidence,
    FacilityRecord,
    FieldValue,
    Level,
    Origin,
    Record,
    Status,
)
from factsheet_schemas.record import Conflict, Coverage, RunInfo, Usage


def make_evidence(quote="the margin is 2.25 per cent.", page=12, name="Facilities_Agreement.pdf"):
    return Evidence(
        document="d1", document_name=name, page=page, start=0, end=len(quote), quote=quote
    )


def present(value, quote="as written", **changes):
    """A value that was found, surely."""
    slots = {
        "status": Status.PRESENT,
        "value": value,
        "confidence": 0.93,
        "level": Level.HIGH,
        "evidence": (make_evidence(quote),),
        "origin": Origin.SWEEP,
    }
    return FieldValue(**{**slots, **changes})


def absent(status=Status.NOT_FOUND, **changes):
    """A cell without a value."""
    return FieldValue(status=status, **changes)


def make_document_record(name="Facilities_Agreement.pdf", **changes):
    slots = {
        "id": "d1",
        "name": name,
        "sha256": "ab" * 32,
        "media_type": "application/pdf",
        "status": DocumentStatus.OK,
        "pages": 40,
        "characters": 90_000,
        "role": "agreement",
    }
    return DocumentRecord(**{**slots, **changes})


UNREAD = make_document_record(
    "Scan.pdf", id="d2", status=DocumentStatus.NEEDS_OCR, reason="no text on 7 pages", pages=7
)


def make_record(**changes):
    """Two facilities of one deal in the schema of ``support.build``."""
    slots = {
        "company": "Norrvind",
        "documents": (make_document_record(), UNREAD),
        "deal": {
            "borrower": present("Norrvind Wind AS", "Norrvind Wind AS (the Borrower)"),
            "signed": present({"date": "2024-06", "precision": "month"}, "dated 28 June 2024"),
        },
        "facilities": (
            FacilityRecord(
                id="f1",
                name="Facility A",
                fields={
                    "name": present("Facility A"),
                    "limit": present({"amount": 250_000_000, "currency": "EUR"}),
                    "margin": present(2.25, level=Level.MEDIUM, confidence=0.6),
                    "matures": absent(Status.POSSIBLY_PRESENT, evidence=(make_evidence(page=3),)),
                    "hedged": absent(Status.NOT_FOUND),
                    "hedge_rate": absent(Status.NOT_APPLICABLE),
                },
            ),
            FacilityRecord(
                id="f2",
                name="Facility B",
                fields={
                    "name": present("Facility B"),
                    "limit": absent(Status.FAILED, reason="answer cut off twice"),
                    "margin": absent(Status.NOT_ASKED),
                },
            ),
        ),
        "coverage": Coverage(
            windows=10,
            windows_asked=10,
            questions_planned=30,
            questions_answered=29,
            questions_failed=1,
            documents_read=1,
            documents_not_read=1,
        ),
        "conflicts": (
            Conflict(field="margin", facility="f1", message="2.25% in one place, 2.50% in another"),
        ),
        "warnings": ("The term sheet is a draft.",),
        "run": RunInfo(
            id="r1",
            schema_name="loans",
            schema_version="1",
            engine="lexical",
            started_at="2026-01-01T00:00:00+00:00",
            seconds=3.2,
            usage=Usage(calls=30, prompt_tokens=1000, cached_tokens=800, output_tokens=50),
            is_complete=False,
        ),
    }
    return Record(**{**slots, **changes})
