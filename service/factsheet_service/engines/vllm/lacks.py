"""What a server may lack, in words for its operator, with the flag that mends it."""

from __future__ import annotations

from .abilities import BEST_WINDOW_TOKENS

STRUCTURED = '--structured-outputs-config \'{"backend":"guidance","disable_any_whitespace":true}\''
NO_GRAMMAR = (
    "the server does not enforce JSON schemas; answers are checked and repaired here instead. "
    f"Start vLLM with {STRUCTURED}"
)
FREE_SPACE = (
    "the server lets models write endless white space between JSON tokens; such answers are cut "
    f"off and asked again in parts. Start vLLM with {STRUCTURED}"
)
NO_PRIORITY = (
    "the server heeds no priorities, so windows of several companies displace each other in its "
    "cache. Start vLLM with --scheduling-policy priority"
)
NO_CACHE_COUNT = (
    "the server does not tell how much of a prompt it had cached. "
    "Start vLLM with --enable-prompt-tokens-details"
)
NO_CACHE_HIT = (
    "a prompt sent three times was never found in the server's cache: every question pays for its "
    "whole window. Start vLLM with --enable-prefix-caching"
)
NO_LOGPROBS = (
    "the server does not tell how probable its tokens are; confidence does without. "
    "Start vLLM without --max-logprobs 0"
)
REASONS = (
    "the model thinks aloud before it answers, which costs most of the time. Start vLLM with "
    "--default-chat-template-kwargs '{\"enable_thinking\": false}'"
)
SHORT = (
    "a context of {max_model_len} tokens leaves {window_tokens} for a window, so that every "
    "document is cut into more of them than need be. Start vLLM with --max-model-len 16384"
)
NO_LENGTH = (
    "the server does not tell how long a prompt may be; windows have "
    f"{BEST_WINDOW_TOKENS} tokens. Set the window size if prompts are refused"
)
AWAY = (
    "the server was not there, and none of its answers was needed: all were paid for before. It is "
    "told as it was last seen"
)
