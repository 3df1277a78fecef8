"""What paths are about, by the schema."""

from __future__ import annotations

from pathlib import Path

import pytest
from factsheet_schemas import load_schema
from factsheet_service.commands.subjects import subjects_of
from factsheet_service.core.errors import NoDocuments, UsageError

PAPERS = load_schema("motor_adaptation")


def made(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def given(subjects) -> dict[str, list[str]]:
    return {one.name: [path.name for path in one.paths] for one in subjects.given}


def test_a_folder_of_a_company_is_one_subject(tmp_path):
    folder = made(tmp_path / "norrvind", "a.pdf", "b.pdf")

    assert given(subjects_of([folder], None, load_schema("credit_facility"))) == {
        "norrvind": ["norrvind"]
    }


def test_each_paper_of_a_folder_is_a_subject(tmp_path):
    folder = made(tmp_path, "smith_2019.pdf", "jones_2020.pdf")

    assert given(subjects_of([folder], None, PAPERS)) == {
        "jones_2020": ["jones_2020.pdf"],
        "smith_2019": ["smith_2019.pdf"],
    }


def test_a_sub_folder_is_a_paper_with_its_supplements(tmp_path):
    folder = made(tmp_path, "smith/main.pdf", "smith/supplement.docx", "jones.pdf", "jones/s1.pdf")

    assert given(subjects_of([folder], None, PAPERS)) == {
        "jones": ["jones", "jones.pdf"],
        "smith": ["smith"],
    }


def test_an_ocred_copy_is_the_same_paper(tmp_path):
    folder = made(tmp_path, "smith.pdf", "smith.ocr.pdf")

    assert given(subjects_of([folder], None, PAPERS)) == {"smith": ["smith.ocr.pdf", "smith.pdf"]}


def test_what_is_no_paper_is_passed_by_and_told(tmp_path):
    subjects = subjects_of([made(tmp_path, "smith.pdf", "gold.json", ".DS_Store")], None, PAPERS)

    assert given(subjects) == {"smith": ["smith.pdf"]}
    assert [path.name for path in subjects.passed_by] == ["gold.json"]


def test_a_name_makes_all_paths_one_subject(tmp_path):
    folder = made(tmp_path, "main.pdf", "supplement.pdf")

    assert given(subjects_of([folder], "smith", PAPERS)) == {"smith": [folder.name]}


def test_two_papers_of_one_name_are_refused(tmp_path):
    folder = made(tmp_path, "a/paper.pdf", "b/paper.pdf")

    with pytest.raises(UsageError, match="rename one"):
        subjects_of([folder / "a" / "paper.pdf", folder / "b" / "paper.pdf"], None, PAPERS)


def test_a_folder_without_papers_is_refused(tmp_path):
    with pytest.raises(NoDocuments, match="no paper in"):
        subjects_of([made(tmp_path, "gold.json")], None, PAPERS)


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UsageError, match="does not exist"):
        subjects_of([tmp_path / "nowhere"], None, PAPERS)
