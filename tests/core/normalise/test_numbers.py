import pytest
from factsheet_service.core.normalise.numbers import find_numbers


@pytest.mark.parametrize("fraction", ["½", " 1/2"])
def test_a_run_of_figures_before_a_fraction_is_no_number(fraction):
    assert find_numbers("9" * 400 + fraction) == ()
