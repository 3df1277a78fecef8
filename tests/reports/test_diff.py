import csv
import io

from factsheet_schemas import compare_records
from factsheet_schemas.record import Alternative
from factsheet_service.reports.diff import CSV_HEADER, diff_csv, diff_tables
from rich.console import Console
from support.build import make_schema
from support.records import absent, make_document_record, make_record, present

SCHEMA = make_schema()
OLD = make_record()
LOST = Alternative(value=2.25, as_written="2.25%", reason="Amendment.docx takes precedence")
ROW = OLD.facilities[0]
CELLS = {
    **ROW.fields,
    "margin": present(1.95, "=the margin is 1.95", alternatives=(LOST,)),
    "limit": absent(),
}
NEW = OLD.model_copy(
    update={
        "documents": (*OLD.documents, make_document_record("Amendment.docx", id="d9")),
        "facilities": (ROW.model_copy(update={"fields": CELLS}),),
    }
)
DIFF = compare_records(OLD, NEW)


def printed(diff):
    text = io.StringIO()
    Console(file=text, width=140, color_system=None).print(diff_tables(diff, SCHEMA))
    return text.getvalue()


def test_the_table_shows_old_new_and_why():
    (line,) = (line for line in printed(DIFF).splitlines() if line.startswith("Margin"))
    assert [words in line for words in ("2.25%", "1.95%", "Amendment.docx takes")] == [True] * 3


def test_a_value_that_went_is_shown_with_its_status():
    assert "– (NOT_FOUND)" in printed(DIFF)


def test_documents_and_rows_stand_above_the_cells():
    lines = printed(DIFF).splitlines()
    assert "document added: Amendment.docx" in lines
    assert "row removed: Facility B" in lines


def test_no_change_is_said():
    assert "nothing changed" in printed(compare_records(OLD, OLD))


def rows():
    return list(csv.reader(io.StringIO(diff_csv(DIFF, SCHEMA).decode("utf-8-sig"))))


def test_the_csv_has_a_row_per_change():
    header, *body = rows()
    assert tuple(header) == CSV_HEADER
    assert [row[:2] for row in body] == [
        ["document", "added"],
        ["row", "removed"],
        ["cell", "removed"],
        ["cell", "changed"],
    ]


def test_quotes_in_the_csv_run_no_formula():
    assert rows()[-1][-1] == "'=the margin is 1.95"
