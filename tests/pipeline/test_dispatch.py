import asyncio

import pytest
from factsheet_service.core.fairness import Owner
from factsheet_service.core.pressure import Load
from factsheet_service.core.questions import EngineInfo
from factsheet_service.pipeline.dispatch import Dispatcher, watched
from support.clock import Clock

ONE, TWO = Owner("tenant", "one"), Owner("tenant", "two")


@pytest.fixture
def clock():
    return Clock(1000.0)


@pytest.fixture
def make_dispatcher(clock):
    def make(**limits):
        dispatcher = Dispatcher(clock)
        dispatcher.configure(EngineInfo("fake", **limits))
        return dispatcher

    return make


class Stays:
    """Windows and calls that last until they are told to end."""

    def __init__(self):
        self.inside = []
        self.numbers = []
        self._ends = {}
        self._tasks = {}

    async def enter(self, name, context):
        self._ends[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._stay(name, context))
        await settled()

    async def _stay(self, name, context):
        async with context as number:
            self.inside.append(name)
            self.numbers.append(number)
            await self._ends[name].wait()
            self.inside.remove(name)

    async def leave(self, name):
        self._ends[name].set()
        await self._tasks[name]
        await settled()

    async def cancel(self, name):
        self._tasks[name].cancel()
        await asyncio.gather(self._tasks[name], return_exceptions=True)
        self.inside = [one for one in self.inside if one != name]
        await settled()

    async def end(self):
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


async def settled():
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
async def stays():
    stays = Stays()
    yield stays
    await stays.end()


async def test_no_more_windows_are_open_than_the_engine_likes(make_dispatcher, stays):
    dispatcher = make_dispatcher(windows_in_flight=2)
    for number in range(3):
        await stays.enter(number, dispatcher.window(ONE, 100))
    assert stays.inside == [0, 1]

    await stays.leave(0)
    assert stays.inside == [1, 2]


async def test_open_windows_fit_into_the_cache_together(make_dispatcher, stays):
    dispatcher = make_dispatcher(windows_in_flight=4, cache_tokens=1000)
    for number in range(4):
        await stays.enter(number, dispatcher.window(ONE, 450))

    assert stays.inside == [0, 1]


async def test_a_window_that_fits_into_no_cache_goes_alone(make_dispatcher, stays):
    dispatcher = make_dispatcher(windows_in_flight=4, cache_tokens=10)
    await stays.enter("big", dispatcher.window(ONE, 450))
    await stays.enter("next", dispatcher.window(ONE, 450))

    assert stays.inside == ["big"]


async def test_companies_take_turns_window_by_window(make_dispatcher, stays):
    dispatcher = make_dispatcher(windows_in_flight=1)
    for name in ("one 1", "one 2", "one 3"):
        await stays.enter(name, dispatcher.window(ONE, 6000))
    for name in ("two 1", "two 2"):
        await stays.enter(name, dispatcher.window(TWO, 6000))
    order = []
    for _ in range(5):
        order.append(stays.inside[0].split()[0])
        await stays.leave(stays.inside[0])

    assert order == ["one", "one", "two", "one", "two"]  # the first was in before the second came


async def test_dispatch_numbers_follow_the_clock_and_are_never_alike(make_dispatcher, stays, clock):
    dispatcher = make_dispatcher(windows_in_flight=4)
    for number in range(3):
        await stays.enter(number, dispatcher.window(ONE, 1))
    clock.now += 60
    await stays.enter("later", dispatcher.window(ONE, 1))

    assert stays.numbers == [10_000, 10_001, 10_002, 10_600]


async def test_calls_of_the_earlier_window_go_first(make_dispatcher, stays):
    dispatcher = make_dispatcher(max_in_flight=1)
    for name, number in (("running", 7), ("later", 8), ("earlier", 7)):
        await stays.enter(name, dispatcher.call(number))
    await stays.leave("running")

    assert stays.inside == ["earlier"]


async def test_a_strained_engine_gets_fewer_calls(make_dispatcher, stays):
    dispatcher = make_dispatcher(max_in_flight=4)
    dispatcher.observe(Load(num_refusals=1))
    for number in range(4):
        await stays.enter(number, dispatcher.call(1))

    assert stays.inside == [0, 1, 2]

    dispatcher.observe(Load())
    await settled()
    assert stays.inside == [0, 1, 2, 3]


async def test_a_limit_that_was_learnt_stands_for_the_next_run(make_dispatcher):
    dispatcher = make_dispatcher(max_in_flight=4)
    dispatcher.observe(Load(num_refusals=1))
    dispatcher.configure(EngineInfo("fake", max_in_flight=4))

    assert dispatcher.pressure.in_flight == 3


@pytest.mark.parametrize("name", ["inside", "waiting"])
@pytest.mark.parametrize("kind", ["window", "call"])
async def test_who_is_cancelled_keeps_no_place(make_dispatcher, stays, name, kind):
    dispatcher = make_dispatcher(max_in_flight=1, windows_in_flight=1)

    def place():
        return dispatcher.call(1) if kind == "call" else dispatcher.window(ONE, 10)

    await stays.enter("inside", place())
    await stays.enter("waiting", place())
    await stays.enter("last", place())
    await stays.cancel(name)
    await stays.leave("inside" if name == "waiting" else "waiting")

    assert stays.inside == ["last"]


async def test_an_engine_is_looked_at_once_a_second_for_all_runs(make_dispatcher, clock):
    dispatcher = make_dispatcher()

    assert [dispatcher.is_due(), dispatcher.is_due()] == [True, False]
    clock.now += 1.0
    assert dispatcher.is_due()


async def test_an_engine_that_reports_no_load_is_not_asked_for_it(make_dispatcher):
    engine = object()  # has nothing to ask

    async with watched(engine, EngineInfo("fake", reports_load=False), make_dispatcher()):
        tasks = asyncio.all_tasks()

    assert tasks == {asyncio.current_task()}


async def test_what_an_engine_reports_changes_how_it_is_pressed(make_dispatcher, monkeypatch):
    monkeypatch.setattr("factsheet_service.pipeline.dispatch.LOOK_EVERY_S", 0.0)
    dispatcher, is_seen = make_dispatcher(max_in_flight=8), asyncio.Event()

    class Busy:
        async def load(self):
            is_seen.set()
            return Load(num_refusals=1)

    async with watched(Busy(), EngineInfo("fake", reports_load=True), dispatcher):
        async with asyncio.timeout(5):
            await is_seen.wait()
        await settled()

    assert dispatcher.pressure.in_flight < 8


async def test_a_drained_engine_gets_no_further_call_and_those_under_way_end(
    make_dispatcher, stays
):
    dispatcher = make_dispatcher(max_in_flight=2)
    for name in ("a", "b", "c"):
        await stays.enter(name, dispatcher.call(1))
    draining = asyncio.create_task(dispatcher.drain())
    await stays.leave("a")
    assert stays.inside == ["b"]
    assert not draining.done()
    await stays.leave("b")
    await asyncio.wait_for(draining, 1)
    assert stays.inside == []


async def test_an_engine_without_calls_is_drained_at_once(make_dispatcher):
    await asyncio.wait_for(make_dispatcher().drain(), 1)
