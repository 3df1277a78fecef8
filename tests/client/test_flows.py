"""Flows by hand: the test plays the part of the network."""

from pathlib import Path

import httpx2
import pytest
from factsheet import (
    Busy,
    ConnectionFailed,
    InvalidRequest,
    JobState,
    NotFound,
    ServerFailed,
    UnreadableReply,
    calls,
)
from factsheet.calls import Upload
from factsheet.flows import (
    Follow,
    Patience,
    Pause,
    Send,
    all_companies,
    batches,
    distinct,
    files_below,
    sending,
    starting,
    waiting,
)
from factsheet_schemas import ExtractOptions
from factsheet_schemas.api import Job

PATIENCE = Patience(retry_pauses_s=(1, 2), poll_s=5, longest_pause_s=30)
REFUSED = httpx2.ConnectError("refused")
BROKEN = httpx2.ReadError("broken off")
GOOD = httpx2.Response(200, json={"companies": ["acme"]})


def play(flow, answers):
    """Run a flow on the answers; its result and the steps it took."""
    steps = [next(flow)]
    try:
        for answer in answers:
            is_error = isinstance(answer, Exception)
            steps.append(flow.throw(answer) if is_error else flow.send(answer))
    except StopIteration as end:
        return end.value, steps
    raise AssertionError(f"the flow still waits for {steps[-1]}")


def pauses(steps):
    return [step.seconds for step in steps if isinstance(step, Pause)]


def reply(status, **headers):
    return httpx2.Response(status, headers=headers)


@pytest.mark.parametrize("trouble", [REFUSED, BROKEN, reply(502), reply(503), reply(504)])
def test_a_read_is_tried_again(trouble):
    result, steps = play(sending(calls.companies(), PATIENCE), [trouble, None, GOOD])
    assert result.companies == ("acme",)
    assert pauses(steps) == [1]


def test_pauses_grow_and_tries_end():
    flow = sending(calls.companies(), PATIENCE)
    with pytest.raises(ConnectionFailed, match="refused") as caught:
        play(flow, [REFUSED, None, REFUSED, None, REFUSED])
    assert caught.value.__cause__ is REFUSED


def test_the_server_says_how_long_to_pause_within_reason():
    answers = [reply(503, **{"Retry-After": "7"}), None, reply(503, **{"Retry-After": "900"}), None]
    _, steps = play(sending(calls.companies(), PATIENCE), [*answers, GOOD])
    assert pauses(steps) == [7, 30]


def test_starting_is_repeated_with_the_same_key_also_when_it_may_have_arrived():
    job = httpx2.Response(202, json=a_job(1).model_dump(mode="json"))
    answers = [BROKEN, None, reply(503), None, job]
    result, steps = play(starting("acme", None, ExtractOptions(), PATIENCE), answers)
    keys = [step.call.headers["Idempotency-Key"] for step in steps if isinstance(step, Send)]
    assert result == a_job(1)
    assert (len(keys), len(set(keys))) == (3, 1)


def test_another_start_has_another_key():
    job = httpx2.Response(202, json=a_job(1).model_dump(mode="json"))
    flows = [starting("acme", None, ExtractOptions(), PATIENCE) for _ in range(2)]
    keys = {play(flow, [job])[1][0].call.headers["Idempotency-Key"] for flow in flows}
    assert len(keys) == 2


def test_erasing_is_not_repeated_once_it_may_have_arrived():
    with pytest.raises(ConnectionFailed):
        play(sending(calls.erase("companies", "acme"), PATIENCE), [BROKEN])


def test_lists_are_read_page_after_page():
    pages = [
        httpx2.Response(200, json={"companies": ["a"], "next": "c1"}),
        httpx2.Response(200, json={"companies": ["b"], "next": None}),
    ]
    result, steps = play(all_companies(PATIENCE), pages)
    assert result == ("a", "b")
    assert [step.call.params for step in steps] == [{}, {"cursor": "c1"}]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidRequest),
        (404, NotFound),
        (413, InvalidRequest),
        (429, Busy),
        (500, ServerFailed),
    ],
)
def test_errors_that_are_no_problem_details_get_their_kind_by_status(status, kind):
    html = httpx2.Response(status, html="<h1>from some proxy</h1>")
    with pytest.raises(kind, match=str(status)):
        play(sending(calls.companies(), PATIENCE), [html])


def test_busy_says_when_to_come_again():
    with pytest.raises(Busy) as caught:
        play(sending(calls.companies(), PATIENCE), [reply(429, **{"Retry-After": "9"})])
    assert caught.value.retry_after_s == 9


@pytest.mark.parametrize("content", [b"<html>", b"", b"[]", b'{"jobs": 1}'])
def test_a_good_status_with_nonsense_is_no_factsheet_server(content):
    with pytest.raises(UnreadableReply, match="/companies"):
        play(sending(calls.companies(), PATIENCE), [httpx2.Response(200, content=content)])


def test_fields_that_a_newer_server_adds_are_ignored():
    new = httpx2.Response(200, json={"companies": [], "more": 1})
    assert play(sending(calls.companies(), PATIENCE), [new])[0].companies == ()


def test_fields_that_a_newer_server_adds_to_a_schema_are_ignored():
    field = {"key": "a", "label": "A", "type": "text", "scope": "e", "novelty": 1}
    schema = {
        "name": "s",
        "version": "2",
        "title": "S",
        "novelty": 1,
        "subject": {"kind": "folder", "label": "x"},
        "entities": [
            {
                "key": "e",
                "label": "E",
                "plural": "Es",
                "name_field": "a",
                "description": "",
                "unnamed": "E",
            }
        ],
        "groups": [{"key": "g", "title": "G", "fields": [field]}],
    }
    result, _ = play(sending(calls.schema("s"), PATIENCE), [httpx2.Response(200, json=schema)])
    assert list(result.by_key) == ["a"]


def a_job(version, state=JobState.RUNNING):
    return Job(id="j", company="acme", state=state, version=version, created_at="2030-01-01")


def told(job):
    return httpx2.Response(200, json=job.model_dump(mode="json"))


class Streams:
    """Plays a job's streams: each hears its jobs and then breaks off or ends."""

    def __init__(self, *streams):
        self.streams = list(streams)
        self.resumed_at = []

    def run(self, flow, *polls):
        polls = list(polls)
        step = next(flow)
        try:
            while True:
                match step:
                    case Follow(call, hear):
                        self.resumed_at.append(call.headers.get("Last-Event-ID"))
                        *jobs, trouble = self.streams.pop(0)
                        for job in jobs:
                            hear(job.model_dump_json())
                        step = flow.throw(trouble) if trouble else flow.send(None)
                    case Send():
                        step = flow.send(told(polls.pop(0)))
                    case Pause():
                        step = flow.send(None)
        except StopIteration as end:
            return end.value


def test_a_stream_that_breaks_off_is_resumed_behind_what_was_heard():
    heard = []
    end = a_job(5, JobState.SUCCEEDED)
    streams = Streams([a_job(2), BROKEN], [a_job(4), end, None])
    flow = waiting("j", lambda job: heard.append(job.version), None, PATIENCE)
    assert streams.run(flow, a_job(3)) == end
    assert streams.resumed_at == [None, "3"]
    assert heard == [2, 3, 4, 5]


def test_where_streams_do_not_pass_the_job_is_asked_for():
    end = a_job(2, JobState.PARTIAL)
    broken = httpx2.SSEError("Expected response with content type 'text/event-stream'")
    streams = Streams([broken], [broken])
    assert streams.run(waiting("j", None, None, PATIENCE), a_job(1), end) == end


def test_what_was_heard_once_is_not_told_twice():
    heard = []
    streams = Streams([a_job(1), None], [a_job(2, JobState.SUCCEEDED), None])
    streams.run(waiting("j", heard.append, None, PATIENCE), a_job(1))
    assert [job.version for job in heard] == [1, 2]


def test_what_a_process_tells_late_is_not_told_again():
    heard = []
    streams = Streams([a_job(7), None], [a_job(5), a_job(8, JobState.SUCCEEDED), None])
    streams.run(waiting("j", heard.append, None, PATIENCE), a_job(6))
    assert [job.version for job in heard] == [7, 8]
    assert streams.resumed_at == [None, "7"]


def test_a_server_that_is_started_again_is_waited_for():
    flow = waiting("j", None, None, Patience(retry_pauses_s=(1, 2), poll_s=5, away_s=20))
    end = a_job(9, JobState.SUCCEEDED)
    away = [answer for _ in range(6) for answer in (REFUSED, None)]
    result, steps = play(flow, [BROKEN, *away, told(end)])
    assert result == end
    assert pauses(steps) == [1, 2, 5, 5, 5, 5]


def test_a_server_that_stays_away_is_given_up():
    flow = waiting("j", None, None, Patience(retry_pauses_s=(1,), poll_s=5, away_s=10))
    with pytest.raises(ConnectionFailed):
        play(flow, [BROKEN, REFUSED, None, REFUSED, None, REFUSED, None, REFUSED])


def test_with_a_timeout_a_server_that_is_away_is_not_waited_for_beyond_it():
    flow = waiting("j", None, 30, Patience(retry_pauses_s=(1,), poll_s=5, away_s=600))
    with pytest.raises(ConnectionFailed):
        play(flow, [REFUSED, None, REFUSED])


@pytest.fixture
def lot(tmp_path):
    def make(*sizes):
        for number, size in enumerate(sizes):
            path = Path(tmp_path, str(number))
            path.write_bytes(b"x" * size)
            yield Upload(path.name, path)

    return lambda *sizes: list(make(*sizes))


def test_uploads_go_in_lots_by_number_and_by_size(lot, monkeypatch):
    monkeypatch.setattr("factsheet.flows.MAX_BATCH_FILES", 3)
    monkeypatch.setattr("factsheet.flows.MAX_BATCH_BYTES", 10)
    sizes = [
        [file.path.stat().st_size for file in batch] for batch in batches(lot(1, 1, 1, 1, 9, 20, 2))
    ]
    assert sizes == [[1, 1, 1], [1, 9], [20], [2]]


def test_nothing_to_upload_is_no_request():
    assert list(batches([])) == []


def test_two_files_of_one_name_are_refused_before_one_replaces_the_other(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "loan.txt").touch()
    with pytest.raises(ValueError, match=r"would both be 'loan\.txt'"):
        distinct(files_below([tmp_path / "a", tmp_path / "b"]))


def test_a_file_given_twice_is_sent_once(tmp_path):
    (tmp_path / "loan.txt").touch()
    files = distinct(files_below([tmp_path, tmp_path / "loan.txt"]))
    assert [file.name for file in files] == ["loan.txt"]
