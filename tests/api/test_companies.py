async def test_creating_twice_is_creating_once(api):
    first = await api.put("/companies/acme")
    second = await api.put("/companies/acme")
    assert first.json() == second.json() == {"id": "acme", "documents": 0, "runs": []}


async def test_lists_what_can_be_reached(api, operations):
    for name in ("b", "a", "made.on-disk"):
        operations.workspace.create(name)
    assert (await api.get("/companies")).json()["companies"] == ["a", "b"]


async def test_tells_what_is_stored(api):
    await api.post("/companies/acme/documents", files={"files": ("a.txt", b"text")})
    assert (await api.get("/companies/acme")).json()["documents"] == 1


async def test_lists_page_by_page_with_links(api, operations):
    for name in ("c", "a", "b"):
        operations.workspace.create(name)
    first = await api.get("/companies?limit=2")
    operations.workspace.create("aa")  # what comes meanwhile moves nothing else
    second = await api.get(first.links["next"]["url"])
    assert (first.json()["companies"], second.json()["companies"]) == (["a", "b"], ["c"])
    assert second.json()["next"] is None
