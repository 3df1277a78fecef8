"""What each document is, when it is dated, what it amends, and so whose word counts.

Precedence (values.md of the design): executed beats draft and term sheet; an amendment beats what
it amends, only in what it changes; a model never overrides a contract. The kinds are the schema's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from dateutil import parser as dates
from factsheet_schemas import Schema
from factsheet_schemas.schema import Role

from .document import Document

OPENING_CHARS = 6000
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DATE = re.compile(
    rf"\b(?:{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:day\s+of\s+)?{_MONTH},?\s+\d{{4}}"
    r"|\d{4}-\d{2}-\d{2})\b",
    re.IGNORECASE,
)
_DRAFT = re.compile(r"(?<![^\W_])draft(?![^\W_])", re.IGNORECASE)  # also in names_with_draft
_BASE_DATED = re.compile(r"\bdated\s+(?:as\s+of\s+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DocumentRole:
    """What one document is; ``evidence`` spans lie in its text."""

    role: Role | None
    is_draft: bool = False
    date: str | None = None  # ISO 8601
    amends: str | None = None  # document id
    amends_date: str | None = None  # date of what it says it amends
    dates: frozenset[str] = frozenset()  # all in its opening
    is_foreign: bool = False  # amends what is not here, beside agreements that are
    evidence: tuple[tuple[int, int], ...] = ()


def assign_roles(documents: Iterable[Document], schema: Schema) -> dict[str, DocumentRole]:
    """The role of every document by its id; amendments are linked by the base's date."""
    found = {document.id: _role_of(document, schema) for document in documents}
    return {key: _linked(role, found) for key, role in found.items()}


def _role_of(document: Document, schema: Schema) -> DocumentRole:
    opening = document.text[:OPENING_CHARS]
    role, span = _typed(document, schema), None
    if role is None:
        role, span = _title(opening, schema)
    if role is None:
        role, _ = _title(re.sub(r"[_\-.]+", " ", document.name), schema)
    spans = list(_dates_in(opening))
    evidence = (*((span,) if span else ()), *(s for s, _ in spans[:1]))
    amended = _amended_date(opening, role) if role and role.amends else None
    own = next((iso for _, iso in spans if iso != amended), None)
    return DocumentRole(
        role,
        is_draft=_is_draft(opening, document.name),
        date=own,
        amends_date=amended,
        dates=frozenset(iso for _, iso in spans),
        evidence=evidence,
    )


def _typed(document: Document, schema: Schema) -> Role | None:
    """The role that files of the document's type have."""
    return next((r for r in schema.roles if document.media_type in r.media_types), None)


def _title(text: str, schema: Schema) -> tuple[Role | None, tuple[int, int] | None]:
    """The role whose title stands earliest in the text."""
    hits = [
        (match.start(), order, role, match.span())
        for order, role in enumerate(schema.roles)
        for pattern in role.title_patterns
        if (match := re.search(pattern, text, re.IGNORECASE))
    ]
    if not hits:
        return None, None
    _, _, role, span = min(hits, key=lambda hit: (hit[0], hit[1]))
    return role, span


def _dates_in(text: str) -> Iterable[tuple[tuple[int, int], str]]:
    for match in _DATE.finditer(text):
        try:
            yield match.span(), dates.parse(match.group(), fuzzy=True).date().isoformat()
        except (ValueError, OverflowError):
            continue


def _amended_date(opening: str, role: Role) -> str | None:
    """The date of the agreement that an amendment names: the earliest "dated ...", since what is
    amended is older than all that amends it. What restates the whole names its own date first."""
    stated = [
        iso
        for (start, _), iso in _dates_in(opening)
        if _BASE_DATED.search(opening[max(0, start - 16) : start])
    ]
    own = stated[:1] if not role.change_patterns else []
    return min((iso for iso in stated if iso not in own), default=None)


def _is_draft(opening: str, name: str) -> bool:
    return bool(_DRAFT.search(opening[:1500]) or _DRAFT.search(name))


def _linked(role: DocumentRole, found: Mapping[str, DocumentRole]) -> DocumentRole:
    """The role with what it amends: the document of that date that has the highest standing.

    A title says little: one filer has amendments of the same title to two agreements. Where
    agreements stand here and none opens with the date, the amendment is to another one.
    """
    if not role.amends_date:
        return role
    agreements = {key: other for key, other in found.items() if _can_be_amended(other)}
    bases = {k: o for k, o in agreements.items() if k and o.date == role.amends_date}
    best = max(bases, key=lambda key: (_standing(bases[key]), key), default=None)
    binding = [other for other in agreements.values() if is_binding(other) and other.dates]
    is_known = any(role.amends_date in other.dates for other in agreements.values())
    return replace(role, amends=best, is_foreign=bool(binding) and not is_known)


def _can_be_amended(role: DocumentRole) -> bool:
    """Agreements and restatements, not what merely changes them."""
    return role.role is not None and not (role.role.amends and role.role.change_patterns)


def _standing(role: DocumentRole) -> tuple[bool, int]:
    return (is_binding(role), role.role.precedence if role.role else 0)


def is_binding(role: DocumentRole) -> bool:
    """Whether a document binds here: executed, of a kind that does, and of this deal.

    Unknown kinds are taken to bind.
    """
    is_ours = not (role.is_draft or role.is_foreign)
    return is_ours and (role.role is None or role.role.is_binding)


def precedence(
    role: DocumentRole, key: str, document: Document, start: int
) -> tuple[int, int, str]:
    """How much a document's word on the field ``key`` at offset ``start`` counts; more is more.

    Compares as (binding, precedence of the role, date).
    """
    binding = int(is_binding(role))
    if role.role is None:
        return (binding, 0, role.date or "")
    rank = role.role.precedence + (100 if key in role.role.governs else 0)
    if role.role.amends and not _is_operative(role.role, document, start):
        rank = 0
    return (binding, rank, role.date or "")


def _is_operative(role: Role, document: Document, start: int) -> bool:
    """Whether what stands at ``start`` changes the amended document rather than recites it.

    The recitals come first: what follows words of change, however far behind, is operative.
    """
    if not role.change_patterns:
        return True
    context = document.text[: start + 200]
    return any(re.search(pattern, context, re.IGNORECASE) for pattern in role.change_patterns)
