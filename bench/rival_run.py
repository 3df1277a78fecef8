"""Runs langextract over documents; in an environment of its own, see ``rival.py``.

Reads a task (JSON) from the standard input and writes what came of each document to the standard
output. Each document is a call of ``extract`` by itself: one that fails takes no other along.
"""

import json
import sys
import time

import langextract
from langextract.core.data import ExampleData, Extraction
from langextract.factory import ModelConfig

API_KEY = "none"  # the server asks for none, the client library does


def main() -> None:
    """Run."""
    task = json.load(sys.stdin)
    results = [_document(task, one) for one in task["documents"]]
    json.dump(results, sys.stdout)


def _document(task: dict, document: dict) -> dict:
    started = time.perf_counter()
    found, error = [], None
    try:
        found = _extracted(task, document["text"])
    except Exception as failed:  # noqa: BLE001 - whatever it is, the document is lost
        error = f"{type(failed).__name__}: {failed}"[:300]
    seconds = time.perf_counter() - started
    return {"name": document["name"], "seconds": seconds, "error": error, "found": found}


def _extracted(task: dict, text: str) -> list[dict]:
    example = task["example"]
    extractions = [
        Extraction(one["class"], one["text"], attributes=one["attributes"])
        for one in example["extractions"]
    ]
    result = langextract.extract(
        text_or_documents=text,
        prompt_description=task["prompt"],
        examples=[ExampleData(text=example["text"], extractions=extractions)],
        config=ModelConfig(
            model_id=task["model"],
            provider="OpenAILanguageModel",
            provider_kwargs={"api_key": API_KEY, "base_url": task["url"]},
        ),
        temperature=0,
        use_schema_constraints=False,  # its schema would know no class but the example's
        show_progress=False,
    )
    return [_plain(one) for one in result.extractions or []]


def _plain(one: Extraction) -> dict:
    return {
        "class": one.extraction_class,
        "text": one.extraction_text,
        "attributes": one.attributes or {},
        "is_grounded": one.char_interval is not None,
    }


if __name__ == "__main__":
    main()
