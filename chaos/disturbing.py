"""What is done to the service, drawn by a seed; kills wait for a process with calls in flight."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from random import Random

from chaos.backend import Mood
from chaos.databases import Database
from chaos.processes import Hit, Kill, Model, Worker

KILL_EVERY_S = (1.0, 3.0)
RESTART_AFTER_S = (0.0, 1.5)
FREEZE_ONE_IN = 5  # of what is done to processes; the others are kills
FREEZE_S = (1.0, 14.0)  # beyond the lease as well
MOOD_EVERY_S = (3.0, 7.0)
MOOD_S = {Mood.BUSY: (1.0, 5.0), Mood.HANG: (1.0, 6.0), Mood.RESETS: (0.5, 2.0)}
CRASH_EVERY_S = (8.0, 16.0)
DOWN_S = (0.2, 4.0)
BLIND_ONE_IN = 8  # of what is done to processes: whatever they are at
AIM_S = 20.0  # how long a kill waits for a process with a call in flight
_LOOK_S = 0.02
MIN_UP = 2  # processes that must be there for one of them to be taken away

Tell = Callable[[str], None]


class Disturber:
    """Does it, and keeps count; each kind draws from a generator of its own."""

    def __init__(
        self, seed: int, workers: Sequence[Worker], model: Model, database: Database, tell: Tell
    ) -> None:
        self.kills: list[Kill] = []
        self.counts: Counter[str] = Counter()
        self._seed = seed
        self._workers = workers
        self._model = model
        self._database = database
        self._tell = tell

    async def run(self, is_over: Callable[[], bool]) -> None:
        """Disturb until it is over; all is well again on return."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            group.create_task(self._repeat("processes", KILL_EVERY_S, self._take_one, is_over))
            group.create_task(self._repeat("moods", MOOD_EVERY_S, self._upset, is_over))
            if self._database.can_crash:
                group.create_task(self._repeat("crashes", CRASH_EVERY_S, self._crash, is_over))
            group.create_task(self._raise_fallen(is_over))

    async def _repeat(
        self,
        name: str,
        every_s: tuple[float, float],
        act: Callable[[Random], Awaitable[None]],
        is_over: Callable[[], bool],
    ) -> None:
        random = Random(f"{self._seed}/{name}")
        while not is_over():
            await asyncio.sleep(random.uniform(*every_s))
            await act(random)

    async def _take_one(self, random: Random) -> None:
        """Kill a process, or freeze it for a while; it comes back while others are taken."""
        order = random.sample(self._workers, len(self._workers))
        is_freeze = random.randrange(FREEZE_ONE_IN) == 0
        is_blind = random.randrange(BLIND_ONE_IN) == 0
        pause_s = random.uniform(*(FREEZE_S if is_freeze else RESTART_AFTER_S))
        worker = await self._aimed(order, is_blind)
        if worker is None:
            self.counts["missed"] += 1
        elif is_freeze:
            self._group.create_task(self._freeze(worker, pause_s))
        else:
            kill = worker.kill(self._hit(worker, random, is_blind))
            self.kills.append(kill)
            self.counts[f"killed {kill.hit}"] += 1
            self._tell(f"SIGKILL {kill.who} ({kill.hit}), back after {pause_s:.1f} s")
            if kill.hit is not Hit.WORKER:
                self._group.create_task(self._raise(worker, pause_s))

    def _hit(self, worker: Worker, random: Random, is_blind: bool) -> Hit:
        hit = Hit.SERVING if is_blind else random.choice((Hit.BOTH, Hit.WORKER))
        return Hit.BOTH if worker.beside() is None else hit

    async def _aimed(self, order: Sequence[Worker], is_blind: bool) -> Worker | None:
        """The first with a call in flight, or whatever it does; None where there is none for long.

        A call is in flight only if it is still open at a second look: the kill takes a moment.
        """
        deadline, before = time.monotonic() + AIM_S, set[str]()
        while time.monotonic() < deadline:
            up = [worker for worker in order if worker.is_up]
            calls = set() if is_blind else set(await self._model.open_calls())
            aims = [worker for worker in up if is_blind or worker.who in calls & before]
            if len(up) >= MIN_UP and aims:
                return aims[0]
            before = calls
            await asyncio.sleep(_LOOK_S)
        return None

    async def _raise(self, worker: Worker, pause_s: float) -> None:
        await asyncio.sleep(pause_s)
        await worker.start()

    async def _freeze(self, worker: Worker, pause_s: float) -> None:
        worker.freeze()
        self.counts["freezes"] += 1
        self._tell(f"SIGSTOP {worker.who} for {pause_s:.1f} s")
        await asyncio.sleep(pause_s)
        worker.thaw()

    async def _upset(self, random: Random) -> None:
        mood = random.choice(list(MOOD_S))
        lasts_s = random.uniform(*MOOD_S[mood])
        self.counts[mood.value] += 1
        self._tell(f"model {mood} for {lasts_s:.1f} s")
        await self._model.set_mood(mood)
        await asyncio.sleep(lasts_s)
        await self._model.set_mood(Mood.CALM)

    async def _crash(self, random: Random) -> None:
        down_s = random.uniform(*DOWN_S)
        self.counts["crashes"] += 1
        self._tell(f"{self._database.name} crashes, down for {down_s:.1f} s")
        await self._database.crash(down_s)

    async def _raise_fallen(self, is_over: Callable[[], bool]) -> None:
        """Start again what ended by itself, as whoever runs the service would."""
        while not is_over():
            await asyncio.sleep(1.0)
            for worker in self._workers:
                if worker.has_fallen():
                    self._tell(f"{worker.who} ended by itself")
                    await worker.start()
