from factsheet_schemas import FacilityRecord
from factsheet_schemas.record import Conflict, Usage
from factsheet_service.commands.summary import cost_line, files_line, summary, values_line
from support.build import make_schema
from support.records import make_record

SCHEMA = make_schema()


def test_values_are_counted_by_status():
    assert values_line(make_record(), SCHEMA) == (
        "Norrvind: 2 facilities; 6 found, 1 possible, 1 missing, 1 not applicable, "
        "1 not asked, 1 failed"
    )


def test_files_that_were_not_read_are_named_with_the_reason():
    lines = summary(make_record(), SCHEMA)
    assert "1 file read (40 pages), 1 not read" in lines
    assert "not read: Scan.pdf: no text on 7 pages" in lines


def test_repeats_and_archives_are_counted_apart_from_what_was_read():
    read, *others = make_record().documents
    copy = read.model_copy(update={"name": "Copy.pdf", "id": "0", "duplicate_of": read.id})
    archive = read.model_copy(update={"name": "all.zip", "id": "1", "pages": 0, "characters": 0})
    line = files_line((read, copy, archive, *others))
    assert line == "1 file read (40 pages), 1 repeated, 1 only holding others, 1 not read"


def test_an_unnamed_row_is_told_to_be_one():
    unnamed = FacilityRecord(id="f1", name=SCHEMA.entity.unnamed, fields={})
    lines = summary(make_record(facilities=(unnamed,)), SCHEMA)
    assert any(line.startswith("no facility is named") for line in lines)


def test_a_file_that_another_repeats_is_named_with_that_other():
    read, *others = make_record().documents
    copy = read.model_copy(update={"name": "Copy.pdf", "id": "0", "duplicate_of": read.id})
    lines = summary(make_record(documents=(read, copy, *others)), SCHEMA)
    assert f"same as {read.name}: Copy.pdf" in lines


def test_conflicts_are_named_by_label():
    assert "conflict: Margin (f1): 2.25% in one place, 2.50% in another" in summary(
        make_record(), SCHEMA
    )


def test_many_conflicts_are_cut_with_their_number():
    many = tuple(Conflict(field="margin", message=str(n)) for n in range(10))
    lines = summary(make_record(conflicts=many), SCHEMA)
    assert "conflict: 4 more, see the record" in lines


def test_the_cost_names_tokens_cache_and_time():
    assert cost_line(make_record()) == (
        "3.2 s with lexical: 30 calls, 1,000 prompt tokens (80% cached), 50 output tokens"
    )


def test_values_out_of_malformed_json_are_counted():
    record = make_record()
    usage = record.run.usage.model_copy(update={"recovered_values": 4})
    run = record.run.model_copy(update={"usage": usage})
    line = cost_line(record.model_copy(update={"run": run}))
    assert line.endswith("recovered 4 values from malformed JSON")


def test_an_engine_without_a_model_costs_only_time():
    record = make_record()
    run = record.run.model_copy(update={"usage": Usage()})
    assert cost_line(record.model_copy(update={"run": run})) == "3.2 s with lexical"


def test_a_partial_record_says_so():
    lines = summary(make_record(), SCHEMA)
    assert lines[-2:] == [
        "1 of 30 questions have no full answer",
        "partial: some answers or files are missing",
    ]
