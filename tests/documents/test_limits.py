import asyncio

import pytest
from factsheet_service.documents.limits import (
    MEBIBYTE,
    SETTINGS,
    ReadLimits,
    read_limits_from,
    remedy,
)
from factsheet_service.documents.slots import Slots


def test_without_settings_the_limits_are_the_defaults():
    assert read_limits_from({"FACTSHEET_MAX_PAGES": ""}) == ReadLimits()


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("FACTSHEET_MAX_FILE_MB", "max_bytes", 7 * MEBIBYTE),
        ("FACTSHEET_MAX_PAGES", "max_pages", 7),
        ("FACTSHEET_MAX_CHARS", "max_chars", 7),
        ("FACTSHEET_MAX_ARCHIVE_FILES", "max_members", 7),
        ("FACTSHEET_MAX_ARCHIVE_MB", "max_unpacked_bytes", 7 * MEBIBYTE),
        ("FACTSHEET_MAX_ARCHIVE_S", "max_container_s", 7),
        ("FACTSHEET_MAX_READ_S", "wall_s", 7),
        ("FACTSHEET_MAX_READ_CPU_S", "cpu_s", 7),
        ("FACTSHEET_MAX_READ_MB", "memory_bytes", 7 * MEBIBYTE),
        ("FACTSHEET_PARALLEL_READS", "parallel", 7),
    ],
)
def test_each_setting_is_its_limit(name: str, field: str, value: int):
    limits = read_limits_from({name: "7"})
    assert getattr(limits, field) == value
    assert remedy(field) == f"split the file, or have {name} raised"
    assert len(SETTINGS) == 10


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5"])
def test_a_setting_that_is_no_number_is_refused_by_name(text: str):
    with pytest.raises(ValueError, match=f"FACTSHEET_MAX_PAGES='{text}': give a whole number"):
        read_limits_from({"FACTSHEET_MAX_PAGES": text})


async def test_whoever_reads_on_a_loop_shares_its_slots():
    slots = Slots(1)
    async with slots.here():
        assert slots.here().locked()
    assert not slots.here().locked()


def test_each_loop_has_slots_of_its_own():
    slots = Slots(1)

    async def take_and_keep() -> None:
        await slots.here().acquire()

    for _ in range(2):  # the second would wait for ever for the first's
        asyncio.run(take_and_keep())
