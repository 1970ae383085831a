"""Programs that call every operation through a generated client.

They are written from the contract's own examples, so that the arguments have to fit the types that
the generator made of the parameters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.make_examples import FILES, example_of, operations

TYPESCRIPT = """\
{head}
const failed: Record<string, string> = {{}};
const called: string[] = [];
async function call(name: string, made: () => Promise<unknown>): Promise<void> {{
  called.push(name);
  try {{
    const value = await made();
    if (typeof value !== "object" || value === null) failed[name] = "no object";
  }} catch (error) {{
    failed[name] = String(error);
  }}
}}
async function main(): Promise<void> {{
{calls}
  console.log(JSON.stringify({{ called, failed }}));
}}
void main();
"""

PYTHON = """\
import json
import os

from client import Client
from client.models.problem_out import ProblemOut
from client.models.titles_in import TitlesIn
{head}

client = Client(base_url=os.environ["OCCUPATIONS_API"], timeout=None)
called: list[str] = []
failed: dict[str, str] = {{}}


def seen(name: str, parsed: object) -> None:
    called.append(name)
    if parsed is None or isinstance(parsed, ProblemOut):
        failed[name] = repr(parsed)[:100]


{calls}
print(json.dumps({{"called": called, "failed": failed}}))
"""

URL = 'process.env["OCCUPATIONS_API"]!'


@dataclass(frozen=True, slots=True)
class Call:
    """An operation with arguments of its example, as JSON has them."""

    name: str
    method: str
    path: str
    tag: str
    in_path: dict[str, str]
    query: dict[str, Any]
    body: Any


def calls_of(contract: dict[str, Any]) -> Iterator[Call]:
    """Give a call of each operation, with the arguments of its example; files are no objects."""
    for method, path, operation in operations(contract):
        if operation["operationId"] in FILES:
            continue
        example = example_of(method, path, operation)
        target, _, query = example.target.partition("?")
        schemas = {p["name"]: p["schema"] for p in operation.get("parameters", ())}
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
        found = re.fullmatch(pattern, target)
        assert found, target
        yield Call(
            operation["operationId"],
            method,
            path,
            operation["tags"][0],
            {name: unquote(value) for name, value in found.groupdict().items()},
            {name: _typed(value, schemas[name]) for name, value in parse_qsl(query)},
            example.body,
        )


def openapi_fetch(calls: list[Call]) -> str:
    """Write the calls for openapi-fetch."""
    head = (
        'import createClient from "openapi-fetch";\nimport type { paths } from "./client/schema";\n'
        f"const client = createClient<paths>({{ baseUrl: {URL} }});\n"
    )
    lines = []
    for call in calls:
        given: dict[str, Any] = {}
        if params := {k: v for k, v in {"path": call.in_path, "query": call.query}.items() if v}:
            given["params"] = params
        if call.body is not None:
            given["body"] = call.body
        lines.append(
            f"  await call({json.dumps(call.name)}, async () => {{\n"
            f"    const answer = await client.{call.method}({json.dumps(call.path)}, "
            f"{json.dumps(given)});\n"
            "    if (answer.error) throw new Error(answer.error.code);\n"
            "    return answer.data;\n  });"
        )
    return TYPESCRIPT.format(head=head, calls="\n".join(lines))


def hey_api(calls: list[Call]) -> str:
    """Write the calls for @hey-api/openapi-ts."""
    head = (
        'import * as sdk from "./client";\nimport { client } from "./client/client.gen";\n'
        f"client.setConfig({{ baseUrl: {URL} }});\n"
    )
    lines = []
    for call in calls:
        given = {"path": call.in_path, "query": call.query, "body": call.body}
        given = {key: value for key, value in given.items() if value}
        lines.append(
            f"  await call({json.dumps(call.name)}, async () => (await sdk.{_camel(call.name)}"
            f"({{ ...{json.dumps(given)}, throwOnError: true }})).data);"
        )
    return TYPESCRIPT.format(head=head, calls="\n".join(lines))


def orval(calls: list[Call]) -> str:
    """Write the calls for orval."""
    lines = []
    for call in calls:
        given = [*call.in_path.values(), *([call.body] if call.body else [])]
        given += [call.query] if call.query else []
        lines.append(
            f"  await call({json.dumps(call.name)}, async () => {{\n"
            f"    const answer = await api.{_camel(call.name)}"
            f"({', '.join(map(json.dumps, given))});\n"
            "    if (answer.status !== 200) throw new Error(`status ${answer.status}`);\n"
            "    return answer.data;\n  });"
        )
    return TYPESCRIPT.format(head='import * as api from "./client/api";\n', calls="\n".join(lines))


def typescript_fetch(calls: list[Call]) -> str:
    """Write the calls for OpenAPI Generator's typescript-fetch."""
    head = (
        'import * as sdk from "./client";\n'
        f"const config = new sdk.Configuration({{ basePath: {URL} }});\n"
    )
    lines = []
    for call in calls:
        arguments = {_camel(key): value for key, value in {**call.in_path, **call.query}.items()}
        if call.body is not None:
            arguments["titlesIn"] = {_camel(key): value for key, value in call.body.items()}
        api = f"new sdk.{call.tag.capitalize()}Api(config)"
        lines.append(
            f"  await call({json.dumps(call.name)}, () => {api}"
            f".{_camel(call.name)}({json.dumps(arguments) if arguments else ''}));"
        )
    return TYPESCRIPT.format(head=head, calls="\n".join(lines))


def python_client(calls: list[Call]) -> str:
    """Write the calls for openapi-python-client."""
    lines = []
    for call in calls:
        given = [repr(value) for value in call.in_path.values()]
        given += ["client=client", *(f"{key}={value!r}" for key, value in call.query.items())]
        if call.body is not None:
            given.append(f"body=TitlesIn.from_dict({call.body!r})")
        lines.append(f"seen({call.name!r}, {call.name}.sync({', '.join(given)}))")
    head = "\n".join(f"from client.api.{call.tag} import {call.name}" for call in calls)
    return PYTHON.format(head=head, calls="\n".join(lines))


def _typed(value: str, schema: dict[str, Any]) -> Any:
    """Return the value of a parameter as the type that the contract gives it."""
    match schema.get("type"):
        case "integer":
            return int(value)
        case "number":
            return float(value)
        case "array":
            return value.split(",")
        case _:
            return value


def _camel(name: str) -> str:
    """Write a name in camelCase."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
