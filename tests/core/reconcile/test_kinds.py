"""Rows of several kinds: experiments, and groups within them."""

import pytest
from factsheet_schemas import Origin, Status
from factsheet_schemas.catalog import parse_schema
from factsheet_service.core.questions import Row
from factsheet_service.core.reconcile.assemble import Sources, assemble
from factsheet_service.core.reconcile.candidates import candidate
from factsheet_service.core.reconcile.cells import Asked
from factsheet_service.core.reconcile.kinds import of_kind, parents_of, resolve_in
from factsheet_service.core.reconcile.names import Mention
from factsheet_service.core.reconcile.rows import rows_of
from support.build import make_window

TEXT = """\
Experiment 1 had two groups.

The control group had 12 people.

The patient group had 9 people.

Experiment 2 had one group.

The control group had 14 people.

All of them were asked to reach."""


def field(key, scope, kind="text", **more):
    return {"key": key, "label": key, "type": kind, "scope": scope, **more}


SCHEMA = parse_schema(
    {
        "name": "papers",
        "version": "1",
        "title": "Papers",
        "subject": {"kind": "folder", "label": "paper"},
        "entities": [
            {
                "key": "experiment",
                "label": "experiment",
                "plural": "experiments",
                "name_field": "title",
                "description": "",
                "generic_words": ["experiment"],
                "unnamed": "The experiment",
            },
            {
                "key": "arm",
                "label": "arm",
                "plural": "arms",
                "name_field": "arm_name",
                "description": "",
                "generic_words": ["group", "the"],
                "parent": "experiment",
            },
        ],
        "groups": [
            {
                "key": "all",
                "title": "All",
                "fields": [
                    field("year", "deal", "year"),
                    field("title", "experiment"),
                    field("task", "experiment"),
                    field("arm_name", "arm"),
                    field("n", "arm", "integer"),
                ],
            }
        ],
        "rules": [
            {
                "kind": "together",
                "number": 1,
                "field": "task",
                "fields": ["n"],
                "message": "a task needs its people",
            }
        ],
    },
    "papers",
)
WINDOW = make_window(TEXT)
FIRST, SECOND = ("Experiment 1", 1), ("Experiment 2", 4)


def mention(name, line, entity="experiment", within=""):
    at = WINDOW.lines[line - 1]
    return Mention(name, (), WINDOW.document, ((at.start, at.end),), 1.0, entity, within)


MENTIONS = [
    mention(*FIRST),
    mention(*SECOND),
    mention("control group", 2, "arm", "Experiment 1"),
    mention("patient group", 3, "arm"),
    mention("control group", 5, "arm"),
]


def rows(mentions=MENTIONS):
    return rows_of(mentions, {}, SCHEMA)[0]


def called(found):
    return [row.called for row in found]


def test_rows_within_others_stand_behind_them_each_with_an_id_of_its_own():
    found = rows()
    assert called(found) == [
        "Experiment 1",
        "Experiment 2",
        "Experiment 1 > control group",
        "Experiment 1 > patient group",
        "Experiment 2 > control group",
    ]
    assert len({row.id for row in found}) == 5


def test_a_row_that_does_not_say_where_it_lies_lies_in_the_one_named_last():
    assert called(parents_of(mention("x", 5, "arm"), "experiment", rows(), SCHEMA)) == [
        "Experiment 2"
    ]


def test_a_row_in_none_of_several_is_warned_of_and_not_guessed():
    early = mention("early group", 1, "arm", "Experiment 9")
    found, warnings = rows_of([*MENTIONS, early], {}, SCHEMA)
    assert not [row for row in found if row.name == "early group"]
    assert warnings == ["arm 'early group' lies within no experiment"]


def test_no_row_found_is_one_unnamed_row_of_the_kind_that_has_such():
    (only,) = rows([])
    assert (only.name, only.entity) == ("The experiment", "experiment")


@pytest.mark.parametrize(
    ("name", "kind", "meant"),
    [
        ("Experiment 1 > control", "arm", ["Experiment 1 > control group"]),
        ("control", "arm", ["Experiment 1 > control group", "Experiment 2 > control group"]),
        ("Experiment 2", "arm", ["Experiment 2 > control group"]),
        ("Experiment 1 > control", "experiment", ["Experiment 1"]),
        ("Experiment 1 > nobody", "arm", []),
    ],
)
def test_what_a_name_means(name, kind, meant):
    assert called(resolve_in(name, kind, rows(), SCHEMA)) == meant


def sheet(*answers, schema=SCHEMA, mentions=MENTIONS):
    found = [
        candidate(schema.by_key[key], names, Row(key, names, value, (line,)), WINDOW, Origin.SWEEP)
        for key, names, value, line in answers
    ]
    return assemble(Sources(found, mentions, {}, lambda _: Asked(1, 1)), schema)


def values(one, key):
    return {row.called: cells[key].value for row, cells in one.rows if key in cells}


def test_a_value_goes_to_the_row_of_its_fields_kind():
    one = sheet(
        ("n", ("Experiment 1 > control",), "12", 2), ("n", ("Experiment 2 > control",), "14", 5)
    )
    assert values(one, "n") == {
        "Experiment 1 > control group": 12,
        "Experiment 1 > patient group": None,
        "Experiment 2 > control group": 14,
    }


def test_a_rule_is_checked_on_the_innermost_rows_that_it_speaks_of():
    one = sheet(("task", (), "reach", 6), ("n", ("Experiment 1",), "12", 2))
    assert one.warnings == ("Experiment 2 > control group: a task needs its people (rule 1)",)


def test_records_name_the_kind_and_the_row_around():
    records = {row.name: row for row in sheet().records()}
    assert records["patient group"].entity == "arm"
    assert records["patient group"].parent == records["Experiment 1"].id
    assert records["Experiment 1"].parent is None


def test_a_schema_without_rows_puts_everything_to_the_deal():
    flat = parse_schema(
        {
            "name": "flat",
            "version": "1",
            "title": "Flat",
            "subject": {"kind": "folder", "label": "paper"},
            "groups": [{"key": "g", "title": "G", "fields": [field("n", "deal", "integer")]}],
        },
        "flat",
    )
    one = sheet(("n", ("whoever",), "12", 2), schema=flat, mentions=[])
    assert one.deal["n"].status is Status.PRESENT
    assert (one.deal["n"].value, one.rows) == (12, ())


def test_a_value_of_a_kind_that_has_no_rows_is_told_and_not_dropped_in_silence():
    one = sheet(("n", (), "12", 2), mentions=MENTIONS[:2])
    (warning,) = one.warnings
    assert warning.startswith("n: '12': no arm found here")
    assert of_kind([row for row, _ in one.rows], "arm") == ()
