from dataclasses import replace

import pytest

from chaos.account import Account
from chaos.verdict import Round, comparable, failings, read_round, table

GOOD = Account(
    needed=1000,
    paid=1010,
    paid_twice=10,
    repaid=1,
    broken=20,
    refused=5,
    kills=10,
    kills_in_flight=7,
    worst_kill=16,
)
ROUND = Round(1, "sqlite", 60.0, 20, (), (), (), 3, 0, GOOD, {"freezes": 2})


def test_a_round_within_the_bar_fails_nothing():
    assert list(failings([ROUND])) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"lost": ("c1",)}, "lost: c1"),
        ({"wrong": ("c1", "c2")}, "wrong: c1, c2"),
        ({"doubled": ("c1",)}, "doubled: c1"),
        ({"fallen": 1}, "1 processes ended by themselves"),
        ({"jobs": 0}, "0 jobs and 10 kills are no trial"),
        ({"account": replace(GOOD, worst_kill=17)}, "one kill lost 17 answers"),
        ({"account": replace(GOOD, repaid=2)}, "2 of 1000 calls were paid again"),
        ({"account": replace(GOOD, kills_in_flight=6)}, "only 6 of 10 kills"),
    ],
)
def test_what_is_beyond_the_bar_is_named(changes, told):
    (failing,) = failings([replace(ROUND, **changes)])
    assert told in failing


def test_shares_are_over_all_rounds_together():
    spared = replace(ROUND, account=replace(GOOD, kills_in_flight=10, repaid=0))
    poor = replace(ROUND, account=replace(GOOD, kills_in_flight=4, repaid=2))
    assert list(failings([spared, poor])) == []


def test_a_round_is_kept_as_a_line():
    assert read_round(ROUND.as_json()).account == GOOD


def test_the_table_ends_with_sums():
    assert table([ROUND, ROUND]).splitlines()[-1].startswith("| all |  | 40 | 6 |")


def test_records_are_compared_without_what_two_runs_may_differ_in():
    run = {"id": "1", "started_at": "now", "seconds": 1.0, "usage": {"calls": 3}, "engine": "vllm"}
    other = {"id": "2", "started_at": "then", "seconds": 2.0, "usage": {}, "engine": "vllm"}
    assert comparable({"deal": 1, "run": run}) == comparable({"run": other, "deal": 1})
    assert comparable({"deal": 1, "run": run}) != comparable({"deal": 2, "run": run})
