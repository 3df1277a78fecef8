from factsheet_service.core.planning import detection
from factsheet_service.engines.vllm import Prompts
from support.build import make_schema, make_window

from bench import layouts

SCHEMA = make_schema()
PROMPTS, WINDOW = Prompts(SCHEMA), make_window("Facility A is a loan.")
USER = PROMPTS.messages(WINDOW, detection(SCHEMA))[1]["content"]


def test_the_question_moves_before_the_window():
    turned = layouts.question_first(USER)

    assert turned.startswith("Question: which facilities")
    assert turned.endswith("\n\n" + PROMPTS.beginning(WINDOW)[1]["content"])


def test_a_turned_prompt_is_turned_back():
    assert layouts.window_first(layouts.question_first(USER)) == USER


def test_a_prompt_of_ours_stays_as_it_is():
    assert layouts.window_first(USER) == USER
