"""Every error as RFC 9457 problem details: the only place that maps errors to statuses."""

from __future__ import annotations

from http import HTTPStatus

from factsheet_schemas import SchemaError
from factsheet_schemas.api import PROBLEM_TYPE, InvalidField, Problem
from factsheet_schemas.errors import SchemaNameTaken, UnknownSchema
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from factsheet_service.core import errors

from .rates import rate_headers
from .validation import invalid_fields

STATUS: tuple[tuple[type[Exception], str, HTTPStatus], ...] = (
    (errors.UnknownCompany, "unknown-company", HTTPStatus.NOT_FOUND),
    (errors.UnknownTenant, "unknown-tenant", HTTPStatus.NOT_FOUND),
    (errors.UnknownDocument, "unknown-document", HTTPStatus.NOT_FOUND),
    (errors.UnknownWebhook, "unknown-webhook", HTTPStatus.NOT_FOUND),
    (errors.WebhooksOff, "webhooks-off", HTTPStatus.FORBIDDEN),
    (errors.UnknownJob, "unknown-job", HTTPStatus.NOT_FOUND),
    (UnknownSchema, "unknown-schema", HTTPStatus.NOT_FOUND),
    (SchemaNameTaken, "schema-name-taken", HTTPStatus.CONFLICT),
    (SchemaError, "invalid-schema", HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.UnknownField, "unknown-field", HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.NoDocuments, "no-documents", HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.TooMuch, "company-full", HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (errors.UsageError, "usage", HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.Unauthorized, "unauthorized", HTTPStatus.UNAUTHORIZED),
    (errors.EngineAway, "engine-away", HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.Forbidden, "forbidden", HTTPStatus.FORBIDDEN),
    (errors.RateExceeded, "rate-exceeded", HTTPStatus.TOO_MANY_REQUESTS),
    (errors.EngineUnavailable, "engine-unavailable", HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.EngineError, "engine", HTTPStatus.BAD_GATEWAY),
    (errors.StoreUnavailable, "store-unavailable", HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.JobNotFinished, "job-not-finished", HTTPStatus.CONFLICT),
    (errors.NoResult, "no-result", HTTPStatus.CONFLICT),
    (errors.NotErased, "not-erased", HTTPStatus.CONFLICT),
    (errors.QueueFull, "queue-full", HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.ShareFull, "share-full", HTTPStatus.TOO_MANY_REQUESTS),
    (errors.KeyReused, "key-reused", HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.Fenced, "taken-over", HTTPStatus.CONFLICT),
    (errors.CrashLoop, "crash-loop", HTTPStatus.INTERNAL_SERVER_ERROR),
    (errors.DeadlinePassed, "deadline-passed", HTTPStatus.GATEWAY_TIMEOUT),
    (errors.JobError, "job", HTTPStatus.CONFLICT),
    (errors.FactsheetError, "internal", HTTPStatus.INTERNAL_SERVER_ERROR),
)
"""Core error to problem; the first row that fits counts, so the special stand above the general."""

WAITS = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

PROBLEM_REPLY: dict[int | str, dict[str, object]] = {
    code: {
        "description": "Problem details (RFC 9457)",
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for code in ("4XX", "5XX", 422)
}
"""For OpenAPI. 422 stands apart since FastAPI would add its own form of it otherwise."""


def problem_of(error: Exception, instance: str | None = None) -> Problem:
    """The problem that stands for an error; unknown errors tell their type, never their text.

    The text of an unexpected error may quote a document.
    """
    for kind, name, status in STATUS:
        if isinstance(error, kind):
            return _problem(name, status, str(error), instance)
    detail = f"an unexpected {type(error).__name__}; the server's log names the place"
    return _problem("internal", HTTPStatus.INTERNAL_SERVER_ERROR, detail, instance)


def _problem(name: str, status: HTTPStatus, detail: str, instance: str | None) -> Problem:
    return Problem(
        type=f"urn:factsheet:problem:{name}",
        title=status.phrase,
        status=status,
        detail=detail,
        instance=instance,
    )


def invalid(errors: tuple[InvalidField, ...], instance: str | None = None) -> Problem:
    """The problem of a request whose parts are wrong."""
    detail = "; ".join(f"{error.field}: {error.message}" for error in errors)
    problem = _problem("invalid-request", HTTPStatus.UNPROCESSABLE_ENTITY, detail, instance)
    return problem.model_copy(update={"errors": errors})


def reply(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """The problem as a response."""
    return Response(
        problem.model_dump_json(exclude_defaults=True),
        status_code=problem.status,
        media_type=PROBLEM_TYPE,
        headers=headers,
    )


def install(app: FastAPI, retry_after_s: int) -> None:
    """Make every error reply of the app a problem."""

    async def failed(request: Request, error: Exception) -> Response:
        reply = reply_to(error, request.url.path, retry_after_s)
        if reply.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            # The framework knows the methods of the first route that fits, we of all.
            reply.headers["Allow"] = ", ".join(allowed_methods(app, request.url.path))
        return reply

    for kind in (RequestValidationError, HTTPException, Exception, SchemaError):
        app.add_exception_handler(kind, failed)
    app.add_exception_handler(errors.FactsheetError, failed)
    app.add_middleware(ProblemBodies)


def allowed_methods(app: FastAPI, path: str) -> list[str]:
    """The methods that some route has for a path."""
    routes = app.openapi()["paths"].items()
    found = [methods for template, methods in routes if compile_path(template)[0].match(path)]
    return sorted({method.upper() for methods in found for method in methods})


def reply_to(error: Exception, instance: str, retry_after_s: int) -> Response:
    """The reply to a request that ended in ``error``."""
    match error:
        case RequestValidationError():
            return reply(invalid(invalid_fields(error), instance))
        case HTTPException():
            status = _status_of(error)
            problem = framework_problem(status, _remedy(status, str(error.detail)), instance)
            return reply(problem, dict(error.headers or {}))
        case _:
            problem = problem_of(error, instance)
            return reply(problem, _headers(error, problem.status, retry_after_s))


def _status_of(error: HTTPException) -> int:
    """The framework calls too many files a bad request, which says less."""
    is_too_many = str(error.detail).startswith("Too many files")
    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_too_many else error.status_code


def _headers(error: Exception, status: int, retry_after_s: int) -> dict[str, str]:
    if status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, errors.RateExceeded):
        left = rate_headers(error.quota, error.window_s, 0, error.retry_after_s)
        return {"Retry-After": str(error.retry_after_s), **left}
    waits = status in WAITS or isinstance(error, errors.NotErased)
    return {"Retry-After": str(retry_after_s)} if waits else {}


def framework_problem(status: int, detail: str, instance: str) -> Problem:
    """The problem of an error that the framework raised."""
    phrase = HTTPStatus(status).phrase
    return Problem(
        title=phrase, status=status, detail=None if detail == phrase else detail, instance=instance
    )


class ProblemBodies:
    """ASGI middleware: error replies that the framework wrote as plain text become problems.

    FastAPI's body limit answers 413 below the exception handlers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and watch what is sent back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_replaced = False

        async def rewrite(message: Message) -> None:
            nonlocal is_replaced
            if is_replaced:
                return
            is_replaced = _is_plain_error(message)
            if not is_replaced:
                await send(message)
                return
            problem = framework_problem(
                message["status"], _remedy(message["status"]), scope["path"]
            )
            await reply(problem)(scope, receive, send)

        await self._app(scope, receive, rewrite)


def _is_plain_error(message: Message) -> bool:
    if message["type"] != "http.response.start" or message["status"] < HTTPStatus.BAD_REQUEST:
        return False
    headers = dict(message["headers"])
    return bool(headers.get(b"content-type", b"").startswith(b"text/plain"))


def _remedy(status: int, detail: str = "") -> str:
    """What the framework says, or more where it says only the status."""
    phrase = HTTPStatus(status).phrase
    if detail not in ("", phrase):
        return detail
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return "the request is larger than this server allows; send fewer or smaller files"
    if status == HTTPStatus.NOT_FOUND:
        return "no such path; /docs lists them all"
    return phrase
