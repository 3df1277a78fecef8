"""A fact sheet as one HTML page that needs nothing else: no script, no font, no picture.

Every value leads with one click to its sentence, marked in the text around it. All text is escaped
by the template engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from factsheet_schemas import Evidence, FacilityRecord, FieldSpec, FieldValue, Record, Schema
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from factsheet_service.core.document import Document
from factsheet_service.reports.cells import place, shown

from .data import Views

TEMPLATES = Path(__file__).with_name("templates")
CONTEXT_CHARS = 320  # shown on either side of a quote
BOUNDS = {"min": "below", "max": "above"}


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of evidence in its context, and the anchor that leads to it."""

    anchor: str
    where: str
    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class Quotes:
    """All evidence that the page shows, each once, numbered as it is first asked for."""

    documents: Mapping[str, Document]
    all: dict[tuple[str, int, int], Quote] = field(default_factory=dict)

    def anchor(self, cited: Evidence) -> str:
        """The anchor of a piece of evidence."""
        key = (cited.document, cited.start, cited.end)
        if key not in self.all:
            self.all[key] = self._quote(cited, f"e{len(self.all) + 1}")
        return self.all[key].anchor

    def _quote(self, cited: Evidence, anchor: str) -> Quote:
        document = self.documents.get(cited.document)
        text = document.text if document else ""
        is_there = text[cited.start : cited.end] == cited.quote
        before = text[max(0, cited.start - CONTEXT_CHARS) : cited.start] if is_there else ""
        after = text[cited.end : cited.end + CONTEXT_CHARS] if is_there else ""
        return Quote(anchor, place(cited), before, cited.quote, after)


@dataclass(frozen=True, slots=True)
class Part:
    """The deal or one row, with its cells in the schema's order."""

    title: str
    cells: tuple[tuple[FieldSpec, FieldValue], ...]


def html_page(
    record: Record, schema: Schema, views: Views, documents: Sequence[Document] = ()
) -> bytes:
    """The page: documents, values, views, then every quote in its context."""
    quotes = Quotes({document.id: document for document in documents})
    names = {document.id: document.name for document in record.documents}
    page = _environment().get_template("fact_sheet.html.j2")
    text = page.render(
        record=record,
        views=views,
        parts=list(_parts(record, schema)),
        labels={spec.key: spec.label for spec in schema.fields()},
        names=names,
        quotes=quotes,
        bounds=BOUNDS,
        place=place,
        shown=shown,
    )
    return text.encode()


def _parts(record: Record, schema: Schema) -> list[Part]:
    rows = [Part("Deal", _known(record.deal, schema))]
    return rows + [Part(record.called(row), _of_row(row, schema)) for row in record.facilities]


def _of_row(row: FacilityRecord, schema: Schema) -> tuple[tuple[FieldSpec, FieldValue], ...]:
    return _known(row.fields, schema)


def _known(
    cells: Mapping[str, FieldValue], schema: Schema
) -> tuple[tuple[FieldSpec, FieldValue], ...]:
    return tuple((spec, cells[spec.key]) for spec in schema.fields() if spec.key in cells)


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
