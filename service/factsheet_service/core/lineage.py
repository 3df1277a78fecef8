"""Which document amends which, and which ones a restatement replaces as a whole.

A title says little: a filer may have amendments of one title to two agreements. So an amendment is
linked by the date of the agreement that it names, and by the parties that both name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from factsheet_schemas import Schema

from .document import Document
from .opening import in_common
from .roles import DocumentRole, is_binding, role_of

WHOLE = 1 / 3  # a restatement of less of its base's length leaves most of it to stand elsewhere

Roles = Mapping[str, DocumentRole]


def assign_roles(documents: Iterable[Document], schema: Schema) -> dict[str, DocumentRole]:
    """The role of every document by its id, with what it amends and what replaces it."""
    return linked({document.id: role_of(document, schema) for document in documents})


def linked(roles: Roles) -> dict[str, DocumentRole]:
    """The roles with what each document amends and what replaces it."""
    based = {key: _based(key, role, roles) for key, role in roles.items()}
    replacing = sorted(
        (key for key, role in based.items() if _restates(role)), key=lambda k: based[k].date or ""
    )
    for newer in replacing:
        based |= {
            key: replace(role, replaced_by=newer)
            for key, role in based.items()
            if _is_replaced(key, newer, based)
        }
    newest = {key: _on_the_newest(role, based) for key, role in based.items()}
    return {key: _standing_on(role, newest) for key, role in newest.items()}


def _based(key: str, role: DocumentRole, roles: Roles) -> DocumentRole:
    """The role with the document that it amends: of the date and parties that it names."""
    if not (role.role and role.role.amends):
        return role
    agreements = {k: one for k, one in roles.items() if k != key and is_amendable(one)}
    if role.amends_date is None:
        return replace(role, amends=_only_earlier(role, agreements))
    for date in role.stated_dates:
        found = {k: o for k, o in agreements.items() if o.date == date and _may_be_of(role, o)}
        if found:
            base = max(found, key=lambda k: _claim(role, found[k], k))
            return replace(role, amends=base, amends_date=date)
    return replace(role, is_foreign=_is_foreign(role, agreements))


def is_amendable(role: DocumentRole) -> bool:
    """Agreements and restatements, not what merely changes them or settles a field beside them."""
    if role.role is None or role.role.governs:
        return False
    return not (role.role.amends and role.role.change_patterns)


def _may_be_of(role: DocumentRole, base: DocumentRole) -> bool:
    """Whether both name a party in common, or one of them names none."""
    return not (role.parties and base.parties) or in_common(role.parties, base.parties) > 0


def _claim(role: DocumentRole, base: DocumentRole, key: str) -> tuple[bool, int, int, str]:
    standing = base.role.precedence if base.role else 0
    return (is_binding(base), in_common(role.parties, base.parties), standing, key)


def _is_foreign(role: DocumentRole, agreements: Roles) -> bool:
    """Whether agreements stand here and none of them opens with the date and parties."""
    binding = any(is_binding(one) and one.dates for one in agreements.values())
    stated = set(role.stated_dates)
    is_known = any(stated & one.dates and _may_be_of(role, one) for one in agreements.values())
    return binding and not is_known


def _only_earlier(role: DocumentRole, agreements: Roles) -> str | None:
    """The one binding agreement that is earlier and of the same parties, where no date is named."""
    earlier = [
        key
        for key, one in agreements.items()
        if is_binding(one)
        and in_common(role.parties, one.parties)
        and (one.date or "") < (role.date or "9999")
    ]
    return earlier[0] if len(earlier) == 1 else None


def _restates(role: DocumentRole) -> bool:
    """Whether a document replaces all of what it amends, being no mere list of changes."""
    is_whole = role.role is not None and role.role.amends and not role.role.change_patterns
    return is_whole and is_binding(role) and role.date is not None


def _is_replaced(key: str, newer: str, roles: Roles) -> bool:
    """Whether a document is what the newer one restates, or an earlier amendment of the same."""
    one, restating = roles[key], roles[newer]
    if key == newer or one.role is None or not _is_of_one_base(key, newer, roles):
        return False
    is_long_enough = restating.num_chars >= WHOLE * one.num_chars
    is_earlier = one.date is not None and one.date < (restating.date or "")
    return is_long_enough and (is_earlier or key == restating.amends)


def _is_of_one_base(key: str, other: str, roles: Roles) -> bool:
    mine, theirs = _root(key, roles), _root(other, roles)
    if mine == theirs:
        return True
    dates = {roles[mine].amends_date, roles[theirs].amends_date}
    return len(dates) == 1 and None not in dates and _may_be_of(roles[mine], roles[theirs])


def _root(key: str, roles: Roles) -> str:
    """The document that all the amending began with."""
    seen = {key}
    while (base := roles[key].amends) and base not in seen:
        seen.add(base)
        key = base
    return key


def _on_the_newest(role: DocumentRole, roles: Roles) -> DocumentRole:
    """An amendment made after its base was restated amends the restatement."""
    base = roles.get(role.amends or "")
    newest = base.replaced_by if base and not role.replaced_by and not _restates(role) else None
    return replace(role, amends=newest) if newest else role


def _standing_on(role: DocumentRole, roles: Roles) -> DocumentRole:
    base = roles.get(role.amends or "")
    if base is None or base.role is None:
        return role
    return replace(role, base=(base.role.precedence, base.date or ""))
