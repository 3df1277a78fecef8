"""Many hostile files, side by side, each outcome kept as soon as it is known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

from factsheet_service.documents import ReadLimits

from .attacks import ATTACKS
from .measure import Outcome, measured
from .mutations import mutated
from .originals import originals

_ATTACKS = {attack.name: attack for attack in ATTACKS}
LIMITS = ReadLimits()


def attack(name: str) -> Outcome:
    """What becomes of an attack."""
    made = _ATTACKS[name]
    return measured(made.file, made.make(), LIMITS)


def mutation(name: str, folder: Path | None) -> Outcome:
    """What becomes of the mutation whose seed is in the name: ``17.pdf``."""
    return measured(name, mutated(_originals(folder), int(name.partition(".")[0])), LIMITS)


@cache
def _originals(folder: Path | None) -> tuple[bytes, ...]:
    return originals(folder)


def attacks(names: Iterable[str], kept: Path, parallel: int) -> Iterator[Outcome]:
    """Outcomes of attacks, in the order in which they end; of those in ``kept`` first."""
    files = {_ATTACKS[name].file: name for name in names}
    done = known(kept)
    yield from (done[file] for file in files if file in done)
    left = [name for file, name in files.items() if file not in done]
    yield from _tried(partial(attack), left, kept, parallel)


def mutations(
    seeds: Iterable[int], folder: Path | None, kept: Path, parallel: int
) -> Iterator[Outcome]:
    """Outcomes of mutations, in the same way."""
    done = known(kept)
    names = [f"{seed}.pdf" for seed in seeds]
    yield from (done[name] for name in names if name in done)
    left = [name for name in names if name not in done]
    yield from _tried(partial(mutation, folder=folder), left, kept, parallel)


def known(kept: Path) -> dict[str, Outcome]:
    """Outcomes of an earlier run, by name."""
    if not kept.exists():
        return {}
    lines = kept.read_text("utf-8").splitlines()
    found = (Outcome(**json.loads(line)) for line in lines)
    return {one.name: one for one in found}


def _tried(
    try_one: partial[Outcome], names: Iterable[str], kept: Path, parallel: int
) -> Iterator[Outcome]:
    kept.parent.mkdir(parents=True, exist_ok=True)
    workers = ProcessPoolExecutor(parallel, mp_context=get_context("spawn"))
    with workers, kept.open("a", encoding="utf-8") as file:
        for future in as_completed([workers.submit(try_one, name) for name in names]):
            outcome = future.result()
            file.write(json.dumps(asdict(outcome)) + "\n")
            file.flush()
            yield outcome
