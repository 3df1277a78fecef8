import zipfile
from io import BytesIO

import pytest
from factsheet_schemas import DocumentStatus
from factsheet_service.core.progress import silent
from factsheet_service.documents import ReadLimits, read_documents


def packed(files: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


async def test_members_keep_their_path(read_files) -> None:
    inner = packed({"b.txt": b"Facility B"})
    archive = packed({"deal/a.txt": b"Facility A", "in.zip": inner, "__MACOSX/x": b"litter"})
    documents = await read_files({"all.zip": archive})
    assert [(d.name, d.text) for d in documents] == [
        ("all.zip", ""),
        ("all.zip/deal/a.txt", "Facility A"),
        ("all.zip/in.zip", ""),
        ("all.zip/in.zip/b.txt", "Facility B"),
    ]


async def test_the_zip_itself_is_listed_with_what_it_holds(read_files) -> None:
    archive, _, _ = await read_files({"all.zip": packed({"a.txt": b"A", "b.txt": b"B"})})
    assert (archive.status, archive.reason) == (DocumentStatus.OK, "holds 2 files")


async def test_a_known_zip_and_its_members_are_not_read_again(make_source) -> None:
    source = make_source("all.zip", packed({"a.txt": b"A"}))
    read = await read_documents([source], ReadLimits(), silent)
    source.path.unlink()
    known = {source.sha256: read}
    assert await read_documents([source], ReadLimits(), silent, known) == read


async def test_members_are_there_when_the_outcome_is_kept(make_source) -> None:
    kept = []

    async def keep(source, documents, members) -> None:
        kept.append({sha256: path.read_bytes() for sha256, path in members.items()})

    source = make_source("all.zip", packed({"a.txt": b"Facility A"}))
    _, document = await read_documents([source], ReadLimits(), silent, keep=keep)
    assert kept == [{document.sha256: b"Facility A"}]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("../../etc/passwd.txt", "z.zip/etc/passwd.txt"),
        ("/abs/a.txt", "z.zip/abs/a.txt"),
        ("C:\\deal\\a.txt", "z.zip/deal/a.txt"),
        ("..", "z.zip/unnamed"),
    ],
)
async def test_a_path_that_leaves_the_zip_is_neutralised(read_files, path: str, name: str) -> None:
    _, document = await read_files({"z.zip": packed({path: b"Facility A"})})
    assert document.name == name


async def test_a_bomb_of_one_file_ends_typed(read_files) -> None:
    limits = ReadLimits(max_bytes=2**20)
    archive = packed({"bomb.txt": bytes(2**22), "a.txt": b"Facility A"})
    _, ok, bomb = await read_files({"z.zip": archive}, limits)
    assert ok.status is DocumentStatus.OK
    assert bomb.reason.startswith("could not be unpacked: larger than 1 MB: split the file")


async def test_a_bomb_of_many_files_ends_typed(read_files) -> None:
    archive = packed({f"{n}.txt": bytes([65 + n]) * 2**20 for n in range(5)})
    documents = await read_files({"z.zip": archive}, ReadLimits(max_unpacked_bytes=3 * 2**20))
    (reason,) = [d.reason for d in documents if d.name == "z.zip"]
    assert reason.startswith("unpacks to more than 3 MB: split the file")


async def test_the_number_of_files_is_bounded_over_all_depths(read_files) -> None:
    inner = packed({f"{n}.txt": b"%d" % n for n in range(3)})
    documents = await read_files(
        {"z.zip": packed({"a.zip": inner, "b.zip": inner + b" "})}, ReadLimits(max_members=6)
    )
    reasons = [document.reason for document in documents if document.reason]
    assert [r for r in reasons if r.startswith("holds more than 6 files: split the file")]


async def test_zips_inside_zips_end_at_the_depth_limit(read_files) -> None:
    archive = packed({"a.txt": b"deep"})
    for _ in range(5):
        archive = packed({"in.zip": archive})
    document = (await read_files({"z.zip": archive}, ReadLimits(max_depth=2)))[-1]
    assert document.status is DocumentStatus.UNREADABLE
    assert document.reason == "files inside files, more than 2 deep"


async def test_an_encrypted_member_is_told_beside_the_others(read_files) -> None:
    archive = bytearray(packed({"a.txt": b"Facility A", "b.txt": b"Facility B"}))
    entry = archive.rfind(b"PK\x01\x02")
    archive[entry + 8] |= 1  # the flag in the directory is what readers go by
    documents = await read_files({"z.zip": bytes(archive)})
    assert [d.status for d in documents[1:]] == [DocumentStatus.OK, DocumentStatus.ENCRYPTED]


async def test_a_zip_without_files_is_unreadable(read_files) -> None:
    (document,) = await read_files({"z.zip": packed({})})
    assert document.reason == "the ZIP holds no files"


async def test_the_same_bytes_in_a_zip_are_read_once_and_listed_each(
    read_files, reader_starts
) -> None:
    documents = await read_files({"z.zip": packed({f"{n}.txt": b"Facility A" for n in range(9)})})
    assert [d.text for d in documents[1:]] == ["Facility A"] * 9
    assert len(reader_starts) == 2


async def test_a_zip_in_a_zip_counts_its_files_each_time(read_files) -> None:
    inner = packed({f"{n}.txt": b"Facility A" for n in range(4)})
    archive = packed({"a.zip": inner, "b.zip": inner, "c.zip": inner})
    documents = await read_files({"z.zip": archive}, ReadLimits(max_members=10))
    assert any("holds more than 10 files" in (document.reason or "") for document in documents)


async def test_an_archive_has_so_much_time_in_all(read_files) -> None:
    archive = packed({"a.txt": b"Facility A"})
    _, late = await read_files({"z.zip": archive}, ReadLimits(max_container_s=1e-9))
    assert late.status is DocumentStatus.UNREADABLE
    assert late.reason == (
        "not read: the files beside it took more than 1e-09 s: "
        "split the file, or have FACTSHEET_MAX_ARCHIVE_S raised"
    )


async def test_a_broken_stream_in_a_zip_loses_its_file_alone(read_files) -> None:
    archive = bytearray(packed({"a.txt": b"Facility A " * 99, "b.txt": b"Facility B"}))
    archive[archive.index(b"a.txt") + 5] = 0xFF  # the first byte of its deflate stream
    documents = await read_files({"z.zip": bytes(archive)})
    told = {document.name: document for document in documents}
    assert told["z.zip/b.txt"].text == "Facility B"
    assert told["z.zip/a.txt"].reason.startswith("could not be unpacked: Error -3")
