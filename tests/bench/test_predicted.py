import pytest

from bench.predicted import gpu_seconds
from bench.recorded import Sent


def sent(prompt, cached, output=20):
    told = {"prompt_tokens": prompt, "cached_tokens": cached, "output_tokens": output}
    return Sent(0, 0.0, 1.0, 200, {}, "[]", "stop", **told)


def test_cached_tokens_cost_less_than_computed_ones():
    assert gpu_seconds([sent(6000, 5900)], 16) < gpu_seconds([sent(6000, 0)], 16)


def test_calls_in_flight_together_take_less_than_one_after_another():
    calls = [sent(2000, 1900)] * 8

    assert gpu_seconds(calls, 8) < gpu_seconds(calls, 1)


def test_a_call_that_got_no_answer_takes_none():
    calls = [sent(2000, 0)]

    assert gpu_seconds([*calls, Sent(1, 0.0, 1.0, 500, {})], 1) == pytest.approx(
        gpu_seconds(calls, 1)
    )
