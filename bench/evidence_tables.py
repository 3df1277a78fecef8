"""Tables of how much evidence is asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from factsheet_schemas import Preset, Schema
from factsheet_schemas.options import Retriever

from bench.asked import TOPS, Subject, Tally, added, asked_of, is_any_in, ranked
from bench.burying import ADDED_TOKENS, blocks_without_evidence, buried
from bench.fitting import fitted, read_lines, samples
from bench.quotes import quoted

LONG_TOKENS = 20_000  # of a company whose documents are of agreement length
BURIALS = 3
APART = "apart_"  # agreements that nothing is fitted on
PRESETS = (Preset.FULL, Preset.BALANCED, Preset.FAST, Preset.ORIGINAL)


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
            sums[preset] = added(sums[preset], tally)
        sums[Preset.FULL].tokens += full
    tokens, full = sum(one.tokens for one in subjects), sums[Preset.FULL].tokens
    lines += [_line("all", tokens, preset, sums[preset], full) for preset in PRESETS[1:]]
    return [*lines, "", *_group_lines(sums)]


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
            tally = added(tally, asked_of(one, schema, Preset.BALANCED, retriever))
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
    short, long = by_length(subjects)
    blocks = [list(blocks_without_evidence(one.company, one.found)) for one in long]
    sums: dict[str, tuple[Tally, int]] = {}
    for number, one in enumerate(one for one in short if len(one.company.documents) == 1):
        name = APART if one.company.name.startswith(APART) else one.folder
        for seed in range(BURIALS):
            host = blocks[(number + seed) % len(blocks)]
            deep = _buried(one, host, seed)
            tally, full = sums.get(name, (Tally(), 0))
            tally = added(tally, asked_of(deep, schema, Preset.BALANCED))
            sums[name] = tally, full + asked_of(deep, schema, Preset.FULL).tokens
    head = "| buried | quotes asked | values asked | tokens of full |"
    rows = [
        f"| {name} | {_share(tally.quotes_asked, tally.quotes)} "
        f"| {_share(tally.values_asked, tally.values)} | {tally.tokens / full:.2f} |"
        for name, (tally, full) in sorted(sums.items())
    ]
    return [head, "|" + "---|" * 4, *rows]


def by_length(subjects: Sequence[Subject]) -> tuple[list[Subject], list[Subject]]:
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
                asked = [is_any_in(places, read) for places in value.quotes]
                tally.add(value, asked, value.field)
        lines.append(
            f"| {folder} | {tally.quotes_asked} | {tally.quotes} | {tally.values_asked} "
            f"| {tally.values} |"
        )
    whole = fitted([sample for one in subjects for sample in made[one.company.name]])
    return [*lines, "", *(f"    {name}={value}," for name, value in whole._asdict().items())]
