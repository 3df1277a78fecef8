from chaos.takeover import Outcome, Takeover, Told, ended_twice, takeovers, told


def test_a_log_tells_what_became_of_jobs():
    lines = [
        "2030-01-01 10:00:00,500 INFO job ab12 started, attempt 1",
        "2030-01-01 10:00:01,000 WARNING job ab12 waits: EngineAway",
        "2030-01-01 10:00:02,250 INFO job ab12 partial",
        "2030-01-01 10:00:02,300 INFO Stopped worker",
    ]
    started, ended = told("w1", lines)
    assert (started.job, started.what, ended.what) == ("ab12", "started", "partial")
    assert ended.at - started.at == 1.75


SAID = [
    Told(10.0, "w1-1", "a", "started"),
    Told(11.0, "w1-1", "b", "started"),
    Told(12.0, "w1-1", "b", "succeeded"),
    Told(26.0, "w2-1", "a", "started"),
    Told(30.0, "w2-1", "a", "partial"),
    Told(40.0, "w3-1", "c", "started"),
]


def test_a_takeover_lasts_from_the_kill_to_the_next_beginning():
    kills = [("w1-1", 15.0), ("w3-1", 41.0)]
    assert takeovers(SAID, kills) == [Takeover("a", 11.0), Takeover("c", None)]


def test_an_end_that_was_told_twice_is_found():
    assert ended_twice(SAID) == []
    assert ended_twice([*SAID, Told(50.0, "w3-1", "a", "partial")]) == ["a"]


def test_the_bar_is_the_lease_and_two_seconds():
    def outcome(seconds, **more):
        found = {"lost": [], "doubled": []} | more
        return Outcome(3, kills=1, takeovers=[Takeover("a", seconds)], seconds=60.0, **found)

    assert outcome(12.0).is_good
    assert outcome(None).is_good
    assert not outcome(12.1).is_good
    assert not outcome(1.0, lost=["a"]).is_good
    assert not outcome(1.0, doubled=["a"]).is_good
