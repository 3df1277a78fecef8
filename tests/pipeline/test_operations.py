"""The main job on the shipped example company, with real files and the lexical engine."""

import asyncio
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from factsheet_schemas import ExtractOptions, Record, Status
from factsheet_service.composition import build_operations
from factsheet_service.core.cost import DEFAULT_PROFILE, PROFILES, predict
from factsheet_service.core.errors import NoDocuments, UnknownCompany, UsageError
from factsheet_service.core.progress import FileReplaced
from factsheet_service.pipeline.operations import files_in
from factsheet_service.settings import AppSettings

EXAMPLE = Path(__file__).parents[2] / "examples" / "credit_facility" / "kaarnavuori_wind"


@pytest.fixture(scope="module")
def operations(tmp_path_factory):
    return build_operations(AppSettings(work=tmp_path_factory.mktemp("work")))


@pytest.fixture(scope="module")
def record(operations) -> Record:
    async def run():
        await operations.ingest("kaarnavuori", [EXAMPLE])
        return await operations.extract("kaarnavuori", ExtractOptions())

    return asyncio.run(run())


def cells(record):
    yield from record.deal.values()
    for row in record.facilities:
        yield from row.fields.values()


def test_every_document_is_read_with_its_role(record):
    roles = {Path(d.name).stem.split("_")[0]: d.role for d in record.documents}
    assert roles["Facilities"] == "facilities_agreement"
    assert roles["Amendment"] == "amendment"
    assert roles["Term"] == "term_sheet"
    assert {d.status.value for d in record.documents} == {"ok"}


def test_the_amendment_is_linked_to_the_agreement_that_it_amends(record):
    by_role = {d.role: d for d in record.documents}
    assert by_role["amendment"].amends == by_role["facilities_agreement"].id


def test_every_present_value_has_evidence_verbatim_at_its_offsets(operations, record):
    texts = {d.id: d.text for d in operations.documents("kaarnavuori")}
    present = [cell for cell in cells(record) if cell.status is Status.PRESENT]
    assert len(present) > 30
    for cell in present:
        assert cell.evidence
        for item in cell.evidence:
            assert texts[item.document][item.start : item.end] == item.quote


def test_the_text_inside_the_boxes_of_a_pdf_value_is_its_quote(record):
    shown = [item for cell in cells(record) for item in cell.evidence]
    pdf = [item for item in shown if item.document_name.endswith(".pdf")]
    assert len(pdf) > 20
    for item in pdf:
        assert boxed_text(item) == "".join(item.quote.split())


def boxed_text(item):
    """All that pdfium finds inside the boxes, without white space."""
    document = pypdfium2.PdfDocument(EXAMPLE / item.document_name)
    found = []
    for box in item.boxes:
        page = document[box.page - 1].get_textpage()
        found.append(page.get_text_bounded(box.x0, box.y0, box.x1, box.y1))
        page.close()
    document.close()
    return "".join("".join(found).split())


def test_a_second_run_reads_no_file_again(operations, record):
    events = []
    asyncio.run(operations.read("kaarnavuori", events.append))
    assert len(operations.documents("kaarnavuori")) == len(record.documents)
    assert all(type(event).__name__ != "FileRead" for event in events)


def test_the_record_is_kept(operations, record):
    assert operations.workspace.company("kaarnavuori").record() == record


def test_the_same_documents_give_the_same_values(operations, record):
    again = asyncio.run(operations.extract("kaarnavuori", ExtractOptions()))
    assert (again.deal, again.facilities, again.conflicts) == (
        record.deal,
        record.facilities,
        record.conflicts,
    )


def test_a_run_can_be_about_some_documents_only(operations, record):
    (sheet,) = (d for d in record.documents if d.role == "term_sheet")
    part = asyncio.run(operations.extract("kaarnavuori", ExtractOptions(documents=(sheet.id,))))
    assert [d.name for d in part.documents] == [sheet.name]


def test_an_unknown_company_document_or_path_is_refused_by_name(operations, record, tmp_path):
    with pytest.raises(UnknownCompany, match="nobody"):
        asyncio.run(operations.extract("nobody", ExtractOptions()))
    with pytest.raises(UsageError, match="no document nothing"):
        asyncio.run(operations.extract("kaarnavuori", ExtractOptions(documents=("nothing",))))
    with pytest.raises(UsageError, match="does not exist"):
        asyncio.run(operations.ingest("kaarnavuori", [tmp_path / "missing"]))
    with pytest.raises(NoDocuments):
        asyncio.run(operations.ingest("kaarnavuori", [tmp_path]))


def test_two_files_of_one_name_are_refused_rather_than_one_of_them_lost(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "loan.txt").write_text(folder)
    with pytest.raises(UsageError, match=r"would both be 'loan\.txt'"):
        files_in([tmp_path / "a", tmp_path / "b"])


def test_a_file_given_twice_counts_once(tmp_path):
    (tmp_path / "loan.txt").touch()
    assert [name for name, _ in files_in([tmp_path, tmp_path / "loan.txt"])] == ["loan.txt"]


def test_a_link_that_leads_nowhere_is_not_passed_by(tmp_path):
    (tmp_path / "loan.pdf").symlink_to(tmp_path / "gone.pdf")
    with pytest.raises(UsageError, match="leads nowhere"):
        files_in([tmp_path])


def test_planning_counts_each_window_once_uncached(operations, record):
    plan = operations.plan("kaarnavuori", ExtractOptions())
    assert plan.windows == plan.windows_asked
    cost = predict(PROFILES[DEFAULT_PROFILE], plan.visits)
    assert cost.uncached_tokens < 1.6 * plan.document_tokens + 4000


def test_a_file_that_takes_the_place_of_another_is_told(operations, tmp_path):
    events = []
    for text in ("Facility A", "Facility A", "Facility B"):
        (tmp_path / "a.txt").write_text(text)
        asyncio.run(operations.ingest("replaced", [tmp_path], events.append))
    assert events.count(FileReplaced("a.txt")) == 1


def test_a_file_name_stands_for_what_the_file_holds(operations, tmp_path):
    async def run():
        bundle = tmp_path / "bundle.zip"
        with zipfile.ZipFile(bundle, "w") as archive:
            archive.writestr("a/sheet.txt", "Term sheet\nThe Borrower is Norrvind AS.")
        await operations.ingest("zipped", [bundle])
        return await operations.extract("zipped", ExtractOptions(documents=("bundle.zip",)))

    assert {d.name for d in asyncio.run(run()).documents} == {
        "bundle.zip",
        "bundle.zip/a/sheet.txt",
    }


def test_a_duplicate_that_is_chosen_alone_is_read_itself(operations, tmp_path):
    async def run():
        for name in ("a.txt", "longer name.txt"):
            (tmp_path / name).write_text(f"{' ' * len(name)}Term sheet\nThe Borrower is Nord AS.")
        await operations.ingest("twins", [tmp_path])
        return await operations.extract("twins", ExtractOptions(documents=("longer name.txt",)))

    assert asyncio.run(run()).coverage.documents_read == 1


async def test_a_tenant_sees_its_own_companies_and_schemas_alone(tmp_path):
    ours = build_operations(AppSettings(work=tmp_path))
    acme, other = ours.of("acme"), ours.of("other")
    note = tmp_path / "note.txt"
    note.write_text("The Borrower shall repay the Loan.")
    await acme.ingest("borrower", [note])
    acme.schemas.register("letters", {"type": "object", "properties": {"a": {"type": "string"}}})
    assert acme.workspace.companies() == ("borrower",)
    assert ours.workspace.companies() == other.workspace.companies() == ()
    assert acme.schemas.registered() == ("letters",)
    assert ours.schemas.registered() == other.schemas.registered() == ()
    with pytest.raises(UnknownCompany):
        await other.read("borrower")


def test_a_tenant_has_a_plain_name(tmp_path):
    with pytest.raises(UsageError, match="cannot name a tenant"):
        build_operations(AppSettings(work=tmp_path)).of("../acme")


async def small(tmp_path):
    operations = build_operations(AppSettings(work=tmp_path / "work"))
    (tmp_path / "a.txt").write_text("TERM LOAN AGREEMENT between Acme Oy as Borrower and a bank.")
    await operations.ingest("acme", [tmp_path / "a.txt"])
    return operations


async def test_a_job_that_is_run_again_has_one_record(tmp_path):
    operations = await small(tmp_path)
    for _ in range(2):
        record = await operations.extract("acme", ExtractOptions(), job_id="job-1")
        assert record.run.id == "job-1"
    await operations.extract("acme", ExtractOptions(), job_id="job-2")
    assert operations.workspace.company("acme").runs() == ("job-1", "job-2")


@pytest.mark.parametrize("left", [{"seconds_left": 0.0}, {"options": {"deadline_minutes": 1e-9}}])
async def test_a_run_whose_time_is_over_ends_with_what_it_has(tmp_path, left):
    operations = await small(tmp_path)
    options = ExtractOptions(**left.pop("options", {}))
    record = await operations.extract("acme", options, **left)
    assert not record.run.is_complete
    assert record.coverage.questions_answered == 0 < record.coverage.questions_planned
