"""How much of a company's gold evidence a plan asks about, and for how many tokens."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from factsheet_schemas import ExtractOptions, Preset, Schema, Settings
from factsheet_schemas.options import Lender, Retriever
from factsheet_service.core.planning import Plan, judge_of, plan_run
from factsheet_service.core.progress import silent
from factsheet_service.core.retrieval import Similarities, WindowIndex
from factsheet_service.core.windows import cut_windows, estimate_tokens
from factsheet_service.engines.embedding import Embedder
from factsheet_service.engines.vllm import Prompts, VllmSettings
from factsheet_service.pipeline.likeness import Likeness
from factsheet_service.stores.vectors import VectorLog

from bench.companies import Company, read_company
from bench.quotes import Place, Quoted, quoted

WINDOW_TOKENS = 6500
RANKED_TOKENS = 2000  # of a window whose rank is asked for, as the original's chunks have
TOPS = (1, 3, 10)
CALL_TOKENS = 14  # behind each question: the template, and half a block of the cache
ANY_LENDER = Lender(name="a lender")  # so that all fields are asked


@dataclass(frozen=True, slots=True)
class Subject:
    """A company with the places of its evidence."""

    company: Company
    folder: str  # of its gold
    found: tuple[Quoted, ...]
    tokens: int  # of its documents
    similarities: Similarities | None = None  # where there is an endpoint


@dataclass(slots=True)
class Tally:
    """What was asked, of one company or of several."""

    quotes: int = 0
    quotes_asked: int = 0
    values: int = 0
    values_asked: int = 0
    tokens: int = 0
    pairs: int = 0  # of a window and a group, asked
    missed: Counter[str] = field(default_factory=Counter)  # quotes by group
    stated: Counter[str] = field(default_factory=Counter)

    def add(self, one: Quoted, asked: Sequence[bool], group: str) -> None:
        """Count one value, by which of its quotes are asked."""
        self.quotes += len(asked)
        self.quotes_asked += sum(asked)
        self.values += 1
        self.values_asked += all(asked) if one.needs_all else any(asked)
        self.stated[group] += len(asked)
        self.missed[group] += len(asked) - sum(asked)


def subject(gold: Path, schema: Schema, url: str | None = None) -> Subject:
    """The company of one gold file, compared by the vectors of an endpoint if one is given."""
    company = read_company(gold, schema)
    tokens = sum(estimate_tokens(one.text) for one in company.documents if one.is_read)
    likeness = asyncio.run(_compared(company, schema, url)) if url else None
    return Subject(company, gold.parent.name, quoted(company), tokens, likeness)


async def _compared(company: Company, schema: Schema, url: str) -> Similarities:
    embedder = Embedder(VllmSettings(base_url=url))
    with tempfile.TemporaryDirectory() as folder:
        log = VectorLog(Path(folder) / "vectors.sqlite")
        try:
            read = [one for one in company.documents if one.is_read]
            return (
                await Likeness(embedder, log).compared(read, schema.groups, silent)
            ).similarities
        finally:
            log.close()
            await embedder.aclose()


def asked_of(
    one: Subject, schema: Schema, preset: Preset, retriever: Retriever = Retriever.BM25
) -> Tally:
    """What of a company's evidence the sweep asks about."""
    settings = Settings(retriever=retriever)
    options = ExtractOptions(preset=preset, settings=settings, lender_of_interest=ANY_LENDER)
    read = [document for document in one.company.documents if document.is_read]
    judge = judge_of(schema, options, one.similarities)
    plan = plan_run(read, WINDOW_TOKENS, schema, options, judge)
    tally = Tally(
        tokens=sweep_tokens(plan, Prompts(schema)), pairs=plan.num_questions - len(plan.steps)
    )
    shown, group_of = _shown(plan), groups_of(schema)
    for value in one.found:
        asked = [is_any_in(places, shown[value.field]) for places in value.quotes]
        tally.add(value, asked, group_of[value.field])
    return tally


def _shown(plan: Plan) -> Mapping[str, set[tuple[str, int]]]:
    """Per field the lines that are shown with a question for it."""
    shown: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for step in plan.steps:
        lines = {(step.window.document.id, line.start) for line in step.window.lines}
        for spec in (spec for question in step.questions[1:] for spec in question.fields):
            shown[spec.key] |= lines
    return shown


def is_any_in(places: Iterable[Place], shown: set[tuple[str, int]]) -> bool:
    """Whether all lines of one of the places are among those shown."""
    return any(shown.issuperset((one.document, line) for line in one.lines) for one in places)


def sweep_tokens(plan: Plan, prompts: Prompts) -> int:
    """Prompt tokens that a server computes of a sweep's detection and group questions."""
    questions = (question for step in plan.steps for question in step.questions)
    asked = sum(estimate_tokens(prompts.question(one)) + CALL_TOKENS for one in questions)
    windows = sum(step.window.num_tokens for step in plan.steps)
    return estimate_tokens(prompts.system) + windows + asked


def groups_of(schema: Schema) -> dict[str, str]:
    """The group of each field."""
    return {spec.key: group.key for group in schema.groups for spec in group.fields}


def ranked(one: Subject, schema: Schema, retriever: Retriever) -> Counter[int]:
    """Quotes within the first windows of their group, by how many those are; 0: all quotes."""
    options = ExtractOptions(settings=Settings(retriever=retriever))
    judge = judge_of(schema, options, one.similarities)
    documents = [document for document in one.company.documents if document.is_read]
    windows = [w for document in documents for w in cut_windows(document, RANKED_TOKENS)]
    index, within = WindowIndex(windows), Counter[int]()
    lines = [{(w.document.id, line.start) for line in w.lines} for w in windows]
    orders = {group.key: judge.ranked(windows, index, group.key) for group in schema.groups}
    for value in one.found:
        order = orders[groups_of(schema)[value.field]]
        for places in value.quotes:
            touched = {(place.document, place.lines[0]) for place in places}
            rank = next((r for r, n in enumerate(order) if lines[n] & touched), None)
            within.update([0, *(top for top in TOPS if rank is not None and rank < top)])
    return within


def added(one: Tally, other: Tally) -> Tally:
    """The sum of two tallies."""
    return Tally(
        one.quotes + other.quotes,
        one.quotes_asked + other.quotes_asked,
        one.values + other.values,
        one.values_asked + other.values_asked,
        one.tokens + other.tokens,
        one.pairs + other.pairs,
        one.missed + other.missed,
        one.stated + other.stated,
    )
