"""Where a gold value was lost on its way into the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.gold_items import Book, Item
from engine.page import squeezed
from engine.perfect_reader import PerfectReader
from factsheet_schemas import Evidence, FieldValue, Record, Schema
from factsheet_service.core.document import Document, Window
from factsheet_service.engines.vllm.answers import TABLE
from factsheet_service.evaluation.gold import Gold, Kind
from factsheet_service.evaluation.judging import Outcome, Verdict
from factsheet_service.evaluation.scoring import score
from factsheet_service.evaluation.spans import SHARE, Sources, words_overlap
from factsheet_service.evaluation.tranches import assign

STAGES = ("gold", "text", "windows", "asked", "answered", "right", "kept")


@dataclass(frozen=True, slots=True)
class Fate:
    """One gold value: the last stage that it reached, and what the record says.

    A value is ``right`` as such and in its row; ``kept``, if its evidence also shows it.
    """

    item: Item
    stage: str
    outcome: str
    said: object = None
    has_formula: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """A run of the flawless reader over one company, judged."""

    name: str
    fates: tuple[Fate, ...]
    invented: tuple[Verdict, ...]  # said where the gold has nothing
    decoys: tuple[Item, ...]  # what other documents say, and this one overrides
    unseen: tuple[Item, ...]  # decoys that the reader did not answer with

    @property
    def lost(self) -> tuple[Fate, ...]:
        """What did not come through, but for what the documents do not say."""
        return tuple(one for one in self.fates if one.stage not in ("kept", "gold"))

    @property
    def unstated(self) -> tuple[Fate, ...]:
        """Values of the gold whose quotes stand in no document."""
        return tuple(one for one in self.fates if one.stage == "gold")


@dataclass(frozen=True, slots=True)
class Run:
    """What was run and came of it."""

    book: Book
    gold: Gold
    record: Record
    reader: PerfectReader
    documents: Sequence[Document]
    schema: Schema


def traced(run: Run) -> Trace:
    """The fate of every value of the gold that is scored, and what else was said."""
    texts = {one.id: one.text for one in run.documents}
    verdicts = score(run.record, run.gold, run.schema, texts).verdicts
    invented = tuple(v for v in verdicts if v.outcome is Outcome.INVENTED)
    decoys = tuple(item for item in run.book.items if not item.is_core)
    rows = [row for _, _, answer in run.reader.answered for row in answer.rows]
    said = {(row.field, row.value) for row in rows}
    unseen = tuple(item for item in decoys if (item.field, item.value) not in said)
    return Trace(run.gold.name, tuple(_fates(run, verdicts)), invented, decoys, unseen)


def _fates(run: Run, verdicts: Sequence[Verdict]) -> Iterator[Fate]:
    judged = {(verdict.field, verdict.row): verdict for verdict in verdicts}
    cells, places = _cells(run), Sources({one.id: one.text for one in run.documents})
    for item in (one for one in run.book.items if one.is_core):
        row = item.names[0] if item.names else None
        verdict = judged.get((item.field, row))
        if verdict is None or verdict.outcome is Outcome.NEUTRAL:
            continue
        cell = cells.get((item.field, row))
        reached = _reached(item, verdict, cell, places)
        stage = reached or _lost_at(item, run.reader, run.documents)
        formula = cell is not None and cell.derivation is not None
        yield Fate(item, stage, str(verdict.outcome), verdict.answered, formula)


def _cells(run: Run) -> dict[tuple[str, str | None], FieldValue]:
    """The record's cells by field and the gold's name for their row."""
    pairs = assign(run.gold.rows, run.record.facilities, run.schema).pairs
    found = {(key, None): cell for key, cell in run.record.deal.items()}
    for row, facility in pairs:
        found |= {(key, row.called): cell for key, cell in run.record.deal.items()}
        found |= {(key, row.called): cell for key, cell in facility.fields.items()}
    return found


def _reached(item: Item, verdict: Verdict, cell: FieldValue | None, places: Sources) -> str | None:
    """``kept`` or ``right``; None where the value did not come out at all."""
    if verdict.outcome is not Outcome.RIGHT or cell is None:
        return None
    cited = [one for one in cell.evidence if item.document in (None, one.document_name)]
    shown = [any(_covers(one, quote, places) for one in cited) for quote in item.sources]
    is_shown = all(shown) if item.kind == Kind.DERIVED else any(shown)
    return "kept" if is_shown or not item.sources else "right"


def _covers(cited: Evidence, quote: str, places: Sources) -> bool:
    """Whether a cited stretch has half of a quote, or is half of it; the words themselves where
    the quote stands in none of the texts, as where a table's cells were marked."""
    spans = places.find(quote)
    if not spans:
        return squeezed(quote) in squeezed(cited.quote) or words_overlap(cited.quote, quote)
    return any(_share(cited, span, places) for span in spans.get(cited.document, []))


def _share(cited: Evidence, span: tuple[int, int], places: Sources) -> bool:
    start, end = max(cited.start, span[0]), min(cited.end, span[1])
    lengths = [places.length(cited.document, s) for s in (span, (cited.start, cited.end))]
    return start < end and places.length(cited.document, (start, end)) >= SHARE * min(lengths)


def _lost_at(item: Item, reader: PerfectReader, documents: Sequence[Document]) -> str:
    quotes = [squeezed(quote) for quote in item.quotes]
    if not _all_stand(item, quotes, [squeezed(one.text) for one in documents]):
        return "gold"
    windows: dict[str, Window] = {window.key: window for window, _, _ in reader.answered}
    shown = {key: _shown(window) for key, window in windows.items()}
    if not _all_stand(item, quotes, shown.values()):
        return "text"
    here = {key for key, text in shown.items() if any(quote in text for quote in quotes)}
    asked = [
        answer
        for window, question, answer in reader.answered
        if window.key in here and item.field in {spec.key for spec in question.fields}
    ]
    if not asked:
        return "windows"
    rows = [row for answer in asked for row in answer.rows if row.field == item.field]
    said = any(item.value in (row.value, TABLE) for row in rows)
    return "answered" if said else "asked"


def _shown(window: Window) -> str:
    return "".join(squeezed(line.text) for line in window.lines)


def _all_stand(item: Item, quotes: Sequence[str], texts: Iterable[str]) -> bool:
    """Whether one of the quotes stands somewhere; each does, if the value is derived."""
    everything = list(texts)
    enough = all if item.needs_all else any
    return enough(any(quote in text for text in everything) for quote in quotes)


def table(traces: Sequence[Trace]) -> str:
    """How many values came through each stage, by kind."""
    fates = [fate for trace in traces for fate in trace.fates]
    kinds = sorted({fate.item.kind for fate in fates})
    head = f"{'':10}" + "".join(f"{stage:>9}" for stage in STAGES)
    rows = [_row(kind, [f for f in fates if f.item.kind == kind]) for kind in kinds]
    return "\n".join([head, *rows, _row("all", fates)])


def _row(name: str, fates: Sequence[Fate]) -> str:
    last = Counter(STAGES.index(fate.stage) for fate in fates)
    reached = [sum(last[n] for n in range(at, len(STAGES))) for at in range(len(STAGES))]
    return f"{name:10}" + "".join(f"{count:9}" for count in reached)
