"""What texts count by a real tokenizer, which vLLM's environment carries."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

SCRIPT = Path(__file__).with_name("tekken.py")


def token_counts(environment: Path, model: Path, texts: Iterable[Path]) -> dict[str, list[int]]:
    """Tokens of each text, by Mistral's "tekken" and by the model's "tiny"."""
    command = [str(environment / "bin/python"), str(SCRIPT), str(model), *map(str, texts)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    counts: dict[str, list[int]] = json.loads(printed.splitlines()[-1])
    return counts
