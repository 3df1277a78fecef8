"""The longest questions that a run can ask of a window, of every kind."""

from __future__ import annotations

from collections.abc import Iterator

from factsheet_schemas import ExtractOptions, FieldType, Preset, Schema
from factsheet_schemas.options import Lender
from factsheet_service.core.deepening import MAX_FIELDS
from factsheet_service.core.document import Window
from factsheet_service.core.lines import MAX_CHARS
from factsheet_service.core.planning import chosen_groups, detection, group_question
from factsheet_service.core.questions import Claim, Kind, Question
from factsheet_service.engines.vllm import answers
from factsheet_service.pipeline.sweep import CLAIMS_PER_QUESTION

NAME = "Facility A (Term Loan)"
LENDER = Lender(name="The Norddeutsche und Baltische Landesbank Girozentrale")


def longest_questions(schema: Schema, window: Window) -> Iterator[Question]:
    """Detection, all groups as they are and merged, a deep question and a verification."""
    yield detection(schema)
    for preset in (Preset.FULL, Preset.FAST):
        options = ExtractOptions(preset=preset, lender_of_interest=LENDER)
        yield from (group_question(group, options) for group in chosen_groups(schema, options))
    yield _deep(schema, window)
    yield _verification(schema, window)


def _deep(schema: Schema, window: Window) -> Question:
    """As many fields as one question takes, the wordiest, each with a line that points here."""
    fields = sorted(schema.fields(), key=lambda field: -field.max_chars)[:MAX_FIELDS]
    pointing = [line.text[:MAX_CHARS] for line in window.lines[:MAX_FIELDS]]
    return Question(Kind.DEEP, "deep", tuple(fields), NAME, tuple(pointing))


def _verification(schema: Schema, window: Window) -> Question:
    """As many claims as one question takes, each as long as an answer's value may be."""
    spec = max(
        (field for field in schema.fields() if field.type is not FieldType.SCHEDULE),
        key=lambda field: field.max_chars,
    )
    lines = [line.number for line in window.lines]
    claims = tuple(
        Claim(n, spec, (NAME,), window.render()[: answers.CLAIM_CHARS], (lines[n % len(lines)],))
        for n in range(1, CLAIMS_PER_QUESTION + 1)
    )
    return Question(Kind.VERIFY, "verify", (spec,), claims=claims)
