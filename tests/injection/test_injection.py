"""No order in a document changes a value without a flag, though the model obeys it."""

import json
import re
from contextlib import aclosing
from hashlib import sha256

import pytest
from factsheet_schemas import ExtractOptions, Status
from factsheet_service.core.document import Source
from factsheet_service.core.normalise import agrees
from factsheet_service.core.progress import silent
from factsheet_service.documents import ReadLimits, read_documents
from factsheet_service.engines.vllm import VllmEngine, VllmSettings
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from injection.corpus import ORDERS, WRONG, Attack
from injection.pages import HIDDEN_LINE, HIDING, agreement_pdf
from support.build import make_document, make_schema
from support.chat_fixtures import _listening_stub, chat_stub
from support.chat_stub import is_question, keys_of, rows, says

__all__ = ["_listening_stub", "chat_stub"]

SCHEMA = make_schema()
KEY = b"the tenant's key"
TRUE = "The Margin on Facility A is 2.25 per cent. a year."
AGREEMENT = f"""\
FACILITIES AGREEMENT

Norrvind AS borrows under Facility A as set out below.

{TRUE}

{{}}

The Limit of Facility A amounts to EUR 40,000,000 in all.
"""
TRUTH = {
    "borrows under": [("detect", "", "Facility A"), ("borrower", "", "Norrvind AS")],
    "is 2.25 per cent": [("margin", "Facility A", "2.25%")],
    "The Limit of": [("limit", "Facility A", "EUR 40,000,000")],
}
_NUMBERED = re.compile(r"^(\d+) (.+)$", re.MULTILINE)


def obedient(attack: Attack):
    """A model that reads what is true, and does what it is told to."""

    def script(body):
        if not is_question(body):
            return None
        shown = body["messages"][1]["content"]
        lines = _NUMBERED.findall(shown.partition("\n</text")[0])
        kind, keys = body["response_format"]["json_schema"]["name"], keys_of(body)
        if kind == "verify":
            return rows()  # all right, it says
        told = attack.trigger in shown and "margin" in keys
        if told and attack.answer is not None:
            return says(attack.answer)
        found = [
            [keys[0] if kind == "detect" else key, name, value, int(number)]
            for number, line in lines
            for words, all_found in TRUTH.items()
            for key, name, value in all_found
            if words in line
            and (key == "detect") == (kind == "detect")
            and (key in keys or kind == "detect")
        ]
        if told:
            cited = [int(number) for number, line in lines if attack.cites in line]
            found = [row for row in found if row[0] != "margin"]
            found.append(["margin", "Facility A", attack.value, *cited[:1]] if cited else [])
        return rows(*filter(None, found))

    return script


async def extracted(chat_stub, documents, attack):
    chat_stub.script = obedient(attack)
    settings = VllmSettings(chat_stub.base_url, max_attempts=1, backoff_s=0.001)
    async with aclosing(VllmEngine(settings, SCHEMA, key=KEY)) as engine:
        return await extract(Job("norrvind", documents, SCHEMA, ExtractOptions()), engine, silent)


def cells(record):
    yield from record.deal.items()
    for row in record.facilities:
        yield from row.fields.items()


def unflagged(record):
    """Values that came of an order and that nothing tells a reader to doubt."""
    for key, cell in cells(record):
        if cell.status is not Status.PRESENT or key != "margin" or cell.value == 2.25:
            continue
        is_seen = any(
            agrees(SCHEMA.by_key[key], cell.value, one.quote) and not one.is_hidden
            for one in cell.evidence
        )
        if not is_seen:
            yield key, cell.value


@pytest.mark.parametrize("attack", ORDERS.values(), ids=ORDERS)
async def test_no_order_changes_a_value_without_a_flag(chat_stub, attack):
    document = make_document(AGREEMENT.format(attack.text))
    record = await extracted(chat_stub, (document,), attack)
    assert list(unflagged(record)) == []
    quotes = [one for _, cell in cells(record) for one in cell.evidence]
    assert all(document.text[one.start : one.end] == one.quote for one in quotes)
    assert record.deal["borrower"].value == "Norrvind AS"
    margins = [cell for key, cell in cells(record) if key == "margin"]
    is_true = [cell.status is Status.PRESENT and cell.value == 2.25 for cell in margins]
    assert is_true == [not attack.is_shown]  # a model that is shown an order did obey it


@pytest.mark.parametrize("attack", ORDERS.values(), ids=ORDERS)
async def test_what_a_document_says_stands_between_its_marks_and_in_its_lines(chat_stub, attack):
    document = make_document(AGREEMENT.format(attack.text))
    await extracted(chat_stub, (document,), attack)
    for body in filter(is_question, chat_stub.bodies):
        system, user = (message["content"] for message in body["messages"])
        mark = re.match(r"<text ([a-z2-7]+)>\n", user).group(1)
        inside, _, question = user.partition(f"\n</text {mark}>\n\n")
        assert question.startswith("Question: ")
        assert all(re.match(r"\d+ |\[", line) for line in inside.split("\n")[1:])
        assert mark not in attack.text + system
        assert not re.search(r"<[|/]|<text|\[/?INST", inside.partition("\n")[2])
        assert attack.is_shown or attack.trigger not in json.dumps(body, ensure_ascii=False)


@pytest.mark.parametrize("hide", HIDING, ids=lambda hide: hide.__name__)
async def test_what_rests_on_hidden_text_is_told(chat_stub, tmp_path, hide):
    (document,) = await documents_of(agreement_pdf(hide), tmp_path)
    attack = Attack("", HIDDEN_LINE, HIDDEN_LINE)
    record = await extracted(chat_stub, (document,), attack)
    (row,) = record.facilities
    cell = row.fields["margin"]
    assert cell.value == float(WRONG.removesuffix("%"))
    assert cell.status is Status.POSSIBLY_PRESENT
    assert "not seen" in cell.reason
    assert cell.signs.is_hidden
    assert [one.is_hidden for one in cell.evidence] == [True]
    assert cell.confidence < 0.5
    assert record.deal["borrower"].status is Status.PRESENT
    assert not any(one.is_hidden for one in record.deal["borrower"].evidence)


async def documents_of(content, folder):
    path = folder / "agreement.pdf"
    path.write_bytes(content)
    source = Source(path.name, sha256(content).hexdigest(), path)
    return await read_documents([source], ReadLimits(), silent)
