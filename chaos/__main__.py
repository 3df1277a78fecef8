"""Kill chaos by seed.

    .venv/bin/python -m chaos [--seed N ...] [--seconds 60] [--database sqlite ...] [--kills N]

Without ``--kills`` one round per seed and database; with it, rounds of the seeds from the first on
until so many processes were killed, each finished round kept in ``out/chaos/rounds.jsonl``, from
where the same command goes on. Exit code 1 where the bar is not reached.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from chaos.processes import free_port
from chaos.trial import KINDS, Trial
from chaos.verdict import Round, failings, read_round, table

OUT = Path("out/chaos")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="chaos", description="Kill chaos by seed.")
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--seconds", type=float, default=60.0, help="of disturbance in a round")
    parser.add_argument("--database", nargs="+", choices=KINDS, default=list(KINDS[:2]))
    parser.add_argument("--kills", type=int, help="go on until so many, with further seeds")
    return parser.parse_args()


def tell(text: str) -> None:
    """Say what is done, and when."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def run_all(seeds: Iterator[int], given: argparse.Namespace) -> list[Round]:
    """Rounds of the seeds on all databases; with ``--kills`` until there were enough."""
    kept = OUT / "rounds.jsonl"
    done = read_rounds(kept) if given.kills else []
    known = {(one.seed, one.database, one.seconds) for one in done}
    for seed in seeds:
        references: dict[str, str] = {}
        port = free_port()
        for kind in given.database:
            if given.kills and sum(one.account.kills for one in done) >= given.kills:
                return done
            if (seed, kind, given.seconds) in known:
                continue
            tell(f"seed {seed} on {kind}")
            logs = OUT / f"{seed}-{kind}"
            trial = Trial(seed, given.seconds, kind, logs, references, port, tell)
            done.append(asyncio.run(trial.run()))
            print(table(done[-1:]), flush=True)
            if given.kills:
                with kept.open("a") as file:
                    file.write(done[-1].as_json() + "\n")
    return done


def read_rounds(kept: Path) -> list[Round]:
    """The rounds that were finished before."""
    return [read_round(line) for line in kept.read_text().splitlines()] if kept.exists() else []


def main() -> int:
    """Run, and print the table and what is not reached."""
    given = arguments()
    OUT.mkdir(parents=True, exist_ok=True)
    rounds = run_all(count(given.seed[0]) if given.kills else iter(given.seed), given)
    print(f"\n{table(rounds)}")
    found = list(failings(rounds))
    print(*(f"FAILED {one}" for one in found), sep="\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
