"""Whatever becomes of the server in the middle of a run, no call is lost."""

from __future__ import annotations

import asyncio

import pytest
from engine.agreements import ON_THE_WIRE, book_of, cells, run
from engine.casting import READER_SEED
from engine.gold_sets import SCHEMA
from engine.perfect_reader import PerfectReader
from engine.server import GOOD, judged_by
from engine.waiting import until
from factsheet_schemas import Status

AGREEMENT = ON_THE_WIRE[0]
READER = judged_by("FlawlessReader")
NARROW = (*GOOD, *READER, "--max-num-seqs", "2", "--max-num-queued-reqs", "2")
DRAINING = (*NARROW, "--shutdown-timeout", "60")
WINDOW_TOKENS = 2500  # more windows, so that a run has a middle
BEGUN = 8  # calls


@pytest.fixture
async def expected():
    return cells(
        await run(AGREEMENT, PerfectReader([book_of(AGREEMENT).dump()], SCHEMA, WINDOW_TOKENS))
    )


@pytest.fixture
def make_patient(shaky, make_engine):
    """Engines that wait no longer between attempts than a test has time for."""

    def make(**settings):
        patient = {"seed": READER_SEED, "window_tokens": WINDOW_TOKENS, "backoff_max_s": 2.0}
        return make_engine(shaky.server, SCHEMA, **patient, **settings)

    return make


async def run_through(trouble, shaky, engine, wire):
    """A run in the middle of which something happens to the server, which then comes back."""

    def end_and_return():
        trouble()
        shaky.running(*NARROW)

    running = asyncio.create_task(run(AGREEMENT, engine))
    await until(lambda: wire.num_answered(200) > BEGUN and wire.num_open > 0)
    assert not running.done()
    await asyncio.to_thread(end_and_return)
    return await running


def said_since(log, size):
    """What the server has written since its log had a size."""
    return log.read_bytes()[size:].decode(errors="replace")


def failures(record):
    rows = [record.deal, *(row.fields for row in record.facilities)]
    every = ((key, cell) for fields in rows for key, cell in fields.items())
    return ((key, cell.reason) for key, cell in every if cell.status is Status.FAILED)


def assert_nothing_lost(record, expected):
    assert list(failures(record)) == []
    assert cells(record) == expected
    assert record.coverage.questions_failed == 0
    assert record.run.is_complete


async def test_a_full_queue_loses_no_question(shaky, make_patient, expected):
    await asyncio.to_thread(shaky.running, *DRAINING)
    engine, wire = make_patient()
    record = await run(AGREEMENT, engine)

    assert_nothing_lost(record, expected)
    assert 0 < wire.num_answered(503) <= record.run.usage.retries


@pytest.mark.parametrize(("flags", "mode"), [(DRAINING, "drain"), (NARROW, "abort")])
async def test_a_server_that_is_ended_and_comes_back_loses_no_question(
    shaky, make_patient, expected, flags, mode
):
    server = await asyncio.to_thread(shaky.running, *flags)
    size = server.log.stat().st_size
    engine, wire = make_patient(max_in_flight=4)
    record = await run_through(shaky.terminate, shaky, engine, wire)

    assert_nothing_lost(record, expected)
    assert f"stopping engine client mode={mode}" in said_since(server.log, size)
    assert record.run.usage.retries > 0


async def test_a_server_that_is_killed_and_comes_back_loses_no_question(
    shaky, make_patient, expected
):
    await asyncio.to_thread(shaky.running, *NARROW)
    engine, wire = make_patient(max_in_flight=4)
    record = await run_through(shaky.kill, shaky, engine, wire)

    assert_nothing_lost(record, expected)
    # those in flight broke; whether one more met the closed port before the gate did is chance
    assert wire.errors
    assert record.run.usage.retries > 0
