"""The OpenAPI document: what FastAPI derives, with errors, examples and plain nullables."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.api.contract import guidance
from app.api.contract.precision import bound_numbers, make_exact
from app.api.routers.deprecated import DEPRECATED, words_of
from app.api.routers.deprecated import HEADERS as OF_DEPRECATED
from app.api.schemas.common import AmbiguousOut, ProblemOut
from app.errors.problem_types import PROBLEMS
from app.settings import Settings

TAGS = [
    {"name": "occupations", "description": "The list, the profile and the blocks of one."},
    {"name": "finding", "description": "Search, suggestions, job titles to occupations."},
    {
        "name": "codes",
        "description": "Codes of other classifications, and how they lead to occupations.",
    },
    {"name": "bulk", "description": "Every block over all occupations, to take whole."},
    {
        "name": "provenance",
        "description": "Areas, industries, sources and releases: where figures come from.",
    },
    {
        "name": "system",
        "description": "Entry point, health, problem types. Beside them stand "
        "`/.well-known/api-catalog` (RFC 9727) and, where the instance names a contact, "
        "`/.well-known/security.txt` (RFC 9116).",
    },
]

DESCRIPTION = """\
What people in an occupation do, what it is called, what it pays, how it will grow and what it
takes to enter, each figure with its source.

**Figures** are JSON numbers or null: employment in persons, annual wages in whole US dollars,
hourly wages in US dollars with cents, percentages as percent (28.3). A null has its reason in
`marks`. **Lists** are paged by `limit` and `cursor`; follow `next`. **Provenance**: each item
names its `release`, which `releases` of the same answer explains. **Keys**: an answer has every
key that its schema requires; v1 may add keys, and words to the sets in answers. With `fields` an
answer has only the keys named, and the schema that `x-sparse` refers to. **Lists of values** in a
query are separated by commas. **Errors** are `application/problem+json`. **Versions**: within v1
nothing is taken away. What has a better one is `deprecated` here, and its answers have the header
`Deprecation`, and `Sunset` if it is to end. No key is needed.
"""

EVERYWHERE = (
    "invalid_parameter",
    "malformed_request",
    "request_timeout",
    "uri_too_long",
    "headers_too_large",
    "method_not_allowed",
    "too_many_requests",
    "internal_error",
    "http_version_not_supported",
)
"""Codes of errors that every operation may answer."""

ON_DATA = (
    "not_acceptable",
    "overloaded",
    "database_unavailable",
    "not_ready",
)
"""Codes of errors that every operation under /v1 may answer besides."""

ON_PATHS: dict[str, tuple[str, ...]] = {
    "/v1/occupations/{code}": ("unknown_occupation", "not_loaded", "ambiguous_code"),
    "/v1/crosswalks/{id}": ("unknown_crosswalk",),
    "/v1/classifications/{id}": ("unknown_classification",),
    "/v1/areas/{code}": ("unknown_area", "ambiguous_area"),
    "/v1/releases/{id}": ("unknown_release",),
    "/v1/exports": ("unknown_export", "export_pending"),
    "/v1/exports/{name}": ("range_not_satisfiable",),
    "/v1/changes": ("version_unknown", "version_gone"),
    "/health/ready": ("overloaded", "database_unavailable", "not_ready", "warming"),
}
"""Start of a path → codes of errors that operations there may answer besides."""

ON_LISTS = ("invalid_cursor", "stale_cursor", "unknown_format")
ON_VERSIONS = ("unknown_version", "version_gone")
ON_BODIES = ("body_too_large", "unsupported_media_type", "invalid_body")

EVERY_ANSWER: dict[str, str] = {
    "Request-Id": "Id of the request: the client's own if it sent a sane one.",
    "API-Version": "Version of the software.",
    "Data-Version": "The data version that is answered from: the first 16 characters of "
    "`data_version` at /v1. Absent while nothing is loaded.",
    "Access-Control-Allow-Origin": "Who may read it from a browser: *, or the origin if it is one "
    "of those set.",
    "RateLimit": "What is left of the quota and when it is whole again, where requests are "
    "limited; absent where they are not.",
}
"""Headers of every answer → what they tell."""

HEADERS: dict[str, str] = {
    **EVERY_ANSWER,
    "ETag": "Changes when the answer does; send it back as If-None-Match.",
    "Cache-Control": "How long the answer may be kept.",
    "Content-Location": "The address of the occupation that a code of another classification led "
    "to; absent otherwise.",
    "Link": "rel=next: the next page; rel=canonical: the address to quote.",
}
OF_LISTS: dict[str, str] = {
    **HEADERS,
    "Content-Disposition": "A name for the file; in csv and NDJSON.",
}
"""Headers of an answer that is no error → what they tell."""

AGAIN = frozenset({429, 503})
RETRY = {"Retry-After": "Seconds after which it is worth to ask again."}

BESIDE = frozenset({"405", "413", "414", "422", "431", "505"})
"""Statuses that are told under ``default``: faults of a request that no operation is about."""


SERVER = {"description": "This server: production, or local.", "x-internal": False}


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
        servers=[SERVER | {"url": settings.public_url or "/"}],
        contact=_contact(settings.contact),
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    schema["info"] |= {"x-api-id": "occupations-api", "x-audience": "external-public"}
    schema["security"] = [{}]  # said, not left out: nothing is needed
    schemas = schema["components"]["schemas"]
    for model in (ProblemOut, AmbiguousOut):
        problem = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(problem.pop("$defs"))
        schemas[model.__name__] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    examples = json.loads((files("app.api.contract") / "examples.json").read_text("utf-8"))
    schema["components"]["examples"] = {
        code: {"summary": problem.title, "value": examples[code]["value"]}
        for code, problem in PROBLEMS.items()
        if code in examples and code != "not_found"  # of no operation
    }
    schema["components"]["headers"] = {
        name: {"description": text, "schema": {"type": "string"}}
        for name, text in (OF_LISTS | RETRY | (OF_DEPRECATED if DEPRECATED else {})).items()
    }
    shared: dict[str, Any] = {}
    schema["components"]["responses"] = shared
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            _complete(path, operation, examples, shared, schemas)
    make_exact(api.state.routes, schema)
    bound_numbers(schema)
    plain: dict[str, Any] = _plain_nullables(schema)
    return plain


def _contact(given: str | None) -> dict[str, str]:
    name = {"name": "Whoever runs this instance"}
    if given is None:
        return name
    for one in given.split():
        name |= {"url": one} if "://" in one else {"email": one.removeprefix("mailto:")}
    return name


def _complete(
    path: str,
    operation: dict[str, Any],
    examples: dict[str, Any],
    shared: dict[str, Any],
    bodies: dict[str, Any],
) -> None:
    # After all others: clients of some generators take parameters by their place.
    operation.get("parameters", []).sort(key=lambda parameter: parameter["name"] == "at")
    for parameter in operation.get("parameters", ()):
        _parameter(parameter)
    for sent in operation.get("requestBody", {}).get("content", {}).values():
        properties = bodies[sent["schema"]["$ref"].rpartition("/")[2]]["properties"]
        for rule in properties.values():
            if "default" in rule:  # generators take a key with a default for one that must be sent
                rule["x-default"] = rule.pop("default")
                rule["description"] += f" Default: {rule['x-default']}."
        sent["example"] = {
            name: value["examples"][0] for name, value in properties.items() if "examples" in value
        }
    said = [operation["description"]]
    if shown := guidance.address(operation["operationId"], path):
        said.append(f"Try `{shown}`.")
    if needed := guidance.data(operation["operationId"], path):
        said.append(f"Data: {needed}")
    operation["description"] = "\n\n".join(said)
    responses = operation["responses"]
    responses.pop("422", None)
    example = examples.get(operation["operationId"])
    if example:
        kinds = responses["200"]["content"]
        kind = next(k for k in ("application/json", "application/atom+xml") if k in kinds)
        kinds[kind]["example"] = example["value"]
    responses["200"]["description"] = operation["summary"] + "."
    is_list = any(parameter["name"] == "format" for parameter in operation.get("parameters", ()))
    named = OF_LISTS if is_list else HEADERS
    if notice := DEPRECATED.get(path):
        operation["deprecated"] = True
        operation["description"] = f"{words_of(notice)}\n\n{operation['description']}"
        named = named | OF_DEPRECATED
    responses["200"]["headers"] = _headers(named)
    if path.startswith("/v1") and "requestBody" not in operation:
        responses["304"] = {"description": "Unchanged since the ETag that If-None-Match names."}
    for status, codes in _by_status(codes_of(path, operation)).items():
        name = "Or".join(code.title().replace("_", "") for code in codes)
        shared.setdefault(name, _error(codes, examples))
        responses[status] = {"$ref": f"#/components/responses/{name}"}


def _parameter(parameter: dict[str, Any]) -> None:
    schema = parameter["schema"] = _not_null(parameter["schema"])
    for said_already in ("title", "description"):
        schema.pop(said_already, None)
    for example in schema.pop("examples", ())[:1]:
        if parameter["required"]:
            parameter["example"] = example
        elif str(example) not in parameter["description"]:
            # The documentation page would send the examples of all parameters together.
            parameter["description"] += f" For example `{example}`."


def codes_of(path: str, operation: dict[str, Any]) -> list[str]:
    """List the codes of errors that an operation may answer, each once."""
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    codes = [
        *EVERYWHERE,
        *(ON_DATA if path.startswith("/v1") else ()),
        *(ON_LISTS if "cursor" in names else ()),
        *(ON_VERSIONS if "at" in names else ()),
        *(ON_BODIES if "requestBody" in operation else ()),
    ]
    for start, more in ON_PATHS.items():
        codes += more if path.startswith(start) else ()
    return list(dict.fromkeys(codes))


def _by_status(codes: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code in sorted(codes, key=lambda code: PROBLEMS[code].status):
        status = str(PROBLEMS[code].status)
        found.setdefault("default" if status in BESIDE else status, []).append(code)
    return found


def _error(codes: list[str], examples: dict[str, Any]) -> dict[str, Any]:
    found = {code: {"$ref": f"#/components/examples/{code}"} for code in codes if code in examples}
    model = AmbiguousOut if PROBLEMS[codes[0]].status < 400 else ProblemOut
    content: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}
    if found:
        content["examples"] = found
    return {
        "description": "; ".join(
            f"{PROBLEMS[code].title} ({PROBLEMS[code].status} {code})" for code in codes
        )
        + ".",
        "headers": _headers(EVERY_ANSWER | (RETRY if PROBLEMS[codes[0]].status in AGAIN else {})),
        "content": {"application/problem+json": content},
    }


def _headers(named: dict[str, str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in named}


def _not_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave null out: a parameter that is not given is absent."""
    choices: list[dict[str, Any]] = [c for c in schema.get("anyOf", ()) if c != {"type": "null"}]
    if len(choices) != 1:
        return schema
    return {key: value for key, value in schema.items() if key != "anyOf"} | choices[0]


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
