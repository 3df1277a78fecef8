"""Counts the tokens of texts by a model's own tokenizer and by a real one, as JSON.

``python tekken.py FOLDER TEXT...`` runs in vLLM's environment, which carries Mistral's tekken.
"""

import json
import sys
from pathlib import Path

import mistral_common
from mistral_common.tokens.tokenizers.tekken import Tekkenizer
from tokenizers import Tokenizer


def counts(folder: Path, texts: list[str]) -> dict[str, list[int]]:
    """Tokens of each text."""
    data = Path(mistral_common.__file__).parent / "data"
    real = Tekkenizer.from_file(str(max(data.glob("tekken*.json"))))
    tiny = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return {
        "tekken": [len(real.encode(text, bos=False, eos=False)) for text in texts],
        "tiny": [len(tiny.encode(text).ids) for text in texts],
    }


if __name__ == "__main__":
    texts = [Path(name).read_text("utf-8") for name in sys.argv[2:]]
    print(json.dumps(counts(Path(sys.argv[1]), texts)))
