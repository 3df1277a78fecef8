import sys

import pytest
from factsheet_service.engines.vllm.bounding import TooManyCalls, calls_within


def counted(num):
    for _ in range(num):
        len("")


def place_of_end():
    done = []
    with pytest.raises(TooManyCalls), calls_within(100):
        done.extend(len("") for _ in range(10**9))
    return len(done)


def test_work_within_its_calls_comes_to_its_end():
    with calls_within(100):
        counted(90)


def test_work_without_end_is_ended_at_the_same_place_each_time():
    places = [place_of_end() for _ in range(3)]
    assert len(set(places)) == 1


def test_who_profiles_goes_on_profiling():
    def profile(*_):
        return None

    sys.setprofile(profile)
    try:
        with calls_within(100):
            pass
        assert sys.getprofile() is profile
    finally:
        sys.setprofile(None)
