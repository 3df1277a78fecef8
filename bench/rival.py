"""langextract, the newest of its kind, on the same server and documents: its environment, its task.

It is no dependency of ours: it is installed into a folder of its own under the cache.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factsheet_schemas import FieldSpec, Schema
from factsheet_service.core.document import Document

VERSION = "1.7.1"  # the newest of November 2026
RUN = Path(__file__).with_name("rival_run.py")
_PROMPT = """\
Extract the terms of a company's credit facilities, in the order in which they stand in the text.
The class of an extraction is the key of one of the fields below; its text is the exact words that
state the value, not paraphrased; its attributes are the value in its plain form and the facility
that it holds for, empty if it holds for all. Extract nothing that the text does not state.

Fields
{fields}"""
_EXAMPLE: dict[str, Any] = {
    "text": '"Margin" means, in relation to Facility X, 2.25 per cent. per annum.',
    "extractions": [
        {
            "class": "spread_pct",
            "text": "2.25 per cent. per annum",
            "attributes": {"value": "2.25%", "facility": "Facility X"},
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Lost:
    """A document that the rival gave nothing for."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rival made of all documents."""

    found: tuple[tuple[str, str], ...]  # field and value of what it could place in the text
    num_unplaced: int
    lost: tuple[Lost, ...]


def python() -> Path:
    """The interpreter of the rival's environment, made if need be. Raises CalledProcessError."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = cache / "factsheet" / f"langextract-{VERSION}"
    complete = place / ".complete"
    if not complete.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)
        pip = [str(place / "bin/python"), "-m", "pip", "install", "-qq"]
        subprocess.run([*pip, f"langextract[openai]=={VERSION}"], check=True)
        complete.touch()
    return place / "bin/python"


def run_rival(documents: Sequence[Document], schema: Schema, url: str, model: str) -> Outcome:
    """Let the rival extract every document. Raises CalledProcessError where it does not run."""
    task = {
        "url": url,
        "model": model,
        "prompt": _PROMPT.format(fields="\n".join(map(_described, schema.fields()))),
        "example": _EXAMPLE,
        "documents": [{"name": d.name, "text": d.text} for d in documents if d.is_read and d.text],
    }
    done = subprocess.run(
        [str(python()), str(RUN)],
        input=json.dumps(task),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return _outcome(json.loads(done.stdout))


def _described(field: FieldSpec) -> str:
    options = " | ".join(option.value for option in field.options)
    return f"- {field.key}: {'; '.join(filter(None, (field.label, options, field.description)))}"


def _outcome(results: Sequence[dict[str, Any]]) -> Outcome:
    found = [one for result in results for one in result["found"]]
    placed = [one for one in found if one["is_grounded"]]
    pairs = dict.fromkeys((one["class"], str(one["attributes"].get("value"))) for one in placed)
    lost = tuple(Lost(one["name"], one["error"]) for one in results if one["error"])
    return Outcome(tuple(pairs), len(found) - len(placed), lost)
