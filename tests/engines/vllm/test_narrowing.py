import pytest
from factsheet_service.core.questions import Claim, Kind, Question
from factsheet_service.engines.vllm.narrowing import narrower
from support.build import make_schema, make_window

SCHEMA = make_schema()
GROUP = Question(Kind.GROUP, "basics", SCHEMA.groups[0].fields)
NUM_LINES = 20
WINDOW = make_window(
    "\n\n".join(
        f"{n}. The Agent shall give notice number {n} to the Parties." for n in range(NUM_LINES)
    )
)


def verification(*lines):
    claims = tuple(
        Claim(number, SCHEMA.by_key["limit"], (), "EUR 1", cited)
        for number, cited in enumerate(lines, 1)
    )
    return Question(Kind.VERIFY, "verify", (SCHEMA.by_key["limit"],), claims=claims)


def shown(parts):
    return [[line.number for line in window.lines] for window, _ in parts]


def test_a_question_goes_to_both_halves_which_hold_every_line_under_its_number():
    parts = list(narrower(WINDOW, GROUP))

    assert shown(parts) == [list(range(1, 11)), list(range(11, 21))]
    assert [question for _, question in parts] == [GROUP, GROUP]
    assert sum(window.num_tokens for window, _ in parts) == pytest.approx(WINDOW.num_tokens, abs=3)


def test_a_claim_goes_to_the_half_that_shows_its_lines():
    parts = list(narrower(WINDOW, verification((3, 4), (12,), (1, 9))))

    assert [[claim.number for claim in question.claims] for _, question in parts] == [[1, 3], [2]]


def test_a_half_without_claims_is_not_asked():
    assert shown(narrower(WINDOW, verification((12,)))) == [list(range(11, 21))]


def test_a_claim_across_the_cut_goes_to_the_lines_that_it_spans():
    parts = list(narrower(WINDOW, verification((9, 13))))

    assert shown(parts) == [[9, 10, 11, 12, 13]]


def test_a_claim_that_spans_the_window_goes_nowhere():
    assert list(narrower(WINDOW, verification((1, NUM_LINES)))) == []


@pytest.mark.parametrize("text", ["x" * 250, "A short line.\n\nAnother short line."])
def test_what_is_short_already_is_not_what_makes_a_prompt_too_long(text):
    assert list(narrower(make_window(text), GROUP)) == []
