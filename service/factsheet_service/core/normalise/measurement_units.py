"""Units of measurement: how papers spell them, and what one is in terms of another."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pint

# Only spellings that stand for nothing else behind a number: "in" is no inch.
_SPELLINGS = {
    "millisecond": r"ms(?:ecs?)?|millisec(?:ond)?s?",
    "second": r"s|secs?|seconds?",
    "minute": r"mins?|minutes?",
    "hour": r"h|hrs?|hours?",
    "day": r"days?",
    "week": r"weeks?",
    "year": r"years?|yrs?|y\.?o\.?",
    "degree": r"°|˚|º|∘|deg(?:ree)?s?",
    "radian": r"rad(?:ian)?s?",
    "micrometer": r"[µμ]m|microns?",
    "millimeter": r"mm|millimet(?:er|re)s?",
    "centimeter": r"cm|centimet(?:er|re)s?",
    "meter": r"m|met(?:er|re)s?",
    "inch": r"inch(?:es)?|in\.|[\"”″]",
    "hertz": r"hz",
    "kilohertz": r"khz",
    "newton * second / meter": (
        r"N\s?[·⋅∙•*.×]?\s?s(?:ec)?\s?(?:/\s?m|[·⋅∙•*.×]?\s?m\s?[-−–⁻]\s?[1¹])"
        r"|N\s?/\s?\(\s?m\s?/\s?s\s?\)"
    ),
    "newton / meter": r"N\s?/\s?m|N\s?[·⋅∙•*.×]?\s?m\s?[-−–⁻]\s?[1¹]",
    "newton * second / centimeter": r"N\s?[·⋅∙•*.×]?\s?s(?:ec)?\s?/\s?cm",
}
_BEHIND = tuple(
    (name, re.compile(rf"[\s\u00a0-]{{0,2}}(?:{spelt})(?!\w)", re.IGNORECASE))
    for name, spelt in _SPELLINGS.items()
)


@lru_cache(maxsize=1)
def _registry() -> pint.UnitRegistry[float]:
    import pint  # noqa: PLC0415  # most schemas have no units, and it takes a while

    return pint.UnitRegistry()


@lru_cache(maxsize=256)
def unit_named(text: str) -> str | None:
    """The unit that a field's unit or a spelling means; None where it is none that is known."""
    return next((name for name, spelt in _BEHIND if spelt.fullmatch(text)), None)


def unit_behind(text: str, offset: int) -> tuple[str, int] | None:
    """The unit that begins at ``offset``, behind a number, and where its spelling ends."""
    found = [(name, match.end()) for name, spelt in _BEHIND if (match := spelt.match(text, offset))]
    return max(found, key=lambda one: one[1], default=None)


@lru_cache(maxsize=1024)
def factor(unit: str, wanted: str) -> float | None:
    """How many ``wanted`` one ``unit`` is; None where they measure different things."""
    measured = _registry().Quantity(1.0, unit)
    if not measured.is_compatible_with(wanted):
        return None
    return float(measured.to(wanted).magnitude)
