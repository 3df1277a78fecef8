import pytest
from factsheet_service.core.pressure import LEAST_IN_FLIGHT, WARM_CALLS, Load, Pressure

FULL = Pressure.full(16, 4)
CACHED = Load(warm_calls=WARM_CALLS, warm_prompt_tokens=1000, warm_cached_tokens=950)
EVICTED = Load(warm_calls=WARM_CALLS, warm_prompt_tokens=1000, warm_cached_tokens=300)


@pytest.mark.parametrize(
    "load",
    [Load(num_refusals=1), Load(num_preemptions=1), Load(num_waiting=9)],
    ids=["refused", "preempted", "queued"],
)
def test_a_strained_engine_is_pressed_less(load):
    assert FULL.after(load).in_flight == 12


@pytest.mark.parametrize("load", [Load(), Load(num_waiting=8), CACHED])
def test_an_engine_at_ease_is_pressed_as_before(load):
    assert FULL.after(load) == FULL


def test_pressure_comes_back_by_one_and_never_above_where_it_began():
    pressure = FULL.after(Load(num_refusals=1))
    seen = []
    for _ in range(6):
        pressure = pressure.after(Load())
        seen.append(pressure.in_flight)

    assert seen == [13, 14, 15, 16, 16, 16]


def test_there_are_always_some_calls_in_flight():
    pressure = FULL
    for _ in range(20):
        pressure = pressure.after(Load(num_refusals=3))

    assert pressure.in_flight == LEAST_IN_FLIGHT


def test_windows_that_are_evicted_are_fewer_from_then_on():
    pressure = FULL.after(EVICTED)

    assert (pressure.windows, pressure.in_flight) == (3, 12)


def test_one_window_at_a_time_is_the_least():
    pressure = FULL
    for _ in range(9):
        pressure = pressure.after(EVICTED)

    assert pressure.windows == 1


def test_windows_come_back_when_they_stay_cached():
    assert FULL.after(EVICTED).after(CACHED).windows == 4


def test_a_share_is_judged_over_many_calls_only():
    few = Load(warm_calls=WARM_CALLS // 2, warm_prompt_tokens=1000, warm_cached_tokens=0)
    once = FULL.after(few)

    assert once.windows == 4
    assert once.after(few).windows == 3


def test_a_limit_below_the_least_stands():
    assert Pressure.full(1, 1).after(Load(num_refusals=1)).in_flight == 1
