"""Counts tokens with a real tokenizer: Mistral's tekken, 131 K entries, out of `mistral-common`.

Runs in vLLM's environment, whose package it is: a JSON array of texts on the standard input, a JSON
array of counts on the standard output.
"""

import json
import sys
from pathlib import Path

import mistral_common
from mistral_common.tokens.tokenizers.tekken import Tekkenizer

VOCABULARY = Path(mistral_common.__file__).parent / "data/tekken_240911.json"


def main() -> None:
    """Count."""
    tokenizer = Tekkenizer.from_file(VOCABULARY)
    texts = json.load(sys.stdin)
    json.dump([len(tokenizer.encode(text, bos=False, eos=False)) for text in texts], sys.stdout)


if __name__ == "__main__":
    main()
