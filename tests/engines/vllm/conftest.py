import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing

import pytest
from factsheet_schemas import Schema
from factsheet_service.core.document import Window
from factsheet_service.core.questions import Kind, Question
from factsheet_service.engines.vllm import VllmEngine, VllmSettings
from support.build import make_schema, make_window
from support.chat_fixtures import _listening_stub, chat_stub
from support.chat_stub import ChatStub

__all__ = ["_listening_stub", "chat_stub"]

TEXT = """\
FACILITIES AGREEMENT

Norrvind Wind AS is the Borrower.

Facility A is a term loan of EUR 250,000,000.

Facility B is a revolving loan of EUR 40,000,000.

The Margin of Facility A is 2.25 per cent. per annum.
"""

MakeEngine = Callable[..., VllmEngine]


@pytest.fixture
def schema() -> Schema:
    return make_schema()


@pytest.fixture
def window() -> Window:
    return make_window(TEXT)


@pytest.fixture
def basics(schema: Schema) -> Question:
    """Five fields."""
    return group_question(schema, 0)


@pytest.fixture
def one_field(schema: Schema) -> Question:
    return Question(Kind.GROUP, "basics", (schema.by_key["borrower"],))


def group_question(schema: Schema, index: int) -> Question:
    group = schema.groups[index]
    return Question(Kind.GROUP, group.key, group.fields)


@pytest.fixture
async def make_engine(schema: Schema, chat_stub: ChatStub) -> AsyncIterator[MakeEngine]:
    """Engines on the stub that lose no time between attempts."""
    async with AsyncExitStack() as stack:

        def make(**settings: object) -> VllmEngine:
            quick = {"base_url": chat_stub.base_url, "backoff_s": 0.001, "max_attempts": 3}
            engine = VllmEngine(VllmSettings(**{**quick, **settings}), schema)
            stack.push_async_exit(aclosing(engine).__aexit__)
            return engine

        yield make


@pytest.fixture
def engine(make_engine: MakeEngine) -> VllmEngine:
    return make_engine()


@pytest.fixture
def unused_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
