"""The OpenAPI document: what FastAPI derives, with errors, examples and plain nullables."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.errors import PROBLEMS
from app.schemas.common import ProblemOut
from app.settings import Settings

TAGS = [
    {"name": "occupations", "description": "The list, the profile and the blocks of one."},
    {"name": "bulk", "description": "Every block over all occupations, to take whole."},
    {"name": "provenance", "description": "Areas, sources and releases: where figures come from."},
    {"name": "system", "description": "Entry point, health, problem types."},
]

DESCRIPTION = """\
What people in an occupation do, what it is called, what it pays, how it will grow and what it
takes to enter, each figure with its source.

**Figures** are JSON numbers or null: employment in persons, annual wages in whole US dollars,
hourly wages in US dollars with cents, percentages as percent (28.3). A null has its reason in
`marks`. **Lists** are paged by `limit` and `cursor`; follow `next`. **Provenance**: each item
names its `release`, which `releases` of the same answer explains. **Errors** are
`application/problem+json`. No key is needed.
"""

ERRORS: dict[str, tuple[str, ...]] = {
    "400": ("invalid_parameter", "invalid_cursor", "stale_cursor", "malformed_request"),
    "404": ("not_found", "unknown_occupation", "unknown_release"),
    "406": ("not_acceptable",),
    "414": ("uri_too_long",),
    "503": ("overloaded", "database_unavailable", "not_ready"),
}
"""Status → codes, of the errors that every operation under /v1 may answer."""


def contract(api: FastAPI, settings: Settings) -> None:
    """Give the application its OpenAPI document, made once."""

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = document(api, settings)
        return api.openapi_schema

    api.openapi = openapi  # type: ignore[method-assign]


def document(api: FastAPI, settings: Settings) -> dict[str, Any]:
    """Return the OpenAPI document."""
    schema = get_openapi(
        title=api.title,
        version=api.version,
        summary="Occupations: duties, titles, wages, outlook, skills, education.",
        description=DESCRIPTION,
        routes=api.routes,
        tags=TAGS,
        servers=[{"url": settings.public_url or "/", "description": "This server."}],
        contact=_contact(settings.contact),
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = schema["components"]["schemas"]
    schemas.update(problem.pop("$defs"))
    schemas["ProblemOut"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    examples = json.loads((files("app") / "examples.json").read_text("utf-8"))
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            _complete(path, operation, examples)
    plain: dict[str, Any] = _plain_nullables(schema)
    return plain


def _contact(given: str | None) -> dict[str, str]:
    name = {"name": "Whoever runs this instance"}
    if given is None:
        return name
    return name | ({"url": given} if "://" in given else {"email": given.removeprefix("mailto:")})


def _complete(path: str, operation: dict[str, Any], examples: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    example = examples.get(operation["operationId"])
    content = responses["200"].get("content", {}).get("application/json")
    if example and content is not None:
        content["example"] = example["value"]
    responses["200"]["headers"] = {
        "Request-Id": {"description": "Id of the request.", "schema": {"type": "string"}},
        "ETag": {"description": "Changes when the answer does.", "schema": {"type": "string"}},
    }
    for status, codes in ERRORS.items():
        known = [code for code in codes if status != "404" or _may(path, code)]
        if path.startswith("/v1") and known:
            responses[status] = _error(known, examples)


def _may(path: str, code: str) -> bool:
    needs = {"unknown_occupation": "/occupations/{code}", "unknown_release": "/releases/{id}"}
    return code in needs and needs[code] in path


def _error(codes: list[str], examples: dict[str, Any]) -> dict[str, Any]:
    found = {
        code: {"summary": PROBLEMS[code].title, "value": examples[code]["value"]}
        for code in codes
        if code in examples
    }
    return {
        "description": "; ".join(PROBLEMS[code].title for code in codes) + ".",
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/ProblemOut"},
                **({"examples": found} if found else {}),
            }
        },
    }


def _plain_nullables(node: Any) -> Any:
    """Write ``anyOf: [{type: X}, {type: null}]`` as ``type: [X, null]``, with all that X has."""
    if isinstance(node, list):
        return [_plain_nullables(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    node = {key: _plain_nullables(value) for key, value in node.items()}
    choices = node.get("anyOf")
    if isinstance(choices, list) and len(choices) == 2 and {"type": "null"} in choices:
        other = next(choice for choice in choices if choice != {"type": "null"})
        if isinstance(other.get("type"), str):
            rest = {key: value for key, value in node.items() if key != "anyOf"}
            nullable = {**other, "type": [other["type"], "null"]}
            if "enum" in nullable:
                nullable["enum"] = [*nullable["enum"], None]
            return nullable | rest
    return node
