"""The page: self-contained, escaped, one click from a value to its sentence."""

from html.parser import HTMLParser

import pytest
from factsheet_schemas.record import Alternative
from factsheet_service.reports.views import views_of
from factsheet_service.reports.views.page import html_page
from support.build import cite, make_document, make_schema
from support.records import absent, make_document_record, make_record, present

HOSTILE = "<script>alert(1)</script>"
SCHEMA = make_schema(
    ladders=[{"metric": "DSCR", "rungs": [{"field": "margin", "consequence": "lock-up"}]}]
)
DOCUMENT = make_document(f"Before the words.\n\nThe Margin is 2.25 per cent. {HOSTILE} and after.")
QUOTE = "The Margin is 2.25 per cent."


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.anchors, self.marked = set(), [], set(), []
        self._is_marked = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self._is_marked = tag == "mark"
        self.links += [value for name, value in attrs if name in ("href", "src")]
        self.anchors |= {value for name, value in attrs if name == "id"}

    def handle_data(self, data):
        if self._is_marked:
            self.marked.append(data)
            self._is_marked = False


@pytest.fixture
def text():
    base = make_record()
    lost = Alternative(
        value=3.0, as_written="3%", evidence=(cite(DOCUMENT, HOSTILE),), reason=HOSTILE
    )
    margin = present(2.25, evidence=(cite(DOCUMENT, QUOTE),), alternatives=(lost,))
    deal = {"borrower": present(HOSTILE, evidence=(cite(DOCUMENT, HOSTILE),))}
    row = base.facilities[0].model_copy(
        update={"name": f"A {HOSTILE}", "fields": {"margin": margin, "hedged": absent()}}
    )
    document = make_document_record(f"{HOSTILE}.txt", id=DOCUMENT.id)
    run = base.run.model_copy(update={"documents": {DOCUMENT.id: DOCUMENT.sha256}})
    record = base.model_copy(
        update={"facilities": (row,), "documents": (document,), "run": run, "deal": deal}
    )
    views = views_of(record, SCHEMA, (DOCUMENT,))
    return html_page(record, SCHEMA, views, (DOCUMENT,)).decode()


def test_every_link_leads_to_a_place_on_the_page(text):
    page = Page(text)
    assert page.links
    assert {link.removeprefix("#") for link in page.links} <= page.anchors


def test_a_value_leads_to_its_sentence_in_its_context(text):
    value = text.index(">2.25%</a>")
    anchor = text[text.rindex('href="#', 0, value) + 7 : value].rstrip('"')
    section = text[text.index(f'id="{anchor}"') :]
    section = section[: section.index("</section>")]
    assert f"<mark>{QUOTE}</mark>" in section
    assert "Before the words." in section
    assert "and after." in section


def test_nothing_of_a_document_is_ever_markup(text):
    assert "script" not in Page(text).tags
    assert HOSTILE not in text
    assert HOSTILE in Page(text).marked


def test_the_page_asks_for_nothing_from_outside(text):
    assert Page(text).tags.isdisjoint({"link", "img", "iframe", "object", "form"})
    assert all(link.startswith("#") for link in Page(text).links)
    assert "default-src 'none'" in text


def test_a_quote_whose_text_is_not_at_hand_is_shown_without_context():
    record = make_record()
    page = html_page(record, SCHEMA, views_of(record, SCHEMA), ()).decode()
    assert "<mark>as written</mark>" in page
