import json

from bench import rival_reading

PROMPT = """Extract.

Examples
Q: "Margin" means 1 %.
A: {{"extractions": []}}

Q: {chunk}
A: """


def item(field, quotes, names=(), value="2.25%", needs_all=False):
    return {
        "field": field,
        "names": list(names),
        "value": value,
        "quotes": quotes,
        "needs_all": needs_all,
    }


def extractions(chunk, *items, rows=(["Facility A"], ["Facility B"])):
    book = {"rows": [list(row) for row in rows], "items": list(items)}
    return json.loads(rival_reading.answer(PROMPT.format(chunk=chunk), [book]))["extractions"]


def test_its_prompts_are_told_from_ours():
    assert rival_reading.is_asked(PROMPT.format(chunk="x"))
    assert not rival_reading.is_asked("1 A line.\n\nQuestion: which facilities?")


def test_a_value_is_given_with_the_words_of_the_chunk():
    found = extractions(
        "The Margin\nis 2.25 % on Facility A.", item("spread", ["Margin is 2.25 %"])
    )

    assert found == [
        {
            "spread": "Margin\nis 2.25 %",
            "spread_attributes": {"value": "2.25%", "facility": ""},
        }
    ]


def test_a_facility_is_named_where_the_chunk_names_it():
    (found,) = extractions("Facility B: 2.25 %", item("spread", ["2.25 %"], ["Facility B"]))

    assert found["spread_attributes"]["facility"] == "Facility B"


def test_what_the_chunk_does_not_state_is_not_said():
    assert extractions("Nothing here.", item("spread", ["2.25 %"])) == []


def test_a_value_of_a_facility_that_the_chunk_does_not_name_is_not_said():
    assert extractions("It is 2.25 %.", item("spread", ["2.25 %"], ["Facility B"])) == []


def test_a_sum_is_said_only_where_all_its_parts_stand():
    total = item("limit", ["100", "200"], needs_all=True)

    assert extractions("100 alone", total) == []
    assert len(extractions("100 and 200", total)) == 1


def test_a_schedule_is_said_once():
    assert len(extractions("1 Jan, 2 Feb", item("repayment_schedule", ["1 Jan", "2 Feb"]))) == 1
