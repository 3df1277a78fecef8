"""A server started without the flags that we ask for is recognised, and work goes on.

That priorities are not heeded a vLLM tells in development mode alone, as these servers run.
"""

from __future__ import annotations

import pytest
from factsheet_schemas import ExtractOptions
from factsheet_service.core.progress import silent
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from support.build import make_document, make_schema


@pytest.fixture
async def warnings(poor, credit, make_engine):
    engine, _ = make_engine(poor, credit)
    return (await engine.probe()).warnings


@pytest.mark.parametrize(
    "flag",
    [
        "disable_any_whitespace",
        "--scheduling-policy priority",
        "--enable-prompt-tokens-details",
        "--max-model-len",
    ],
)
async def test_the_flag_that_is_missing_is_named_once(warnings, flag):
    assert sum(flag in warning for warning in warnings) == 1


async def test_work_goes_on_at_a_poor_server(poor, make_engine):
    schema = make_schema()
    engine, wire = make_engine(poor, schema)
    document = make_document("Facility A is a term loan of EUR 250,000,000.")
    job = Job("a", (document,), schema, ExtractOptions(engine="vllm"))
    record = await extract(job, engine, silent)

    assert record.coverage.questions_planned >= 3
    assert {call.status for call in wire.calls} == {200}
    assert record.warnings
