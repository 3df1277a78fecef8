from factsheet_schemas import Evidence, FieldValue, Origin, Status
from factsheet_schemas.record import Qualifiers
from factsheet_service.core.reconcile.derive import derived
from support.build import SCHEMA as PLAIN
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


def test_a_date_counted_from_a_computed_one_has_all_its_sources():
    chain = make_schema(
        anchors=[
            {"field": "signed", "phrases": ["Signing Date"]},
            {"field": "matures", "phrases": ["Maturity Date"]},
        ]
    )
    cells = {
        "swapped": counted("Maturity Date", "P1Y"),
        "matures": counted("Signing Date", "P5Y"),
        "signed": SIGNED,
    }
    (_, *sources) = derived(cells, chain)["swapped"].evidence
    assert [one.quote for one in sources] == ["dated 14 March 2024"]


PLAN = {"key": "plan", "label": "Plan", "type": "schedule", "scope": "facility"}
SCHEDULED = make_schema(
    groups=[*PLAIN["groups"], {"key": "plans", "title": "Plans", "fields": [PLAN]}],
    anchors=[{"field": "matures", "phrases": ["Maturity Date"]}],
    quotients=[{"field": "plan", "numerator": "plan", "denominator": "limit"}],
)
MATURES = present({"date": "2030-06-30", "precision": "day"}, "30 June 2030")
JUNE = {"date": "2029-06-30"}
LAST = {"condition": "on Maturity Date"}


def schedule(*steps, last=None):
    rows = list(steps) or None
    qualifiers = Qualifiers(anchor="Maturity Date", steps=(last,)) if last else Qualifiers()
    return present(rows, "the table").model_copy(update={"qualifiers": qualifiers})


def plan(cell, **cells):
    return derived({"plan": cell, "matures": MATURES, **cells}, SCHEDULED)["plan"]


def test_the_last_instalment_falls_on_the_maturity_date_with_both_sources():
    value = plan(schedule(JUNE | {"percent": 40.0}, last=LAST | {"percent": 60.0}))
    assert value.value[-1] == {"date": "2030-06-30", "percent": 60.0}
    assert [one.quote for one in value.evidence] == ["the table", "30 June 2030"]
    assert value.derivation.formula == "on Maturity Date = matures"


def test_all_at_maturity_is_dated_by_it():
    assert plan(schedule(last=LAST | {"percent": 100.0})).value == [
        {"date": "2030-06-30", "percent": 100.0}
    ]


def test_instalments_in_money_are_shares_of_the_limit_that_they_sum_to():
    rows = schedule(JUNE | {"amount": 4_000_000}, last=LAST | {"amount": 36_000_000})
    value = plan(rows, limit=money(40_000_000))
    assert [step["percent"] for step in value.value] == [10.0, 90.0]
    assert len(value.evidence) == 3


def test_instalments_that_do_not_sum_to_the_limit_stay_money():
    rows = schedule(JUNE | {"amount": 4_000_000})
    cells = {"plan": rows, "limit": money(40_000_000)}
    assert derived(cells, SCHEDULED) == {}


def test_the_balance_at_maturity_is_what_the_other_instalments_leave():
    rows = schedule(JUNE | {"percent": 40.0}, last=LAST | {"balance": True})
    assert plan(rows).value[-1] == {"date": "2030-06-30", "percent": 60.0}


def test_a_balance_in_money_is_left_of_the_limit():
    rows = schedule(JUNE | {"amount": 4_000_000}, last=LAST | {"balance": True})
    assert [step["percent"] for step in plan(rows, limit=money(40_000_000)).value] == [10.0, 90.0]


def test_a_balance_of_an_amount_that_is_not_known_is_not_guessed():
    rows = schedule(JUNE | {"amount": 4_000_000}, last=LAST | {"balance": True})
    cells = {"plan": rows, "matures": MATURES}
    assert derived(cells, SCHEDULED) == {}
