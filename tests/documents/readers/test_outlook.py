from factsheet_schemas import DocumentStatus


def utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


MESSAGE = {
    "__properties_version1.0": bytes(32),
    "__substg1.0_0037001F": utf16("Consent request"),
    "__substg1.0_0C1A001F": utf16("Ada Agent"),
    "__substg1.0_5D01001F": utf16("ada@agent.example"),
    "__substg1.0_0E04001F": utf16("Lenders"),
    "__substg1.0_1000001F": utf16("The Margin is 2.25%.\r\n\r\nRegards"),
}


async def test_headers_and_body_are_one_text(read_files, make_compound) -> None:
    (document,) = await read_files({"mail.msg": make_compound(MESSAGE)})
    assert document.status is DocumentStatus.OK
    assert document.text == (
        "From: Ada Agent ada@agent.example\nTo: Lenders\nSubject: Consent request\n\n"
        "The Margin is 2.25%.\n\nRegards"
    )


async def test_an_attachment_is_a_document_of_its_own(read_files, make_compound) -> None:
    attachment = {
        "__attach_version1.0_#00000000/__substg1.0_3707001F": utf16("terms.txt"),
        "__attach_version1.0_#00000000/__substg1.0_37010102": b"Facility B " * 1000,
    }
    documents = await read_files({"mail.msg": make_compound(MESSAGE | attachment)})
    assert [document.name for document in documents] == ["mail.msg", "mail.msg/terms.txt"]
    assert documents[1].text == "Facility B " * 1000


async def test_an_html_body_stands_in_for_a_missing_plain_one(read_files, make_compound) -> None:
    message = {k: v for k, v in MESSAGE.items() if "_1000" not in k}
    message["__substg1.0_10130102"] = b"<p>One</p><p>Two</p>"
    (document,) = await read_files({"mail.msg": make_compound(message)})
    assert document.text.endswith("\n\nOne\n\nTwo")


async def test_a_body_that_is_only_rtf_is_told(read_files, make_compound) -> None:
    message = {k: v for k, v in MESSAGE.items() if "_1000" not in k}
    message["__substg1.0_10090102"] = b"LZFu"
    (document,) = await read_files({"mail.msg": make_compound(message)})
    assert "RTF" in (document.reason or "")


async def test_a_word_97_file_says_how_it_can_be_read(read_files, make_compound) -> None:
    (document,) = await read_files({"old.doc": make_compound({"WordDocument": b"x" * 5000})})
    assert document.status is DocumentStatus.UNREADABLE
    assert "save it as DOCX" in (document.reason or "")
    assert "supported: PDF" in (document.reason or "")


async def test_an_office_file_with_a_password_is_encrypted(read_files, make_compound) -> None:
    (document,) = await read_files({"a.docx": make_compound({"EncryptedPackage": b"x" * 5000})})
    assert document.status is DocumentStatus.ENCRYPTED
    assert document.reason == "password-protected"
