"""A report as one HTML page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from factsheet_service.evaluation.page import html_page
from factsheet_service.evaluation.report import evaluate
from support.build import make_schema
from support.scoring import gold, quoted_case, record

SCHEMA = make_schema()


@pytest.fixture(scope="module")
def page():
    report = evaluate([quoted_case()], SCHEMA, {"margin": 9.0})
    return BeautifulSoup(html_page(report, SCHEMA), "lxml")


def test_it_loads_nothing_from_elsewhere(page):
    assert not page.find_all(["script", "link", "img", "iframe", "object", "embed"])
    assert not page.find_all(attrs={"src": True}) + page.find_all(attrs={"href": True})
    assert "url(" not in str(page.style)
    assert "@import" not in str(page.style)
    assert "default-src 'none'" in page.find("meta", {"http-equiv": True})["content"]


def test_both_quotes_stand_there_with_their_page(page):
    quotes = [one.get_text(" ", strip=True) for one in page.select(".error blockquote")]
    assert quotes == [
        "The Margin is 2.25 per cent. a.txt, page 1",
        "Default Margin: 4 per cent <b> a.txt, page 1",
    ]


def test_text_of_documents_and_gold_is_no_markup(page):
    assert not page.select(".error b")


def test_the_reliability_diagram_has_a_dot_per_bin_with_values(page):
    diagram = page.find("svg", {"aria-label": "Reliability diagram"})
    titles = [one.get_text(strip=True) for one in diagram.find_all("title")]
    assert titles == ["0 of 1 right at 0.35", "1 of 1 right at 0.95"]


def test_groups_have_a_bar_per_reader(page):
    chart = page.find("svg", {"aria-label": "F1 by group"})
    assert [one.get_text(strip=True) for one in chart.find_all("title")] == [
        "test: 0.500, 1 right, 1 false, 1 missing",
        "constants: 0.000, 0 right, 1 false, 2 missing",
    ]


def test_fields_show_counts_beside_ratios(page):
    (line,) = (one for one in page.find_all("tr") if one.td and one.td.get_text() == "Margin")
    assert [one.get_text() for one in line.find_all("td")][1:4] == ["0", "1", "1"]


def test_what_it_took_stands_beside_each_company(page):
    (head,) = (one for one in page.find_all("tr") if "prompt tokens" in one.get_text())
    assert re.search(r"calls.*prompt tokens.*output tokens.*seconds", head.get_text(" "), re.DOTALL)


def test_a_report_without_values_is_a_page_too():
    empty = replace(quoted_case(), gold=gold(), record=record())
    assert "No value that counts" in html_page(evaluate([empty], SCHEMA, {}), SCHEMA)
