"""The two orders of a prompt: the window first, as ours have it, and the question first."""

QUESTION = "Question: "  # how the last part of our prompts begins, see engines/vllm/prompt.py


def question_first(user: str) -> str:
    """One of our user messages with its question before the window."""
    window, mark, question = user.rpartition(f"\n\n{QUESTION}")
    return f"{mark.lstrip()}{question}\n\n{window}"


def window_first(user: str) -> str:
    """A user message with its question last, wherever it stood."""
    if not user.startswith(QUESTION):
        return user
    question, _, window = user.partition("\n\n")
    return f"{window}\n\n{question}"
