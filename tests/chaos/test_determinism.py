"""A run's record and what it pays for depend on the documents, not on the order of anything."""

import asyncio
import json
import sqlite3
from contextlib import closing

from chaos.companies import company
from chaos.processes import FACTSHEET, model
from chaos.trial import environment
from chaos.verdict import comparable

GROUPS = "basic_info,pricing,dates_schedules"


async def extracted(folder, url, hash_seed):
    """The record, and the keys of what was paid for, of a process of its own."""
    work = folder / hash_seed
    work.mkdir()
    database = work / "factsheet.sqlite"
    asked = ("--engine", "vllm", "--groups", GROUPS, "--window-tokens", "420")
    command = ("extract", folder / "docs", *asked, "--work", work)
    process = await asyncio.create_subprocess_exec(
        FACTSHEET,
        *command,
        env=environment(work, f"sqlite:///{database}", url) | {"PYTHONHASHSEED": hash_seed},
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await process.wait() in (0, 2)  # some answers are garbage twice
    with closing(sqlite3.connect(database)) as connection:
        keys = sorted(key for (key,) in connection.execute("select key from answers"))
    (record,) = work.glob("*/runs/*.json")
    return comparable(json.loads(record.read_text())), keys


async def test_two_runs_under_other_hashes_whose_answers_come_in_another_order_are_the_same(
    tmp_path,
):
    for name, content in company(7, 1).files.items():
        (tmp_path / "docs").mkdir(exist_ok=True)
        (tmp_path / "docs" / name).write_bytes(content)
    async with model(tmp_path / "calls.jsonl", seed=1) as server:
        await server.set_latency(0.0, 0.2)
        first, second = await asyncio.gather(
            extracted(tmp_path, server.url, "1"), extracted(tmp_path, server.url, "2")
        )
    record, keys = first
    assert len(keys) > 8
    assert '"Facility A"' in record
    assert first == second
