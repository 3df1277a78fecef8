"""Numbers that follow from others in a row or within it."""

from __future__ import annotations

from factsheet_schemas import Evidence, FieldValue, Origin, Status, load_schema
from factsheet_service.core.reconcile.names import Facility
from factsheet_service.core.reconcile.totals import products, totalled

SCHEMA = load_schema("motor_adaptation")
NONE = FieldValue(status=Status.NOT_FOUND)
EXPERIMENT = Facility("f1", "Experiment 1", entity="experiment")


def stated(value: int, quote: str) -> FieldValue:
    evidence = Evidence(
        document="d", document_name="d", page=1, start=0, end=len(quote), quote=quote
    )
    return FieldValue(status=Status.PRESENT, value=value, evidence=(evidence,))


def group(number: int, n: FieldValue) -> tuple[Facility, dict[str, FieldValue]]:
    row = Facility(f"g{number}", f"group {number}", entity="group", parent=EXPERIMENT)
    return row, {"group_n": n}


def totals(*groups, n_total: FieldValue = NONE):
    rows = ((EXPERIMENT, {"n_total": n_total}), *groups)
    deal, found, warnings = totalled({"n_paper": NONE}, rows, SCHEMA)
    return found[0][1]["n_total"], deal["n_paper"], warnings


def test_participants_are_groups_times_those_in_each_with_both_sources():
    cells = {
        "n_total": NONE,
        "n_per_group": stated(12, "twelve a group"),
        "num_groups": stated(2, "two"),
    }
    made = products(cells, SCHEMA)["n_total"]

    assert (made.value, made.origin) == (24, Origin.DERIVED)
    assert made.derivation.formula == "n_per_group x num_groups"
    assert [one.quote for one in made.evidence] == ["twelve a group", "two"]


def test_what_is_stated_is_not_computed():
    cells = {
        "n_total": stated(23, "23"),
        "n_per_group": stated(12, "12"),
        "num_groups": stated(2, "2"),
    }

    assert products(cells, SCHEMA) == {}


def test_an_experiments_participants_are_the_sum_of_its_groups():
    n_total, _, warnings = totals(group(1, stated(16, "n = 16")), group(2, stated(14, "n = 14")))

    assert (n_total.value, warnings) == (30, [])
    assert [one.quote for one in n_total.evidence] == ["n = 16", "n = 14"]


def test_nothing_is_summed_while_a_group_is_not_known():
    n_total, _, _ = totals(group(1, stated(16, "n = 16")), group(2, NONE))

    assert n_total == NONE


def test_groups_that_do_not_add_up_are_warned_of():
    _, _, warnings = totals(
        group(1, stated(16, "a")), group(2, stated(14, "b")), n_total=stated(40, "c")
    )

    assert warnings == [
        "Experiment 1: The groups' participants do not add up to the experiment's. (40, not 30)"
    ]


def test_parts_that_only_rounding_keeps_from_their_total_add_up():
    parts = (group(number, stated(part, str(part))) for number, part in enumerate((0.1, 0.2)))
    _, _, warnings = totals(*parts, n_total=stated(0.3, "0.3"))

    assert warnings == []
