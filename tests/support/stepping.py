"""Stores of files for tests that look between the steps: what is counted, cut off, or interleaved.

A step is one call of a store.
"""

from collections.abc import Callable, Iterator
from itertools import count
from uuid import uuid4

from factsheet_service.core.errors import FactsheetError
from factsheet_service.stores.files import Files
from greenlet import getcurrent, greenlet

STEPS = ("put", "read", "exists", "local", "copy", "delete", "sizes", "folders")


class Crash(BaseException):
    """The process is gone."""


class SteppedFiles:
    """A store that calls ``before`` with the step's name before every step."""

    def __init__(self, files: Files, before: Callable[..., None]) -> None:
        self._files = files
        self._before = before

    def below(self, folder: str) -> "SteppedFiles":
        return SteppedFiles(self._files.below(folder), self._before)

    def erase(self, *folders: str) -> None:
        """In the two steps that an object store takes for it."""
        self.delete(self.sizes(*folders))

    def __getattr__(self, step: str):
        assert step in STEPS
        call = getattr(self._files, step)

        def stepped(*arguments):
            self._before(step)
            return call(*arguments)

        return stepped


class DictFiles:
    """A store in a dictionary, for tests that take very many steps."""

    def __init__(self, root: str = "", contents: dict[str, bytes] | None = None) -> None:
        self._root = root
        self._contents = {} if contents is None else contents

    def below(self, folder: str) -> "DictFiles":
        return DictFiles(f"{self._root}{folder}/", self._contents)

    def put(self, contents):
        held = {name: c if isinstance(c, bytes) else c.read_bytes() for name, c in contents.items()}
        self._contents.update({self._root + name: content for name, content in held.items()})

    def read(self, names):
        names = [name for name in names if self._root + name in self._contents]
        return {name: self._contents[self._root + name] for name in names}

    def exists(self, name):
        return self._root + name in self._contents

    def local(self, name, scratch):
        if not self.exists(name):
            raise FileNotFoundError(name)
        path = scratch / uuid4().hex
        path.write_bytes(self._contents[self._root + name])
        return path

    def copy(self, names):
        found = self.read(names)
        self.put({names[name]: content for name, content in found.items()})
        if len(found) < len(names):
            raise FileNotFoundError(min(names.keys() - found.keys()))

    def delete(self, names):
        for name in names:
            self._contents.pop(self._root + name, None)

    def sizes(self, *folders):
        below = tuple(f"{self._root}{folder}/" if folder else self._root for folder in folders)
        return {
            path.removeprefix(self._root): len(content)
            for path, content in self._contents.items()
            if below and path.startswith(below)
        }

    def folders(self):
        paths = (path.split("/") for path in self.sizes(""))
        return tuple(sorted({parts[0] for parts in paths if len(parts) > 1}))

    def erase(self, *folders):
        self.delete(self.sizes(*folders))


def counting(files: Files) -> tuple[Files, list[str]]:
    """A store, and the steps that are taken in it."""
    steps: list[str] = []
    return SteppedFiles(files, steps.append), steps


def crashing(files: Files, at: int) -> Files:
    """A store whose user dies before a step, counted from 1."""
    numbers = count(1)

    def before(step: str) -> None:
        if next(numbers) >= at:
            raise Crash

    return SteppedFiles(files, before)


def crashes(make: Callable[[], Files], work: Callable[[Files], object]) -> Iterator[Files]:
    """What is in the store when the work dies before its first, second, ... last step."""
    for at in count(1):
        files = make()
        try:
            work(crashing(files, at))
        except Crash:
            yield files
        else:
            return


def interleavings(
    make: Callable[[], Files], *works: Callable[[Files], object], most_switches: int = 3
) -> Iterator[tuple[Files, list[object]]]:
    """What is in the store, and what each work gave or raised, for all orders of their steps.

    Orders in which works that could go on are interrupted more than ``most_switches`` times are
    left out: they are very many, and what goes wrong nearly always does with few.
    """
    turns: list[int] | None = []
    while turns is not None:
        files = make()
        run = _Run(files, works, turns, most_switches)
        yield files, run.outcomes
        turns = run.next_turns()


class _Run:
    """All works, step by step: which is next is told by ``turns``, then the one that is under way.

    Turns are counted from the one that is under way.
    """

    def __init__(self, files: Files, works, turns: list[int], most_switches: int) -> None:
        self.outcomes: list[object] = [None] * len(works)
        self._taken: list[tuple[int, int]] = []  # which of those that could, and how many could
        stepped = SteppedFiles(files, lambda _: getcurrent().parent.switch())
        running = [greenlet(self._kept(at, work)) for at, work in enumerate(works)]
        is_under_way = False
        while running:
            num_choices = 1 if is_under_way and not most_switches else len(running)
            turn = turns[len(self._taken)] if len(self._taken) < len(turns) else 0
            self._taken.append((turn, num_choices))
            most_switches -= is_under_way and turn > 0
            running = running[turn:] + running[:turn]
            running[0].switch(stepped)
            is_under_way = not running[0].dead
            running = [thread for thread in running if not thread.dead]

    def _kept(self, at: int, work):
        def run(files: Files) -> None:
            try:
                self.outcomes[at] = work(files)
            except (FactsheetError, AssertionError, ValueError) as error:
                self.outcomes[at] = error

        return run

    def next_turns(self) -> list[int] | None:
        """The order after this one; None after the last."""
        turns = list(self._taken)
        while turns and turns[-1][0] + 1 == turns[-1][1]:
            turns.pop()
        if not turns:
            return None
        return [turn for turn, _ in turns[:-1]] + [turns[-1][0] + 1]
