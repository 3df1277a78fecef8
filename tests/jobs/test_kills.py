"""Jobs over which processes are killed, by real kills: given up only where none comes further."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from factsheet_schemas.api import JobState
from factsheet_service.jobs.run import MAX_VAIN
from factsheet_service.stores.database import Database, sqlite_url
from factsheet_service.stores.jobs import JobStore
from support.working import a_job

pytestmark = pytest.mark.timeout(300)

LIVES = """
import asyncio, os, signal, sys
from factsheet_service.core.memo import PaidCall, Payer
from factsheet_service.stores.database import Database
from factsheet_service.stores.jobs import JobStore
from factsheet_service.stores.memo import AnswerMemo
from support.working import make_worker

url, num_lives, pays = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "pays"

async def live(number):
    async with Database(url) as database:
        store = JobStore(database, lease_s=0.05)

        async def work(claim, progress):
            if pays:
                payer = Payer("", claim.job.company, claim.job.id)
                await AnswerMemo(database).keep(f"answer {number}", PaidCall("{}"), payer)
            os.kill(os.getpid(), signal.SIGKILL)

        worker = make_worker(store, work)
        while not (await store.get("a")).state.is_final:  # until the lease of the last has ended
            await worker.start("a")

for number in range(num_lives):
    if not (child := os.fork()):
        asyncio.run(live(number))
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def lives(url, num_lives, pays):
    """How so many processes ended that took the job up one after the other."""
    command = [sys.executable, "-c", LIVES, url, str(num_lives), pays]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    )
    return [int(line) for line in done.stdout.split()]


@pytest.fixture
async def url(tmp_path):
    url = sqlite_url(tmp_path)
    async with Database(url) as database:
        await JobStore(database).add(a_job("a"))
    return url


async def state(url):
    async with Database(url) as database:
        return (await JobStore(database).get("a")).state


async def test_a_job_that_kills_every_process_is_given_up_after_five(url):
    assert lives(url, MAX_VAIN + 1, "pays nothing") == [-signal.SIGKILL] * MAX_VAIN + [0]
    assert await state(url) is JobState.FAILED


async def test_a_job_that_has_come_further_whenever_its_process_was_killed_is_not(url):
    assert lives(url, MAX_VAIN + 2, "pays") == [-signal.SIGKILL] * (MAX_VAIN + 2)
    assert await state(url) is JobState.RUNNING
