"""What is kept of paid calls, so that none is paid for twice; between engines and stores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PaidCall:
    """A call that was answered whole: the reply's JSON as it came, and what it cost.

    Malformed content and answers cut off at their limit are answers too; errors never are.
    """

    body: str
    model: str | None = None
    finish_reason: str | None = None
    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose run pays for what is not in the memo yet."""

    tenant: str = ""
    company: str = ""
    job: str = ""


@dataclass(frozen=True, slots=True)
class Spent:
    """What earlier attempts of a job have paid, and how long ago the first answer came."""

    calls: int = 0
    tokens: int = 0
    seconds: float = 0.0


NOTHING_SPENT = Spent()


class Memo(Protocol):
    """Replies by the hash of all that they depend on, as one run sees them.

    Methods raise StoreUnavailable.
    """

    async def get(self, key: str) -> str | None:
        """The reply kept under a key."""
        ...

    async def keep(self, key: str, paid: PaidCall) -> str:
        """Keep a reply; it is durable on return.

        Returns the reply to go on with: the first that was kept under the key, since a model does
        not say the same thing twice and a run must not rest on two truths.
        """
        ...

    async def spent(self) -> Spent:
        """What has been paid so far on behalf of the run's job; nothing where it has no name."""
        ...

    async def recall(self, name: str) -> str | None:
        """What was last noted under a name."""
        ...

    async def note(self, name: str, text: str) -> None:
        """Note something that is none of the replies, in place of what stood under the name."""
        ...
