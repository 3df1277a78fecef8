"""What every store of files must do, whichever it is."""

import threading

import pytest
from factsheet_service.core.errors import StoreUnavailable, UsageError
from factsheet_service.stores.folder_files import FolderFiles
from factsheet_service.stores.opening import open_files

ODD = "deal/é 100%25 %2F [draft]*?#&+=@~ 契約.pdf"


def test_what_is_put_is_read_back(files):
    files.put({"a/b.txt": b"Facility B", "a.txt": b""})
    assert files.read(["a/b.txt", "a.txt"]) == {"a/b.txt": b"Facility B", "a.txt": b""}


def test_a_file_may_be_given_by_where_it_lies(files, tmp_path):
    (tmp_path / "given").write_bytes(b"x" * 3_000_000)
    files.put({"a/b": tmp_path / "given"})
    assert files.read(["a/b"])["a/b"] == b"x" * 3_000_000


def test_what_is_put_again_takes_the_place_of_the_first(files):
    for content in (b"first", b"second"):
        files.put({"a": content})
    assert files.read(["a"]) == {"a": b"second"}


def test_what_is_not_there_is_left_out(files):
    files.put({"a": b"A"})
    assert files.read(["b", "a", "a/b", "folder/c"]) == {"a": b"A"}
    assert files.read([]) == {}


def test_a_file_is_there_or_not(files):
    files.put({"a/b": b""})
    assert files.exists("a/b")
    assert not files.exists("a/c")


def test_a_file_is_brought_to_this_machine(files, tmp_path):
    files.put({"a/b": b"Facility B"})
    assert files.local("a/b", tmp_path).read_bytes() == b"Facility B"
    with pytest.raises(FileNotFoundError):
        files.local("a/c", tmp_path)


def test_copies_stand_beside_the_first(files):
    files.put({"a/b": b"B", "c": b"C"})
    files.copy({"a/b": "d/b", "c": "d/c"})
    assert files.read(["a/b", "d/b", "d/c"]) == {"a/b": b"B", "d/b": b"B", "d/c": b"C"}


def test_a_copy_of_nothing_is_said_and_the_others_are_made(files):
    files.put({"a": b"A"})
    with pytest.raises(FileNotFoundError):
        files.copy({"gone": "x", "a": "b"})
    assert files.read(["x", "b"]) == {"b": b"A"}


def test_what_is_deleted_is_gone_and_may_be_gone_before(files):
    files.put({"a/b": b"B", "a/c": b"C"})
    files.delete(["a/b", "a/none", "none"])
    assert files.sizes("a") == {"a/c": 1}


def test_a_folder_lists_what_is_below_it_and_no_neighbour(files):
    files.put({"a/b": b"BB", "a/c/d": b"D", "ab/c": b"", "e": b"", "f/g": b"G"})
    assert files.sizes("a") == {"a/b": 2, "a/c/d": 1}
    assert files.sizes("a/c", "f", "none") == {"a/c/d": 1, "f/g": 1}


def test_the_folders_at_the_top_are_named(files):
    assert files.folders() == ()
    files.put({"b/x": b"", "a/c/d": b"", "file": b""})
    assert files.folders() == ("a", "b")


def test_an_erased_folder_is_gone_with_all_below_it(files):
    files.put({"a/b": b"B", "a/c/d": b"D", "ab/c": b"C"})
    files.erase("a")
    files.erase("none")
    assert files.sizes("a", "ab") == {"ab/c": 1}
    assert files.folders() == ("ab",)


def test_a_view_from_below_has_names_of_its_own(files):
    below = files.below("@acme")
    below.put({"a/b": b"B"})
    assert files.sizes("@acme") == {"@acme/a/b": 1}
    assert below.sizes("a") == {"a/b": 1}
    assert below.below("a").read(["b"]) == {"b": b"B"}
    assert below.folders() == ("a",)


def test_names_may_hold_what_means_something_elsewhere(files):
    files.put({ODD.replace("?", "").replace("*", "").replace("[", ""): b"x"})
    (name,) = files.sizes("deal")
    assert files.read([name]) == {name: b"x"}
    files.delete([name])
    assert files.sizes("deal") == {}


def test_a_reader_sees_one_of_the_contents_put_and_never_half_of_one(shared_files):
    contents = [bytes([letter]) * 200_000 for letter in b"abcd"]
    shared_files.put({"f/x": contents[0]})
    seen = []

    def write(content):
        for _ in range(5):
            shared_files.put({"f/x": content})

    def read():
        for _ in range(20):
            seen.append((shared_files.read(["f/x"])["f/x"], shared_files.sizes("f")))

    threads = [threading.Thread(target=write, args=[content]) for content in contents]
    threads.append(threading.Thread(target=read))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 20
    assert all(content in contents and sizes == {"f/x": 200_000} for content, sizes in seen)


def test_a_put_that_fails_leaves_what_was_there(files, tmp_path):
    files.put({"a": b"first"})
    with pytest.raises((StoreUnavailable, FileNotFoundError)):
        files.put({"a": tmp_path / "gone"})
    assert files.read(["a"]) == {"a": b"first"}
    assert files.sizes("") == {"a": 5}


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(StoreUnavailable, match="a"):
        FolderFiles(tmp_path / "a").put({"b": b""})


def test_a_part_that_broke_off_is_no_file_and_is_erased_with_its_folder(tmp_path):
    files = FolderFiles(tmp_path)
    files.put({"a/b": b"B"})
    (tmp_path / "a" / ".part-x").write_bytes(b"half")
    assert files.sizes("a") == {"a/b": 1}
    files.erase("a")
    assert not (tmp_path / "a").exists()


def test_a_store_that_cannot_be_reached_is_said(s3, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(StoreUnavailable, match="bucket/x"):
        open_files("s3://bucket/x").put({"a": b"A"})


def test_a_bucket_that_is_not_there_is_said(s3):
    with pytest.raises((StoreUnavailable, FileNotFoundError)):
        open_files("s3://no-such-bucket").put({"a": b"A"})


@pytest.mark.parametrize("url", ["nothing://x", "s4://bucket"])
def test_an_address_of_no_store_is_refused(url):
    with pytest.raises(UsageError, match=url.partition(":")[0]):
        open_files(url)


def test_an_address_may_be_of_a_folder(tmp_path):
    open_files(f"file://{tmp_path}").put({"a/b": b"B"})
    assert (tmp_path / "a" / "b").read_bytes() == b"B"
