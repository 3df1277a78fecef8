import asyncio
from dataclasses import replace

from factsheet_schemas import Budget
from factsheet_schemas.record import Usage
from factsheet_service.core.fairness import Owner
from factsheet_service.core.questions import Answer, Kind, Question
from factsheet_service.pipeline.asking import Asker
from factsheet_service.pipeline.dispatch import Dispatcher, Turns
from support.build import make_schema, make_window
from support.scripted import ScriptedEngine


class SlowToWarm(ScriptedEngine):
    """Has a question answered while a window is still being warmed."""

    def __init__(self):
        super().__init__({})
        self.is_warming, self.gate = asyncio.Event(), asyncio.Event()

    async def warm(self, window, questions, priority):
        self.is_warming.set()
        await self.gate.wait()
        return Usage(calls=1)

    async def ask(self, window, question, priority=0):
        return Answer(usage=Usage(calls=1))


async def test_what_is_paid_while_a_window_is_warmed_is_counted():
    engine, schema = SlowToWarm(), make_schema()
    info, dispatcher = replace(await engine.probe(), max_in_flight=2), Dispatcher()
    dispatcher.configure(info)
    asker = Asker(engine, info, schema, Budget(), Turns(dispatcher, Owner("", "a")))
    window, question = make_window("A loan."), Question(Kind.GROUP, "g", schema.groups[0].fields)
    async with asyncio.timeout(10), asker.turns.window(window.num_tokens) as number:
        warming = asyncio.create_task(asker.warm(window, (question,), number))
        await engine.is_warming.wait()
        await asker.ask(window, question, number)
        engine.gate.set()
        await warming
    assert asker.usage.calls == 2
