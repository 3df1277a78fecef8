import pytest
from factsheet_schemas import ExtractOptions, Preset, Settings
from factsheet_schemas.options import Coverage
from factsheet_service.core.errors import UnknownField
from factsheet_service.core.planning import chosen_groups, judge_of, plan_run, plan_sweep
from factsheet_service.core.questions import Kind
from support.build import make_document, make_schema, make_window

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


BOILERPLATE = "\n\n".join(
    f"{n}. NOTICES\n\nEach notice is given in writing and sent by post to the address of {n} that the"
    " party has named last, and takes effect when it is opened by whoever receives it there."
    for n in range(2, 600)
)
LONG = make_document(
    f"1. PRICING\n\nThe Margin (spread) is 2 per cent a year.\n\n{BOILERPLATE}\n\n"
    "600. COMMITMENTS\n\nThe commitment under Facility A is EUR 5,000,000."
)
BALANCED = with_settings(coverage=Coverage.BALANCED)


def planned(*documents, options=BALANCED, window_tokens=1000):
    return plan_run(documents, window_tokens, SCHEMA, options, judge_of(SCHEMA, options))


def test_balanced_reads_less_than_half_of_a_long_document():
    plan, full = planned(LONG), planned(LONG, options=ExtractOptions())
    assert 0 < len(plan.windows) <= len(full.windows) / 2


def test_balanced_reads_what_is_hopeful_wherever_it_stands():
    read = "\n".join(window.text for window in planned(LONG).windows)
    assert "2 per cent" in read
    assert "EUR 5,000,000" in read


def test_windows_of_balanced_depend_on_their_document_alone():
    other = make_document("Amendment: the Margin shall be 3 per cent a year.", "later.txt")
    alone, among = planned(LONG), planned(LONG, other)
    assert [w.render() for w in among.windows[: len(alone.windows)]] == [
        w.render() for w in alone.windows
    ]


def test_what_balanced_leaves_out_is_counted_and_judged():
    plan = planned(LONG)
    asked = {step.window.key for step in plan.steps}
    lines, left_out = plan.lines(asked)
    assert left_out > lines / 2
    assert plan.windows_due["margin"] == sum(has(step, "prices") for step in plan.steps)
    assert plan.num_windows > len(plan.windows)


def test_at_full_coverage_no_line_is_left_out():
    plan = planned(LONG, options=ExtractOptions())
    assert plan.lines({step.window.key for step in plan.steps})[1] == 0


def test_the_opening_of_a_document_is_asked_everything():
    first = planned(LONG).steps[0]
    assert [question.key for question in first.questions] == ["detect", "basics", "prices"]


def test_deep_extraction_may_read_all_of_the_documents_in_smaller_windows():
    plan = planned(LONG)
    shown = "".join(window.text for window in plan.deep_windows)
    assert "".join(shown.split()) == "".join(LONG.text.split())
    assert max(window.num_tokens for window in plan.deep_windows) <= 275
    assert not {w.key for w in plan.deep_windows} & {w.key for w in plan.windows}
