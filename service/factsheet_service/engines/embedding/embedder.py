"""Asking an embeddings endpoint for the vectors of texts, in batches."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpx2

from factsheet_service.core.errors import EngineAway, EngineUnavailable
from factsheet_service.engines.vllm.client import ChatClient
from factsheet_service.engines.vllm.errors import (
    MAY_PASS,
    AccessRefused,
    CallFailed,
    PromptTooLong,
    ServerFailed,
)
from factsheet_service.engines.vllm.settings import VllmSettings

BATCH_TEXTS = 64  # of a request
BATCHES_IN_FLIGHT = 4
SHORTEST_CHARS = 100  # of a text that is cut further
START = "vllm serve MODEL --runner pooling"
NO_ENDPOINT = (
    "the retrievers embedding and hybrid need an embeddings endpoint: set FACTSHEET_EMBEDDING_URL "
    f"to one that is OpenAI-compatible, with its /v1 ({START} is one), or choose the retriever bm25"
)


class Embedder:
    """Turns texts into vectors by one endpoint; its first model unless the settings name one."""

    def __init__(
        self, settings: VllmSettings, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._client = ChatClient(settings, transport)

    async def model(self) -> str:
        """The model whose vectors they are. Raises EngineUnavailable, soon if nothing listens."""
        try:
            served = await self._client.models()
        except CallFailed as error:
            raise self._unavailable(error) from error
        if self._settings.model:
            return self._settings.model
        if not served:
            raise EngineUnavailable(f"{self._settings.base_url} serves no model: start {START}")
        return served[0].id

    async def vectors(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """A vector per text, all of one length; of a text that is too long, of its beginning.

        Raises:
            EngineUnavailable: the endpoint fails, or answers something else.
        """
        batches = [texts[at : at + BATCH_TEXTS] for at in range(0, len(texts), BATCH_TEXTS)]
        places = asyncio.Semaphore(BATCHES_IN_FLIGHT)

        async def ask(batch: Sequence[str]) -> list[list[float]]:
            async with places:
                return await self._fitting(model, batch)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(ask(batch)) for batch in batches]
        except* CallFailed as errors:
            first = errors.exceptions[0]
            raise self._unavailable(first) from first
        found = [vector for task in tasks for vector in task.result()]
        if len(set(map(len, found))) > 1:
            raise EngineUnavailable(self._remedy(ServerFailed("its vectors differ in length")))
        return found

    async def _fitting(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """The vectors of a batch; a text that is too long for the model is cut until it fits."""
        try:
            return await self._client.embeddings(model, texts)
        except PromptTooLong:
            if len(texts) == 1 and len(texts[0]) < SHORTEST_CHARS:
                raise
        middle = len(texts) // 2
        if not middle:
            return await self._fitting(model, [texts[0][: len(texts[0]) // 2]])
        head = await self._fitting(model, texts[:middle])
        return [*head, *await self._fitting(model, texts[middle:])]

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    def _unavailable(self, error: BaseException) -> EngineUnavailable:
        kind = EngineAway if isinstance(error, MAY_PASS) else EngineUnavailable
        return kind(self._remedy(error))

    def _remedy(self, error: BaseException) -> str:
        where = f"no vectors from {self._settings.base_url}: {error}"
        if isinstance(error, AccessRefused):
            return f"{where}; check FACTSHEET_EMBEDDING_API_KEY and FACTSHEET_EMBEDDING_MODEL"
        return (
            f"{where}. Is it an embeddings endpoint (FACTSHEET_EMBEDDING_URL, with its /v1)? Start "
            f"it with: {START}, or choose the retriever bm25, which needs none"
        )
