"""How like passages are to what a field asks for, by vectors that are paid for once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from factsheet_schemas import FieldSpec, Group

from factsheet_service.core.document import Document
from factsheet_service.core.progress import Progress, StageAdvanced, StageStarted
from factsheet_service.core.retrieval import Similarities
from factsheet_service.core.retrieval.matches import Scores
from factsheet_service.core.retrieval.passages import Passage, cut_passages
from factsheet_service.engines.embedding import Embedder
from factsheet_service.stores.vectors import VectorLog

KEPT_AT_ONCE = 256  # texts whose vectors are made durable together
STAGE = "embed"

Rows = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Compared:
    """The likeness of documents' passages to fields, by a model's vectors."""

    model: str
    similarities: Similarities


class Likeness:
    """Compares documents with fields by one endpoint's vectors, kept in a log."""

    def __init__(self, embedder: Embedder, log: VectorLog) -> None:
        self._embedder = embedder
        self._log = log

    async def compared(
        self, documents: Sequence[Document], groups: Sequence[Group], progress: Progress
    ) -> Compared:
        """Each passage with each field of the groups, by cosine.

        Raises:
            EngineUnavailable: the endpoint fails; the vectors that it gave are kept.
        """
        model = await self._embedder.model()
        passages = {one.id: cut_passages(one) for one in documents}
        fields = {one.key: field_text(one, group) for group in groups for one in group.fields}
        shown = [passage_text(one) for those in passages.values() for one in those]
        vectors = await self._vectors(model, dict.fromkeys((*fields.values(), *shown)), progress)
        asked = {key: vectors[text] for key, text in fields.items()}
        scores = await asyncio.to_thread(_all_scores, passages, asked, vectors)
        return Compared(model, scores)

    async def _vectors(
        self, model: str, texts: Iterable[str], progress: Progress
    ) -> Mapping[str, Sequence[float]]:
        wanted = list(texts)
        known = await asyncio.to_thread(self._log.known, model, wanted)
        vectors: dict[str, Sequence[float]] = dict(known)
        missing = [text for text in wanted if text not in vectors]
        if missing:
            progress(StageStarted(STAGE, len(missing)))
        for at in range(0, len(missing), KEPT_AT_ONCE):
            some = missing[at : at + KEPT_AT_ONCE]
            found = dict(zip(some, await self._embedder.vectors(model, some), strict=True))
            await asyncio.to_thread(self._log.put, model, found)
            vectors |= found
            progress(StageAdvanced(STAGE, at + len(some), len(missing)))
        return vectors


def field_text(field: FieldSpec, group: Group) -> str:
    """What a field asks for, in words: short, as many models read 256 tokens at most."""
    return f"{group.title}: {field.label}. {field.description}"


def passage_text(passage: Passage) -> str:
    """A passage below the titles that it stands under."""
    titles = " > ".join(filter(None, (passage.heading, passage.run_in)))
    return f"{titles}\n{passage.text}" if titles else passage.text


def _all_scores(
    passages: Mapping[str, Sequence[Passage]],
    asked: Mapping[str, Sequence[float]],
    vectors: Mapping[str, Sequence[float]],
) -> Similarities:
    return {name: _scores(those, asked, vectors) for name, those in passages.items()}


def _scores(
    passages: Sequence[Passage],
    asked: Mapping[str, Sequence[float]],
    vectors: Mapping[str, Sequence[float]],
) -> Scores:
    if not passages:
        return {key: {} for key in asked}
    own = _unit([vectors[passage_text(one)] for one in passages])
    likeness = own @ _unit(list(asked.values())).T
    return {
        key: {number: float(value) for number, value in enumerate(likeness[:, at])}
        for at, key in enumerate(asked)
    }


def _unit(vectors: Sequence[Sequence[float]]) -> Rows:
    rows = np.array(vectors, dtype=np.float64)
    lengths = np.sqrt((rows**2).sum(axis=1, keepdims=True))
    unit: Rows = rows / np.maximum(lengths, 1e-12)
    return unit
