import pytest
from factsheet_service.engines.embedding import Embedder
from factsheet_service.engines.vllm import VllmSettings
from support.chat_fixtures import _listening_stub, chat_stub

__all__ = ["_listening_stub", "chat_stub"]


@pytest.fixture
async def make_embedder(chat_stub):
    made = []

    def make(transport=None, **settings):
        quick = {"base_url": chat_stub.base_url, "max_attempts": 3, "probe_attempts": 1}
        waits = {"backoff_s": 0.001, "backoff_max_s": 0.01}
        made.append(Embedder(VllmSettings(**{**quick, **waits, **settings}), transport))
        return made[-1]

    yield make
    for embedder in made:
        await embedder.aclose()
