"""A folder that an earlier version kept loses nothing when it is opened."""

import gzip
import json
from dataclasses import asdict
from hashlib import sha256

import pytest
from factsheet_service.composition import build_operations, build_workspace
from factsheet_service.documents import ReadLimits, reading_key
from factsheet_service.settings import AppSettings
from factsheet_service.stores.old_layout import bring_up_to_date
from factsheet_service.stores.workspace import Workspace
from support.build import make_document
from support.records import make_record

FILES = {
    "a.txt": b"The Borrower is Nord AS.",
    "b/c.zip": b"zip",
    "same.txt": b"zip",
    "é" * 300: b"E",
}
MEMBER = b"Facility A"
SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}}


def digest(content):
    return sha256(content).hexdigest()


def document(name, content):
    made = make_document(content.decode(), name)
    return asdict(made) | {"sha256": digest(content), "id": digest(content)[:16]}


def keep_as_before(root, name="acme"):
    """The files of one company as the version before kept them."""
    folder = root / name
    for part in ("blobs", "runs"):
        (folder / part).mkdir(parents=True)
    for content in (*FILES.values(), MEMBER):
        (folder / "blobs" / digest(content)).write_bytes(content)
    index = {file: digest(content) for file, content in FILES.items()}
    (folder / "sources.json").write_text(json.dumps(index))
    documents = [document(file, content) for file, content in FILES.items() if file != "same.txt"]
    documents.append(document("b/c.zip/member.txt", MEMBER))
    lines = [{"format": 1, "reader_version": "3"}, *documents]
    packed = gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode())
    (folder / "documents.jsonl.gz").write_bytes(packed)
    for number, run in enumerate(("z", "a"), 1):
        (folder / "runs" / f"{number:06}-{run}.json").write_text(record(run).model_dump_json())
    (folder / ".lock").touch()
    (folder / "vectors.sqlite").write_bytes(b"vectors")


def record(run_id):
    made = make_record(company="acme")
    return made.model_copy(update={"run": made.run.model_copy(update={"id": run_id})})


def opened(root):
    bring_up_to_date(root, lambda version: f"{version}.key")
    return Workspace(root)


def check(workspace):
    company = workspace.company("acme")
    keys = {source.name: source.key for source in company.sources()}
    contents = company.files.read(keys.values())
    assert {name: contents[key] for name, key in keys.items()} == FILES
    known = company.known({digest(content) for content in FILES.values()}, "3.key")
    assert [d.name for d in known[digest(b"zip")]] == ["b/c.zip", "b/c.zip/member.txt"]
    assert known[digest(FILES["a.txt"])][0].text == "The Borrower is Nord AS."
    assert company.files.read([company.places()[digest(MEMBER)]]).popitem()[1] == MEMBER
    assert company.runs() == ("z", "a")
    assert company.record().run.id == "a"


@pytest.mark.parametrize("tenant", ["", "nord"])
def test_everything_is_there_still(tmp_path, tenant):
    keep_as_before(tmp_path / f"@{tenant}" if tenant else tmp_path)
    workspace = opened(tmp_path).of(tenant)
    assert workspace.companies() == ("acme",)
    check(workspace)
    kept = {path.name for path in (workspace.root / "acme").iterdir()}
    assert kept == {"company", "files", "members", "reads", "runs"}
    assert (workspace.root / ".cache" / "acme" / "vectors.sqlite").read_bytes() == b"vectors"


def test_new_runs_stand_behind_the_old_ones(tmp_path):
    keep_as_before(tmp_path)
    company = opened(tmp_path).company("acme")
    company.save_record(record("m"))
    assert company.runs() == ("z", "a", "m")


def test_the_next_opening_takes_up_what_broke_off_anywhere(tmp_path, monkeypatch):
    from factsheet_service.stores import folder_files

    class Crash(BaseException):
        pass

    write = folder_files.replacing
    left = 0

    def dying(path):
        nonlocal left
        if left == 0:
            raise Crash
        left -= 1
        return write(path)

    monkeypatch.setattr(folder_files, "replacing", dying)
    crashes = 0
    for at in range(30):
        root = tmp_path / str(at)
        keep_as_before(root)
        left = at
        try:
            opened(root)
        except Crash:
            crashes += 1
            left = -1
            check(opened(root))
        else:
            break
    assert crashes > 8


def test_a_folder_without_an_index_becomes_an_empty_company(tmp_path):
    (tmp_path / "acme" / "blobs").mkdir(parents=True)
    assert opened(tmp_path).company("acme").sources() == ()


def test_a_folder_is_looked_through_once(tmp_path):
    opened(tmp_path)
    keep_as_before(tmp_path)
    assert opened(tmp_path).companies() == ()


def test_where_there_is_no_folder_none_is_made(tmp_path):
    assert opened(tmp_path / "none").companies() == ()
    assert not (tmp_path / "none").exists()


def test_a_users_own_schemas_are_found_where_they_lay(tmp_path):
    folder = tmp_path / ".schemas" / "mine"
    folder.mkdir(parents=True)
    (tmp_path / ".schemas" / ".lock").touch()
    (folder / f"000001-{'0' * 16}.json").write_text(json.dumps(SCHEMA))
    schemas = build_operations(AppSettings(work=tmp_path)).schemas
    assert schemas.registered() == ("mine",)
    assert schemas.own("mine").json_schema == SCHEMA


async def test_what_was_read_with_the_limits_that_there_are_is_not_read_again(tmp_path):
    keep_as_before(tmp_path)
    workspace = build_workspace(AppSettings(work=tmp_path))
    key = reading_key(ReadLimits(), "3")
    hashes = {digest(content) for content in FILES.values()}
    assert workspace.company("acme").known(hashes, key).keys() == hashes
