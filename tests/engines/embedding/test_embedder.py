import json

import httpx2
import pytest
from factsheet_service.core.errors import EngineUnavailable
from factsheet_service.engines.embedding.embedder import BATCH_TEXTS
from support.chat_stub import vector_of


def answering(*replies):
    """A server that gives these replies in turn, the last one for ever."""
    waiting = list(replies)

    def answer(request):
        status, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return httpx2.Response(status, json=body(request) if callable(body) else body)

    return httpx2.MockTransport(answer)


def ones(request):
    texts = json.loads(request.content)["input"]
    return {"data": [{"index": n, "embedding": [1.0]} for n, _ in enumerate(texts)]}


async def test_every_text_gets_its_vector_in_whatever_order_they_come(make_embedder):
    found = await make_embedder().vectors("stub", ["one loan", "two fees"])
    assert found == [vector_of("one loan"), vector_of("two fees")]


async def test_texts_are_sent_in_batches(make_embedder, chat_stub):
    texts = [f"text {n}" for n in range(2 * BATCH_TEXTS + 1)]
    found = await make_embedder().vectors("stub", texts)
    assert sorted(map(len, chat_stub.embedded)) == [1, BATCH_TEXTS, BATCH_TEXTS]
    assert found == list(map(vector_of, texts))


async def test_the_first_model_is_taken_unless_one_is_named(make_embedder):
    assert await make_embedder().model() == "stub"
    assert await make_embedder(model="mine").model() == "mine"


async def test_a_busy_server_is_asked_again(make_embedder):
    server = answering((503, {"error": {"message": "busy"}}), (200, ones))
    assert await make_embedder(server).vectors("m", ["a"]) == [[1.0]]


def at_most(chars):
    """A server that takes so many characters of a text."""

    def answer(request):
        texts = json.loads(request.content)["input"]
        if any(len(text) > chars for text in texts):
            error = {"message": "This model's maximum context length is 256 tokens. However, ..."}
            return httpx2.Response(400, json={"error": error})
        data = [{"index": n, "embedding": [float(len(text))]} for n, text in enumerate(texts)]
        return httpx2.Response(200, json={"data": data})

    return httpx2.MockTransport(answer)


async def test_a_text_that_is_too_long_is_cut_and_the_others_are_not(make_embedder):
    texts = ["a" * 90, "b" * 1000, "c" * 80]
    assert await make_embedder(at_most(300)).vectors("m", texts) == [[90.0], [250.0], [80.0]]


async def test_a_server_that_finds_everything_too_long_is_told(make_embedder):
    with pytest.raises(EngineUnavailable):
        await make_embedder(at_most(3)).vectors("m", ["a" * 90])


async def test_an_endpoint_that_is_not_there_is_told_with_what_to_do(make_embedder):
    embedder = make_embedder(base_url="http://127.0.0.1:9/v1")
    with pytest.raises(EngineUnavailable, match=r"FACTSHEET_EMBEDDING_URL.*--runner pooling.*bm25"):
        await embedder.model()


async def test_a_server_without_embeddings_is_told_with_what_to_do(make_embedder):
    server = answering((404, {"error": {"message": "Not Found"}}))
    with pytest.raises(EngineUnavailable, match="FACTSHEET_EMBEDDING"):
        await make_embedder(server).vectors("m", ["a"])


async def test_vectors_of_other_texts_than_were_sent_are_refused(make_embedder):
    server = answering((200, {"data": [{"index": 0, "embedding": [1.0]}]}))
    with pytest.raises(EngineUnavailable, match="other texts"):
        await make_embedder(server).vectors("m", ["a", "b"])


async def test_vectors_of_different_lengths_are_refused(make_embedder):
    uneven = [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0, 2.0]}]
    with pytest.raises(EngineUnavailable, match="differ in length"):
        await make_embedder(answering((200, {"data": uneven}))).vectors("m", ["a", "b"])
