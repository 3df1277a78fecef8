import pytest

from bench.recorded import Sent
from bench.results import load_measured, measured, table

ROW = '["spread_pct", "Facility A", "2.25%", 4]'


def sent(order, kind, content, output=10, ended=1.0, status=200):
    body = {"response_format": {"json_schema": {"name": kind}}}
    told = {"prompt_tokens": 100, "cached_tokens": 60, "output_tokens": output}
    return Sent(order, 0.0, ended, status, body, content, "stop", **told)


CALLS = [
    sent(0, "detect", "[]", output=2),
    sent(1, "group", f"[{ROW}]", output=22, ended=4.0),
    sent(2, "group", f"[{ROW}, {ROW}]", output=42),
    sent(3, "verify", '[["1", "", "2.5%", 4]]'),
    sent(4, "group", "", status=500),
]


@pytest.fixture
def account():
    return measured("full", CALLS)


def test_a_value_counts_once_however_often_it_is_stated(account):
    assert (account.values, account.rows) == (1, 3)


def test_what_a_verification_says_is_no_value(account):
    assert account.found == (("spread_pct", "2.25%"),)


def test_empty_answers_are_counted_apart(account):
    assert (account.empty, account.empty_output_tokens) == (1, 2)


def test_the_wall_time_is_that_of_the_last_reply(account):
    assert account.wall_s == 4.0


def test_uncached_tokens_of_the_sweep_leave_verification_out(account):
    assert (account.swept_uncached_tokens, account.uncached_tokens) == (160, 200)


def test_a_failed_call_is_counted(account):
    assert (account.calls, account.failures) == (5, 1)


def test_a_part_is_extrapolated_by_the_number_of_calls():
    assert measured("original", CALLS, calls_of_all=50).wall_of_all_s == pytest.approx(40.0)


def test_an_account_is_kept(account, tmp_path):
    account.save(tmp_path / "full.json")

    assert load_measured(tmp_path / "full.json") == account


def test_the_table_gives_uncached_tokens_per_document_token(account):
    line = table([account], 80).splitlines()[-1]

    assert line.startswith("| full | 5 | 1 | 4.0 | 4 | 2.50 |")
