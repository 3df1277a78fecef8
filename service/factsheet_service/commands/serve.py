"""Serve the REST API."""

from __future__ import annotations

import asyncio
import gc
import sys
from dataclasses import replace
from functools import partial
from ipaddress import ip_address
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI

from factsheet_service.api.app import create_app, no_check
from factsheet_service.api.settings import ApiSettings
from factsheet_service.composition import build_operations, build_queue
from factsheet_service.core.errors import EngineUnavailable
from factsheet_service.engines.vllm import VllmSettings
from factsheet_service.engines.vllm.client import ChatClient
from factsheet_service.engines.vllm.errors import CallFailed
from factsheet_service.engines.vllm.probe import chosen_model, remedy
from factsheet_service.jobs.beside import Beside
from factsheet_service.reports import render_record
from factsheet_service.settings import ENGINES, AppSettings
from factsheet_service.stores.database import Database
from factsheet_service.stores.jobs import JobStore
from factsheet_service.stores.keys import KeyStore

from .database import has_database
from .exits import ExitCode, ending
from .parameters import Work, settings_at
from .worker import worker_command

GRACE_S = 10  # for requests in flight at shutdown; behind them calls of jobs get theirs


def command(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="port to listen on")
    ] = 8080,  # 8000 is vLLM's own
    work: Work = None,
) -> None:
    """Serve the REST API."""
    with ending("finished work is kept"):
        settings = settings_at(work)
        app = build_app(settings)
        asyncio.run(has_database(settings))
        if not is_loopback(host) and not asyncio.run(has_key(settings)):
            sys.stderr.write(
                f"warning: {host} is open to others and there is no key: `factsheet keys add`, "
                "or set FACTSHEET_API_KEY\n"
            )
    server = uvicorn.Server(
        uvicorn.Config(
            app, host=host, port=port, timeout_graceful_shutdown=GRACE_S, server_header=False
        )
    )
    # What is built by now stays: going through all of it would hold up every request a fifth of a
    # second, again and again.
    gc.freeze()
    try:
        server.run()
    except SystemExit as end:  # uvicorn's own code for a port in use; ours is the engine's
        raise typer.Exit(ExitCode.USAGE) from end


def build_app(settings: AppSettings) -> FastAPI:
    """The API over the settings' working folder and engines."""
    settings.work.mkdir(parents=True, exist_ok=True)
    has_server = settings.engine == "vllm"
    store = JobStore(Database(settings.database_url), settings.lease_s)
    num_places = settings.api.max_jobs_running
    beside = Beside(worker_command(settings.work, num_places)) if num_places else None
    return create_app(
        build_operations(settings),
        store,
        _api_settings(settings),
        render=render_record,
        check_engine=partial(vllm_answers, settings.vllm) if has_server else no_check,
        queue=build_queue(settings, store, beside),
    )


def _api_settings(settings: AppSettings) -> ApiSettings:
    """Workers carry out the jobs, beside or in a cluster: the API only sweeps."""
    return replace(
        settings.api,
        api_key=settings.api_key,
        engines=ENGINES,
        default_engine=settings.engine,
        memo=settings.memo,
        max_jobs_running=0,
    )


async def has_key(settings: AppSettings) -> bool:
    """Whether somebody must show a key. Raises StoreUnavailable."""
    if settings.api_key is not None:
        return True
    async with Database(settings.database_url) as database:
        return await KeyStore(database).has_any()


async def vllm_answers(settings: VllmSettings) -> None:
    """Return if the server serves the model. Raises EngineUnavailable."""
    client = ChatClient(replace(settings, probe_attempts=1))
    try:
        chosen_model(await client.models(), settings)
    except CallFailed as error:
        raise EngineUnavailable(remedy(error, settings)) from error
    finally:
        await client.aclose()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
