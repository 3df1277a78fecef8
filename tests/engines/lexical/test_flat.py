from factsheet_service.engines.lexical.flat import flatten


def test_offsets_lead_back_to_the_document():
    text = "A  “quoted”\n\n  term\tand  more."
    flat = flatten(text)
    assert flat.text == 'A "quoted" term and more.'
    start = flat.text.index("term")
    assert text[slice(*flat.source((start, start + 8)))] == "term\tand"


def test_a_sentence_does_not_end_behind_an_abbreviation():
    flat = flatten("The U.S. Borrower of Acme Inc. and Co. pays. The Bank lends.")
    assert flat.text[slice(*flat.sentence(5))] == "The U.S. Borrower of Acme Inc. and Co. pays. "


def test_a_blank_line_inside_a_sentence_parts_nothing():
    flat = flatten("the amount of\n\nthe loan is due.")
    assert flat.sentence(0) == (0, len(flat.text))


def test_a_heading_holds_until_the_next():
    flat = flatten("Section 2.04. Repayment.\nText one.\n\nSection 2.05. Fees.\nText two.\n")
    assert flat.heading_at(flat.text.index("one")) == "Repayment"
    assert flat.heading_at(flat.text.index("two")) == "Fees"


def test_rows_of_a_table_of_contents_are_no_headings():
    assert flatten("SECTION 2.04. Repayment.......48\n").headings == []
