"""What a plan will put to the server: its calls with their tokens, before anything is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factsheet_schemas import ExtractOptions, Schema, Settings
from factsheet_schemas.options import Coverage

from .cost import Call, Prefix, Visit
from .document import Window
from .planning import Plan, Step, rereadable
from .questions import Kind, Question
from .windows import estimate_tokens

TOKENS_OF_RULES = 950  # of the fixed prompt, beside the fields' definitions
TOKENS_OF_WORDING = 20  # of a question, beside the keys of its fields
TOKENS_OF_CHECKING = 90  # of a verification, beside its claims
TOKENS_PER_CLAIM = 25
DEEP_QUESTIONS_PER_WINDOW = 4  # at most; about 2 were counted, each about several fields
TOKENS_PER_DEEP_QUESTION = 150  # with the lines that point to its window
TOKENS_PER_ROW = 24
ROWS = 2  # of a fact sheet, before any is known
TOKENS_PER_EMPTY_ANSWER = 3  # "[]" and the end of the turn


@dataclass(frozen=True, slots=True)
class Workload:
    """The calls of a plan, window by window. Deep extraction is counted at its cap."""

    windows: int  # of the documents, asked or not
    windows_asked: int
    document_tokens: int  # of the windows asked
    visits: tuple[Visit, ...]


def workload(plan: Plan, schema: Schema, options: ExtractOptions, system_tokens: int) -> Workload:
    """The calls of a plan: the sweep, each window's verification, then deep extraction.

    The rows that a run finds are spread evenly over the group questions, and as claims over the
    verifications. That deep extraction waits for the whole sweep is left out.
    """
    settings = options.effective()
    system = Prefix("system", system_tokens)
    sweep = _sweep(plan.steps, system, _expected_rows(schema), settings)
    deep = _deep(plan, system, len(list(schema.fields())), settings)
    return Workload(
        windows=plan.num_windows,
        windows_asked=len(plan.steps),
        document_tokens=sum(step.window.num_tokens for step in plan.steps),
        visits=(*sweep, *deep),
    )


def _sweep(
    steps: Sequence[Step], system: Prefix, num_rows: int, settings: Settings
) -> Iterator[Visit]:
    num_groups = sum(question.kind is Kind.GROUP for step in steps for question in step.questions)
    found = _shares(num_rows * TOKENS_PER_ROW, num_groups)
    claims = _shares(num_rows, len(steps))
    for step in steps:
        prefixes = _prefixes(step.window, system)
        asked = tuple(
            _call(prefixes, _tokens(question), next(found) if question.kind is Kind.GROUP else 0)
            for question in step.questions
        )
        checking = TOKENS_OF_CHECKING + next(claims) * TOKENS_PER_CLAIM
        verified = () if settings.skip_verification else (_call(prefixes, checking),)
        yield Visit((asked, verified))


def _tokens(question: Question) -> int:
    return TOKENS_OF_WORDING + estimate_tokens(", ".join(field.key for field in question.fields))


def _deep(plan: Plan, system: Prefix, num_fields: int, settings: Settings) -> Iterator[Visit]:
    """Calls spread evenly over as many windows as deep extraction may read."""
    windows, num_calls = plan.deep_windows, _deep_calls(num_fields, settings)
    is_capped = settings.coverage is Coverage.BM25  # then all that is open may be asked again
    readable = len(plan.steps) if is_capped else rereadable(plan, settings)
    num_windows = min(num_calls, readable)
    most = num_calls if is_capped else num_windows * DEEP_QUESTIONS_PER_WINDOW
    calls = _shares(min(num_calls, most), num_windows)
    for number in range(num_windows):
        window = windows[number * len(windows) // num_windows]
        call = _call(_prefixes(window, system), TOKENS_PER_DEEP_QUESTION)
        yield Visit(((call,) * next(calls),))


def _prefixes(window: Window, system: Prefix) -> tuple[Prefix, ...]:
    return system, Prefix(window.key, window.num_tokens)


def _call(prefixes: tuple[Prefix, ...], question_tokens: int, found_tokens: int = 0) -> Call:
    return Call(prefixes, question_tokens, TOKENS_PER_EMPTY_ANSWER + found_tokens)


def _shares(total: int, parts: int) -> Iterator[int]:
    """A whole number in so many nearly equal parts that add up to it."""
    for part in range(parts):
        yield (part + 1) * total // parts - part * total // parts


def _deep_calls(num_fields: int, settings: Settings) -> int:
    """Deep extraction's ceiling, as if each open field of a row were a question of its own.

    Without a cap, half of the fields are taken to be missing where those are asked again.
    """
    uncapped = num_fields // 2 if settings.deep_missing else 0
    cap = uncapped if settings.deep_cap is None else settings.deep_cap
    return ROWS * min(cap, num_fields)


def _expected_rows(schema: Schema) -> int:
    """Rows that a run answers with: about every second field, stated about three times."""
    return len(list(schema.fields())) * 3 // 2


def system_tokens(schema: Schema) -> int:
    """Tokens of the fixed system prompt, estimated from the definitions it holds."""
    definitions = (f"{field.key} {field.label} {field.description}" for field in schema.fields())
    return TOKENS_OF_RULES + sum(map(estimate_tokens, definitions))
