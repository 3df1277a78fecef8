"""Which of a server's stand-ins judges a request: its seed says so, as nothing else gets there.

One server so serves all tests. vLLM imports this too, so it needs the standard library alone.
"""

READER_SEED = 1000  # a setting of the engine; its second try takes the next seed


def is_for_the_reader(seed: int | None) -> bool:
    """Whether the flawless reader answers, in place of the server's usual model."""
    return seed in (READER_SEED, READER_SEED + 1)
