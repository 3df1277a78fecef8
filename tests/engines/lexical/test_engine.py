from factsheet_schemas.catalog import parse_schema
from factsheet_schemas.lexicon import Lexicon
from factsheet_service.core.questions import Kind, Question
from factsheet_service.engines.lexical import LexicalEngine
from support.lexical import document_of, windows_of

MARGIN = [{"kind": "definition", "terms": ["margin"]}]
TWO_TRANCHES = """THIS AGREEMENT is dated 14 June 2019.

"Facility A Commitment" means EUR 120,000,000.

"Facility B Commitment" means EUR 45,000,000.

"Margin" means:
(a) in relation to Facility A, 1.75 per cent. per annum; and
(b) in relation to Facility B, 2.00 per cent. per annum.
"""


def values(rows, field):
    return {(row.facilities, row.value) for row in rows if row.field == field}


async def test_each_value_belongs_to_the_tranche_named_in_its_limb(ask, lexicon_of):
    rows = await ask(TWO_TRANCHES, lexicon_of(margin=MARGIN))
    assert values(rows, "margin") == {(("Facility A",), "1.75%"), (("Facility B",), "2%")}


async def test_a_value_that_names_no_tranche_belongs_to_all(ask, lexicon_of):
    text = TWO_TRANCHES.partition('"Margin"')[0] + '"Margin" means 3.00 per cent. per annum.\n'
    rows = await ask(text, lexicon_of(margin=MARGIN))
    assert values(rows, "margin") == {((), "3%")}


async def test_its_values_are_found_by_words_alone(ask, lexicon_of):
    rows = await ask(TWO_TRANCHES, lexicon_of(margin=MARGIN))
    assert {row.is_by_words for row in rows if row.field == "margin"} == {True}


async def test_every_row_cites_lines_and_a_span_of_its_window(ask, schema, lexicon_of):
    lexicon = lexicon_of(margin=MARGIN)
    engine = LexicalEngine(schema, lexicon)
    document = document_of("Preamble of the deed.\n" * 60 + TWO_TRANCHES)
    for window in windows_of(document):
        for kind in (Kind.GROUP, Kind.DETECT, Kind.DEEP):
            answer = await engine.ask(window, Question(kind, "all", tuple(schema.fields())))
            for row in answer.rows:
                start, end = row.spans[0]
                assert window.start <= start < end <= window.end
                cited = [line for line in window.lines if line.number in row.lines]
                assert cited
                assert cited[0].start <= start < cited[-1].end


async def test_detection_names_each_tranche_with_its_other_names(ask, lexicon_of):
    rows = await ask(TWO_TRANCHES, lexicon_of(), Kind.DETECT)
    assert {row.value for row in rows} == {"Facility A", "Facility B"}
    assert all(row.field == "name" for row in rows)
    assert "Facility A Commitment" in next(r for r in rows if r.value == "Facility A").facilities


async def test_verification_finds_nothing_wrong(ask, lexicon_of):
    assert await ask(TWO_TRANCHES, lexicon_of(margin=MARGIN), Kind.VERIFY) == []


async def test_a_deep_question_also_gets_what_lost(ask, lexicon_of):
    finders = [
        {"kind": "definition", "terms": ["margin"], "score": 0.9},
        {"kind": "pattern", "regex": "spread of (?P<value>[0-9.]+%)", "score": 0.8},
    ]
    text = '"Loan" means the loan.\n\n"Margin" means 2.00%.\n\nA spread of 1.25% once applied.\n'
    lexicon = lexicon_of(margin=finders)
    assert values(await ask(text, lexicon), "margin") == {((), "2%")}
    assert ((), "1.25%") in values(await ask(text, lexicon, Kind.DEEP), "margin")


async def test_the_document_is_read_once_for_all_its_windows(schema, lexicon_of, monkeypatch):
    from factsheet_service.engines.lexical import engine as module

    read = []
    real = module.read_document

    def counted(document, *rest):
        read.append(document.id)
        return real(document, *rest)

    monkeypatch.setattr(module, "read_document", counted)
    engine = LexicalEngine(schema, lexicon_of())
    windows = windows_of(document_of("A line.\n" * 200))
    for window in windows:
        await engine.ask(window, Question(Kind.DETECT, "detect", ()))
    assert len(windows) > 1
    assert len(read) == 1


async def test_a_schema_without_lexicon_is_answered_from_its_labels(ask):
    data = {
        "name": "papers",
        "version": "1",
        "title": "Papers",
        "subject": {"kind": "folder", "label": "paper"},
        "entities": [
            {
                "key": "experiment",
                "label": "Experiment",
                "plural": "experiments",
                "name_field": "title",
                "description": "one experiment",
                "unnamed": "Experiment",
            }
        ],
        "groups": [
            {
                "key": "design",
                "title": "Design",
                "fields": [
                    {"key": "title", "label": "Name", "type": "text", "scope": "experiment"},
                    {
                        "key": "rotation",
                        "label": "Rotation",
                        "type": "number",
                        "unit": "degrees",
                        "scope": "experiment",
                        "aliases": ["perturbation"],
                    },
                    {"key": "lab", "label": "Laboratory", "type": "text", "scope": "deal"},
                ],
            }
        ],
    }
    papers = parse_schema(data, "papers")
    text = "Laboratory: Motor Lab\nExperiment 1\nPerturbation: 45 degrees\n"
    rows = await ask(text, Lexicon(), Kind.GROUP, papers)
    assert {(row.field, row.value) for row in rows} == {("lab", "Motor Lab"), ("rotation", "45")}


async def test_a_label_without_a_stated_value_gives_no_row(ask, lexicon_of):
    assert values(await ask("Margin: not specified\n", lexicon_of()), "margin") == set()


async def test_probe_says_that_it_cannot_verify(schema, lexicon_of):
    info = await LexicalEngine(schema, lexicon_of()).probe()
    assert (info.name, info.can_verify) == ("lexical", False)


async def test_a_schema_without_a_lexicon_is_said_to_be_read_by_labels_alone(schema):
    info = await LexicalEngine(schema, Lexicon()).probe()
    assert "no lexicon.toml" in info.warnings[0]
