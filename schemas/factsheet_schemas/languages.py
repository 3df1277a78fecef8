"""How documents in another language word a schema's entities and fields.

``lexicon.es.toml`` beside ``lexicon.toml`` adds to it: to lists, what stands in them; to regular
expressions, further alternatives; to fields, further finders behind those that are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_FILE = re.compile(r"lexicon\.(?P<language>[a-z]{2})\.toml")


def language_files(folder: Path) -> Iterator[Path]:
    """The files of a schema's further languages, in order of their codes."""
    return (path for path in sorted(folder.glob("lexicon.*.toml")) if _FILE.fullmatch(path.name))


def with_language(data: Mapping[str, Any], added: Mapping[str, Any]) -> dict[str, Any]:
    """A lexicon's data with that of a language."""
    merged = dict(data)
    for key, value in added.items():
        merged[key] = _merged(merged.get(key), value)
    return merged


def _merged(old: Any, new: Any) -> Any:  # noqa: ANN401 - any TOML value
    if old is None:
        return new
    if isinstance(old, dict):
        return with_language(old, new)
    if isinstance(old, str):
        return f"{old}|{new}"
    return _kinds(old, new) if _has_keys(new) else [*old, *new]


def _has_keys(new: list[Any]) -> bool:
    return bool(new) and all(isinstance(one, dict) and "key" in one for one in new)


def _kinds(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Kinds of entities with further words, by their key."""
    by_key = {kind["key"]: dict(kind) for kind in old}
    for kind in new:
        known = by_key.setdefault(kind["key"], {"key": kind["key"]})
        words = {name: words for name, words in kind.items() if name != "key"}
        known |= {name: _merged(known.get(name), word) for name, word in words.items()}
        by_key[kind["key"]] = known
    return list(by_key.values())
