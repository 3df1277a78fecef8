from collections.abc import Callable

import pytest
from factsheet_schemas import Schema
from factsheet_schemas.lexicon import Lexicon, parse_lexicon
from factsheet_service.core.questions import Kind, Question, Row
from factsheet_service.engines.lexical import LexicalEngine
from support.lexical import ENTITY, document_of, loans, windows_of


@pytest.fixture
def schema() -> Schema:
    return loans()


@pytest.fixture
def lexicon_of(schema: Schema) -> Callable[..., Lexicon]:
    def build(**fields: list[dict[str, object]]) -> Lexicon:
        return parse_lexicon({"entity": ENTITY, "fields": fields}, schema, "test")

    return build


@pytest.fixture
def ask(schema: Schema) -> Callable[..., object]:
    async def rows(
        text: str, lexicon: Lexicon, kind: Kind = Kind.GROUP, other: Schema | None = None
    ) -> list[Row]:
        asked = other or schema
        engine = LexicalEngine(asked, lexicon)
        question = Question(kind, "all", tuple(asked.fields()))
        answers = [await engine.ask(window, question) for window in windows_of(document_of(text))]
        await engine.aclose()
        return [row for answer in answers for row in answer.rows]

    return rows
