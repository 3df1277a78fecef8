"""A chat server that really listens on loopback and answers as a test tells it to.

Until told otherwise it is an ideal server: it obeys grammars with the smallest answer they allow,
takes priorities, and counts as cached what a prompt shares with earlier ones in whole blocks.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any
from zlib import crc32

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

BLOCK_CHARS = 64
CHARS_PER_TOKEN = 4
VECTOR_LENGTH = 256


@dataclass(frozen=True)
class Step:
    """What one request gets."""

    content: str | None = None
    finish_reason: str = "stop"
    status: int = 200
    error: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    is_garbled: bool = False
    reasoning: str | None = None


def says(content: str | None, finish_reason: str = "stop") -> Step:
    """A reply with this text."""
    return Step(content, finish_reason)


def rows(*found: list[Any]) -> Step:
    """A well-formed answer."""
    return says(json.dumps(list(found), ensure_ascii=False))


def cut_off(content: str) -> Step:
    """An answer that ran into its budget."""
    return says(content, "length")


def hangs() -> Step:
    """No answer until the client hangs up."""
    return Step(hangs=True)


def garbled() -> Step:
    """Success, but no chat completion."""
    return Step(is_garbled=True)


def error(status: int, message: str = "trouble", **headers: str) -> Step:
    """An HTTP error in OpenAI's form; underscores in header names are hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Step(status=status, error=message, headers=named)


Script = Callable[[dict[str, Any]], Step | None]
Finding = tuple[str, tuple[str, ...], str]  # field key (or "detect"), facilities, value
_NUMBERED = re.compile(r"^(\d+) (.+)$", re.MULTILINE)


def reads(findings: Mapping[str, Sequence[Finding]]) -> Script:
    """A model that reads: regular expression -> what it finds in the window's lines it matches."""

    def script(body: dict[str, Any]) -> Step | None:
        return rows(*_found(body, findings)) if is_question(body) else None

    return script


def _found(body: dict[str, Any], findings: Mapping[str, Sequence[Finding]]) -> Iterator[list[Any]]:
    form = body["response_format"]["json_schema"]
    keys = keys_of(body)
    window, _, _ = body["messages"][1]["content"].rpartition("\n\n")
    for number, line in _NUMBERED.findall(window):
        for pattern, found in findings.items():
            for key, names, value in found if re.search(pattern, line) else ():
                if key == form["name"]:
                    yield [keys[0], "; ".join(names), value, int(number)]
                elif key in keys and form["name"] != "detect":
                    yield [key, "; ".join(names), value, int(number)]


def is_question(body: dict[str, Any]) -> bool:
    """Whether the request asks about a window; a probe does not."""
    form = body.get("response_format", {}).get("json_schema", {})
    return form.get("name") in {"detect", "group", "deep", "verify"}


def keys_of(body: dict[str, Any]) -> list[str]:
    """What the request's grammar lets a row be about."""
    items = body["response_format"]["json_schema"]["schema"]["items"]
    return list(items["prefixItems"][0]["enum"])


class ChatStub:
    """The server's memory and its orders; safe to use from the test's thread."""

    def __init__(self) -> None:
        self.base_url = ""
        self.changed = threading.Condition()
        self.reset()

    def reset(self) -> None:
        """Forget everything: an ideal server again."""
        self.raw_bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.steps: deque[Step] = deque()
        self.script: Script | None = None
        self.has_grammar = True
        self.has_priority = True
        self.policy: str | None = None  # told, as in development mode
        self.tells_cached = True
        self.has_cache = True
        self.writes_pretty = False
        self.has_logprobs = True
        self.doubts: dict[str, float] = {}  # what tokens hold -> their probability; else 1
        self.models: list[dict[str, Any]] = [{"id": "stub", "max_model_len": 16384}]
        self.metrics = ""
        self.embedded: list[list[str]] = []  # texts by request
        self.num_open = self.max_open = self.num_hung_up = 0
        self.is_held = False
        self._cached: set[int] = set()

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The chat requests so far, parsed."""
        return [json.loads(body) for body in self.raw_bodies]

    def then(self, *steps: Step) -> None:
        """The next requests get these, in order; later ones what the stub does by itself."""
        self.steps.extend(steps)

    def wait_until(self, holds: Callable[[ChatStub], bool], timeout_s: float = 10.0) -> bool:
        """Block until something holds of the stub."""
        with self.changed:
            return self.changed.wait_for(lambda: holds(self), timeout_s)

    def hold(self) -> None:
        """Keep requests waiting until they are released."""
        with self.changed:
            self.is_held = True

    def release(self) -> None:
        """Let held requests go on."""
        with self.changed:
            self.is_held = False
            self.changed.notify_all()

    def opened(self, raw: bytes, headers: dict[str, str]) -> None:
        """A request came in."""
        with self.changed:
            self.raw_bodies.append(raw)
            self.headers.append(headers)
            self.num_open += 1
            self.max_open = max(self.max_open, self.num_open)
            self.changed.notify_all()

    def closed(self, *, hung_up: bool = False) -> None:
        """A request was answered, or its client went away."""
        with self.changed:
            self.num_open -= 1
            self.num_hung_up += hung_up
            self.changed.notify_all()

    def step_for(self, body: dict[str, Any]) -> Step:
        """What this request gets."""
        if self.steps:
            return self.steps.popleft()
        if body.get("priority") and not self.has_priority:
            return error(400, "Got priority 1 but Priority scheduling is not enabled.")
        scripted = self.script(body) if self.script else None
        return scripted or says(self._by_itself(body))

    def _by_itself(self, body: dict[str, Any]) -> str:
        form = body.get("response_format")
        if not form:
            return "[]"
        if not self.has_grammar:
            return "Paris"
        smallest = smallest_of(form["json_schema"]["schema"])
        return json.dumps(smallest, indent=2 if self.writes_pretty else None)

    def usage(self, body: dict[str, Any], content: str) -> dict[str, Any]:
        """Token counts, four characters each; cached is what earlier prompts share."""
        prompt = "".join(message["content"] for message in body["messages"])
        blocks = list(blocks_of(prompt))
        hits = len(list(takewhile(self._cached.__contains__, blocks))) if self.has_cache else 0
        self._cached.update(blocks)
        cached = hits * BLOCK_CHARS // CHARS_PER_TOKEN
        return {
            "prompt_tokens": len(prompt) // CHARS_PER_TOKEN,
            "completion_tokens": len(content) // CHARS_PER_TOKEN,
            "prompt_tokens_details": {"cached_tokens": cached} if self.tells_cached else None,
        }


def blocks_of(prompt: str) -> Iterator[int]:
    """A hash for every whole block of a prompt, over all that stands before it as well."""
    chain = 0
    for end in range(BLOCK_CHARS, len(prompt) + 1, BLOCK_CHARS):
        chain = hash((chain, prompt[end - BLOCK_CHARS : end]))
        yield chain


def smallest_of(schema: dict[str, Any]) -> Any:
    """The smallest value that a schema allows, as a bound grammar would let through."""
    if "enum" in schema:
        return schema["enum"][0]
    match schema["type"]:
        case "object":
            return {key: smallest_of(value) for key, value in schema["properties"].items()}
        case "array" if "prefixItems" in schema:
            rest = [schema["items"]] * (schema["minItems"] - len(schema["prefixItems"]))
            return [smallest_of(item) for item in [*schema["prefixItems"], *rest]]
        case "array":
            return [smallest_of(schema["items"])] * schema.get("minItems", 0)
        case "integer":
            return schema["minimum"]
        case _:
            return ""


def vector_of(text: str) -> list[float]:
    """A text's words, each counted in one of a few places, so that like texts are near."""
    vector = [0.0] * VECTOR_LENGTH
    for word in text.casefold().split():
        vector[crc32(word.strip(".,;:()").encode()) % VECTOR_LENGTH] += 1.0
    return vector


def application(stub: ChatStub) -> FastAPI:
    """The stub's routes."""
    app = FastAPI()

    @app.get("/v1/models")
    async def models() -> dict[str, Any]:
        return {"object": "list", "data": stub.models}

    @app.post("/v1/embeddings")
    async def embeddings(request: Request) -> dict[str, Any]:
        texts = (await request.json())["input"]
        stub.embedded.append(texts)
        data = [{"index": n, "embedding": vector_of(text)} for n, text in enumerate(texts)]
        return {"object": "list", "data": data[::-1]}  # in whatever order

    @app.get("/version")
    async def version() -> dict[str, str]:
        return {"version": "0.33.0"}

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(stub.metrics, 200 if stub.metrics else 404, media_type="text/plain")

    @app.get("/server_info")
    async def server_info() -> Response:
        if stub.policy is None:
            return JSONResponse({"detail": "Not Found"}, 404)
        return JSONResponse({"vllm_config": {"scheduler_config": {"policy": stub.policy}}})

    @app.post("/v1/chat/completions")
    async def chat(request: Request) -> Response:
        raw = await request.body()
        stub.opened(raw, dict(request.headers))
        body = json.loads(raw)
        step = stub.step_for(body)
        if step.hangs:
            await request.receive()  # the client hanging up
            stub.closed(hung_up=True)
            return Response()
        if stub.is_held:
            await asyncio.to_thread(stub.wait_until, lambda s: not s.is_held)
        stub.closed()
        return reply(stub, body, step)

    return app


def reply(stub: ChatStub, body: dict[str, Any], step: Step) -> Response:
    """The step on the wire."""
    if step.status != 200:
        trouble = {"error": {"message": step.error, "type": "error", "code": step.status}}
        return JSONResponse(trouble, step.status, headers=step.headers)
    if step.is_garbled:
        return Response("<html>proxy error</html>", media_type="text/html")
    message = {"role": "assistant", "content": step.content, "reasoning": step.reasoning}
    choice = {"index": 0, "message": message, "finish_reason": step.finish_reason}
    usage = stub.usage(body, step.content or "")
    if body.get("logprobs") and stub.has_logprobs:
        choice["logprobs"] = {"content": list(tokens_of(step.content or "", stub.doubts))}
    completion = {"id": "c", "object": "chat.completion", "model": body["model"]}
    return JSONResponse({**completion, "choices": [choice], "usage": usage})


def tokens_of(content: str, doubts: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    """The answer in tokens of a word or a mark each, as vLLM lists them."""
    for word in re.findall(r"\w+|\s+|[^\w\s]", content):
        logprob = math.log(doubts.get(word, 1.0))
        yield {"token": word, "logprob": logprob, "bytes": list(word.encode()), "top_logprobs": []}


class _Server(uvicorn.Server):
    ready: threading.Event

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@contextmanager
def listening() -> Iterator[ChatStub]:
    """A stub on a free loopback port, served from a thread of its own."""
    stub = ChatStub()
    config = uvicorn.Config(
        application(stub), log_level="critical", lifespan="off", ws="none", access_log=False
    )
    server = _Server(config)
    server.ready = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stub.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        assert server.ready.wait(10), "the stub did not start"
        try:
            yield stub
        finally:
            stub.release()
            server.should_exit = server.force_exit = True
            thread.join(10)
