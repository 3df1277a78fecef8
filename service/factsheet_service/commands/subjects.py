"""What the given paths are about: one company, or a paper each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from factsheet_schemas import Schema

from factsheet_service.core.errors import NoDocuments, UsageError

from .companies import company_for

# In a folder of papers everything else (gold, tables, notes of a reference manager) is no paper.
PAPERS = (".pdf", ".docx", ".html", ".htm", ".xhtml", ".txt", ".md")
OCR = ".ocr"


@dataclass(frozen=True, slots=True)
class Given:
    """A subject by the name it is kept under, and the files and folders that are about it."""

    name: str
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Subjects:
    """All subjects of a command, and the files in folders that are about none."""

    given: tuple[Given, ...]
    passed_by: tuple[Path, ...] = ()


def subjects_of(paths: Sequence[Path], name: str | None, schema: Schema) -> Subjects:
    """The subjects that a schema makes of paths.

    Where each document is one: every file, and in a folder every file and every sub-folder, which
    is a paper with its supplements, as is a sub-folder of a file's name beside it. A name given
    makes all paths one subject.

    Raises:
        UsageError: a path does not exist, or two papers would have the same name.
        NoDocuments: a folder has no paper.
    """
    if schema.subject.kind == "folder" or name is not None:
        return Subjects((Given(company_for(paths, name), tuple(paths)),))
    found: dict[str, list[Path]] = {}
    others: list[Path] = []
    for path in _entries(paths, others):
        alike = found.setdefault(company_for([_without_ocr(path)], None), [])
        if alike and alike[0].parent != path.parent:
            raise UsageError(
                f"{alike[0]} and {path} would both be the {schema.subject.label} "
                f"{_without_ocr(path).stem!r}: rename one, or extract them by --company NAME each"
            )
        alike.append(path)
    if not found:
        raise NoDocuments(f"no {schema.subject.label} in {', '.join(map(str, paths))}")
    return Subjects(tuple(Given(key, tuple(own)) for key, own in found.items()), tuple(others))


def _entries(paths: Sequence[Path], others: list[Path]) -> Iterator[Path]:
    """Files as given, and what lies in the folders given, by name; other files are set apart."""
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist; give files or folders")
        if path.is_file():
            yield path
            continue
        for one in sorted(path.iterdir()):
            if one.name.startswith("."):
                continue
            if one.is_dir() or one.suffix.lower() in PAPERS:
                yield one
            else:
                others.append(one)


def _without_ocr(path: Path) -> Path:
    """``x.pdf`` for ``x.ocr.pdf``, which is the same paper."""
    stem = Path(path.stem)
    is_copy = path.suffix and stem.suffix.lower() == OCR
    return path.with_name(stem.stem + path.suffix) if is_copy else path
