"""Vectors of a real vLLM, whose random model gives each text one of its own, and always the same."""

from __future__ import annotations

import asyncio

import pytest
from engine.gold_sets import AGREEMENTS
from factsheet_schemas import ExtractOptions, Settings
from factsheet_service.composition import build_operations
from factsheet_service.core.errors import EngineUnavailable
from factsheet_service.engines.embedding import Embedder
from factsheet_service.engines.vllm import VllmSettings
from factsheet_service.settings import AppSettings


@pytest.fixture
async def embedder(pooling):
    made = Embedder(VllmSettings(base_url=pooling.url, max_attempts=1))
    yield made
    await made.aclose()


async def test_a_pooling_server_gives_every_text_its_vector(embedder):
    model = await embedder.model()
    texts = [f"Facility {n} is a loan of EUR {n},000,000." for n in range(150)]
    found = await embedder.vectors(model, texts)

    assert model == "tiny"
    assert len({len(vector) for vector in found}) == 1
    assert len({tuple(vector) for vector in found}) > 0.9 * len(texts)
    (again,) = await embedder.vectors(model, texts[7:8])
    assert again == pytest.approx(found[7], abs=1e-4)


@pytest.mark.parametrize("retriever", ["embedding", "hybrid"])
def test_a_run_goes_by_its_vectors(pooling, tmp_path, retriever):
    endpoint = VllmSettings(base_url=pooling.url)
    operations = build_operations(AppSettings(work=tmp_path, embedding=endpoint))
    options = ExtractOptions(settings=Settings(coverage="bm25", retriever=retriever))

    async def run():
        await operations.ingest("a", [AGREEMENTS / "dev_01_us_bank_1997.txt"])
        return await operations.extract("a", options)

    record = asyncio.run(run())
    assert record.run.engine_details["embedding_model"] == "tiny"


async def test_a_chat_server_has_no_vectors_and_that_is_told(good):
    embedder = Embedder(VllmSettings(base_url=good.url, max_attempts=1))
    try:
        with pytest.raises(EngineUnavailable, match="FACTSHEET_EMBEDDING"):
            await embedder.vectors("tiny", ["a loan"])
    finally:
        await embedder.aclose()
