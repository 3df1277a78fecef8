"""What each document is, when it is dated, what it amends, and so whose word counts.

Precedence: executed beats draft and term sheet; an amendment beats what
it amends, only in what it changes; a restatement replaces all of it; a model never overrides a
contract. The kinds are the schema's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from factsheet_schemas import Schema
from factsheet_schemas.schema import Role

from .document import Document
from .opening import OPENING_CHARS, PARTY_CHARS, Span, dated_in, dates_in, draft_mark, parties_in

SENTENCE_CHARS = 300  # how far behind the start of a sentence its words of change may stand

Rank = tuple[int, int, int, str, int, str]
Standing = tuple[int, str]  # of an agreement: the precedence of its kind, its date
_OWN_DATE = re.compile(r"(?:\W*\w{0,3}\W*|[^\n]{0,80}\n\s*)dated\s+(?:as\s+of\s+)?", re.IGNORECASE)
REPLACED = -1  # the standing of what another document replaces as a whole


@dataclass(frozen=True, slots=True)
class DocumentRole:
    """What one document is; ``evidence`` spans lie in its text."""

    role: Role | None
    name: str = ""  # its file's
    is_draft: bool = False
    date: str | None = None  # ISO 8601
    amends: str | None = None  # document id
    amends_date: str | None = None  # date of what it says it amends
    stated_dates: tuple[str, ...] = ()  # of all that it says is dated, itself left out, in order
    dates: frozenset[str] = frozenset()  # all in its opening
    parties: frozenset[str] = frozenset()  # named in its opening, folded
    num_chars: int = 0
    operative_from: int | None = None  # where an amendment begins to change, after its recitals
    is_foreign: bool = False  # amends what is not here, beside agreements that are
    replaced_by: str | None = None  # id of the document that restates it
    base: Standing | None = None  # of the document that it amends, where that is here
    evidence: tuple[Span, ...] = ()


def role_of(document: Document, schema: Schema) -> DocumentRole:
    """What a document says of itself, before it is linked to others."""
    opening = document.text[:OPENING_CHARS]
    role, title = _kind(document, opening, schema)
    stated = _stated_dates(opening, role, title) if role and role.amends else ()
    amended = min(stated, default=None)
    draft = draft_mark(document.text, document.name)
    dates = list(dates_in(opening))
    own = next((one for one in dates if one[1] != amended), None)
    base = next((one for one in dates if one[1] == amended), None)
    marks = (title, draft, own and own[0], base and base[0])
    return DocumentRole(
        role,
        name=document.name,
        is_draft=draft is not None,
        date=own[1] if own else None,
        amends_date=amended,
        stated_dates=tuple(iso for iso in stated if own is None or iso != own[1]),
        dates=frozenset(iso for _, iso in dates),
        parties=parties_in(document.text[:PARTY_CHARS]),
        num_chars=len(document.text),
        operative_from=_operative_from(document.text, role) if role else None,
        evidence=tuple(dict.fromkeys(span for span in marks if span and span[0] < span[1])),
    )


def _kind(document: Document, opening: str, schema: Schema) -> tuple[Role | None, Span | None]:
    """The role by the file's type, else the title, else the file's name; where the title stands."""
    typed = next((r for r in schema.roles if document.media_type in r.media_types), None)
    if typed is not None:
        return typed, None
    role, span = _title(opening, schema)
    if role is None:
        return _title(re.sub(r"[_\-.]+", " ", document.name), schema)[0], None
    return role, span


def _title(text: str, schema: Schema) -> tuple[Role | None, Span | None]:
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


def _stated_dates(opening: str, role: Role, title: Span | None) -> tuple[str, ...]:
    """The dates of what an amendment says is dated, the earliest first: it amends what is older
    than all that amends it. What restates the whole names its own date first."""
    stated = dated_in(opening)
    if len(stated) == 1 and title and _is_own(opening[title[1] : stated[0][0][0]]):
        return ()
    own = [iso for _, iso in stated[:1]] if not role.change_patterns else []
    return tuple(sorted({iso for _, iso in stated if iso not in own}))


def _is_own(between: str) -> bool:
    """Whether a date follows the title itself, with a number or the rest of its line between."""
    return bool(_OWN_DATE.fullmatch(between))


def _operative_from(text: str, role: Role) -> int | None:
    """Where the first words of change begin, behind the words that end the recitals."""
    start = min(_matches(role.agreeing_patterns, text), default=0)
    return min(_matches(role.change_patterns, text, start), default=None)


def _matches(patterns: Iterable[str], text: str, start: int = 0) -> Iterator[int]:
    for pattern in patterns:
        if match := re.compile(pattern, re.IGNORECASE).search(text, start):
            yield match.start()


def is_binding(role: DocumentRole) -> bool:
    """Whether a document binds here: executed, of a kind that does, of this deal, and in force.

    Unknown kinds are taken to bind.
    """
    is_ours = not (role.is_draft or role.is_foreign or role.replaced_by)
    return is_ours and (role.role is None or role.role.is_binding)


def precedence(
    role: DocumentRole, key: str, document: Document, start: int, *, is_struck: bool = False
) -> Rank:
    """How much a document's word on the field ``key`` at offset ``start`` counts; more is more.

    Compares as (binding, governs the field, precedence and date of what is amended or of the
    document itself, whether it amends, date): an amendment beats what it amends, and nothing that
    this does not beat. ``is_struck``: the words are named as what goes.
    """
    binding = REPLACED if role.replaced_by else int(is_binding(role))
    date = role.date or ""
    if role.role is None:
        return (binding, 0, 0, date, 0, date)
    amends = bool(role.role.change_patterns)
    if amends and (is_struck or not _is_operative(role, document, start)):
        return (binding, 0, 0, "", 0, date)
    governs = int(key in role.role.governs)
    if amends and role.base:
        return (binding, governs, *role.base, 1, date)
    return (binding, governs, role.role.precedence, date, 0, date)


def _is_operative(role: DocumentRole, document: Document, start: int) -> bool:
    """Whether what stands at ``start`` changes the amended document rather than recites it.

    The recitals come first: what follows words of change, however far behind, is operative.
    """
    paragraph = document.text.find("\n\n", start)
    end = min(start + SENTENCE_CHARS, paragraph if paragraph >= 0 else len(document.text))
    return role.operative_from is not None and role.operative_from < end


def parted(role: DocumentRole, words: str) -> tuple[str, str]:
    """Words of an amendment as what stays and what goes ("the words "2.25%" are deleted")."""
    kept, struck = words, []
    for pattern in role.role.struck_patterns if role.role else ():
        for match in re.finditer(pattern, words, re.IGNORECASE):
            struck.append(match["struck"])
            kept = kept.replace(match["struck"], " ", 1)
    return kept, " ".join(struck)
