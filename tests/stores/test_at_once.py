"""Any number of processes may write at once, and die at any step: all orders of steps are tried."""

from contextlib import suppress
from pathlib import Path

import pytest
from factsheet_service.core.errors import FactsheetError, UnknownCompany
from factsheet_service.stores.workspace import Workspace
from support.build import make_document
from support.records import make_record
from support.stepping import Crash, DictFiles, crashes, crashing, interleavings

NOWHERE = Path("/nonexistent")
SAME = b"The Borrower is Norrvind AS."


def company_in(files):
    return Workspace(NOWHERE, files).company("acme")


def holding(contents):
    """Makes stores in which the company has files."""

    def make():
        files = DictFiles()
        Workspace(NOWHERE, files).create("acme").add_sources(contents)
        return files

    return make


def upload(name, content):
    def work(files):
        company = Workspace(NOWHERE, files).create("acme")
        return company.add_source(name, content)

    return work


def remove(name):
    return lambda files: company_in(files).remove_source(name)


def erase(files):
    Workspace(NOWHERE, files).erase("acme")


def keep_reading(files):
    company = company_in(files)
    (source,) = company.sources()
    documents = [make_document("text", source.name)]
    company.keep_reading(source.sha256, "k", documents, {})


def save_record(files):
    company_in(files).save_record(make_record(company="acme"))


def contents_of(files):
    """The bytes of each file that the company has."""
    company = company_in(files)
    keys = {source.name: source.key for source in company.sources()}
    found = company.files.read(keys.values())
    return {name: found[key] for name, key in keys.items()}


def test_removing_a_file_takes_nothing_from_an_upload_of_the_same_bytes():
    seen = 0
    for files, outcomes in interleavings(holding({"a": SAME}), upload("b", SAME), remove("a")):
        assert contents_of(files) == {"b": SAME}, outcomes
        seen += 1
    assert seen > 100


def test_a_file_that_is_replaced_and_removed_at_once_is_new_or_gone():
    seen = []
    for files, outcomes in interleavings(holding({"a": b"old"}), upload("a", b"new"), remove("a")):
        assert not isinstance(outcomes[0], Exception)
        seen.append(tuple(contents_of(files).items()))
    assert set(seen) == {(), (("a", b"new"),)}


def test_of_two_uploads_of_one_name_one_stands_whole():
    seen = set()
    for files, _ in interleavings(holding({"a": b"old"}), upload("a", b"1"), upload("a", b"2")):
        seen.add(contents_of(files)["a"])
        remove("a")(files)
        assert contents_of(files) == {}
    assert seen == {b"1", b"2"}


def test_a_file_uploaded_into_a_company_that_is_erased_stays_whole_or_goes():
    for files, (uploaded, erased) in interleavings(holding({"a": SAME}), upload("b", b"B"), erase):
        assert erased is None
        if "acme" in Workspace(NOWHERE, files).companies():
            assert contents_of(files) in ({}, {"b": b"B"})
        else:
            assert files.sizes("") == {}, uploaded
            assert files.exists("acme/company") is False


@pytest.mark.parametrize("work", [keep_reading, save_record])
def test_what_a_run_keeps_of_a_company_that_is_erased_goes_with_it(work):
    seen = 0
    for files, (done, erased) in interleavings(holding({"a": SAME}), work, erase):
        assert erased is None
        assert done is None or isinstance(done, FactsheetError | ValueError)
        assert files.sizes("") == {}
        seen += 1
    assert seen > 20


def test_two_who_erase_leave_nothing():
    for files, outcomes in interleavings(holding({"a": SAME}), erase, erase):
        assert files.sizes("") == {}
        assert any(one is None for one in outcomes)


def test_a_company_that_two_create_at_once_has_the_files_of_both():
    for files, outcomes in interleavings(DictFiles, upload("a", b"A"), upload("b", b"B")):
        assert contents_of(files) == {"a": b"A", "b": b"B"}, outcomes
        assert Workspace(NOWHERE, files).companies() == ("acme",)


def test_a_company_that_is_made_anew_over_what_an_erasing_left_has_new_files_alone():
    make = holding({"a": SAME, "b": b"B"})
    num_steps = sum(1 for _ in crashes(make, erase))
    assert num_steps > 4
    for at in range(1, num_steps + 1):

        def left(at=at):
            files = make()
            with suppress(Crash):
                erase(crashing(files, at))
            return files

        if left().exists("acme/company"):
            continue
        works = upload("a", SAME), upload("c", b"C")
        for files, outcomes in interleavings(left, *works, most_switches=2):
            assert contents_of(files) == {"a": SAME, "c": b"C"}, outcomes


def test_what_an_erasing_left_is_erased_by_the_next():
    for files in crashes(holding({"a": SAME, "b": b"B"}), erase):
        with suppress(UnknownCompany):
            erase(files)
        assert files.sizes("") == {}


def test_an_upload_that_dies_changed_all_of_a_file_or_nothing():
    outcomes = [
        contents_of(files)["a"] for files in crashes(holding({"a": b"old"}), upload("a", b"new"))
    ]
    assert outcomes == sorted(outcomes, reverse=True)  # old, then new
    assert set(outcomes) == {b"old", b"new"}


def test_a_removal_that_dies_brings_no_older_file_back():
    def make():
        files = holding({"a": b"old"})()
        for dead in crashes(lambda: files, upload("a", b"new")):
            if "new" in str(contents_of(dead)):
                break
        assert len(files.sizes("acme/files")) == 2
        return files

    outcomes = [contents_of(files) for files in crashes(make, remove("a"))]
    assert all(one in ({"a": b"new"}, {}) for one in outcomes)
