from factsheet_service.core.retrieval import WindowIndex
from support.build import make_window


def test_the_window_that_speaks_of_the_query_comes_first():
    windows = [
        make_window("Notices are given in writing."),
        make_window("The Margin is 2 per cent a year."),
    ]
    assert WindowIndex(windows).ranked("margin spread") == [1]


def test_words_that_no_window_has_match_nothing():
    assert WindowIndex([make_window("Notices are in writing.")]).ranked("margin") == []


def test_windows_without_any_word_are_no_error():
    assert WindowIndex([make_window("% & 7")]).scores("margin") == [0.0]
