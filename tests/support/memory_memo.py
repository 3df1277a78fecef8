"""A memo in memory, and what other processes do to it meanwhile."""

from factsheet_service.core.memo import PaidCall, Spent


class MemoryMemo:
    """A ``core.memo.Memo``.

    ``before_keep`` is kept by another process right before this one keeps under the same key;
    ``after_misses`` comes to be there once so many looks were in vain.
    """

    def __init__(self) -> None:
        self.kept: dict[str, PaidCall] = {}
        self.before_keep: dict[str, str] = {}
        self.after_misses: tuple[int, dict[str, str]] = (0, {})
        self.num_misses = 0
        self.notes: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        num, others = self.after_misses
        if self.num_misses >= num:
            self.kept |= {one: PaidCall(body) for one, body in others.items()}
        found = self.kept.get(key)
        self.num_misses += found is None
        return found.body if found else None

    async def keep(self, key: str, paid: PaidCall) -> str:
        if key in self.before_keep:
            self.kept[key] = PaidCall(self.before_keep[key])
        return self.kept.setdefault(key, paid).body

    async def spent(self) -> Spent:
        return Spent()

    async def recall(self, name: str) -> str | None:
        return self.notes.get(name)

    async def note(self, name: str, text: str) -> None:
        self.notes[name] = text
