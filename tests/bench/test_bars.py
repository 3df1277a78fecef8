from bench.bars import bar_table, bars
from bench.results import Measured


def arm(name, wall, uncached, swept=0, of_all=None):
    tokens = {"prompt_tokens": 2 * uncached, "uncached_tokens": uncached, "output_tokens": 0}
    return Measured(name, wall, 10, 0, **tokens, swept_uncached_tokens=swept, calls_of_all=of_all)


ARMS = {
    "full": arm("full", 10.0, 150, 140),
    "replay": arm("replay", 9.5, 150),
    "question-first": arm("question-first", 45.0, 1200),
    "original-uncapped": arm("original-uncapped", 10.0, 1000, of_all=100),
}


def test_each_bar_is_judged_by_its_arms():
    judged = {one.what: one.is_met for one in bars(ARMS, 100)}

    assert judged == {
        "makespan of full / replay": True,
        "question first / full, time": False,
        "question first / full, uncached tokens": True,
        "original uncapped / full, time": True,
        "uncached of detection and sweep / document": True,
        "uncached of the whole job / document": True,
    }


def test_a_missed_bar_says_so():
    assert "| question first / full, time | at least 5 | 4.50 | MISSED |" in bar_table(
        bars(ARMS, 100)
    )


def test_arms_that_were_not_run_are_not_judged():
    assert bars({"replay": ARMS["replay"]}, 100) == []
