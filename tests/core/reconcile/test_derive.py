from factsheet_schemas import Evidence, FieldValue, Origin, Status
from factsheet_schemas.record import Qualifiers
from factsheet_service.core.reconcile.derive import derived
from support.build import make_schema

SCHEMA = make_schema()


def evidence(quote):
    return Evidence(document="d", document_name="d", page=1, start=0, end=len(quote), quote=quote)


def present(value, quote="words"):
    return FieldValue(status=Status.PRESENT, value=value, evidence=(evidence(quote),))


def counted(anchor, offset):
    return FieldValue(
        status=Status.POSSIBLY_PRESENT,
        qualifiers=Qualifiers(anchor=anchor, offset=offset),
        evidence=(evidence("18 years after"),),
    )


SIGNED = present({"date": "2024-03-14", "precision": "day"}, "dated 14 March 2024")


def test_a_date_counted_from_a_known_event_is_dated_with_both_sources():
    cells = {"signed": SIGNED, "matures": counted("the Signing Date", "P18Y")}
    value = derived(cells, SCHEMA)["matures"]
    assert value.value == {"date": "2042-03-14", "precision": "day"}
    assert (value.status, value.origin) == (Status.PRESENT, Origin.DERIVED)
    assert [item.quote for item in value.evidence] == ["18 years after", "dated 14 March 2024"]
    assert value.derivation.formula == "signed + P18Y"


def test_a_date_counted_from_an_event_without_a_date_is_never_guessed():
    cells = {"signed": SIGNED, "matures": counted("Conversion Date", "P5Y")}
    assert derived(cells, SCHEMA) == {}


def test_a_date_whose_words_are_in_doubt_is_not_counted():
    doubted = counted("Signing Date", "P18Y").model_copy(update={"confidence": 0.3})
    assert derived({"signed": SIGNED, "matures": doubted}, SCHEMA) == {}


def test_a_month_stays_a_month():
    signed = present({"date": "2024-03", "precision": "month"})
    cells = {"signed": signed, "matures": counted("Signing Date", "P6M")}
    assert derived(cells, SCHEMA)["matures"].value == {"date": "2024-09", "precision": "month"}


def money(amount, currency="EUR"):
    return present({"amount": amount, "currency": currency})


MISSING = FieldValue(status=Status.NOT_FOUND)


def test_a_share_is_computed_where_it_is_not_stated():
    cells = {"hedge_share": MISSING, "hedge_notional": money(75), "limit": money(100)}
    value = derived(cells, SCHEMA)["hedge_share"]
    assert (value.value, value.derivation.formula) == (75.0, "hedge_notional / limit x 100")


def test_a_stated_share_is_left_alone():
    cells = {"hedge_share": present(70.0), "hedge_notional": money(75), "limit": money(100)}
    assert derived(cells, SCHEMA) == {}


def test_amounts_in_different_currencies_give_no_share():
    cells = {"hedge_share": MISSING, "hedge_notional": money(75, "USD"), "limit": money(100)}
    assert derived(cells, SCHEMA) == {}


def test_a_date_may_be_counted_from_a_date_that_is_counted_itself():
    chain = make_schema(
        anchors=[
            {"field": "signed", "phrases": ["Signing Date"]},
            {"field": "matures", "phrases": ["Maturity Date"]},
        ]
    )
    cells = {
        "swapped": counted("Maturity Date", "P1Y"),
        "matures": counted("Signing Date", "P5Y"),
        "signed": present({"date": "2020-01-15", "precision": "day"}),
    }
    assert derived(cells, chain)["swapped"].value["date"] == "2026-01-15"
