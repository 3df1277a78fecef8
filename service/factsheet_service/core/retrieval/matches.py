"""How well each passage of a document fits each field and group, by their words."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from factsheet_schemas import FieldType

from .passages import Passage
from .vocabulary import Phrase, Vocabulary, pairs, stems

OTHER_NAMES = 0.2  # what further names of a field count beside the rarest
HALF_FULL = 0.7  # mentions at which a phrase counts half
SHAPED, UNSHAPED = 1.4, 0.6  # whether the passage has anything of the form of the field's values

Scores = dict[str, dict[int, float]]  # by field or group, by passage; without those of 0

_CURRENCY = r"(?:EUR|USD|GBP|NOK|SEK|DKK|CHF|PLN|JPY|AUD|CAD|INR|BRL|Rs\.?|dollars|euros?|kr\b|zł)"
_MANY = r"(?:million|billion|crore|lakh|millones|milhões|milioni|miljoen|Mio\.?|Mrd\.?|mln|mld)"
_ANNIVERSARY = r"anniversar[yi]|aniversári?o|aniversario|anniversaire|Jahrestag|verjaardag|rocznic"
_MONTHS = (
    r"(?:months?|years?|days|meses|años|anos|mois|ans|Monaten?|Jahren?|maanden|jaar|mesi|anni"
    r"|miesięcy|lat)"
)
_AFTER = (
    r"(?:after|from|following|desde|después|a partir|après|à compter|nach|ab|na|vanaf|após|a contar"
    r"|dopo|dalla|po|od)\b"
)
SHAPES = {
    "percent": re.compile(
        r"\d\s*%|\bper\s*cent|percent|basis points|\bbps?\b|v\.?\s?H\.|por ciento|por cento"
        r"|pour cent|procent|per annum|puntos básicos|points de base|Basispunkt|basispunt"
        r"|pontos[ -]base|punti base|punkt\w* bazow",
        re.IGNORECASE,
    ),
    "ratio": re.compile(
        r"\b\d+(?:[.,]\d+)?\s*(?:to|:)\s*1(?:[.,]0+)?\b|\b\d[.,]\d+\s*x\b|\b\d+(?:\.\d+)?\s*%",
        re.IGNORECASE,
    ),
    "amount": re.compile(
        rf"(?:[$€£¥]|\b{_CURRENCY})\s*\d|\d[\d.,]{{3,}}\s*(?:{_CURRENCY}|{_MANY})|\d\s*{_MANY}"
        r"|\d{1,3}(?:[.,]\d{3}){2,}",
        re.IGNORECASE,
    ),
    "date": re.compile(
        rf"\b(?:19|20)\d\d\b|{_ANNIVERSARY}|\b{_MONTHS}\s+{_AFTER}",
        re.IGNORECASE,
    ),
    "tenor": re.compile(
        r"\b(?:one|two|three|six|twelve|1|2|3|6|12)\)?\s*"
        r"(?:,|or\b|and\b|[ouey]\b|und\b|oder\b|months?|Monat|meses|mois|maand|mesi\b|miesi)",
        re.IGNORECASE,
    ),
}
_SHAPE_OF = {
    FieldType.PERCENT: "percent",
    FieldType.RATIO: "ratio",
    FieldType.AMOUNT: "amount",
    FieldType.DATE: "date",
    FieldType.YEAR: "date",
    FieldType.MONTH: "date",
    FieldType.SCHEDULE: "date",
    FieldType.TENOR_SET: "tenor",
}


def num_shaped(text: str) -> dict[str, int]:
    """How many figures of each shape a text has."""
    return {shape: len(pattern.findall(text)) for shape, pattern in SHAPES.items()}


def matches(passages: Sequence[Passage], vocabulary: Vocabulary) -> Scores:
    """Scores by field, and by group for its queries; rare words of this document count most."""
    return _field_scores(passages, vocabulary) | _query_scores(passages, vocabulary)


def _field_scores(passages: Sequence[Passage], vocabulary: Vocabulary) -> Scores:
    hits = _hits(passages, vocabulary)
    scores: Scores = {}
    for field in vocabulary.fields:
        worth: dict[int, list[float]] = defaultdict(list)
        for phrase in vocabulary.by_field[field.key]:
            for number, value in hits.get(phrase, {}).items():
                worth[number].append(value)
        scores[field.key] = {number: _together(values) for number, values in worth.items()}
        if shape := _SHAPE_OF.get(field.type):
            _weigh(scores[field.key], passages, shape)
    return scores


def _hits(passages: Sequence[Passage], vocabulary: Vocabulary) -> dict[Phrase, dict[int, float]]:
    """By phrase and passage what it is worth there: once more where the passage is headed by it."""
    here = [vocabulary.phrases.found(passage.words) for passage in passages]
    above = [vocabulary.phrases.found(stems(passage.topic)) for passage in passages]
    frequency = Counter(phrase for found in here for phrase in found)
    hits: dict[Phrase, dict[int, float]] = defaultdict(dict)
    for number, (own, topic) in enumerate(zip(here, above, strict=True)):
        for phrase in own.keys() | topic.keys():
            saturated = own[phrase] / (own[phrase] + HALF_FULL) + (phrase in topic)
            hits[phrase][number] = _rarity(frequency[phrase], len(passages)) * saturated
    return hits


def _rarity(frequency: int, num_passages: int) -> float:
    return math.log(1 + (num_passages - frequency + 0.5) / (frequency + 0.5)) if frequency else 1.0


def _together(values: Sequence[float]) -> float:
    best = max(values)
    return best + OTHER_NAMES * (sum(values) - best)


def _weigh(scores: dict[int, float], passages: Sequence[Passage], shape: str) -> None:
    for number in scores:
        is_shaped = SHAPES[shape].search(passages[number].text) is not None
        scores[number] *= SHAPED if is_shaped else UNSHAPED


def _query_scores(passages: Sequence[Passage], vocabulary: Vocabulary) -> Scores:
    here = [set(pairs(passage.words)) for passage in passages]
    frequency = Counter(pair for found in here for pair in found)
    worth = {pair: math.log(1 + len(passages) / (1 + n)) for pair, n in frequency.items()}
    return {
        group: {
            number: sum(worth[pair] for pair in sorted(common))
            for number, found in enumerate(here)
            if (common := found & wanted)
        }
        for group, wanted in vocabulary.queries.items()
    }
