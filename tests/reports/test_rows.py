import pytest
from factsheet_schemas import FacilityRecord, Level, load_schema
from factsheet_service.reports.rows import confidence_score, header, rows
from support.build import make_schema
from support.records import make_record, present

COLUMNS = [
    {"label": "Client Folder", "source": "company"},
    {"label": "Source Files", "source": "source_files"},
    {"label": "Comments", "source": "comments"},
    {"label": "Confidence Score", "source": "confidence"},
]
SCHEMA = make_schema(columns=COLUMNS)


def by_label(record, index):
    return dict(zip(header(SCHEMA), rows(record, SCHEMA)[index], strict=True))


def test_the_credit_schema_has_the_originals_76_columns():
    labels = header(load_schema("credit_facility"))
    assert len(labels) == len(set(labels)) == 76
    assert labels[:2] == ["Client Folder", "Source Files"]
    assert labels[-2:] == ["Comments", "Confidence Score"]


def test_there_is_one_row_per_facility():
    record = make_record()
    assert [by_label(record, i)["Facility name"] for i in (0, 1)] == ["Facility A", "Facility B"]


def test_the_deals_fields_stand_in_each_row():
    assert by_label(make_record(), 1)["Borrower"] == "Norrvind Wind AS"


def test_a_row_names_its_company_and_files():
    row = by_label(make_record(), 0)
    assert row["Client Folder"] == "Norrvind"
    assert row["Source Files"] == "Facilities_Agreement.pdf; Scan.pdf"


def test_comments_name_the_rows_own_conflicts_and_what_was_not_read():
    first, second = (by_label(make_record(), i)["Comments"] for i in (0, 1))
    assert "2.50% in another" in first
    assert "2.50% in another" not in second
    assert "Scan.pdf not read: no text on 7 pages" in second


def test_comments_leave_out_what_is_about_another_row():
    warnings = ("Facility A: no spread", "Facility B: no limit", "The term sheet is a draft.")
    comments = by_label(make_record(warnings=warnings), 1)["Comments"]
    assert "Facility A" not in comments
    assert "Facility B: no limit; The term sheet is a draft." in comments


def test_the_confidence_score_is_the_mean_of_the_originals_weights():
    values = {
        "a": present(1, level=Level.HIGH),
        "b": present(1, level=Level.MEDIUM),
        "c": present(1, level=Level.LOW),
    }
    assert confidence_score(values) == pytest.approx((1.0 + 0.6 + 0.3) / 3)


def test_a_row_without_values_scores_nothing():
    assert confidence_score({}) == 0.0


def test_a_sheet_of_one_kind_of_rows_has_their_columns_and_what_they_inherit():
    papers = load_schema("motor_adaptation")
    record = make_record(
        deal={"year": present(2023)},
        facilities=(
            FacilityRecord(id="f1", name="Experiment 1", entity="experiment", fields={}),
            FacilityRecord(id="f2", name="control", entity="group", parent="f1", fields={}),
        ),
    )
    labels, found = header(papers), rows(record, papers)

    assert len(found) == 1
    assert found[0][labels.index("Year")] == "2023"
    assert "Participants in the group" not in labels
