import base64
import hashlib
import re

import pytest


@pytest.mark.parametrize("path", ["/companies", "/livez", "/nowhere", "/openapi.json", "/metrics"])
async def test_a_browser_may_make_nothing_of_a_reply(api, path):
    headers = (await api.get(path)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Cache-Control"] == "private, no-cache"


async def test_no_other_site_may_read_a_reply(api):
    reply = await api.get("/companies", headers={"Origin": "https://elsewhere.example"})
    assert not [name for name in reply.headers if name.lower().startswith("access-control")]
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    assert (await api.options("/companies", headers=asked)).status_code == 405


async def test_the_page_of_the_documentation_runs_its_own_scripts_alone(api):
    reply = await api.get("/docs")
    policy = reply.headers["Content-Security-Policy"]
    (script,) = re.findall(r"<script>(.*?)</script>", reply.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    sources = re.search(r"script-src ([^;]*)", policy)[1].split()
    assert sources == [f"'sha256-{digest}'", "https://cdn.jsdelivr.net"]
