"""Fixtures around the chat stub; list them in ``pytest_plugins`` or import them by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .chat_stub import ChatStub, listening


@pytest.fixture(scope="session")
def _listening_stub() -> Iterator[ChatStub]:
    with listening() as stub:
        yield stub


@pytest.fixture
def chat_stub(_listening_stub: ChatStub) -> ChatStub:
    """An ideal chat server; one for the whole session, forgetful between tests."""
    _listening_stub.reset()
    return _listening_stub
