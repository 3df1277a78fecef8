"""Hostile files by name, mutated PDFs, answers and quotes by seed.

    .venv/bin/python -m fuzz [attacks] [pdfs] [answers] [quotes] [--seeds 10000] [--first 0]
                             [--folder DIR] [--parallel 2]

Outcomes of files are kept in ``out/fuzz``, from where the same command goes on. Exit code 1 where
a file's outcome is not typed, or it took more than 60 s or 1 GB, or something else than its own
process died of it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import answers, quotes, trial, verdict
from .attacks import ATTACKS
from .measure import Outcome

OUT = Path("out/fuzz")
KINDS = ("attacks", "pdfs", "answers", "quotes")
_TOLD_EVERY = 500


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="fuzz", description="Hostile files, and what they do.")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)}")
    parser.add_argument("--seeds", type=int, default=10_000, help="mutations of each kind")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--folder", type=Path, help="PDFs to mutate besides the small ones")
    parser.add_argument("--parallel", type=int, default=2, help="files at the same time")
    return parser.parse_args()


def main() -> int:
    """Run what was asked for; the exit code."""
    given = arguments()
    kinds = given.kinds or KINDS
    wrong: list[str] = []
    if "attacks" in kinds:
        names = [attack.name for attack in ATTACKS]
        wrong += _told(trial.attacks(names, OUT / "attacks.jsonl", given.parallel), "attacks")
    seeds = range(given.first, given.first + given.seeds)
    if "pdfs" in kinds:
        kept = OUT / "pdfs.jsonl"
        wrong += _told(trial.mutations(seeds, given.folder, kept, given.parallel), "mutated PDFs")
    for kind, tried in (("answers", answers.tried), ("quotes", quotes.tried)):
        if kind in kinds:
            wrong += _counted(tried(seeds), kind)
    print(*wrong, sep="\n")
    return 1 if wrong else 0


def _told(outcomes: Iterator[Outcome], what: str) -> list[str]:
    done: list[Outcome] = []
    for outcome in outcomes:
        done.append(outcome)
        if len(done) % _TOLD_EVERY == 0:
            print(f"{time.strftime('%H:%M:%S')} {len(done)} {what}", flush=True)
    print(f"\n{len(done)} {what}", *verdict.table(done), sep="\n", flush=True)
    return list(verdict.failings(done))


def _counted(failings: Iterable[str | None], what: str) -> list[str]:
    started, told = time.monotonic(), list(failings)
    wrong = [one for one in told if one]
    seconds = time.monotonic() - started
    print(f"\n{len(told)} {what}, {len(wrong)} gone wrong, {seconds:.0f} s", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
