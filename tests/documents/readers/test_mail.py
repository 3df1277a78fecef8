from email.message import EmailMessage

import pytest
from factsheet_schemas import DocumentStatus


@pytest.fixture
def message() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ada <ada@a.example>", "b@b.example", "Consent é"
    mail.set_content("The Margin is 2.25%.\n")
    return mail


HEAD = "From: Ada <ada@a.example>\nTo: b@b.example\nSubject: Consent é\n\n"


async def test_headers_and_body_are_one_text(read_files, message: EmailMessage) -> None:
    (document,) = await read_files({"mail.eml": message.as_bytes()})
    assert document.text == f"{HEAD}The Margin is 2.25%."
    assert document.media_type == "message/rfc822"


async def test_a_message_is_known_without_its_extension(read_files, message) -> None:
    (document,) = await read_files({"mail": message.as_bytes()})
    assert document.media_type == "message/rfc822"


async def test_attachments_are_documents_of_their_own(read_files, message, make_pdf) -> None:
    message.add_attachment(
        make_pdf(["Facility A"]), maintype="application", subtype="pdf", filename="../a.pdf"
    )
    documents = await read_files({"mail.eml": message.as_bytes()})
    assert [(d.name, d.text[:10]) for d in documents] == [
        ("mail.eml", "From: Ada "),
        ("mail.eml/a.pdf", "Facility A"),
    ]


async def test_a_message_inside_a_message_is_read(read_files, message) -> None:
    outer = EmailMessage()
    outer["From"] = "c@c.example"
    outer.set_content("See below")
    outer.add_attachment(message)
    documents = await read_files({"mail.eml": outer.as_bytes()})
    assert [d.name for d in documents] == ["mail.eml", "mail.eml/attachment-1.eml"]
    assert "2.25%" in documents[1].text


async def test_html_alone_is_read_as_text(read_files) -> None:
    mail = EmailMessage()
    mail["From"] = "a@a.example"
    mail.set_content("<p>One</p><p>Two</p>", subtype="html")
    (document,) = await read_files({"mail.eml": mail.as_bytes()})
    assert document.text == "From: a@a.example\n\nOne\n\nTwo"


async def test_a_charset_that_does_not_exist_loses_no_body(read_files) -> None:
    mail = b"From: a@a.example\nContent-Type: text/plain; charset=x-none\n\n5 \x80\n"
    (document,) = await read_files({"mail.eml": mail})
    assert document.status is DocumentStatus.OK
    assert "5 " in document.text
