"""Whether a run under chaos lost nothing, falsified nothing and paid nothing for nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from chaos.account import Account

MAX_REPAID = 0.001  # of the calls needed
MIN_IN_FLIGHT = 0.7  # of the kills
PERMITS = 16  # calls that one process has in flight at most


@dataclass(frozen=True, slots=True)
class Round:
    """One run under chaos."""

    seed: int
    database: str
    seconds: float
    jobs: int
    lost: tuple[str, ...]  # companies whose job did not end with a record
    wrong: tuple[str, ...]  # companies whose record is another than without chaos
    doubled: tuple[str, ...]  # companies that have more than one job
    partial: int  # jobs that ended so, as they do without chaos
    fallen: int  # processes that ended by themselves
    account: Account
    counts: Mapping[str, int] = field(default_factory=dict)  # what else was done

    def as_json(self) -> str:
        """As a line of a file."""
        return json.dumps(asdict(self), sort_keys=True)


def read_round(line: str) -> Round:
    """A round out of a line of a file."""
    data = json.loads(line)
    return Round(**{**data, "account": Account(**data["account"])})


def comparable(record: Mapping[str, Any]) -> str:
    """A record as canonical JSON, without what two runs of the same may differ in.

    That is the run's id and times, and what this attempt has paid itself and not found in the memo.
    """
    run = dict(record["run"])
    for name in ("id", "started_at", "seconds", "usage"):
        run.pop(name)
    return json.dumps({**record, "run": run}, sort_keys=True, ensure_ascii=False)


def failings(rounds: Sequence[Round]) -> Iterator[str]:
    """What of the bar is not reached."""
    for one in rounds:
        where = f"seed {one.seed} on {one.database}"
        for name in ("lost", "wrong", "doubled"):
            if companies := getattr(one, name):
                yield f"{where}: {name}: {', '.join(companies)}"
        if one.fallen:
            yield f"{where}: {one.fallen} processes ended by themselves"
        if one.account.worst_kill > PERMITS:
            yield f"{where}: one kill lost {one.account.worst_kill} answers"
        if not one.jobs or not one.account.kills:
            yield f"{where}: {one.jobs} jobs and {one.account.kills} kills are no trial"
    yield from _over_all(rounds)


def _over_all(rounds: Sequence[Round]) -> Iterator[str]:
    total = {name: sum(getattr(r.account, name) for r in rounds) for name in Account.__slots__}
    if total["repaid"] > MAX_REPAID * total["needed"]:
        yield f"{total['repaid']} of {total['needed']} calls were paid again after being durable"
    if total["kills_in_flight"] < MIN_IN_FLIGHT * total["kills"]:
        yield f"only {total['kills_in_flight']} of {total['kills']} kills hit a call in flight"


_COLUMNS = (
    ("seed", lambda one: one.seed),
    ("database", lambda one: one.database),
    ("jobs", lambda one: one.jobs),
    ("partial", lambda one: one.partial),
    ("lost", lambda one: len(one.lost)),
    ("wrong", lambda one: len(one.wrong)),
    ("doubled", lambda one: len(one.doubled)),
    ("kills", lambda one: one.account.kills),
    ("in flight", lambda one: one.account.kills_in_flight),
    ("freezes", lambda one: one.counts.get("freezes", 0)),
    ("crashes", lambda one: one.counts.get("crashes", 0)),
    ("outages", lambda one: sum(one.counts.get(m, 0) for m in ("busy", "hang", "resets"))),
    ("calls needed", lambda one: one.account.needed),
    ("paid twice", lambda one: one.account.paid_twice),
    ("worst kill", lambda one: one.account.worst_kill),
    ("re-paid", lambda one: one.account.repaid),
    ("broken off", lambda one: one.account.broken),
)


def table(rounds: Sequence[Round]) -> str:
    """The rounds in Markdown, their sums last."""
    rows = [[str(value(one)) for _, value in _COLUMNS] for one in rounds]
    if len(rounds) > 1:
        sums = [str(sum(value(one) for one in rounds)) for _, value in _COLUMNS[2:]]
        rows.append(["all", "", *sums])
    lines = [[name for name, _ in _COLUMNS], ["---"] * len(_COLUMNS), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
