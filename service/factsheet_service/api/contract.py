"""What the OpenAPI document says beyond what the routes tell: links, and conditional requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

COMPANY = {"company": "$request.path.company"}
JOB = {"job_id": "$response.body#/id"}
SCHEMA = {"name": "$response.body#/name"}
WEBHOOK = {"webhook_id": "$response.body#/id"}
FIRST_WEBHOOK = {"webhook_id": "$response.body#/webhooks/0/id"}

_OF_A_JOB = dict.fromkeys(("get_job", "watch_job", "get_result", "cancel_job", "delete_job"), JOB)
_OF_A_COMPANY = dict.fromkeys(
    ("get_company", "upload_documents", "list_documents", "start_extraction", "delete_company"),
    COMPANY,
)

_OF_A_WEBHOOK = ("get_webhook", "test_webhook", "delete_webhook")

LINKS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "start_extraction": _OF_A_JOB,
    "cancel_job": _OF_A_JOB,
    "list_jobs": {
        "get_job": {"job_id": "$response.body#/jobs/0/id"},
        "delete_job": {"job_id": "$response.body#/jobs/0/id"},
        "list_jobs": {"cursor": "$response.body#/next"},
    },
    "create_company": _OF_A_COMPANY,
    "list_companies": {
        "get_company": {"company": "$response.body#/companies/0"},
        "list_companies": {"cursor": "$response.body#/next"},
    },
    "upload_documents": {
        "list_documents": COMPANY,
        "start_extraction": COMPANY,
        "delete_document": COMPANY | {"document": "$response.body#/documents/0/id"},
    },
    "list_documents": {"list_documents": COMPANY | {"cursor": "$response.body#/next"}},
    "add_webhook": dict.fromkeys(_OF_A_WEBHOOK, WEBHOOK),
    "list_webhooks": dict.fromkeys(_OF_A_WEBHOOK, FIRST_WEBHOOK),
    "register_schema": dict.fromkeys(("get_schema", "get_json_schema"), SCHEMA),
}
"""By operation: what may follow on its success, and where that finds its parameters."""

IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "tags of what you have; 304 if it is still that",
    "schema": {"type": "string"},
}
ETAG = {"ETag": {"description": "of the content; strong", "schema": {"type": "string"}}}
NOT_MODIFIED = {"description": "Not changed since If-None-Match", "headers": ETAG}
STREAM = "text/event-stream"


class Documented(FastAPI):
    """The application, with a document that tells all that it does."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = completed(super().openapi())
        return self.openapi_schema


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what middlewares do, and with links from each operation to the next."""
    for methods in document["paths"].values():
        for method, operation in methods.items():
            if method == "get" and not _is_stream(operation):
                operation.setdefault("parameters", []).append(IF_NONE_MATCH)
                operation["responses"]["200"]["headers"] = ETAG
                operation["responses"]["304"] = NOT_MODIFIED
            if links := LINKS.get(operation["operationId"]):
                _link(operation, links)
    for name, schema in document["components"]["schemas"].items():
        if name.startswith("Body_"):  # a form, which may have no further fields
            schema["additionalProperties"] = False
    return document


def _is_stream(operation: Mapping[str, Any]) -> bool:
    return STREAM in operation["responses"]["200"].get("content", {})


def _link(operation: dict[str, Any], links: Mapping[str, Mapping[str, str]]) -> None:
    for status, reply in operation["responses"].items():
        if status.startswith("2"):
            reply["links"] = {
                target: {"operationId": target, "parameters": dict(parameters)}
                for target, parameters in links.items()
            }
