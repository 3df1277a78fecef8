"""The environment is built once, whoever asks first, and never taken for complete when it is not.

Installing it takes minutes, so that what is installed here is one file.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from engine import environment


@pytest.fixture
def built(monkeypatch, tmp_path):
    """The places that were installed, in order; none was complete at that time."""
    places = []

    def install(place):
        assert not environment.is_complete()
        place.mkdir()
        (place / f"build-{len(places)}").touch()
        places.append(place)

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(environment, "_install", install)
    return places


def test_it_stands_in_the_cache_under_the_lock_and_python(built, tmp_path):
    place = environment.build(is_fresh=False)

    assert place == environment.folder()
    assert place.parent == tmp_path / "factsheet"
    assert place.name.startswith("engine-")


def test_what_is_complete_is_not_built_again(built):
    for _ in range(2):
        environment.build(is_fresh=False)

    assert (len(built), environment.is_complete()) == (1, True)


def test_a_fresh_one_replaces_it(built):
    environment.build(is_fresh=False)
    place = environment.build(is_fresh=True)

    assert sorted(path.name for path in place.glob("build-*")) == ["build-1"]


def test_many_at_once_build_one(built):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: environment.build(is_fresh=False), range(8)))

    assert len(built) == 1


def test_one_that_broke_off_is_built_again(built, monkeypatch):
    install = environment._install

    def break_off(place):
        install(place)
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "_install", break_off)
    with pytest.raises(KeyboardInterrupt):
        environment.build(is_fresh=False)
    assert not environment.is_complete()

    monkeypatch.setattr(environment, "_install", install)
    place = environment.build(is_fresh=False)
    assert sorted(path.name for path in place.glob("build-*")) == ["build-1"]


def test_where_there_is_no_cpu_build_of_torch_the_index_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(environment, "TORCH", "torch==0.0.0+cpu")

    with pytest.raises(environment.NoTorch, match=r"download\.pytorch\.org/whl/cpu"):
        environment.build(is_fresh=False)
    assert not environment.is_complete()
