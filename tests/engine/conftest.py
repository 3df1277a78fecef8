"""Two servers for the session; the environment is built by ``make test-engine``."""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, aclosing
from pathlib import Path

import httpx2
import pytest
from engine import environment
from engine.agreements import ON_THE_WIRE, TEXTS, TINY_MODEL, book_of
from engine.recording import Recording
from engine.server import GOOD, POOR, Host, Server, judged_by
from factsheet_schemas import Schema, load_schema
from factsheet_service.engines.vllm import VllmEngine, VllmSettings

TIMEOUT_S = 600  # the first test of a server waits for its start

FLAGS = {
    "good": (*GOOD, *judged_by("Rambler", "FlawlessReader")),
    "poor": (*POOR, *judged_by("Spacer", "FlawlessReader")),
    "hybrid": (*GOOD, *judged_by("Rambler")),
    "pooling": ("--max-model-len", "2048", "--runner", "pooling", "--convert", "embed"),
}

MakeEngine = Callable[..., tuple[VllmEngine, Recording]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs no server goes first, while they start; what ends servers goes last."""
    for item in items:
        item.add_marker(pytest.mark.timeout(TIMEOUT_S))
    items.sort(key=lambda item: (uses(item, "shaky"), uses(item, "hosts")))


def uses(item: pytest.Item, fixture: str) -> bool:
    """Whether a test asks for a fixture, if only by way of others."""
    return fixture in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session", autouse=True)
def _started_early(request: pytest.FixtureRequest) -> None:
    """Servers start before the first test, whatever it needs itself."""
    if any(uses(item, "hosts") for item in request.session.items):
        request.getfixturevalue("hosts")


@pytest.fixture(scope="session")
def vllm() -> Path:
    """The environment that vLLM runs in."""
    if not environment.is_complete():
        pytest.fail("no vLLM here: run `make test-engine`, which builds it")
    return environment.folder()


@pytest.fixture(scope="session")
def tiny_model(vllm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of random weights whose tokenizer knows the language of agreements."""
    return made_model(vllm, tmp_path_factory.mktemp("model"))


def made_model(vllm: Path, folder: Path, *options: str) -> Path:
    """The folder of a model that was written into it."""
    command = [str(vllm / "bin/python"), str(TINY_MODEL), *options, str(folder)]
    subprocess.run([*command, *map(str, TEXTS)], check=True)
    return folder


@pytest.fixture(scope="session")
def hosts(
    request: pytest.FixtureRequest,
    vllm: Path,
    tiny_model: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Host]]:
    """Where servers run; those that tests ask for start side by side, which saves a minute."""
    folder = tmp_path_factory.mktemp("servers")
    gold = folder / "gold.json"
    gold.write_text(json.dumps([book_of(path).dump() for path in ON_THE_WIRE]))
    hosts = {
        name: Host(vllm, tiny_model, folder / f"{name}.log", READER_GOLD=str(gold))
        for name in FLAGS
    }
    try:
        for name, host in hosts.items():
            if any(uses(item, name) for item in request.session.items):
                host.begin(*FLAGS[name])
        yield hosts
    finally:
        for host in hosts.values():
            host.end()


@pytest.fixture
def good(hosts: dict[str, Host]) -> Server:
    """A server started as the project's README says, with a model that says anything."""
    return hosts["good"].running(*FLAGS["good"])


@pytest.fixture
def poor(hosts: dict[str, Host]) -> Server:
    """A server started without a thought, with a model that loves white space."""
    return hosts["poor"].running(*FLAGS["poor"])


@pytest.fixture
def pooling(hosts: dict[str, Host]) -> Server:
    """A server of vectors, which mean nothing."""
    return hosts["pooling"].running(*FLAGS["pooling"])


@pytest.fixture
def shaky(hosts: dict[str, Host]) -> Host:
    """Where a server may be ended and started again; what runs there is the test's to say."""
    return hosts["poor"]


@pytest.fixture
def credit() -> Schema:
    """The shipped schema, whose prompt is the longest there is."""
    return load_schema("credit_facility")


@pytest.fixture
async def make_engine() -> AsyncIterator[MakeEngine]:
    """Engines on a real server, with what goes over their wire."""
    async with AsyncExitStack() as stack:

        def make(
            server: Server,
            schema: Schema,
            through: httpx2.AsyncBaseTransport | None = None,
            **settings: object,
        ) -> tuple[VllmEngine, Recording]:
            wire = Recording(through)
            engine = VllmEngine(VllmSettings(base_url=server.url, **settings), schema, wire)
            stack.push_async_exit(aclosing(engine).__aexit__)
            return engine, wire

        yield make
