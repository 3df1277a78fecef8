import re

from factsheet_service.core.tenant_keys import MARK_CHARS, mark_of, tenant_keys

SHA = "ab" * 32
ALONE, BANK, RIVAL = (tenant_keys(b"secret", name) for name in ("", "bank", "rival"))


def test_a_tenants_keys_are_the_same_at_every_start_and_no_two_are_alike():
    assert tenant_keys(b"secret", "bank") == BANK
    assert tenant_keys(b"other", "bank").key != BANK.key
    own = [BANK.documents.hex(), BANK.memo_salt(), BANK.cache_salt, BANK.key.hex()]
    others = [RIVAL.documents.hex(), RIVAL.memo_salt(), RIVAL.cache_salt, RIVAL.key.hex()]
    assert len({*own, *others}) == 8


def test_who_is_alone_has_no_salts_and_marks_all_the_same():
    assert (ALONE.memo_salt(), ALONE.cache_salt) == ("", None)
    assert mark_of(ALONE.documents, SHA) != mark_of(BANK.documents, SHA)


def test_a_fresh_job_has_a_salt_of_its_own():
    for keys in (ALONE, BANK):
        salts = {keys.memo_salt(), keys.memo_salt("job-1"), keys.memo_salt("job-2")}
        assert len(salts) == 3
        assert keys.memo_salt("job-1") == keys.memo_salt("job-1")
    assert ALONE.memo_salt("job-1") != BANK.memo_salt("job-1")


def test_a_key_is_not_shown():
    assert BANK.key.hex() not in repr(BANK)
    assert repr(BANK.key) not in repr(BANK)


def test_a_mark_is_short_and_depends_on_the_document_and_the_key():
    mark = mark_of(BANK.documents, SHA)
    assert re.fullmatch(f"[a-z2-7]{{{MARK_CHARS}}}", mark)
    assert mark == mark_of(BANK.documents, SHA)
    assert mark not in {mark_of(BANK.documents, "cd" * 32), mark_of(RIVAL.documents, SHA)}
