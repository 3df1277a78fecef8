from factsheet_schemas import Status, load_schema
from factsheet_schemas.record import Qualifiers
from factsheet_service.reports.views.ladders import ladders
from support.build import make_schema
from support.records import absent, make_record, present

RUNGS = [
    {"field": "margin", "consequence": "lock-up"},
    {"field": "hedge_rate", "consequence": "default"},
]
SCHEMA = make_schema(ladders=[{"metric": "DSCR", "rungs": RUNGS}])


def record(deal=None, **own):
    base = make_record()
    row = base.facilities[0].model_copy(update={"fields": own})
    return base.model_copy(update={"deal": deal or {}, "facilities": (row,)})


def test_a_ladder_has_its_rungs_in_order_with_their_levels_and_words():
    deal = {"margin": present(1.15, "below 1.15"), "hedge_rate": present(1.05)}
    (ladder,) = ladders(record(deal), SCHEMA)
    assert [(r.consequence, r.shown) for r in ladder.rungs] == [
        ("lock-up", "1.15%"),
        ("default", "1.05%"),
    ]
    assert ladder.rungs[0].evidence[0].quote == "below 1.15"


def test_a_rung_that_was_not_found_says_so():
    (ladder,) = ladders(record({"margin": present(1.15), "hedge_rate": absent()}), SCHEMA)
    assert [r.status for r in ladder.rungs] == [Status.PRESENT, Status.NOT_FOUND]


def test_a_ratio_without_a_level_has_no_ladder():
    assert ladders(record({"margin": absent()}), SCHEMA) == ()


def test_a_row_that_differs_has_a_ladder_of_its_own():
    found = ladders(record({"margin": present(1.15)}, margin=present(1.25)), SCHEMA)
    assert [(ladder.row, ladder.rungs[0].shown) for ladder in found] == [
        (None, "1.15%"),
        ("Facility A", "1.25%"),
    ]


def test_the_words_say_whether_a_level_is_a_floor_or_a_ceiling():
    cell = present(4.0, qualifiers=Qualifiers(comparator="max"))
    (ladder,) = ladders(record({"margin": cell}), SCHEMA)
    assert [r.comparator for r in ladder.rungs] == ["max", "min"]


def test_debt_ratios_are_ceilings():
    kinds = {one.metric: one.comparator for one in load_schema("credit_facility").ladders}
    assert kinds["Net Debt / EBITDA"] == "max"
    assert kinds["LLCR"] == "min"
