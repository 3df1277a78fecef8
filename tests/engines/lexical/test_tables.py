from factsheet_service.engines.lexical.flat import flatten
from factsheet_service.engines.lexical.quantities import percents
from factsheet_service.engines.lexical.tables import column_heads, header_of, rows_of


def read(text):
    flat = flatten(text)
    region = (0, len(flat.text))
    rows = rows_of(flat, list(percents(flat.text, *region)), region)
    return flat, rows, header_of(flat, rows, region)


FIXED_PITCH = """The rates are as follows:

Pricing    Consolidated      Commitment   Eurodollar Rate +       Base
 Level    Leverage Ratio        Fee       Letters of Credit      Rate +
-------   --------------     ----------   -----------------      ------
   1      < 1.50:1             0.200%          1.250%            0.250%
   2      > 1.50:1             0.250%          1.500%            0.500%
"""


def test_wrapped_heads_belong_to_the_column_below_them():
    flat, rows, header = read(FIXED_PITCH)
    assert column_heads(flat, rows, header) == [
        "Commitment Fee",
        "Eurodollar Rate + Letters of Credit",
        "Base Rate +",
    ]


def test_heads_and_figures_that_tabs_part_are_counted():
    text = "Rates:\nLevel\tFee\tMargin\nI\t0.20%\t1.25%\nII\t0.25%\t1.50%\n"
    flat, rows, header = read(text)
    assert column_heads(flat, rows, header) == ["Fee", "Margin"]


def test_columns_that_do_not_line_up_have_no_heads_by_layout():
    text = (
        "Rates:\nLevel   Fee   Margin\nnone or one   0.20%   1.25%\nII   0.25%   1.50%\nor   so\n"
    )
    flat, rows, _ = read(text)
    assert column_heads(flat, rows, (7, rows[0].cells[0].start)) == ["Fee", "Margin"]
    assert column_heads(flat, rows, (7, 12)) is None


def test_figures_without_a_sign_count_in_the_unit_that_the_text_names():
    text = (
        "The percentages in basis points:\nRating   A   B\nMargin   17.5   22.0\nFee   5.0   6.0\n"
    )
    _, rows, _ = read(text)
    assert [[cell.value for cell in row.cells] for row in rows] == [
        ["0.175%", "0.22%"],
        ["0.05%", "0.06%"],
    ]


def test_figures_without_a_sign_or_unit_are_no_rows():
    flat = flatten("A table:\nMargin   17.5   22.0\nFee   5.0   6.0\n")
    assert rows_of(flat, [], (0, len(flat.text))) == []


GROUPED = """The rates are as follows:

              Eurodollar Margin         Base Margin
            -------------------     -------------------
            Revolving     Term      Revolving     Term     Fee
 Tier         Loans       Loans       Loans      Loans
 ----       ---------    -------    ---------   -------   ------
  I            5/8%       7/8%          0%         0%       1/5%
  II           7/8%     1-1/8%          0%         0%       1/4%
"""


def test_a_head_over_a_rule_belongs_to_all_columns_under_the_rule():
    flat, rows, header = read(GROUPED)
    assert column_heads(flat, rows, header) == [
        "Eurodollar Margin Revolving Loans",
        "Eurodollar Margin Term Loans",
        "Base Margin Revolving Loans",
        "Base Margin Term Loans",
        "Fee",
    ]
    assert rows[1].cells[1].value == "1.125%"
