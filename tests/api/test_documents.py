import pytest
from factsheet_service.api.documents import stored_name
from factsheet_service.api.settings import ApiSettings
from factsheet_service.core.errors import UsageError


async def upload(api, *names):
    files = [("files", (name, f"text of {name}".encode())) for name in names]
    return await api.post("/companies/acme/documents", files=files)


async def test_uploaded_files_come_back_as_read_documents(api):
    reply = await upload(api, "a.txt", "b.txt")
    assert reply.status_code == 201
    told = [(d["name"], d["status"], d["characters"]) for d in reply.json()["documents"]]
    assert told == [("a.txt", "ok", 13), ("b.txt", "ok", 13)]


async def test_the_bytes_arrive_whole(api, operations):
    content = bytes(range(256)) * 8192
    await api.post("/companies/acme/documents", files={"files": ("a.bin", content)})
    company = operations.workspace.company("acme")
    (source,) = company.sources()
    assert (source.name, company.files.read([source.key])) == ("a.bin", {source.key: content})


async def test_two_files_of_one_name_are_refused_rather_than_one_of_them_lost(api, operations):
    reply = await upload(api, "a.txt", "a.txt")
    assert reply.status_code == 422
    assert "more than one is named a.txt" in reply.json()["detail"]
    assert operations.workspace.companies() == ()


async def test_names_keep_their_folders(api, operations):
    await upload(api, "2030/a.txt")
    sources = operations.workspace.company("acme").sources()
    assert [source.name for source in sources] == ["2030/a.txt"]


async def test_a_document_goes_by_its_name(api):
    await upload(api, "2030/a.txt", "b.txt")
    assert (await api.delete("/companies/acme/documents/2030/a.txt")).status_code == 204
    documents = (await api.get("/companies/acme/documents")).json()["documents"]
    assert [document["name"] for document in documents] == ["b.txt"]


async def test_a_document_goes_by_its_id(api):
    document = (await upload(api, "a.txt")).json()["documents"][0]
    assert (await api.delete(f"/companies/acme/documents/{document['id']}")).status_code == 204
    assert (await api.get("/companies/acme/documents")).json()["documents"] == []


async def test_an_archive_goes_by_its_own_name_only(api):
    await api.post("/companies/acme/documents", files={"files": ("all.zip", b"a\nb")})
    listed = (await api.get("/companies/acme/documents")).json()["documents"]
    assert [document["name"] for document in listed] == ["all.zip/a", "all.zip/b"]
    refused = await api.delete("/companies/acme/documents/all.zip/a")
    assert (refused.status_code, "goes with the archive" in refused.text) == (404, True)
    assert (await api.delete("/companies/acme/documents/all.zip")).status_code == 204
    assert (await api.get("/companies/acme/documents")).json()["documents"] == []


async def test_lists_page_by_page_with_links(api):
    await upload(api, "c.txt", "a.txt", "b.txt")
    first = await api.get("/companies/acme/documents?limit=2")
    second = await api.get(first.links["next"]["url"])
    pages = [[one["name"] for one in page.json()["documents"]] for page in (first, second)]
    assert pages == [["a.txt", "b.txt"], ["c.txt"]]
    assert (second.json()["next"], "next" in second.links) == (None, False)


async def test_a_document_that_is_not_there_cannot_go(api):
    await upload(api, "a.txt")
    assert (await api.delete("/companies/acme/documents/b.txt")).status_code == 404


async def test_one_bad_name_stores_nothing(api, operations):
    assert (await upload(api, "a.txt", "../b.txt")).status_code == 422
    assert operations.workspace.companies() == ()


class TestTwoFilesAtMost:
    @pytest.fixture
    def settings(self):
        return ApiSettings(max_upload_files=2)

    async def test_two_are_taken(self, api):
        assert (await upload(api, "a.txt", "b.txt")).status_code == 201

    async def test_three_are_a_problem(self, api):
        reply = await upload(api, "a.txt", "b.txt", "c.txt")
        assert reply.status_code == 413
        assert "Maximum number of files is 2" in reply.json()["detail"]


@pytest.mark.parametrize(
    "name", ["", "/etc/passwd", "../a", "a/../../b", "..\\a", "a\nb", "a\0b", "x" * 256, ".", "/"]
)
def test_names_that_are_none_are_refused(name):
    with pytest.raises(UsageError, match="files"):
        stored_name(name)


@pytest.mark.parametrize(
    ("name", "kept"),
    [("a.pdf", "a.pdf"), ("x\\y.pdf", "x/y.pdf"), ("./a.pdf", "a.pdf"), ("Å ø.pdf", "Å ø.pdf")],
)
def test_names_are_kept_as_relative_paths(name, kept):
    assert stored_name(name) == kept
