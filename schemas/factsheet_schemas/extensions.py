"""Extensions of a schema: further groups and ladders that a run asks for by name.

``credit_facility+covenant_tests`` is the schema with ``covenant_tests.toml`` of its folder, and
with ``covenant_tests.lexicon.toml`` for the lexical engine where that is there. Without the plus
nothing of it is asked, and no report has its columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .errors import UnknownSchema

MARK = "+"
LEXICON_SUFFIX = ".lexicon.toml"
NOT_EXTENSIONS = ("schema.", "lexicon.", "constants.", "labels.", "gold_map.")


def parted(name_or_path: str) -> tuple[str, tuple[str, ...]]:
    """The schema's own name or path, and the extensions named behind it."""
    if Path(name_or_path).exists():
        return name_or_path, ()
    name, *extensions = name_or_path.split(MARK)
    return name, tuple(extensions)


def extensions_in(folder: Path) -> tuple[str, ...]:
    """The names of a schema's extensions, sorted."""
    files = (
        path.name for path in folder.glob("*.toml") if not path.name.startswith(NOT_EXTENSIONS)
    )
    return tuple(sorted(f.removesuffix(".toml") for f in files if not f.endswith(LEXICON_SUFFIX)))


def file_of(folder: Path, extension: str) -> Path:
    """The file of an extension. Raises UnknownSchema listing what there is."""
    known = extensions_in(folder)
    if extension not in known:
        listed = ", ".join(known) or "none"
        raise UnknownSchema(f"no extension {extension!r} of {folder.name}: there are {listed}")
    return folder / f"{extension}.toml"


def extended(
    data: Mapping[str, Any], extensions: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """A schema's data with that of its extensions, by name, which its version then names too."""
    whole = dict(data)
    for name, added in extensions.items():
        whole["version"] = f"{whole.get('version', '')}{MARK}{name}"
        whole["groups"] = [*whole.get("groups", ()), *added.get("groups", ())]
        whole["ladders"] = _laddered(whole.get("ladders", ()), added.get("ladders", ()))
    return whole


def _laddered(
    ladders: Sequence[Mapping[str, Any]], added: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The ladders with further rungs, and with those of ratios that had none."""
    by_metric = {ladder["metric"]: dict(ladder) for ladder in ladders}
    for ladder in added:
        known = by_metric.setdefault(ladder["metric"], {**ladder, "rungs": []})
        known["rungs"] = [*known["rungs"], *ladder["rungs"]]
    return list(by_metric.values())


def extended_lexicon(data: Mapping[str, Any], added: Mapping[str, Any]) -> dict[str, Any]:
    """A lexicon's data with that of an extension, which may use its words."""
    merged = {key: {**data.get(key, {}), **added.get(key, {})} for key in ("words", "fields")}
    return {**data, **merged}
