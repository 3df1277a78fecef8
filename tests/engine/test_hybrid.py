"""A model with recurrent layers, served for real: a window is read once, by the call that warms it.

All that a call reads besides is what the coarse grain of a recurrent state leaves over.
"""

from __future__ import annotations

import pytest
from engine.conftest import FLAGS, made_model
from engine.server import serving
from factsheet_schemas import ExtractOptions
from factsheet_service.core.progress import silent
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from support.build import make_document

WINDOW_TOKENS = 2000
LEAST_BUDGET = 150  # of a question; a probe has less
CLAUSE = (
    "The Margin on Facility {n} is {n}.25 per cent. per annum, and the Limit is EUR {n},000.\n\n"
)


@pytest.fixture(scope="module")
def hybrid(vllm, tmp_path_factory):
    """A server with a model of which three layers in four are recurrent."""
    folder = tmp_path_factory.mktemp("hybrid")
    model = made_model(vllm, folder / "model", "--hybrid")
    flags = (*FLAGS["hybrid"], "--dtype", "bfloat16")  # what its kernels for CPUs take
    with serving(vllm, model, folder / "server.log", *flags) as server:
        yield server


async def test_a_hybrid_model_is_known_by_its_cache(hybrid, credit, make_engine):
    engine, _ = make_engine(hybrid, credit)
    info = await engine.probe()

    assert info.details["is_hybrid"]
    assert info.details["cache_tokens"] > info.window_tokens


async def test_a_window_is_read_by_the_call_that_warms_it_and_no_other(hybrid, credit, make_engine):
    engine, wire = make_engine(hybrid, credit, window_tokens=WINDOW_TOKENS)
    await engine.probe()
    del wire.calls[:]
    text = "".join(CLAUSE.format(n=n) for n in range(1, 601))
    job = Job("a", (make_document(text),), credit, ExtractOptions(engine="vllm"))
    record = await extract(job, engine, silent)
    warming = [call for call in wire.calls if call.body["max_completion_tokens"] == 1]
    asking = [call for call in wire.calls if call.body["max_completion_tokens"] >= LEAST_BUDGET]

    assert {call.body["priority"] for call in asking} == {c.body["priority"] for c in warming}
    assert len(warming) >= record.coverage.windows > 4
    assert len(asking) > 10 * len(warming)
    assert max(call.prompt_tokens - call.cached_tokens for call in asking) < WINDOW_TOKENS / 2
