from factsheet_service.core.cost import Call, Prefix
from factsheet_service.core.cost.prefix_cache import PrefixCache

SYSTEM = Prefix("system", 100)


def call(key, tokens=400, suffix=50, answer=50):
    return Call((SYSTEM, Prefix(key, tokens)), suffix, answer)


def served(cache, one):
    found = cache.admit(one)
    cache.release(one)
    return found


def test_a_prefix_is_found_again_and_what_is_a_calls_own_is_not():
    cache = PrefixCache(2000)
    assert [served(cache, call("a")) for _ in range(2)] == [0, 500]


def test_a_call_joins_a_prefix_that_another_is_using():
    cache = PrefixCache(700)
    assert [cache.admit(call("a")), cache.admit(call("a"))] == [0, 500]


def test_a_call_without_room_is_not_admitted_until_another_ends():
    cache = PrefixCache(1000)
    first = call("a")
    cache.admit(first)
    assert cache.admit(call("b")) is None
    cache.release(first)
    assert cache.admit(call("b")) == 100


def test_the_prefix_freed_longest_ago_goes_first():
    cache = PrefixCache(1300)
    for key in "abc":
        served(cache, call(key))
    assert served(cache, call("c")) == 500
    assert served(cache, call("b")) == 500
    assert served(cache, call("a")) < 500


def test_of_a_prefix_the_tail_goes_before_the_head():
    cache = PrefixCache(1000)
    served(cache, call("a"))
    served(cache, call("b", tokens=500))  # needs 200 more than is left: 100 of a's own, 100 of a
    assert served(cache, call("a")) == 100 + 300


def test_the_part_that_all_share_outlives_those_behind_it():
    cache = PrefixCache(1000)
    served(cache, call("a"))
    served(cache, Call((Prefix("stranger", 880),), 10, 10))
    assert served(cache, call("a")) == 100


def test_tokens_known_to_be_cached_are_found_and_take_no_room():
    cache = PrefixCache(100)
    assert cache.admit(Call((), 50, 50, cached_tokens=6000)) == 6000
