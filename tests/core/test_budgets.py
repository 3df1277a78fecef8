import pytest
from factsheet_schemas import Budget, ExtractOptions, Preset
from factsheet_schemas.record import Usage
from factsheet_service.core.budgets import (
    budgeted,
    is_spent,
    refuse_beyond,
    seconds_left,
    within,
)
from factsheet_service.core.errors import UsageError
from factsheet_service.core.memo import NOTHING_SPENT, Spent

USAGE = Usage(calls=10, prompt_tokens=900, output_tokens=100)


@pytest.mark.parametrize(
    ("asked", "ceiling", "has"),
    [
        (Budget(), Budget(), Budget()),
        (Budget(calls=5), Budget(calls=9, tokens=7), Budget(calls=5, tokens=7)),
        (Budget(minutes=90), Budget(minutes=60.5), Budget(minutes=60.5)),
        (Budget(calls=9), Budget(calls=1), Budget(calls=1)),
    ],
    ids=str,
)
def test_no_request_exceeds_the_servers_ceiling(asked, ceiling, has):
    assert within(asked, ceiling) == has
    assert budgeted(ExtractOptions(budget=asked), ceiling).budget == has


@pytest.mark.parametrize(
    ("budget", "has"),
    [
        ({}, Budget(minutes=60)),
        ({"minutes": 30}, Budget(minutes=30)),
        ({"calls": 9}, Budget(calls=9, minutes=60)),
        ({"minutes": None}, Budget()),
    ],
    ids=str,
)
def test_strict_1h_is_a_budget_of_an_hour_unless_another_is_given(budget, has):
    options = ExtractOptions.model_validate({"preset": "strict-1h", "budget": budget})
    assert options.effective_budget() == has
    stored = ExtractOptions.model_validate(options.model_dump(mode="json", exclude_unset=True))
    assert stored.effective_budget() == has


def test_other_presets_have_no_budget():
    others = [preset for preset in Preset if preset is not Preset.STRICT_1H]
    assert {ExtractOptions(preset=one).effective_budget() for one in others} == {Budget()}


@pytest.mark.parametrize(
    ("budget", "spent", "is_over"),
    [
        (Budget(), Spent(10**6, 10**9, 10**6), False),
        (Budget(calls=11), NOTHING_SPENT, False),
        (Budget(calls=10), NOTHING_SPENT, True),
        (Budget(calls=14), Spent(calls=4), True),
        (Budget(tokens=1001), NOTHING_SPENT, False),
        (Budget(tokens=1000), NOTHING_SPENT, True),
        (Budget(tokens=1500), Spent(tokens=500), True),
        (Budget(minutes=1.1), NOTHING_SPENT, False),
        (Budget(minutes=1), NOTHING_SPENT, True),
        (Budget(minutes=3), Spent(seconds=120), True),
    ],
    ids=str,
)
def test_a_budget_is_spent_by_all_attempts_of_a_job_together(budget, spent, is_over):
    assert is_spent(budget, spent, USAGE, 60.0) is is_over


def test_what_is_left_of_the_minutes():
    assert seconds_left(Budget(), NOTHING_SPENT, 60.0) is None
    assert seconds_left(Budget(minutes=2), Spent(seconds=30), 60.0) == 30.0


@pytest.mark.parametrize(("name", "most"), [("calls", 5), ("tokens", 5), ("minutes", 0.5)])
def test_more_than_the_ceiling_is_refused_with_its_name(name, most):
    with pytest.raises(UsageError, match=f"budget.{name}: this server allows {most:g} at most"):
        refuse_beyond(Budget(**{name: most}), Budget(**{name: 6}))


def test_a_preset_above_the_ceiling_is_cut_and_not_refused():
    ceiling, strict = Budget(minutes=30), ExtractOptions(preset=Preset.STRICT_1H)
    refuse_beyond(ceiling, strict.budget)
    assert budgeted(strict, ceiling).budget.minutes == 30
