"""A chat server in process whose model is a reader: all of the real engine runs, and no server."""

from __future__ import annotations

import json
from typing import Any

import httpx2
from engine import erring
from engine.erring import Errors
from support.chat_stub import smallest_of

MAX_MODEL_LEN = 16384
CHARS_PER_TOKEN = 4
_ASKS = "\nQuestion: "


class ReaderTransport(httpx2.AsyncBaseTransport):
    """Answers chat completions as an erring reader does; the probe's as a server with grammars.

    It cuts nothing off: every answer ends by itself.
    """

    def __init__(self, books: list[dict[str, Any]], errors: Errors) -> None:
        self._books = books
        self._errors = errors

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if path.endswith("/models"):
            return _json({"data": [{"id": "reader", "max_model_len": MAX_MODEL_LEN}]})
        if not path.endswith("/chat/completions"):
            return httpx2.Response(404)
        body = json.loads(await request.aread())
        return _json(_completion(body, self._content(body)))

    def _content(self, body: dict[str, Any]) -> str:
        system, user = (message["content"] for message in body["messages"])
        form = body.get("response_format")
        if _ASKS in user:
            has_grammar = form is not None
            return erring.answer(system, user, self._books, self._errors, has_grammar=has_grammar)
        return json.dumps(smallest_of(form["json_schema"]["schema"])) if form else "Paris"


def _completion(body: dict[str, Any], content: str) -> dict[str, Any]:
    prompt = sum(len(message["content"]) for message in body["messages"])
    return {
        "choices": [{"message": {"content": content}, "finish_reason": "stop"}],
        "usage": {
            "prompt_tokens": prompt // CHARS_PER_TOKEN,
            "completion_tokens": len(content) // CHARS_PER_TOKEN,
        },
    }


def _json(body: dict[str, Any]) -> httpx2.Response:
    return httpx2.Response(200, json=body)
