import json

import pytest
from factsheet_service.engines.vllm.likelihood import Token
from factsheet_service.engines.vllm.wire import read_completion


@pytest.mark.parametrize(
    ("told", "text"),
    [(None, b"a"), ([98, 99], b"bc"), ([256], b"a"), ([-1, 97], b"a"), ([], b"")],
)
def test_a_tokens_bytes_are_those_told_or_else_its_texts(told, text):
    token = {"token": "a", "logprob": -0.5, "bytes": told}
    choice = {"message": {"content": "a"}, "logprobs": {"content": [token]}}
    reply = read_completion(json.dumps({"choices": [choice]}))
    assert reply.tokens == (Token(text, -0.5),)
