"""The options of a run, and the presets that set them. Names keep the original tool's meaning."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

# A request's true is no 1, and its "1" no number: what is meant otherwise should be told so.
Count = Annotated[int, Field(strict=True)]
Number = Annotated[float, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]


class Request(BaseModel):
    """A request: frozen, and it refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Preset(StrEnum):
    """Named settings; anything set beside a preset overrides it."""

    FULL = "full"
    BALANCED = "balanced"
    FAST = "fast"
    ORIGINAL = "original"
    STRICT_1H = "strict-1h"


class Coverage(StrEnum):
    """Which windows are asked which groups."""

    FULL = "full"  # every window, every group
    BALANCED = "balanced"  # without windows that a lexical score calls hopeless
    BM25 = "bm25"  # the best windows per group plus section passes


class Retriever(StrEnum):
    """What tells where a group is likely to find something; matters below full coverage."""

    BM25 = "bm25"  # the words of the schema's labels, aliases and queries
    EMBEDDING = "embedding"  # vectors of an embeddings endpoint
    HYBRID = "hybrid"  # both, with equal weight


class Lender(Request):
    """The bank whose commitment and share are asked for."""

    name: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()


class Budget(Request):
    """Ceilings of one job, all its attempts together; what they cut off is NOT_ASKED, and what
    promises most is asked first. Minutes are counted from the first answer that was paid for."""

    calls: Count | None = Field(default=None, ge=1)
    tokens: Count | None = Field(default=None, ge=1)
    minutes: Number | None = Field(default=None, gt=0)


class Settings(Request):
    """How thoroughly the documents are asked."""

    coverage: Coverage = Coverage.FULL
    section_passes: Count = Field(
        default=0, ge=0, description="further windows per group; 0: BM25 only"
    )
    chunks_per_group: Count = Field(default=3, ge=1, description="BM25 windows per group")
    deep_cap: Count | None = Field(default=None, ge=0, description="deep questions per facility")
    deep_missing: Flag = Field(default=False, description="deep extraction also for missing fields")
    skip_verification: Flag = False
    second_opinion: Flag = Field(
        default=True, description="have the lexical reader's findings count in confidence"
    )
    merge_groups: Flag = False
    retriever: Retriever = Retriever.BM25
    window_tokens: Count | None = Field(default=None, ge=200, description="None: the engine's best")

    @property
    def needs_vectors(self) -> bool:
        """Whether windows or passages are chosen, by what an embeddings endpoint says of them."""
        return self.coverage is not Coverage.FULL and self.retriever is not Retriever.BM25


PRESETS: dict[Preset, Settings] = {
    Preset.FULL: Settings(),
    Preset.BALANCED: Settings(coverage=Coverage.BALANCED, deep_missing=True),
    Preset.FAST: Settings(
        coverage=Coverage.BALANCED, skip_verification=True, merge_groups=True, deep_cap=0
    ),
    Preset.ORIGINAL: Settings(
        coverage=Coverage.BM25, section_passes=2, deep_cap=25, deep_missing=True
    ),
    Preset.STRICT_1H: Settings(
        coverage=Coverage.BM25,
        section_passes=1,
        deep_cap=20,
        deep_missing=True,
        skip_verification=True,
    ),
}

BUDGETS = {Preset.STRICT_1H: Budget(minutes=60)}
"""Presets that come with a budget."""


class ExtractOptions(Request):
    """What a run is asked to do; the body of ``POST /companies/{id}/extract``."""

    schema_name: str = Field(default="credit_facility", alias="schema")
    engine: str = "lexical"
    preset: Preset = Preset.FULL
    settings: Settings | None = Field(default=None, description="overrides the preset's")
    lender_of_interest: Lender | None = None
    groups: tuple[str, ...] | None = Field(default=None, description="only these groups")
    fields: tuple[str, ...] | None = Field(default=None, description="only these fields")
    documents: tuple[str, ...] | None = Field(default=None, description="ids; only these documents")
    budget: Budget = Budget()
    deadline_minutes: float | None = Field(
        default=None,
        gt=0,
        le=525_600,
        description="minutes from the request on, by which the job ends with what it has then",
    )
    fresh: Flag = Field(
        default=False, description="ask anew: use no answer that was paid for by another run"
    )

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def effective(self) -> Settings:
        """The preset's settings, overridden by those given explicitly."""
        given = self.settings.model_dump(exclude_unset=True) if self.settings else {}
        return PRESETS[self.preset].model_copy(update=given)

    def effective_budget(self) -> Budget:
        """The preset's budget, overridden in what is given explicitly; null lifts a limit."""
        given = self.budget.model_dump(exclude_unset=True)
        return BUDGETS.get(self.preset, Budget()).model_copy(update=given)
