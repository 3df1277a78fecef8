import pytest
from factsheet_service.commands.companies import company_for, picked
from factsheet_service.core.errors import NoDocuments, UnknownCompany, UsageError


def test_a_folder_names_its_company(tmp_path):
    (tmp_path / "Norrvind Wind (2024)").mkdir()
    assert company_for([tmp_path / "Norrvind Wind (2024)"], None) == "Norrvind_Wind_2024"


def test_a_folders_name_keeps_its_letters_without_their_accents(tmp_path):
    (tmp_path / "Müller & Café").mkdir()
    assert company_for([tmp_path / "Müller & Café"], None) == "Muller_Cafe"


def test_a_single_file_is_a_company_of_its_own(tmp_path):
    (tmp_path / "agreement.pdf").touch()
    assert company_for([tmp_path / "agreement.pdf"], None) == "agreement"


def test_several_files_belong_to_their_folders_company(tmp_path):
    assert company_for([tmp_path / "a" / "x.pdf", tmp_path / "a" / "y.pdf"], None) == "a"


def test_the_name_given_comes_first(tmp_path):
    assert company_for([tmp_path], "Norrvind") == "Norrvind"


def test_a_folder_without_letters_needs_a_name(tmp_path):
    (tmp_path / "###").mkdir()
    with pytest.raises(UsageError, match="--company"):
        company_for([tmp_path / "###"], None)


def test_without_a_name_a_command_goes_over_all_companies():
    assert picked(("a", "b"), None) == ("a", "b")


def test_a_name_picks_one_company():
    assert picked(("a", "b"), "b") == ("b",)


def test_an_unknown_company_is_refused_with_the_known_ones():
    with pytest.raises(UnknownCompany, match="a, b"):
        picked(("a", "b"), "c")


def test_an_empty_working_folder_says_how_to_fill_it():
    with pytest.raises(NoDocuments, match="factsheet ingest"):
        picked((), None)
