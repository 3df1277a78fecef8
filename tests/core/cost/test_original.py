import pytest
from factsheet_service.core.cost import original_calls, original_section_passes, section_passes_of


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
