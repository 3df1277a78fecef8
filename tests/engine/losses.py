"""Where a gold value was lost on its way into the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.gold_items import Book, Item
from engine.perfect_reader import PerfectReader
from engine.reading import squeezed
from factsheet_schemas import Record, Schema
from factsheet_service.core.document import Document, Window
from factsheet_service.evaluation.gold import Gold
from factsheet_service.evaluation.judging import Outcome
from factsheet_service.evaluation.scoring import score

STAGES = ("gold", "text", "windows", "asked", "answered", "kept")


@dataclass(frozen=True, slots=True)
class Fate:
    """One gold value: the last stage that it reached, and what the record says."""

    item: Item
    stage: str
    outcome: str
    said: object = None


def fates(
    book: Book,
    gold: Gold,
    record: Record,
    reader: PerfectReader,
    documents: Sequence[Document],
    schema: Schema,
) -> Iterator[Fate]:
    """The fate of every value of the gold that is scored."""
    texts = {one.id: one.text for one in documents}
    judged = {(v.field, v.row): v for v in score(record, gold, schema, texts).verdicts}
    for item in (one for one in book.items if one.is_core):
        verdict = judged.get((item.field, item.names[0] if item.names else None))
        if verdict is None or verdict.outcome is Outcome.NEUTRAL:
            continue
        is_kept = verdict.outcome in (Outcome.RIGHT, Outcome.ABSENT)
        stage = "kept" if is_kept else _stage(item, reader, documents)
        yield Fate(item, stage, str(verdict.outcome), verdict.answered)


def _stage(item: Item, reader: PerfectReader, documents: Sequence[Document]) -> str:
    quotes = [squeezed(quote) for quote in item.quotes]
    if not _stand(item, quotes, [squeezed(one.text) for one in documents]):
        return "gold"
    windows: dict[str, Window] = {window.key: window for window, _, _ in reader.answered}
    shown = {key: _shown(window) for key, window in windows.items()}
    if not _stand(item, quotes, shown.values()):
        return "text"
    here = {key for key, text in shown.items() if _stand(item, quotes, [text])}
    asked = [
        (window, answer)
        for window, question, answer in reader.answered
        if window.key in here and item.field in {spec.key for spec in question.fields}
    ]
    if not asked:
        return "windows"
    rows = [row for _, answer in asked for row in answer.rows]
    said = any(row.field == item.field and row.value == item.value.strip() for row in rows)
    return "answered" if said else "asked"


def _shown(window: Window) -> str:
    return "".join(squeezed(line.text) for line in window.lines)


def _stand(item: Item, quotes: Sequence[str], texts: object) -> bool:
    enough = all if item.needs_all else any
    return any(enough(quote in text for quote in quotes) for text in texts)


def table(found: Sequence[Fate]) -> str:
    """How many values came through each stage."""
    last = Counter(STAGES.index(fate.stage) for fate in found)
    reached = [sum(last[n] for n in range(at, len(STAGES))) for at in range(len(STAGES))]
    return ", ".join(f"{stage} {count}" for stage, count in zip(STAGES, reached, strict=True))
