"""The API killed while a worker goes on: who waits and who is to be told lose nothing by it."""

import asyncio
import os

import pytest
from factsheet import AsyncClient
from factsheet_schemas.webhooks import NewWebhook
from factsheet_service.stores.database import Database
from factsheet_service.stores.outbox import Outbox
from factsheet_service.stores.webhooks import WebhookStore
from support.chat_fixtures import _listening_stub, chat_stub
from support.chat_stub import is_question
from support.postgres import new_database
from support.processes import free_port, running, serving
from support.receiver import receiving

__all__ = ["_listening_stub", "chat_stub"]

SECRET = "whsec_" + "A" * 32
START_S = 60


@pytest.fixture
def environment(postgres_server, _listening_stub, tmp_path):
    with new_database(postgres_server) as url:
        yield os.environ | {
            "NO_COLOR": "1",
            "FACTSHEET_WORK": str(tmp_path / "work"),
            "FACTSHEET_ENGINE": "vllm",
            "FACTSHEET_VLLM_URL": _listening_stub.base_url,
            "FACTSHEET_DATABASE_URL": url,
            "FACTSHEET_LEASE_S": "600",  # nothing here may wait for the end of one
            "FACTSHEET_QUEUE": "cluster",
            "FACTSHEET_WEBHOOKS": "local",
        }


@pytest.fixture
async def database(environment):
    async with Database(environment["FACTSHEET_DATABASE_URL"]) as opened:
        yield opened


def is_holding(stub):
    return stub.is_held and stub.num_open > 0


async def left_in(outbox):
    """Return when a message waits there."""
    async with asyncio.timeout(START_S):
        while not await outbox.num_waiting():
            await asyncio.to_thread(os.sched_yield)


async def test_a_killed_api_costs_neither_a_watcher_nor_a_webhook_anything(
    environment, database, chat_stub, tmp_path
):
    """Killed while the job runs, which ends while no API is there to tell of it."""
    chat_stub.script = lambda body: chat_stub.hold() if is_question(body) else None
    path = tmp_path / "agreement.txt"
    path.write_text("The Term Loan is repaid on 1 May 2031. The Borrower is Acme Oy.\n" * 20)
    port, heard = free_port(), []
    hook_at = f"http://127.0.0.1:{free_port()}/hook"
    await WebhookStore(database, "").add(NewWebhook(url=hook_at), SECRET)
    async with AsyncClient(f"http://127.0.0.1:{port}") as fs:
        with running(environment, "worker"):
            with serving(environment, port):
                await fs.upload("acme", path)
                job = await fs.start("acme")
                waiting = asyncio.create_task(fs.wait(job.id, progress=heard.append))
                assert await asyncio.to_thread(chat_stub.wait_until, is_holding, START_S)
            chat_stub.release()
            await left_in(Outbox(database))
        async with receiving(int(hook_at.split(":")[2].split("/", maxsplit=1)[0])) as (receiver, _):
            with serving(environment, port):
                ended = await waiting
                told = (await receiver.next()).opened(SECRET)
    assert (told["data"]["job"], told["data"]["state"]) == (job.id, ended.state)
    versions = [one.version for one in heard]
    assert versions == sorted(set(versions))
    assert [one.state.is_final for one in heard][-2:] == [False, True]
