"""A reader that errs as often as it is told to, and always in the same places.

It answers as the flawless one does, then leaves out, invents and misattributes, passes over wrong
claims and disputes right ones, and breaks its JSON where no grammar keeps it from doing so. It runs
inside vLLM, so it needs the standard library alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from engine import breaking, checking
from engine.dice import Dice
from engine.inventing import Kind, invented, kinds_of
from engine.reading import MAX_LINES, Prompt, rows_of

Row = list


@dataclass(frozen=True, slots=True)
class Errors:
    """How often each thing goes wrong, from 0 to 1."""

    misses: float = 0.0  # per row of an answer, facilities' names included
    inventions: float = 0.0  # per asked field that the window does not state
    swaps: float = 0.0  # per row that names a facility, where the window names another
    broken: float = 0.0  # per answer that no grammar constrains
    overlooked: float = 0.0  # per wrong claim of a verification
    false_alarms: float = 0.0  # per right claim of a verification
    seed: int = 0


def answer(system: str, user: str, books: list[dict], errors: Errors, *, has_grammar: bool) -> str:
    """What the reader writes to a prompt."""
    dice = Dice(errors.seed, user.strip())
    rows = erring_rows(system, user, books, errors)
    if not has_grammar and dice.falls(errors.broken, "broken"):
        return breaking.broken(rows, dice)
    return breaking.written(rows)


def erring_rows(system: str, user: str, books: list[dict], errors: Errors) -> list[Row]:
    """The rows of its answer, before any JSON is broken."""
    prompt = Prompt(user, books)
    dice = Dice(errors.seed, user.strip())
    stated = rows_of(prompt)
    if prompt.is_check:
        return list(_checked(prompt, stated, errors, dice))
    kept = [row for row in stated if not dice.falls(errors.misses, "miss", row)]
    if prompt.name_keys:
        return kept
    swapped = [_swapped(row, prompt, dice) if _errs(row, errors, dice) else row for row in kept]
    said = {row[0] for row in stated}
    unsaid = [key for key in prompt.keys if key not in said]
    return swapped + list(_inventions(unsaid, prompt, _kinds(system), errors, dice))


@lru_cache(maxsize=4)
def _kinds(system: str) -> dict[str, Kind]:
    return kinds_of(system)


def _errs(row: Row, errors: Errors, dice: Dice) -> bool:
    return len(row[1]) == 1 and dice.falls(errors.swaps, "swap", row)


def _swapped(row: Row, prompt: Prompt, dice: Dice) -> Row:
    """The row with another facility that the page names, where there is one."""
    field, names, value, lines = row
    others = _others(names[0], prompt)
    return [field, [dice.pick(others, "other", row)], value, lines] if others else row


def _others(name: str, prompt: Prompt) -> list[str]:
    """One name on the page of each facility but the one named."""
    wanted = checking.plain(name)
    rows = [row for row in prompt.book["rows"] if wanted not in map(checking.plain, row)]
    return [here[0] for row in rows if (here := _names_here(row, prompt))]


def _names_here(names: list[str], prompt: Prompt) -> list[str]:
    return [name for name in names if prompt.page.naming(name)]


def _inventions(
    keys: list[str], prompt: Prompt, kinds: dict[str, Kind], errors: Errors, dice: Dice
) -> Iterator[Row]:
    """Rows of fields that the window does not state."""
    lines = [(int(number), text) for number, text in prompt.page.lines]
    for key in keys:
        if lines and key in kinds and dice.falls(errors.inventions, "invent", key):
            own = Dice(errors.seed, prompt.page.joined, key)
            value, number = invented(kinds[key], lines, own)
            yield [key, _claimed_names(key, prompt, own), value, [number]]


def _claimed_names(key: str, prompt: Prompt, dice: Dice) -> list[str]:
    """Whom an invention is about: the facility asked for, any of the page's, or all."""
    if prompt.facility or any(
        item["field"] == key and not item["names"] for item in prompt.book["items"]
    ):
        return []
    here = [names[0] for row in prompt.book["rows"] if (names := _names_here(row, prompt))]
    chosen = dice.pick(["", *here], "whose")
    return [chosen] if chosen else []


def _checked(prompt: Prompt, wrong: list[Row], errors: Errors, dice: Dice) -> Iterator[Row]:
    """Some of the rows that dispute wrong claims, and some that dispute right ones."""
    disputed = {row[0]: row for row in wrong}
    for claim in checking.claims(prompt.question):
        if row := disputed.get(claim.number):
            if not dice.falls(errors.overlooked, "overlook", claim):
                yield row
        elif dice.falls(errors.false_alarms, "alarm", claim):
            yield _false_alarm(claim, prompt, dice)


def _false_alarm(claim: checking.Claim, prompt: Prompt, dice: Dice) -> Row:
    """A right claim called unsupported or, as often, given to another facility."""
    others = _others(claim.names[0], prompt) if len(claim.names) == 1 else []
    if others and dice.falls(0.5, "moved", claim):
        return [
            claim.number,
            [dice.pick(others, "to", claim)],
            claim.value,
            list(claim.lines)[:MAX_LINES],
        ]
    return [claim.number, [], "", []]
