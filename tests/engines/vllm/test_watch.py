from factsheet_service.core.pressure import Load
from factsheet_service.engines.vllm.metrics import Queue
from factsheet_service.engines.vllm.watch import Watch
from factsheet_service.engines.vllm.wire import Reply

IDLE = Queue(0, 0)


def reply(cached_tokens):
    return Reply("[]", prompt_tokens=100, cached_tokens=cached_tokens)


def test_the_first_call_of_a_window_is_not_expected_to_be_cached():
    watch = Watch()
    for window, cached in (("a", 10), ("a", 90), ("b", 10), ("a", 80)):
        watch.note(window, reply(cached))

    assert watch.load(IDLE, 0) == Load(warm_calls=2, warm_prompt_tokens=200, warm_cached_tokens=170)


def test_all_calls_of_a_window_that_was_warmed_are_expected_to_be_cached():
    watch = Watch()
    watch.note_warmed("a", reply(40))
    watch.note("a", reply(90))

    assert watch.load(IDLE, 0).warm_calls == 1
    assert not watch.is_warming_vain


def test_warming_that_no_call_finds_is_vain():
    watch = Watch()
    watch.note_warmed("a", reply(40))
    watch.note("a", reply(40))

    assert watch.is_warming_vain


def test_a_look_starts_a_new_count():
    watch = Watch()
    for _ in range(3):
        watch.note("a", reply(90))
    watch.load(Queue(0, 5), 2)

    assert watch.load(Queue(1, 7), 3) == Load(num_waiting=1, num_preemptions=2, num_refusals=1)


def test_preemptions_before_the_first_look_are_not_ours():
    assert Watch().load(Queue(0, 99), 0).num_preemptions == 0


def test_a_server_that_counts_from_zero_again_had_no_preemptions():
    watch = Watch()
    watch.load(Queue(0, 9), 0)

    assert watch.load(Queue(0, 1), 0).num_preemptions == 0


def test_a_server_that_does_not_tell_what_was_cached_is_not_judged():
    watch = Watch()
    for _ in range(3):
        watch.note("a", reply(None))

    assert watch.load(IDLE, 0).warm_calls == 0
