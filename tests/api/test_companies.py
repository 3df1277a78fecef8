async def test_creating_twice_is_creating_once(api):
    first = await api.put("/companies/acme")
    second = await api.put("/companies/acme")
    assert first.json() == second.json() == {"id": "acme", "documents": 0, "runs": []}


async def test_lists_what_can_be_reached(api, operations):
    for name in ("b", "a", "made.on-disk"):
        operations.workspace.create(name)
    assert (await api.get("/companies")).json() == {"companies": ["a", "b"]}


async def test_tells_what_is_stored(api):
    await api.post("/companies/acme/documents", files={"files": ("a.txt", b"text")})
    assert (await api.get("/companies/acme")).json()["documents"] == 1
