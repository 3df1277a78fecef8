"""Which entities a value belongs to: those named beside it, else all."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from factsheet_schemas.lexicon import Finder

from .entities import Entities, Entity
from .flat import FlatText, Span

REACH = 420  # how far before a value its entities may be named in a long sentence
AHEAD = 140
LINK = re.compile(
    r"\)?,?(?: per annum| p\.a\.)?(?: flat)?,? (?:for|in respect of|in the case of|with respect to"
    r"|under|as to|in relation to|on|of) (?i:the |any |each |all |total |aggregate )*"
)
INNER_STOP = re.compile(r"\. (?=[a-z])")  # of "per cent."
TURN = re.compile(
    r";|(?<!\b[A-Z])\. |\b(?:and|or) \((?:[a-z]|[ivx]+)\)| \((?:[A-Z]|[ivx]+|[a-z])\) "
)


def bind(
    flat: FlatText,
    entities: Entities,
    span: Span,
    finder: Finder,
    scope: Span | None = None,
    rivals: tuple[int, ...] = (),
) -> tuple[int, ...]:
    """The entities of a value at ``span``, as indexes; empty means all.

    ``only`` narrows what is not named beside the value.

    ``scope`` is the passage in which to look (a definition); else it is the sentence.
    ``rivals`` are the starts of the other values of the passage, behind which a name belongs to
    them.
    """
    if not entities.all:
        return ()
    if len(entities.all) < 2 or finder.bind == "all":
        return admitted(entities, (), finder)
    start, end = scope or (flat.sentence(span[0])[0], flat.sentence(max(span[0], span[1] - 1))[1])
    behind = span[1] + bool(INNER_STOP.match(flat.text, span[1]))
    reach = end if scope else behind + AHEAD
    after = (behind, min(end, reach, *(r for r in rivals if r > span[1])))
    turn = TURN.search(flat.text, *after)
    after = (after[0], turn.start() if turn else after[1])
    start = start if scope else max(start, span[0] - REACH)
    turns = tuple(match.start() for match in TURN.finditer(flat.text, start, span[0]))
    before = list(_before(start, span[0], (*rivals, *turns)))
    if _is_linked(flat, entities, after[0]):
        before, after = [], (span[1], after[1])
    ahead = [after, *before]
    sides = {
        "near": [*before[:1], after, *before[1:]],
        "before": before,
        "after": ahead,
        "value": ahead,
    }
    for side in [span, *sides[finder.bind]]:
        named = _named(entities, side)
        if named:
            return named
    return admitted(entities, _of_heading(flat, entities, span[0]), finder)


def _is_linked(flat: FlatText, entities: Entities, offset: int) -> bool:
    """Whether an entity's name follows at once: ``2.25% for the Revolving Facility``."""
    link = LINK.match(flat.text, offset)
    return link is not None and bool(entities.within((link.end(), link.end() + 2)))


def _before(start: int, end: int, rivals: tuple[int, ...]) -> Iterator[Span]:
    """The stretches before a value, parted by rivals and new clauses, nearest first."""
    for rival in sorted((r for r in rivals if start < r < end), reverse=True):
        yield rival, end
        end = rival
    yield start, end


def _named(entities: Entities, span: Span) -> tuple[int, ...]:
    return tuple(dict.fromkeys(mention.entity for mention in entities.within(span)))


def _of_heading(flat: FlatText, entities: Entities, offset: int) -> tuple[int, ...]:
    index = bisect_right(flat.headings, offset, key=lambda heading: heading.start) - 1
    if index < 0:
        return ()
    heading = flat.headings[index]
    end = flat.text.find(heading.title, heading.start) + len(heading.title)
    return _named(entities, (heading.start, end))


def admitted(entities: Entities, named: tuple[int, ...], finder: Finder) -> tuple[int, ...]:
    """``named``, or all, less those that the finder does not speak of; (-1,) where none is left."""
    if not (finder.only or finder.skips or finder.sole or finder.named):
        return named
    pool = named or range(len(entities.all))
    fit = tuple(index for index in pool if _fits(entities.all[index], finder))
    if not named:
        fit = tuple(i for i in fit if not entities.all[i].kinds & set(finder.named))
    if finder.sole and len(fit) > 1:
        return (-1,)
    if len(fit) == len(entities.all) and not finder.only:
        return named
    return fit or (-1,)


def _fits(entity: Entity, finder: Finder) -> bool:
    if finder.skips and re.search(finder.skips, entity.name, re.IGNORECASE):
        return False
    return not finder.only or not entity.kinds or bool(entity.kinds & set(finder.only))
