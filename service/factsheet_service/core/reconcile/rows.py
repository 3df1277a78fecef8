"""The rows of the fact sheet: which names stand for one, and where each is named."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from factsheet_schemas import Evidence, FieldSpec, FieldType, FieldValue, Origin, Schema, Status
from factsheet_schemas.record import JsonValue
from factsheet_schemas.schema import Entity

from factsheet_service.core.normalise import NotAValue, normalise
from factsheet_service.core.roles import DocumentRole, is_binding

from .choose import SURE
from .confidence import signs_of_name, sureness
from .evidence import MAX_EVIDENCE, evidence
from .kinds import of_kind, parents_of
from .names import Facility, Mention, is_defined, merge_mentions


def rows_of(
    mentions: Sequence[Mention], roles: Mapping[str, DocumentRole], schema: Schema
) -> tuple[tuple[Facility, ...], list[str]]:
    """The rows of all kinds, and a warning for each that only documents without standing name.

    No row found means one unnamed row where the kind has such, so that no subject is dropped.
    """
    ordered = sorted(mentions, key=lambda m: (m.document.name, m.spans[:1], m.name, m.others))
    standing = _standing(ordered, roles)
    kept = [mention for mention in ordered if mention.document.id in standing]
    rows, warnings = _all_rows(kept, schema)
    dropped = _names(_all_rows(ordered, schema)[0]) - _all_names(rows)
    warnings += [
        f"{name} is named only in documents that others take precedence over"
        for name in sorted(dropped)
    ]
    return rows, warnings


def _all_rows(
    mentions: Sequence[Mention], schema: Schema
) -> tuple[tuple[Facility, ...], list[str]]:
    """The rows kind by kind, parents first; and which names lie within no row."""
    rows: list[Facility] = []
    warnings: list[str] = []
    for entity in schema.entities:
        own = [one for one in mentions if (one.entity or schema.entity.key) == entity.key]
        if entity.parent is None:
            found = merge_mentions(own, entity)
        else:
            found = _nested(own, entity, rows, schema, warnings)
        if entity.has_sections:
            found = tuple(sorted(found, key=_by_number))
        if not found and entity.unnamed:
            found = (Facility("", entity.unnamed, entity=entity.key),)
        rows += [replace(row, id=f"f{number}") for number, row in enumerate(found, len(rows) + 1)]
    return tuple(rows), warnings


def _by_number(row: Facility) -> tuple[int, str]:
    """Experiment 2 before Experiment 10; what has no number, last."""
    number = re.search(r"\d+", row.name)
    return (int(number.group()) if number else sys.maxsize, row.name)


def _nested(
    mentions: Sequence[Mention],
    entity: Entity,
    rows: Sequence[Facility],
    schema: Schema,
    warnings: list[str],
) -> tuple[Facility, ...]:
    """The rows of a kind within those of its parent."""
    inside: dict[str, list[Mention]] = {row.id: [] for row in of_kind(rows, entity.parent or "")}
    for mention in mentions:
        parents = parents_of(mention, entity.parent or "", rows, schema)
        for row in parents:
            inside[row.id].append(mention)
        if not parents:
            parent = schema.entity_by_key[entity.parent or ""]
            warnings.append(f"{entity.label} {mention.name!r} lies within no {parent.label}")
    above = {row.id: row for row in rows}
    return tuple(
        replace(row, parent=above[id_])
        for id_, own in inside.items()
        for row in merge_mentions(own, entity)
    )


def _names(facilities: Iterable[Facility]) -> set[str]:
    return {facility.called for facility in facilities}


def _all_names(facilities: Iterable[Facility]) -> set[str]:
    """All that the rows go by, within each other as they are."""
    return {replace(f, name=name).called for f in facilities for name in (f.name, *f.aliases)}


def _standing(mentions: Sequence[Mention], roles: Mapping[str, DocumentRole]) -> set[str]:
    """Documents whose naming of a row counts: the highest kind there is, and what amends it; none
    that another restates as a whole, or that changes another deal, beside one that does not."""
    ranks = {m.document.id: _standing_rank(roles.get(m.document.id)) for m in mentions}
    in_force = {key for key in ranks if not _is_out_of_force(roles.get(key))} or set(ranks)
    amending = {key for key in in_force if (r := roles.get(key)) and r.role and r.role.amends}
    others = {key: ranks[key] for key in in_force - amending}
    top = max(others.values(), default=None)
    return {key for key, rank in others.items() if rank == top} | amending


def _is_out_of_force(role: DocumentRole | None) -> bool:
    """Whether a document is replaced, amends another deal, or is but the draft of an amendment."""
    if role is None or role.role is None:
        return False
    return bool(role.replaced_by or role.is_foreign or (role.role.amends and role.is_draft))


def _standing_rank(role: DocumentRole | None) -> tuple[int, int]:
    if role is None or role.role is None:
        return (1, 0)
    return (int(is_binding(role)), role.role.precedence)


def named(
    facility: Facility, schema: Schema, cells: dict[str, FieldValue]
) -> dict[str, FieldValue]:
    """The row's cells with its name, which detection found and not a group question."""
    key = schema.entity_by_key[facility.entity].name_field
    mentions = [m for m in facility.mentions if m.name == facility.name]
    mention = max(mentions, key=lambda m: m.score, default=None)
    if mention is None or key not in cells:
        return cells
    value = _in_type(facility.name, schema.by_key[key])
    is_sure = mention.score >= SURE and value is not None
    name = FieldValue(
        status=Status.PRESENT if is_sure else Status.POSSIBLY_PRESENT,
        value=value,
        as_written=facility.name,
        evidence=_naming(mentions),
        origin=Origin.SWEEP,
        windows_asked=cells[key].windows_asked,
        **sureness(signs_of_name(mention.score, len(mentions))),
    )
    return {**cells, key: name}


def _in_type(name: str, spec: FieldSpec) -> JsonValue:
    """A row's name as its field's type writes it: rows may be told apart by dates or options."""
    if spec.type is FieldType.TEXT:
        return name
    try:
        return normalise(spec, name).value
    except NotAValue:
        return None


def _naming(mentions: Sequence[Mention]) -> tuple[Evidence, ...]:
    """The stretches that define a name, the surest mention's first, then the first of each."""
    surest = sorted(mentions, key=lambda m: -m.score)
    places = [(m, span) for m in surest for span in m.spans]
    first = {(m.document.id, m.spans[0]) for m in surest if m.spans}
    best = sorted(places, key=lambda p: (not is_defined(*p), (p[0].document.id, p[1]) not in first))
    found = dict.fromkeys(evidence(m.document, span) for m, span in best)
    return tuple(found)[:MAX_EVIDENCE]
