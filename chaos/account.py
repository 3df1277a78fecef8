"""What was paid, from the log of the model's server and what the memo keeps."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chaos.backend import Call
from chaos.databases import Answer
from chaos.processes import Hit, Kill


@dataclass(frozen=True, slots=True)
class Account:
    """Calls of questions, counted; probes of the server are none."""

    needed: int  # different ones that are kept
    paid: int  # answered whole
    paid_twice: int
    repaid: int  # of these, sent when the reply was in the memo already
    broken: int  # their client went away before the answer
    refused: int  # 503, or the connection broke
    kills: int
    kills_in_flight: int  # of a process with a call under way
    worst_kill: int  # most answers that one kill lost


def calls_in(log: Path) -> list[Call]:
    """The calls of a log; its last line may be cut off."""
    lines = log.read_text().splitlines()
    return [Call(**json.loads(line)) for line in lines if line.endswith("}")]


def account(calls: Sequence[Call], answers: Iterable[Answer], kills: Sequence[Kill]) -> Account:
    """The account of a run."""
    asked = [call for call in calls if call.kind != "probe"]
    paid = [call for call in asked if call.is_paid]
    kept = {json.loads(one.body)["id"]: one.created_at for one in answers}
    since = {call.key: kept[call.id] for call in paid if call.id in kept}
    hows = Counter(call.how for call in asked)
    return Account(
        needed=len(kept),
        paid=len(paid),
        paid_twice=len(paid) - len({call.key for call in paid}),
        repaid=sum(is_repaid(call, since) for call in paid),
        broken=hows["broken"],
        refused=hows["refused"] + hows["reset"],
        kills=len(kills),
        kills_in_flight=sum(any(was_open(call, kill) for call in asked) for kill in kills),
        worst_kill=max(lost_by_kill(paid, kept, kills).values(), default=0),
    )


def is_repaid(call: Call, since: Mapping[str, float]) -> bool:
    """Whether a call was sent though its reply was in the memo; ``since``: when that was written.

    The time is that at which the write began, so a call that crossed with it counts as well.
    """
    return call.arrived > since.get(call.key, float("inf"))


def was_open(call: Call, kill: Kill) -> bool:
    """Whether a call of the process that was killed was under way."""
    is_its = call.who == kill.who and kill.hit is not Hit.SERVING
    return is_its and call.arrived <= kill.at < call.ended


def lost_by_kill(
    paid: Sequence[Call], kept: Mapping[str, float], kills: Sequence[Kill]
) -> dict[Kill, int]:
    """By kill: the answers of what was killed that were not kept, and were paid once more."""
    payers: dict[str, set[str]] = defaultdict(set)
    for call in paid:
        payers[call.key].add(call.id)
    lost = (call for call in paid if call.id not in kept and len(payers[call.key]) > 1)
    by_kill = (_next_kill(call, kills) for call in lost)
    return Counter(kill for kill in by_kill if kill is not None)


def _next_kill(call: Call, kills: Sequence[Kill]) -> Kill | None:
    """The kill that took a process with the answer to its call: the first behind it, or the last
    where the model's server closed the call only when its client was gone."""
    its = [kill for kill in kills if kill.who == call.who]
    behind = [kill for kill in its if kill.at >= call.ended]
    if not its:
        return None
    return min(behind, key=_time) if behind else max(its, key=_time)


def _time(kill: Kill) -> float:
    return kill.at
