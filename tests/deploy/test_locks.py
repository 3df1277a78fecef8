"""Locks hold what is asked for, pinned and hashed; without the network, which `make lock` needs."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
LIGHT = PROJECT["dependencies"]
SERVER = PROJECT["optional-dependencies"]["server"]
TEST = PYPROJECT["dependency-groups"]["test"]
LOCKS = {
    "requirements.lock": (*LIGHT, *SERVER, *TEST),
    "deploy/image/server.lock": (*LIGHT, *SERVER),
    "deploy/image/build.lock": (),
    "deploy/supply/tools.lock": (),
}
INPUTS = {
    "requirements.lock": "dev.in",
    "deploy/image/build.lock": "deploy/image/build.in",
    "deploy/supply/tools.lock": "deploy/supply/tools.in",
}


def entries(path):
    """Each requirement of a lock with its hashes, as one line."""
    text = (ROOT / path).read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]


def asked(path):
    lines = (ROOT / path).read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def pins(path):
    found = {}
    for line in entries(path):
        requirement = Requirement(line.partition(" --hash")[0])
        (pin,) = requirement.specifier
        found[canonicalize_name(requirement.name)] = pin.version
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_is_pinned_to_one_version_and_hashed(lock):
    assert entries(lock)
    for line in entries(lock):
        requirement, *hashes = re.split(r"\s+--hash=", line)
        (pin,) = Requirement(requirement).specifier
        assert pin.operator == "=="
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", one) for one in hashes)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_a_version_that_satisfies_each_requirement(lock):
    held = pins(lock)
    wanted = [*LOCKS[lock], *(asked(INPUTS[lock]) if lock in INPUTS else ())]
    missing = []
    for text in wanted:
        requirement = Requirement(text)
        version = held.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            missing.append(text)
    assert not missing, f"run `make lock`: {missing}"


def test_nothing_is_installed_from_elsewhere_than_the_index():
    for lock in LOCKS:
        assert not re.search(
            r"(git\+|https?://|file:| @ |--index|--find)", "\n".join(entries(lock))
        )


def test_no_dependency_is_a_server_of_models():
    assert not {"vllm", "litellm", "torch", "pymupdf"} & set(pins("requirements.lock"))
