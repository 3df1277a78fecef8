import pytest
from factsheet_schemas import ExtractOptions, Preset, Settings
from factsheet_schemas.options import Coverage
from factsheet_service.core.errors import UnknownField
from factsheet_service.core.planning import chosen_groups, plan_sweep
from factsheet_service.core.questions import Kind
from support.build import make_schema, make_window

SCHEMA = make_schema()
WINDOWS = [make_window("The Margin (spread) on Facility A is 2 per cent.", "a.txt")] + [
    make_window(f"Clause {n}: notices shall be given to the Agent in writing.", f"{n}.txt")
    for n in range(9)
]


def with_settings(**settings):
    return ExtractOptions(settings=Settings(**settings))


def test_full_coverage_asks_every_group_of_every_window():
    plan = plan_sweep(WINDOWS, SCHEMA, ExtractOptions())
    assert plan.num_questions == len(WINDOWS) * 3  # detection and two groups


def test_all_questions_of_a_window_stand_together_detection_first():
    for step in plan_sweep(WINDOWS, SCHEMA, ExtractOptions()).steps:
        assert [q.key for q in step.questions] == ["detect", "basics", "prices"]


def test_bm25_asks_the_best_windows_and_section_passes_add_the_next_best():
    base = with_settings(coverage=Coverage.BM25, chunks_per_group=1)
    more = with_settings(coverage=Coverage.BM25, chunks_per_group=1, section_passes=2)
    asked = [
        [s.window for s in plan_sweep(WINDOWS, SCHEMA, options).steps if has(s, "prices")]
        for options in (base, more)
    ]
    assert asked[0] == [WINDOWS[0]]
    assert asked[1] == WINDOWS[:3]  # no other window matches: a pass never repeats a covered one


def has(step, key):
    return any(question.key == key for question in step.questions)


def test_what_bm25_leaves_out_still_counts_as_due():
    plan = plan_sweep(WINDOWS, SCHEMA, with_settings(coverage=Coverage.BM25, chunks_per_group=1))
    assert plan.windows_due["margin"] == len(WINDOWS)


def test_merged_groups_are_one_question():
    groups = chosen_groups(SCHEMA, with_settings(merge_groups=True))
    assert [len(group.fields) for group in groups] == [10]


def test_only_chosen_fields_are_asked():
    (group,) = chosen_groups(SCHEMA, ExtractOptions(fields=("margin",)))
    assert [field.key for field in group.fields] == ["margin"]


def test_an_unknown_field_is_refused_by_name():
    with pytest.raises(UnknownField, match="'marjin'"):
        chosen_groups(SCHEMA, ExtractOptions(fields=("marjin",)))


def test_an_explicit_setting_overrides_the_preset_and_leaves_the_rest():
    options = ExtractOptions(preset=Preset.ORIGINAL, settings=Settings(deep_cap=5))
    settings = options.effective()
    assert (settings.deep_cap, settings.section_passes) == (5, 2)


def test_detection_asks_for_the_name_field():
    step = plan_sweep(WINDOWS, SCHEMA, ExtractOptions()).steps[0]
    assert step.questions[0].kind is Kind.DETECT
    assert [field.key for field in step.questions[0].fields] == ["name"]
