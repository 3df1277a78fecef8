"""Every form that we ask for is one that the real grammar backend compiles and enforces."""

from __future__ import annotations

import httpx2
import pytest
from factsheet_schemas import ExtractOptions, Preset, load_schema
from factsheet_schemas.catalog import shipped_schemas
from factsheet_service.core.planning import chosen_groups, detection, group_question
from factsheet_service.core.questions import Claim, Kind, Question
from factsheet_service.engines.vllm import Prompts, answers
from support.build import make_window
from support.own import own_loan

TEXT = "Facility A is a term loan of EUR 250,000,000. The Margin is 2.25 per cent. per annum."
OUTPUT_TOKENS = 160  # enough to see a form begin; random weights would go on to the limit


def questions(schema):
    """One of each kind that a run asks, with groups as they are and merged."""
    yield detection(schema)
    for preset in (Preset.FULL, Preset.FAST):
        for group in chosen_groups(schema, ExtractOptions(preset=preset)):
            yield group_question(group, ExtractOptions())
    fields = tuple(schema.fields())
    yield Question(Kind.DEEP, "deep", fields[:8], facility="Facility A")
    claim = Claim(1, fields[0], ("Facility A",), "EUR 250,000,000", (1,))
    yield Question(Kind.VERIFY, "verify", fields[:1], claims=(claim,))


def every_question():
    for schema in (*map(load_schema, shipped_schemas()), own_loan().schema):
        for number, question in enumerate(questions(schema)):
            label = f"{schema.name}-{number}-{question.kind}-{question.key}"
            yield pytest.param(schema, question, id=label)


@pytest.mark.parametrize(("schema", "question"), list(every_question()))
def test_every_form_compiles_and_binds(good, schema, question):
    body = {
        "model": "tiny",
        "messages": Prompts(schema).messages(make_window(TEXT), question),
        "temperature": 0,
        "max_completion_tokens": OUTPUT_TOKENS,
        "response_format": answers.response_format(question),
    }
    reply = httpx2.post(f"{good.url}/chat/completions", json=body, timeout=120)

    assert reply.status_code == 200, reply.text
    choice = reply.json()["choices"][0]
    assert choice["message"]["content"].startswith("[")
    assert choice["finish_reason"] == "length" or answers.Form.model_validate_json(
        choice["message"]["content"]
    )
