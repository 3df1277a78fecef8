"""One server of each kind for the session; the environment is built by ``make test-engine``."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, aclosing
from pathlib import Path

import pytest
from engine import environment
from engine.recording import Recording
from engine.server import GOOD, POOR, Server, serving
from factsheet_schemas import Schema, load_schema
from factsheet_service.engines.vllm import VllmEngine, VllmSettings

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TIMEOUT_S = 600  # the first test of a server waits for its start

MakeEngine = Callable[..., tuple[VllmEngine, Recording]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.timeout(TIMEOUT_S))


@pytest.fixture(scope="session")
def vllm() -> Path:
    """The environment that vLLM runs in."""
    if not environment.is_complete():
        pytest.fail("no vLLM here: run `make test-engine`, which builds it")
    return environment.folder()


@pytest.fixture(scope="session")
def tiny_model(vllm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of random weights whose tokenizer knows the language of agreements."""
    folder = tmp_path_factory.mktemp("model")
    texts = [
        *sorted(ROOT.glob("tests/evaluation/agreements/*.txt")),
        *sorted(ROOT.glob("examples/credit_facility/source/**/*.md")),
    ]
    maker = HERE / "tiny_model.py"
    subprocess.run(
        [str(vllm / "bin/python"), str(maker), str(folder), *map(str, texts)], check=True
    )
    return folder


@pytest.fixture(scope="session")
def good(
    vllm: Path, tiny_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server started as the project's README says."""
    log = tmp_path_factory.mktemp("good") / "server.log"
    flags = (*GOOD, "--logits-processors", "engine.processors:Rambler")
    with serving(vllm, tiny_model, log, *flags) as server:
        yield server


@pytest.fixture(scope="session")
def poor(
    vllm: Path, tiny_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server started without a thought, with a model that loves white space."""
    log = tmp_path_factory.mktemp("poor") / "server.log"
    flags = (*POOR, "--logits-processors", "engine.processors:Spacer")
    with serving(vllm, tiny_model, log, *flags) as server:
        yield server


@pytest.fixture
def credit() -> Schema:
    """The shipped schema, whose prompt is the longest there is."""
    return load_schema("credit_facility")


@pytest.fixture
async def make_engine() -> AsyncIterator[MakeEngine]:
    """Engines on a real server, with what goes over their wire."""
    async with AsyncExitStack() as stack:

        def make(
            server: Server, schema: Schema, **settings: object
        ) -> tuple[VllmEngine, Recording]:
            wire = Recording()
            engine = VllmEngine(VllmSettings(base_url=server.url, **settings), schema, wire)
            stack.push_async_exit(aclosing(engine).__aexit__)
            return engine, wire

        yield make
