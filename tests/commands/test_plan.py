import pytest
from factsheet_schemas import Preset, load_schema
from factsheet_service.commands.plan import calls_of_original, duration, plan_table
from factsheet_service.core.cost import PROFILES, Call, Prefix, Visit, predict
from factsheet_service.core.workload import Workload
from rich.console import Console

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


def test_a_preset_is_shown_with_what_it_is_predicted_to_take():
    prefixes = (Prefix("system", 1000), Prefix("window", 6000))
    work = Workload(2, 1, 6000, (Visit(((Call(prefixes, 150, 20),) * 13,)),))
    profile = PROFILES["a100-3g.20gb"]
    console = Console(width=200)
    with console.capture() as shown:
        console.print(
            plan_table("acme", {Preset.FULL: work}, load_schema("credit_facility"), profile)
        )
    row = next(line for line in shown.get().splitlines() if "full" in line)
    seconds = predict(profile, work.visits).seconds
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells == [
        "full", "1 of 2", "13", "92,950", "8,950", "260", duration(seconds), "155"
    ]  # fmt: skip
