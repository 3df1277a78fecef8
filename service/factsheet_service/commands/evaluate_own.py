"""Scoring in a user's own JSON Schema: its gold is JSON of its shape, one file per document."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from factsheet_schemas import ExtractOptions, Record
from factsheet_schemas.own import read_own_schema
from pydantic import ValidationError
from rich.console import Console

from factsheet_service.composition import build_operations
from factsheet_service.core.document import Document
from factsheet_service.core.errors import UsageError
from factsheet_service.evaluation.gold import read_json
from factsheet_service.evaluation.leaves import LeafScore, score_json_leaves
from factsheet_service.evaluation.places import placed
from factsheet_service.pipeline.operations import Operations
from factsheet_service.settings import settings_from

from .score_tables import leaf_tables


def evaluate_own(
    golds: Sequence[Path],
    documents: Path | None,
    runs: Sequence[Path],
    options: ExtractOptions,
    json_file: Path | None,
) -> None:
    """Print the scores, leaf by leaf; ``runs`` are records or answers, else the engine is run.

    Raises:
        UsageError: a file is no JSON, or the answers or documents of a gold file are not there.
        FactsheetError, SchemaError: the engine failed, or the schema cannot be asked.
    """
    known = read_own_schema(Path(options.schema_name)).json_schema
    answers = _of_same_name(golds, runs)
    with tempfile.TemporaryDirectory(prefix="factsheet-eval-") as work:
        operations = build_operations(replace(settings_from(), work=Path(work)))
        adopted = operations.schemas.adopt(options.schema_name)
        running = _Running(
            operations, options.model_copy(update={"schema_name": adopted}), documents, known
        )
        scores = [
            asyncio.run(running.score(f"company-{number}", path, answers.get(path)))
            for number, path in enumerate(golds, start=1)
        ]
    if json_file:
        plain = {"documents": [asdict(score) for score in scores]}
        json_file.write_text(json.dumps(plain, indent=1, ensure_ascii=False), "utf-8")
    Console(markup=False).print(*leaf_tables(scores))


def _of_same_name(golds: Sequence[Path], runs: Sequence[Path]) -> dict[Path, Path]:
    """The run of each gold file, paired by name; the only one if there is one of each."""
    if len(golds) == len(runs) == 1:
        return {golds[0]: runs[0]}
    named = {stem(path): path for path in runs}
    if missing := [path.name for path in golds if runs and stem(path) not in named]:
        raise UsageError(f"no --run file of the same name for {', '.join(missing)}")
    return {path: named[stem(path)] for path in golds if runs}


def stem(path: Path) -> str:
    """What a gold file, its document and its answers have in common."""
    return path.name.split(".")[0]


class _Running:
    def __init__(
        self,
        operations: Operations,
        options: ExtractOptions,
        folder: Path | None,
        known: Mapping[str, Any],
    ) -> None:
        self._operations = operations
        self._options = options
        self._folder = folder
        self._known = known

    async def score(self, name: str, gold: Path, run: Path | None) -> LeafScore:
        """The leaves of one gold file's document, which becomes a company of that name."""
        files = documents_of(gold, self._folder or gold.parent)
        if not files and run is None:
            raise UsageError(f"no document named {stem(gold)} beside {gold}; give --documents DIR")
        read = await self._operations.ingest(name, files) if files else ()
        answer = read_answer(run) if run else await self._operations.extract(name, self._options)
        return scored(gold, answer, read, self._known)


def documents_of(gold: Path, folder: Path) -> list[Path]:
    """The documents of a gold file's name: files, or a folder with all in it."""
    found = sorted(path for path in folder.rglob(f"{stem(gold)}*") if path.suffix != ".json")
    return [path for path in found if stem(path) == stem(gold)][:1]


def read_answer(path: Path) -> Record | dict[str, Any]:
    """A record, or the bare JSON of the user's shape. Raises UsageError."""
    data = read_json(path)
    if not isinstance(data, dict):
        raise UsageError(f"{path}: neither a record nor an answer: no object")
    try:
        return Record.model_validate(data)
    except ValidationError:
        return data


def scored(
    gold: Path,
    answer: Record | dict[str, Any],
    documents: Sequence[Document],
    known: Mapping[str, Any],
) -> LeafScore:
    """The leaves of one document, with where its evidence stands."""
    text = "\n".join(document.text for document in documents) or None
    own = answer.answer if isinstance(answer, Record) else None
    value = own.value if own else answer if isinstance(answer, dict) else {}
    evidence = placed(answer, documents) if isinstance(answer, Record) else None
    return LeafScore(
        name=stem(gold),
        leaves=score_json_leaves(read_json(gold), value, known, text),
        is_valid=own.is_valid if own else None,
        num_evidence=evidence.num_all if evidence else 0,
        num_placed=evidence.num_placed if evidence else 0,
    )
