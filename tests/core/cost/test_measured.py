import pytest
from factsheet_service.core.cost import (
    PROFILES,
    Call,
    MeasuredCall,
    Prefix,
    Visit,
    predict,
    predict_measured,
)

PROFILE = PROFILES["a100-3g.20gb"]


def test_a_replay_with_the_cache_as_measured_takes_what_the_simulated_cache_gave():
    prefixes = (Prefix("window", 6000),)
    simulated = predict(PROFILE, [Visit(((Call(prefixes, 150, 20),) * 12,))])
    measured = [MeasuredCall(6150, 0 if n == 0 else 6000, 20) for n in range(12)]
    assert predict_measured(PROFILE, measured) == pytest.approx(simulated.seconds, rel=0.02)


def test_cached_tokens_cost_no_prefill_but_are_read_by_every_output_token():
    def seconds(prompt, cached, output):
        return predict_measured(PROFILE, [MeasuredCall(prompt, cached, output)])

    assert seconds(8100, 8000, 1) < seconds(8100, 0, 1) / 50
    assert seconds(8100, 8000, 500) > 1.15 * seconds(100, 0, 500)


def test_fewer_in_flight_take_longer():
    calls = [MeasuredCall(6150, 6000, 50)] * 32
    assert predict_measured(PROFILE, calls, in_flight=1) > 3 * predict_measured(PROFILE, calls)


def test_no_calls_take_no_time():
    assert predict_measured(PROFILE, []) == 0
