"""Runs over schemas whose rows lie within others, and over schemas that have none."""

import asyncio

import pytest
from factsheet_schemas import ExtractOptions, load_schema
from factsheet_schemas.catalog import parse_schema
from factsheet_service.core.progress import silent
from factsheet_service.core.questions import Kind
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from support.build import make_document
from support.scripted import ScriptedEngine

PAPER = make_document(
    "Experiment 1\n\n"
    "In Experiment 1 the control group had 12 people.\n\n"
    "The patient group had 9 people.\n\n"
    "Experiment 2\n\n"
    "The control group of Experiment 2 had 14 people.\n\n"
)
SCRIPT = {
    "^Experiment 1$": [("detect", (), "Experiment 1")],
    "^Experiment 2$": [("detect", (), "Experiment 2")],
    "12 people": [
        ("detect arm", (), "Experiment 1 > control"),
        ("n", ("Experiment 1 > control",), "12"),
    ],
    "9 people": [("detect arm", (), "patient"), ("n", ("patient",), "9")],
    "14 people": [
        ("detect arm", (), "Experiment 2 > control"),
        ("n", ("Experiment 2 > control",), "14"),
    ],
}


def entity(key, name_field, **more):
    return {
        "key": key,
        "label": key,
        "plural": f"{key}s",
        "name_field": name_field,
        "description": "",
        "generic_words": [key, "group", "the"],
        **more,
    }


def schema(*entities, scopes):
    fields = [
        {"key": key, "label": key, "type": "integer" if key == "n" else "text", "scope": scope}
        for key, scope in scopes.items()
    ]
    return parse_schema(
        {
            "name": "papers",
            "version": "1",
            "title": "Papers",
            "subject": {"kind": "folder", "label": "paper"},
            "entities": list(entities),
            "groups": [{"key": "all", "title": "All", "fields": fields}],
        },
        "papers",
    )


NESTED = schema(
    entity("experiment", "title"),
    entity("group", "arm", parent="experiment"),
    scopes={"title": "experiment", "arm": "group", "n": "group"},
)


def run(engine, schema):
    job = Job("paper", (PAPER,), schema, ExtractOptions())
    return asyncio.run(extract(job, engine, silent))


@pytest.mark.parametrize("failing", [(), ("detect",)], ids=["detected", "detection failed"])
def test_rows_within_others_keep_their_values_apart(failing):
    record = run(ScriptedEngine(SCRIPT, failing=failing), NESTED)
    found = {record.called(row): row.fields["n"].value for row in record.facilities if row.parent}
    assert found == {
        "Experiment 1 > control": 12,
        "Experiment 1 > patient": 9,
        "Experiment 2 > control": 14,
    }


def test_a_schema_without_rows_is_not_asked_for_any():
    engine = ScriptedEngine(SCRIPT)
    record = run(engine, schema(scopes={"n": "deal"}))
    assert Kind.DETECT not in {question.kind for _, question in engine.asked}
    assert record.facilities == ()
    assert {record.deal["n"].value, *(a.value for a in record.deal["n"].alternatives)} == {
        9,
        12,
        14,
    }


def test_several_documents_of_one_paper_are_told():
    papers = load_schema("motor_adaptation")
    supplement = make_document("Supplement. The control group had 12 people.", "s1.txt")
    options = ExtractOptions(schema="motor_adaptation")
    record = asyncio.run(
        extract(Job("p", (PAPER, supplement), papers, options), ScriptedEngine({}), silent)
    )

    assert any("read as one paper with its supplements" in one for one in record.warnings)
