"""Which fields are asked in one question: those of an object, small neighbours together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from factsheet_schemas.fields import DEAL

from .shape import ITEMS, Branch, Draft, Leaf, Path, Rows
from .walking import titled

FIELDS_PER_GROUP = 10
SMALL_GROUP = 4  # fewer fields than this join their neighbours

Bucket = tuple[str, str, list[Draft]]  # title, scope, fields


def buckets_of(
    root: Branch, drafts: Mapping[Path, Draft], keys: Mapping[Path, str]
) -> list[Bucket]:
    """The fields of each object, in order; small neighbours of one scope are put together."""
    found: list[Bucket] = []
    for title, scope, own in _buckets(root, DEAL, drafts, keys):
        before = found[-1] if found else None
        if before is not None and before[1] == scope and _fit_together(before[2], own):
            name = before[0] if title in before[0] else f"{before[0]}, {title}"
            found[-1] = (name, scope, [*before[2], *own])
        else:
            found.append((title, scope, own))
    return found


def _fit_together(one: list[Draft], other: list[Draft]) -> bool:
    is_small = min(len(one), len(other)) < SMALL_GROUP
    return is_small and len(one) + len(other) <= FIELDS_PER_GROUP


def _buckets(
    branch: Branch, scope: str, drafts: Mapping[Path, Draft], keys: Mapping[Path, str]
) -> Iterator[Bucket]:
    """The fields of an object, then those of the objects and rows below it."""
    sources = [leaf.source for leaf in branch.properties.values() if isinstance(leaf, Leaf)]
    own = [drafts[path] for path in dict.fromkeys(sources)]
    if own:
        yield _title(branch), scope, own
    for node in branch.properties.values():
        if isinstance(node, Branch):
            yield from _buckets(node, scope, drafts, keys)
        elif isinstance(node, Rows):
            yield from _buckets(node.item, keys[node.path], drafts, keys)


def _title(branch: Branch) -> str:
    named = [name for name in branch.path if name != ITEMS]
    return branch.title or (titled(named[-1]) if named else "Basics")


def parts(drafts: list[Draft]) -> Iterator[list[Draft]]:
    """Fields in questions of equal size, none larger than a group may be."""
    count = -(-len(drafts) // FIELDS_PER_GROUP)
    size = -(-len(drafts) // count)
    return (drafts[at : at + size] for at in range(0, len(drafts), size))
