import pytest
from factsheet_schemas import Preset
from factsheet_service.commands.parameters import listed, options_of, settings_at
from factsheet_service.core.errors import UsageError


def test_what_was_not_given_keeps_the_presets_value():
    options = options_of(preset=Preset.ORIGINAL, settings={"deep_cap": 7, "section_passes": None})
    assert options.effective().deep_cap == 7
    assert options.effective().section_passes == 2


def test_a_lender_is_configured_by_name():
    options = options_of(lender="Norddeich Bank")
    assert options.lender_of_interest.name == "Norddeich Bank"


def test_a_value_out_of_range_is_refused_by_its_name():
    with pytest.raises(UsageError, match="window_tokens"):
        options_of(settings={"window_tokens": 3})


def test_a_list_is_read_by_comma():
    assert listed("pricing, fees,") == ("pricing", "fees")


def test_a_list_not_given_is_none():
    assert listed(None) is None


@pytest.mark.parametrize("text", ["", " , "])
def test_an_empty_list_is_refused(text):
    with pytest.raises(UsageError, match="empty list"):
        listed(text)


def test_the_command_lines_folder_beats_the_environments(monkeypatch, tmp_path):
    monkeypatch.setenv("FACTSHEET_WORK", "elsewhere")
    assert settings_at(tmp_path).work == tmp_path
