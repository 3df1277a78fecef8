"""Fixtures: an app over steered operations, in process and behind a real server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
import uvicorn
from factsheet_service.api.app import create_app
from factsheet_service.api.settings import ApiSettings
from factsheet_service.stores.database import Database
from factsheet_service.stores.jobs import JobStore
from fastapi import FastAPI

from .steered import SCHEMA, SteeredOperations, as_csv


@pytest.fixture
def operations(tmp_path: Path) -> SteeredOperations:
    steered = SteeredOperations(tmp_path / "work")
    steered.gate.set()
    return steered


@pytest.fixture
def held(operations: SteeredOperations) -> SteeredOperations:
    """The operations, with extractions that end only when ``gate`` is set."""
    operations.gate.clear()
    return operations


@pytest.fixture
def settings() -> ApiSettings:
    return ApiSettings()


@pytest.fixture
def jobs_path(tmp_path: Path) -> Path:
    return tmp_path / "jobs.sqlite3"


@pytest.fixture
def make_app(operations: SteeredOperations, jobs_path: Path) -> Callable[..., FastAPI]:
    """Build an app over the steered operations; arguments as ``create_app``'s."""

    def make(settings: ApiSettings | None = None, **parts: object) -> FastAPI:
        parts = {"schemas": {"credit_facility": SCHEMA}, "render": as_csv} | parts
        parts = {"clock": lambda: datetime(2030, 1, 1, tzinfo=UTC)} | parts
        return create_app(
            operations,
            JobStore(Database(f"sqlite:///{jobs_path}")),
            settings or ApiSettings(),
            **parts,
        )

    return make


@pytest.fixture
async def api(
    make_app: Callable[..., FastAPI], settings: ApiSettings
) -> AsyncIterator[httpx2.AsyncClient]:
    """A plain HTTP client of the app, in process; it buffers streams."""
    app = make_app(settings)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://api") as client,
    ):
        yield client


class Server(uvicorn.Server):
    """Tells when it listens, and stops when told, where uvicorn looks ten times a second."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=1)
        )
        self.listens = asyncio.Event()
        self.stops = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.stops.wait()


@pytest.fixture
async def url(make_app: Callable[..., FastAPI], settings: ApiSettings) -> AsyncIterator[str]:
    """The app behind a real server on a loopback port, in the test's own event loop."""
    server = Server(make_app(settings))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve([listener]))
        await server.listens.wait()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.stops.set()
        await serving
