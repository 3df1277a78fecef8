"""Parties: who stands before ``(the "Role")``, after ``"Role" means`` or before ``, as Role``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from factsheet_schemas import FieldSpec, FieldType
from factsheet_schemas.lexicon import Finder, PartyFinder

from .calendar import dates
from .definitions import Definition
from .flat import Span
from .material import Candidate, Material, compiled
from .values import CAPITALS

LEGAL_FORM = re.compile(
    r"\b(?:AG|SE|GmbH|KGaA|Ltd\.?|LTD\.?|Limited|LIMITED|LLC|L\.L\.C\.|Inc\.?|INC\.?|Corp\.?|CORP\.?"
    r"|LL?P|L\.P\.|plc|PLC|S\.A\.U?\.?|S\.L\.U?\.?|S\.p\.A\.|S\.r\.l\.|SpA|N\.V\.|B\.V\.|N\.A\."
    r"|AB|ASA?|A/S|ApS|Oyj?|OYJ?|Lda\.?),?(?= |$)"
)
FORMS = ("Limited", "Ltd", "Ltd.", "LLC", "L.L.C.", "Inc.", "Inc", "L.P.", " LP", " AG", "GmbH")
FORMS_ABROAD = ("S.A.", "B.V.", "N.V.", "plc", " AB", "ASA", "Corp.", "Corporation", "Company")
BEHIND_FORM = "|".join(rf"(?<={re.escape(form)})" for form in (*FORMS, *FORMS_ABROAD))
JOINED = re.compile(rf"(?i:{BEHIND_FORM}),? and (?=[A-Z])")
FRONT = re.compile(
    r"(?:(?:dated|between|among|and|by|from|to|with)\b:?|\(?\d{1,2}[.)]) (?=\S)", re.IGNORECASE
)
ADDRESS = re.compile(r",? [^;]{0,60}\d")
AS = re.compile(r"\bas (?:the |an? )?$", re.IGNORECASE)
OWN_STOP = re.compile(r"(?i:\b(?:Inc|Corp|Co|Ltd|Cie|Bros|Jr|Sr|Incorp)\.|\b(?:\w\.){1,4})$")
TOGETHER = re.compile(r"\b(?:together|collectively|each|individually)\b", re.IGNORECASE)
NAME_OR_QUOTED = re.compile(r'"[^"]{2,40}"|[A-Z][\w&.-]*(?: [A-Z][\w&.-]*)*')
ALL_BEARERS = 0.03  # surer where all that bear a role are told
BACK = 420  # how far before a role its bearer's name may begin
AS_ROLE = 200
NAME = rf"(?P<name>{CAPITALS})"
DESCRIBED = (
    r",?(?: \([^()]{1,80}\))?(?:,? (?:an?|the|incorporated|organi[sz]ed|existing|registered|duly"
    r"|with|whose|having|acting)\b[^;()\"]{0,280}"
    r"|\"?,? (?:de nacionalidad|sociedad|société|con domicilio|con sede|com sede|ayant son siège"
    r"|mit (?:dem )?Sitz|gevestigd|z siedzibą)\b[^()\"]{0,380}"
    r"|, (?:of|company)\b[^;()\"]{0,280}|,? (?:ABN|ACN|CIN|CVR|KvK|HRB)\b[^;()\"]{0,280})?"
)
BEFORE = re.compile(rf"{NAME}{DESCRIBED},?[ -]*$")
MEANS = re.compile(rf":?,? ?(?:collectively,? |each of |\(?[a-z]\) )?(?:the )?{NAME}")
LISTED = re.compile(
    rf"(?:^|[;:]|\band\b|,|between|among|\d\)) ?{NAME},? an? [A-Za-z][^;()\"]{{3,120}}(?=[;,(]|$)"
)
NO_NAME = re.compile(
    r"(?:the(?: [\w']+)?$|(?:in )?witness whereof|this|each|any|all|such|and|by"
    r"|among|between|section|article|in|for|as|to)\b"
    r"|(?:[A-Z][a-z]+ )?\d{1,2}, \d{4}",
    re.IGNORECASE,
)


def find_parties(spec: FieldSpec, finder: PartyFinder, material: Material) -> Iterator[Candidate]:
    """Who has a role; several that bear it together are joined by semicolons."""
    for role in finder.roles:
        for definition in material.definitions.matching(compiled(rf"(?:the )?(?:{role})")):
            found = (
                _inline(finder, material, definition)
                if definition.is_inline
                else _means(finder, material, definition)
            )
            yield from _made(spec, finder, material, found)
        for match in material.matches(_behind(role), finder):
            start = max(0, match.start() - AS_ROLE)
            end = start + len(material.flat.text[start : match.start()].rstrip(" (").rstrip(","))
            found = _before(finder, material, start, end, match.end())
            yield from _made(spec, finder, material, found)


def _behind(role: str) -> str:
    """``, as Role``, ``(as Role)`` or ``(Role)`` behind a name."""
    return rf"(?:\bas (?:the )?(?:{role})\b|\((?:the )?(?-i:(?=[A-Z]))(?:{role})\))"


def _made(
    spec: FieldSpec, finder: PartyFinder, material: Material, found: tuple[str, Span] | None
) -> Iterator[Candidate]:
    found = found and resolved(finder, material, *found)
    if found and material.allows(finder, found[1]):
        is_list = spec.type is FieldType.TEXT_LIST
        name = JOINED.sub("; ", found[0]) if is_list else found[0]
        for made in material.candidate(spec, finder, name, (found[1],)):
            yield replace(made, score=made.score + ALL_BEARERS * ("; " in name))


def resolved(
    finder: Finder, material: Material, name: str, span: Span, depth: int = 2
) -> tuple[str, Span] | None:
    """A name, or the name that a defined term in its place stands for; None where it has none."""
    meant = [d for d in material.definitions.of(name) if d.term == name]
    if not meant:
        return name, span
    for definition in meant if depth else ():
        read = _inline if definition.is_inline else _means
        found = read(finder, material, definition)
        if found and found[0] != name:
            return resolved(finder, material, found[0], found[1], depth - 1)
    return None


def _inline(finder: Finder, material: Material, definition: Definition) -> tuple[str, Span] | None:
    text = material.flat.text
    start, end = definition.body
    behind = definition.start + len(definition.term) + 1
    if named := _named_beside(finder, material, definition):
        return named
    if re.search(r"collective|together", text[end : definition.start], re.I):
        names = [m for m in LISTED.finditer(text, start, end) if is_name(m["name"])]
        if len(names) > 1:
            joined = "; ".join(dict.fromkeys(tidy(m["name"]) for m in names))
            return joined, (names[0].start("name"), behind)
    return _before(finder, material, max(start, end - BACK), end, behind)


def _folded(term: str) -> str:
    return re.sub(r"[\W_]+", " ", term).strip().lower()


def _named_beside(
    finder: Finder, material: Material, definition: Definition
) -> tuple[str, Span] | None:
    """Those that a role's own parenthesis names by their terms: ``(A and B are each a "Role")``."""
    text, start = material.flat.text, definition.body[1]
    inside = text[start : definition.start]
    if not TOGETHER.search(inside):
        return None
    terms = dict.fromkeys(_folded(m.group()) for m in NAME_OR_QUOTED.finditer(inside))
    inline = {_folded(d.term): d for d in reversed(material.definitions.all) if d.is_inline}
    meant = [inline[term] for term in terms if term in inline and inline[term] is not definition]
    found = [_before(finder, material, max(0, d.body[1] - BACK), d.body[1], d.start) for d in meant]
    bearers = sorted((one for one in found if one), key=lambda one: one[1])
    if len(bearers) < 2:
        return None
    first = min(span[0] for _, span in bearers)
    return "; ".join(dict.fromkeys(name for name, _ in bearers)), (first, definition.start)


def _before(
    finder: Finder, material: Material, start: int, end: int, behind: int
) -> tuple[str, Span] | None:
    for match in BEFORE.finditer(material.flat.text[start:end]):
        first, last = match.span("name")
        span = material.flat.unbroken((start + first, start + last))
        first, last = _trimmed(finder, material, *span)
        name = material.flat.text[first:last]
        if is_name(name):
            return tidy(name), (first, behind)
    return None


def _trimmed(finder: Finder, material: Material, first: int, last: int) -> Span:
    """A name without a date or role before it and without the address lines behind it."""
    text = material.flat.text
    first = max((found.end for found in dates(text, first, last)), default=first)
    titles = compiled(
        rf"(?:{finder.capacities})(?:(?:,| and|,? and) (?:{finder.capacities}))*,? (?=\S)"
    )
    if AS.search(text, max(0, first - 8), first) and finder.capacities:
        title = titles.match(text, first, last)
        first = title.end() if title else first
    while first < last and text[first] == " ":
        first += 1
    while front := FRONT.match(text, first, last):
        first = front.end()
    for form in LEGAL_FORM.finditer(text, first, last):
        is_cut = form.end() + 1 in material.flat.line_starts
        if is_cut or ADDRESS.match(text, form.end(), last):
            return first, form.end() - form.group().endswith(",")
    return first, last


def _means(finder: Finder, material: Material, definition: Definition) -> tuple[str, Span] | None:
    start, end = definition.body
    end = min(end, material.flat.sentence(start)[1])
    match = MEANS.match(material.flat.text, start, end)
    if match is None or not is_name(match["name"]):
        return None
    return tidy(match["name"]), (definition.start, match.end("name"))


def tidy(name: str) -> str:
    """A name at a sentence's end without the full stop that is not its own."""
    name = name.strip(" ,")
    return name if not name.endswith(".") or OWN_STOP.search(name) else name[:-1]


def is_name(name: str) -> bool:
    """Whether capitalised words can be a party's name rather than a sentence's beginning."""
    has_word = any(len(word) > 1 for word in re.findall(r"[A-Za-z]+", name))
    return has_word and not NO_NAME.match(name)
