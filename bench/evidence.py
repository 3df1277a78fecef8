"""How much of the gold evidence is asked about, and for how many tokens, per coverage; no server.

    PYTHONPATH=tests .venv/bin/python -m bench.evidence [GOLD...] [--only] [--fit] [--bury]
        [--url URL]

Companies are the shipped agreements, the example and all GOLD files, whose documents stand beside
or below them; ``--only``: GOLD alone. A quote counts as *asked* where one place of it lies within
lines that the sweep shows together with the question of its field's group; a value where one of
its quotes is asked, each of them if it is derived. *Tokens* are estimates of what a server has to
compute of the sweep's prompts: the fixed prompt, each window once, each question. *Top n*: quotes
of which one place lies within the n windows of 2,000 tokens that are ranked first for the group.

``--bury``: short companies with one document once more, made long by what the long companies say
where there is no evidence, which has terms of its own; means of three ways to do it.
``--url``: an embeddings endpoint, by whose vectors the other retrievers are measured beside bm25.
``--fit`` fits the weights of hope anew on all companies, prints them, and measures each folder of
companies by weights that were fitted on the others.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from factsheet_schemas import ExtractOptions, Preset, Schema, Settings, load_schema
from factsheet_schemas.options import Lender, Retriever
from factsheet_service.core.planning import Plan, judge_of, plan_run
from factsheet_service.core.progress import silent
from factsheet_service.core.retrieval import Similarities, WindowIndex
from factsheet_service.core.windows import cut_windows, estimate_tokens
from factsheet_service.engines.embedding import Embedder
from factsheet_service.engines.vllm import Prompts, VllmSettings
from factsheet_service.pipeline.likeness import Likeness
from factsheet_service.stores.vectors import VectorLog

from bench.burying import ADDED_TOKENS, blocks_without_evidence, buried
from bench.companies import Company, read_company, shipped_gold
from bench.fitting import fitted, read_lines, samples
from bench.quotes import Place, Quoted, quoted

WINDOW_TOKENS = 6500
RANKED_TOKENS = 2000  # of a window in the table of ranks, as the original's chunks have
LONG_TOKENS = 20_000  # of a company whose documents are of agreement length
TOPS = (1, 3, 10)
BURIALS = 3
APART = "apart_"  # agreements that nothing is fitted on
CALL_TOKENS = 14  # behind each question: the template, and half a block of the cache
ANY_LENDER = Lender(name="a lender")  # so that all fields are asked
PRESETS = (Preset.FULL, Preset.BALANCED, Preset.FAST, Preset.ORIGINAL)


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
        asked = [_is_any_in(places, shown[value.field]) for places in value.quotes]
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


def _is_any_in(places: Iterable[Place], shown: set[tuple[str, int]]) -> bool:
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


def asked_table(subjects: Sequence[Subject], schema: Schema) -> list[str]:
    """A line per company and preset."""
    lines = [
        "| company | document tokens | preset | quotes asked | values asked | tokens | of full |",
        "|" + "---|" * 7,
    ]
    sums = {preset: Tally() for preset in PRESETS}
    for one in subjects:
        full = asked_of(one, schema, Preset.FULL).tokens
        for preset in PRESETS[1:]:
            tally = asked_of(one, schema, preset)
            lines.append(_line(one.company.name, one.tokens, preset, tally, full))
            sums[preset] = _added(sums[preset], tally)
        sums[Preset.FULL].tokens += full
    tokens, full = sum(one.tokens for one in subjects), sums[Preset.FULL].tokens
    lines += [_line("all", tokens, preset, sums[preset], full) for preset in PRESETS[1:]]
    return [*lines, "", *_group_lines(sums)]


def _added(one: Tally, other: Tally) -> Tally:
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


def _line(name: str, tokens: int, preset: Preset, tally: Tally, full: int) -> str:
    return (
        f"| {name} | {tokens:,} | {preset} | {_share(tally.quotes_asked, tally.quotes)} "
        f"| {_share(tally.values_asked, tally.values)} | {tally.tokens:,} "
        f"| {tally.tokens / full:.2f} |"
    )


def _group_lines(sums: Mapping[Preset, Tally]) -> list[str]:
    presets = PRESETS[1:]
    groups = sorted(set().union(*(sums[preset].stated for preset in presets)))
    rows = [
        f"| {group} | "
        + " | ".join(
            _share(sums[p].stated[group] - sums[p].missed[group], sums[p].stated[group])
            for p in presets
        )
        + " |"
        for group in groups
    ]
    head = f"| quotes asked by group | {' | '.join(presets)} |"
    return [head, "|" + "---|" * (len(presets) + 1), *rows]


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / max(whole, 1):.1%})"


def rank_table(subjects: Sequence[Subject], schema: Schema) -> list[str]:
    """A line per retriever: how far up evidence ranks, and how much of it balanced asks about."""
    tops = " | ".join(f"top {top}" for top in TOPS)
    head = f"| retriever | quotes | {tops} | asked at balanced | tokens of bm25 |"
    lines = [head, "|" + "---|" * (len(TOPS) + 4)]
    words = 0
    for retriever in _retrievers(subjects):
        within, tally = Counter[int](), Tally()
        for one in subjects:
            within += ranked(one, schema, retriever)
            tally = _added(tally, asked_of(one, schema, Preset.BALANCED, retriever))
        words = words or tally.tokens
        shares = " | ".join(f"{within[top] / max(within[0], 1):.1%}" for top in TOPS)
        asked = _share(tally.quotes_asked, tally.quotes)
        more = f"{tally.tokens / words:.2f}"
        lines.append(f"| {retriever} | {within[0]} | {shares} | {asked} | {more} |")
    return lines


def _retrievers(subjects: Sequence[Subject]) -> list[Retriever]:
    has_vectors = all(one.similarities is not None for one in subjects)
    return list(Retriever) if has_vectors else [Retriever.BM25]


def buried_table(subjects: Sequence[Subject], schema: Schema) -> list[str]:
    """A line per folder of short companies, those that are kept apart by themselves."""
    short, long = _by_length(subjects)
    blocks = [list(blocks_without_evidence(one.company, one.found)) for one in long]
    sums: dict[str, tuple[Tally, int]] = {}
    for number, one in enumerate(one for one in short if len(one.company.documents) == 1):
        name = APART if one.company.name.startswith(APART) else one.folder
        for seed in range(BURIALS):
            host = blocks[(number + seed) % len(blocks)]
            deep = _buried(one, host, seed)
            tally, full = sums.get(name, (Tally(), 0))
            tally = _added(tally, asked_of(deep, schema, Preset.BALANCED))
            sums[name] = tally, full + asked_of(deep, schema, Preset.FULL).tokens
    head = "| buried | quotes asked | values asked | tokens of full |"
    rows = [
        f"| {name} | {_share(tally.quotes_asked, tally.quotes)} "
        f"| {_share(tally.values_asked, tally.values)} | {tally.tokens / full:.2f} |"
        for name, (tally, full) in sorted(sums.items())
    ]
    return [head, "|" + "---|" * 4, *rows]


def _by_length(subjects: Sequence[Subject]) -> tuple[list[Subject], list[Subject]]:
    """The short ones and the long ones."""
    long = [one for one in subjects if one.tokens >= LONG_TOKENS]
    return [one for one in subjects if one.tokens < LONG_TOKENS], long


def _buried(one: Subject, blocks: Sequence[str], seed: int) -> Subject:
    company = buried(one.company, blocks, seed)
    return Subject(company, one.folder, quoted(company), one.tokens + ADDED_TOKENS)


def fit_table(subjects: Sequence[Subject], schema: Schema) -> list[str]:
    """The weights of all, and what each folder's are read with the weights of the others.

    Agreements that are kept apart stay so.
    """
    subjects = [one for one in subjects if not one.company.name.startswith(APART)]
    made = {one.company.name: samples(one.company, one.found, schema) for one in subjects}
    lines = ["| folder | quotes read | of | values read | of |", "|" + "---|" * 5]
    for folder in sorted({one.folder for one in subjects}):
        others = [s for one in subjects if one.folder != folder for s in made[one.company.name]]
        weights, tally = fitted(others), Tally()
        for one in (one for one in subjects if one.folder == folder):
            read = read_lines(made[one.company.name], weights)
            for value in one.found:
                asked = [_is_any_in(places, read) for places in value.quotes]
                tally.add(value, asked, value.field)
        lines.append(
            f"| {folder} | {tally.quotes_asked} | {tally.quotes} | {tally.values_asked} "
            f"| {tally.values} |"
        )
    whole = fitted([sample for one in subjects for sample in made[one.company.name]])
    return [*lines, "", *(f"    {name}={value}," for name, value in whole._asdict().items())]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", nargs="*", type=Path)
    parser.add_argument("--only", action="store_true", help="without what is shipped")
    parser.add_argument("--fit", action="store_true", help="fit the weights of hope anew")
    parser.add_argument("--bury", action="store_true", help="make short agreements long")
    parser.add_argument("--url", help="an embeddings endpoint, with its /v1")
    options = parser.parse_args()
    schema = load_schema("credit_facility")
    golds = [*([] if options.only else shipped_gold()), *options.gold]
    subjects = [subject(gold, schema, options.url) for gold in golds]
    _, long = _by_length(subjects)
    tables = [asked_table(subjects, schema)]
    if len(long) < len(subjects) and long:
        tables.append(["Of agreement length:", *asked_table(long, schema)])
    tables.append(rank_table(long or subjects, schema))
    tables += [buried_table(subjects, schema)] if options.bury and long else []
    tables += [fit_table(subjects, schema)] if options.fit else []
    sys.stdout.write("\n\n".join("\n".join(lines) for lines in tables) + "\n")


if __name__ == "__main__":
    main()
