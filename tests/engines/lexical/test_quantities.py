import pytest
from factsheet_service.engines.lexical.calendar import dates, periods, tenors
from factsheet_service.engines.lexical.quantities import amounts, percents, ratios


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("one-quarter of one percent per annum", "0.25%"),
        ("1/4 of 1%", "0.25%"),
        ("225 basis points", "2.25%"),
        ("three-quarters of one percent (0.75%)", "0.75%"),
        ("six and one quarter percent (6.25%)", "6.25%"),
        ("1.75 percentage points", "1.75%"),
        ("40 per cent. of", "40%"),
        ("1 3/4%", "1.75%"),
        (".375%", "0.375%"),
        ("-0.50%", "-0.5%"),
    ],
)
def test_percentages_in_figures_and_words(text, value):
    assert [found.value for found in percents(text, 0, len(text))] == [value]


def test_a_percentage_rate_is_no_percentage():
    assert list(percents("one percentage of three", 0, 23)) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("U.S.$165,000,000", "USD 165,000,000"),
        ("EUR 250 million", "EUR 250,000,000"),
        ("20,000,000 Dollars", "USD 20,000,000"),
        ("$ 91,532,846.72", "USD 91,532,846.72"),
        ("$1.25 billion", "USD 1,250,000,000"),
        ("£20.5m", "GBP 20,500,000"),
    ],
)
def test_amounts_with_currency_and_scale(text, value):
    assert [found.value for found in amounts(text, 0, len(text))] == [value]


@pytest.mark.parametrize("text", ["1.25:1.00", "1.25 to 1.00", "1.25x"])
def test_ratios(text):
    assert [found.value for found in ratios(text, 0, len(text))] == ["1.25x"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("September 30, 2002", "2002-09-30"),
        ("1 March 2031", "2031-03-01"),
        ("the 8th day of January, 2015", "2015-01-08"),
        ("March 2031", "2031-03"),
        ("February 31, 2002", None),
    ],
)
def test_dates_are_as_precise_as_stated(text, value):
    assert [found.value for found in dates(text, 0, len(text))] == ([value] if value else [])


@pytest.mark.parametrize(
    ("text", "iso", "later"),
    [
        ("third anniversary", "P3Y", "2003-08-09"),
        ("364 days", "P364D", "2001-08-08"),
        ("five (5) years", "P5Y", "2005-08-09"),
        ("sixty months", "P60M", "2005-08-09"),
    ],
)
def test_periods_reach_from_a_date(text, iso, later):
    (period,) = periods(text, 0, len(text))
    assert (period.iso, period.after("2000-08-09")) == (iso, later)


def test_tenors_with_figures_in_brackets():
    text = "one (1), two (2), three (3) or six (6) months"
    assert [found.value for found in tenors(text, 0, len(text))] == ["1M, 2M, 3M, 6M"]


@pytest.mark.parametrize(
    ("written", "percent"),
    [("1-1/8%", 1.125), ("six and 85/100 percent (6.85%)", 6.85), ("1,85 por ciento", 1.85)],
)
def test_percentages_of_other_drafters(written, percent):
    assert [found.number for found in percents(written, 0, len(written))] == [percent]
