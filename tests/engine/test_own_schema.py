"""A user's own JSON Schema over real agreements: what a reader who makes no mistake brings home."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from engine.gold_sets import WINDOW_TOKENS
from engine.own_gold import own_book
from engine.perfect_reader import PerfectReader
from factsheet_schemas import ExtractOptions
from factsheet_schemas.own import read_own_schema
from factsheet_service.documents import ReadLimits
from factsheet_service.evaluation.gold import read_json
from factsheet_service.evaluation.leaves import score_json_leaves
from factsheet_service.evaluation.literals import LeafKind, squeezed
from factsheet_service.evaluation.spans import Sources
from factsheet_service.pipeline.operations import Operations
from factsheet_service.stores.workspace import Workspace
from pypdf import PdfReader
from rapidfuzz import fuzz

NAMES = (
    *("adbe_credit_agreement_2000_08_09", "csco_credit_agreement_2007_08_17"),
    *("dis_credit-agreement_2022-03-24", "expel_credit-agreement_2023-04-06"),
    "mmm_credit_agreement_2019_11_15",
)
BEGINNING = 60  # characters of a quote that are looked up on its page
SAME_LETTERS = 90  # of 100


@pytest.fixture(scope="module")
def folder(shared_data):
    return shared_data / "credit_agreements_pdf"


async def read(folder: Path, name: str):
    """The documents, the flawless reader's record, and the gold."""
    path = folder / "schema.json"
    own, gold = read_own_schema(path), read_json(folder / f"{name}.gold.json")
    with TemporaryDirectory() as work:
        readers: list[PerfectReader] = []
        operations = Operations(
            Workspace(Path(work)), lambda *_: nullcontext(readers[0]), ReadLimits()
        )
        documents = await operations.ingest("a", [folder / f"{name}.pdf"])
        book = own_book(own, gold, [document.text for document in documents])
        readers.append(PerfectReader([book.dump()], own.schema, WINDOW_TOKENS))
        options = ExtractOptions(schema=operations.schemas.adopt(str(path)), engine="vllm")
        return documents, await operations.extract("a", options), gold, own.json_schema


@pytest.mark.parametrize("name", NAMES)
async def test_every_literal_leaf_comes_home_in_the_users_shape_with_its_page(folder, name):
    (document,), record, gold, known = await read(folder, name)
    found = score_json_leaves(gold, record.answer.value, known, document.text)
    literal = [leaf for leaf in found if leaf.kind is LeafKind.LITERAL]
    clauses = [leaf for leaf in found if leaf.kind is LeafKind.CLAUSE]

    assert record.answer.is_valid, record.answer.problems
    assert [leaf for leaf in literal if not leaf.counts.tp] == []
    assert [leaf for leaf in clauses if not leaf.counts.tp] == []
    assert [leaf for leaf in found if leaf.kind is None and leaf.counts.fp] == []

    cited = [one for cell in record.deal.values() for one in cell.evidence]
    right = [one for one in cited if stands_on_page(one, folder / f"{name}.pdf")]
    print(f"\n{name}: {len(literal)} literal leaves, {len(right)} of {len(cited)} pages")
    assert len(right) >= 0.99 * len(cited)


def stands_on_page(one, path: Path) -> bool:
    """Whether another reader of PDF finds the quote's beginning on the page, or runs over to it.

    One of the two may lose a ligature, so a letter or two may differ.
    """
    pages = pages_of(path)[one.page - 1 : one.page + 1]
    beginning = squeezed(one.quote)[:BEGINNING]
    return fuzz.partial_ratio(beginning, "".join(pages)) >= SAME_LETTERS


@pytest.mark.parametrize("name", NAMES)
async def test_quotes_of_the_facilities_gold_stand_on_the_pages_that_people_read_them_on(
    folder, name, tmp_path
):
    operations = Operations(Workspace(tmp_path), no_engine, ReadLimits())
    (document,) = await operations.ingest("a", [folder / f"{name}.pdf"])
    sources = Sources({document.id: document.text})
    found = [
        page in {document.page_at(start).number for start, _ in spans}
        for quote, page in quoted(read_json(folder / f"{name}.facilities.gold.json"))
        for spans in sources.find(quote).values()
    ]
    print(f"\n{name}: {sum(found)} of {len(found)} quotes on their page")
    assert sum(found) >= 0.99 * len(found)


def no_engine(*_):
    raise AssertionError("nothing is asked")


def quoted(gold):
    """Each quote of the gold with its page."""
    if isinstance(gold, list):
        for one in gold:
            yield from quoted(one)
    elif isinstance(gold, dict):
        if "quote" in gold and "page" in gold:
            yield gold["quote"], gold["page"]
            yield from zip(gold.get("quotes", []), gold.get("pages", []), strict=False)
        for one in gold.values():
            yield from quoted(one)


_pages: dict[Path, list[str]] = {}


def pages_of(path: Path) -> list[str]:
    if path not in _pages:
        _pages[path] = [squeezed(page.extract_text()) for page in PdfReader(path).pages]
    return _pages[path]
