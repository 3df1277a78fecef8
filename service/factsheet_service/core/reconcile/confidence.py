"""How sure a value is: one number from all that speaks for and against it.

A logistic model over the signs. Its weights are fitted by ``bench/confidence.py`` on readers that
err at known rates over agreements with gold, so that the number is about the share of such values
that are right; for another model the order holds better than the number.

They were fitted while half of those agreements were new to the lexical reader: where it has been
developed on all of them, its silence seems to say more than it does of others. Three are set by
hand: that of an engine's own probability, which no reader here has, that of words alone, by what
the lexical reader got right of agreements that were new to it (0.70 to 0.76), and that of words
that nobody sees, which no agreement has.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from factsheet_schemas import FieldSpec, FieldType, FieldValue, Level
from factsheet_schemas.record import Check, Grounding, SecondOpinion, Signs

from factsheet_service.core.normalise import fold, same
from factsheet_service.core.normalise.folding import has_words, singular

from .candidates import Candidate
from .choose import Choice, Reading, num_places

HIGH, MEDIUM = 0.8, 0.5
MAX_WINDOWS, MAX_RIVALS = 4, 3  # more of them say no more
SURELY = 0.999  # an engine's probability counts up to here
HALF = 0.5  # the share of a label's words that names its field

WEIGHTS: Mapping[str, float] = {  # in log odds
    "bias": 2.76,
    "shown": -1.04,
    "computed": -0.12,
    "cited": -0.07,
    "implied": -2.34,
    "engine doubts": -2.94,
    "improbable": -0.2,
    "by words alone": -1.0,
    "further windows": 0.07,
    "names the field": 1.34,
    "speaks of all rows": -0.38,
    "names another row": -2.5,
    "confirmed": 0.93,
    "corrected": -0.12,
    "lexical agrees": 1.51,
    "lexical disputes": -0.66,
    "lexical silent": -1.32,
    "recovered": -0.12,
    "rivals": -1.07,
    "contradicted": -1.18,
    "not binding": -1.0,
    "hidden": -3.0,
}


def confidence(signs: Signs) -> float:
    """From 0 to 1: about the share of values with these signs that are right."""
    total = sum(WEIGHTS[name] * strength for name, strength in features(signs).items())
    return round(1 / (1 + math.exp(-total)), 3)


def level_of(number: float) -> Level:
    """Confidence in words."""
    if number >= HIGH:
        return Level.HIGH
    return Level.MEDIUM if number >= MEDIUM else Level.LOW


def features(signs: Signs) -> dict[str, float]:
    """The signs as the numbers that are weighed; all 0 but the bias for the plainest value."""
    return {
        "bias": 1.0,
        "shown": _is(signs.support, Grounding.SHOWN),
        "computed": _is(signs.support, Grounding.COMPUTED),
        "cited": _is(signs.support, Grounding.CITED),
        "implied": _is(signs.support, Grounding.IMPLIED),
        "engine doubts": 1 - signs.engine_score,
        "improbable": _doubt(signs.probability),
        "by words alone": float(signs.is_by_words),
        "further windows": math.log2(min(max(signs.windows, 1), MAX_WINDOWS)),
        "names the field": float(signs.names_field),
        "speaks of all rows": float(not signs.names_row),
        "names another row": float(signs.names_other_row),
        "confirmed": _is(signs.verification, Check.CONFIRMED),
        "corrected": _is(signs.verification, Check.CORRECTED),
        "lexical agrees": _is(signs.second_opinion, SecondOpinion.AGREES),
        "lexical disputes": _is(signs.second_opinion, SecondOpinion.DISPUTES),
        "lexical silent": _is(signs.second_opinion, SecondOpinion.SILENT),
        "recovered": float(signs.recovered),
        "rivals": math.log2(1 + min(signs.rivals, MAX_RIVALS)),
        "contradicted": float(signs.contradicted),
        "not binding": float(not signs.is_binding),
        "hidden": float(signs.is_hidden),
    }


def _is(one: object, other: object) -> float:
    return float(one is other)


def _doubt(probability: float | None) -> float:
    """How far a probability falls short of certainty, in log odds; 0 where none is offered."""
    if probability is None:
        return 0.0
    kept = min(max(probability, 1 - SURELY), SURELY)
    return math.log(SURELY / (1 - SURELY)) - math.log(kept / (1 - kept))


def signs_of_name(score: float, num_windows: int) -> Signs:
    """What speaks for a row's name, which detection found."""
    return Signs(
        support=Grounding.STATED, engine_score=score, windows=num_windows, names_field=True
    )


def signs_of(
    choice: Choice, spec: FieldSpec, others: Sequence[tuple[Candidate, bool]] | None
) -> Signs:
    """What speaks for and against a choice.

    ``others`` are the lexical reader's candidates for the cell; None where it was not asked.
    """
    chosen, best = choice.chosen, choice.chosen.best
    return Signs(
        support=best.support,
        engine_score=best.engine_score,
        is_by_words=best.is_by_words,
        probability=best.probability,
        windows=num_places(chosen.supporting),
        names_field=names_field(spec, (one.quote() for one in chosen.supporting)),
        names_row=bool(best.names) or spec.is_deal_wide,
        names_other_row=best.names_other_row,
        verification=_check(chosen),
        second_opinion=_second_opinion(chosen, spec, others),
        recovered=best.is_recovered,
        rivals=len(choice.rivals),
        contradicted=choice.contradicted is not None,
        is_binding=chosen.rank[0] > 0,
        is_hidden=all(one.is_hidden for one in chosen.supporting),
    )


def _check(chosen: Reading) -> Check | None:
    """The best that verification says of any of a reading's candidates."""
    found = {one.check for one in chosen.supporting}
    return next((one for one in Check if one in found), None)


def _second_opinion(
    chosen: Reading, spec: FieldSpec, others: Sequence[tuple[Candidate, bool]] | None
) -> SecondOpinion | None:
    if others is None:
        return None
    stated = [one for one, _ in others if one.is_grounded and one.value is not None]
    if any(_agree(spec, chosen.best, one) for one in stated):
        return SecondOpinion.AGREES
    return SecondOpinion.DISPUTES if stated else SecondOpinion.SILENT


def _agree(spec: FieldSpec, one: Candidate, other: Candidate) -> bool:
    """A clause by its place, everything else by its value."""
    if spec.type is FieldType.CLAUSE:
        return one.document.id == other.document.id and any(
            start < high and low < end for start, end in one.spans for low, high in other.spans
        )
    return one.value is not None and bool(same(spec, one.value, other.value))


def names_field(spec: FieldSpec, quotes: Iterable[str]) -> bool:
    """Whether cited words speak of the field: by its label, or by one of its other names."""
    names, words = _names_of(spec.label, spec.aliases)
    return any(_is_named(names, words, singular(fold(quote))) for quote in quotes)


def _is_named(names: Sequence[str], words: frozenset[str], folded: str) -> bool:
    if any(has_words(name, folded) for name in names):
        return True
    return bool(words) and len(words & set(folded.split())) > HALF * len(words)


@lru_cache(maxsize=1024)
def _names_of(label: str, aliases: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    """A field's names, folded, and the words of its label that mean something."""
    names = tuple(filter(None, (singular(fold(alias)) for alias in aliases)))
    words = singular(fold(re.sub(r"\[.*?\]", " ", label))).split()
    return names, frozenset(word for word in words if len(word) > 3)


def sureness(signs: Signs) -> dict[str, Any]:
    """The slots of a value with these signs."""
    number = confidence(signs)
    return {"confidence": number, "level": level_of(number), "signs": signs}


def inferred(source: Signs | None, support: Grounding) -> dict[str, Any]:
    """The slots of a value that follows from another, which has these signs."""
    return sureness((source or Signs()).model_copy(update={"support": support}))


def weakest(cells: Iterable[FieldValue]) -> Signs:
    """The signs of the least sure of some cells that a value is computed from."""
    known = [cell.signs for cell in cells if cell.signs is not None]
    return min(known, key=confidence, default=Signs())
