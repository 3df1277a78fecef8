"""What a run loses with a reader that makes no mistake was lost by us, and here is where."""

from __future__ import annotations

import pytest
from engine.agreements import DEV, ON_THE_WIRE, book_of, cells, document_of, run
from engine.casting import READER_SEED
from engine.gold_sets import SCHEMA, WINDOW_TOKENS, beside, example, example_paper, traces_of
from engine.losses import table
from engine.perfect_reader import PerfectReader
from factsheet_schemas import ExtractOptions
from factsheet_service.core.progress import silent
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from support.build import make_document

FULL = ExtractOptions(engine="vllm")
BALANCED = ExtractOptions(engine="vllm", preset="balanced")
FILED = {
    "filed agreements": "credit_agreements_text/*.gold.json",
    "filed agreements in PDF": "credit_agreements_pdf/*.facilities.gold.json",
}
EARLIER, LATER = "our earlier agreements", "our later agreements"
EXAMPLES = {"example company": example, "example paper": example_paper}
OURS = {EARLIER: DEV[:6], LATER: DEV[6:]}
SETS = (EARLIER, LATER, *EXAMPLES, *FILED)


@pytest.fixture(params=SETS)
def companies(request):
    """The companies of one set, agreements of our own or as filed."""
    if request.param in FILED:
        found = beside(*request.getfixturevalue("shared_data").glob(FILED[request.param]))
    elif request.param in EXAMPLES:
        found = EXAMPLES[request.param]()
    else:
        found = beside(*OURS[request.param])
    assert found
    return found


async def test_every_gold_value_comes_out_right_in_its_row_with_its_evidence(companies):
    traces = await traces_of(companies, FULL)
    print(f"\n{table(traces)}")

    assert [(one.name, fate) for one in traces for fate in one.lost] == []
    assert [(one.name, fate) for one in traces for fate in one.unstated] == []
    assert [(one.name, verdict) for one in traces for verdict in one.invented] == []


async def test_what_is_overridden_is_seen_and_loses():
    (found,) = await traces_of(example(), FULL)

    assert len(found.decoys) > 20
    assert found.unseen == ()


async def test_at_less_than_full_coverage_nothing_is_made_up(companies):
    traces = await traces_of(companies, BALANCED)
    print(f"\n{table(traces)}")

    assert [(one.name, verdict) for one in traces for verdict in one.invented] == []


async def test_balanced_coverage_keeps_nearly_all_that_full_coverage_finds(companies):
    full, balanced = await traces_of(companies, FULL), await traces_of(companies, BALANCED)

    assert num_kept(balanced) >= 0.98 * num_kept(full)


def num_kept(traces):
    return sum(fate.stage == "kept" for one in traces for fate in one.fates)


async def test_without_a_quotes_lines_the_reader_is_silent():
    book, document = book_of(DEV[2]), document_of(DEV[2])
    limit = next(item for item in book.items if item.field == "credit_limit")
    (quote,) = limit.quotes
    assert quote in document.text
    without = make_document(document.text.replace(quote, ""), document.name)
    reader = PerfectReader([book.dump()], SCHEMA, WINDOW_TOKENS)
    await extract(Job("a", (without,), SCHEMA, FULL), reader, silent)

    rows = [row for _, _, answer in reader.answered for row in answer.rows]
    values = {row.value for row in rows if row.field == "credit_limit"}
    assert values
    assert limit.value not in values


@pytest.mark.parametrize("path", ON_THE_WIRE, ids=lambda path: path.name.split(".")[0])
async def test_the_wire_loses_nothing(good, make_engine, path):
    in_process = await run(path, PerfectReader([book_of(path).dump()], SCHEMA, WINDOW_TOKENS))
    engine, _ = make_engine(good, SCHEMA, seed=READER_SEED)
    over_the_wire = await run(path, engine)

    assert cells(over_the_wire) == cells(in_process)
    assert over_the_wire.coverage.questions_failed == 0
