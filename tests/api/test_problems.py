import pytest
from factsheet_schemas.api import Problem
from factsheet_service.api.problems import STATUS, problem_of
from factsheet_service.api.settings import ApiSettings
from factsheet_service.core import errors


def subclasses(kind):
    return {kind}.union(*(subclasses(child) for child in kind.__subclasses__()))


@pytest.mark.parametrize(
    "kind",
    # engines wrap their own errors before they reach the API
    sorted(
        (k for k in subclasses(errors.FactsheetError) if k.__module__ == errors.__name__),
        key=lambda k: k.__name__,
    ),
)
def test_every_error_of_the_service_has_a_row_of_its_own(kind):
    assert kind in [row[0] for row in STATUS]


def test_special_errors_stand_above_the_general():
    kinds = [row[0] for row in STATUS]
    for place, kind in enumerate(kinds):
        assert not any(issubclass(later, kind) for later in kinds[place + 1 :])


def test_an_unexpected_error_does_not_tell_its_text():
    problem = problem_of(ValueError("The Borrower shall"), "/jobs/1")
    assert problem.status == 500
    assert "Borrower" not in problem.model_dump_json()


REFUSED = [
    ("GET", "/nowhere", 404),
    ("DELETE", "/jobs", 405),
    ("GET", "/companies/nobody", 404),
    ("GET", "/companies/..", 404),
    ("PUT", "/companies/a.b", 422),
    ("GET", "/jobs/nope", 404),
    ("GET", "/jobs/nope/events", 404),
    ("GET", "/jobs?limit=1000", 422),
    ("GET", "/jobs?cursor=x", 422),
    ("GET", "/schemas/nope", 404),
    ("POST", "/companies/nobody/extract", 404),
    ("POST", "/companies/nobody/documents", 422),
]


async def test_an_unknown_path_is_answered_with_where_to_look(api):
    assert (await api.get("/nowhere")).json()["detail"] == "no such path; /docs lists them all"


@pytest.mark.parametrize(("method", "path", "status"), REFUSED)
async def test_every_refusal_is_a_problem(api, method, path, status):
    reply = await api.request(method, path)
    problem = Problem.model_validate_json(reply.content)
    assert (reply.status_code, problem.status) == (status, status)
    assert reply.headers["content-type"] == "application/problem+json"
    assert problem.instance == path.partition("?")[0].replace("/companies/..", "/")


async def test_a_wrong_method_names_the_right_ones(api):
    assert (await api.delete("/companies/acme/documents")).headers["Allow"] == "GET, POST"


class TestSmallBodies:
    @pytest.fixture
    def settings(self):
        return ApiSettings(max_body_bytes=10, max_upload_bytes=10)

    @pytest.mark.parametrize("path", ["extract", "documents"])
    async def test_a_body_that_says_it_is_too_large_is_a_problem(self, api, path):
        reply = await api.post(f"/companies/acme/{path}", json={"schema": "x" * 20})
        assert reply.status_code == 413
        assert Problem.model_validate_json(reply.content).status == 413
        assert reply.headers["content-type"] == "application/problem+json"

    async def test_a_body_that_turns_out_too_large_is_a_problem(self, api):
        async def chunks():
            for _ in range(20):
                yield b" "

        headers = {"content-type": "application/json"}
        reply = await api.post("/companies/acme/extract", content=chunks(), headers=headers)
        assert reply.status_code == 413
        assert reply.headers["content-type"] == "application/problem+json"


async def test_a_crash_in_a_route_is_a_problem_without_the_text(api, operations):
    async def crash(*_):
        raise ValueError("The Borrower shall")

    operations.read = crash
    reply = await api.post("/companies/acme/documents", files={"files": ("a.txt", b"x")})
    assert reply.status_code == 500
    assert reply.headers["content-type"] == "application/problem+json"
    assert "Borrower" not in reply.text
