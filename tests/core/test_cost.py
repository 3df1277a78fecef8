import pytest
from factsheet_service.core.cost import (
    DEFAULT_PROFILE,
    PROFILES,
    gpu_profile,
    original_calls,
    original_section_passes,
    predict_seconds,
    section_passes_of,
)
from factsheet_service.core.errors import UsageError


@pytest.mark.parametrize(
    ("section_passes", "verification_calls", "deep", "calls"),
    [
        pytest.param(section_passes_of(60), 1, 40, 587, id="uncapped"),
        pytest.param(2, 1, 25, 125, id="original caps"),
        pytest.param(1, 0, 20, 89, id="strict-1h"),
    ],
)
def test_the_originals_example_is_counted_as_its_formula_says(
    section_passes, verification_calls, deep, calls
):
    assert original_calls(2, 12, section_passes, verification_calls, deep) == calls


def test_three_facilities_at_strict_1h_are_133_calls():
    assert original_calls(3, 12, 1, 0, 20) == 133


def test_sixty_chunks_at_three_a_call_are_twenty_section_passes():
    assert section_passes_of(60) == 20
    assert original_section_passes(96_000) == 20


def test_a_company_asked_question_first_takes_what_the_published_estimate_says():
    """125 calls, 777 K prompt tokens, none cached, 32.2 K output tokens: 581 s on the slice."""
    seconds = predict_seconds(PROFILES[DEFAULT_PROFILE], 777_000, 777_000, 32_200, 125)
    assert seconds == pytest.approx(581, rel=0.05)


def test_cached_tokens_cost_decoding_but_no_prefill():
    profile = PROFILES[DEFAULT_PROFILE]
    cached = predict_seconds(profile, 100_000, 800_000, 0, 100)
    uncached = predict_seconds(profile, 800_000, 800_000, 0, 100)
    assert uncached == pytest.approx(8 * cached)


def test_longer_contexts_make_output_dearer():
    profile = PROFILES[DEFAULT_PROFILE]
    short = predict_seconds(profile, 10_000, 100_000, 1_000, 10)
    assert predict_seconds(profile, 10_000, 300_000, 1_000, 10) > short


def test_nothing_asked_takes_no_time():
    assert predict_seconds(PROFILES[DEFAULT_PROFILE], 0, 0, 0, 0) == 0


def test_an_unknown_profile_is_refused_with_the_list_of_known_ones():
    with pytest.raises(UsageError, match=r"'tpu'.*a100-3g\.20gb"):
        gpu_profile("tpu")
