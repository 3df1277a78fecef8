from factsheet_schemas import Evidence, FieldValue, Origin, Status
from factsheet_service.core.reconcile.rules import findings
from support.build import make_schema

SCHEMA = make_schema()
QUOTE = Evidence(document="d", document_name="d", page=1, start=0, end=5, quote="words")


def cell(value, evidence=(QUOTE,)):
    return FieldValue(status=Status.PRESENT, value=value, evidence=evidence)


def check(**cells):
    every = {f.key: FieldValue(status=Status.NOT_FOUND) for f in SCHEMA.fields()}
    return {finding.field: finding for finding in findings(every | cells, SCHEMA)}


def test_details_turn_a_missing_yes_into_yes_with_their_evidence():
    repaired = check(hedge_rate=cell(2.5))["hedged"].repaired
    assert (repaired.value, repaired.origin, repaired.evidence) == ("Yes", Origin.RULE, (QUOTE,))


def test_an_unevidenced_no_is_turned_into_yes():
    assert check(hedge_rate=cell(2.5), hedged=cell("No", ()))["hedged"].repaired.value == "Yes"


def test_an_evidenced_no_against_details_is_a_conflict_and_stays():
    finding = check(hedge_rate=cell(2.5), hedged=cell("No"))["hedged"]
    assert finding.is_conflict
    assert finding.repaired is None


def test_a_yes_without_its_details_is_reported():
    assert check(hedged=cell("Yes"))["hedge_rate"].message == "hedged, but without details"


def test_maturity_before_signing_is_a_conflict():
    early, late = ({"date": d, "precision": "day"} for d in ("2020-01-01", "2024-01-01"))
    assert check(signed=cell(late), matures=cell(early))["matures"].is_conflict


def test_dates_of_different_precision_compare_as_far_as_both_go():
    month = {"date": "2024-01", "precision": "month"}
    day = {"date": "2024-01-15", "precision": "day"}
    assert "matures" not in check(signed=cell(day), matures=cell(month))


def test_an_evidenced_no_makes_the_details_inapplicable():
    repaired = check(hedged=cell("No"))["hedge_rate"].repaired
    assert (repaired.status, repaired.reason) == (Status.NOT_APPLICABLE, "hedged is No")


def test_an_unevidenced_no_makes_nothing_inapplicable():
    assert "hedge_rate" not in check(hedged=cell("No", ()))


def test_details_that_may_be_present_are_not_called_inapplicable():
    unsure = FieldValue(status=Status.POSSIBLY_PRESENT, value=2.5, evidence=(QUOTE,))
    assert "hedge_rate" not in check(hedged=cell("No"), hedge_rate=unsure)


def test_a_repaired_cell_no_longer_shows_the_words_of_its_no():
    no = FieldValue(status=Status.PRESENT, value="No", as_written="not hedged")
    assert check(hedge_rate=cell(2.5), hedged=no)["hedged"].repaired.as_written is None
