import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from factsheet_schemas import Budget
from factsheet_schemas.record import Usage
from factsheet_service.core.fairness import Owner
from factsheet_service.core.memo import NOTHING_SPENT, Spent
from factsheet_service.core.questions import Answer, Kind, Question
from factsheet_service.pipeline.asking import Asker
from factsheet_service.pipeline.dispatch import Dispatcher, Turns
from support.build import make_schema, make_window
from support.clock import Clock
from support.scripted import ScriptedEngine


class SlowToWarm(ScriptedEngine):
    """Has a question answered while a window is still being warmed."""

    def __init__(self):
        super().__init__({})
        self.is_warming, self.gate = asyncio.Event(), asyncio.Event()

    async def warm(self, window, questions, priority):
        self.is_warming.set()
        await self.gate.wait()
        return Usage(calls=1)

    async def ask(self, window, question, priority=0):
        return Answer(usage=Usage(calls=1))


async def test_what_is_paid_while_a_window_is_warmed_is_counted():
    engine, schema = SlowToWarm(), make_schema()
    info, dispatcher = replace(await engine.probe(), max_in_flight=2), Dispatcher()
    dispatcher.configure(info)
    asker = Asker(engine, info, schema, Budget(), Turns(dispatcher, Owner("", "a")))
    window, question = make_window("A loan."), Question(Kind.GROUP, "g", schema.groups[0].fields)
    async with asyncio.timeout(10), asker.turns.window(window.num_tokens) as number:
        warming = asyncio.create_task(asker.warm(window, (question,), number))
        await engine.is_warming.wait()
        await asker.ask(window, question, number)
        engine.gate.set()
        await warming
    assert asker.usage.calls == 2


class Hanging(ScriptedEngine):
    """Never answers."""

    async def warm(self, window, questions, priority):
        await asyncio.Event().wait()

    async def ask(self, window, question, priority=0):
        await asyncio.Event().wait()


WINDOW = make_window("A loan.")
SCHEMA = make_schema()
QUESTION = Question(Kind.GROUP, "g", SCHEMA.groups[0].fields)


async def asker_of(engine, budget, clock, spent=NOTHING_SPENT, **more):
    info, dispatcher = replace(await engine.probe(), spent=spent), Dispatcher()
    dispatcher.configure(info)
    return Asker(engine, info, SCHEMA, budget, Turns(dispatcher, Owner("", "a")), clock, **more)


async def test_when_the_minutes_are_over_nothing_more_is_asked():
    engine, clock = ScriptedEngine({}), Clock(0)
    asker = await asker_of(engine, Budget(minutes=60), clock)
    async with asker.window(WINDOW) as number:
        assert await asker.ask(WINDOW, QUESTION, number) is not None
        clock.now = 3600
        assert await asker.ask(WINDOW, QUESTION, number) is None
    async with asker.window(WINDOW) as number:
        assert number is None
    assert (asker.num_answered, asker.num_refused, len(engine.asked)) == (1, 1, 1)


async def test_a_call_under_way_is_given_up_when_the_minutes_are_over():
    clock = Clock(0)
    asker = await asker_of(Hanging({}), Budget(minutes=60), clock)
    async with asyncio.timeout(10), asker.window(WINDOW) as number:
        clock.now = 3599.99
        assert await asker.ask(WINDOW, QUESTION, number) is None
    assert asker.num_refused == 1


async def test_a_window_whose_turn_does_not_come_in_time_is_not_waited_for():
    clock = Clock(0)
    asker = await asker_of(ScriptedEngine({}), Budget(minutes=60), clock)
    async with asyncio.timeout(10), AsyncExitStack() as stack:
        for _ in range(asker.turns.max_windows):
            await stack.enter_async_context(asker.turns.window(WINDOW.num_tokens))
        clock.now = 3599.99
        async with asker.window(WINDOW) as number:
            assert number is None


async def test_what_earlier_attempts_paid_counts():
    engine, clock = ScriptedEngine({}), Clock(0)
    asker = await asker_of(engine, Budget(calls=3), clock, Spent(calls=2))
    async with asker.window(WINDOW) as number:
        answers = [await asker.ask(WINDOW, QUESTION, number) for _ in range(3)]
    assert [answer is not None for answer in answers] == [True, False, False]


@pytest.mark.parametrize(
    ("budget", "time_s"), [(Budget(minutes=1), 600), (Budget(minutes=10), 60), (Budget(), 60)]
)
async def test_the_sooner_of_the_budgets_minutes_and_the_deadline_counts(budget, time_s):
    engine, clock = ScriptedEngine({}), Clock(0)
    asker = await asker_of(engine, budget, clock, time_s=time_s)
    async with asker.window(WINDOW) as number:
        assert await asker.ask(WINDOW, QUESTION, number) is not None
        clock.now = 60
        assert await asker.ask(WINDOW, QUESTION, number) is None


async def test_a_window_that_hangs_while_it_is_warmed_is_given_up_at_the_deadline():
    clock = Clock(0)
    asker = await asker_of(Hanging({}), Budget(), clock, time_s=60)
    async with asyncio.timeout(10), asker.window(WINDOW) as number:
        clock.now = 59.99
        await asker.warm(WINDOW, (QUESTION,), number)
    assert asker.usage.calls == 0
