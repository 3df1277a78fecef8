"""Processes that share jobs: `factsheet serve` takes them in, others carry them out."""

import os
import re
import signal
import time

import psycopg
import pytest
from factsheet import Client, JobCancelled
from factsheet_schemas.api import JobState
from support.chat_fixtures import _listening_stub, chat_stub
from support.chat_stub import hangs, is_question
from support.postgres import new_database
from support.processes import free_port, running, serving

__all__ = ["_listening_stub", "chat_stub"]

AGREEMENT = "The Term Loan is repaid on 1 May 2031. The Borrower is Acme Oy.\n"
START_S = 60


@pytest.fixture(scope="module")
def environment(postgres_server, _listening_stub, tmp_path_factory):
    with new_database(postgres_server) as url:
        yield os.environ | {
            "NO_COLOR": "1",
            "FACTSHEET_WORK": str(tmp_path_factory.mktemp("work")),
            "FACTSHEET_ENGINE": "vllm",
            "FACTSHEET_VLLM_URL": _listening_stub.base_url,
            "FACTSHEET_DATABASE_URL": url,
            "FACTSHEET_LEASE_S": "600",  # nothing here may wait for the end of one
            "FACTSHEET_QUEUE": "cluster",
        }


@pytest.fixture(scope="module")
def fs(environment):
    """The client of an API that carries out nothing itself."""
    with serving(environment, free_port()) as url, Client(url) as client:
        yield client


@pytest.fixture
def company(fs, tmp_path, request):
    """One with a document that no other has."""
    path = tmp_path / "agreement.txt"
    path.write_text(f"{request.node.name}\n{AGREEMENT * 20}")
    name = re.sub(r"\W", "-", request.node.name)[:64]
    fs.upload(name, path)
    return name


def test_a_worker_carries_out_what_the_api_takes_in(environment, fs, company, chat_stub):
    with running(environment, "worker"):
        assert fs.extract(company).run.is_complete
    assert fs.jobs(company)[0].state is JobState.SUCCEEDED


@pytest.mark.parametrize("queue", ["embedded", "cluster"])
def test_a_cancelled_job_leaves_the_engine_within_seconds(
    environment, fs, company, chat_stub, queue
):
    """Asked at the API, while another process is at the calls."""
    chat_stub.script = lambda body: hangs() if is_question(body) else None
    with running(environment | {"FACTSHEET_QUEUE": queue}, "worker"):
        job = fs.start(company)
        assert chat_stub.wait_until(lambda stub: stub.num_open > 0, START_S)
        asked_at = time.monotonic()
        fs.cancel(job.id)
        assert chat_stub.wait_until(lambda stub: stub.num_open == 0, 20)
        assert time.monotonic() - asked_at < 5
        with pytest.raises(JobCancelled):
            fs.wait(job.id)


def test_a_worker_that_is_told_to_stop_keeps_what_is_paid_and_leaves_the_rest_at_once(
    environment, fs, company, chat_stub
):
    chat_stub.script = lambda body: chat_stub.hold() if is_question(body) else None
    with running(environment, "worker") as first:
        job = fs.start(company)
        assert chat_stub.wait_until(lambda stub: stub.is_held and stub.num_open > 0, START_S)
        chat_stub.script = None
        first.send_signal(signal.SIGTERM)
        with running(environment, "worker"):
            chat_stub.release()
            assert first.wait(30) == 0
            record = fs.result(fs.wait(job.id).id)
    sent = [body for body in chat_stub.bodies if is_question(body)]
    assert num_paid(environment, job) == len(sent)
    assert record.run.usage.replayed > 0
    assert fs.job(job.id).attempts == 1


def num_paid(environment, job):
    with psycopg.connect(environment["FACTSHEET_DATABASE_URL"]) as connection:
        paid = connection.execute("select count(*) from answers where job = %s", [job.id])
        return paid.fetchone()[0]
