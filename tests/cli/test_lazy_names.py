import factsheet
import pytest


@pytest.mark.parametrize("name", factsheet.__all__)
def test_every_public_name_is_there(name):
    assert getattr(factsheet, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nonesuch"):
        _ = factsheet.nonesuch
