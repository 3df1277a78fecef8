import pytest
from factsheet_schemas import Preset
from factsheet_service.commands.plan import calls_of_original, duration

EXAMPLE_TOKENS = 60 * 1600  # 60 chunks


@pytest.mark.parametrize(
    ("preset", "calls"), [(Preset.FULL, 587), (Preset.ORIGINAL, 125), (Preset.STRICT_1H, 89)]
)
def test_the_originals_example_stands_beside_our_presets(preset, calls):
    assert calls_of_original(preset, EXAMPLE_TOKENS, 12) == calls


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59, "59 s"), (250, "4 min 10 s"), (17610, "4 h 53 min")],
)
def test_a_duration_reads_as_people_say_it(seconds, words):
    assert duration(seconds) == words
