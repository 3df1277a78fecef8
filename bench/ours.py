"""Ours, as the service runs it, with a transport that writes down what goes over the wire."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
from factsheet_schemas import ExtractOptions, Preset, Record, load_schema
from factsheet_service.core.document import Document
from factsheet_service.core.progress import silent
from factsheet_service.core.questions import EngineInfo
from factsheet_service.engines.vllm import VllmEngine, VllmSettings
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job


class Probed(VllmEngine):
    """The engine, probed once: before the clock starts, so that it shows the work alone."""

    _info: EngineInfo | None = None

    async def probe(self) -> EngineInfo:
        """What was found out the first time."""
        if self._info is None:
            self._info = await super().probe()
        return self._info


async def run_ours(
    preset: Preset,
    documents: tuple[Document, ...],
    url: str,
    transport: httpx2.AsyncBaseTransport,
    start: Callable[[], None],
) -> Record:
    """Extract all documents as one company's; ``start`` is called when the server is probed."""
    schema = load_schema("credit_facility")
    engine = Probed(VllmSettings(base_url=url), schema, transport)
    try:
        await engine.probe()
        start()
        job = Job("all", documents, schema, ExtractOptions(engine="vllm", preset=preset))
        return await extract(job, engine, silent)
    finally:
        await engine.aclose()
