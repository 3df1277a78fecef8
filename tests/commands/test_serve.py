import os
import signal
import time
from pathlib import Path

import httpx2
import pytest
from factsheet_service.commands.serve import build_app, is_loopback, vllm_answers
from factsheet_service.core.errors import EngineUnavailable
from factsheet_service.engines.vllm import VllmSettings
from factsheet_service.settings import AppSettings
from pydantic import SecretStr
from support.processes import free_port, running

NOBODY = VllmSettings(base_url="http://127.0.0.1:9/v1")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_addresses_of_this_machine_are_closed_to_others(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.7", "factsheet.internal"])
def test_other_addresses_are_open(host):
    assert not is_loopback(host)


async def reply(settings, path, **headers):
    app = build_app(settings)
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://test") as http,
    ):
        return await http.get(path, headers=headers)


async def test_the_service_lives_over_an_empty_working_folder(tmp_path):
    settings = AppSettings(work=tmp_path / "work")
    assert (await reply(settings, "/livez")).status_code == 200


async def test_the_key_of_the_settings_is_asked_for(tmp_path):
    settings = AppSettings(work=tmp_path, api_key=SecretStr("s3cret"))
    assert (await reply(settings, "/companies")).status_code == 401
    answer = await reply(settings, "/companies", Authorization="Bearer s3cret")
    assert answer.status_code == 200


async def test_jobs_take_the_settings_engine_unless_they_name_one(tmp_path):
    app = build_app(AppSettings(work=tmp_path, engine="vllm"))
    assert app.state.context.settings.default_engine == "vllm"


async def test_the_service_says_that_vllm_is_not_there(tmp_path):
    settings = AppSettings(work=tmp_path, engine="vllm", vllm=NOBODY)
    assert (await reply(settings, "/readyz")).json()["status"] == "degraded"


async def test_a_server_that_is_not_there_is_named_with_a_remedy():
    with pytest.raises(EngineUnavailable, match="vllm serve"):
        await vllm_answers(NOBODY)


def child_of(pid):
    while not (children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        time.sleep(0.05)
    return Path("/proc", children[0])


@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_worker_beside_ends_with_the_process_that_serves(number, tmp_path):
    environment = {**os.environ, "FACTSHEET_WORK": str(tmp_path)}
    with running(environment, "serve", "--port", str(free_port())) as process:
        worker = child_of(process.pid)
        assert b"--beside" in (worker / "cmdline").read_bytes()
        process.send_signal(number)
        process.stderr.read()  # which both have open
        process.wait()
    while worker.exists():
        time.sleep(0.05)
