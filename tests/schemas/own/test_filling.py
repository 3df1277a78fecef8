import pytest
from factsheet_schemas import FacilityRecord, Status
from factsheet_schemas.own import fill
from support.own import own_loan, with_properties
from support.records import absent, make_record, present

DAY = {"date": "2024-05-03", "precision": "day"}


def filled(own, deal=None, rows=()):
    return fill(own, make_record(deal=deal or {}, facilities=tuple(rows)))


def row(id_, entity, fields, parent=None):
    cells = {key: present(value) for key, value in fields.items()}
    return FacilityRecord(id=id_, name=id_, entity=entity, parent=parent, fields=cells)


def test_values_stand_where_their_leaves_are():
    deal = {
        "borrower": present("Alpha Ltd"),
        "lenders": present(["Bank One", "Bank Two"]),
        "limit": present({"amount": 250_000_000, "currency": "EUR"}),
        "terms_kind": present("term"),
        "signed": present(DAY),
        "secured": present("No"),
    }
    assert filled(own_loan(), deal).value == {
        "borrower": "Alpha Ltd",
        "lenders": ["Bank One", "Bank Two"],
        "limit": {"amount": 250_000_000, "currency": "EUR"},
        "terms": {"kind": "term", "signed": "2024-05-03", "secured": False, "version": 2},
        "tranches": [],
    }


def test_what_is_not_said_is_null_where_that_is_allowed_and_else_left_out():
    value = filled(own_loan(), {"borrower": present("A")}).value
    assert value["terms"] == {"kind": None, "signed": None, "secured": None, "version": 2}
    assert value["limit"] == {"amount": None, "currency": None}
    assert value["lenders"] == []


def test_a_required_leaf_without_a_value_is_a_gap_with_its_reason():
    (gap, *_) = filled(own_loan(), {"borrower": absent(windows_asked=12)}).gaps
    assert (gap.pointer, gap.message) == ("/borrower", "NOT_FOUND in 12 windows")


def test_what_is_only_possible_is_no_value():
    cell = present("Alpha").model_copy(update={"status": Status.POSSIBLY_PRESENT})
    assert "borrower" not in filled(own_loan(), {"borrower": cell}).value


def test_rows_are_items_and_rows_within_them_items_of_theirs():
    rows = (
        row("f1", "tranches", {"tranche_name": "A", "margin": 2.25}),
        row("f2", "tranches", {"tranche_name": "B"}),
        row("f3", "fees", {"fee_name": "Arrangement", "fee_rate": 1.0}, parent="f2"),
    )
    assert filled(own_loan(), {}, rows).value["tranches"] == [
        {"name": "A", "margin": 2.25, "fees": []},
        {"name": "B", "fees": [{"name": "Arrangement", "rate": 1}]},
    ]


def test_every_leaf_tells_the_cell_that_it_is_read_from():
    rows = (row("f1", "tranches", {"tranche_name": "A", "margin": 2.25}),)
    leaves = filled(own_loan(), {"limit": present({"amount": 1, "currency": "EUR"})}, rows).leaves
    assert leaves["/limit/currency"].field == "limit"
    assert (leaves["/tranches/0/margin"].field, leaves["/tranches/0/margin"].row) == (
        "margin",
        "f1",
    )


def test_an_item_of_a_list_has_its_own_source():
    leaves = filled(own_loan(), {"lenders": present(["Bank One", "Bank Two"])}).leaves
    assert (leaves["/lenders"].item, leaves["/lenders/1"].item) == (None, 1)


def test_an_item_that_cannot_be_written_is_a_gap_and_the_others_stand():
    own = with_properties(x={"type": "array", "items": {"type": "string", "format": "date"}})
    found = filled(own, {"x": present([{"date": "2031", "precision": "year"}, DAY])})
    assert found.value == {"x": ["2024-05-03"]}
    assert found.leaves["/x/0"].item == 1
    assert [gap.message for gap in found.gaps] == ["only 2031 is known, without month"]


def test_an_answer_that_could_not_be_had_is_told_of_where_null_stands_for_it():
    failed = absent(Status.FAILED, reason="the server timed out")
    found = filled(own_loan(), {"borrower": present("A"), "signed": failed, "lenders": failed})
    assert (found.value["terms"]["signed"], found.value["lenders"]) == (None, [])
    told = {gap.pointer: gap.message for gap in found.gaps}
    assert told["/terms/signed"] == told["/lenders"] == "FAILED: the server timed out"


def test_an_optional_object_of_which_nothing_is_known_is_null_or_left_out():
    inner = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    own = with_properties(a=inner, b={"anyOf": [inner, {"type": "null"}]})
    found = filled(own)
    assert found.value == {"b": None}
    assert found.gaps == ()


def test_an_object_left_out_since_its_answer_could_not_be_had_is_told_of():
    inner = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    found = filled(with_properties(a=inner), {"a_name": absent(Status.FAILED)})
    assert found.value == {}
    assert [gap.pointer for gap in found.gaps] == ["/a/name"]


def test_a_value_of_the_whole_that_all_rows_agree_on_is_taken():
    rows = (
        row("f1", "tranches", {"terms_kind": "term"}),
        row("f2", "tranches", {"terms_kind": "term"}),
    )
    assert filled(own_loan(), {}, rows).value["terms"]["kind"] == "term"
    for other in ({"terms_kind": "revolving"}, {}):  # one that is silent does not agree
        apart = (rows[0], row("f2", "tranches", other))
        assert filled(own_loan(), {}, apart).value["terms"]["kind"] is None


def test_a_date_too_coarse_for_its_form_is_a_gap():
    own = with_properties(ends={"type": "string", "format": "date"})
    found = filled(own, {"ends": present({"date": "2031-03", "precision": "month"})})
    assert found.value == {}
    assert found.gaps[0].message == "only 2031-03 is known, without day"


@pytest.mark.parametrize(
    ("node", "value", "expected"),
    [
        ({"type": "number", "description": "percent, as a fraction"}, 2.25, 0.0225),
        ({"type": "integer", "description": "in basis points"}, 2.25, 225),
        ({"type": "number", "description": "percent"}, 2.0, 2),
        ({"type": "string", "description": "as MM/YYYY"}, {"date": "2031-03"}, "03/2031"),
        ({"enum": [1, 2]}, "2", 2),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, ["b"], ["b"]),
        ({"type": "array", "items": {"type": "string", "format": "date"}}, [DAY], ["2024-05-03"]),
    ],
)
def test_a_value_is_written_in_its_leaf_s_form(node, value, expected):
    assert filled(with_properties(x=node), {"x": present(value)}).value == {"x": expected}
