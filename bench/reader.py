"""The flawless reader for every arm's prompts; vLLM loads it into its own process by name."""

from functools import lru_cache

from engine import reading
from engine.page import Page
from engine.processors import FlawlessReader

from bench import layouts, rival_reading


class Reader(FlawlessReader):
    """Answers our prompts, ours with the question first, and langextract's, from the same gold."""

    def __init__(self, vllm_config, device, is_pin_memory) -> None:  # noqa: ANN001
        super().__init__(vllm_config, device, is_pin_memory)
        self._book_of = lru_cache(maxsize=64)(lambda text: closest(text, self._books))

    def _is_for_me(self, params: object) -> bool:
        return True  # no other stand-in is in this server

    def _answer(self, system: str, user: str, has_grammar: bool) -> str:
        if rival_reading.is_asked(user):
            return rival_reading.answer(user, self._books)
        user = layouts.window_first(user)
        page = user.rpartition(f"\n{layouts.QUESTION}")[0]
        return reading.answer(user, [self._book_of(page)])


def closest(text: str, books: list[dict]) -> dict:
    """The book of the company that a page is about."""
    page = Page(text)
    return max(books, key=lambda one: reading.known(page, one))
