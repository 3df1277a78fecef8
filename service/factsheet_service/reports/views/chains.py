"""From the words behind a value down to the terms that they rest on: margin, ratio, EBITDA."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from factsheet_schemas import Evidence, FieldSpec, FieldType, FieldValue, Record, Schema, Status

from factsheet_service.core.definitions import Definition, Glossary
from factsheet_service.core.document import Document
from factsheet_service.core.reconcile.evidence import evidence

from .data import Chain, Term
from .parts import cells_of

MAX_DEPTH = 4
MOST_TERMS = 12
EXPLAINED = (FieldType.PERCENT, FieldType.RATIO, FieldType.AMOUNT, FieldType.DATE)


def chains(record: Record, schema: Schema, documents: Sequence[Document]) -> tuple[Chain, ...]:
    """The chain of each core value, and of each ratio, that rests on defined terms."""
    glossary = Glossary(_in_force_first(record, documents))
    found = (
        Chain(row=row, field=spec.key, label=spec.label, terms=tuple(_terms(cell, glossary)))
        for row, spec, cell in cells_of(record, schema)
        if _is_explained(spec, cell)
    )
    return tuple(chain for chain in found if chain.terms)


def _in_force_first(record: Record, documents: Sequence[Document]) -> list[Document]:
    """The latest document first; what is replaced or a draft last: whose definition counts."""
    known = {one.id: one for one in record.documents}

    def standing(document: Document) -> tuple[bool, str]:
        one = known[document.id]
        return (not (one.is_draft or one.replaced_by), one.date or "")

    return sorted((d for d in documents if d.id in known), key=standing, reverse=True)


def _is_explained(spec: FieldSpec, cell: FieldValue) -> bool:
    is_asked_for = spec.core or spec.type is FieldType.RATIO
    return cell.status is Status.PRESENT and spec.type in EXPLAINED and is_asked_for


def _terms(cell: FieldValue, glossary: Glossary) -> list[Term]:
    """The definitions behind a value, each below the first that uses it."""
    documents = {document.id: document for document in glossary.documents}
    tree = _Tree(glossary)
    for one in cell.evidence:
        if document := documents.get(one.document):
            tree.add(_roots(one, document, glossary))
    return list(tree.terms())


def _roots(cited: Evidence, document: Document, glossary: Glossary) -> list[Definition]:
    """The definition that the evidence stands in, else those of the terms that it names."""
    around = glossary.around(document, cited.start)
    if around is not None:
        return [around]
    named = glossary.terms_in(document, (cited.start, cited.end))
    return [found for name in named if (found := glossary.of(name, document))]


@dataclass(frozen=True, slots=True)
class _Tree:
    """Definitions and what each is made of, the nearest to the roots first."""

    glossary: Glossary
    depths: dict[str, int] = field(default_factory=dict)  # by term
    below: dict[str, list[Definition]] = field(default_factory=lambda: defaultdict(list))

    def add(self, roots: Iterable[Definition]) -> None:
        waiting = deque(("", root, 0) for root in roots)
        while waiting and len(self.depths) < MOST_TERMS:
            above, one, depth = waiting.popleft()
            if one.term in self.depths:
                continue
            self.depths[one.term] = depth
            self.below[above].append(one)
            if depth < MAX_DEPTH:
                parts = (self.glossary.of(name, one.document) for name in self._uses(one))
                waiting.extend((one.term, part, depth + 1) for part in parts if part)

    def terms(self, above: str = "") -> Iterator[Term]:
        """All terms, each followed by what it is made of."""
        for one in self.below.get(above, ()):
            sentence = evidence(one.document, one.sentence)
            uses = self._uses(one)
            yield Term(term=one.term, depth=self.depths[one.term], definition=sentence, uses=uses)
            yield from self.terms(one.term)

    def _uses(self, one: Definition) -> tuple[str, ...]:
        return self.glossary.terms_in(one.document, one.span, one.term)
