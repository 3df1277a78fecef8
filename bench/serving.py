"""A real vLLM on the CPU with the cache of a small slice, served for the benchmark alone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine import environment
from engine.server import GOOD, serving

from bench.companies import AGREEMENTS, ROOT

MODEL = "tiny"
SLICE = ("--num-gpu-blocks-override", "1273")  # of 32 tokens: what 20 GB leave beside a 14B model
READER = ("--logits-processors", "bench.reader:Reader")


@contextmanager
def serve(folder: Path, books: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The address of a server that reads flawlessly. Raises NotReady."""
    place = environment.build(is_fresh=False)
    gold = folder / "books.json"
    gold.write_text(json.dumps(list(books)))
    paths = ":".join(map(str, (ROOT, ROOT / "tests", ROOT / "tests/engine")))
    variables = {"PYTHONPATH": paths, "READER_GOLD": str(gold)}
    model, log = _model(place, folder / "model"), folder / "server.log"
    with serving(place, model, log, *GOOD, *SLICE, *READER, **variables) as server:
        yield server.root


def _model(place: Path, folder: Path) -> Path:
    """A model of random weights whose tokenizer knows the language of agreements."""
    texts = [*AGREEMENTS.glob("*.txt"), *ROOT.glob("examples/credit_facility/source/**/*.md")]
    maker = [str(place / "bin/python"), str(ROOT / "tests/engine/tiny_model.py"), str(folder)]
    subprocess.run([*maker, *map(str, sorted(texts))], check=True)
    return folder
