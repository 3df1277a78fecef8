import asyncio
from dataclasses import replace

from factsheet_schemas import Budget, DocumentStatus, ExtractOptions, Origin, Settings, Status
from factsheet_schemas.record import Check, Usage
from factsheet_service.core.document import Document
from factsheet_service.core.progress import StageAdvanced, silent
from factsheet_service.core.questions import Kind, Row
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from factsheet_service.pipeline.sweep import CLAIMS_PER_QUESTION
from support.build import make_document, make_schema
from support.scripted import ScriptedEngine

SCHEMA = make_schema()
FILLER = "The Agent shall give each notice to the other Parties in writing. " * 30
AGREEMENT = make_document(
    "FACILITIES AGREEMENT dated 14 March 2024\n\n"
    "Norrvind AS borrows under Facility A and Facility B as set out below.\n\n"
    "SECTION 1\n\n" + FILLER + "\n\n"
    "SECTION 2\n\nThe Margin on Facility A is 2.25 per cent. a year.\n\n"
    "The Margin on Facility B is 2.75 per cent. a year.\n\n"
    "The Limit of Facility B is set out in Schedule 4 hereto.\n\n"
    "SECTION 3\n\n" + FILLER + "\n\n"
    "SCHEDULE 4\n\nThe Limit under Facility B amounts to EUR 40,000,000 in all.\n\n" + FILLER
)
SCRIPT = {
    "Norrvind AS borrows": [
        ("detect", (), "Facility A"),
        ("detect", (), "Facility B"),
        ("borrower", (), "Norrvind AS"),
    ],
    "Margin on Facility A": [("margin", ("Facility A",), "2.25%")],
    "Margin on Facility B": [("margin", ("Facility B",), "2.75%")],
    "is set out in Schedule 4": [("limit", ("Facility B",), "see Schedule 4")],
}


def run(engine, *documents, progress=silent, **options):
    job = Job("norrvind", documents or (AGREEMENT,), SCHEMA, ExtractOptions(**options))
    return asyncio.run(extract(job, engine, progress))


def test_a_run_gives_each_row_its_own_values():
    record = run(ScriptedEngine(SCRIPT))
    assert record.deal["borrower"].value == "Norrvind AS"
    margins = {row.name: row.fields["margin"].value for row in record.facilities}
    assert margins == {"Facility A": 2.25, "Facility B": 2.75}


def test_all_evidence_is_verbatim_at_its_offsets():
    record = run(ScriptedEngine(SCRIPT))
    cells = [*record.deal.values(), *(c for r in record.facilities for c in r.fields.values())]
    quotes = [e for cell in cells for e in cell.evidence]
    assert len(quotes) >= 4
    assert all(AGREEMENT.text[e.start : e.end] == e.quote for e in quotes)


def test_every_question_of_a_window_is_asked_before_the_run_moves_far_on():
    engine = ScriptedEngine(SCRIPT)
    run(engine)
    order = [w.index for w, q in engine.asked if q.kind is not Kind.DEEP]
    open_at_once = 2
    assert all(later >= max(order[:i], default=0) - open_at_once for i, later in enumerate(order))


def test_a_pointer_is_followed_to_the_window_it_names():
    script = SCRIPT | {"Limit under Facility B": []}
    engine = ScriptedEngine(script)
    run(engine)
    deep = [(w, q) for w, q in engine.asked if q.kind is Kind.DEEP]
    pointed = [w for w, q in deep if q.facility == "Facility B" and q.pointers]
    assert pointed
    assert all("SCHEDULE 4" in w.render() for w in pointed)


def test_a_deep_answer_fills_the_cell_that_pointed():
    script = SCRIPT | {"Limit under Facility B": [("limit", ("Facility B",), "EUR 40,000,000")]}
    record = run(ScriptedEngine(script))
    (row,) = (r for r in record.facilities if r.name == "Facility B")
    assert row.fields["limit"].value == {"amount": 40_000_000, "currency": "EUR"}


class AttentiveEngine(ScriptedEngine):
    """Finds a limit only where it is asked deeply."""

    def _rows(self, window, question):
        rows = super()._rows(window, question)
        return [r for r in rows if question.kind is Kind.DEEP or not r.value.startswith("EUR")]


def test_a_deep_answer_is_verified_with_the_lines_that_pointed_to_it():
    script = SCRIPT | {"Limit under Facility B": [("limit", ("Facility B",), "EUR 40,000,000")]}
    engine = AttentiveEngine(script)
    run(engine)
    (pointers,) = {q.pointers for _, q in engine.asked if q.kind is Kind.DEEP and q.pointers}
    assert pointers in {q.pointers for _, q in engine.asked if q.kind is Kind.VERIFY}


def test_no_facility_found_means_one_unnamed_row_and_no_lost_company():
    record = run(ScriptedEngine({}))
    assert [row.name for row in record.facilities] == ["Primary Facility"]


def test_a_field_whose_question_failed_is_failed_with_the_reason_and_the_rest_goes_on():
    record = run(ScriptedEngine(SCRIPT, failing=("prices",)))
    cell = record.facilities[0].fields["margin"]
    assert (cell.status, cell.reason) == (Status.FAILED, "the server timed out")
    assert record.deal["borrower"].status is Status.PRESENT
    assert not record.run.is_complete


def test_what_the_engine_lacks_is_a_warning_of_the_record():
    assert "no grammar" in run(ScriptedEngine(SCRIPT)).warnings


def test_where_detection_failed_the_rows_are_those_that_the_answers_name():
    record = run(ScriptedEngine(SCRIPT, failing=("detect",)))
    margins = {row.name: row.fields["margin"].value for row in record.facilities}
    assert margins == {"Facility A": 2.25, "Facility B": 2.75}
    assert not record.run.is_complete


def test_windows_that_no_budget_was_left_for_are_not_counted_as_asked():
    record = run(ScriptedEngine(SCRIPT), budget=Budget(calls=1))
    assert record.coverage.windows_asked == 1
    assert record.coverage.windows > 1


def test_a_deep_question_that_fails_leaves_what_the_sweep_found():
    record = run(ScriptedEngine(SCRIPT, failing=("deep:Facility B",)))
    (row,) = (r for r in record.facilities if r.name == "Facility A")
    assert row.fields["limit"].status is Status.NOT_FOUND
    assert not record.run.is_complete


def test_a_spent_budget_leaves_the_rest_not_asked():
    record = run(ScriptedEngine(SCRIPT), budget=Budget(calls=3))
    statuses = {c.status for r in record.facilities for c in r.fields.values()}
    assert Status.NOT_ASKED in statuses
    assert Status.NOT_FOUND not in statuses
    assert not record.run.is_complete


def test_verification_moves_a_value_to_its_own_row():
    script = SCRIPT | {"Margin on Facility A": [("margin", ("Facility B",), "2.25%")]}
    wrong_row = Row("1", ("Facility A",), "", ())
    engine = ScriptedEngine(
        {k: v for k, v in script.items() if k != "Margin on Facility B"}, verdicts=[wrong_row]
    )
    record = run(engine, fields=("margin",))
    (row,) = (r for r in record.facilities if r.name == "Facility A")
    assert (row.fields["margin"].value, row.fields["margin"].origin) == (2.25, Origin.VERIFICATION)


def test_what_verification_moved_stays_on_record_where_it_was():
    script = {**SCRIPT, "Margin on Facility A": [("margin", ("Facility B",), "2.25%")]}
    engine = ScriptedEngine(
        {k: v for k, v in script.items() if k != "Margin on Facility B"},
        verdicts=[Row("1", ("Facility A",), "", ())],
    )
    record = run(engine, fields=("margin",))
    first, second = (row.fields["margin"] for row in record.facilities)
    assert (first.value, first.signs.verification) == (2.25, Check.CORRECTED)
    assert (second.status, second.value) == (Status.NOT_FOUND, None)
    (was,) = second.alternatives
    assert (was.value, was.reason) == (2.25, "verification gave it to Facility A")
    assert was.evidence[0].quote == "The Margin on Facility A is 2.25 per cent. a year."


def test_what_verification_leaves_alone_is_confirmed_and_without_it_nothing_is():
    checked = run(ScriptedEngine(SCRIPT)).facilities[0].fields["margin"]
    skipped = Settings(skip_verification=True)
    unchecked = run(ScriptedEngine(SCRIPT), settings=skipped).facilities[0].fields["margin"]
    assert (checked.signs.verification, unchecked.signs.verification) == (Check.CONFIRMED, None)
    assert checked.confidence > unchecked.confidence


def test_claims_are_verified_in_small_batches():
    margin = [("margin", ("Facility A",), f"2.{n}%") for n in range(10, 40)]
    text = " ".join(f"2.{n}%" for n in range(10, 40))
    document = make_document(f"FACILITIES AGREEMENT\n\nFacility A bears the Margin of {text}.")
    engine = ScriptedEngine({"bears the Margin": margin})
    run(engine, document, fields=("margin",), settings=Settings(deep_cap=0))
    sizes = [q.size for _, q in engine.asked if q.kind is Kind.VERIFY]
    assert sum(sizes) == 30
    assert max(sizes) <= CLAIMS_PER_QUESTION


def test_what_was_asked_of_every_window_and_is_in_none_is_not_found_with_their_number():
    record = run(ScriptedEngine(SCRIPT))
    cell = record.deal["signed"]
    assert (cell.status, cell.windows_asked) == (Status.NOT_FOUND, record.coverage.windows)
    assert cell.windows_asked > 1


def test_what_was_not_asked_of_every_window_is_not_called_not_found():
    best = Settings(coverage="bm25", chunks_per_group=1, deep_cap=0)
    record = run(ScriptedEngine(SCRIPT), settings=best)
    cell = record.deal["signed"]
    assert (cell.status, cell.windows_asked) == (Status.NOT_ASKED, 1)
    assert cell.reason == f"asked of 1 of {record.coverage.windows} windows"


def test_a_date_counted_from_an_event_is_verified_too():
    script = SCRIPT | {"Signing Date": [("matures", (), "18 years after the Signing Date")]}
    engine = ScriptedEngine(script)
    text = "The Termination Date is the date falling 18 years after the Signing Date."
    run(engine, make_document(text), fields=("matures",))
    claims = [c for _, q in engine.asked if q.kind is Kind.VERIFY for c in q.claims]
    assert [claim.value for claim in claims] == ["18 years after the Signing Date"]


def test_verification_can_be_skipped():
    engine = ScriptedEngine(SCRIPT)
    run(engine, settings=Settings(skip_verification=True))
    assert all(q.kind is not Kind.VERIFY for _, q in engine.asked)


def test_a_lost_file_is_named_and_keeps_absence_from_being_claimed():
    lost = Document("f" * 16, "scan.pdf", "f" * 64, "application/pdf", DocumentStatus.NEEDS_OCR)
    record = run(ScriptedEngine(SCRIPT), AGREEMENT, lost)
    cell = record.facilities[0].fields["hedge_rate"]
    assert cell.status is Status.NOT_ASKED
    assert "scan.pdf" in cell.reason
    assert record.coverage.documents_not_read == 1


def test_progress_reaches_the_total():
    events = []
    run(ScriptedEngine(SCRIPT), progress=events.append)
    sweeps = [e for e in events if isinstance(e, StageAdvanced) and e.stage == "sweep"]
    assert sweeps[-1].done == sweeps[-1].total == len(sweeps)


def test_a_detected_name_that_its_line_does_not_hold_is_not_believed():
    script = SCRIPT | {"Norrvind AS borrows": [("detect", (), "Facility Z")]}
    assert [r.name for r in run(ScriptedEngine(script)).facilities] == ["Primary Facility"]


def test_a_scan_whose_ocr_copy_was_read_is_not_lost():
    scan = replace(
        AGREEMENT, id="0" * 16, status=DocumentStatus.NEEDS_OCR, text="", duplicate_of=AGREEMENT.id
    )
    record = run(ScriptedEngine(SCRIPT), AGREEMENT, scan)
    assert record.run.is_complete
    assert record.facilities[0].fields["hedged"].status is Status.NOT_FOUND


def test_a_budget_counts_the_calls_that_are_under_way():
    class Slow(ScriptedEngine):
        async def ask(self, window, question, priority=0):
            await asyncio.sleep(0)
            return await super().ask(window, question, priority)

    engine = Slow(SCRIPT)
    run(engine, budget=Budget(calls=2))
    assert len(engine.asked) == 2


def test_all_calls_of_a_window_have_its_dispatch_number():
    engine = ScriptedEngine(SCRIPT)
    run(engine, settings=Settings(deep_cap=0))
    numbers = {}
    for (window, _), number in zip(engine.asked, engine.priorities, strict=True):
        numbers.setdefault(window.key, set()).add(number)
    in_order = [numbers[key] for key in sorted(numbers)]

    assert len(in_order) > 2
    assert all(len(one) == 1 for one in in_order)
    assert sorted(in_order, key=min) == in_order


def test_windows_are_warmed_where_the_engine_must_and_once():
    engine = ScriptedEngine(SCRIPT, must_warm=True)
    record = run(engine, settings=Settings(deep_cap=0))

    assert engine.warmed == sorted({window.key for window, _ in engine.asked})
    assert record.run.usage.calls == len(engine.asked) + len(engine.warmed)


def test_calls_that_cost_nothing_do_not_use_up_the_budget():
    class Paid(ScriptedEngine):
        async def ask(self, window, question, priority=0):
            await asyncio.sleep(0)
            answer = await super().ask(window, question, priority)
            return replace(answer, usage=Usage(replayed=1))

    free, whole = Paid(SCRIPT), ScriptedEngine(SCRIPT)
    record = run(free, budget=Budget(calls=1))
    run(whole)
    assert len(free.asked) == len(whole.asked)
    assert record.run.is_complete


NOTICES = "\n\n".join(
    f"{n}. NOTICES\n\nEach notice is given in writing and sent by post to the address of {n} that the"
    " party has named last, and takes effect when it is opened by whoever receives it there."
    for n in range(2, 600)
)
LONG = make_document(f"{AGREEMENT.text}\n\n{NOTICES}\n\n600. Norrvind AS signs this agreement.")
BALANCED = Settings(coverage="balanced", window_tokens=1000)


def test_what_balanced_coverage_leaves_out_is_on_record():
    record = run(ScriptedEngine(SCRIPT), LONG, settings=BALANCED)
    coverage = record.coverage
    assert coverage.windows_asked < coverage.windows
    assert coverage.lines / 2 < coverage.lines_left_out < coverage.lines
    assert record.deal["signed"].status is Status.NOT_FOUND


def test_at_full_coverage_no_line_is_left_out():
    coverage = run(ScriptedEngine(SCRIPT)).coverage
    assert (coverage.lines > 0, coverage.lines_left_out) == (True, 0)


def test_evidence_from_windows_with_gaps_is_verbatim_at_its_offsets():
    record = run(ScriptedEngine(SCRIPT), LONG, settings=BALANCED)
    margins = {row.name: row.fields["margin"] for row in record.facilities}
    assert {name: cell.value for name, cell in margins.items()} == {
        "Facility A": 2.25,
        "Facility B": 2.75,
    }
    quotes = [one for cell in margins.values() for one in cell.evidence]
    assert all(LONG.text[one.start : one.end] == one.quote for one in quotes)


def test_a_pointer_into_what_was_left_out_is_followed():
    engine = ScriptedEngine({**SCRIPT, "The Limit under": [("limit", ("Facility B",), "EUR 40m")]})
    record = run(engine, LONG, settings=BALANCED)
    (limit,) = [r.fields["limit"] for r in record.facilities if r.name == "Facility B"]
    assert limit.value == {"amount": 40_000_000, "currency": "EUR"}


def test_what_is_not_in_the_part_that_was_read_is_not_claimed_to_be_absent():
    record = run(ScriptedEngine({}), replace(AGREEMENT, is_cut=True, reason="only the first page"))
    borrower = record.deal["borrower"]
    assert borrower.status is Status.NOT_ASKED
    assert borrower.reason == f"in no window read, but not read: all of {AGREEMENT.name}"
    assert not record.run.is_complete
