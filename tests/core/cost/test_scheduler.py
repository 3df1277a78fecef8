import time

import pytest
from factsheet_service.core.cost import PROFILES, Call, Prefix, Visit, predict
from factsheet_service.core.cost.roofline import Chunk, roofline
from factsheet_service.core.errors import UsageError

PROFILE = PROFILES["a100-3g.20gb"]
UNITS = roofline(PROFILE)
SYSTEM = Prefix("system", 2300)


def visit(*calls):
    return Visit((calls,))


def window(number, num_calls=13, tokens=6500):
    prefixes = (SYSTEM, Prefix(f"window {number}", tokens))
    asked = (Call(prefixes, 150, 20),) * num_calls
    return Visit((asked, (Call(prefixes, 150, 10),)))


def test_nothing_asked_takes_no_time():
    assert predict(PROFILE, []).seconds == 0


def test_one_call_takes_its_prefill_and_its_steps():
    """The last token of the prompt brings the first of the answer."""
    seconds = predict(PROFILE, [visit(Call((), 5000, 10))]).seconds
    prefill = UNITS.prefill_s([Chunk(0, 4096)], []) + UNITS.prefill_s([Chunk(4096, 904)], [])
    assert seconds == pytest.approx(prefill + UNITS.decode_s([5000], 9))


def test_calls_in_one_batch_share_the_steps():
    calls = [Call((), 100, 50)] * 8
    together = predict(PROFILE, [visit(*calls)]).seconds
    one_by_one = predict(PROFILE, [visit(*calls)], in_flight=1).seconds
    assert together < one_by_one / 5


def test_a_window_is_prefilled_once_for_all_its_questions():
    cost = predict(PROFILE, [window(0)])
    assert cost.calls == 14
    assert cost.prompt_tokens == 14 * (2300 + 6500 + 150)
    assert cost.uncached_tokens == 2300 + 6500 + 14 * 150
    assert cost.output_tokens == 13 * 20 + 10


def test_the_last_token_of_a_prompt_is_computed_even_if_all_of_it_is_cached():
    calls = [Call((SYSTEM,), 0, 1)] * 2
    assert predict(PROFILE, [visit(*calls)]).uncached_tokens == 2300 + 1


def test_windows_that_do_not_fit_together_evict_each_other_unless_asked_one_after_another():
    windows = [window(number, tokens=11_000) for number in range(6)]
    few = predict(PROFILE, windows, windows_in_flight=2)
    interleaved = [
        visit(*(one.calls()[turn] for one in windows)) for turn in range(len(windows[0].calls()))
    ]
    scattered = predict(PROFILE, interleaved, windows_in_flight=len(interleaved))
    assert scattered.prompt_tokens == few.prompt_tokens
    assert scattered.uncached_tokens > 5 * few.uncached_tokens
    assert scattered.seconds > 2 * few.seconds


def test_a_call_larger_than_the_cache_is_refused():
    with pytest.raises(UsageError, match="50000 tokens exceeds the GPU's cache"):
        predict(PROFILE, [visit(Call((), 50_000, 10))])


def test_a_company_of_400_000_tokens_is_predicted_at_once():
    """Two seconds are the bar; the CPU time of this test's own thread is what is held to it."""
    started = time.thread_time()
    assert predict(PROFILE, [window(number) for number in range(62)]).calls == 868
    assert time.thread_time() - started < 2
