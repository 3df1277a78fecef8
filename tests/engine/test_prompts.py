"""What is asked of long documents fits into the server's context, whatever it is written in."""

from __future__ import annotations

import asyncio

import pytest
from engine.asking import longest_questions
from engine.casting import READER_SEED
from engine.counting import token_counts
from factsheet_service.core.windows import cut_windows
from factsheet_service.engines.vllm import Prompts, answers
from factsheet_service.engines.vllm.abilities import BEST_WINDOW_TOKENS
from factsheet_service.engines.vllm.probe import QUESTION_TOKENS
from support.build import make_document

PROSE = (
    "Facility A is a term loan of EUR 250,000,000, which the Borrower shall repay in full on"
    " 30 June 2031. The Margin on Facility A is 2.25 per cent. per annum.\n\n"
)
FIGURES = "30 June 2025 | 1,234,567.89 | 2.125% | 98,765,432.10 | 1.2345x | 31/12/2025\n"
LANGUAGES = {
    "polish": (
        "Kredytobiorca zobowiązuje się do spłaty Kredytu w równych ratach kwartalnych, począwszy od"
        " dnia 31 marca 2025 r. Marża wynosi 2,25 punktu procentowego w skali roku.\n\n"
    ),
    "finnish": (
        "Lainanottaja sitoutuu maksamaan Lainan takaisin yhtä suurina neljännesvuosittaisina erinä,"
        " alkaen 31. maaliskuuta 2025. Marginaali on 2,25 prosenttiyksikköä vuodessa.\n\n"
    ),
    "greek": (
        "Ο Δανειολήπτης υποχρεούται να αποπληρώσει το Δάνειο σε ίσες τριμηνιαίες δόσεις, αρχής"
        " γενομένης από τις 31 Μαρτίου 2025. Το Περιθώριο ανέρχεται σε 2,25% ετησίως.\n\n"
    ),
    "russian": (
        "Заёмщик обязуется погасить Кредит равными ежеквартальными платежами, начиная с 31 марта"
        " 2025 года. Маржа составляет 2,25 процентного пункта годовых.\n\n"
    ),
}
CHARS = 60_000
CONTEXT = 16_384


def long(text):
    return make_document(text * (CHARS // len(text)))


@pytest.mark.parametrize("text", [PROSE, FIGURES], ids=["prose", "figures"])
async def test_no_prompt_is_longer_than_the_server_takes(good, credit, make_engine, text):
    engine, _ = make_engine(good, credit)
    info = await engine.probe()
    windows = cut_windows(long(text), info.window_tokens)
    prompts = Prompts(credit)
    longest = max(
        good.num_tokens(prompts.messages(window, question)) + answers.output_tokens(question)
        for window in windows[:2]
        for question in longest_questions(credit, window)
    )

    assert len(windows) > 1
    assert longest <= info.details["max_model_len"] == CONTEXT


def test_windows_of_other_languages_fit_by_a_real_models_count(vllm, tiny_model, tmp_path, credit):
    texts = {"system": Prompts(credit).system}
    for language, text in LANGUAGES.items():
        window, *_ = cut_windows(long(text), BEST_WINDOW_TOKENS)
        texts[language] = window.render()
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    system, *windows = token_counts(vllm, tiny_model, map(tmp_path.joinpath, texts))["tekken"]

    assert len(windows) == len(LANGUAGES)
    assert max(windows) + system + QUESTION_TOKENS + answers.MAX_OUTPUT_TOKENS <= CONTEXT


@pytest.mark.parametrize("language", ["polish", "russian"])
async def test_a_window_that_counts_more_than_was_estimated_is_asked_in_parts(
    good, credit, make_engine, language
):
    """The tiny model has to spell these languages, as real ones have to spell others."""
    engine, wire = make_engine(good, credit, seed=READER_SEED)
    info = await engine.probe()
    window, *_ = cut_windows(long(LANGUAGES[language]), info.window_tokens)
    asked = list(longest_questions(credit, window))
    answered = await asyncio.gather(*(engine.ask(window, question) for question in asked))

    assert wire.num_answered(400) > 0
    assert [answer.failures for answer in answered] == [()] * len(asked)
