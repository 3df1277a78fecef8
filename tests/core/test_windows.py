import pytest
from factsheet_service.core.windows import MAX_LINES, cut_windows, estimate_tokens, part_of
from support.build import make_document

CLAUSE = "The Borrower shall pay interest on each Loan on the last day of its Interest Period. "


def agreement(num_clauses):
    parts = [
        f"SECTION {n}\n\n{n}.1 Payment of interest\n\n{CLAUSE * 6}" for n in range(1, num_clauses)
    ]
    return make_document("\n\n".join(parts))


def test_windows_hold_every_line_once_and_in_order():
    document = agreement(12)
    lines = [line for window in cut_windows(document, 400) for line in window.lines]
    text = "".join(document.text[line.start : line.end] for line in lines)
    assert "".join(text.split()) == "".join(document.text.split())


def test_windows_keep_to_their_budget():
    assert all(window.num_tokens <= 440 for window in cut_windows(agreement(12), 400))


def test_lines_are_numbered_from_one_in_each_window():
    for window in cut_windows(agreement(12), 400):
        assert [line.number for line in window.lines] == list(range(1, len(window.lines) + 1))


def test_windows_are_cut_at_headings_where_one_stands_near():
    later = cut_windows(agreement(30), 800)[1:]
    assert all(window.lines[0].text.startswith("SECTION") for window in later)


def test_the_heading_path_goes_on_in_the_next_window():
    document = make_document("SECTION 9\n\n9.1 Interest\n\n" + CLAUSE * 60)
    second = cut_windows(document, 400)[1]
    assert second.headings == ("SECTION 9", "9.1 Interest")
    assert second.render().startswith("[SECTION 9 > 9.1 Interest]\n1 ")


def test_a_cut_table_repeats_its_first_row():
    rows = "\n".join(f"Bank {n} | EUR {n},000,000" for n in range(1, 80))
    second = cut_windows(make_document("Lender | Commitment\n" + rows), 300)[1]
    assert second.table_header == "Lender | Commitment"


def test_a_window_depends_on_its_document_alone():
    one, two = (cut_windows(make_document("A | B\n" + CLAUSE * 9), 200) for _ in range(2))
    assert [window.render() for window in one] == [window.render() for window in two]


def test_a_part_of_a_window_keeps_its_lines_numbers_and_what_they_stand_under():
    document = make_document("SECTION 9\n\n9.1 Interest\n\n" + CLAUSE * 6)
    (window,) = cut_windows(document, 2000)
    part = part_of(window, 3, len(window.lines))

    assert part.lines == window.lines[3:]
    assert part.render().startswith("[SECTION 9 > 9.1 Interest]\n4 ")
    assert part.num_tokens < window.num_tokens


@pytest.mark.parametrize("index", [0, 1])
def test_a_part_that_begins_within_a_table_repeats_its_first_row(index):
    rows = "\n".join(f"Bank {n} | EUR {n},000,000" for n in range(1, 80))
    window = cut_windows(make_document("Lender | Commitment\n" + rows), 300)[index]

    assert part_of(window, 5, 9).table_header == "Lender | Commitment"


def test_an_empty_document_has_no_window():
    assert cut_windows(make_document(" \n \n"), 400) == ()


def test_a_window_of_short_rows_has_no_more_lines_than_an_answer_can_cite():
    rows = make_document("\n".join(f"{n} | {n % 7}" for n in range(3000)))
    assert max(len(window.lines) for window in cut_windows(rows, 6500)) <= MAX_LINES


def test_figures_cost_a_token_for_each_digit_and_mark():
    assert estimate_tokens("1,234,567.89 | 2.125%") >= 19


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        (
            "Kredytobiorca zobowiązuje się do spłaty Kredytu w równych ratach kwartalnych,"
            " począwszy od dnia 31 marca 2025 r. Marża wynosi 2,25 punktu procentowego w skali"
            " roku.",
            65,
        ),
        (
            "Lainanottaja sitoutuu maksamaan Lainan takaisin yhtä suurina neljännesvuosittaisina"
            " erinä, alkaen 31. maaliskuuta 2025. Marginaali on 2,25 prosenttiyksikköä vuodessa.",
            75,
        ),
        (
            "Ο Δανειολήπτης υποχρεούται να αποπληρώσει το Δάνειο σε ίσες τριμηνιαίες δόσεις, αρχής"
            " γενομένης από τις 31 Μαρτίου 2025. Το Περιθώριο ανέρχεται σε 2,25% ετησίως.",
            143,
        ),
        (
            "Заёмщик обязуется погасить Кредит равными ежеквартальными платежами, начиная с 31"
            " марта 2025 года. Маржа составляет 2,25 процентного пункта годовых.",
            55,
        ),
    ],
    ids=["polish", "finnish", "greek", "russian"],
)
def test_other_languages_cost_about_what_qwen_counts(text, counted):
    assert 0.65 <= estimate_tokens(text) / counted <= 1.4


GAPPED = make_document(
    "SECTION 1\n\n1.1 Notices\n\n"
    + CLAUSE * 2
    + "\n\n1.2 Margin\n\nThe Margin is two per cent a year over the reference rate.\n\n"
    + CLAUSE * 2
)


def lines_with(document, *words):
    (whole,) = cut_windows(document, 2000)
    return [n for n, line in enumerate(whole.lines) if any(word in line.text for word in words)]


def test_only_the_lines_that_are_shown_are_in_a_window():
    (window,) = cut_windows(GAPPED, 2000, lines_with(GAPPED, "SECTION 1", "Margin is"))
    assert [(line.number, line.text[:10]) for line in window.lines] == [
        (1, "SECTION 1"),
        (2, "The Margin"),
    ]


def test_a_gap_is_marked_with_the_heading_that_the_text_behind_it_stands_under():
    (window,) = cut_windows(GAPPED, 2000, lines_with(GAPPED, "SECTION 1", "Margin is"))
    assert window.render().split("\n")[1] == "[1.2 Margin]"


def test_a_gap_under_the_same_heading_is_marked_as_one():
    shown = lines_with(GAPPED, "1.1", "Interest Period")
    (window,) = cut_windows(GAPPED, 2000, [shown[0], shown[2]])
    assert window.render() == f"[SECTION 1]\n1 1.1 Notices\n[...]\n2 {CLAUSE.strip()}"


def test_the_text_of_a_window_is_what_it_shows():
    (window,) = cut_windows(GAPPED, 2000, lines_with(GAPPED, "SECTION 1", "Margin is"))
    assert window.text == ("SECTION 1\nThe Margin is two per cent a year over the reference rate.")


def test_a_table_that_goes_on_behind_a_gap_shows_its_first_row():
    rows = "\n".join(f"Bank {n} | EUR {n},000,000" for n in range(1, 9))
    document = make_document("The lenders are these:\n\nLender | Commitment\n" + rows)
    (window,) = cut_windows(document, 2000, lines_with(document, "lenders", "Bank 5", "Bank 8"))
    assert window.render().split("\n")[1:] == [
        "[...]",
        "[table: Lender | Commitment]",
        "2 Bank 5 | EUR 5,000,000",
        "[...]",
        "3 Bank 8 | EUR 8,000,000",
    ]


def test_a_part_behind_a_gap_stands_under_the_gaps_heading():
    (window,) = cut_windows(GAPPED, 2000, lines_with(GAPPED, "SECTION 1", "Margin is", "Loan"))
    at = next(n for n, line in enumerate(window.lines) if "Margin is" in line.text)
    part = part_of(window, at + 1, len(window.lines))
    assert part.headings == ("SECTION 1", "1.2 Margin")


def test_a_window_shows_only_what_is_in_its_lines():
    (window,) = cut_windows(GAPPED, 2000, lines_with(GAPPED, "SECTION 1", "Margin is"))
    margin = GAPPED.text.index("The Margin is")
    notices = GAPPED.text.index("The Borrower")
    assert window.shows(margin, margin + 10)
    assert not window.shows(notices, notices + 10)
