"""What operators are told is so: settings exist, defaults are the defaults, links lead somewhere."""

import re
from pathlib import Path

import pytest
from factsheet_service.documents.limits import SETTINGS, ReadLimits, read_limits_from

ROOT = Path(__file__).parents[2]
NOTES = [ROOT / "deploy" / "SECURITY.md", ROOT / "deploy" / "cluster" / "README.md"]
TEXT = NOTES[0].read_text("utf-8")
SOURCE = "\n".join(path.read_text("utf-8") for path in (ROOT / "service").rglob("*.py"))
COMPOSE = (ROOT / "deploy" / "cluster" / "docker-compose.yml").read_text("utf-8")


@pytest.mark.parametrize("page", NOTES, ids=lambda page: page.name)
def test_each_setting_that_is_named_exists(page):
    named = set(re.findall(r"FACTSHEET_[A-Z_]*[A-Z]", page.read_text("utf-8")))
    known = {name for name in named if f'"{name}"' in SOURCE or f"{{{name}:" in COMPOSE}
    assert named - known <= {"FACTSHEET_X", "FACTSHEET_X_FILE", "FACTSHEET_API_KEY_FILE"}


def test_each_limit_of_reading_is_told_with_its_default():
    told = dict(re.findall(r"^\| `(FACTSHEET_\w+)` \| (\d+) \|", TEXT, re.MULTILINE))
    assert set(told) == set(SETTINGS)
    assert read_limits_from(told) == ReadLimits()


@pytest.mark.parametrize("page", NOTES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
        assert (page.parent / link).exists(), link


def test_each_make_target_that_is_named_exists():
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"`make ([\w-]+)`", TEXT)) <= set(targets)
