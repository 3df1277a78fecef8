import pytest
from factsheet_schemas.record import Alternative, Derivation, Qualifiers
from factsheet_service.reports.views.timelines import timelines
from support.build import SCHEMA as DATA
from support.build import cite, make_document, make_schema
from support.records import make_document_record, make_record, present

RATES = {"key": "rates", "label": "Rates", "type": "percent", "scope": "deal", "is_many": True}
SCHEDULE = {"key": "repaid", "label": "Repaid", "type": "schedule", "scope": "facility"}
GROUPS = [*DATA["groups"], {"key": "more", "title": "More", "fields": [SCHEDULE, RATES]}]
SCHEMA = make_schema(groups=GROUPS)
GRID = make_document(
    "The Margin is as follows.\n"
    "From and including the Signing Date to and including 31 December 2026 | 1.95\n"
    "From and including 1 January 2027 to and including 31 December 2031 | 1.80\n"
    "From and including 1 January 2032 | 2.10\n"
    "Fees are due."
)


def steps_of(key="margin", documents=(GRID,), records=(), **cell):
    record = make_record()
    first, *others = record.facilities
    value = present(cell.pop("value", 1.95), **cell)
    row = first.model_copy(update={"fields": {key: value}})
    known = tuple(records) or (make_document_record(GRID.name, id=GRID.id, date="2024-06-28"),)
    record = record.model_copy(update={"facilities": (row, *others), "documents": known})
    return next((one.steps for one in timelines(record, SCHEMA, documents) if one.field == key), ())


def test_a_grid_is_read_from_the_rows_around_the_one_that_is_cited():
    steps = steps_of(
        evidence=(cite(GRID, "the Signing Date to and including 31 December 2026 | 1.95"),)
    )
    assert [(one.starts, one.shown) for one in steps] == [
        (None, "1.95%"),
        ("2027-01-01", "1.80%"),
        ("2032-01-01", "2.10%"),
    ]


def test_each_step_says_when_and_where():
    first, *_ = steps_of(evidence=(cite(GRID, "31 December 2026 | 1.95"),))
    assert first.when.startswith("From and including the Signing Date")
    assert first.evidence.quote.endswith("| 1.95")


def test_a_table_that_does_not_have_the_value_in_the_row_cited_is_none_of_its_grid():
    assert (
        steps_of(value=3.0, evidence=(cite(GRID, "From and including 1 January 2032 | 2.10"),))
        == ()
    )


def test_a_table_of_other_things_is_no_grid():
    document = make_document("Historic DSCR | 1.15\nForecast DSCR | 1.18\nLLCR | 1.22")
    cited = (cite(document, "Historic DSCR | 1.15"),)
    assert steps_of(value=1.15, documents=(document,), evidence=cited) == ()


def test_steps_that_say_when_they_hold_go_before_a_table():
    steps = ({"condition": "before completion", "value": 3.0}, {"date": "2027-01", "value": 2.0})
    found = steps_of(
        qualifiers=Qualifiers(steps=steps), evidence=(cite(GRID, "31 December 2026 | 1.95"),)
    )
    assert [(one.when, one.starts, one.shown) for one in found] == [
        ("before completion", None, "3.00%"),
        ("2027-01", "2027-01", "2.00%"),
    ]


def test_the_values_of_a_list_are_no_levels():
    cited = (cite(GRID, "31 December 2026 | 1.95"),)
    assert steps_of("rates", value=[1.95, 3.5], evidence=cited) == ()


OLD = make_document("The Margin is 2.25 per cent.", "old.txt")
LOST = Alternative(
    value=2.25,
    as_written="2.25%",
    evidence=(cite(OLD, "2.25 per cent."),),
    reason="new.txt takes precedence",
)


def history(**old):
    new = make_document("The Margin is 1.95 per cent.", "new.txt")
    records = [
        make_document_record("old.txt", id=OLD.id, date="2021-03-12", **old),
        make_document_record("new.txt", id=new.id, date="2022-06-02", role="amendment"),
    ]
    cited = (cite(new, "1.95 per cent."),)
    return steps_of(documents=(new, OLD), records=records, evidence=cited, alternatives=(LOST,))


def test_what_an_amendment_overruled_stands_before_what_holds():
    assert [(one.starts, one.shown, one.overruled) for one in history()] == [
        ("2021-03-12", "2.25%", "new.txt takes precedence"),
        ("2022-06-02", "1.95%", None),
    ]


@pytest.mark.parametrize("old", [{"role": "term_sheet"}, {"is_draft": True}])
def test_the_word_of_a_term_sheet_or_draft_never_held(old):
    assert history(**old) == ()


INSTALMENTS = [{"date": "2027-06", "percent": 40.0}, {"date": "2028-06", "percent": 60.0}]


def test_a_schedule_is_its_instalments():
    found = steps_of("repaid", value=INSTALMENTS, evidence=(cite(GRID, "1 January 2027"),))
    assert [(one.starts, one.shown) for one in found] == [("2027-06", "40%"), ("2028-06", "60%")]


def test_an_instalment_that_waits_for_its_date_is_told_by_its_event():
    left = Qualifiers(steps=({"condition": "on Maturity Date", "percent": 60.0},))
    found = steps_of("repaid", value=INSTALMENTS[:1], qualifiers=left)
    assert [(one.when, one.starts) for one in found][1] == ("on Maturity Date", None)


def test_an_instalment_that_has_its_date_is_told_once():
    left = Qualifiers(steps=({"condition": "on Maturity Date", "percent": 60.0},))
    dated = Derivation(formula="on Maturity Date = matures")
    assert len(steps_of("repaid", value=INSTALMENTS, qualifiers=left, derivation=dated)) == 2


def test_an_instalment_leads_to_the_line_that_names_its_date():
    table = make_document("30 June 2027 | 40\n30 June 2028 | 60")
    cited = tuple(cite(table, words) for words in ("30 June 2027 | 40", "30 June 2028 | 60"))
    found = steps_of("repaid", value=INSTALMENTS, evidence=cited)
    assert found[1].evidence.quote == "30 June 2028 | 60"


def test_a_value_of_one_level_has_no_timeline():
    document = make_document("The Margin is 1.95 per cent.", "new.txt")
    assert steps_of(documents=(document,), evidence=(cite(document, "1.95 per cent."),)) == ()
