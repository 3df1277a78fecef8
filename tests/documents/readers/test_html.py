import pytest
from factsheet_service.documents.readers.html import html_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two  \n three</p>", "One\n\nTwo three"),
        ("<div><p>One</p>tail</div>", "One\n\ntail"),
        ("One<br>Two", "One\nTwo"),
        ("<p>1<b>2</b>3</p>", "123"),
        ("<script>x()</script><style>p{}</style><title>t</title><p>One</p><!-- no -->", "One"),
        ("<p>Term&shy;ination &amp; Fee&nbsp;x</p>", "Termination & Fee\xa0x"),
        ("<ul><li>One<li>Two</ul>", "One\n\nTwo"),
    ],
)
def test_blocks_are_paragraphs(html: str, text: str) -> None:
    assert html_text(html) == text


def test_table_rows_stand_on_one_line_in_their_place() -> None:
    html = """<p>Pricing</p><table><tr><th>Level</th><th>Margin</th></tr>
    <tr><td><p>I</p></td><td></td><td>2.25<br>%</td></tr></table><p>After</p>"""
    assert html_text(html) == "Pricing\n\nLevel | Margin\nI | 2.25 %\n\nAfter"


def test_preformatted_text_keeps_its_lines_and_columns() -> None:
    html = "<pre>Level     Margin\nI         2.25%\n\nAfter</pre>"
    assert html_text(html) == "Level     Margin\nI         2.25%\n\nAfter"


def test_a_page_nested_deeper_than_recursion_allows_is_read() -> None:
    assert "inside" in html_text("<div>" * 3000 + "inside" + "</div>" * 3000)


def test_bytes_are_decoded_as_the_page_says() -> None:
    page = '<meta charset="iso-8859-15"><p>5 €</p>'.encode("iso-8859-15")
    assert html_text(page) == "5 €"
