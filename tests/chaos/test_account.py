import json
from dataclasses import asdict

from chaos.account import account, calls_in
from chaos.backend import Call
from chaos.databases import Answer
from chaos.processes import Hit, Kill


def call(key, number, arrived, ended, who="w1.1", how="served", kind="group"):
    return Call(key, f"{key}-{number}", who, kind, arrived, ended, how)


def kept(key, number, at):
    return Answer(json.dumps({"id": f"{key}-{number}"}), at)


def test_a_call_that_was_kept_is_needed_and_paid_once():
    found = account([call("a", 1, 1.0, 2.0)], [kept("a", 1, 2.1)], [])
    assert (found.needed, found.paid, found.paid_twice, found.repaid) == (1, 1, 0, 0)


def test_a_call_sent_before_the_reply_was_kept_is_paid_twice_and_not_again():
    calls = [call("a", 1, 1.0, 2.0), call("a", 2, 2.0, 3.0, "w2.1")]
    found = account(calls, [kept("a", 1, 2.1)], [])
    assert (found.paid_twice, found.repaid) == (1, 0)


def test_a_call_sent_when_the_reply_was_kept_is_paid_again():
    calls = [call("a", 1, 1.0, 2.0), call("a", 2, 2.2, 3.0, "w2.1")]
    found = account(calls, [kept("a", 1, 2.1)], [])
    assert (found.paid_twice, found.repaid) == (1, 1)


def test_a_kill_hits_where_its_process_has_a_call_under_way():
    calls = [call("a", 1, 1.0, 5.0, how="broken"), call("b", 2, 1.0, 5.0, "w2.1")]
    kills = [Kill("w1.1", 4.9), Kill("w1.1", 5.1), Kill("w3.1", 4.9)]
    found = account(calls, [kept("b", 2, 5.1)], kills)
    assert (found.kills, found.kills_in_flight, found.broken) == (3, 1, 1)


def test_a_kill_loses_the_answers_that_another_process_pays_for():
    lost = [call(key, 1, 1.0, 2.0) for key in "abc"]
    again = [call(key, 2, 9.0, 10.0, "w2.1") for key in "ab"]
    answers = [kept("a", 2, 10.1), kept("b", 2, 10.1), kept("c", 1, 2.1)]
    found = account([*lost, *again], answers, [Kill("w1.1", 2.05)])
    assert (found.worst_kill, found.paid_twice) == (2, 2)


def test_a_process_that_serves_alone_has_no_calls():
    calls = [call("a", 1, 1.0, 5.0)]
    hits = [Kill("w1.1", 4.9, hit) for hit in (Hit.SERVING, Hit.WORKER, Hit.BOTH)]
    assert account(calls, [], hits).kills_in_flight == 2


def test_each_kill_of_a_worker_beside_loses_answers_of_its_own():
    lost = [call("a", 1, 1.0, 2.0), call("b", 1, 3.0, 4.0)]
    again = [call("a", 2, 3.0, 4.0), call("b", 2, 9.0, 10.0)]
    kills = [Kill("w1.1", 2.05, Hit.WORKER), Kill("w1.1", 4.05, Hit.WORKER)]
    found = account([*lost, *again], [kept("a", 2, 4.0), kept("b", 2, 10.1)], kills)
    assert (found.worst_kill, found.paid_twice) == (1, 2)


def test_probes_and_refusals_are_no_calls_that_were_paid():
    calls = [call("a", 1, 1.0, 2.0, kind="probe"), call("b", 2, 1.0, 1.0, how="refused")]
    found = account(calls, [], [Kill("w1.1", 1.5)])
    assert (found.paid, found.refused, found.kills_in_flight) == (0, 1, 0)


def test_a_log_is_read_up_to_a_line_that_was_cut_off(tmp_path):
    whole = call("a", 1, 1.0, 2.0)
    log = tmp_path / "calls.jsonl"
    log.write_text(json.dumps(asdict(whole)) + '\n{"key": "b", "id')
    assert calls_in(log) == [whole]
