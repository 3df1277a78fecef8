import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
IMAGE = ROOT / "deploy" / "image"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def pins(path):
    return dict(re.findall(r"^([\w.-]+)==(\S+)", path.read_text("utf-8"), re.MULTILINE))


def name_of(requirement):
    return re.match(r"[\w.-]+", requirement)[0].lower()


@pytest.mark.parametrize("name", ["server.lock", "build.lock"])
def test_the_image_installs_the_versions_that_are_tested(name):
    tested = pins(ROOT / "requirements.lock")
    assert pins(IMAGE / name).items() <= tested.items()


def test_the_image_holds_every_dependency_of_the_service():
    needed = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["server"]]
    assert {name_of(requirement) for requirement in needed} <= set(pins(IMAGE / "server.lock"))


def test_the_image_holds_no_tool_of_the_tests():
    assert not {"pytest", "mypy", "ruff", "hypothesis"} & set(pins(IMAGE / "server.lock"))


def test_everything_installed_is_checked_by_its_hash():
    installs = [line for line in DOCKERFILE.splitlines() if " pip install " in line]
    assert all("--require-hashes" in line or "--no-index" in line for line in installs)
    assert len(installs) == 3


def test_the_container_runs_as_nobody_in_particular():
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


def test_base_images_are_pinned_to_one_tag():
    tags = set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    assert len(tags) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+", tags.pop())


def test_what_is_copied_is_let_through_to_the_builder():
    let_through = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    for source in " ".join(copied).split():
        assert any(source == rule[1:] or source.startswith(rule[1:] + "/") for rule in let_through)


def test_keys_and_documents_stay_out_of_the_builder():
    assert "*" in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
